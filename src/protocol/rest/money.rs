//! Amounts on the wire: decimal strings; numbers are accepted on input and read exactly.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::SchemaType, schema::Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::money::{AmountError, Currency};

/// An amount as it was written, to be read once the currency is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountText(String);

impl AmountText {
    /// The amount in minor units.
    ///
    /// # Errors
    /// When it is no amount of this currency.
    pub fn read(&self, currency: Currency) -> Result<i64, AmountError> {
        currency.parse(&self.0)
    }
}

impl<'de> Deserialize<'de> for AmountText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The raw text, because 0.1 as a binary fraction is not 0.1 any more.
        let raw = Cow::<'de, RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        if text.starts_with('"') {
            return serde_json::from_str(text).map(Self).map_err(serde::de::Error::custom);
        }
        if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(serde::de::Error::custom("must be a decimal number such as \"45.50\""))
    }
}

impl PartialSchema for AmountText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Number]))
            .description(Some("a decimal number, best as a string"))
            .examples(["45.50"])
            .into()
    }
}

impl ToSchema for AmountText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_numbers_are_read_exactly() {
        let eur = Currency::from_code("EUR").expect("a currency");
        for (json, minor) in [("\"45.50\"", 4550), ("45.5", 4550), ("0.1", 10), ("0.10", 10)] {
            let amount: AmountText = serde_json::from_str(json).expect("an amount");
            assert_eq!(amount.read(eur), Ok(minor), "{json}");
        }
        for json in ["null", "true", "[1]", "{}"] {
            assert!(serde_json::from_str::<AmountText>(json).is_err(), "{json}");
        }
    }
}
