//! Seats that the server chooses: in the batch's order, each command seeing what the earlier left.

use std::ops::Range;
use std::sync::Arc;

use super::*;
use crate::domain::choice::{Picture, RowPlan, Seating, SeatingPlan, Shortage};
use crate::domain::choice::{UnitKind, UnitPlan, Wanted};

const FOCAL_POINT: [f64; 2] = [125.0, -300.0];

/// Six seats in a row, and an area of four places for three people.
fn row_and_area() -> SeatingPlan {
    let segments = std::iter::once(0..6).collect();
    let area = (6..10, UnitKind::Area { capacity: 3 });
    let row = RowPlan { section: 0, segments, focal_point: FOCAL_POINT };
    SeatingPlan { rows: vec![row], ..units(&[area]) }
}

/// Tables and areas, of ten seats together.
fn units(units: &[(Range<SeatIndex>, UnitKind)]) -> SeatingPlan {
    let unit = |(seats, kind): &(Range<SeatIndex>, UnitKind)| UnitPlan {
        section: 0,
        seats: seats.clone(),
        kind: *kind,
        focal_point: FOCAL_POINT,
    };
    SeatingPlan {
        rows: Vec::new(),
        units: units.iter().map(unit).collect(),
        position: (0..10).map(|seat| [50 * seat, 0]).collect(),
        category: vec![0; 10],
        flags: vec![0; 10],
    }
}

impl Shop {
    fn choose(&mut self, requests: &[Request]) -> Decision {
        self.choose_in(row_and_area(), requests)
    }

    /// Decides with a picture of such a hall.
    fn choose_in(&mut self, plan: SeatingPlan, requests: &[Request]) -> Decision {
        let now = at(0);
        let mut state = self.database.read(requests, now);
        let free = self.database.seats.values().map(|seat| seat.status == Available);
        state.picture = Some(Picture::new(Arc::new(Seating::new(plan)), free));
        let decision = decide(state, requests, now);
        self.database.apply(requests, &decision);
        decision
    }
}

fn best(quantity: u32, hold: u128) -> Command {
    let wanted = Wanted { quantity, ..Wanted::default() };
    Command::HoldBest { wanted, hold: HoldId(Uuid::from_u128(hold)) }
}

fn places(quantity: u32, hold: u128) -> Command {
    Command::HoldPlaces { areas: vec![(6, quantity)], hold: HoldId(Uuid::from_u128(hold)) }
}

fn seats(decision: &Decision) -> Vec<Result<Vec<SeatIndex>, Refusal>> {
    let seats = |answer: &Answer| match &answer.result {
        Ok(Outcome::Hold(hold)) => Ok(hold.seats.clone()),
        Ok(other) => panic!("no hold: {other:?}"),
        Err(refusal) => Err(refusal.clone()),
    };
    decision.answers.iter().map(seats).collect()
}

#[test]
fn each_of_a_batch_gets_what_the_earlier_have_left() {
    let mut shop = Shop::new();
    let requests = [
        shop.request(ANNA, best(2, 1)),
        shop.request(BERT, hold(&[4], 2)),
        shop.request(BERT, best(2, 3)),
        shop.request(BERT, best(2, 4)),
    ];
    let decision = shop.choose(&requests);
    let limit = Refusal::SeatLimit { limit: 4 };
    assert_eq!(seats(&decision), [Ok(vec![2, 3]), Ok(vec![4]), Ok(vec![0, 1]), Err(limit)]);
    // Only what nobody had read has to be looked at before it is written.
    assert_eq!(decision.assumed, [2, 3, 0, 1]);
}

#[test]
fn an_area_gives_its_lowest_places_up_to_its_capacity() {
    let mut shop = Shop::new();
    let requests = [
        shop.request(ANNA, places(2, 1)),
        shop.request(BERT, places(2, 2)),
        shop.request(BERT, places(1, 3)),
    ];
    let short = Shortage { free: 1, together: 1, ..Shortage::default() };
    let short = Refusal::NotEnoughTogether(short);
    assert_eq!(seats(&shop.choose(&requests)), [Ok(vec![6, 7]), Err(short), Ok(vec![8])]);
}

#[test]
fn a_party_too_large_for_the_row_goes_to_the_area_or_hears_what_is_free() {
    let mut shop = Shop::new();
    shop.hold(at(0), ANNA, &[1, 4]);
    let requests = [shop.request(BERT, best(3, 9))];
    assert_eq!(seats(&shop.choose(&requests)), [Ok(vec![6, 7, 8])]);
    let requests = [shop.request(ANNA, best(2, 10)), shop.request(ANNA, best(2, 11))];
    let limit = Refusal::SeatLimit { limit: 4 };
    assert_eq!(seats(&shop.choose(&requests)), [Ok(vec![2, 3]), Err(limit)]);
}

#[test]
fn a_table_sold_whole_is_given_with_seats_to_spare_only_within_the_limit_and_as_a_last_resort() {
    let hall = || units(&[(0..5, UnitKind::Whole), (5..10, UnitKind::Area { capacity: 5 })]);
    let mut shop = Shop::new();
    // The limit is four, and the table has five.
    let requests = [shop.request(ANNA, best(3, 1)), shop.request(BERT, best(3, 2))];
    let short = Shortage { free: 7, together: 5, ..Shortage::default() };
    let short = || Err(Refusal::NotEnoughTogether(short));
    assert_eq!(seats(&shop.choose_in(hall(), &requests)), [Ok(vec![5, 6, 7]), short()]);
    shop.database.event.rules.max_seats_per_user = 7;
    let requests = [shop.request(ANNA, best(4, 3)), shop.request(BERT, best(4, 4))];
    assert_eq!(seats(&shop.choose_in(hall(), &requests)), [short(), Ok(vec![0, 1, 2, 3, 4])]);
}

#[test]
fn a_strict_event_judges_by_what_the_earlier_have_left() {
    let mut shop = Shop::new();
    shop.database.event.rules.orphan_rule = OrphanRule::Strict;
    let requests = [
        shop.request(ANNA, hold(&[0, 1], 1)),
        shop.request(BERT, hold(&[3], 2)),
        shop.request(BERT, hold(&[2], 3)),
    ];
    let answers = seats(&shop.choose(&requests));
    assert_eq!((&answers[0], &answers[2]), (&Ok(vec![0, 1]), &Ok(vec![2])));
    match &answers[1] {
        Err(Refusal::Orphan(orphaned)) => {
            assert_eq!((&orphaned.seats, &orphaned.alternative), (&vec![2], &vec![2]));
        }
        other => panic!("not refused: {other:?}"),
    }
}
