//! Times on the wire: UTC, RFC 3339, `Z`, always six fractional digits.

use std::borrow::Cow;

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type};
use utoipa::{PartialSchema, ToSchema};

/// A moment, to the microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time(pub Timestamp);

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.6}", self.0)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        read(&text).map(Self).ok_or_else(|| {
            serde::de::Error::custom("must be a time such as \"2027-05-01T19:30:00Z\" (RFC 3339)")
        })
    }
}

/// A moment as it was written, cut to the microsecond: the database keeps no more, and what is
/// compared here must compare the same there.
fn read(text: &str) -> Option<Timestamp> {
    // Years beyond four digits are written with a sign. RFC 3339 has none, the database not all.
    let is_rfc_3339 = text.starts_with(|c: char| c.is_ascii_digit());
    let time: Timestamp = text.parse().ok().filter(|_| is_rfc_3339)?;
    let to_micros = TimestampRound::new().smallest(Unit::Microsecond).mode(RoundMode::Floor);
    time.round(to_micros).ok()
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2027-05-01T19:30:00.000000Z"])
            .into()
    }
}

impl ToSchema for Time {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_always_have_six_digits() {
        for (text, shown) in [
            ("2027-05-01T19:30:00Z", "2027-05-01T19:30:00.000000Z"),
            ("2027-05-01T21:30:00.25+02:00", "2027-05-01T19:30:00.250000Z"),
            ("2027-05-01T19:30:00.0000019Z", "2027-05-01T19:30:00.000001Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ] {
            let time: Time = serde_json::from_value(text.into()).expect("a time");
            assert_eq!(time.to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "tomorrow",
            "2027-05-01",
            "2027-05-01T19:30:00",
            "2027-13-01T00:00:00Z",
            "-009000-05-01T19:30:00Z",
        ] {
            assert!(serde_json::from_value::<Time>(text.into()).is_err(), "{text}");
        }
    }
}
