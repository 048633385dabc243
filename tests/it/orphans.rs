//! The orphan rule's vectors, which the web client's tests read too: those written by hand and those
//! generated from a fixed seed.
//!
//! A house is written in words, one for each row, table or area: `t`, `w` or `g` and a colon before
//! the seats of a table sold by the seat or whole, or of an area; a bar for an aisle; and a letter
//! for each seat, see [`seat`].

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use seatmap::domain::choice::orphans::judge;
use seatmap::domain::choice::{Picture, Seating};
use seatmap::domain::ids::SeatIndex;
use seatmap::domain::layout::{
    Area, Category, Layout, LayoutBuilder, SEAT_COMPANION, SEAT_WHEELCHAIR, Seat, Table, TableKind,
    TableSale,
};
use serde::Deserialize;

const BY_HAND: &str = include_str!("../vectors/orphans.json");
const GENERATED: &str = include_str!("../vectors/orphans-generated.json");
/// Where the file is left as it should be when it isn't.
const CURRENT_PATH: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/orphans-generated.json");

/// How many vectors are generated.
const GENERATED_CASES: usize = 400;
const SEED: [u8; 32] = [7; 32];

/// From seat to seat, and what an aisle adds.
const PITCH_CM: i32 = 50;
const AISLE_CM: i32 = 200;

/// The seats that are left alone, and what to take instead.
type Judged = (Vec<SeatIndex>, Option<Vec<SeatIndex>>);

/// A case of `tests/vectors/orphans.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByHand {
    name: String,
    house: String,
    /// Positions over all words, in any order.
    hold: Vec<SeatIndex>,
    orphans: Vec<SeatIndex>,
    alternative: Option<Vec<SeatIndex>>,
}

/// A case of `tests/vectors/orphans-generated.json`: house, hold, orphans, alternative.
type Generated = (String, Vec<SeatIndex>, Vec<SeatIndex>, Option<Vec<SeatIndex>>);

#[test]
fn the_vectors_written_by_hand_hold() {
    let vectors: Vec<ByHand> = serde_json::from_str(BY_HAND).expect("the vectors");
    assert!(vectors.len() > 20);
    for vector in vectors {
        let judged = judged(&vector.house, &vector.hold);
        assert_eq!(judged, (vector.orphans, vector.alternative), "{}", vector.name);
    }
}

#[test]
fn the_generated_vectors_hold_and_are_current() {
    let vectors: Vec<Generated> = serde_json::from_str(GENERATED).expect("the vectors");
    for (house, hold, orphans, alternative) in vectors {
        assert_eq!(judged(&house, &hold), (orphans, alternative), "{house} {hold:?}");
    }
    let current = generated();
    if current != GENERATED {
        std::fs::write(CURRENT_PATH, current).expect("the file can be written");
        panic!("tests/vectors/orphans-generated.json isn't current; {CURRENT_PATH} is");
    }
}

/// All generated vectors as a file, a line each. There are as many that are refused as others.
fn generated() -> String {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &SEED);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = cases();
    let mut lines: [Vec<String>; 2] = Default::default();
    while lines.iter().any(|lines| lines.len() < GENERATED_CASES / 2) {
        let (house, hold) = strategy.new_tree(&mut runner).expect("a case").current();
        let (orphans, alternative) = judged(&house, &hold);
        let lines = &mut lines[usize::from(alternative.is_some())];
        if lines.len() < GENERATED_CASES / 2 {
            let vector: Generated = (house, hold, orphans, alternative);
            lines.push(serde_json::to_string(&vector).expect("JSON"));
        }
    }
    let lines: Vec<String> = lines.concat();
    let mut file = String::from("[\n");
    write!(file, "{}", lines.join(",\n")).expect("memory takes everything");
    file + "\n]\n"
}

/// Houses of up to four words, and seats that are free in them, in any order.
fn cases() -> impl Strategy<Value = (String, Vec<SeatIndex>)> {
    let letter = prop_oneof![
        12 => Just('.'), 3 => Just('d'), 4 => Just('x'), 1 => Just('w'), 1 => Just('c'),
        1 => Just('W'),
    ];
    let segment = prop::collection::vec(letter, 1..9).prop_map(String::from_iter);
    let row = prop::collection::vec(segment.clone(), 1..4).prop_map(|segments| segments.join("|"));
    let unit = (prop::sample::select(vec!["t:", "w:", "g:"]), segment)
        .prop_map(|(kind, seats)| [kind, seats.as_str()].concat());
    let word = prop_oneof![4 => row, 1 => unit];
    let words = prop::collection::vec(word, 1..5);
    let picks = prop::collection::vec((any::<prop::sample::Index>(), 1_usize..5), 1..4);
    (words, picks).prop_flat_map(|(words, picks)| {
        let house = words.join(" ");
        let seats: Vec<char> = letters(&house).collect();
        // Some seats side by side from each pick.
        let sides = picks.iter().flat_map(|(first, count)| {
            let first = first.index(seats.len());
            first..(first + count).min(seats.len())
        });
        let mut hold: Vec<SeatIndex> = sides
            .filter(|seat| seats[*seat] != 'x')
            .map(|seat| SeatIndex::try_from(seat).expect("small"))
            .collect();
        hold.sort_unstable();
        hold.dedup();
        (Just(house), Just(hold).prop_shuffle())
    })
}

fn judged(house: &str, hold: &[SeatIndex]) -> Judged {
    let free = letters(house).map(|letter| letter != 'x');
    let picture = Picture::new(Arc::new(Seating::of(&layout(house))), free);
    let mut ascending = hold.to_vec();
    ascending.sort_unstable();
    let judged = judge(&picture, &ascending);
    judged.map_or((Vec::new(), None), |orphaned| (orphaned.seats, Some(orphaned.alternative)))
}

/// The letters of all seats.
fn letters(house: &str) -> impl Iterator<Item = char> + '_ {
    let words = house.split(' ').map(|word| word.split_once(':').map_or(word, |(_, seats)| seats));
    words.flat_map(str::chars).filter(|letter| *letter != '|')
}

/// Free seats are a dot, or `d` in the dearer category; `w` and `c` are spaces for wheelchairs
/// and companions, `W` is one in the dearer category; `x` is taken.
fn seat(letter: char, [x, y]: [i32; 2], number: usize) -> Seat {
    let flags = match letter {
        'w' | 'W' => SEAT_WHEELCHAIR,
        'c' => SEAT_COMPANION,
        _ => 0,
    };
    let category = u16::from(matches!(letter, 'd' | 'W'));
    Seat { x, y, category, number: number.to_string(), flags }
}

fn layout(house: &str) -> Layout {
    let category =
        |key: &str| Category { key: key.into(), label: key.into(), color: String::new() };
    let mut builder = LayoutBuilder::new(vec![category("cheap"), category("dear")]);
    let section = builder.section("All", Vec::new());
    for (word, y) in house.split(' ').zip((0..).step_by(100)) {
        let (kind, seats) = word.split_once(':').unwrap_or(("", word));
        let (mut x, mut all) = (0, Vec::new());
        for letter in seats.chars() {
            x += if letter == '|' { AISLE_CM } else { PITCH_CM };
            if letter != '|' {
                all.push(seat(letter, [x, y], all.len()));
            }
        }
        let (label, prefix) = (format!("{y}"), format!("{y}-"));
        let sale = if kind == "w" { TableSale::Whole } else { TableSale::Seat };
        let outline = Vec::new();
        let (first, count) = (0, 0);
        match kind {
            "g" => {
                let capacity = u32::try_from(all.len()).expect("small");
                let area = Area { label, first, count, capacity, outline };
                builder.area(section, prefix, area, ([0, y], 0));
            }
            "" => {
                builder.row(section, &label, prefix, all);
            }
            _ => {
                let table = Table { label, first, count, sale, kind: TableKind::Table, outline };
                builder.table(section, prefix, table, all);
            }
        }
    }
    builder.finish()
}
