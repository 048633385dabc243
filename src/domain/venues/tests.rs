//! What must hold for every built-in venue.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use super::*;
use crate::domain::layout::{
    Row, SEAT_AISLE, SEAT_COMPANION, SEAT_RESTRICTED_VIEW, SEAT_WHEELCHAIR, Shape,
};

const SEAT_DISTANCE_MIN_CM: i32 = 40;
const ROW_SEATS_MIN: u32 = 4;

#[test]
fn every_venue_is_valid_and_has_the_seats_it_promises() {
    let mut keys = HashSet::new();
    for venue in all() {
        let layout = venue.layout();
        assert_eq!(layout.validate(), Ok(()), "{}", venue.key);
        assert_eq!(layout.seats(), venue.seats, "{}", venue.key);
        assert!(venue.key.ends_with(&venue.seats.to_string()));
        assert!(keys.insert(venue.key));
        assert_eq!(by_key(venue.key).map(|found| found.name), Some(venue.name));
    }
    assert!(by_key("theatre").is_none());
}

#[test]
fn every_category_has_a_price_and_seats() {
    for venue in all() {
        let layout = venue.layout();
        let keys: Vec<&str> = layout.categories.iter().map(|c| c.key.as_str()).collect();
        let priced: Vec<&str> = venue.prices.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, priced, "{}", venue.key);
        for (_, price) in venue.prices {
            let (whole, cents) = price.split_once('.').expect("prices have cents");
            assert!(
                whole.parse::<u32>().is_ok() && cents.len() == 2 && cents.parse::<u8>().is_ok()
            );
        }
        let used: HashSet<u16> = layout.category.iter().copied().collect();
        assert_eq!(used.len(), keys.len(), "{}", venue.key);
    }
}

/// Events and recorded benchmarks refer to these layouts: a change here is a new venue.
#[test]
fn the_layouts_are_the_same_everywhere() {
    let digests = [("theatre-251", "88c454a5bc2c8ac7"), ("arena-18000", "22e0fabe089172f5")];
    for (key, expected) in digests {
        let venue = by_key(key).expect("the venue is built in");
        let layout = venue.layout();
        assert_eq!(layout, venue.layout());
        let mut hash = Sha256::new();
        for seat in 0..layout.seats() {
            let at = seat as usize;
            let (x, y, flags) = (layout.x[at], layout.y[at], layout.flags[at]);
            let line =
                format!("{} {x} {y} {} {flags}\n", layout.seat_no(seat), layout.category[at]);
            hash.update(line);
        }
        let digest: String = hash.finalize()[..8].iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(digest, expected, "{key}");
    }
}

#[test]
fn nobody_sits_on_anothers_lap() {
    for venue in all() {
        let layout = venue.layout();
        // Cells as wide as the least distance: whoever is too near is in one of nine.
        let mut cells: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        let cell = |c: i32| c.div_euclid(SEAT_DISTANCE_MIN_CM);
        let standing = |seat: usize| layout.area_of(u32::try_from(seat).unwrap()).is_some();
        for seat in (0..layout.x.len()).filter(|seat| !standing(*seat)) {
            let (x, y) = (layout.x[seat], layout.y[seat]);
            for (near_x, near_y) in (-1..=1).flat_map(|a| (-1..=1).map(move |b| (a, b))) {
                let near = cells.get(&(cell(x) + near_x, cell(y) + near_y));
                for &other in near.into_iter().flatten() {
                    let (dx, dy) = (x - layout.x[other], y - layout.y[other]);
                    let squared = dx * dx + dy * dy;
                    let least = SEAT_DISTANCE_MIN_CM * SEAT_DISTANCE_MIN_CM;
                    assert!(squared >= least, "{} seats {seat} and {other}", venue.key);
                }
            }
            cells.entry((cell(x), cell(y))).or_default().push(seat);
        }
    }
}

#[test]
fn sections_enclose_their_seats_and_no_others() {
    for venue in all() {
        let layout = venue.layout();
        for (position, section) in (0_u32..).zip(&layout.sections) {
            let [low, high] = box_of(&section.outline);
            for row in &layout.rows {
                for seat in row.first..row.first + row.count {
                    let point = [layout.x[seat as usize], layout.y[seat as usize]];
                    let near = (0..2).all(|at| low[at] <= point[at] && point[at] <= high[at]);
                    if !near && row.section != position {
                        continue;
                    }
                    let inside = is_inside(&section.outline, point);
                    let own = row.section == position;
                    assert_eq!(inside, own, "{} in {}", layout.seat_no(seat), section.label);
                }
            }
        }
    }
}

#[test]
fn outlines_and_the_stage_do_not_overlap() {
    for venue in all() {
        let layout = venue.layout();
        let mut outlines: Vec<(&str, &[[i32; 2]])> = Vec::new();
        outlines.extend(layout.sections.iter().map(|s| (s.label.as_str(), s.outline.as_slice())));
        // The arena's floor is the ground its blocks stand on.
        let things = layout.shapes.iter().filter(|shape| shape.kind != "floor");
        outlines.extend(things.map(|s| (s.label.as_str(), s.outline.as_slice())));
        for (label, outline) in &outlines {
            for (other_label, other) in outlines.iter().filter(|(other, _)| other != label) {
                for &corner in *other {
                    assert!(!is_inside(outline, corner), "{other_label} reaches into {label}");
                }
            }
        }
        let watched = |shape: &&Shape| shape.kind == "stage" || shape.kind == "field";
        assert_eq!(layout.shapes.iter().filter(watched).count(), 1, "{}", venue.key);
    }
}

#[test]
fn rows_are_numbered_from_one_aisle_to_the_other() {
    for venue in all() {
        let layout = venue.layout();
        let seated = |row: &&Row| {
            layout.table_of(row.first).is_none() && layout.area_of(row.first).is_none()
        };
        for row in layout.rows.iter().filter(seated) {
            for (seat, number) in (row.first..row.first + row.count).zip(1_u32..) {
                let at_aisle = number == 1 || number == row.count;
                assert_eq!(layout.number[seat as usize], number.to_string());
                assert_eq!(layout.flags[seat as usize] & SEAT_AISLE != 0, at_aisle);
            }
        }
    }
}

#[test]
fn no_row_is_a_stub() {
    for venue in all() {
        let layout = venue.layout();
        let counts = layout.rows.iter().filter(|row| layout.area_of(row.first).is_none());
        let least = counts.map(|row| row.count).min().expect("a row");
        assert!(least >= ROW_SEATS_MIN, "{}: a row of {least}", venue.key);
    }
}

#[test]
fn every_wheelchair_has_a_companion_beside_it() {
    for (key, spaces) in [("theatre-251", 3), ("arena-18000", 32)] {
        let layout = by_key(key).expect("the venue is built in").layout();
        let mut wheelchairs = 0;
        for row in &layout.rows {
            let flags = flags_of(&layout, row);
            for (k, _) in flags.iter().enumerate().filter(|(_, f)| **f & SEAT_WHEELCHAIR != 0) {
                wheelchairs += 1;
                let before = k.checked_sub(1).map_or(0, |k| flags[k]);
                let after = flags.get(k + 1).copied().unwrap_or(0);
                assert!((before | after) & SEAT_COMPANION != 0, "{}{}", row.prefix, k + 1);
            }
        }
        assert_eq!(wheelchairs, spaces, "{key}");
    }
}

#[test]
fn the_theatre_has_stalls_and_a_circle_of_at_most_three_rows() {
    let layout = by_key("theatre-251").expect("the venue is built in").layout();
    let labels: Vec<&str> = layout.sections.iter().map(|s| s.label.as_str()).collect();
    assert_eq!(labels.iter().filter(|label| label.starts_with("Stalls")).count(), 3);
    for (position, label) in (0_u32..).zip(&labels).filter(|(_, l)| l.starts_with("Circle")) {
        let rows = layout.rows.iter().filter(|row| row.section == position).count();
        assert!(rows <= 3, "{label}");
    }
    assert!(layout.flags.iter().any(|flags| flags & SEAT_RESTRICTED_VIEW != 0));
    assert!(layout.index().get("Stalls-Centre-A-12").is_some());
}

#[test]
fn the_arena_has_two_tiers_and_a_floor() {
    let layout = by_key("arena-18000").expect("the venue is built in").layout();
    let count = |start: &str| layout.sections.iter().filter(|s| s.label.starts_with(start)).count();
    assert_eq!((count("Floor "), count("1"), count("2")), (9, 24, 26));
    let index = layout.index();
    for seat_no in ["Floor-A-1-1", "Floor-J-11-1", "101-A-1", "124-Y-1", "201-A-1", "226-L-1"] {
        assert!(index.get(seat_no).is_some(), "{seat_no}");
    }
    for (flags, &category) in layout.flags.iter().zip(&layout.category) {
        let restricted = layout.categories[usize::from(category)].key == "restricted";
        assert_eq!(flags & SEAT_RESTRICTED_VIEW != 0, restricted);
    }
}

fn flags_of<'a>(layout: &'a Layout, row: &Row) -> &'a [u8] {
    &layout.flags[row.first as usize..(row.first + row.count) as usize]
}

fn box_of(outline: &[[i32; 2]]) -> [[i32; 2]; 2] {
    [0, 1].map(|end| {
        [0, 1].map(|axis| {
            let all = outline.iter().map(|point| point[axis]);
            if end == 0 { all.min() } else { all.max() }.expect("an outline has points")
        })
    })
}

/// Counts the sides a ray to the right crosses, in whole numbers.
fn is_inside(outline: &[[i32; 2]], [x, y]: [i32; 2]) -> bool {
    let mut inside = false;
    let mut previous = outline[outline.len() - 1];
    for &next in outline {
        let [lower, upper] =
            if previous[1] < next[1] { [previous, next] } else { [next, previous] };
        if lower[1] <= y && y < upper[1] {
            let across = i64::from(upper[0] - lower[0]) * i64::from(y - lower[1]);
            let aside = i64::from(x - lower[0]) * i64::from(upper[1] - lower[1]);
            inside ^= aside < across;
        }
        previous = next;
    }
    inside
}
