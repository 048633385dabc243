//! The strict rule held against trying everything.

use proptest::prelude::*;

use super::super::Picture;
use super::super::orphans::judge;
use super::brute::{free_runs, new_singles};
use super::halls;
use crate::domain::choice::seating::Place;
use crate::domain::ids::SeatIndex;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_hold_is_refused_just_when_it_leaves_a_single_seat_and_need_not(
        hall in halls(),
        picks in prop::collection::vec(any::<bool>(), 60),
    ) {
        let picture = hall.picture;
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
                .any(|run| new_singles(&picture, run).is_empty() && would_do(&picture, run, &party));
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

/// Whether a run costs what the party's seats do, and has its spaces for wheelchairs and companions
/// and no others.
fn would_do(picture: &Picture, run: &[SeatIndex], party: &[SeatIndex]) -> bool {
    let categories = |seats: &[SeatIndex]| {
        let mut of: Vec<u16> = seats.iter().map(|seat| picture.category(*seat)).collect();
        of.sort_unstable();
        of
    };
    let spaces = |seats: &[SeatIndex]| {
        let reserved = |seat: &&SeatIndex| picture.seating().is_reserved_space(**seat as usize);
        seats.iter().filter(reserved).copied().collect::<Vec<_>>()
    };
    categories(run) == categories(party) && spaces(run) == spaces(party)
}
