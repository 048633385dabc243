//! What viewers cost the server: its memory when it is at rest, before they come and with all of
//! them, and what it counts itself.

use std::time::Duration;

use super::run::Run;
use crate::monitor::Mark;
use crate::rest::{Call, Client};

/// From one look at the server's memory to the next.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it is looked at, at most.
const LOOKS_MAX: u32 = 8;
/// It is at rest when two looks differ by no more than these bytes.
const STEADY_BYTES: u64 = 64 * 1024;

/// What servers say of themselves, all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Messages handed to connections, whoever's they are.
    pub(super) deliveries: u64,
    /// Viewers let in.
    pub(super) viewers: u64,
}

/// What it has counted at three moments: before viewers came, with all of them, and when the last
/// buyer had left. `None` when not all servers told.
pub(super) type ThreeCounts = [Option<Counted>; 3];

impl Run {
    /// What things stand at once the server's memory changes no more.
    pub(super) async fn at_rest(&self) -> Mark {
        let bytes = |mark: &Mark| mark.reading.server.map(|server| server.rss_bytes);
        let mut mark = self.monitor.mark();
        for _ in 0..LOOKS_MAX {
            let Some(before) = bytes(&mark) else { break };
            tokio::time::sleep(LOOK_EVERY).await;
            mark = self.monitor.mark();
            if bytes(&mark).is_some_and(|now| now.abs_diff(before) <= STEADY_BYTES) {
                break;
            }
        }
        mark
    }

    /// What the targets have counted so far.
    pub(super) async fn counted(&self) -> Option<Counted> {
        let mut sum = Counted::default();
        for target in &self.plan.options.target {
            let mut client = Client::new(*target, None);
            let call = Call { method: "GET", path: "/metrics", ..Call::default() };
            let reply = client.ask(&call).await.ok()?;
            let one = counted(&String::from_utf8_lossy(reply.body))?;
            sum.deliveries += one.deliveries;
            sum.viewers += one.viewers;
        }
        Some(sum)
    }
}

fn counted(metrics: &str) -> Option<Counted> {
    let find = |name: &str| {
        let number = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        number.trim().parse().ok()
    };
    let upgraded = "seatmap_http_requests_total{method=\"GET\",status=\"101\"}";
    let deliveries = find("seatmap_deliveries_total")?;
    // Who has let nobody in has no such line.
    Some(Counted { deliveries, viewers: find(upgraded).unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_counts_is_found_among_its_metrics() {
        let metrics = "# TYPE seatmap_deliveries_total counter\nseatmap_deliveries_total 1234\n";
        assert_eq!(counted(metrics), Some(Counted { deliveries: 1_234, viewers: 0 }));
        let upgraded = "seatmap_http_requests_total{method=\"GET\",status=\"101\"} 7\n";
        let all = counted(&format!("{upgraded}{metrics}"));
        assert_eq!(all, Some(Counted { deliveries: 1_234, viewers: 7 }));
        assert_eq!(counted("seatmap_deliveries_total_else 1\n"), None);
    }
}
