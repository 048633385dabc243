//! The contract's state machine, as far as the log has been read: seats, holds and bookings, and
//! questions about them. Written from the contract; shares nothing with the server.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use uuid::Uuid;

use super::terms::Offers;
use crate::history::{LogLine, Nanos, Only, Rules, Status, UnixMicros};

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
    /// The terms that it may have been taken on.
    pub(super) terms: Vec<usize>,
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
    /// What it may cost; nothing where nobody says.
    pub(super) costs: BTreeSet<i64>,
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
    pub(super) offers: Offers,
    /// Those that can hold at the place.
    pub(super) terms: Vec<usize>,
    /// The latest end of what the log has ended so far.
    pub(super) ended: UnixMicros,
    /// The latest moment of the log so far.
    pub(super) at: UnixMicros,
}

pub(super) const SECOND: i64 = 1_000_000;

impl State {
    pub(super) fn new(seats: u32, rules: Rules, slack: HashMap<Uuid, i64>, offers: Offers) -> Self {
        Self {
            rules,
            places: vec![Place::Free; seats as usize],
            holds: Vec::new(),
            bookings: Vec::new(),
            hold_ids: HashMap::new(),
            booking_ids: HashMap::new(),
            slack,
            offers,
            terms: Vec::new(),
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

    /// How many of these are free and will do.
    pub(super) fn free_of(&self, seats: Range<u32>, only: Option<Only>) -> usize {
        let free = |seat: &u32| self.place(*seat) == Some(Place::Free);
        seats.filter(|seat| self.will_do(only, *seat)).filter(free).count()
    }

    /// Whether so many are surely together without the table: the contract doesn't say what is, but
    /// one seat always is, and places of one area are.
    pub(super) fn is_together_elsewhere(&self, quantity: u32, only: Option<Only>) -> bool {
        (quantity == 1 && self.free_of(0..self.table().start, only) > 0)
            || self.free_of(0..self.rules.places, only) >= quantity as usize
    }

    /// Whether seats are a part of the table that is sold whole.
    pub(super) fn cut_table(&self, seats: &BTreeSet<u32>) -> bool {
        let among = self.table().filter(|seat| seats.contains(seat)).count();
        among > 0 && among < self.rules.table as usize
    }

    pub(super) fn map(&self) -> String {
        (0..).map_while(|seat| self.status(seat)).map(Status::letter).collect()
    }

    /// Goes on to something that was decided between these moments.
    pub(super) fn set_moments(&mut self, from: Nanos, to: Nanos) {
        self.terms = self.offers.during(from, to).collect();
    }

    /// Takes what was told that a hold costs, if it can be; it was taken on such terms then.
    pub(super) fn learn_price(&mut self, key: usize, told: i64) -> bool {
        let hold = &self.holds[key];
        let price = |terms: &usize| self.offers.price(*terms, &hold.seats);
        let fits = |terms: &&usize| price(terms).is_none_or(|price| price == told);
        let fitting: Vec<usize> = hold.terms.iter().filter(fits).copied().collect();
        if fitting.is_empty() {
            return false;
        }
        self.holds[key].terms = fitting;
        true
    }

    /// The same for a booking.
    pub(super) fn learn_cost(&mut self, key: usize, told: i64) -> bool {
        let costs = &mut self.bookings[key].costs;
        let fits = costs.is_empty() || costs.contains(&told);
        if fits && !costs.is_empty() {
            *costs = BTreeSet::from([told]);
        }
        fits
    }

    /// What seats may cost that are taken out of holds: in each as its terms say.
    pub(super) fn costs(&self, seats: &BTreeSet<u32>) -> BTreeSet<i64> {
        let mut costs = BTreeSet::from([0]);
        for (key, hold) in self.holds.iter().enumerate() {
            let held = |seat: &&u32| self.place(**seat) == Some(Place::Held(key));
            let own: Vec<&u32> = seats.iter().filter(held).collect();
            if own.is_empty() {
                continue;
            }
            let price = |terms: &usize| self.offers.price(*terms, own.iter().copied());
            let of_hold: BTreeSet<i64> = hold.terms.iter().filter_map(price).collect();
            costs = costs.iter().flat_map(|all| of_hold.iter().map(move |one| all + one)).collect();
        }
        costs
    }

    /// Whether a seat is one of those that alone will do.
    pub(super) fn will_do(&self, only: Option<Only>, seat: u32) -> bool {
        let is_place = seat < self.rules.places;
        let is_row = !is_place && !self.table().contains(&seat);
        match only {
            None => true,
            Some(Only::Rows) => is_row,
            Some(Only::Others | Only::Cheap) => !is_row,
            Some(Only::Hall) => !is_place,
            Some(Only::Floor) => is_place,
            Some(Only::Wheelchair) => false,
        }
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
                let (earlier, terms) = (Vec::new(), self.terms.clone());
                let hold = Hold { id, owner, seats, status, created, expires, earlier, terms };
                Place::Held(self.add_hold(hold))
            }
            Status::Reserved | Status::Sold => {
                let status = match line.to {
                    Status::Sold => BookingStatus::Confirmed,
                    _ => BookingStatus::Pending,
                };
                let (id, seats, reference, booking_ref) = (None, seats.clone(), None, None);
                let (inside, costs) = (BTreeSet::new(), BTreeSet::new());
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
                    costs,
                };
                Place::Booked(self.add_booking(booking))
            }
        };
        self.put(&seats, place);
    }
}
