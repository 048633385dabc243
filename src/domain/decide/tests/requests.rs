//! From plans to requests. What can't be meant in a given state – the last booking of a caller who
//! has none – becomes a step towards it, a booking or a lock.

use uuid::Uuid;

use super::database::Database;
use super::plans::{Batch, Pick, Plan, SEATS, Wish};
use crate::domain::answer::{Refusal, Thing};
use crate::domain::booking::{Booking, BookingStatus, Customer};
use crate::domain::command::{Book, Command, IdempotencyKey, Request, Selection};
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{BookingId, HoldId, SeatIndex, UserId};

/// The requests of a batch; `made` counts those of the whole scenario.
pub(super) fn requests(batch: &Batch, database: &Database, made: &mut u32) -> Vec<Request> {
    let mut request = |plan| {
        *made += 1;
        request(plan, database, *made)
    };
    batch.plans.iter().map(&mut request).collect()
}

fn request(plan: &Plan, database: &Database, number: u32) -> Request {
    let caller = plan.caller.map(UserId);
    let wished = Wished { caller, database, number };
    let command = wished.command(&plan.wish).unwrap_or_else(|| wished.step_towards());
    Request {
        caller,
        command,
        key: plan.key.map(|(key, fingerprint)| IdempotencyKey {
            key: format!("key-{key}"),
            fingerprint: vec![fingerprint],
        }),
        request_id: format!("request-{number}"),
    }
}

/// A wish in its circumstances.
struct Wished<'a> {
    caller: Option<UserId>,
    database: &'a Database,
    /// Which request of the scenario it is, from 1.
    number: u32,
}

impl Wished<'_> {
    fn command(&self, wish: &Wish) -> Option<Command> {
        Some(match wish {
            Wish::Lock(seat) => Command::Lock { seat: *seat, hold: self.fresh_hold() },
            Wish::Unlock(seat) => Command::Unlock { seat: *seat },
            Wish::UnlockLocked(mask) => Command::Unlock { seat: *self.locked(*mask)?.first()? },
            Wish::Hold(seats) => Command::Hold { seats: seats.clone(), hold: self.fresh_hold() },
            Wish::Extend(pick, seconds) => {
                Command::Extend { hold: self.hold(*pick)?, seconds: *seconds }
            }
            Wish::Release(pick) => Command::Release { hold: self.hold(*pick)? },
            Wish::BookSeats(seats) => self.book(Selection::Seats(seats.clone())),
            Wish::BookLocked(mask) => self.book(Selection::Seats(self.locked(*mask)?)),
            Wish::BookHold(pick) => self.book(Selection::Hold(self.hold(*pick)?)),
            Wish::BookQuantity(quantity) => self.book(Selection::Quantity(*quantity)),
            Wish::Confirm(pick, paid) => Command::Confirm {
                booking: self.booking(*pick)?,
                payment_reference: paid.map(|paid| format!("payment-{paid}")),
            },
            Wish::Cancel(pick) => Command::Cancel { booking: self.booking(*pick)? },
            Wish::CallOff(pick) => Command::CallOff {
                booking: self.booking(*pick)?,
                reason: self.number.is_multiple_of(2).then(|| "called off".to_owned()),
            },
            Wish::CheckIn(pick, seats) => {
                Command::CheckIn { booking: self.at_door(*pick)?, seats: seats.clone() }
            }
            Wish::CheckInFirst(pick) => {
                let booking = self.at_door(*pick)?;
                let seats = self.database.bookings.get(&booking).map(|b| b.seats[..1].to_vec());
                Command::CheckIn { booking, seats }
            }
            Wish::CheckOut(pick, seats) => {
                Command::CheckOut { booking: self.at_door(*pick)?, seats: seats.clone() }
            }
            Wish::Block(seats) => Command::Block {
                seats: seats.clone(),
                reason: self.number.is_multiple_of(2).then(|| "camera".to_owned()),
            },
            Wish::Unblock(seats) => Command::Unblock { seats: seats.clone(), reason: None },
            Wish::ExpireDue => Command::ExpireDue,
            Wish::Refuse => Command::Refuse(Refusal::NotFound { thing: Thing::Event }),
        })
    }

    fn step_towards(&self) -> Command {
        match self.locked(u8::MAX) {
            Some(_) => self.book(Selection::Quantity(1)),
            None => Command::Lock { seat: self.number % SEATS, hold: self.fresh_hold() },
        }
    }

    fn fresh_hold(&self) -> HoldId {
        HoldId(Uuid::from_u128(self.number.into()))
    }

    fn book(&self, selection: Selection) -> Command {
        let name = Some(format!("customer {}", self.number));
        Command::Book(Book {
            selection,
            reference: format!("SM-{:08}", self.number),
            user: self.number.is_multiple_of(4).then_some(UserId(99)),
            customer: Customer { name, ..Customer::default() },
        })
    }

    fn hold(&self, pick: Pick) -> Option<HoldId> {
        let about = |hold: &Hold| (hold.user, hold.status == HoldStatus::Active, hold.id);
        let all: Vec<_> = self.database.holds.values().map(about).collect();
        self.pick(pick, &all, HoldId(Uuid::nil()))
    }

    fn booking(&self, pick: Pick) -> Option<BookingId> {
        let about = |b: &Booking| (b.owner, b.status == BookingStatus::Pending, b.id);
        let all: Vec<_> = self.database.bookings.values().map(about).collect();
        self.pick(pick, &all, BookingId(0))
    }

    /// At the door what is live is paid, whoever's it is.
    fn at_door(&self, pick: Pick) -> Option<BookingId> {
        let Pick::Live(n) = pick else { return self.booking(pick) };
        let bookings = self.database.bookings.values().rev();
        let mut paid = bookings.filter(|booking| booking.status == BookingStatus::Confirmed);
        paid.nth(n).map(|booking| booking.id).or_else(|| self.booking(pick))
    }

    /// Picks from what there is: whose it is, whether it is live, its id; oldest first.
    fn pick<T: Copy>(&self, pick: Pick, all: &[(UserId, bool, T)], unknown: T) -> Option<T> {
        let mut all = all.iter().rev();
        let own = |user: UserId| Some(user) == self.caller;
        let found = match pick {
            Pick::Live(n) => all.filter(|(user, live, _)| *live && own(*user)).nth(n),
            Pick::Own(n) => all.filter(|(user, ..)| own(*user)).nth(n),
            Pick::Any(n) => all.nth(n),
            Pick::Unknown => return Some(unknown),
        };
        found.map(|(.., id)| *id)
    }

    /// Those of the caller's locked seats that are in the mask; never none.
    fn locked(&self, mask: u8) -> Option<Vec<SeatIndex>> {
        let own = self.database.holds.values().filter(|hold| Some(hold.user) == self.caller);
        let active = own.filter(|hold| hold.status == HoldStatus::Active);
        let locked = active.flat_map(|hold| hold.seats.iter().copied());
        let mut seats: Vec<_> = locked.filter(|seat| mask & (1 << seat) != 0).collect();
        seats.sort_unstable();
        (!seats.is_empty()).then_some(seats)
    }
}
