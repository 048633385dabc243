//! Notes and arrivals, in either order, with and without each other.

use super::*;

const MILLI: u64 = 1_000_000;

fn keeper() -> Timekeeper {
    Timekeeper::idle(Clock::start())
}

fn arrivals(steps: &[(u64, u64, u64)]) -> Vec<FrameArrivals> {
    let mut arrivals = Arrivals::new(1);
    for (from, version, at) in steps {
        arrivals.add(*from, *version, *at);
    }
    std::mem::take(arrivals.close(u64::MAX))
}

/// Within a slice and the histogram's three digits.
fn about(micros: u64, millis: u64) -> bool {
    micros.abs_diff(millis * 1_000) <= 70 + millis * 2
}

#[test]
fn the_order_of_note_and_arrival_does_not_matter() {
    for note_first in [true, false] {
        let keeper = keeper();
        keeper.expect(1, 2);
        let mut frames = arrivals(&[(4, 5, 110 * MILLI), (4, 5, 130 * MILLI)]);
        if note_first {
            keeper.note_nanos(1, 5, 100 * MILLI);
            keeper.settle(120 * MILLI);
            keeper.gathered(&mut frames);
        } else {
            keeper.gathered(&mut frames);
            keeper.settle(120 * MILLI);
            keeper.note_nanos(1, 5, 100 * MILLI);
        }
        let figures = keeper.finish();
        assert_eq!((figures.delivered, figures.unnoted, figures.updates.len()), (2, 0, 2));
        assert!(about(figures.updates.min(), 10), "{}", figures.updates.min());
        assert!(about(figures.updates.max(), 30), "{}", figures.updates.max());
        assert_eq!(figures.last_of_all.len(), 1);
        assert!(about(figures.last_of_all.max(), 30));
    }
}

#[test]
fn frames_before_a_reset_are_in_no_figure_even_if_they_come_after_it() {
    let keeper = keeper();
    let now = keeper.clock().now();
    keeper.note_nanos(1, 5, now);
    keeper.reset();
    let later = keeper.clock().now() + MILLI;
    keeper.gathered(&mut arrivals(&[(4, 5, now), (5, 7, later)]));
    let figures = keeper.finish();
    assert_eq!((figures.delivered, figures.unnoted, figures.updates.len()), (2, 2, 0));
}

#[test]
fn frames_that_find_no_room_to_wait_are_counted_as_lost() {
    let keeper = keeper();
    *lock(&keeper.shared.join) = Join::with_room(2);
    for version in 1..=4 {
        keeper.note_nanos(1, version, 0);
    }
    let steps = [1, 2, 3].map(|version| (version - 1, version, MILLI));
    keeper.gathered(&mut arrivals(&steps));
    keeper.settle(2 * MILLI);
    assert_eq!(keeper.figures().lost, 1);
    // The two have waited long enough, and the next need not wait.
    keeper.gathered(&mut arrivals(&[(3, 4, MILLI)]));
    keeper.settle(9_000 * MILLI);
    let figures = keeper.finish();
    assert_eq!((figures.lost, figures.updates.len()), (1, 3));
}

#[test]
fn deliveries_before_the_answer_are_counted() {
    let keeper = keeper();
    keeper.note_nanos(1, 5, 100 * MILLI);
    let times = [99, 99, 101];
    keeper.gathered(&mut arrivals(&times.map(|at| (4, 5, at * MILLI))));
    let figures = keeper.finish();
    assert_eq!((figures.updates.len(), figures.early), (3, 2));
}

#[test]
fn a_frame_delivers_all_the_versions_it_leads_over() {
    let keeper = keeper();
    for version in 5..=7 {
        keeper.note_nanos(1, version, version * MILLI);
    }
    keeper.gathered(&mut arrivals(&[(4, 7, 17 * MILLI), (5, 7, 17 * MILLI)]));
    let figures = keeper.finish();
    assert_eq!((figures.delivered, figures.updates.len()), (5, 5));
    assert!(about(figures.updates.min(), 10));
    assert!(about(figures.updates.max(), 12));
}

#[test]
fn a_version_is_complete_when_everybody_has_it_whatever_way() {
    let keeper = keeper();
    keeper.expect(1, 3);
    keeper.note_nanos(1, 5, 0);
    keeper.note_nanos(1, 6, 0);
    let mut steps = arrivals(&[(4, 5, MILLI), (4, 6, 2 * MILLI), (3, 6, 9 * MILLI)]);
    keeper.gathered(&mut steps);
    let figures = keeper.finish();
    assert_eq!(figures.last_of_all.len(), 1, "only version 5 has reached three");
    assert!(about(figures.last_of_all.max(), 9));
}

#[test]
fn versions_nobody_noted_are_counted_apart() {
    let keeper = keeper();
    keeper.note_nanos(2, 5, 0);
    keeper.gathered(&mut arrivals(&[(4, 5, MILLI)]));
    let figures = keeper.finish();
    assert_eq!((figures.delivered, figures.unnoted, figures.updates.len()), (1, 1, 0));
}

#[test]
fn of_two_notes_the_earlier_counts_and_a_frame_ahead_of_its_note_is_no_less_than_nothing() {
    let keeper = keeper();
    for at in [50, 20, 90] {
        keeper.note_nanos(1, 5, at * MILLI);
    }
    keeper.note_nanos(1, 6, 80 * MILLI);
    keeper.gathered(&mut arrivals(&[(4, 6, 60 * MILLI)]));
    let figures = keeper.finish();
    assert!(about(figures.updates.max(), 40));
    assert_eq!(figures.updates.min(), 1);
}

#[test]
fn seconds_become_final_in_order_and_old_versions_are_let_go() {
    let keeper = keeper();
    let second = 1_000 * MILLI;
    for version in 1..=3 {
        keeper.note_nanos(1, version, version * second);
        keeper.gathered(&mut arrivals(&[(version - 1, version, version * second + MILLI)]));
    }
    keeper.settle(10 * second);
    assert_eq!(keeper.figures().seconds.iter().map(|s| s.second).collect::<Vec<_>>(), [1, 2]);
    keeper.note_nanos(1, 10_000_000, 11 * second);
    keeper.note_nanos(1, 2, 11 * second);
    let figures = keeper.finish();
    assert_eq!(figures.seconds.len(), 3);
    assert_eq!(figures.updates.len(), 3);
}
