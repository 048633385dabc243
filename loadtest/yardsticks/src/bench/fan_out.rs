//! Fan-out of single frames: one change, wait until the last viewer has it, pause, the next. The
//! server has a core to itself; viewers and database share the others. Latency counts from the
//! answer that names the version.

use std::time::Duration;

use tokio::time::sleep;

use super::crowd::Crowd;
use super::goals::Bound::AtMost;
use super::goals::Goal;
use super::live_map::LiveMap;
use super::samples::Contender::{Direct, Floor, Portable, Textbook};
use super::samples::{Place, Samples};
use super::statistics::Spread;
use super::usage::Cpu;
use super::{Bench, Failed, rotated};

pub(super) const SUITE: &str = "Fan-out, single frames";
/// Seats of the event: a small map, so that joining takes little.
pub(super) const SEATS: u32 = 1_000;
/// Frames before those that count.
const WARM_UP_FRAMES: usize = 2;
/// After the last viewer has a frame; longer than the longest frame window, so that the next one
/// meets a clock at rest.
const PAUSE: Duration = Duration::from_millis(120);
/// After all have joined.
const SETTLE: Duration = Duration::from_millis(500);

pub(super) const CPU: &str = "CPU s/M";
pub(super) const LAST: &str = "last p50 ms";

pub(super) fn case(viewers: usize) -> String {
    format!("{viewers} viewers")
}

pub(super) async fn run(bench: &mut Bench) -> Result<(), Failed> {
    bench.separate()?;
    for (viewers, rounds) in bench.plan.fan_out {
        for round in 0..*rounds {
            for contender in rotated(&[Floor, Direct, Portable, Textbook], round) {
                let case = case(*viewers);
                let place = Place { suite: SUITE, case, contender, round };
                turn(bench, &place, *viewers).await?;
            }
        }
    }
    bench.compare(SUITE, Floor, &[CPU, LAST]);
    bench.goals.extend(goals(&bench.samples));
    Ok(())
}

/// One contender's frames.
pub(super) async fn turn(bench: &mut Bench, place: &Place, viewers: usize) -> Result<(), Failed> {
    let mut map = LiveMap::start(bench, place.contender, SEATS).await?;
    let crowd = Crowd::gather(map.server.address, map.event, viewers).await?;
    sleep(SETTLE).await;
    for _ in 0..WARM_UP_FRAMES {
        let changed = map.change().await?;
        crowd.reached(changed.version).await?;
        sleep(PAUSE).await;
    }
    let frames = bench.plan.frames;
    let (before, own_before) = (Cpu::of(map.server.process)?, Cpu::of(std::process::id())?);
    let mut from_requests = Vec::new();
    for _ in 0..frames {
        let changed = map.change().await?;
        crowd.keeper.note(map.event, changed.version, changed.answered);
        crowd.reached(changed.version).await?;
        from_requests.push(changed.asked.elapsed().as_secs_f64() * 1_000.0);
        sleep(PAUSE).await;
    }
    let used = Cpu::of(map.server.process)?.since(before);
    let own = Cpu::of(std::process::id())?.since(own_before);
    let (figures, _) = crowd.leave()?;
    map.stop().await?;
    if figures.last_of_all.len() != frames as u64 {
        return Err(format!("{} of {frames} frames reached all", figures.last_of_all.len()).into());
    }
    let millions = (viewers * frames) as f64 / 1e6;
    let ms = |micros: u64| micros as f64 / 1_000.0;
    // Looked for every few milliseconds; shows that no answer was held back for the flush.
    let from_request = Spread::of(from_requests).map_or(f64::NAN, |spread| spread.median);
    let last = ms(figures.last_of_all.value_at_quantile(0.5));
    let at = |quantile| ms(figures.updates.value_at_quantile(quantile));
    bench.samples.add(
        place,
        &[
            (CPU, used.total() / millions),
            ("user s/M", used.user / millions),
            ("system s/M", used.system / millions),
            (LAST, last),
            ("last from request p50 ms", from_request),
            ("p50 ms", at(0.50)),
            ("p95 ms", at(0.95)),
            ("p99 ms", at(0.99)),
            ("deliveries/s", viewers as f64 / last * 1_000.0),
            ("viewers' CPU s/M", own.total() / millions),
        ],
    );
    Ok(())
}

fn goals(samples: &Samples) -> Vec<Goal> {
    let goal = |what: &str, viewers, metric, most| {
        let ratio = samples.ratio(SUITE, &case(viewers), (Direct, Floor), metric);
        Goal::new(format!("{}, one change: {what}", case(viewers)), AtMost(most), ratio)
    };
    let (cpu, last) = ("CPU per delivery, times the floor's", "last-of-N p50, times the floor's");
    vec![
        goal(cpu, 10_000, CPU, 1.1),
        goal(cpu, 19_000, CPU, 1.5),
        goal(last, 10_000, LAST, 1.2),
        goal(last, 19_000, LAST, 1.2),
    ]
}
