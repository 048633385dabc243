//! The strict rule held against trying everything.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::Picture;
use super::super::orphans::judge;
use super::brute::{free_runs, new_singles};
use super::halls;
use crate::domain::choice::seating::{Place, Row};
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
            if has_another(&picture, row, &party) {
                refused.extend(new_singles(&picture, &party));
                continue;
            }
            let mut left = BTreeSet::new();
            for piece in pieces(row, &party) {
                let mut without_others = picture.clone();
                let others = party.iter().filter(|seat| !piece.contains(seat));
                others.for_each(|seat| without_others.set(*seat, false));
                if has_another(&without_others, row, &piece) {
                    left.extend(new_singles(&without_others, &piece));
                }
            }
            refused.extend(left);
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

/// The seats of a party side by side, within segments.
fn pieces(row: &Row, party: &[SeatIndex]) -> Vec<Vec<SeatIndex>> {
    let mut pieces: Vec<Vec<SeatIndex>> = Vec::new();
    let segment_of = |seat: SeatIndex| row.segments.iter().position(|of| of.contains(&seat));
    for seat in party {
        match pieces.last_mut() {
            Some(piece)
                if piece.contains(&(seat.wrapping_sub(1)))
                    && segment_of(seat - 1) == segment_of(*seat) =>
            {
                piece.push(*seat);
            }
            _ => pieces.push(vec![*seat]),
        }
    }
    pieces
}

/// Whether as many seats side by side would do and leave nobody alone.
fn has_another(picture: &Picture, row: &Row, party: &[SeatIndex]) -> bool {
    free_runs(picture, row, party.len())
        .iter()
        .any(|run| new_singles(picture, run).is_empty() && would_do(picture, run, party))
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
