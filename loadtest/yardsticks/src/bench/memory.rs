//! Memory of the server: per idle connection, after a storm, after snapshots of an arena, and with
//! viewers that don't read until their sockets are full, beside idle ones. What is read is resident
//! memory of its process; what a viewer takes is the difference to before the viewers came, and a
//! storm is judged by all of it.

use std::time::Duration;

use seatmap::protocol::live::Format;
use seatmap_loadtest::audience::{AudienceSettings, Resume, Slow};
use seatmap_loadtest::rest::Client;
use seatmap_loadtest::write::make_event;
use tokio::time::sleep;

use super::crowd::Crowd;
use super::fan_out::SEATS;
use super::goals::Bound::{AtLeast, AtMost};
use super::goals::Goal;
use super::live_map::{LiveMap, post};
use super::plan::Plan;
use super::samples::Contender::{Direct, Portable};
use super::samples::{Place, Samples, short};
use super::statistics::ratios;
use super::usage::resident_bytes;
use super::{Bench, Failed, rotated};

const SUITE: &str = "Memory";
/// Seats of an arena.
const ARENA_SEATS: u32 = 18_000;
/// Seats of an arena that are switched at once: every other one, so that no run shortens the
/// frame, and few enough for it to be no snapshot.
const SWITCHED_SEATS: u32 = 4_000;
/// How often they are blocked and unblocked. A frame takes some 8 KB, and a socket's queue in the
/// kernel 70.
const SWITCHES: usize = 16;
/// How many come a second before it is measured what they take; the storm is the rush.
const ARRIVALS_PER_SECOND: u32 = 2_000;
/// Until memory is where it stays.
const SETTLE: Duration = Duration::from_secs(2);
/// How often it is looked at, at most.
const LOOKS_MAX: usize = 8;
/// Looks agree that are no further apart.
const STEADY_BYTES: u64 = 64 * 1_024;

/// The server's counts of messages handed to connections, and of those closed since they took none.
const DELIVERIES: &str = "seatmap_deliveries_total";
const STALLED: &str = "seatmap_stalled_closes_total";

const PER_VIEWER: &str = "KiB/viewer";
const BASE: &str = "MiB before anybody came";
const WITH: &str = "MiB with all";
const BEFORE_STORM: &str = "MiB before the storm";
const AFTER: &str = "after the storm, times before it";
const GROWTH: &str = "B/viewer more after the storm";
const FULL: &str = "sockets full, share";
const OVER_IDLE: &str = "B/viewer more than idle";

pub(super) async fn run(bench: &mut Bench) -> Result<(), Failed> {
    bench.separate()?;
    for round in 0..bench.plan.memory_rounds.max(bench.plan.judged_rounds) {
        for contender in rotated(&[Direct, Portable], round) {
            let place =
                |case: &str| Place { suite: SUITE, case: case.to_owned(), contender, round };
            if round < bench.plan.memory_rounds {
                for format in [Format::Binary, Format::Json] {
                    idle_and_storm(bench, format, &place).await?;
                }
                snapshots(bench, &place("snapshots of 18,000 seats, binary")).await?;
            }
            // The only figures that are compared with each other, and they are close; but goals are
            // the direct ones' alone.
            if round < bench.plan.memory_rounds || contender == Direct {
                let viewers = bench.plan.silent;
                for habit in rotated(&[Habit::Idle, Habit::Reading, Habit::Silent], round) {
                    beside_changes(bench, &place(&habit.case(viewers)), habit).await?;
                }
                more_than_idle(&mut bench.samples, viewers, &place);
            }
        }
    }
    bench.goals.extend(goals(&bench.samples, &bench.plan));
    Ok(())
}

fn case(viewers: usize, format: Format) -> String {
    let format = if format == Format::Binary { "binary" } else { "JSON" };
    format!("{viewers} idle, {format}")
}

fn storm_case(format: Format) -> String {
    let format = if format == Format::Binary { "binary" } else { "JSON" };
    format!("storm, {format}")
}

/// What the server has taken for so many viewers, and what that is the difference of.
fn taken(base: u64, bytes: u64, viewers: usize) -> Vec<(&'static str, f64)> {
    let each = (bytes as f64 - base as f64) / 1_024.0 / viewers as f64;
    vec![(PER_VIEWER, each), (BASE, mib(base)), (WITH, mib(bytes))]
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_024.0 / 1_024.0
}

/// Some viewers, more viewers, then all of them leave and come back at once.
async fn idle_and_storm(
    bench: &mut Bench,
    format: Format,
    place: &impl Fn(&str) -> Place,
) -> Result<(), Failed> {
    let map = LiveMap::start(bench, place("").contender, SEATS).await?;
    let process = map.server.process;
    let base = warm(&map).await?;
    let mut crowds = Vec::new();
    let (mut there, mut before) = (0, base);
    for &viewers in bench.plan.idle {
        let mut settings = AudienceSettings::new(map.server.address, map.event, viewers - there);
        settings.format = format;
        settings.connects_per_second = ARRIVALS_PER_SECOND;
        crowds.push(Crowd::gather_as(settings).await?);
        there = viewers;
        before = settled(process).await?;
        bench.samples.add(&place(&case(viewers, format)), &taken(base, before, viewers));
    }
    crowds.iter().for_each(|crowd| crowd.audience.drop_all());
    for crowd in &crowds {
        crowd.wait("leave", |crowd| crowd.audience.open()).await?;
        crowd.audience.reconnect_all(Resume::Anew);
    }
    for crowd in &crowds {
        let all = crowd.audience.viewers() as u64;
        let missing = |crowd: &Crowd| all - crowd.audience.stats().numbers.positioned.min(all);
        crowd.wait("come back", missing).await?;
    }
    let after = settled(process).await?;
    let mut values = taken(base, after, there);
    values.extend([
        (BEFORE_STORM, mib(before)),
        (AFTER, after as f64 / before as f64),
        (GROWTH, (after as f64 - before as f64) / there as f64),
    ]);
    bench.samples.add(&place(&storm_case(format)), &values);
    for crowd in crowds {
        crowd.leave()?;
    }
    map.stop().await
}

/// As many snapshots of an arena as there are viewers; what stays afterwards.
async fn snapshots(bench: &mut Bench, place: &Place) -> Result<(), Failed> {
    let map = LiveMap::start(bench, place.contender, ARENA_SEATS).await?;
    let base = warm(&map).await?;
    let viewers = bench.plan.snapshots;
    let crowd = Crowd::gather(map.server.address, map.event, viewers).await?;
    let bytes = settled(map.server.process).await?;
    bench.samples.add(place, &taken(base, bytes, viewers));
    crowd.leave()?;
    map.stop().await
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
    switch(&map).await?;
    let base = settled(map.server.process).await?;
    let event = if habit == Habit::Idle { elsewhere } else { map.event };
    let viewers = bench.plan.silent;
    let mut settings = AudienceSettings::new(map.server.address, event, viewers);
    settings.connects_per_second = ARRIVALS_PER_SECOND;
    let is_silent = habit == Habit::Silent;
    settings.slow = is_silent.then_some(Slow { share: 1.0, bytes_per_second: 0 });
    let crowd = Crowd::gather_as(settings).await?;
    switch(&map).await?;
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

/// Blocks and unblocks many seats, again and again.
async fn switch(map: &LiveMap) -> Result<(), Failed> {
    let seats: Vec<String> =
        (0..SWITCHED_SEATS).map(|number| format!("S{:03}", 2 * number + 1)).collect();
    let body = serde_json::json!({ "seats": seats }).to_string();
    let mut client = Client::new(map.server.address, None);
    for _ in 0..SWITCHES {
        for verb in ["block", "unblock"] {
            let path = format!("/api/v1/events/{}/{verb}", map.event);
            post(&mut client, &path, "organiser", Some(&body)).await?;
        }
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

/// What the server takes before anybody comes but after it has worked: its mirror and its pools.
async fn warm(map: &LiveMap) -> Result<u64, Failed> {
    let crowd = Crowd::gather(map.server.address, map.event, 1).await?;
    crowd.leave()?;
    settled(map.server.process).await
}

/// What the server takes when it has given back what it needs no more: once two looks agree, or
/// after the last.
async fn settled(process: u32) -> Result<u64, Failed> {
    let mut bytes = u64::MAX;
    for _ in 0..LOOKS_MAX {
        sleep(SETTLE).await;
        let before = std::mem::replace(&mut bytes, resident_bytes(process)?);
        if bytes.abs_diff(before) <= STEADY_BYTES {
            break;
        }
    }
    Ok(bytes)
}

fn goals(samples: &Samples, plan: &Plan) -> Vec<Goal> {
    let spread = |case: &str, metric| samples.spread(SUITE, case, Direct, metric);
    let mut goals = Vec::new();
    for format in [Format::Binary, Format::Json] {
        for &viewers in plan.idle {
            let case = case(viewers, format);
            let measured = spread(&case, PER_VIEWER);
            goals.push(Goal::new(format!("{case}: KiB each"), AtMost(3.5), measured));
        }
        let case = storm_case(format);
        let measured = spread(&case, AFTER);
        let what = format!("{case}: all memory after it over all before it");
        goals.push(Goal::new(what, AtMost(1.2), measured));
    }
    let of = |habit: Habit| samples.of(SUITE, &habit.case(plan.silent), Direct, PER_VIEWER);
    let silent = ratios(&of(Habit::Silent), &of(Habit::Idle));
    let what = "memory of viewers that don't read, times that of idle ones";
    goals.push(Goal::new(what, AtMost(1.1), silent));
    // Else it was something else that was measured.
    let full = spread(&Habit::Silent.case(plan.silent), FULL);
    goals.push(Goal::new("viewers that don't read: share of full sockets", AtLeast(0.99), full));
    goals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_per_viewer_is_kept_with_what_it_is_the_difference_of() {
        let values = taken(10 << 20, 14 << 20, 4_096);
        assert_eq!(values, [(PER_VIEWER, 1.0), (BASE, 10.0), (WITH, 14.0)]);
        // Less than before is told as such.
        assert_eq!(taken(2 << 20, 1 << 20, 1_024)[0], (PER_VIEWER, -1.0));
    }

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
