//! Large parties, aisles, tables, and what is said when there is too little.

use std::sync::Arc;

use super::super::tables::HOUSE_STEPS_MAX;
use super::super::{
    OrphanRule, Picture, Seating, SeatingPlan, Shortage, Terms, UnitKind, UnitPlan, Wanted, choose,
};
use super::{LARGE_FOCAL_POINT, plan_of};
use crate::domain::ids::SeatIndex;
use crate::domain::layout::SEAT_WHEELCHAIR;

/// Rows, and then a table of four.
fn hall(rows: &[Vec<u32>], table: bool) -> SeatingPlan {
    let (mut plan, next) = plan_of(rows);
    if table {
        plan.position.extend([[0, 9_000]; 4]);
        let (seats, kind) = (next..next + 4, UnitKind::Table);
        let focal_point = LARGE_FOCAL_POINT;
        plan.units.push(UnitPlan { section: 0, seats, kind, focal_point });
    }
    plan.category = vec![0; plan.position.len()];
    plan.flags = vec![0; plan.position.len()];
    plan
}

fn picture(plan: SeatingPlan, free: impl Fn(usize) -> bool) -> Picture {
    let seats = plan.position.len();
    Picture::new(Arc::new(Seating::new(plan)), (0..seats).map(free))
}

/// One price, and a limit that is out of the way.
fn terms(rule: OrphanRule) -> Terms<'static> {
    Terms { prices: &[4_500], rule, room: 1_000 }
}

fn seats_for(quantity: u32, picture: &Picture) -> Result<Vec<SeatIndex>, Shortage> {
    let wanted = Wanted { quantity, ..Wanted::default() };
    choose(picture, &wanted, terms(OrphanRule::Prefer))
}

/// The sizes of a choice's parts: of its seats that are neighbours.
fn parts(picture: &Picture, seats: &[SeatIndex]) -> Vec<usize> {
    let mut sizes = Vec::new();
    for segment in picture.seating().rows.iter().flat_map(|row| &row.segments) {
        let mut size = 0;
        for seat in segment.start..=segment.end {
            if seat < segment.end && seats.contains(&seat) {
                size += 1;
            } else if size > 0 {
                sizes.push(std::mem::take(&mut size));
            }
        }
    }
    sizes
}

#[test]
fn a_party_may_sit_on_both_sides_of_an_aisle() {
    let all = |_: usize| true;
    let row = picture(hall(&[vec![2, 2]], false), all);
    assert_eq!(seats_for(4, &row), Ok(vec![0, 1, 2, 3]));
    let row = picture(hall(&[vec![4, 4]], false), all);
    let seats = seats_for(6, &row).expect("eight are free");
    assert!(parts(&row, &seats).iter().all(|size| *size > 1), "{seats:?}");
    // The same row is nearer than the next one.
    let rows = picture(hall(&[vec![3, 3], vec![3, 3]], false), all);
    assert_eq!(seats_for(6, &rows), Ok((0..6).collect()));
}

#[test]
fn a_seat_that_is_taken_parts_a_row_like_an_aisle() {
    let row = picture(hall(&[vec![5]], false), |seat| seat != 2);
    assert_eq!(seats_for(4, &row), Ok(vec![0, 1, 3, 4]));
}

#[test]
fn large_parties_are_seated_as_long_as_there_are_seats() {
    let all = |_: usize| true;
    let rows_of_20 = picture(hall(&vec![vec![20]; 10], false), all);
    for quantity in [99, 100, 101, 161, 199, 200] {
        let seats = seats_for(quantity, &rows_of_20).expect("200 are free");
        assert_eq!(seats.len(), quantity as usize);
        assert!(parts(&rows_of_20, &seats).iter().all(|size| *size > 1), "{seats:?}");
    }
    let rows_of_5 = picture(hall(&vec![vec![5]; 20], false), all);
    for quantity in [50, 51, 99, 100] {
        assert_eq!(seats_for(quantity, &rows_of_5).map(|seats| seats.len()), Ok(quantity as usize));
    }
    let refused = seats_for(101, &rows_of_5).expect_err("100 are free");
    assert_eq!((refused.free, refused.together), (100, 5));
    let house = picture(hall(&vec![vec![10, 10]; 50], false), all);
    assert_eq!(seats_for(1_000, &house).map(|seats| seats.len()), Ok(1_000));
}

#[test]
fn a_party_sits_in_a_row_and_at_a_table_where_neither_is_enough() {
    let hall = picture(hall(&[vec![2]], true), |_| true);
    assert_eq!(seats_for(6, &hall), Ok((0..6).collect()));
    // Five would leave one alone: two in the row and three at the table don't.
    assert_eq!(seats_for(5, &hall).map(|seats| seats.len()), Ok(5));
    assert_eq!(seats_for(7, &hall).expect_err("six are free").free, 6);
}

/// A club of tables sold whole, of so many seats, each farther away, some of them in another room.
fn club(tables: &[(u32, u32)]) -> Picture {
    let (mut plan, focal_point) = (SeatingPlan::default(), [0.0, 0.0]);
    for (at, (section, count)) in (1..).zip(tables) {
        let first = SeatIndex::try_from(plan.position.len()).expect("small");
        plan.position.extend(vec![[0, 1_000 * at]; *count as usize]);
        let (seats, kind) = (first..first + count, UnitKind::Whole);
        plan.units.push(UnitPlan { section: *section, seats, kind, focal_point });
    }
    plan.category = vec![0; plan.position.len()];
    plan.flags = vec![0; plan.position.len()];
    picture(plan, |_| true)
}

#[test]
fn a_party_too_large_for_a_table_sold_whole_gets_several() {
    let fours = club(&[(0, 4), (0, 4), (0, 4), (0, 4)]);
    assert_eq!(seats_for(8, &fours), Ok((0..8).collect()));
    assert_eq!(seats_for(10, &fours), Ok((0..12).collect()));
    // More than two seats would stay empty.
    assert_eq!(seats_for(9, &fours).map_err(|there| there.free), Err(16));
    // Rather six and four than two sixes, rather in one room than in the nearest of two.
    assert_eq!(
        seats_for(10, &club(&[(0, 6), (0, 6), (0, 4)])),
        Ok([0..6, 12..16].into_iter().flatten().collect())
    );
    assert_eq!(seats_for(8, &club(&[(0, 4), (1, 4), (1, 4)])), Ok((4..12).collect()));
    assert_eq!(seats_for(12, &club(&[(0, 4), (1, 4), (1, 4)])), Ok((0..12).collect()));
}

#[test]
fn seats_to_spare_at_tables_sold_whole_are_a_last_resort() {
    // Rather two tables without a seat to spare than one with one.
    assert_eq!(seats_for(8, &club(&[(0, 9), (0, 4), (0, 4)])), Ok((9..17).collect()));
    assert_eq!(seats_for(8, &club(&[(0, 10), (0, 9), (0, 4)])), Ok((10..19).collect()));
    assert_eq!(seats_for(1, &club(&[(0, 4), (0, 3)])), Ok((4..7).collect()));
    // One of three would sit alone.
    assert_eq!(seats_for(3, &club(&[(0, 2), (0, 2)])).map_err(|there| there.free), Err(4));
    let tables_of_five = club(&[(0, 5)]);
    let three = |max_price: i64, room: u32| {
        let wanted = Wanted { quantity: 3, max_price: Some(max_price), ..Wanted::default() };
        choose(&tables_of_five, &wanted, Terms { room, ..terms(OrphanRule::Prefer) })
    };
    // Three share what five cost.
    assert_eq!(three(7_500, 5), Ok((0..5).collect()));
    for (max_price, room) in [(7_499, 5), (4_500, 5), (7_500, 4)] {
        let refused = three(max_price, room).expect_err("too dear, or beyond the limit");
        assert_eq!((refused.free, refused.together), (5, 5));
    }
}

#[test]
fn who_needs_a_space_for_a_wheelchair_hears_how_many_there_are() {
    let mut plan = hall(&[vec![8]], false);
    plan.flags[0] = SEAT_WHEELCHAIR;
    let needs = |free: fn(usize) -> bool, wheelchairs: u32| {
        let wanted = Wanted { quantity: 2, wheelchairs, ..Wanted::default() };
        choose(&picture(plan.clone(), free), &wanted, terms(OrphanRule::Prefer))
    };
    assert_eq!(needs(|_| true, 1), Ok(vec![0, 1]));
    let none = needs(|seat| seat > 0, 1).expect_err("the space is taken");
    assert_eq!(none, Shortage { free: 7, together: 0, wheelchairs: Some(0), gave_up: false });
    assert!(none.is_sold_out());
    let few = needs(|_| true, 2).expect_err("there is one");
    assert_eq!(few, Shortage { free: 8, together: 0, wheelchairs: Some(1), gave_up: false });
    assert!(!few.is_sold_out());
}

#[test]
fn a_party_of_forty_gets_ten_tables_of_four() {
    let fours = club(&[(0, 4); 12]);
    assert_eq!(seats_for(40, &fours), Ok((0..40).collect()));
    assert_eq!(seats_for(46, &fours).map(|seats| seats.len()), Ok(48));
    assert_eq!(seats_for(45, &fours).map_err(|there| there.free), Err(48));
    // As few as possible, and the nearest of each size.
    let mixed = club(&[[(0, 4); 10], [(1, 6); 10]].concat());
    let seats = seats_for(50, &mixed).expect("a hundred are free");
    let expected = (0..8).chain(40..82);
    assert_eq!(seats, expected.collect::<Vec<_>>());
}

#[test]
fn a_search_among_too_many_tables_gives_up_and_says_so() {
    // Each table for two is compared for each number of seats up to those of all of them.
    let steps = |tables: usize| tables * (2 * tables + 1);
    let too_many = (1..).find(|tables| steps(*tables) > HOUSE_STEPS_MAX).expect("a few thousand");
    let house_of = |tables: usize| club(&vec![(0, 2); tables]);
    let seats_in = |house: &Picture, quantity: u32| {
        let wanted = Wanted { quantity, ..Wanted::default() };
        choose(house, &wanted, Terms { room: quantity, ..terms(OrphanRule::Prefer) })
    };
    let all = u32::try_from(2 * too_many).expect("small");
    // The last house that is searched to the end.
    assert_eq!(seats_in(&house_of(too_many - 1), all - 2), Ok((0..all - 2).collect()));
    let house = house_of(too_many);
    let gave_up = Shortage { free: all, together: 2, wheelchairs: None, gave_up: true };
    assert_eq!(seats_in(&house, all), Err(gave_up));
    // A smaller party looks at fewer of them.
    assert_eq!(seats_in(&house, all - 2), Ok((0..all - 2).collect()));
    // What doesn't fit is refused without a word of it.
    let too_few = Shortage { gave_up: false, ..gave_up };
    assert_eq!(seats_in(&house, all + 2), Err(too_few));
}
