//! A table that is sold whole stays whole, whatever its buyers do and whatever the clock does.

use std::ops::Range;

use proptest::prelude::*;
use uuid::Uuid;

use super::database::Database;
use super::plans::at;
use crate::domain::answer::{Outcome, Refusal};
use crate::domain::booking::Customer;
use crate::domain::choice::OrphanRule;
use crate::domain::command::{Book, Command, Request, Selection};
use crate::domain::decide::decide;
use crate::domain::event::{CancelConfirmed, Rules};
use crate::domain::ids::{BookingId, HoldId, SeatIndex, UserId};

const SEATS: SeatIndex = 14;
const CALLERS: i64 = 3;

/// The tables among the seats; the others are single.
fn tables() -> Vec<(String, Range<SeatIndex>)> {
    vec![("T1".to_owned(), 1..4), ("T2".to_owned(), 6..8), ("T3".to_owned(), 8..12)]
}

/// What can be asked for through the door, which lets no part of a table through.
#[derive(Clone, Debug)]
enum Step {
    /// Hold what these seats belong to.
    Hold(Vec<SeatIndex>),
    /// Book so many seats.
    Quantity(u32),
    /// Book, release or extend the latest hold.
    BookHold,
    Release,
    /// Pay for or call off the latest booking.
    Confirm,
    Cancel,
    /// Let time pass.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(0..SEATS, 1..4).prop_map(Step::Hold),
        4 => (1_u32..8).prop_map(Step::Quantity),
        1 => Just(Step::BookHold),
        1 => Just(Step::Release),
        1 => Just(Step::Confirm),
        1 => Just(Step::Cancel),
        1 => (1_i64..90).prop_map(Step::Wait),
    ]
}

/// The seats and all those of their tables, ascending.
fn with_tables(seats: &[SeatIndex]) -> Vec<SeatIndex> {
    let table = |seat: &SeatIndex| tables().into_iter().find(|(_, all)| all.contains(seat));
    let all = seats.iter().flat_map(|seat| table(seat).map_or(*seat..*seat + 1, |(_, all)| all));
    all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

fn rules() -> Rules {
    Rules {
        sales_start: None,
        sales_end: at(3_600_000),
        lock_seconds: 60,
        booking_seconds: 60,
        hold_life_max_seconds: 120,
        max_seats_per_user: 100,
        cancel_confirmed: CancelConfirmed::Owner,
        orphan_rule: OrphanRule::Off,
    }
}

/// What callers have got last.
#[derive(Default)]
struct Latest {
    hold: Option<HoldId>,
    booking: Option<BookingId>,
}

impl Latest {
    fn command(&self, step: &Step, number: usize) -> Option<Command> {
        let book = |selection| {
            let reference = format!("SM-{number:08}");
            Command::Book(Book { selection, reference, user: None, customer: Customer::default() })
        };
        Some(match step {
            Step::Hold(seats) => {
                let hold = HoldId(Uuid::from_u128(number as u128 + 1));
                Command::Hold { seats: with_tables(seats), hold }
            }
            Step::Quantity(quantity) => {
                book(Selection::QuantityWhole { quantity: *quantity, tables: tables() })
            }
            Step::BookHold => book(Selection::Hold(self.hold?)),
            Step::Release => Command::Release { hold: self.hold? },
            Step::Confirm => Command::Confirm { booking: self.booking?, payment_reference: None },
            Step::Cancel => Command::Cancel { booking: self.booking? },
            Step::Wait(_) => return None,
        })
    }
}

proptest! {
    #[test]
    fn whole_tables_stay_whole(steps in prop::collection::vec((0..CALLERS, step()), 1..40)) {
        let mut database = Database::new(rules(), vec![100], &[0; SEATS as usize]);
        let mut latest: Vec<Latest> = (0..CALLERS).map(|_| Latest::default()).collect();
        let mut now = 0;
        for (number, (caller, step)) in steps.iter().enumerate() {
            let mine = &mut latest[usize::try_from(*caller).expect("few")];
            if let Step::Wait(seconds) = step {
                now += seconds * 1_000;
            }
            let Some(command) = mine.command(step, number) else { continue };
            let caller = Some(UserId(caller + 1));
            let request =
                Request { caller, command, key: None, request_id: number.to_string() };
            let requests = [request];
            let decision = decide(database.read(&requests, at(now)), &requests, at(now));
            database.apply(&requests, &decision);
            match &decision.answers[0].result {
                Ok(Outcome::Hold(hold)) => mine.hold = Some(hold.id),
                Ok(Outcome::Booking(booking)) => mine.booking = Some(booking.id),
                // A part is refused by the name of its table.
                Err(Refusal::SoldWhole { table }) => {
                    prop_assert!(tables().iter().any(|(label, _)| label == table));
                }
                _ => {}
            }
            for (label, all) in tables() {
                let of = |seat: SeatIndex| {
                    let seat = &database.seats[&seat];
                    (seat.status, seat.hold, seat.booking)
                };
                let first = of(all.start);
                prop_assert!(all.clone().all(|seat| of(seat) == first), "{label} is in parts");
            }
        }
    }
}
