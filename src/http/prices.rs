//! What the categories of a chart cost in an event, and the name of a layout, which both make.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::problem::{Failure, Reply};
use crate::domain::layout::Layout;
use crate::domain::money::Currency;
use crate::protocol::rest::money::AmountText;

/// How many bytes of the digest name a layout.
const LAYOUT_DIGEST_BYTES: usize = 8;

/// Prices as a body gives them: one for all, or by category.
pub(super) type Given<'a> = (Option<&'a AmountText>, Option<&'a BTreeMap<String, AmountText>>);

/// The price of each category, in the chart's order: as given, else as `before` says.
pub(super) fn of_categories(
    given: Given<'_>,
    (layout, currency): (&Layout, Currency),
    before: impl Fn(&str) -> Option<i64>,
) -> Reply<Vec<i64>> {
    let read = |field: &str, amount: &AmountText| {
        amount.read(currency).map_err(|error| Failure::invalid(field, error.to_string()))
    };
    let none = BTreeMap::new();
    let prices = match given {
        (Some(_), Some(_)) => {
            return Err(Failure::invalid("prices", "can't be combined with price"));
        }
        (Some(price), None) => return Ok(vec![read("price", price)?; layout.categories.len()]),
        (None, prices) => prices.unwrap_or(&none),
    };
    let known = |key: &String| layout.categories.iter().any(|c| c.key == *key);
    if let Some(key) = prices.keys().find(|key| !known(key)) {
        return Err(Failure::invalid(format!("prices.{key}"), "the chart has no such category"));
    }
    let of = |key: &String| {
        let field = format!("prices.{key}");
        match prices.get(key) {
            Some(price) => read(&field, price),
            None => before(key).ok_or_else(|| Failure::invalid(&field, "is missing")),
        }
    };
    layout.categories.iter().map(|category| of(&category.key)).collect()
}

/// The name under which geometry and prices may be cached for ever.
pub(super) fn digest(layout: &Layout, prices: &[i64], currency: Currency) -> String {
    let geometry = serde_json::to_vec(layout).unwrap_or_default();
    let mut digest = Sha256::new();
    digest.update(&geometry);
    digest.update(format!("{prices:?} {currency}"));
    let bytes = digest.finalize();
    bytes[..LAYOUT_DIGEST_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
}
