//! Parties with wheelchairs in the built-in venues, with everything free.

use std::sync::Arc;

use super::super::{OrphanRule, Picture, RowPlan, Seating, SeatingPlan, Terms, Wanted, choose};
use crate::domain::ids::SeatIndex;
use crate::domain::layout::SEAT_WHEELCHAIR;
use crate::domain::venues;

const PRICES: [i64; 16] = [4_500; 16];

fn seats_for(
    picture: &Picture,
    (quantity, wheelchairs): (u32, u32),
    rule: OrphanRule,
) -> Vec<SeatIndex> {
    let wanted = Wanted { quantity, wheelchairs, ..Wanted::default() };
    let seats = choose(picture, &wanted, Terms { prices: &PRICES, rule, room: 100 });
    seats.unwrap_or_else(|there| panic!("{quantity} with {wheelchairs}: {there:?}"))
}

#[test]
fn an_empty_house_has_room_for_every_party_with_wheelchairs() {
    for key in ["theatre-251", "arena-17500", "arena-18000", "stadium-75000"] {
        let layout = venues::by_key(key).expect("it is built in").layout();
        let picture = Picture::new(Arc::new(Seating::of(&layout)), layout.x.iter().map(|_| true));
        for rule in OrphanRule::ALL {
            for wheelchairs in 1..=2 {
                for quantity in wheelchairs..=8 {
                    let seats = seats_for(&picture, (quantity, wheelchairs), rule);
                    assert_eq!(seats.len(), quantity as usize, "{key}");
                    let is_space =
                        |seat: &&SeatIndex| picture.seating().is_wheelchair(**seat as usize);
                    let spaces = seats.iter().filter(is_space).count();
                    assert!(spaces >= wheelchairs as usize, "{key}: {seats:?}");
                    let beside = |seat: &SeatIndex, other: &SeatIndex| seat.abs_diff(*other) == 1;
                    let alone =
                        seats.iter().filter(|seat| !seats.iter().any(|other| beside(seat, other)));
                    let unavoidable = (2 * wheelchairs).saturating_sub(quantity) as usize;
                    assert!(alone.count() <= unavoidable, "{key}: {seats:?}");
                }
            }
        }
    }
}

#[test]
fn a_space_that_nobody_can_sit_beside_is_passed_over() {
    // Three pairs of a space and its companion's seat, with gaps between them.
    let mut plan = SeatingPlan::default();
    plan.position.extend((0..6).map(|seat| [100 * seat, 0]));
    plan.flags = [SEAT_WHEELCHAIR, 0].repeat(3);
    plan.category = vec![0; 6];
    let segments = vec![0..2, 2..4, 4..6];
    plan.rows.push(RowPlan { section: 0, segments, focal_point: [0.0, 0.0] });
    let companion_is_gone = (0..6).map(|seat| seat != 3);
    let picture = Picture::new(Arc::new(Seating::new(plan)), companion_is_gone);
    for rule in OrphanRule::ALL {
        assert_eq!(seats_for(&picture, (4, 2), rule), [0, 1, 4, 5]);
    }
}
