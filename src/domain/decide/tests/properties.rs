//! Random scenarios, checked batch by batch.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::checks::{Done, check};
use super::database::Database;
use super::model::{Expected, Model, Place};
use super::plans::{Batch, SEATS, Scenario, at, scenario};
use super::requests::requests;
use crate::domain::answer::{Answer, Refusal};
use crate::domain::command::Request;
use crate::domain::decide::{Cause, Decision, State, Transition, decide};
use crate::domain::seat::{Seat, SeatStatus};

const PRICES: [i64; 2] = [1_000, 4_550];

/// `decide` over a database, and the model beside it.
struct Run {
    database: Database,
    model: Model,
    now: Timestamp,
    made: u32,
}

/// A batch as it was decided.
struct Decided {
    state: State,
    requests: Vec<Request>,
    decision: Decision,
    now: Timestamp,
}

impl Run {
    fn new(scenario: &Scenario) -> Self {
        let categories: Vec<u16> = (0..SEATS).map(|seat| (seat % 2) as u16).collect();
        let (rules, prices) = (scenario.rules.clone(), PRICES.to_vec());
        Self {
            database: Database::new(rules.clone(), prices.clone(), &categories),
            model: Model::new(rules, prices, categories),
            now: at(0),
            made: 0,
        }
    }

    /// Reads, decides, compares, writes, checks.
    fn batch(&mut self, batch: &Batch) -> Result<Decided, TestCaseError> {
        self.now = batch.step.from(self.now, &self.database);
        self.database.event.prices[0] += batch.dearer;
        self.model.prices[0] += batch.dearer;
        let requests = requests(batch, &self.database, &mut self.made);
        let state = self.database.read(&requests, self.now);
        let expected = self.model.batch(&requests, &state.booking_ids, self.now);
        let decision = decide(state.clone(), &requests, self.now);
        agrees(&decision, &expected, &requests)?;
        let before = self.database.clone();
        self.database.apply(&requests, &decision);
        self.tables_agree()?;
        let (before, after, now) = (&before, &self.database, self.now);
        check(&Done { before, after, requests: &requests, decision: &decision, now })?;
        Ok(Decided { state, requests, decision, now })
    }

    fn tables_agree(&self) -> Result<(), TestCaseError> {
        let (database, model) = (&self.database, &self.model);
        prop_assert_eq!(database.event.version, model.version);
        prop_assert_eq!(&database.holds, &model.holds);
        prop_assert_eq!(&database.bookings, &model.bookings);
        for seat in database.seats.values() {
            let place = match (seat.hold, seat.booking) {
                (Some(hold), _) => Place::Held(hold),
                (_, Some(booking)) => Place::Booked(booking),
                _ if seat.status == SeatStatus::Blocked => Place::Blocked,
                _ => Place::Free,
            };
            prop_assert_eq!(place, model.places[seat.index as usize], "seat {}", seat.index);
            prop_assert_eq!(seat.status, model.status(seat.index), "seat {}", seat.index);
        }
        Ok(())
    }
}

fn agrees(
    decision: &Decision,
    expected: &Expected,
    requests: &[Request],
) -> Result<(), TestCaseError> {
    let answers: Vec<_> = decision.answers.iter().cloned().map(without_detail).collect();
    prop_assert_eq!(answers.len(), expected.answers.len());
    for ((answer, expected), request) in answers.iter().zip(&expected.answers).zip(requests) {
        prop_assert_eq!(answer, expected, "to {:?}", request);
    }
    prop_assert_eq!(&decision.keep, &expected.keep);
    prop_assert_eq!(by_seat(&decision.transitions), by_seat(&expected.transitions));
    Ok(())
}

/// The wording of a detail is nobody's contract.
fn without_detail(mut answer: Answer) -> Answer {
    if let Err(Refusal::Invalid { detail, .. }) = &mut answer.result {
        detail.clear();
    }
    answer
}

/// The log of each seat; the order among seats is not promised.
fn by_seat(transitions: &[Transition]) -> Vec<&Transition> {
    let mut sorted: Vec<_> = transitions.iter().collect();
    sorted.sort_by_key(|step| step.seat);
    sorted
}

/// The same batch with every refused request left out: all that is written must be the same.
fn refused_requests_change_nothing(decided: &Decided) -> Result<(), TestCaseError> {
    let Decided { state, requests, decision, now } = decided;
    let mut state = state.clone();
    // Another order of the hash map: nothing may depend on it.
    state.holds = state.holds.into_iter().collect();
    let new = decision.bookings.iter().filter(|booking| !state.bookings.contains_key(&booking.id));
    state.booking_ids = new.map(|booking| booking.id).collect();
    let answered = requests.iter().zip(&decision.answers);
    let carried_out: Vec<Request> = answered
        .filter(|(_, answer)| answer.result.is_ok())
        .map(|(request, _)| request.clone())
        .collect();
    // Under a key whose first use was refused nothing was carried out, so no first use is lost.
    let without = decide(state, &carried_out, *now);
    prop_assert_eq!(&without.transitions, &decision.transitions);
    prop_assert_eq!(&without.seats, &decision.seats);
    prop_assert_eq!(&without.holds, &decision.holds);
    prop_assert_eq!(&without.bookings, &decision.bookings);
    prop_assert_eq!(&without.door, &decision.door);
    prop_assert_eq!(without.counts, decision.counts);
    prop_assert_eq!(without.version, decision.version);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn random_batches_end_as_the_contract_says(scenario in scenario()) {
        let mut run = Run::new(&scenario);
        for batch in &scenario.batches {
            run.batch(batch)?;
        }
    }

    #[test]
    fn refused_requests_leave_no_trace(scenario in scenario()) {
        let mut run = Run::new(&scenario);
        for batch in &scenario.batches {
            refused_requests_change_nothing(&run.batch(batch)?)?;
        }
    }
}

/// What the random scenarios must come across for the tests above to mean something. `Lock` and
/// the like are commands carried out; the rest are refusals and things worth having seen.
const SEEN: [&str; 37] = [
    "AlreadyCheckedIn",
    "AlreadyConfirmed",
    "Block",
    "Book",
    "BookingCancelled",
    "BookingExpired",
    "CallOff",
    "Cancel",
    "CannotExtend",
    "CheckIn",
    "CheckOut",
    "Confirm",
    "Extend",
    "Hold",
    "HoldExpired",
    "Invalid",
    "KeyReused",
    "Lock",
    "NotCheckedIn",
    "NotConfirmed",
    "NotFound",
    "NotLocked",
    "NotYours",
    "NothingLocked",
    "QuantityExceedsLocked",
    "Release",
    "SalesClosed",
    "SeatLimit",
    "SeatsUnavailable",
    "Unblock",
    "Unlock",
    "a late confirm",
    "a net change of nothing",
    "an answer given again in one batch",
    "an answer given again later",
    "an expired booking",
    "an expired hold",
];

#[test]
fn the_random_scenarios_reach_every_answer() {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..400 {
        let scenario = scenario().new_tree(&mut runner).expect("a scenario").current();
        let mut run = Run::new(&scenario);
        for batch in &scenario.batches {
            for what in what_happened(&run.batch(batch).expect("the model agrees")) {
                *seen.entry(what).or_default() += 1;
            }
        }
    }
    for what in SEEN {
        assert!(seen.get(what).is_some_and(|times| *times >= 10), "{what}: {seen:#?}");
    }
}

fn what_happened(decided: &Decided) -> Vec<String> {
    let mut seen = Vec::new();
    for (request, answer) in decided.requests.iter().zip(&decided.decision.answers) {
        let again = answer.request_id != request.request_id;
        let earlier = decided.requests.iter().any(|other| other.request_id == answer.request_id);
        seen.push(match &answer.result {
            _ if again && earlier => "an answer given again in one batch".to_owned(),
            _ if again => "an answer given again later".to_owned(),
            Ok(_) => word(&request.command),
            Err(refusal) => word(refusal),
        });
    }
    let steps = &decided.decision.transitions;
    for step in steps {
        match (step.from, step.to, step.cause) {
            (_, _, Cause::HoldExpiry) => seen.push("an expired hold".to_owned()),
            (_, _, Cause::BookingExpiry) => seen.push("an expired booking".to_owned()),
            (SeatStatus::Available, SeatStatus::Reserved, _) => {
                seen.push("a late confirm".to_owned());
            }
            _ => {}
        }
    }
    let stood = |seat: &Seat| decided.state.seats[&seat.index].status == seat.status;
    if !steps.is_empty() && decided.decision.seats.iter().all(stood) {
        seen.push("a net change of nothing".to_owned());
    }
    seen
}

/// The name of a variant.
fn word(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
