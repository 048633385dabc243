//! The orphan rule's vectors, which the web client's tests read too.

use std::sync::Arc;

use seatmap::domain::choice::orphans::judge;
use seatmap::domain::choice::{Picture, RowPlan, Seating, SeatingPlan};
use seatmap::domain::ids::SeatIndex;
use serde::Deserialize;

/// A case of `tests/vectors/orphans.json`.
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
    let text = include_str!("../vectors/orphans.json");
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
