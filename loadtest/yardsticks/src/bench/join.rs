//! Joining the largest event at once: how long until the last viewer has its map, what it weighs,
//! what it costs, how often it is encoded, and what the database is asked meanwhile. PostgreSQL
//! logs every statement of the server's database for it.

use std::path::Path;
use std::time::Duration;

use seatmap_loadtest::audience::AudienceSettings;
use seatmap_loadtest::rest::Client;
use tokio::time::{Instant, sleep};

use super::crowd::Crowd;
use super::goals::Bound::AtMost;
use super::goals::Goal;
use super::live_map::{LiveMap, post};
use super::samples::Contender::{Direct, Portable};
use super::samples::Place;
use super::usage::Cpu;
use super::{Bench, Failed, rotated};

const SUITE: &str = "Join of 100,000 seats";
const SEATS: u32 = 100_000;
/// Every so manieth seat is blocked, so that the map doesn't shrink to a run.
const BLOCKED_EVERY: u32 = 7;
/// Seats blocked by one request.
const BLOCK_MAX: usize = 10_000;
/// Until PostgreSQL's log has what was said.
const LOG_DELAY: Duration = Duration::from_millis(500);
/// What a statement says that reads a map.
const READS_A_MAP: &str = "from tickets";
/// What the log says before each statement.
const STATEMENT: [&str; 2] = ["LOG:  execute", "LOG:  statement:"];

/// The server's count of messages it has encoded.
const ENCODED: &str = "seatmap_frames_encoded_total";

const LOADS: &str = "loads of the map";
const ENCODINGS: &str = "encodings";

pub(super) async fn run(bench: &mut Bench) -> Result<(), Failed> {
    bench.separate()?;
    let viewers = bench.plan.joining;
    let admin = bench.database.connect("postgres").await?;
    admin.batch_execute("alter system set log_statement = 'all'").await?;
    admin.batch_execute("select pg_reload_conf()").await?;
    for round in 0..bench.plan.rounds {
        for contender in rotated(&[Direct, Portable], round) {
            let place =
                Place { suite: SUITE, case: format!("{viewers} viewers"), contender, round };
            turn(bench, &place, viewers).await?;
        }
    }
    admin.batch_execute("alter system reset log_statement").await?;
    admin.batch_execute("select pg_reload_conf()").await?;
    for (metric, most) in [(LOADS, 1.0), (ENCODINGS, 2.0)] {
        let measured = bench.samples.spread(SUITE, &format!("{viewers} viewers"), Direct, metric);
        let what = format!("{viewers} joins of 100,000 seats: {metric}");
        bench.goals.push(Goal::new(what, AtMost(most), measured));
    }
    Ok(())
}

async fn turn(bench: &mut Bench, place: &Place, viewers: usize) -> Result<(), Failed> {
    let map = LiveMap::start(bench, place.contender, SEATS).await?;
    block(&map).await?;
    sleep(LOG_DELAY).await;
    let log = bench.database.log();
    let (log_before, encoded_before) = (statements(&log)?, map.metric(ENCODED).await?);
    let (before, began) = (Cpu::of(map.server.process)?, Instant::now());
    let settings = AudienceSettings::new(map.server.address, map.event, viewers);
    let crowd = Crowd::gather_as(settings).await?;
    let took = began.elapsed();
    let used = Cpu::of(map.server.process)?.since(before);
    let encodings = map.metric(ENCODED).await? - encoded_before;
    sleep(LOG_DELAY).await;
    let log_after = statements(&log)?;
    let (_, stats) = crowd.leave()?;
    map.stop().await?;
    let seconds = |micros: u64| micros as f64 / 1e6;
    bench.samples.add(
        place,
        &[
            ("all have their map, s", took.as_secs_f64()),
            ("join p50 s", seconds(stats.joins.value_at_quantile(0.50))),
            ("join p99 s", seconds(stats.joins.value_at_quantile(0.99))),
            ("KiB/viewer", stats.numbers.bytes as f64 / 1_024.0 / viewers as f64),
            ("CPU s", used.total()),
            (ENCODINGS, encodings),
            (LOADS, log_after.map_reads - log_before.map_reads),
            ("statements in all", log_after.all - log_before.all),
        ],
    );
    Ok(())
}

async fn block(map: &LiveMap) -> Result<(), Failed> {
    let seats: Vec<String> = (1..=SEATS)
        .filter(|number| number % BLOCKED_EVERY == 0)
        .map(|number| format!("S{number:03}"))
        .collect();
    let mut client = Client::new(map.server.address, None);
    for some in seats.chunks(BLOCK_MAX) {
        let body = serde_json::json!({ "seats": some }).to_string();
        let path = format!("/api/v1/events/{}/block", map.event);
        post(&mut client, &path, "organiser", Some(&body)).await?;
    }
    Ok(())
}

/// Statements in PostgreSQL's log.
struct Statements {
    all: f64,
    map_reads: f64,
}

fn statements(log: &Path) -> Result<Statements, Failed> {
    let text = String::from_utf8_lossy(&std::fs::read(log)?).into_owned();
    let mut found = Statements { all: 0.0, map_reads: 0.0 };
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if !STATEMENT.iter().any(|mark| line.contains(mark)) {
            continue;
        }
        found.all += 1.0;
        // A statement of several lines goes on in lines that begin with a tab.
        let mut reads = line.contains(READS_A_MAP);
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            reads |= more.contains(READS_A_MAP);
        }
        found.map_reads += f64::from(u8::from(reads));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_counted_however_many_lines_they_have() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let log = "2030-01-01 UTC [1] LOG:  statement: begin\n\
                   2030-01-01 UTC [1] LOG:  execute s1: \n\tselect 1\n\t  from tickets t\n\
                   2030-01-01 UTC [1] DETAIL:  parameters: $1 = '1 from tickets'\n\
                   2030-01-01 UTC [1] LOG:  checkpoint starting\n";
        std::fs::write(file.path(), log).unwrap();
        let found = statements(file.path()).unwrap();
        assert_eq!((found.all, found.map_reads), (2.0, 1.0));
    }
}
