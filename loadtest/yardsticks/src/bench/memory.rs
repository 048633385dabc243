//! Memory of the server: per idle connection, after a storm, after snapshots of an arena, and with
//! viewers that don't read (`silent`), beside idle ones. What is read is resident
//! memory of its process; what a viewer takes is the difference to before the viewers came, and a
//! storm is judged by all of it.

use std::time::Duration;

use seatmap::protocol::live::Format;
use seatmap_loadtest::audience::{AudienceSettings, Resume};
use tokio::time::sleep;

use super::crowd::Crowd;
use super::fan_out::SEATS;
use super::goals::Bound::AtMost;
use super::goals::Goal;
use super::live_map::LiveMap;
use super::plan::Plan;
use super::samples::Contender::{Direct, Portable};
use super::samples::{Place, Samples};
use super::usage::resident_bytes;
use super::{Bench, Failed, rotated};

mod silent;

const SUITE: &str = "Memory";
/// Seats of an arena.
const ARENA_SEATS: u32 = 18_000;
/// How many come a second before it is measured what they take; the storm is the rush.
const ARRIVALS_PER_SECOND: u32 = 2_000;
/// Until memory is where it stays.
const SETTLE: Duration = Duration::from_secs(2);
/// How often it is looked at, at most.
const LOOKS_MAX: usize = 8;
/// Looks agree that are no further apart.
const STEADY_BYTES: u64 = 64 * 1_024;

const PER_VIEWER: &str = "KiB/viewer";
const BASE: &str = "MiB before anybody came";
const WITH: &str = "MiB with all";
const BEFORE_STORM: &str = "MiB before the storm";
const AFTER: &str = "after the storm, times before it";
const GROWTH: &str = "B/viewer more after the storm";

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
                silent::round(bench, round, &place).await?;
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
    goals.extend(silent::goals(samples, plan.silent));
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
}
