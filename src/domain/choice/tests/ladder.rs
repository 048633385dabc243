//! Whatever is free and asked for, the choice is the one that trying everything finds.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::{OrphanRule, Picture, Terms, UnitKind, Wanted, choose};
use super::brute::{Brute, Expected, scores};
use super::{Hall, clubs, halls};
use crate::domain::choice::seating::Place;

const PRICES: [i64; 2] = [5_000, 2_000];

fn wanted() -> impl Strategy<Value = Wanted> {
    let category = prop::option::weighted(0.2, 0_u16..2);
    let sections = prop_oneof![3 => Just(Vec::new()), 1 => Just(vec![0]), 1 => Just(vec![1])];
    let max_price = prop::option::weighted(0.2, prop_oneof![Just(2_000_i64), Just(6_000)]);
    let wheelchairs = prop_oneof![5 => Just(0_u32), 1 => Just(1), 1 => Just(2)];
    (1_u32..8, category, sections, max_price, wheelchairs).prop_map(
        |(quantity, category, sections, max_price, wheelchairs)| Wanted {
            quantity,
            category,
            sections,
            max_price,
            wheelchairs: wheelchairs.min(quantity),
        },
    )
}

/// How many seats more than asked for the limit leaves room for.
fn spare_room() -> impl Strategy<Value = u32> {
    prop_oneof![2 => Just(100_u32), 3 => 0_u32..4]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_choice_is_what_trying_everything_finds(
        hall in halls(),
        wanted in wanted(),
        spare_room in spare_room(),
        rule in prop::sample::select(&OrphanRule::ALL[..]),
    ) {
        is_what_trying_everything_finds(&hall, &wanted, spare_room, rule)?;
    }

    #[test]
    fn so_it_is_among_tables(
        hall in clubs(),
        wanted in wanted(),
        spare_room in spare_room(),
        rule in prop::sample::select(&OrphanRule::ALL[..]),
    ) {
        is_what_trying_everything_finds(&hall, &wanted, spare_room, rule)?;
    }

    #[test]
    fn a_picture_changed_seat_by_seat_is_the_one_made_anew(
        hall in halls(),
        steps in prop::collection::vec((0_u32..60, any::<bool>()), 0..40),
    ) {
        let picture = hall.picture;
        let mut changed = picture.clone();
        let mut free: Vec<bool> =
            (0..picture.seating().seats()).map(|seat| picture.is_free(seat)).collect();
        for (seat, now) in steps {
            changed.set(seat, now);
            if let Some(slot) = free.get_mut(seat as usize) {
                *slot = now;
            }
        }
        let anew = Picture::new(picture.shared_seating(), free);
        for row in 0..picture.seating().rows.len() {
            prop_assert_eq!(changed.row(row), anew.row(row));
            for seat in picture.seating().rows[row].segments.iter().cloned().flatten() {
                prop_assert_eq!(changed.is_paired(seat), anew.is_paired(seat));
            }
        }
        let sums = |picture: &Picture| picture.groups().map(|group| *group.sum).collect::<Vec<_>>();
        prop_assert_eq!(sums(&changed), sums(&anew));
        for unit in 0..picture.seating().units.len() {
            prop_assert_eq!(changed.unit(unit), anew.unit(unit));
        }
    }
}

fn is_what_trying_everything_finds(
    Hall { picture, plan }: &Hall,
    wanted: &Wanted,
    spare_room: u32,
    rule: OrphanRule,
) -> Result<(), TestCaseError> {
    let room = wanted.quantity + spare_room;
    let brute = Brute { picture, plan, scores: scores(plan), wanted, prices: &PRICES, rule, room };
    let expected = brute.expected();
    let chosen = choose(picture, wanted, Terms { prices: &PRICES, rule, room });
    if expected == Expected::Accompanied {
        return are_accompanied(&brute, chosen.ok());
    }
    let Ok(seats) = &chosen else {
        prop_assert_eq!(expected, Expected::Nothing, "missed");
        return Ok(());
    };
    prop_assert!(seats.windows(2).all(|pair| pair[0] < pair[1]), "each once, ascending");
    prop_assert!(seats.iter().all(|seat| brute.will_do(*seat)), "free and as asked for");
    prop_assert!((wanted.quantity..=room).contains(&(seats.len() as u32)));
    prop_assert_eq!(found(picture, seats), expected);
    leaves_nobody_alone_who_need_not_be(picture, seats, rule)
}

/// Where no run is enough for a party with wheelchairs: only they are alone, if anybody is.
fn are_accompanied(brute: &Brute<'_>, chosen: Option<Vec<u32>>) -> Result<(), TestCaseError> {
    let Brute { picture, wanted, rule, .. } = brute;
    let Some(seats) = chosen else {
        let few = (0..).take(brute.scores.len()).filter(|seat| brute.is_space(*seat)).count() <= 8;
        let one = wanted.wheelchairs == 1 && wanted.quantity >= 4;
        prop_assert!(!(few && one && brute.can_be_accompanied()), "missed");
        return Ok(());
    };
    prop_assert!(seats.windows(2).all(|pair| pair[0] < pair[1]), "each once, ascending");
    prop_assert!(seats.iter().all(|seat| brute.will_do(*seat)), "free and as asked for");
    prop_assert_eq!(seats.len(), wanted.quantity as usize);
    let spaces = seats.iter().filter(|seat| brute.is_space(**seat)).count();
    prop_assert!(spaces >= wanted.wheelchairs as usize, "{seats:?}");
    let is_alone =
        |seat: &&u32| !seats.contains(&seat.wrapping_sub(1)) && !seats.contains(&(**seat + 1));
    prop_assert!(seats.iter().filter(is_alone).all(|seat| brute.is_space(*seat)), "{seats:?}");
    leaves_nobody_alone_who_need_not_be(picture, &seats, *rule)
}

fn leaves_nobody_alone_who_need_not_be(
    picture: &Picture,
    seats: &[u32],
    rule: OrphanRule,
) -> Result<(), TestCaseError> {
    if rule == OrphanRule::Strict {
        let rows = seats
            .iter()
            .filter(|seat| matches!(picture.seating().place(**seat as usize), Place::Row(_)));
        let rows: Vec<u32> = rows.copied().collect();
        prop_assert_eq!(super::super::orphans::judge(picture, &rows), None);
    }
    Ok(())
}

/// The choice in the words of the brute force.
fn found(picture: &Picture, seats: &[u32]) -> Expected {
    let seating = picture.seating();
    let (mut units, mut in_rows, mut parts) = (BTreeMap::new(), 0, 0);
    for seat in seats {
        match seating.place(*seat as usize) {
            Place::Row(row) => {
                let segments = &seating.rows[row as usize].segments;
                let segment = segments.iter().find(|segment| segment.contains(seat));
                let begins = segment.is_some_and(|segment| segment.start == *seat);
                parts += usize::from(begins || !seats.contains(&seat.wrapping_sub(1)));
                in_rows += 1;
            }
            Place::Unit(unit) => *units.entry(unit).or_insert(0) += 1,
        }
    }
    let mut counts = units.iter();
    let is_whole = |unit: &u32| seating.units[*unit as usize].kind == UnitKind::Whole;
    match (in_rows, counts.next(), counts.next()) {
        (0, Some((unit, count)), None) => {
            let unit = &seating.units[*unit as usize];
            let places = matches!(unit.kind, UnitKind::Area { .. });
            let lowest = unit.seats.clone().filter(|seat| picture.is_free(*seat as usize));
            assert!(!places || seats[0] >= lowest.min().unwrap_or(0));
            Expected::Unit { first: unit.seats.start, count: *count }
        }
        (_, None, _) => {
            let score = seats.iter().map(|seat| seating.score(*seat, 1)).sum();
            Expected::Rows { score, parts }
        }
        (0, ..) if units.keys().all(is_whole) => {
            let units = || units.keys().map(|unit| &seating.units[*unit as usize]);
            let sections: BTreeSet<u32> = units().map(|unit| unit.section).collect();
            Expected::Tables {
                count: units().count(),
                seats: units().map(|unit| unit.seats.len()).sum(),
                sections: sections.len(),
                distance: units().map(|unit| unit.distance).sum(),
            }
        }
        _ => {
            assert!(units.values().all(|count| *count > 1), "nobody is alone");
            Expected::Scattered
        }
    }
}
