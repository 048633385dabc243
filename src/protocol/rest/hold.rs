//! Holds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::money::AmountText;
use super::present;
use super::time::Time;

/// Seats to hold, all or nothing: exactly one of `seats`, `areas`, `tables`, `best_available`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "seats": ["S002", "S003"] }))]
pub struct NewHold {
    /// Labels, none twice.
    #[serde(default, deserialize_with = "present")]
    pub seats: Option<Vec<String>>,
    /// The lowest free places of these areas, none twice.
    #[serde(default, deserialize_with = "present")]
    pub areas: Option<Vec<AreaPlaces>>,
    /// Labels of tables, whole, none twice.
    #[serde(default, deserialize_with = "present")]
    pub tables: Option<Vec<String>>,
    /// The best seats there are.
    #[serde(default, deserialize_with = "present")]
    pub best_available: Option<BestAvailable>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// Places of a general admission area.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaPlaces {
    /// The area's label.
    pub area: String,
    /// How many.
    #[schema(minimum = 1, maximum = 1_000)]
    pub quantity: u32,
}

/// What seats have to be like that the server chooses.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BestAvailable {
    /// How many. The party is split into as many parts of two or more as it takes before it is
    /// refused. The hold has exactly so many seats, but for one case: where nothing else is free,
    /// tables sold whole are taken with one or two seats to spare, if the caller's limit has room for
    /// them. Then the hold's `seats` are more than this, and `price_total` is for all of them.
    #[schema(minimum = 1, maximum = 1_000)]
    pub quantity: u32,
    /// Only of this category, by key.
    #[serde(default, deserialize_with = "present")]
    pub category: Option<String>,
    /// Only in this section, by label.
    #[serde(default, deserialize_with = "present")]
    pub section: Option<String>,
    /// No seat may cost more, nor may what each of the party pays when it shares the price of a table
    /// with seats to spare.
    #[serde(default, deserialize_with = "present")]
    pub max_price: Option<AmountText>,
    /// How many of them have to be spaces for wheelchairs; `true` is one. Chosen are seats side by side
    /// with just so many; else with as few more as can be, in which companions sit; else each space with
    /// a companion beside it, and the others near by, nobody of them alone. No other need is asked for
    /// so: seats with a hearing loop, step-free or others are found on the map. Such spaces, and seats
    /// of companions, are chosen only where this asks for them, so that nobody is seated there by
    /// chance: with nothing else free the answer is 409 `sold_out`, with `free.seats` 0, and whoever
    /// wants one all the same takes it by its label.
    #[serde(default, deserialize_with = "present")]
    pub accessible: Option<Accessible>,
}

/// How many spaces for wheelchairs are needed.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(untagged, expecting = "must be true, false or how many")]
pub enum Accessible {
    /// One, or none.
    Needed(bool),
    /// So many.
    Spaces(u32),
}

/// By how much to extend a hold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "extend_seconds": 60 }))]
pub struct ExtendHold {
    /// 1–7,200 seconds; less is granted where the hold's whole life would become too long.
    #[schema(minimum = 1, maximum = 7_200)]
    pub extend_seconds: u32,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hold {
    /// Its id.
    pub id: uuid::Uuid,
    /// Its event.
    pub event_id: i64,
    /// The labels of the seats it locks, in seat order; once ended, of those it locked last.
    pub seats: Vec<String>,
    /// What each of them costs, in the same order, fixed when the hold was taken.
    pub prices: Vec<String>,
    /// What they cost together.
    pub price_total: String,
    /// ISO 4217.
    pub currency: String,
    /// `active`, `released`, `expired` or `booked`.
    pub status: String,
    /// When it ends by itself.
    pub expires_at: Time,
    /// The version at which its last change can be seen.
    pub version: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_accessible_may_be_is_told_in_words_of_the_request() {
        let read = |text: &str| serde_json::from_str::<BestAvailable>(text);
        assert!(read("{\"quantity\": 2, \"accessible\": 1}").is_ok());
        let error = read("{\"quantity\": 2, \"accessible\": \"yes\"}").expect_err("a text");
        assert!(error.to_string().starts_with("must be true, false or how many"), "{error}");
    }
}
