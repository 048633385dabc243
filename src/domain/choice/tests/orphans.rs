//! The strict rule held against trying everything, and the vectors shared with the web client.

use std::sync::Arc;

use proptest::prelude::*;
use serde::Deserialize;

use super::super::orphans::judge;
use super::super::{Picture, RowPlan, Seating, SeatingPlan};
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

/// A case of `tests/wire/orphans.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    /// Rows; a row is its segments, one letter a seat: `.` free, `x` taken.
    rows: Vec<Vec<String>>,
    /// Positions over all rows.
    hold: Vec<SeatIndex>,
    orphans: Vec<SeatIndex>,
    alternative: Option<Vec<SeatIndex>>,
}

#[test]
fn the_shared_vectors_hold() {
    let text = include_str!("../../../../tests/wire/orphans.json");
    let vectors: Vec<Vector> = serde_json::from_str(text).expect("the vectors");
    assert!(vectors.len() > 10);
    for vector in vectors {
        let picture = drawn(&vector.rows);
        let judged = judge(&picture, &vector.hold);
        let (orphans, other) =
            judged.map_or((Vec::new(), None), |o| (o.seats, Some(o.alternative)));
        assert_eq!((orphans, other), (vector.orphans, vector.alternative), "{}", vector.name);
    }
}

fn drawn(rows: &[Vec<String>]) -> Picture {
    let mut plan = SeatingPlan::default();
    let mut free = Vec::new();
    for segments in rows {
        let mut ranges = Vec::new();
        for segment in segments {
            let first = u32::try_from(free.len()).expect("small");
            free.extend(segment.chars().map(|seat| seat == '.'));
            ranges.push(first..u32::try_from(free.len()).expect("small"));
        }
        plan.rows.push(RowPlan { section: 0, segments: ranges, focal_point: [0.0, 0.0] });
    }
    plan.position = vec![[0, 0]; free.len()];
    plan.category = vec![0; free.len()];
    plan.flags = vec![0; free.len()];
    Picture::new(Arc::new(Seating::new(plan)), free)
}
