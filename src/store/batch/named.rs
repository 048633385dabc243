//! What a batch's commands name, gathered so that one statement per table can read it.

use uuid::Uuid;

use crate::domain::command::{Command, Request, Selection};

/// The arguments of the reading statements.
#[derive(Default)]
pub(super) struct Named {
    /// Seats named by their index.
    pub(super) seats: Vec<i32>,
    /// Holds named by id.
    pub(super) holds: Vec<Uuid>,
    /// Holds whose seats the batch may change.
    pub(super) holds_to_change: Vec<Uuid>,
    /// Bookings named by id.
    pub(super) bookings: Vec<i64>,
    /// Callers whose active holds matter.
    pub(super) holders: Vec<i64>,
    /// Callers whose seats count, because the batch may give them more.
    pub(super) counted: Vec<i64>,
    /// Those who book whatever they have locked.
    pub(super) callers_with_quantity: Vec<i64>,
    /// Idempotency keys with their callers, parallel.
    pub(super) keys: Vec<String>,
    pub(super) key_callers: Vec<i64>,
    /// How many commands may make a booking.
    pub(super) bookings_to_make: i32,
}

/// The caller id that stands for nobody in stored keys.
pub(in crate::store) const NOBODY: i64 = 0;

impl Named {
    pub(super) fn of(requests: &[Request]) -> Self {
        let mut named = Self::default();
        for request in requests {
            if let Some(key) = &request.key {
                named.keys.push(key.key.clone());
                named.key_callers.push(request.caller.map_or(NOBODY, |caller| caller.0));
            }
            named.add(request);
        }
        named.seats.sort_unstable();
        named.seats.dedup();
        for callers in [&mut named.holders, &mut named.counted] {
            callers.sort_unstable();
            callers.dedup();
        }
        named
    }

    /// Whether no seat has to be found by way of a hold or a booking.
    pub(super) fn names_seats_alone(&self) -> bool {
        self.holds_to_change.is_empty()
            && self.callers_with_quantity.is_empty()
            && self.bookings.is_empty()
    }

    fn add(&mut self, request: &Request) {
        let caller = request.caller.map(|caller| caller.0);
        match &request.command {
            Command::Lock { seat, .. } => {
                self.add_seats(&[*seat]);
                self.add_counted(caller);
            }
            Command::Hold { seats, .. } => {
                self.add_seats(seats);
                self.add_counted(caller);
            }
            Command::HoldBest { .. } | Command::HoldPlaces { .. } => self.add_counted(caller),
            Command::UnlockTable { table, .. } => {
                self.add_seats(&table.clone().collect::<Vec<_>>());
                self.holders.extend(caller);
            }
            Command::Unlock { seat } => {
                self.add_seats(&[*seat]);
                self.holders.extend(caller);
            }
            Command::Block { seats, .. } | Command::Unblock { seats, .. } => self.add_seats(seats),
            Command::Extend { hold, .. } => self.holds.push(hold.0),
            Command::Release { hold } => self.add_hold_to_change(hold.0),
            Command::Confirm { booking, .. } => {
                self.bookings.push(booking.0);
                // When late, it takes its seats anew.
                self.add_counted(caller);
            }
            Command::Cancel { booking }
            | Command::CallOff { booking, .. }
            | Command::CheckIn { booking, .. }
            | Command::CheckOut { booking, .. } => self.bookings.push(booking.0),
            Command::Book(book) => self.add_book(&book.selection, caller),
            Command::ExpireDue | Command::Refuse(_) => {}
        }
    }

    fn add_book(&mut self, selection: &Selection, caller: Option<i64>) {
        self.bookings_to_make += 1;
        match selection {
            Selection::Seats(seats) => {
                self.add_seats(seats);
                self.holders.extend(caller);
            }
            Selection::Hold(hold) => self.add_hold_to_change(hold.0),
            Selection::Quantity(_) | Selection::QuantityWhole { .. } => {
                self.holders.extend(caller);
                self.callers_with_quantity.extend(caller);
            }
        }
    }

    fn add_counted(&mut self, caller: Option<i64>) {
        self.holders.extend(caller);
        self.counted.extend(caller);
    }

    fn add_seats(&mut self, seats: &[u32]) {
        // Indexes end at 199,999; one that doesn't fit is no seat and is found missing.
        self.seats.extend(seats.iter().filter_map(|seat| i32::try_from(*seat).ok()));
    }

    fn add_hold_to_change(&mut self, hold: Uuid) {
        self.holds.push(hold);
        self.holds_to_change.push(hold);
    }
}
