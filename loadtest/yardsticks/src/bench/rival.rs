//! The published test of another seat map: ten writers take forty holds while an audience watches;
//! update latency counts from the writer's request to each viewer.

use std::net::SocketAddr;
use std::time::Duration;

use seatmap_loadtest::latency::Timekeeper;
use seatmap_loadtest::rest::Client;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::crowd::Crowd;
use super::fan_out::SEATS;
use super::goals::Bound::AtMost;
use super::goals::Goal;
use super::live_map::{post, start_selling};
use super::samples::Contender::{Direct, Portable, Textbook};
use super::samples::Place;
use super::{Bench, Failed, rotated};
use seatmap_loadtest::write::make_event;

const SUITE: &str = "Ten writers, forty holds";
const WRITERS: u32 = 10;
const HOLDS_PER_WRITER: u32 = 4;
/// Between two times forty holds, so that each meets servers at rest.
const PAUSE: Duration = Duration::from_millis(300);

const P95: &str = "p95 ms";
/// What was published for 10,000 viewers, in milliseconds; on another machine.
const PUBLISHED_P95: f64 = 383.0;

pub(super) async fn run(bench: &mut Bench) -> Result<(), Failed> {
    bench.separate()?;
    for &viewers in bench.plan.rival {
        for round in 0..bench.plan.rounds {
            for contender in rotated(&[Direct, Portable, Textbook], round) {
                let case = format!("{viewers} viewers");
                turn(bench, &Place { suite: SUITE, case, contender, round }, viewers).await?;
            }
        }
    }
    bench.compare(SUITE, Textbook, &[P95]);
    let measured = bench.samples.spread(SUITE, "10000 viewers", Direct, P95);
    let what = "ten writers, 10000 viewers: p95 in ms, half the published";
    bench.goals.push(Goal::new(what, AtMost(PUBLISHED_P95 / 2.0), measured));
    Ok(())
}

async fn turn(bench: &mut Bench, place: &Place, viewers: usize) -> Result<(), Failed> {
    let server = start_selling(bench, place.contender).await?;
    let event = make_event(server.address, SEATS).await?;
    let crowd = Crowd::gather(server.address, event, viewers).await?;
    for time in 0..bench.plan.rival_times {
        sleep(PAUSE).await;
        let version = forty_holds(server.address, event, time as u32, &crowd.keeper).await?;
        crowd.reached(version).await?;
    }
    let (figures, _) = crowd.leave()?;
    server.stop().await?;
    let at = |quantile| figures.updates.value_at_quantile(quantile) as f64 / 1_000.0;
    let values = [("p50 ms", at(0.50)), (P95, at(0.95)), ("p99 ms", at(0.99))];
    bench.samples.add(place, &values);
    Ok(())
}

/// Ten writers, four holds each, one after the other; the last version.
async fn forty_holds(
    target: SocketAddr,
    event: i64,
    time: u32,
    keeper: &Timekeeper,
) -> Result<u64, Failed> {
    let mut working = JoinSet::new();
    for writer in 0..WRITERS {
        let keeper = keeper.clone();
        working.spawn(async move {
            let mut client = Client::new(target, None);
            let session = format!("writer-{time}-{writer}");
            let mut version = 0;
            for hold in 0..HOLDS_PER_WRITER {
                let seat = (time * WRITERS + writer) * HOLDS_PER_WRITER + hold + 1;
                let body = format!(r#"{{"seats":["S{seat:03}"]}}"#);
                let path = format!("/api/v1/events/{event}/holds");
                let asked = std::time::Instant::now();
                version = post(&mut client, &path, &session, Some(&body)).await?;
                keeper.note(event, version, asked);
            }
            Ok::<u64, Failed>(version)
        });
    }
    let mut last = 0;
    while let Some(done) = working.join_next().await {
        last = last.max(done??);
    }
    Ok(last)
}
