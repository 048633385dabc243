//! The strict rule held against trying everything.

use proptest::prelude::*;

use super::super::orphans::judge;
use super::brute::{free_runs, new_singles};
use super::pictures;
use crate::domain::choice::seating::Place;
use crate::domain::ids::SeatIndex;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_hold_is_refused_just_when_it_leaves_a_single_seat_and_need_not(
        picture in pictures(),
        picks in prop::collection::vec(any::<bool>(), 60),
    ) {
        let seats: Vec<SeatIndex> = (0..)
            .take(picture.seating().seats())
            .filter(|seat| picks[*seat as usize % picks.len()] && picture.is_free(*seat as usize))
            .collect();
        let mut refused = Vec::new();
        for (at, row) in (0..).zip(&picture.seating().rows) {
            let here = |seat: &SeatIndex| picture.seating().place(*seat as usize) == Place::Row(at);
            let party: Vec<SeatIndex> = seats.iter().copied().filter(here).collect();
            if party.is_empty() {
                continue;
            }
            let another = free_runs(&picture, row, party.len())
                .iter()
                .any(|run| new_singles(&picture, run).is_empty());
            if another {
                refused.extend(new_singles(&picture, &party));
            }
        }
        let judged = judge(&picture, &seats);
        prop_assert_eq!(judged.as_ref().map_or(Vec::new(), |o| o.seats.clone()), refused);
        if let Some(orphaned) = judged {
            let other = orphaned.alternative;
            prop_assert_eq!(other.len(), seats.len());
            prop_assert!(other.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(other.iter().all(|seat| picture.is_free(*seat as usize)));
            prop_assert_eq!(judge(&picture, &other), None, "the alternative may be taken");
        }
    }
}
