//! `decide` on batches as the sequencer hands them on: every request by another caller, for another
//! seat of one event.

use std::collections::{BTreeMap, HashMap};

use divan::{Bencher, counter::ItemsCount};
use jiff::{SignedDuration, Timestamp};
use seatmap::domain::booking::Customer;
use seatmap::domain::choice::OrphanRule;
use seatmap::domain::command::{Book, Command, Request, Selection};
use seatmap::domain::decide::{State, decide};
use seatmap::domain::event::{CancelConfirmed, Event, Rules};
use seatmap::domain::hold::{Hold, HoldStatus};
use seatmap::domain::ids::{BookingId, EventId, HoldId, SeatIndex, UserId};
use seatmap::domain::seat::{Counts, Seat, SeatStatus};
use uuid::Uuid;

const BATCHES: [usize; 3] = [1, 64, 256];
const SEATS: u32 = 20_000;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn now() -> Timestamp {
    Timestamp::from_second(1_900_000_000).expect("a moment")
}

fn state() -> State {
    let rules = Rules {
        sales_start: None,
        sales_end: now() + HOUR,
        lock_seconds: 180,
        booking_seconds: 900,
        hold_life_max_seconds: 1_980,
        max_seats_per_user: 10,
        cancel_confirmed: CancelConfirmed::Owner,
        orphan_rule: OrphanRule::Prefer,
    };
    let counts = Counts([SEATS, 0, 0, 0, 0]);
    let event = Event { id: EventId(1), version: 7, counts, rules, prices: vec![4_500] };
    State {
        event,
        seats: BTreeMap::new(),
        holds: HashMap::new(),
        bookings: HashMap::new(),
        booked_seats: HashMap::new(),
        kept: HashMap::new(),
        picture: None,
        booking_ids: Vec::new(),
    }
}

fn seat(index: SeatIndex, hold: Option<HoldId>) -> Seat {
    let status = if hold.is_some() { SeatStatus::Locked } else { SeatStatus::Available };
    Seat { index, category: 0, status, hold, booking: None }
}

fn request(number: usize, command: Command) -> Request {
    let caller = Some(UserId(1_000 + number as i64));
    Request { caller, command, key: None, request_id: format!("request-{number}") }
}

/// So many callers who lock a free seat each.
fn locks(batch: usize) -> (State, Vec<Request>) {
    let mut state = state();
    let requests = (0..batch).map(|number| {
        let index = number as SeatIndex * 3;
        state.seats.insert(index, seat(index, None));
        let hold = HoldId(Uuid::from_u128(number as u128));
        request(number, Command::Lock { seat: index, hold })
    });
    let requests = requests.collect();
    (state, requests)
}

/// So many callers who book a hold of two seats each.
fn books(batch: usize) -> (State, Vec<Request>) {
    let mut state = state();
    let mut requests = Vec::new();
    for number in 0..batch {
        let id = HoldId(Uuid::from_u128(number as u128));
        let seats = vec![number as SeatIndex * 3, number as SeatIndex * 3 + 1];
        for &index in &seats {
            state.seats.insert(index, seat(index, Some(id)));
            state.event.counts.0[0] -= 1;
            state.event.counts.0[1] += 1;
        }
        let hold = Hold {
            id,
            user: UserId(1_000 + number as i64),
            seats,
            prices: vec![4_500; 2],
            status: HoldStatus::Active,
            created_at: now() - SignedDuration::from_secs(5),
            expires_at: now() + SignedDuration::from_secs(175),
        };
        state.holds.insert(id, hold);
        state.booking_ids.push(BookingId(number as i64));
        let reference = format!("SM-{number:08}");
        let (selection, customer) = (Selection::Hold(id), Customer::default());
        let book = Book { selection, reference, user: None, customer };
        requests.push(request(number, Command::Book(book)));
    }
    (state, requests)
}

#[divan::bench(args = BATCHES)]
fn lock(bencher: Bencher<'_, '_>, batch: usize) {
    run(bencher, locks(batch));
}

#[divan::bench(args = BATCHES)]
fn book(bencher: Bencher<'_, '_>, batch: usize) {
    run(bencher, books(batch));
}

fn run(bencher: Bencher<'_, '_>, (state, requests): (State, Vec<Request>)) {
    // A batch of refusals would be fast and mean nothing.
    let decided = decide(state.clone(), &requests, now());
    assert!(decided.answers.iter().all(|answer| answer.result.is_ok()), "{:?}", decided.answers);
    bencher
        .counter(ItemsCount::new(requests.len()))
        .with_inputs(|| state.clone())
        .bench_values(|state| decide(state, &requests, now()));
}
