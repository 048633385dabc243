//! Where the seats of holds and bookings are in another chart. Never gives a seat another label.

use std::collections::BTreeMap;

use tokio_postgres::Row;

use crate::domain::ids::SeatIndex;
use crate::domain::layout::{Layout, TableSale};
use crate::domain::seat::{Seat, SeatStatus};
use crate::store::error::StoreError;
use crate::store::rows;

/// The seats that somebody has, and where seats of the old chart are in the new one.
pub(super) struct Renumbered<'a> {
    pub(super) taken: &'a [Seat],
    pub(super) place: &'a (dyn Fn(SeatIndex) -> Option<SeatIndex> + Sync),
}

/// A hold or booking with its seats in the new chart, as it is written.
pub(super) struct Renamed<Id> {
    pub(super) id: Id,
    pub(super) seats: Vec<Placed>,
    pub(super) live: bool,
}

/// A seat of a hold or booking.
pub(super) struct Placed {
    pub(super) seat: SeatIndex,
    pub(super) price: i64,
    /// Where it was in the list before, counted from 1 like PostgreSQL's arrays.
    before: i64,
}

impl<Id> Renamed<Id> {
    fn seats(&self) -> String {
        array_literal(self.seats.iter().map(|placed| i64::from(placed.seat)))
    }

    fn prices(&self) -> String {
        array_literal(self.seats.iter().map(|placed| placed.price))
    }

    pub(super) fn places_before(&self) -> String {
        array_literal(self.seats.iter().map(|placed| placed.before))
    }
}

impl<'a> Renumbered<'a> {
    /// The seats that somebody has at tables sold whole without having the whole table.
    pub(super) fn parting_tables(&self, layout: &Layout) -> Vec<&'a Seat> {
        let mut tables: BTreeMap<SeatIndex, (u32, Vec<&'a Seat>)> = BTreeMap::new();
        for seat in self.taken.iter().filter(|seat| seat.status != SeatStatus::Blocked) {
            let table = (self.place)(seat.index).and_then(|place| layout.table_of(place));
            if let Some(table) = table.filter(|table| table.sale == TableSale::Whole) {
                let seats = &mut tables.entry(table.first).or_insert((table.count, Vec::new())).1;
                seats.push(seat);
            }
        }
        let owner = |seat: &Seat| (seat.hold, seat.booking);
        let parted = |(count, seats): &(u32, Vec<&Seat>)| {
            seats.len() < *count as usize || seats.iter().any(|seat| owner(seat) != owner(seats[0]))
        };
        tables.into_values().filter(parted).flat_map(|(_, seats)| seats).collect()
    }

    /// Seats with their prices, in columns 1 and 2 of a row, ascending by their new place. `None`:
    /// not all have one.
    pub(super) fn seats_in(&self, row: &Row) -> Result<Option<Vec<Placed>>, StoreError> {
        let prices: Vec<i64> = row.get(2);
        let seats = rows::seat_indexes(row, 1)?.into_iter().zip(prices).zip(1..);
        let moved = seats.map(|((seat, price), before)| {
            Some(Placed { seat: (self.place)(seat)?, price, before })
        });
        let mut moved: Option<Vec<_>> = moved.collect();
        moved.iter_mut().for_each(|seats| seats.sort_unstable_by_key(|placed| placed.seat));
        Ok(moved)
    }
}

/// Whether some of these seats, ascending, are at a table sold whole, and not all of the table's.
pub(super) fn cuts_a_table(layout: &Layout, seats: &[Placed]) -> bool {
    let is_in = |seat| seats.binary_search_by_key(&seat, |placed| placed.seat).is_ok();
    let tables = seats.iter().filter_map(|placed| layout.table_of(placed.seat));
    let mut whole = tables.filter(|table| table.sale == TableSale::Whole);
    whole.any(|table| !(table.first..table.first + table.count).all(is_in))
}

/// Seats and prices of each, as array literals.
pub(super) fn columns<Id>(moved: &[Renamed<Id>]) -> (Vec<String>, Vec<String>) {
    moved.iter().map(|each| (each.seats(), each.prices())).unzip()
}

fn array_literal(values: impl Iterator<Item = i64>) -> String {
    let values: Vec<String> = values.map(|value| value.to_string()).collect();
    format!("{{{}}}", values.join(","))
}
