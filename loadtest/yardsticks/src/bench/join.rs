//! Joining the largest event at once: how long until the last viewer has its map, what it weighs,
//! what it costs, how often it is encoded, and what the database is asked meanwhile. PostgreSQL
//! logs every statement of the server's database for it.

use std::collections::BTreeMap;
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
const ASKED: &str = "statements in all";
const ENCODINGS: &str = "encodings";
/// The transaction of one load, and what is looked at by the clock meanwhile: none for those who
/// join, of whom there are thousands.
const ASKED_MAX: f64 = 20.0;

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
    for (metric, most) in [(LOADS, 1.0), (ASKED, ASKED_MAX), (ENCODINGS, 2.0)] {
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
    let log_before = usize::try_from(std::fs::metadata(&log)?.len())?;
    let encoded_before = map.metric(ENCODED).await?;
    let (before, began) = (Cpu::of(map.server.process)?, Instant::now());
    let settings = AudienceSettings::new(map.server.address, map.event, viewers);
    let crowd = Crowd::gather_as(settings).await?;
    let took = began.elapsed();
    let used = Cpu::of(map.server.process)?.since(before);
    let encodings = map.metric(ENCODED).await? - encoded_before;
    sleep(LOG_DELAY).await;
    let asked = Asked::of(&String::from_utf8_lossy(&std::fs::read(&log)?[log_before..]));
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
            (LOADS, asked.map_reads as f64),
            (ASKED, (asked.map_reads + asked.beside_a_load + asked.elsewhere) as f64),
            ("statements of the loading connection", asked.beside_a_load as f64),
            ("statements of clocks", asked.elsewhere as f64),
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

/// Statements that PostgreSQL was asked.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    /// Those that read a map.
    map_reads: usize,
    /// Others of connections that read a map: its transaction.
    beside_a_load: usize,
    /// Those of other connections: nobody's joining, but what is looked at by the clock.
    elsewhere: usize,
}

impl Asked {
    fn of(log: &str) -> Self {
        let mut by_connection: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut lines = log.lines().peekable();
        while let Some(line) = lines.next() {
            if !STATEMENT.iter().any(|mark| line.contains(mark)) {
                continue;
            }
            // A statement of several lines goes on in lines that begin with a tab.
            let mut reads = line.contains(READS_A_MAP);
            while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
                reads |= more.contains(READS_A_MAP);
            }
            let process = line.split(['[', ']']).nth(1).unwrap_or_default();
            let (map_reads, others) = by_connection.entry(process).or_default();
            *(if reads { map_reads } else { others }) += 1;
        }
        by_connection.values().fold(Self::default(), |sum, &(map_reads, others)| Self {
            map_reads: sum.map_reads + map_reads,
            beside_a_load: sum.beside_a_load + if map_reads > 0 { others } else { 0 },
            elsewhere: sum.elsewhere + if map_reads > 0 { 0 } else { others },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_apart_however_many_lines_they_have() {
        let log = "2030-01-01 UTC [1] LOG:  statement: begin\n\
                   2030-01-01 UTC [1] LOG:  execute s1: \n\tselect 1\n\t  from tickets t\n\
                   2030-01-01 UTC [1] DETAIL:  parameters: $1 = '1 from tickets'\n\
                   2030-01-01 UTC [2] LOG:  execute s2: select 2\n\
                   2030-01-01 UTC [2] LOG:  execute s2: select 2\n\
                   2030-01-01 UTC [3] LOG:  checkpoint starting\n";
        let expected = Asked { map_reads: 1, beside_a_load: 1, elsewhere: 2 };
        assert_eq!(Asked::of(log), expected);
    }
}
