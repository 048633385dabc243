//! Whole numbers as they may be written: to JSON and its schemas `3.0` is `3`, to serde it is not.

use std::borrow::Cow;

/// The largest whole number that is looked for; none in a chart is larger.
const WHOLE_MAX: f64 = u32::MAX as f64;

/// The same JSON with whole numbers written without a fraction and an exponent, and 0 without a sign.
pub(super) fn plainly(json: &[u8]) -> Cow<'_, [u8]> {
    let mut plain = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(&byte) = json.get(at) {
        at = match byte {
            b'"' => text_end(json, at),
            b'-' | b'0'..=b'9' => {
                let digits = json[at..].iter().take_while(|byte| is_of_number(**byte));
                let end = at + digits.count();
                if let Some(whole) = whole(&json[at..end]) {
                    plain.extend_from_slice(&json[copied..at]);
                    plain.extend_from_slice(whole.to_string().as_bytes());
                    copied = end;
                }
                end
            }
            _ => at + 1,
        };
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    plain.extend_from_slice(&json[copied..]);
    Cow::Owned(plain)
}

/// Where a text ends that begins at a position.
fn text_end(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = json.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    json.len()
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// A whole number that isn't written as one.
fn whole(number: &[u8]) -> Option<i64> {
    if !is_unusual(number) {
        return None;
    }
    let value: f64 = serde_json::from_slice(number).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within bounds")]
    (value.fract() == 0.0 && value.abs() <= WHOLE_MAX).then_some(value as i64)
}

fn is_unusual(number: &[u8]) -> bool {
    number.starts_with(b"-0") || number.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_plain_and_all_else_is_as_it_was() {
        let plain = |json: &str| String::from_utf8(plainly(json.as_bytes()).into_owned());
        for (json, expected) in [
            ("[1.0,-2.50,-0, -0.0,1e2]", "[1,-2.50,0, 0,100]"),
            ("{\"1.0\":\"2.0\\\"3.0\",\"a\\\\\":4.00}", "{\"1.0\":\"2.0\\\"3.0\",\"a\\\\\":4}"),
            ("5000000000.0", "5000000000.0"),
            // What is no JSON doesn't become it.
            ("[1., 1.0.0, +1.0, 01.0, -]", "[1., 1.0.0, +1, 01.0, -]"),
            ("\"1.0", "\"1.0"),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(plain(json).as_deref(), Ok(expected));
        }
        assert!(matches!(plainly(b"[1, 2.5]"), Cow::Borrowed(_)));
    }
}
