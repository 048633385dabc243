//! What an event was offered for, and when: its sales window and its prices, which change together
//! with its name. Which of them held at a moment is known as far as real time tells.

use super::names::{self, Given};
use crate::history::{Nanos, Rules, UnixMicros, terms_of};

/// Terms, and when they were given.
#[derive(Debug)]
struct Offer {
    given: Given,
    /// From when until when seats are sold.
    sales: [UnixMicros; 2],
    /// What each seat costs; nothing where nobody says.
    prices: Vec<i64>,
}

/// All terms that an event had, or may have had.
#[derive(Debug, Default)]
pub(super) struct Offers {
    all: Vec<Offer>,
}

impl Offers {
    /// Those of names that were given; a name without terms of its own leaves the first ones.
    pub(super) fn new(rules: &Rules, seats: u32, given: Vec<Given>) -> Self {
        let rows = rules.places..seats - rules.table;
        let first = [rules.sales_start.unwrap_or(UnixMicros::MIN), rules.sales_end];
        let offer = |given: Given| match terms_of(&given.name) {
            Some(terms) => {
                let price = |seat: u32| terms.prices[usize::from(!rows.contains(&seat))];
                let seats = (0..seats).take(rules.prices.len());
                Offer { given, sales: terms.sales, prices: seats.map(price).collect() }
            }
            None => Offer { given, sales: first, prices: rules.prices.clone() },
        };
        Self { all: given.into_iter().map(offer).collect() }
    }

    /// Those that can have held at some moment of these.
    pub(super) fn during(&self, from: Nanos, to: Nanos) -> impl Iterator<Item = usize> {
        let all = || self.all.iter().map(|offer| &offer.given);
        let may = move |offer: &Offer| {
            offer.given.from <= to && !names::is_over(all(), &offer.given, from)
        };
        (0..self.all.len()).filter(move |index| may(&self.all[*index]))
    }

    /// Whether something was on sale at some moment of these.
    pub(super) fn sells(&self, index: usize, from: UnixMicros, to: UnixMicros) -> bool {
        let [opens, closes] = self.all[index].sales;
        opens <= to && from < closes
    }

    /// Whether it wasn't.
    pub(super) fn is_closed(&self, index: usize, from: UnixMicros, to: UnixMicros) -> bool {
        let [opens, closes] = self.all[index].sales;
        from < opens || to >= closes
    }

    /// What seats cost together, if anybody says.
    pub(super) fn price<'s>(
        &self,
        index: usize,
        seats: impl IntoIterator<Item = &'s u32>,
    ) -> Option<i64> {
        let prices = &self.all[index].prices;
        seats.into_iter().map(|seat| prices.get(*seat as usize)).sum()
    }
}
