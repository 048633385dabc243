//! What may be changed of an event once it is there.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use super::money::AmountText;
use super::present;
use super::time::Time;

/// What is to be changed of an event; what is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Matinée", "orphan_rule": "strict" }))]
pub struct EventChanges {
    /// What is performed; 1–200 characters.
    #[serde(default, deserialize_with = "present")]
    pub name: Option<String>,
    /// More about it; up to 10,000 characters; null for nothing.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub description: Option<Option<String>>,
    /// Where; 1–200 characters.
    #[serde(default, deserialize_with = "present")]
    pub venue: Option<String>,
    /// When it begins. Sales end when they did, unless told otherwise.
    #[serde(default, deserialize_with = "present")]
    pub start_time: Option<Time>,
    /// When it ends; after the start.
    #[serde(default, deserialize_with = "present")]
    pub end_time: Option<Time>,
    /// Nothing is sold before; null: sold from now on.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Time>)]
    pub sales_start: Option<Option<Time>>,
    /// Nothing is sold from then on.
    #[serde(default, deserialize_with = "present")]
    pub sales_end: Option<Time>,
    /// The price of every seat not yet held.
    #[serde(default, deserialize_with = "present")]
    pub price: Option<AmountText>,
    /// The prices of some of the chart's categories, by key, for seats not yet held.
    #[serde(default, deserialize_with = "present")]
    pub prices: Option<BTreeMap<String, AmountText>>,
    /// What it thinks of holds that leave a single free seat: `off`, `prefer` or `strict`.
    #[serde(default, deserialize_with = "present")]
    #[schema(example = "strict")]
    pub orphan_rule: Option<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// The chart that an event is to have.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "chart_id": 2, "price": "45.50" }))]
pub struct EventChart {
    /// The chart.
    pub chart_id: i64,
    /// The price of every seat.
    #[serde(default, deserialize_with = "present")]
    pub price: Option<AmountText>,
    /// The price of each of the chart's categories, by key (default: what the category of this key
    /// costs in the event now).
    #[serde(default, deserialize_with = "present")]
    pub prices: Option<BTreeMap<String, AmountText>>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}
