//! Medians and spreads. Machines drift while a benchmark runs, so contenders are compared within a
//! round, and what is reported is the median of those ratios with the least and the greatest.

use serde::Serialize;

/// The middle of some values, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    /// The middle one; the mean of the two in the middle if there are two.
    pub(super) median: f64,
    /// The least.
    pub(super) min: f64,
    /// The greatest.
    pub(super) max: f64,
    /// How many there were.
    pub(super) count: usize,
}

impl Spread {
    /// The spread of finite values; `None` when there are none.
    #[must_use]
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let (min, max, count) = (*values.first()?, *values.last()?, values.len());
        let median = f64::midpoint(values[(count - 1) / 2], values[count / 2]);
        Some(Self { median, min, max, count })
    }
}

/// The spread of `a / b`, round by round; rounds that lack one of the two are left out.
#[must_use]
pub(super) fn ratios(a: &[(usize, f64)], b: &[(usize, f64)]) -> Option<Spread> {
    let of = |round: usize| b.iter().find(|(other, _)| *other == round).map(|(_, value)| *value);
    Spread::of(a.iter().filter_map(|(round, value)| Some(value / of(*round)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two_middles() {
        let odd = Spread { median: 3.0, min: 1.0, max: 9.0, count: 3 };
        assert_eq!(Spread::of([9.0, 1.0, 3.0]), Some(odd));
        let even = Spread { median: 2.5, min: 1.0, max: 9.0, count: 4 };
        assert_eq!(Spread::of([9.0, 2.0, 1.0, 3.0]), Some(even));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn what_is_no_number_counts_for_nothing() {
        let one = Spread { median: 1.0, min: 1.0, max: 1.0, count: 1 };
        assert_eq!(Spread::of([f64::NAN, 1.0, f64::INFINITY]), Some(one));
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        // By medians alone it would be 20 / 10.
        let a = [(0, 10.0), (1, 20.0), (2, 90.0)];
        let b = [(2, 30.0), (1, 10.0), (0, 10.0), (3, 1.0)];
        let expected = Spread { median: 2.0, min: 1.0, max: 3.0, count: 3 };
        assert_eq!(ratios(&a, &b), Some(expected));
        assert_eq!(ratios(&a, &[]), None);
        assert_eq!(ratios(&a, &[(0, 0.0)]), None);
    }
}
