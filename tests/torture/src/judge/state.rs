//! The contract's state machine, as far as the log has been read: seats, holds and bookings, and
//! questions about them. Written from the contract; shares nothing with the server.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use uuid::Uuid;

use crate::history::{LogLine, Nanos, Rules, Status, UnixMicros};

/// Where a hold stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HoldStatus {
    Active,
    Released,
    Expired,
    Booked,
}

impl HoldStatus {
    pub(super) fn name(self) -> &'static str {
        ["active", "released", "expired", "booked"][self as usize]
    }
}

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BookingStatus {
    Pending,
    Confirmed,
    Cancelled,
    Expired,
}

impl BookingStatus {
    pub(super) fn name(self) -> &'static str {
        ["pending", "confirmed", "cancelled", "expired"][self as usize]
    }
}

/// A hold. Its id is unknown while only a request without an answer made it.
#[derive(Clone, Debug)]
pub(super) struct Hold {
    pub(super) id: Option<Uuid>,
    pub(super) owner: Option<i64>,
    /// Those it locks, or locked last.
    pub(super) seats: BTreeSet<u32>,
    pub(super) status: HoldStatus,
    pub(super) created: UnixMicros,
    /// When it ends, unless a request without an answer extended it.
    pub(super) expires: UnixMicros,
    /// Its ends before extensions, each with when its extension was answered.
    pub(super) earlier: Vec<(UnixMicros, Nanos)>,
}

/// A booking.
#[derive(Clone, Debug)]
pub(super) struct Booking {
    pub(super) id: Option<i64>,
    pub(super) owner: Option<i64>,
    pub(super) seats: BTreeSet<u32>,
    pub(super) status: BookingStatus,
    pub(super) reference: Option<String>,
    /// What people call it, once that was told.
    pub(super) booking_ref: Option<String>,
    /// Its seats with visitors in.
    pub(super) inside: BTreeSet<u32>,
    pub(super) created: UnixMicros,
    pub(super) expires: UnixMicros,
}

/// Whose a seat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    Held(usize),
    Booked(usize),
    Blocked,
}

/// Everything at one place of the log.
#[derive(Debug)]
pub(super) struct State {
    pub(super) rules: Rules,
    pub(super) places: Vec<Place>,
    pub(super) holds: Vec<Hold>,
    pub(super) bookings: Vec<Booking>,
    hold_ids: HashMap<Uuid, usize>,
    booking_ids: HashMap<i64, usize>,
    /// By hold, how much requests without an answer may have added, in microseconds.
    slack: HashMap<Uuid, i64>,
    /// The latest end of what the log has ended so far.
    pub(super) ended: UnixMicros,
    /// The latest moment of the log so far.
    pub(super) at: UnixMicros,
}

pub(super) const SECOND: i64 = 1_000_000;

impl State {
    pub(super) fn new(seats: u32, rules: Rules, slack: HashMap<Uuid, i64>) -> Self {
        Self {
            rules,
            places: vec![Place::Free; seats as usize],
            holds: Vec::new(),
            bookings: Vec::new(),
            hold_ids: HashMap::new(),
            booking_ids: HashMap::new(),
            slack,
            ended: UnixMicros::MIN,
            at: UnixMicros::MIN,
        }
    }

    pub(super) fn place(&self, seat: u32) -> Option<Place> {
        self.places.get(seat as usize).copied()
    }

    pub(super) fn status(&self, seat: u32) -> Option<Status> {
        Some(match self.place(seat)? {
            Place::Free => Status::Available,
            Place::Held(_) => Status::Locked,
            Place::Blocked => Status::Blocked,
            Place::Booked(key) => match self.bookings[key].status {
                BookingStatus::Confirmed => Status::Sold,
                _ => Status::Reserved,
            },
        })
    }

    /// How many seats there are.
    pub(super) fn seats(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    /// The seats of the table that is sold whole.
    pub(super) fn table(&self) -> Range<u32> {
        self.seats() - self.rules.table..self.seats()
    }

    /// How many of these are free.
    pub(super) fn free_of(&self, seats: Range<u32>) -> usize {
        seats.filter(|seat| self.place(*seat) == Some(Place::Free)).count()
    }

    /// Whether so many are surely together without the table: the contract doesn't say what is, but
    /// one seat always is, and places of one area are.
    pub(super) fn is_together_elsewhere(&self, quantity: u32) -> bool {
        (quantity == 1 && self.free_of(0..self.table().start) > 0)
            || self.free_of(0..self.rules.places) >= quantity as usize
    }

    /// Whether seats are a part of the table that is sold whole.
    pub(super) fn cut_table(&self, seats: &BTreeSet<u32>) -> bool {
        let among = self.table().filter(|seat| seats.contains(seat)).count();
        among > 0 && among < self.rules.table as usize
    }

    pub(super) fn map(&self) -> String {
        (0..).map_while(|seat| self.status(seat)).map(Status::letter).collect()
    }

    /// What seats cost together, if that is known.
    pub(super) fn price(&self, seats: &BTreeSet<u32>) -> Option<i64> {
        seats.iter().map(|seat| self.rules.prices.get(*seat as usize)).sum()
    }

    /// Whose hold a seat is in.
    pub(super) fn holder(&self, seat: u32) -> Option<&Hold> {
        match self.place(seat)? {
            Place::Held(key) => Some(&self.holds[key]),
            _ => None,
        }
    }

    pub(super) fn locked_by(&self, caller: Option<i64>) -> BTreeSet<u32> {
        let seats = 0..self.seats();
        seats.filter(|seat| self.holder(*seat).is_some_and(|hold| hold.owner == caller)).collect()
    }

    /// How many seats a caller has: locked, reserved and sold.
    pub(super) fn seats_of(&self, caller: Option<i64>) -> usize {
        let owner = |place: &&Place| match place {
            Place::Held(key) => self.holds[*key].owner == caller,
            Place::Booked(key) => self.bookings[*key].owner == caller,
            Place::Free | Place::Blocked => false,
        };
        self.places.iter().filter(owner).count()
    }

    pub(super) fn has_room(&self, caller: Option<i64>, more: usize) -> bool {
        self.seats_of(caller) + more <= self.rules.max_seats_per_user as usize
    }

    /// The latest that a hold can end.
    pub(super) fn ends_at_most(&self, hold: &Hold) -> UnixMicros {
        if let Some(id) = hold.id {
            return (self.ends(id).1)(hold);
        }
        // What was asked for under an id that nobody was told yet may have been asked of this one.
        let nameless = self.slack.keys().filter(|id| !self.hold_ids.contains_key(*id));
        nameless.map(|id| (self.ends(*id).1)(hold)).max().unwrap_or(hold.expires)
    }

    /// Whether a hold of an id can end at a moment, and the latest that it can. What it returns
    /// doesn't look at the state any more.
    pub(super) fn ends(
        &self,
        id: Uuid,
    ) -> (impl Fn(&Hold, UnixMicros) -> bool + use<>, impl Fn(&Hold) -> UnixMicros + use<>) {
        let slack = self.slack.get(&id).copied().unwrap_or(0);
        let life = i64::from(self.rules.hold_life_max_seconds) * SECOND;
        let latest = move |hold: &Hold| {
            hold.expires.saturating_add(slack).min((hold.created + life).max(hold.expires))
        };
        (move |hold, end| (hold.expires..=latest(hold)).contains(&end), latest)
    }

    /// The end of the life that a hold can have.
    pub(super) fn last_end(&self, hold: &Hold) -> UnixMicros {
        hold.created + i64::from(self.rules.hold_life_max_seconds) * SECOND
    }

    /// Something whose time is surely over at a moment, though the log hasn't ended it.
    pub(super) fn overdue(&self, now: UnixMicros) -> Option<String> {
        let hold = self
            .holds
            .iter()
            .find(|hold| hold.status == HoldStatus::Active && self.ends_at_most(hold) <= now);
        let booking = self
            .bookings
            .iter()
            .find(|booking| booking.status == BookingStatus::Pending && booking.expires <= now);
        let of_hold = hold.map(|hold| {
            let (id, seats, end) = (hold.id, &hold.seats, hold.expires);
            format!("hold {id:?} on seats {seats:?} of user {:?} until {end}", hold.owner)
        });
        of_hold.or_else(|| {
            booking.map(|booking| {
                let (id, seats, end) = (booking.id, &booking.seats, booking.expires);
                format!("booking {id:?} of seats {seats:?} until {end}")
            })
        })
    }

    pub(super) fn add_hold(&mut self, hold: Hold) -> usize {
        let key = self.holds.len();
        if let Some(id) = hold.id {
            self.hold_ids.insert(id, key);
        }
        self.holds.push(hold);
        key
    }

    pub(super) fn add_booking(&mut self, booking: Booking) -> usize {
        let key = self.bookings.len();
        if let Some(id) = booking.id {
            self.booking_ids.insert(id, key);
        }
        self.bookings.push(booking);
        key
    }

    pub(super) fn hold(&self, id: Uuid) -> Option<usize> {
        self.hold_ids.get(&id).copied()
    }

    pub(super) fn booking(&self, id: i64) -> Option<usize> {
        self.booking_ids.get(&id).copied()
    }

    /// The hold of an id, which may become known by this for one that nobody was told of.
    pub(super) fn learn_hold(&mut self, id: Uuid, fits: impl Fn(&Hold) -> bool) -> Option<usize> {
        if let Some(key) = self.hold(id) {
            return Some(key);
        }
        let key = self.holds.iter().position(|hold| hold.id.is_none() && fits(hold))?;
        self.holds[key].id = Some(id);
        self.hold_ids.insert(id, key);
        Some(key)
    }

    /// The same for a booking.
    pub(super) fn learn_booking(
        &mut self,
        id: i64,
        fits: impl Fn(&Booking) -> bool,
    ) -> Option<usize> {
        if let Some(key) = self.booking(id) {
            return Some(key);
        }
        let key = self.bookings.iter().position(|booking| booking.id.is_none() && fits(booking))?;
        self.bookings[key].id = Some(id);
        self.booking_ids.insert(id, key);
        Some(key)
    }

    /// Whether there is a hold that nobody was told the id of.
    pub(super) fn has_nameless_hold(&self, owner_is: impl Fn(Option<i64>) -> bool) -> bool {
        self.holds.iter().any(|hold| hold.id.is_none() && owner_is(hold.owner))
    }

    /// The same for bookings.
    pub(super) fn has_nameless_booking(&self, owner_is: impl Fn(Option<i64>) -> bool) -> bool {
        self.bookings.iter().any(|booking| booking.id.is_none() && owner_is(booking.owner))
    }

    /// Takes seats out of a hold, which ends as `end` when none is left.
    pub(super) fn take_out(&mut self, key: usize, seats: &BTreeSet<u32>, end: HoldStatus) {
        let hold = &mut self.holds[key];
        let rest: BTreeSet<u32> = hold.seats.difference(seats).copied().collect();
        if rest.is_empty() {
            hold.status = end;
        } else {
            hold.seats = rest;
        }
    }

    pub(super) fn put(&mut self, seats: &BTreeSet<u32>, place: Place) {
        for seat in seats {
            self.places[*seat as usize] = place;
        }
    }

    /// Puts a seat where the log says it went, legal or not.
    pub(super) fn force(&mut self, line: &LogLine) {
        if self.place(line.seat).is_none() {
            return;
        }
        let seats = BTreeSet::from([line.seat]);
        let (id, owner) = (None, line.actor);
        let (created, expires) = (line.at, UnixMicros::MAX);
        let place = match line.to {
            Status::Available => Place::Free,
            Status::Blocked => Place::Blocked,
            Status::Locked => {
                let (seats, status) = (seats.clone(), HoldStatus::Active);
                let earlier = Vec::new();
                let hold = Hold { id, owner, seats, status, created, expires, earlier };
                Place::Held(self.add_hold(hold))
            }
            Status::Reserved | Status::Sold => {
                let status = match line.to {
                    Status::Sold => BookingStatus::Confirmed,
                    _ => BookingStatus::Pending,
                };
                let (id, seats, reference, booking_ref) = (None, seats.clone(), None, None);
                let inside = BTreeSet::new();
                let booking = Booking {
                    id,
                    owner,
                    seats,
                    status,
                    reference,
                    booking_ref,
                    inside,
                    created,
                    expires,
                };
                Place::Booked(self.add_booking(booking))
            }
        };
        self.put(&seats, place);
    }
}
