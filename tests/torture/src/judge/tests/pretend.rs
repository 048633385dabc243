//! A server that is right, in memory: the server's own pure decisions over plans of concurrent
//! requests, batches and lost answers. The judge knows nothing of it.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use seatmap::domain::answer::Refusal;
use seatmap::domain::booking::Booking;
use seatmap::domain::choice::{
    OrphanRule, Picture, RowPlan, Seating, SeatingPlan, UnitKind, UnitPlan, Wanted,
};
use seatmap::domain::command::{Book, Command, IdempotencyKey, Request, Selection};
use seatmap::domain::decide::{Cause, KeptAnswer, KeyScope, State, decide};
use seatmap::domain::event::{self, CancelConfirmed};
use seatmap::domain::hold::Hold;
use seatmap::domain::ids::{BookingId, EventId, HoldId, UserId};
use seatmap::domain::seat::{Counts, Seat, SeatStatus};
use uuid::Uuid;

use super::super::{Case, wall};
use crate::history::{
    Answer, CHEAP_AT_MOST, Call, Epochs, Event, History, Log, LogLine, Only, Operation, Outcome,
    RENAMED, Rest, RestBooking, RestHold, Rules, Sight, Status, Turned, terms_of, woven,
};

pub(super) const SEATS: u32 = 8;
/// How many of them are places of an area.
pub(super) const PLACES: u32 = 3;
/// How many are a table that is sold whole; those in between are a row.
pub(super) const TABLE: u32 = 2;
/// What seats of each category cost, in minor units.
const PRICES: [i64; 2] = [1_205, 4_550];
/// What the event is called.
pub(super) const NAME: &str = "Matinée";
/// What its histories are called.
pub(super) const EPOCHS: [&str; 2] = ["e1", "e2"];
pub(super) const MS: u64 = 1_000_000;
/// 2026-01-01, in nanoseconds.
pub(super) const BEGAN: i64 = 1_767_225_600_000_000_000;

/// When sales are open in a play, in milliseconds since it began; plans go on before and after.
const ON_SALE: Range<u64> = 60..7_000;

/// What somebody wants to do; ids are found when its turn comes.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    Lock(u32),
    Unlock(u32),
    Hold(Vec<u32>),
    HoldBest(u32, Option<Only>),
    HoldPlaces(u32),
    HoldTable,
    Extend(usize, u32),
    Release(usize),
    BookSeats(Vec<u32>),
    BookHold(usize),
    BookQuantity(u32),
    Confirm(usize, u8),
    Cancel(usize),
    CallOff(usize),
    CheckIn(usize, Option<u32>),
    CheckOut(usize, Option<u32>),
    Inspect(usize),
    Block(Vec<u32>),
    Unblock(Vec<u32>),
    Again(usize),
    ReadHold(usize),
    ReadBooking(usize),
    ReadTickets,
    ReadEvent,
    Rename,
    Sweep,
    FailOver,
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    Heard,
    LostAfterEffect,
    LostBefore,
    TimedOut,
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    caller: i64,
    wish: Wish,
    fate: Fate,
    /// Milliseconds: after the step before; until it is decided; until it is answered.
    pauses: (u64, u64, u64),
    keyed: bool,
}

pub(super) type Plan = Vec<Step>;

pub(super) fn plans() -> impl Strategy<Value = Plan> {
    proptest::collection::vec(step(), 5..70)
}

/// There is one section.
fn only() -> impl Strategy<Value = Option<Only>> {
    let all = [Only::Rows, Only::Others, Only::Cheap, Only::Wheelchair];
    proptest::option::of(prop::sample::select(all.to_vec()))
}

fn step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        12 => Just(Fate::Heard),
        2 => Just(Fate::LostAfterEffect),
        1 => Just(Fate::LostBefore),
        1 => Just(Fate::TimedOut),
    ];
    let pauses = (prop_oneof![4 => 0u64..30, 1 => 200u64..900], 0u64..60, 0u64..60);
    (1i64..4, wish(), fate, pauses, any::<bool>())
        .prop_map(|(caller, wish, fate, pauses, keyed)| Step { caller, wish, fate, pauses, keyed })
}

fn wish() -> impl Strategy<Value = Wish> {
    let seat = || 0..SEATS + 1;
    let seats = || {
        proptest::collection::btree_set(0..SEATS, 1..4)
            .prop_map(|seats| seats.into_iter().collect::<Vec<_>>())
    };
    let some = || 0usize..4;
    // Mostly seats that may be the booking's.
    let of_booking = || proptest::option::weighted(0.25, 0..SEATS);
    prop_oneof![
        6 => seat().prop_map(Wish::Lock),
        2 => seat().prop_map(Wish::Unlock),
        4 => seats().prop_map(Wish::Hold),
        2 => (1u32..5, only()).prop_map(|(count, only)| Wish::HoldBest(count, only)),
        2 => Just(Wish::Rename),
        2 => (1u32..4).prop_map(Wish::HoldPlaces),
        2 => Just(Wish::HoldTable),
        2 => (some(), 1u32..4).prop_map(|(hold, by)| Wish::Extend(hold, by)),
        2 => some().prop_map(Wish::Release),
        1 => seats().prop_map(Wish::BookSeats),
        3 => some().prop_map(Wish::BookHold),
        3 => (1u32..4).prop_map(Wish::BookQuantity),
        5 => (some(), 0u8..3).prop_map(|(booking, paid)| Wish::Confirm(booking, paid)),
        2 => some().prop_map(Wish::Cancel),
        1 => some().prop_map(Wish::CallOff),
        5 => (some(), of_booking()).prop_map(|(booking, seat)| Wish::CheckIn(booking, seat)),
        2 => (some(), of_booking()).prop_map(|(booking, seat)| Wish::CheckOut(booking, seat)),
        1 => some().prop_map(Wish::Inspect),
        1 => seats().prop_map(Wish::Block),
        1 => seats().prop_map(Wish::Unblock),
        3 => some().prop_map(Wish::Again),
        2 => some().prop_map(Wish::ReadHold),
        2 => some().prop_map(Wish::ReadBooking),
        3 => Just(Wish::ReadTickets),
        1 => Just(Wish::ReadEvent),
        1 => Just(Wish::Sweep),
        1 => Just(Wish::FailOver),
    ]
}

pub(super) fn rules() -> Rules {
    Rules {
        lock_seconds: 1,
        booking_seconds: 1,
        hold_life_max_seconds: 4,
        max_seats_per_user: 5,
        sales_start: None,
        sales_end: i64::MAX / 4,
        cancel_confirmed: crate::history::CancelConfirmed::Owner,
        places: PLACES,
        table: TABLE,
        prices: (0..SEATS).map(|seat| PRICES[usize::from(category(seat))]).collect(),
    }
}

pub(super) fn event() -> Event {
    let (name, rules) = (NAME.to_owned(), rules());
    Event { id: 1, seats: SEATS, name, version: 0, rules, began_unix_ns: BEGAN }
}

pub(super) struct Server {
    event: event::Event,
    pub(super) name: String,
    pub(super) seats: BTreeMap<u32, Seat>,
    pub(super) holds: BTreeMap<HoldId, Hold>,
    pub(super) bookings: BTreeMap<BookingId, Booking>,
    kept: HashMap<KeyScope, KeptAnswer>,
    log: Vec<(Option<i64>, LogLine)>,
    door: Vec<(i64, LogLine)>,
    /// Where its history went on elsewhere.
    until: Option<u64>,
    /// What each viewer was shown.
    sights: [Vec<Sight>; 2],
}

impl Server {
    fn new() -> Self {
        let rules = rules();
        let event = event::Event {
            id: EventId(1),
            version: 0,
            counts: Counts([SEATS, 0, 0, 0, 0]),
            rules: event::Rules {
                sales_start: Some(timestamp(ON_SALE.start * MS)),
                sales_end: timestamp(ON_SALE.end * MS),
                lock_seconds: rules.lock_seconds,
                booking_seconds: rules.booking_seconds,
                hold_life_max_seconds: rules.hold_life_max_seconds,
                max_seats_per_user: rules.max_seats_per_user,
                cancel_confirmed: CancelConfirmed::Owner,
                orphan_rule: OrphanRule::Off,
            },
            prices: PRICES.to_vec(),
        };
        let seat = |index| {
            let status = SeatStatus::Available;
            (index, Seat { index, category: category(index), status, hold: None, booking: None })
        };
        Self {
            event,
            name: NAME.to_owned(),
            seats: (0..SEATS).map(seat).collect(),
            holds: BTreeMap::new(),
            bookings: BTreeMap::new(),
            kept: HashMap::new(),
            log: Vec::new(),
            door: Vec::new(),
            until: None,
            sights: Default::default(),
        }
    }

    pub(super) fn version(&self) -> u64 {
        self.event.version
    }

    pub(super) fn epoch(&self) -> String {
        EPOCHS[usize::from(self.until.is_some())].to_owned()
    }

    /// Shows a viewer where it is now.
    fn show(&mut self, number: usize, now: u64) {
        let (least, most) = (self.version(), self.version());
        let (viewer, epoch) = (format!("viewer-{number}"), self.epoch());
        let sight =
            Sight { event: 1, viewer, connection: 1, epoch, least, most, from: now, until: now };
        sight.add_to(&mut self.sights[number]);
    }

    /// What its tables show.
    fn rest(&self) -> Rest {
        let hold = |hold: &Hold| RestHold {
            id: hold.id.0,
            owner: hold.user.0,
            seats: hold.seats.clone(),
            status: hold.status.name().to_owned(),
            price: hold.price_total(),
            created_at: hold.created_at.as_microsecond(),
            expires_at: hold.expires_at.as_microsecond(),
        };
        let booking = |booking: &Booking| RestBooking {
            id: booking.id.0,
            booking_ref: booking.reference.clone(),
            owner: booking.owner.0,
            user: booking.user.0,
            seats: booking.seats.clone(),
            status: booking.status.name().to_owned(),
            reference: booking.payment_reference.clone(),
            price: booking.total_amount(),
            created_at: booking.created_at.as_microsecond(),
            expires_at: booking.expires_at.as_microsecond(),
        };
        let (holds, bookings) = (self.holds.values(), self.bookings.values());
        let bookings = bookings.map(booking).collect();
        Rest { event: 1, holds: holds.map(hold).collect(), bookings }
    }

    fn rename(&mut self, call: &Call) {
        let Call::Rename { name } = call else { return };
        let Some(terms) = terms_of(name) else { return };
        let time = |at| Timestamp::from_microsecond(at).expect("a time");
        let [opens, closes] = terms.sales.map(time);
        (self.event.rules.sales_start, self.event.rules.sales_end) = (Some(opens), closes);
        let [rows, others] = terms.prices;
        self.event.prices = vec![others, rows];
        self.name.clone_from(name);
    }

    fn picture(&self) -> Picture {
        let plan = SeatingPlan {
            rows: vec![RowPlan {
                section: 0,
                segments: std::iter::once(PLACES..SEATS - TABLE).collect(),
                focal_point: [0.0, 0.0],
            }],
            units: vec![
                unit(0..PLACES, UnitKind::Area { capacity: PLACES }),
                unit(SEATS - TABLE..SEATS, UnitKind::Whole),
            ],
            position: (0..SEATS).map(|seat| [seat.cast_signed() * 50, 100]).collect(),
            category: (0..SEATS).map(category).collect(),
            flags: vec![0; SEATS as usize],
        };
        let free = self.seats.values().map(|seat| seat.status == SeatStatus::Available);
        Picture::new(Arc::new(Seating::new(plan)), free)
    }

    fn run(&mut self, requests: &[Request], now: Timestamp) -> Vec<Outcome> {
        let live = self.bookings.values().filter(|booking| booking.status.is_live());
        let mut booked_seats = HashMap::new();
        for booking in live {
            *booked_seats.entry(booking.owner).or_default() += booking.seats.len() as u32;
        }
        let first = self.bookings.len() as i64 * 100 + 1;
        let state = State {
            event: self.event.clone(),
            seats: self.seats.clone(),
            holds: self.holds.clone().into_iter().collect(),
            bookings: self.bookings.clone().into_iter().collect(),
            booked_seats,
            kept: self.kept.clone(),
            picture: Some(self.picture()),
            booking_ids: (first..first + requests.len() as i64).map(BookingId).collect(),
        };
        let decision = decide(state, requests, now);
        self.event.version = decision.version;
        self.event.counts = decision.counts;
        self.seats.extend(decision.seats.iter().map(|seat| (seat.index, seat.clone())));
        self.holds.extend(decision.holds.iter().map(|hold| (hold.id, hold.clone())));
        let bookings = decision.bookings.iter();
        self.bookings.extend(bookings.map(|booking| (booking.id, booking.clone())));
        for position in &decision.keep {
            let (request, answer) = (&requests[*position], decision.answers[*position].clone());
            let Some(key) = &request.key else { continue };
            let kept = KeptAnswer { fingerprint: key.fingerprint.clone(), answer };
            self.kept.insert((request.caller, key.key.clone()), kept);
        }
        self.log.extend(decision.transitions.into_iter().map(|step| {
            let clock = matches!(step.cause, Cause::HoldExpiry | Cause::BookingExpiry);
            let line = LogLine {
                version: decision.version,
                seat: step.seat,
                from: super::examples::status(step.from),
                to: super::examples::status(step.to),
                cause: step.cause.name().to_owned(),
                actor: step.actor.filter(|_| !clock).map(|user| user.0),
                request_id: step.request_id,
                at: now.as_microsecond(),
            };
            (step.booking.map(|booking| booking.0), line)
        }));
        self.door.extend(decision.door.into_iter().map(|step| {
            let line = LogLine {
                version: decision.version,
                seat: step.seat,
                from: Status::Sold,
                to: Status::Sold,
                cause: format!("check_{}", step.way.name()),
                actor: step.actor.map(|user| user.0),
                request_id: Some(step.request_id),
                at: now.as_microsecond(),
            };
            (step.booking.0, line)
        }));
        decision.answers.iter().map(super::examples::outcome).collect()
    }
}

/// Rows are dearer than places and tables.
fn category(seat: u32) -> u16 {
    u16::from((PLACES..SEATS - TABLE).contains(&seat))
}

fn unit(seats: Range<u32>, kind: UnitKind) -> UnitPlan {
    UnitPlan { section: 0, seats, kind, focal_point: [0.0, 0.0] }
}

/// An operation before it is decided.
struct Waiting {
    operation: Operation,
    fate: Fate,
    decided: u64,
    sweep: bool,
    fails_over: bool,
}

/// Plays a plan: what is decided within the same 10 ms is one batch.
pub(super) fn play(plan: &Plan) -> History {
    let mut server = Server::new();
    let mut clock = 0;
    let mut operations: Vec<Operation> = Vec::new();
    let mut waiting: Vec<Waiting> = Vec::new();
    for (id, step) in (0..).zip(plan) {
        clock += step.pauses.0 * MS;
        // What is to be decided before this is sent is decided first, so that ids are known.
        operations.extend(batches(&mut server, &mut waiting, clock / (10 * MS)));
        waiting.push(sent(&operations, step, (id, clock)));
    }
    operations.extend(batches(&mut server, &mut waiting, u64::MAX));
    let version = server.version();
    let [first, last] = [EPOCHS[0].to_owned(), server.epoch()];
    let epochs = vec![Epochs { event: 1, first, last, until: server.until }];
    let sights = std::mem::take(&mut server.sights).concat();
    let rests = vec![server.rest()];
    let log = Log { event: 1, version, lines: woven(server.log, server.door) };
    let mut event = event();
    event.rules.sales_start = Some(wall(&event, ON_SALE.start * MS));
    event.rules.sales_end = wall(&event, ON_SALE.end * MS);
    let (events, logs) = (vec![event], vec![log]);
    History { events, operations, logs, rests, epochs, sights, ..History::default() }
}

fn timestamp(moment: u64) -> Timestamp {
    Timestamp::from_microsecond(wall(&event(), moment)).expect("a time")
}

fn sent(heard: &[Operation], step: &Step, (id, clock): (u64, u64)) -> Waiting {
    let call = call(heard, step, id);
    let key = step.keyed.then(|| match step.wish {
        Wish::Again(back) => {
            let own = heard.iter().rev().filter(|earlier| is_again(earlier, step.caller));
            own.clone().nth(back).and_then(|earlier| earlier.key.clone())
        }
        _ => Some(format!("key-{id}")),
    });
    let operation = Operation {
        id,
        client: format!("client-{}", step.caller),
        caller: Some(step.caller),
        event: 1,
        node: None,
        request_id: format!("request-{id}"),
        key: key.flatten().filter(|_| !call.is_read()),
        call,
        invoked: clock,
        answered: clock + (step.pauses.1 + step.pauses.2 + 10) * MS,
        outcome: Outcome::Unknown { why: "cut".to_owned() },
    };
    let sweep = matches!(step.wish, Wish::Sweep);
    let fails_over = matches!(step.wish, Wish::FailOver);
    Waiting { operation, fate: step.fate, decided: clock + step.pauses.1 * MS, sweep, fails_over }
}

fn is_again(earlier: &Operation, caller: i64) -> bool {
    // One name is given once.
    let renames = matches!(earlier.call, Call::Rename { .. });
    earlier.caller == Some(caller) && !earlier.call.is_read() && !renames
}

/// Decides all that is due, batch by batch.
fn batches(server: &mut Server, waiting: &mut Vec<Waiting>, until: u64) -> Vec<Operation> {
    waiting.sort_by_key(|one| one.decided);
    let due = waiting.partition_point(|one| one.decided / (10 * MS) < until);
    let due: Vec<Waiting> = waiting.drain(..due).collect();
    let mut done = Vec::new();
    for batch in due.chunk_by(|a, b| a.decided / (10 * MS) == b.decided / (10 * MS)) {
        let now = batch.last().map_or(0, |one| one.decided);
        let decided = |one: &&Waiting| !matches!(one.fate, Fate::LostBefore | Fate::TimedOut);
        let renames = |one: &&Waiting| matches!(one.operation.call, Call::Rename { .. });
        let changes = |one: &&Waiting| !one.operation.call.is_read() && !renames(one);
        let commands: Vec<&Waiting> = batch.iter().filter(decided).filter(changes).collect();
        let requests: Vec<Request> = commands.iter().map(|one| request(&one.operation)).collect();
        let at = timestamp(now);
        // A viewer of another node is told of the time before.
        server.show(0, now);
        if batch.iter().any(|one| one.fails_over) {
            server.until = server.until.or(Some(server.version()));
        }
        let outcomes = if requests.is_empty() && !batch.iter().any(|one| one.sweep) {
            Vec::new()
        } else {
            server.run(&requests, at)
        };
        let outcomes: HashMap<u64, Outcome> =
            commands.iter().map(|one| one.operation.id).zip(outcomes).collect();
        for one in batch.iter().filter(decided).filter(renames) {
            server.rename(&one.operation.call);
        }
        server.show(1, now);
        for one in batch {
            let mut operation = one.operation.clone();
            operation.outcome = match (one.fate, outcomes.get(&operation.id)) {
                (Fate::TimedOut, _) => {
                    Outcome::Nothing(Turned { status: 503, code: "timeout".to_owned() })
                }
                (Fate::LostAfterEffect | Fate::LostBefore, _) => operation.outcome,
                (Fate::Heard, Some(outcome)) => outcome.clone(),
                (Fate::Heard, None) => super::examples::read(server, &operation, at),
            };
            operation.answered = operation.answered.max(now + MS);
            done.push(operation);
        }
    }
    done
}

fn table() -> (String, Range<u32>) {
    ("T1".to_owned(), SEATS - TABLE..SEATS)
}

fn wanted(quantity: u32, only: Option<Only>) -> Wanted {
    let mut wanted = Wanted { quantity, ..Wanted::default() };
    match only {
        None | Some(Only::Hall | Only::Floor) => {}
        Some(Only::Rows) => wanted.category = Some(1),
        Some(Only::Others) => wanted.category = Some(0),
        Some(Only::Cheap) => wanted.max_price = Some(CHEAP_AT_MOST),
        Some(Only::Wheelchair) => wanted.wheelchairs = 1,
    }
    wanted
}

/// What the door refuses without a look at the event.
fn cuts_table(call: &Call) -> bool {
    let seats = match call {
        Call::Lock { seat } => std::slice::from_ref(seat),
        Call::Hold { seats } | Call::BookSeats { seats } => seats,
        _ => return false,
    };
    let among = table().1.filter(|seat| seats.contains(seat)).count();
    among > 0 && among < TABLE as usize
}

fn request(operation: &Operation) -> Request {
    let fresh = HoldId(Uuid::from_u128(u128::from(operation.id) + 1));
    let book = |selection| {
        let (reference, customer) = (format!("SM-{:08}", operation.id), Default::default());
        Command::Book(Book { selection, reference, user: None, customer })
    };
    let command = match operation.call.clone() {
        Call::Lock { seat } => Command::Lock { seat, hold: fresh },
        Call::Unlock { seat } if table().1.contains(&seat) => {
            Command::UnlockTable { seat, table: table().1 }
        }
        Call::Unlock { seat } => Command::Unlock { seat },
        Call::Hold { seats } => Command::Hold { seats, hold: fresh },
        Call::HoldBest { quantity, only } => {
            let wanted = wanted(quantity, only);
            Command::HoldBest { wanted, hold: fresh }
        }
        Call::HoldPlaces { quantity } => {
            Command::HoldPlaces { areas: vec![(0, quantity)], hold: fresh }
        }
        Call::HoldTable => Command::Hold { seats: (SEATS - TABLE..SEATS).collect(), hold: fresh },
        Call::Extend { hold, seconds } => Command::Extend { hold: HoldId(hold), seconds },
        Call::Release { hold } => Command::Release { hold: HoldId(hold) },
        Call::BookSeats { seats } => book(Selection::Seats(seats)),
        Call::BookHold { hold } => book(Selection::Hold(HoldId(hold))),
        Call::BookQuantity { quantity } => {
            book(Selection::QuantityWhole { quantity, tables: vec![table()] })
        }
        Call::Confirm { booking, reference } => {
            Command::Confirm { booking: BookingId(booking), payment_reference: reference }
        }
        Call::Cancel { booking } => Command::Cancel { booking: BookingId(booking) },
        Call::CallOff { booking } => Command::CallOff { booking: BookingId(booking), reason: None },
        Call::CheckIn { booking, seats } => Command::CheckIn { booking: BookingId(booking), seats },
        Call::CheckOut { booking, seats } => {
            Command::CheckOut { booking: BookingId(booking), seats }
        }
        Call::Block { seats } => Command::Block { seats, reason: None },
        Call::Unblock { seats } => Command::Unblock { seats, reason: None },
        other => unreachable!("{other:?} is a read"),
    };
    let command = if cuts_table(&operation.call) {
        Command::Refuse(Refusal::SoldWhole { table: table().0 })
    } else {
        command
    };
    let fingerprint = serde_json::to_vec(&operation.call).expect("JSON");
    Request {
        caller: operation.caller.map(UserId),
        command,
        key: operation.key.clone().map(|key| IdempotencyKey { key, fingerprint }),
        request_id: operation.request_id.clone(),
    }
}

/// Holds and bookings that anybody was told of, the latest first.
fn told(heard: &[Operation]) -> (Vec<Uuid>, Vec<i64>) {
    let (mut holds, mut bookings) = (Vec::new(), Vec::new());
    for operation in heard.iter().rev() {
        match &operation.outcome {
            Outcome::Done(Answer::Locked { hold, .. }) => holds.push(*hold),
            Outcome::Done(Answer::Hold(hold)) => holds.push(hold.id),
            Outcome::Done(Answer::Booking(booking)) => bookings.push(booking.id),
            _ => {}
        }
    }
    (holds, bookings)
}

/// A booking that anybody was told was paid.
fn paid(heard: &[Operation], back: usize) -> Option<i64> {
    let confirmed = heard.iter().rev().filter_map(|operation| match &operation.outcome {
        Outcome::Done(Answer::Booking(told)) if told.status == "confirmed" => Some(told.id),
        _ => None,
    });
    let paid: Vec<i64> = confirmed.collect();
    paid.get(back % paid.len().max(1)).copied()
}

/// Turns a wish into a call, with ids that were told: own things and others'.
fn call(heard: &[Operation], step: &Step, id: u64) -> Call {
    let (holds, bookings) = told(heard);
    let hold = |back: usize| holds.get(back).copied().unwrap_or(Uuid::nil());
    let booking = |back: usize| bookings.get(back).copied().unwrap_or(0);
    let paid = |back: usize| paid(heard, back).unwrap_or_else(|| booking(back));
    match step.wish.clone() {
        Wish::Lock(seat) => Call::Lock { seat },
        Wish::Unlock(seat) => Call::Unlock { seat },
        Wish::Hold(seats) => Call::Hold { seats },
        Wish::HoldBest(quantity, only) => Call::HoldBest { quantity, only },
        // Prices that differ by more than lies do.
        Wish::Rename => Call::Rename { name: format!("{RENAMED}{}", id * 7) },
        Wish::HoldPlaces(quantity) => Call::HoldPlaces { quantity },
        Wish::HoldTable => Call::HoldTable,
        Wish::Extend(back, seconds) => Call::Extend { hold: hold(back), seconds },
        Wish::Release(back) => Call::Release { hold: hold(back) },
        Wish::BookSeats(seats) => Call::BookSeats { seats },
        Wish::BookHold(back) => Call::BookHold { hold: hold(back) },
        Wish::BookQuantity(quantity) => Call::BookQuantity { quantity },
        Wish::Confirm(back, paid) => {
            let reference = (paid > 0).then(|| format!("pay-{paid}"));
            Call::Confirm { booking: booking(back), reference }
        }
        Wish::Cancel(back) => Call::Cancel { booking: booking(back) },
        Wish::CallOff(back) => Call::CallOff { booking: paid(back) },
        Wish::CheckIn(back, seat) => {
            Call::CheckIn { booking: paid(back), seats: seat.map(|seat| vec![seat]) }
        }
        Wish::CheckOut(back, seat) => {
            Call::CheckOut { booking: paid(back), seats: seat.map(|seat| vec![seat]) }
        }
        Wish::Inspect(back) => Call::InspectBooking { booking: booking(back) },
        Wish::Block(seats) => Call::Block { seats },
        Wish::Unblock(seats) => Call::Unblock { seats },
        Wish::Again(back) => {
            let mut own = heard.iter().rev().filter(|earlier| is_again(earlier, step.caller));
            own.nth(back).map_or(Call::ReadTickets, |earlier| earlier.call.clone())
        }
        Wish::ReadHold(back) => Call::ReadHold { hold: hold(back) },
        Wish::ReadBooking(back) => Call::ReadBooking { booking: booking(back) },
        Wish::ReadTickets | Wish::Sweep | Wish::FailOver => Call::ReadTickets,
        Wish::ReadEvent => Call::ReadEvent,
    }
}

/// A case of a history, for those who look inside.
pub(super) fn case(history: &History) -> Case<'_> {
    Case {
        event: &history.events[0],
        log: &history.logs[0],
        rest: history.rests.first(),
        troubles: None,
        operations: history.operations.iter().collect(),
        epochs: history.epochs.first(),
        sights: history.sights.iter().collect(),
    }
}
