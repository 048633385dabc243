//! Lists: a page of items and how many there are in all.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many items a page has unless asked otherwise.
pub const LIST_LIMIT_DEFAULT: i64 = 100;

/// How many items a page has at most; asking for more is an error, never a silent cut.
pub const LIST_LIMIT_MAX: i64 = 1_000;

/// A page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct List<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: i64,
}
