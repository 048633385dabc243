//! Values as other programs write them: a number where a text is meant, null where nothing is.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, de};

/// A text, or whatever else stands where one should: numbers and nothing are texts too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text, E> {
        Ok(if value { Text("true".into()) } else { Text::default() })
    }

    fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::default())
    }
}

/// Whether a field says anything: its value is looked at no further than that. What is in it isn't
/// reported as ignored, because whoever asks tells of the field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Noted(pub(super) bool);

impl<'de> Deserialize<'de> for Noted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NotedVisitor)
    }
}

struct NotedVisitor;

impl<'de> Visitor<'de> for NotedVisitor {
    type Value = Noted;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Noted, E> {
        Ok(Noted(!text.is_empty()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Noted, E> {
        Ok(Noted(number != 0))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Noted, E> {
        Ok(Noted(number != 0))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Noted, E> {
        Ok(Noted(number != 0.0))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Noted, E> {
        Ok(Noted(value))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Noted, E> {
        Ok(Noted(false))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Noted, A::Error> {
        let mut any = false;
        while list.next_element::<Noted>()?.is_some() {
            any = true;
        }
        Ok(Noted(any))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Noted, A::Error> {
        let mut any = false;
        while map.next_entry::<IgnoredAny, Noted>()?.is_some() {
            any = true;
        }
        Ok(Noted(any))
    }
}

/// The first whole number beyond those of which a float can be every one.
const FLOAT_WHOLE_END: f64 = 9_007_199_254_740_992.0;

/// A whole number, as `100`, `100.0` or `"100"`; none where nothing is written.
pub(super) fn whole<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let within = |number| {
        let out_of_bounds = |_| {
            de::Error::invalid_value(Unexpected::Signed(number), &"a whole number within bounds")
        };
        T::try_from(number).map_err(out_of_bounds)
    };
    deserializer.deserialize_any(WholeVisitor)?.map(within).transpose()
}

/// A whole number that has to be there.
pub(super) fn needed_whole<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    whole(deserializer)?.ok_or_else(|| de::Error::invalid_type(Unexpected::Unit, &WholeVisitor))
}

struct WholeVisitor;

impl WholeVisitor {
    fn of_float(number: f64) -> Option<i64> {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within bounds")]
        (number.fract() == 0.0 && number.abs() < FLOAT_WHOLE_END).then_some(number as i64)
    }
}

impl<'de> Visitor<'de> for WholeVisitor {
    type Value = Option<i64>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Option<i64>, E> {
        Ok(Some(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Option<i64>, E> {
        let beyond = |_| E::invalid_value(Unexpected::Unsigned(number), &self);
        i64::try_from(number).map(Some).map_err(beyond)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Option<i64>, E> {
        let broken = || E::invalid_type(Unexpected::Float(number), &self);
        Self::of_float(number).map(Some).ok_or_else(broken)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<i64>, E> {
        let written = text.trim();
        if written.is_empty() {
            return Ok(None);
        }
        let of_float = || written.parse().ok().and_then(Self::of_float);
        let found = written.parse().ok().or_else(of_float);
        found.map(Some).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<i64>, E> {
        Ok(None)
    }
}
