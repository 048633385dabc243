//! The tables as values: what the store would read for a batch, and what it would write after.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::command::{Command, Request, Selection};
use crate::domain::decide::{Decision, KeptAnswer, KeyScope, State};
use crate::domain::event::{Event, Rules};
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{BookingId, EventId, HoldId, SeatIndex, UserId};
use crate::domain::seat::{Counts, Seat, SeatStatus};

#[derive(Clone)]
pub(super) struct Database {
    pub(super) event: Event,
    pub(super) seats: BTreeMap<SeatIndex, Seat>,
    pub(super) holds: BTreeMap<HoldId, Hold>,
    pub(super) bookings: BTreeMap<BookingId, Booking>,
    pub(super) kept: HashMap<KeyScope, KeptAnswer>,
    last_booking: i64,
}

impl Database {
    pub(super) fn new(rules: Rules, prices: Vec<i64>, categories: &[u16]) -> Self {
        let seat = |(index, category): (SeatIndex, &u16)| {
            let status = SeatStatus::Available;
            (index, Seat { index, category: *category, status, hold: None, booking: None })
        };
        let seats: BTreeMap<_, _> = (0..).zip(categories).map(seat).collect();
        let counts = Counts([seats.len() as u32, 0, 0, 0, 0]);
        Self {
            event: Event { id: EventId(1), version: 0, counts, rules, prices },
            seats,
            holds: BTreeMap::new(),
            bookings: BTreeMap::new(),
            kept: HashMap::new(),
            last_booking: 0,
        }
    }

    /// Reads what a batch may touch, and no more.
    pub(super) fn read(&mut self, requests: &[Request], now: Timestamp) -> State {
        let named = Named::by(requests);
        let callers: BTreeSet<UserId> = requests.iter().filter_map(|r| r.caller).collect();
        let active = |hold: &Hold| hold.status == HoldStatus::Active;
        let due = |hold: &Hold| active(hold) && hold.expires_at <= now;
        let overdue = |b: &Booking| b.status == BookingStatus::Pending && b.expires_at <= now;

        let mut seats = named.seats;
        for hold in self.holds.values() {
            let counted = active(hold) && named.counters.contains(&hold.user);
            if due(hold) || counted || named.holds.contains(&hold.id) {
                seats.extend(&hold.seats);
            }
        }
        let bookings = self.bookings.values();
        let bookings: HashMap<_, _> = bookings
            .filter(|booking| overdue(booking) || named.bookings.contains(&booking.id))
            .map(|booking| (booking.id, booking.clone()))
            .collect();
        seats.extend(bookings.values().flat_map(|booking| &booking.seats));
        let holds = self.holds.values().filter(|hold| {
            let own = active(hold) && callers.contains(&hold.user);
            due(hold) || own || named.holds.contains(&hold.id)
        });
        let kept = self.kept.iter().filter(|(scope, _)| named.keys.contains(*scope));
        State {
            event: self.event.clone(),
            seats: seats.iter().filter_map(|i| Some((*i, self.seats.get(i)?.clone()))).collect(),
            holds: holds.map(|hold| (hold.id, hold.clone())).collect(),
            bookings,
            booked_seats: callers.iter().map(|caller| (*caller, self.booked(*caller))).collect(),
            kept: kept.map(|(scope, kept)| (scope.clone(), kept.clone())).collect(),
            picture: None,
            booking_ids: self.fresh(requests),
        }
    }

    fn booked(&self, caller: UserId) -> u32 {
        let live = self.bookings.values().filter(|b| b.owner == caller && b.status.is_live());
        live.map(|booking| booking.seats.len() as u32).sum()
    }

    fn fresh(&mut self, requests: &[Request]) -> Vec<BookingId> {
        let makers = requests.iter().filter(|r| matches!(r.command, Command::Book(_)));
        makers
            .map(|_| {
                self.last_booking += 1;
                BookingId(self.last_booking)
            })
            .collect()
    }

    /// Writes what was decided.
    pub(super) fn apply(&mut self, requests: &[Request], decision: &Decision) {
        self.event.version = decision.version;
        self.event.counts = decision.counts;
        self.seats.extend(decision.seats.iter().map(|seat| (seat.index, seat.clone())));
        self.holds.extend(decision.holds.iter().map(|hold| (hold.id, hold.clone())));
        self.bookings.extend(decision.bookings.iter().map(|b| (b.id, b.clone())));
        for position in &decision.keep {
            let request = &requests[*position];
            let key = request.key.clone().expect("only answers under a key are kept");
            let answer = decision.answers[*position].clone();
            let scope = (request.caller, key.key);
            self.kept.insert(scope, KeptAnswer { fingerprint: key.fingerprint, answer });
        }
    }
}

/// What the commands of a batch name.
#[derive(Default)]
struct Named {
    seats: BTreeSet<SeatIndex>,
    holds: BTreeSet<HoldId>,
    bookings: BTreeSet<BookingId>,
    keys: BTreeSet<KeyScope>,
    /// Callers who book by quantity, which may mean any of their seats.
    counters: BTreeSet<UserId>,
}

impl Named {
    fn by(requests: &[Request]) -> Self {
        let mut named = Self::default();
        for request in requests {
            named.add(request);
            let key = request.key.iter().map(|key| (request.caller, key.key.clone()));
            named.keys.extend(key);
        }
        named
    }

    fn add(&mut self, request: &Request) {
        match &request.command {
            Command::Lock { seat, .. } | Command::Unlock { seat } => {
                self.seats.insert(*seat);
            }
            Command::Hold { seats, .. }
            | Command::Block { seats, .. }
            | Command::Unblock { seats, .. } => self.seats.extend(seats),
            // Such batches have tests of their own.
            Command::HoldBest { .. } | Command::HoldPlaces { .. } => {}
            Command::UnlockTable { table, .. } => self.seats.extend(table.clone()),
            Command::Extend { hold, .. } | Command::Release { hold } => {
                self.holds.insert(*hold);
            }
            Command::Book(book) => match &book.selection {
                Selection::Seats(seats) => self.seats.extend(seats),
                Selection::Hold(hold) => {
                    self.holds.insert(*hold);
                }
                Selection::Quantity(_) | Selection::QuantityWhole { .. } => {
                    self.counters.extend(request.caller);
                }
            },
            Command::Confirm { booking, .. }
            | Command::Cancel { booking }
            | Command::CallOff { booking, .. }
            | Command::CheckIn { booking, .. }
            | Command::CheckOut { booking, .. } => {
                self.bookings.insert(*booking);
            }
            Command::ExpireDue | Command::Refuse(_) => {}
        }
    }
}
