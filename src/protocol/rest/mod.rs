//! Requests and answers of the REST interface, as JSON. The OpenAPI document is generated from
//! these types.

pub mod booking;
pub mod chart;
pub mod event;
pub mod hold;
pub mod list;
pub mod money;
pub mod seat;
pub mod time;
pub mod user;

use serde::{Deserialize, Deserializer};

/// For fields that may be left out but not be null: null is a mistake worth telling of.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
