//! What a run has taken of the machine.

use super::gather::Gathered;
use crate::report::{Resources, Share};

/// What viewers take is told from these bytes on: less may be the server's breath.
const TOLD_BYTES_MIN: u64 = 256 * 1024;
/// Nothing is told when the server had more than one viewer before in so many of the run's: their
/// room is used again.
const BEFORE_MAX_ONE_OF: u64 = 100;

pub(super) fn resources(gathered: &Gathered) -> Resources {
    let series = &gathered.series;
    let [before, connected, _, end] = &gathered.marks;
    let marks = [before, connected, end];
    let server = series.share(|reading| reading.server, |sample| sample.server_rss, marks);
    let database = series.share(|reading| reading.database, |sample| sample.database_rss, marks);
    let tool = series.share(|reading| Some(reading.tool), |sample| Some(sample.tool_rss), marks);
    let (threads, is_limit) = series.busiest(connected.at, end.at);
    let restarts = end.reading.servers_ended.saturating_sub(before.reading.servers_ended);
    let received = end.numbers.deltas.saturating_sub(connected.numbers.deltas);
    let [came, there, left] = gathered.counted;
    // Who begins anew counts anew.
    let counted = there.zip(left).filter(|_| restarts == 0);
    let counted = counted.and_then(|(then, now)| now.deliveries.checked_sub(then.deliveries));
    let deliveries = counted.unwrap_or(received).max(received) as f64;
    let per_million = server.as_ref().filter(|_| received > 0);
    Resources {
        server_bytes_per_viewer: each(gathered, server.as_ref()),
        server_viewers_before: came.map(|counted| counted.viewers),
        server_deliveries: counted,
        server_restarts: restarts,
        server_seconds_per_million_deliveries: per_million
            .map(|share| (share.user_seconds + share.system_seconds) / deliveries * 1e6),
        server,
        database,
        tool: tool.unwrap_or_default(),
        tool_busiest_thread: threads.busiest,
        tool_thread_wanted: threads.wanted,
        tool_was_the_limit: is_limit,
    }
}

/// What a viewer takes of the server's memory, where that is what the run is about and can be told:
/// elsewhere the memory of buyers and of the event's making is in it.
fn each(gathered: &Gathered, server: Option<&Share>) -> Option<f64> {
    let viewers = gathered.marks[1].numbers.open;
    let before = gathered.counted[0].map_or(0, |counted| counted.viewers);
    if !gathered.plan.weighs || viewers == 0 || before > viewers / BEFORE_MAX_ONE_OF {
        return None;
    }
    let bytes = server.map(|share| share.rss_connected.saturating_sub(share.rss_before));
    bytes.filter(|bytes| *bytes >= TOLD_BYTES_MIN).map(|bytes| bytes as f64 / viewers as f64)
}
