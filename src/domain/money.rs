//! Money: integer minor units of an ISO 4217 currency. Never a binary fraction.

use std::fmt;

use iso_currency::Currency as Iso;

/// The largest amount in minor units; far above any ticket, far below what sums could overflow.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000;

/// An ISO 4217 currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(Iso);

/// Why a text is not an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// It is no plain decimal number.
    #[error("must be a decimal number such as \"45.50\"")]
    NotANumber,
    /// It is below zero.
    #[error("must not be negative")]
    Negative,
    /// It has more digits after the point than the currency.
    #[error("must have at most {0} digits after the point")]
    TooPrecise(u16),
    /// It is above [`AMOUNT_MAX`].
    #[error("is too large")]
    TooLarge,
}

impl Currency {
    /// The currency of a three-letter code; `None` when ISO 4217 has no such code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Iso::from_code(code).map(Self)
    }

    /// Its three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many digits its minor unit has.
    #[must_use]
    pub fn digits(self) -> u16 {
        self.0.exponent().unwrap_or(0)
    }

    /// Reads a decimal number exactly, as minor units.
    ///
    /// # Errors
    /// When it is no plain decimal number, negative, too precise for the currency, or too large.
    pub fn parse(self, text: &str) -> Result<i64, AmountError> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return Err(AmountError::NotANumber);
        }
        let digits = usize::from(self.digits());
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > digits {
            return Err(AmountError::TooPrecise(self.digits()));
        }
        // An absurdly long number fails to parse here, which is what too large means.
        let minor: i64 =
            format!("{whole}{fraction:0<digits$}").parse().map_err(|_| AmountError::TooLarge)?;
        match (minor, negative) {
            (0, _) => Ok(0),
            (_, true) => Err(AmountError::Negative),
            (minor, false) if minor > AMOUNT_MAX => Err(AmountError::TooLarge),
            (minor, false) => Ok(minor),
        }
    }

    /// Writes minor units as a decimal string, always with the currency's digits.
    #[must_use]
    pub fn format(self, minor: i64) -> String {
        let digits = usize::from(self.digits());
        let text = format!("{minor:0>width$}", width = digits + 1);
        let (whole, fraction) = text.split_at(text.len() - digits);
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur() -> Currency {
        Currency::from_code("EUR").expect("a currency")
    }

    #[test]
    fn amounts_are_read_exactly() {
        for (text, minor) in
            [("45.50", 4550), ("45.5", 4550), ("0", 0), ("-0", 0), ("0.1", 10), ("7.000", 700)]
        {
            assert_eq!(eur().parse(text), Ok(minor), "{text}");
        }
        let yen = Currency::from_code("JPY").expect("a currency");
        assert_eq!(yen.parse("1200"), Ok(1200));
        assert_eq!(yen.parse("1.5"), Err(AmountError::TooPrecise(0)));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "x", "1,5", ".5", "1.", "1e3", "0x1", "１"] {
            assert_eq!(eur().parse(text), Err(AmountError::NotANumber), "{text}");
        }
        assert_eq!(eur().parse("-1"), Err(AmountError::Negative));
        assert_eq!(eur().parse("1.001"), Err(AmountError::TooPrecise(2)));
        assert_eq!(eur().parse("99999999999999999999"), Err(AmountError::TooLarge));
    }

    #[test]
    fn three_times_ten_cents_is_thirty() {
        assert_eq!(eur().format(3 * eur().parse("0.10").expect("an amount")), "0.30");
        assert_eq!(eur().format(0), "0.00");
        assert_eq!(Currency::from_code("JPY").expect("a currency").format(1200), "1200");
    }
}
