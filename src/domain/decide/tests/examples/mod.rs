//! The rules, one at a time, in a shop of two callers.

mod batches;
mod bookings;
mod choices;
mod holds;

use jiff::Timestamp;
use uuid::Uuid;

use super::database::Database;
use super::plans::at;
use crate::domain::answer::{Answer, Conflict, Outcome, Refusal, Thing};
use crate::domain::booking::{Booking, BookingStatus, Customer};
use crate::domain::choice::OrphanRule;
use crate::domain::command::{Book, Command, IdempotencyKey, Request, Selection};
use crate::domain::decide::{Cause, Decision, decide};
use crate::domain::event::{CancelConfirmed, Rules};
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{BookingId, HoldId, SeatIndex, UserId};
use crate::domain::seat::SeatStatus::{self, Available, Locked, Reserved, Sold};

const ANNA: UserId = UserId(1);
const BERT: UserId = UserId(2);
const UNKNOWN_SEAT: SeatIndex = 99;

/// An event of ten seats at 10.00 with holds of 180 s (at most 200), bookings of 900 s and sales
/// for an hour; at most four seats a caller.
struct Shop {
    database: Database,
    asked: u32,
}

impl Shop {
    fn new() -> Self {
        let rules = Rules {
            sales_start: None,
            sales_end: at(3_600_000),
            lock_seconds: 180,
            booking_seconds: 900,
            hold_life_max_seconds: 200,
            max_seats_per_user: 4,
            cancel_confirmed: CancelConfirmed::Owner,
            orphan_rule: OrphanRule::Off,
        };
        Self { database: Database::new(rules, vec![1_000], &[0; 10]), asked: 0 }
    }

    fn request(&mut self, caller: UserId, command: Command) -> Request {
        self.asked += 1;
        let request_id = format!("request-{}", self.asked);
        Request { caller: Some(caller), command, key: None, request_id }
    }

    fn batch(&mut self, now: Timestamp, requests: &[Request]) -> Decision {
        let state = self.database.read(requests, now);
        let decision = decide(state, requests, now);
        self.database.apply(requests, &decision);
        decision
    }

    fn ask(&mut self, now: Timestamp, caller: UserId, command: Command) -> Answer {
        let request = self.request(caller, command);
        self.batch(now, &[request]).answers.remove(0)
    }

    fn hold(&mut self, now: Timestamp, caller: UserId, seats: &[SeatIndex]) -> Hold {
        match self.ask(now, caller, hold(seats, u128::from(self.asked) + 1)).result {
            Ok(Outcome::Hold(hold)) => hold,
            other => panic!("no hold: {other:?}"),
        }
    }

    fn book(&mut self, now: Timestamp, caller: UserId, selection: Selection) -> Booking {
        match self.ask(now, caller, book(selection)).result {
            Ok(Outcome::Booking(booking)) => booking,
            other => panic!("no booking: {other:?}"),
        }
    }

    fn statuses(&self, seats: &[SeatIndex]) -> Vec<SeatStatus> {
        seats.iter().map(|seat| self.database.seats[seat].status).collect()
    }
}

fn seconds(seconds: i64) -> Timestamp {
    at(seconds * 1_000)
}

fn hold(seats: &[SeatIndex], id: u128) -> Command {
    Command::Hold { seats: seats.to_vec(), hold: HoldId(Uuid::from_u128(id)) }
}

fn lock(seat: SeatIndex, id: u128) -> Command {
    Command::Lock { seat, hold: HoldId(Uuid::from_u128(id)) }
}

fn book(selection: Selection) -> Command {
    let (reference, customer) = ("SM-00000000".to_owned(), Customer::default());
    Command::Book(Book { selection, reference, user: None, customer })
}

fn confirm(booking: BookingId) -> Command {
    Command::Confirm { booking, payment_reference: Some("paid".to_owned()) }
}

fn unavailable(seat: SeatIndex, status: SeatStatus) -> Refusal {
    Refusal::SeatsUnavailable { conflicts: vec![Conflict { seat, status }] }
}
