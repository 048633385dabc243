//! Viewers that don't read until their sockets are full, beside others who read the same changes,
//! and others who are idle.

use std::time::Duration;

use seatmap_loadtest::audience::{AudienceSettings, Slow};
use seatmap_loadtest::rest::Client;
use seatmap_loadtest::write::make_event;
use tokio::time::sleep;

use super::super::crowd::Crowd;
use super::super::goals::Bound::{AtLeast, AtMost};
use super::super::goals::Goal;
use super::super::live_map::{LiveMap, post};
use super::super::samples::Contender::Direct;
use super::super::samples::{Place, Samples, short};
use super::super::statistics::ratios;
use super::super::{Bench, Failed, rotated};
use super::{ARENA_SEATS, ARRIVALS_PER_SECOND, PER_VIEWER, SETTLE, SUITE, settled, taken};

/// Seats of an arena that are switched at once: every other one, so that no run shortens the
/// frame, and few enough for it to be no snapshot.
const SWITCHED_SEATS: u32 = 4_000;
/// How often they are blocked and unblocked. A frame takes some 8 KB, and a socket's queue in the
/// kernel 70.
const SWITCHES: usize = 8;

/// From one look at whether a change has been sent to all to the next, and how many at most. The
/// server counts what it has sent once it is through.
const LOOK_EVERY: Duration = Duration::from_millis(150);
const LOOKS_MAX: u32 = 60;
/// Between two looks one in so many viewers is sent a heartbeat, at most.
const HEARTBEATS_ONE_OF: f64 = 50.0;

/// The server's counts of messages handed to connections, and of those closed since they took none.
const DELIVERIES: &str = "seatmap_deliveries_total";
const STALLED: &str = "seatmap_stalled_closes_total";

const FULL: &str = "sockets full, share";
const OVER_IDLE: &str = "B/viewer more than idle";

/// One round of all three, another one first each time.
pub(super) async fn round(
    bench: &mut Bench,
    round: usize,
    place: &impl Fn(&str) -> Place,
) -> Result<(), Failed> {
    let viewers = bench.plan.silent;
    for habit in rotated(&[Habit::Idle, Habit::Reading, Habit::Silent], round) {
        beside_changes(bench, &place(&habit.case(viewers)), habit).await?;
    }
    more_than_idle(&mut bench.samples, viewers, place);
    Ok(())
}

/// What viewers do while large changes go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// They look at an event that doesn't change, while another one does.
    Idle,
    Reading,
    Silent,
}

impl Habit {
    fn case(self, viewers: usize) -> String {
        let what = match self {
            Self::Idle => "idle beside large changes",
            Self::Reading => "that read large changes",
            Self::Silent => "that don't read them",
        };
        format!("{} {what}", short(viewers as f64))
    }
}

/// The same changes with viewers who look elsewhere, read, or don't. What the changes themselves
/// leave behind counts for all of them alike.
async fn beside_changes(bench: &mut Bench, place: &Place, habit: Habit) -> Result<(), Failed> {
    let mut map = LiveMap::start(bench, place.contender, ARENA_SEATS).await?;
    // The event is followed even while nobody else is there.
    let watcher = Crowd::gather(map.server.address, map.event, 1).await?;
    let elsewhere = make_event(map.server.address, ARENA_SEATS).await?;
    let other_watcher = Crowd::gather(map.server.address, elsewhere, 1).await?;
    let viewers = bench.plan.silent;
    switch(&map, viewers).await?;
    let base = settled(map.server.process).await?;
    let event = if habit == Habit::Idle { elsewhere } else { map.event };
    let mut settings = AudienceSettings::new(map.server.address, event, viewers);
    settings.connects_per_second = ARRIVALS_PER_SECOND;
    let is_silent = habit == Habit::Silent;
    settings.slow =
        is_silent.then_some(Slow { share: 1.0, bytes_per_second: 0, leap_max: u64::MAX });
    let crowd = Crowd::gather_as(settings).await?;
    switch(&map, viewers).await?;
    let bytes = settled(map.server.process).await?;
    let mut values = taken(base, bytes, viewers);
    if is_silent {
        values.push((FULL, full(&mut map, &watcher, viewers).await?));
    }
    bench.samples.add(place, &values);
    crowd.leave()?;
    watcher.leave()?;
    other_watcher.leave()?;
    map.stop().await
}

/// What those who read and those who don't have taken more than the idle ones of their round, in
/// bytes each: as a ratio alone it may be large and next to nothing.
fn more_than_idle(samples: &mut Samples, viewers: usize, place: &impl Fn(&str) -> Place) {
    let each = |samples: &Samples, habit: Habit| {
        samples.last(&place(&habit.case(viewers)), PER_VIEWER) * 1_024.0
    };
    let idle = each(samples, Habit::Idle);
    for habit in [Habit::Reading, Habit::Silent] {
        let more = each(samples, habit) - idle;
        samples.add(&place(&habit.case(viewers)), &[(OVER_IDLE, more)]);
    }
}

/// Blocks and unblocks many seats, again and again, each time when the last has been sent: merged, a
/// block and its unblock are nothing, and fill no socket.
async fn switch(map: &LiveMap, viewers: usize) -> Result<(), Failed> {
    let seats: Vec<String> =
        (0..SWITCHED_SEATS).map(|number| format!("S{:03}", 2 * number + 1)).collect();
    let body = serde_json::json!({ "seats": seats }).to_string();
    let mut client = Client::new(map.server.address, None);
    for _ in 0..SWITCHES {
        for verb in ["block", "unblock"] {
            let path = format!("/api/v1/events/{}/{verb}", map.event);
            post(&mut client, &path, "organiser", Some(&body)).await?;
            sent(map, viewers).await?;
        }
    }
    Ok(())
}

/// Waits until a change has been sent to all: hardly anything more is handed to connections.
/// Whether it did its work is measured in the end.
async fn sent(map: &LiveMap, viewers: usize) -> Result<(), Failed> {
    let mut before = map.metric(DELIVERIES).await?;
    for _ in 0..LOOKS_MAX {
        sleep(LOOK_EVERY).await;
        let now = map.metric(DELIVERIES).await?;
        if now - before <= viewers as f64 / HEARTBEATS_ONE_OF {
            break;
        }
        before = now;
    }
    Ok(())
}

/// The share of the viewers that one more change isn't handed to, the watcher aside.
async fn full(map: &mut LiveMap, watcher: &Crowd, viewers: usize) -> Result<f64, Failed> {
    let before = map.metric(DELIVERIES).await?;
    let changed = map.change().await?;
    watcher.reached(changed.version).await?;
    sleep(SETTLE / 4).await;
    let handed = map.metric(DELIVERIES).await? - before - 1.0;
    let closed = map.metric(STALLED).await?;
    if closed > 0.0 {
        return Err(format!("{closed} were closed before they were measured").into());
    }
    Ok(1.0 - handed / viewers as f64)
}

pub(super) fn goals(samples: &Samples, viewers: usize) -> [Goal; 2] {
    let of = |habit: Habit| samples.of(SUITE, &habit.case(viewers), Direct, PER_VIEWER);
    let silent = ratios(&of(Habit::Silent), &of(Habit::Idle));
    let what = "memory of viewers that don't read, times that of idle ones";
    // Else it was something else that was measured.
    let full = samples.spread(SUITE, &Habit::Silent.case(viewers), Direct, FULL);
    [
        Goal::new(what, AtMost(1.1), silent),
        Goal::new("viewers that don't read: share of full sockets", AtLeast(0.99), full),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_do_not_read_are_compared_with_the_idle_ones_of_their_round() {
        let mut samples = Samples::default();
        for (round, each) in [(0, [0.5, 0.5, 0.75]), (1, [1.0, 0.75, 1.0])] {
            let place = |case: &str| Place {
                suite: SUITE,
                case: case.to_owned(),
                contender: Direct,
                round,
            };
            let habits = [Habit::Idle, Habit::Reading, Habit::Silent];
            for (habit, each) in habits.into_iter().zip(each) {
                samples.add(&place(&habit.case(10_000)), &[(PER_VIEWER, each)]);
            }
            more_than_idle(&mut samples, 10_000, &place);
        }
        let of = |case: &str| samples.of(SUITE, case, Direct, OVER_IDLE);
        assert_eq!(of("10,000 that read large changes"), [(0, 0.0), (1, -256.0)]);
        assert_eq!(of("10,000 that don't read them"), [(0, 256.0), (1, 0.0)]);
        assert!(of("10,000 idle beside large changes").is_empty());
    }
}
