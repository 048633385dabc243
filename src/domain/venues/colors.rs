//! The colours of price categories, dearest first.
//!
//! Chosen to be told apart with any colour vision and to stand out from both a white and a
//! near-black ground; the tests measure both.

use crate::domain::layout::Category;

/// Colours in the order categories take them.
pub(super) const PALETTE: [&str; 5] = ["#b23177", "#dd741e", "#3ea48f", "#0d62cc", "#af7cf0"];

/// Makes categories of keys and labels, dearest first.
///
/// # Panics
///
/// When there are more categories than colours.
pub(super) fn categories(names: &[(&str, &str)]) -> Vec<Category> {
    assert!(names.len() <= PALETTE.len(), "a venue has at most {} categories", PALETTE.len());
    let pairs = names.iter().zip(PALETTE);
    pairs
        .map(|((key, label), color)| Category {
            key: (*key).into(),
            label: (*label).into(),
            color: color.into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What shapes of a page need at least, by the accessibility guidelines for the web.
    const CONTRAST_MIN: f64 = 3.0;
    const NEAR_BLACK: &str = "#14161a";
    /// Distance in Oklab, times 100: about five times what is just noticed side by side.
    const DISTANCE_MIN: f64 = 10.0;

    type Matrix = [[f64; 3]; 3];

    /// How linear light looks with each vision (Machado, Oliveira, Fernandes 2009, severity 1).
    const VISIONS: [(&str, Matrix); 4] = [
        ("usual", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "no red cones",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "no green cones",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
        ),
        (
            "no blue cones",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];

    #[test]
    fn colours_stand_out_from_light_and_dark_grounds() {
        for color in PALETTE {
            for ground in ["#ffffff", NEAR_BLACK] {
                let (a, b) = (luminance(color), luminance(ground));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= CONTRAST_MIN, "{color} on {ground}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn colours_are_told_apart_with_any_vision() {
        for (vision, matrix) in &VISIONS {
            let seen = PALETTE.map(|color| oklab(times(matrix, light(color))));
            for (k, a) in seen.iter().enumerate() {
                for (other, b) in seen.iter().enumerate().skip(k + 1) {
                    let squared: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
                    let distance = 100.0 * squared.sqrt();
                    assert!(distance >= DISTANCE_MIN, "{k} and {other}, {vision}: {distance:.1}");
                }
            }
        }
    }

    fn light(color: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let byte = u8::from_str_radix(&color[at..at + 2], 16).expect("colours are hexadecimal");
            let value = f64::from(byte) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn luminance(color: &str) -> f64 {
        let [red, green, blue] = light(color);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn times(matrix: &Matrix, light: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum())
    }

    fn oklab(light: [f64; 3]) -> [f64; 3] {
        const CONES: Matrix = [
            [0.412_221, 0.536_333, 0.051_446],
            [0.211_903, 0.680_700, 0.107_397],
            [0.088_302, 0.281_719, 0.629_979],
        ];
        const LAB: Matrix = [
            [0.210_454, 0.793_618, -0.004_072],
            [1.977_998, -2.428_592, 0.450_594],
            [0.025_904, 0.782_772, -0.808_676],
        ];
        times(&LAB, times(&CONES, light.map(|part| part.clamp(0.0, 1.0))).map(f64::cbrt))
    }
}
