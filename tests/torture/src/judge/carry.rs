//! What the contract's commands do to seats and holds, and what the clock does.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::state::{BookingStatus, Hold, HoldStatus, Place, SECOND, State};
use crate::history::{Answer, Call, LogLine, Only, Operation, Status, UnixMicros};

/// One step of one seat, as the log should tell it.
pub(super) type Step = (u32, Status, Status);

/// How many seats of a table sold whole the server leaves empty at most.
const SPARE_SEATS_MAX: u32 = 2;

/// What a command did, or why it can't have.
pub(super) type Carried = Result<Vec<Step>, String>;

pub(super) fn steps(seats: &BTreeSet<u32>, from: Status, to: Status) -> Vec<Step> {
    seats.iter().map(|seat| (*seat, from, to)).collect()
}

fn told(answer: Option<&Answer>) -> Option<Uuid> {
    match answer {
        Some(Answer::Hold(hold)) => Some(hold.id),
        _ => None,
    }
}

impl State {
    /// Carries out what the log says was carried out at a moment.
    pub(super) fn carry_out(
        &mut self,
        operation: &Operation,
        answer: Option<&Answer>,
        lines: &[LogLine],
    ) -> Carried {
        let (caller, at) = (operation.caller, lines[0].at);
        let logged: BTreeSet<u32> = lines.iter().map(|line| line.seat).collect();
        match &operation.call {
            Call::Lock { seat } => {
                let id = match answer {
                    Some(Answer::Locked { hold, .. }) => Some(*hold),
                    _ => None,
                };
                self.take(caller, &[*seat], at, id)
            }
            Call::Hold { seats } => self.take(caller, seats, at, told(answer)),
            Call::HoldBest { quantity, only } => {
                if let Some(seat) = logged.iter().find(|seat| !self.will_do(*only, **seat)) {
                    return Err(format!("seat {seat} is none that will do"));
                }
                // A table sold whole may have seats to spare, but only where nothing else will do.
                let with_spare = self.may_have_to_spare(*quantity, *only)
                    && logged == self.table().collect::<BTreeSet<_>>();
                let quantity = if with_spare { self.rules.table } else { *quantity };
                let seats: Vec<u32> = logged.into_iter().collect();
                self.take_chosen((caller, &seats), quantity, at, told(answer))
            }
            Call::HoldPlaces { quantity } => {
                let seats = self.lowest_places(*quantity);
                self.take_chosen((caller, &seats), *quantity, at, told(answer))
            }
            Call::HoldTable => {
                let seats: Vec<u32> = self.table().collect();
                self.take(caller, &seats, at, told(answer))
            }
            Call::Unlock { seat } => self.unlock(caller, *seat),
            Call::Release { hold } => self.release(caller, *hold, &logged),
            Call::BookSeats { .. } | Call::BookHold { .. } | Call::BookQuantity { .. } => {
                self.book(operation, answer, at, &logged)
            }
            Call::Confirm { booking, reference } => {
                self.confirm(caller, (*booking, reference.as_deref()), at, &logged)
            }
            Call::Cancel { booking } => self.cancel(caller, *booking, &logged),
            Call::CallOff { booking } => self.call_off(*booking, &logged),
            call @ (Call::CheckIn { .. } | Call::CheckOut { .. }) => self.pass(call, &logged),
            Call::Block { seats } => self.switch(seats, Place::Free, Place::Blocked),
            Call::Unblock { seats } => self.switch(seats, Place::Blocked, Place::Free),
            Call::Extend { .. } => Err("an extension changes no seat".to_owned()),
            _ => Err("a read changes nothing".to_owned()),
        }
    }

    pub(super) fn require_on_sale(&self, at: UnixMicros) -> Result<(), String> {
        let on = self.terms.iter().any(|terms| self.offers.sells(*terms, at, at));
        if on { Ok(()) } else { Err("sales were closed".to_owned()) }
    }

    fn take(
        &mut self,
        caller: Option<i64>,
        seats: &[u32],
        at: UnixMicros,
        id: Option<Uuid>,
    ) -> Carried {
        self.require_on_sale(at)?;
        let seats: BTreeSet<u32> = seats.iter().copied().collect();
        if self.cut_table(&seats) {
            return Err(format!("seats {seats:?} are a part of a table sold whole"));
        }
        if let Some(seat) = seats.iter().find(|seat| self.place(**seat) != Some(Place::Free)) {
            let status = self.status(*seat).map_or("not there", Status::name);
            return Err(format!("seat {seat} was {status}, not available"));
        }
        if !self.has_room(caller, seats.len()) {
            return Err(format!("user {caller:?} had {} seats already", self.seats_of(caller)));
        }
        if let Some(key) = id.and_then(|id| self.hold(id)) {
            return Err(format!("its hold was made before: {:?}", self.holds[key]));
        }
        let expires = at + i64::from(self.rules.lock_seconds) * SECOND;
        let status = HoldStatus::Active;
        let (owner, earlier) = (caller, Vec::new());
        let (locked, created) = (seats.clone(), at);
        let sells = |terms: &&usize| self.offers.sells(**terms, at, at);
        let terms = self.terms.iter().filter(sells).copied().collect();
        let hold = Hold { id, owner, seats: locked, status, created, expires, earlier, terms };
        let key = self.add_hold(hold);
        self.put(&seats, Place::Held(key));
        Ok(steps(&seats, Status::Available, Status::Locked))
    }

    /// Which seats are best is the server's business; that they were free and how many isn't.
    fn take_chosen(
        &mut self,
        (caller, seats): (Option<i64>, &[u32]),
        quantity: u32,
        at: UnixMicros,
        id: Option<Uuid>,
    ) -> Carried {
        if seats.len() != quantity as usize {
            return Err(format!("{quantity} seats were asked for, and {seats:?} taken"));
        }
        self.take(caller, seats, at, id)
    }

    /// Whether the table may be given to a party of so many that leaves seats of it empty.
    fn may_have_to_spare(&self, quantity: u32, only: Option<Only>) -> bool {
        let table = self.rules.table;
        quantity < table
            && table - quantity <= SPARE_SEATS_MAX
            && !self.is_together_elsewhere(quantity, only)
    }

    /// The lowest free places of the area, at most so many.
    fn lowest_places(&self, quantity: u32) -> Vec<u32> {
        let free = |seat: &u32| self.place(*seat) == Some(Place::Free);
        (0..self.rules.places).filter(free).take(quantity as usize).collect()
    }

    fn unlock(&mut self, caller: Option<i64>, seat: u32) -> Carried {
        let Some(Place::Held(key)) = self.place(seat) else {
            return Err(format!("seat {seat} was not locked"));
        };
        if self.holds[key].owner != caller {
            return Err(format!("seat {seat} was held by user {:?}", self.holds[key].owner));
        }
        // A table sold whole is given back as one.
        let table = self.table();
        let seats: BTreeSet<u32> = if table.contains(&seat) {
            self.holds[key].seats.iter().copied().filter(|seat| table.contains(seat)).collect()
        } else {
            BTreeSet::from([seat])
        };
        self.take_out(key, &seats, HoldStatus::Released);
        self.put(&seats, Place::Free);
        Ok(steps(&seats, Status::Locked, Status::Available))
    }

    fn release(&mut self, caller: Option<i64>, id: Uuid, logged: &BTreeSet<u32>) -> Carried {
        let key = self.own_active_hold(caller, id, |hold| hold.seats == *logged)?;
        let seats = self.holds[key].seats.clone();
        self.take_out(key, &seats, HoldStatus::Released);
        self.put(&seats, Place::Free);
        Ok(steps(&seats, Status::Locked, Status::Available))
    }

    pub(super) fn own_active_hold(
        &mut self,
        caller: Option<i64>,
        id: Uuid,
        fits: impl Fn(&Hold) -> bool,
    ) -> Result<usize, String> {
        let owned =
            |hold: &Hold| hold.owner == caller && hold.status == HoldStatus::Active && fits(hold);
        let key = self.learn_hold(id, owned).ok_or("there was no such hold")?;
        let hold = &self.holds[key];
        if hold.owner != caller {
            return Err(format!("the hold was user {:?}'s", hold.owner));
        }
        if hold.status != HoldStatus::Active {
            return Err(format!("the hold was {}", hold.status.name()));
        }
        Ok(key)
    }

    fn switch(&mut self, seats: &[u32], from: Place, to: Place) -> Carried {
        let seats: BTreeSet<u32> = seats.iter().copied().collect();
        let idle = |seat: &&u32| matches!(self.place(**seat), Some(Place::Free | Place::Blocked));
        if let Some(seat) = seats.iter().find(|seat| !idle(seat)) {
            let status = self.status(*seat).map_or("not there", Status::name);
            return Err(format!("seat {seat} was {status}"));
        }
        let moving: BTreeSet<u32> =
            seats.into_iter().filter(|seat| self.place(*seat) == Some(from)).collect();
        let status = |place| {
            if place == Place::Free { Status::Available } else { Status::Blocked }
        };
        self.put(&moving, to);
        Ok(steps(&moving, status(from), status(to)))
    }

    /// What the clock ended, by the log: whole holds and bookings, each after its time. Answers when
    /// the first of them was due at the latest.
    pub(super) fn end(&mut self, lines: &[LogLine]) -> Result<UnixMicros, String> {
        let at = lines[0].at;
        let mut ended: BTreeMap<(bool, usize), BTreeSet<u32>> = BTreeMap::new();
        for line in lines {
            let what = match self.place(line.seat) {
                Some(Place::Held(key)) => (false, key),
                Some(Place::Booked(key)) => (true, key),
                _ => return Err(format!("seat {} belonged to nobody", line.seat)),
            };
            let stood = self.status(line.seat);
            if line.to != Status::Available || stood != Some(line.from) {
                return Err(format!("the clock can't take seat {} there", line.seat));
            }
            ended.entry(what).or_default().insert(line.seat);
        }
        let mut first = UnixMicros::MAX;
        for ((is_booking, key), seats) in ended {
            let latest = match is_booking {
                true => self.bookings[key].expires,
                false => self.ends_at_most(&self.holds[key]),
            };
            first = first.min(latest);
            let (all, due) = if is_booking { self.end_booking(key)? } else { self.end_hold(key) };
            if due > at {
                return Err(format!("seats {seats:?} were theirs until {due}, and ended at {at}"));
            }
            if all != seats {
                return Err(format!("of seats {all:?}, only {seats:?} were let go"));
            }
            self.ended = self.ended.max(due);
            self.put(&seats, Place::Free);
        }
        Ok(first)
    }

    fn end_hold(&mut self, key: usize) -> (BTreeSet<u32>, UnixMicros) {
        let hold = &mut self.holds[key];
        hold.status = HoldStatus::Expired;
        (hold.seats.clone(), hold.expires)
    }

    fn end_booking(&mut self, key: usize) -> Result<(BTreeSet<u32>, UnixMicros), String> {
        let booking = &mut self.bookings[key];
        if booking.status != BookingStatus::Pending {
            return Err(format!("booking {:?} was {}", booking.id, booking.status.name()));
        }
        booking.status = BookingStatus::Expired;
        Ok((booking.seats.clone(), booking.expires))
    }
}
