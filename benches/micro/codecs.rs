//! The codecs, both formats, on an arena and on the largest hall in sight.

use divan::Bencher;
use seatmap::domain::change::ChangeSet;
use seatmap::domain::ids::SeatIndex;
use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::{binary, text};

const SEATS: [usize; 2] = [18_000, 100_000];
/// Seats in a delta: a click, and a busy frame.
const CHANGES: [usize; 2] = [1, 100];

/// A map in the middle of a sale: rows sold from the front, gaps and holds in between. Scattered
/// enough that runs are no gain.
fn statuses(seats: usize) -> Vec<SeatStatus> {
    let status = |seat: usize| match (seat * 7 + seat / 11) % 13 {
        0..=5 => SeatStatus::Available,
        6 | 7 => SeatStatus::Locked,
        8 => SeatStatus::Reserved,
        _ => SeatStatus::Sold,
    };
    (0..seats).map(status).collect()
}

fn change(changes: usize) -> ChangeSet {
    let seats = (0..changes).map(|n| (n as SeatIndex * 171 + 5, SeatStatus::ALL[1 + n % 3]));
    ChangeSet { from: 184_100, version: 184_120, changes: seats.collect() }
}

#[divan::bench(args = SEATS)]
fn binary_snapshot_encode(bencher: Bencher<'_, '_>, seats: usize) {
    let statuses = statuses(seats);
    bencher.bench(|| binary::snapshot(184_120, &statuses));
}

#[divan::bench(args = SEATS)]
fn binary_snapshot_decode(bencher: Bencher<'_, '_>, seats: usize) {
    let bytes = binary::snapshot(184_120, &statuses(seats));
    bencher.bench(|| binary::decode(&bytes).expect("a snapshot"));
}

#[divan::bench(args = SEATS)]
fn text_snapshot_encode(bencher: Bencher<'_, '_>, seats: usize) {
    let statuses = statuses(seats);
    bencher.bench(|| text::snapshot(184_120, &statuses));
}

#[divan::bench(args = SEATS)]
fn text_snapshot_decode(bencher: Bencher<'_, '_>, seats: usize) {
    let written = text::snapshot(184_120, &statuses(seats));
    bencher.bench(|| text::decode(&written).expect("a snapshot"));
}

#[divan::bench(args = CHANGES)]
fn binary_delta_encode(bencher: Bencher<'_, '_>, changes: usize) {
    let change = change(changes);
    bencher.bench(|| binary::delta(&change));
}

#[divan::bench(args = CHANGES)]
fn binary_delta_decode(bencher: Bencher<'_, '_>, changes: usize) {
    let bytes = binary::delta(&change(changes));
    bencher.bench(|| binary::decode(&bytes).expect("a delta"));
}

#[divan::bench(args = CHANGES)]
fn text_delta_encode(bencher: Bencher<'_, '_>, changes: usize) {
    let change = change(changes);
    bencher.bench(|| text::delta(&change));
}

#[divan::bench(args = CHANGES)]
fn text_delta_decode(bencher: Bencher<'_, '_>, changes: usize) {
    let written = text::delta(&change(changes));
    bencher.bench(|| text::decode(&written).expect("a delta"));
}
