//! Charts: the layouts that events are created from.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A chart in a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChartSummary {
    /// Its id.
    pub id: i64,
    /// The name that stays the same on every server.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// How many seats it has.
    pub seats: u32,
}

/// A chart that was just brought in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewChart {
    /// Its id.
    pub id: i64,
    /// The name that stays the same on every server: the same chart has the same.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// How many seats it has.
    pub seats: u32,
    /// The format it was in: `seatmap`, `pretix`, `seatsio` or `seatlayer`.
    #[schema(example = "pretix")]
    pub format: String,
    /// What could not be carried over.
    pub warnings: Vec<String>,
}

/// A chart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChartDetail<'a> {
    /// Its id.
    pub id: i64,
    /// What people call it.
    pub name: &'a str,
    /// How many seats it has.
    pub seats: u32,
    /// The geometry, in the columns of `/seatmap`.
    #[schema(value_type = Object)]
    pub layout: &'a crate::domain::layout::Layout,
}
