//! Every scenario in short, against one or two nodes: all promises kept.

use std::time::Duration;

use seatmap::protocol::live::Format;
use seatmap::run::NodeSettings;
use seatmap_loadtest::report::{Report, SlowViewers, page};
use seatmap_loadtest::scenarios::run;

use super::{assert_kept, plan};
use crate::support::database::Database;
use crate::support::server::Server;

/// Promises about selling, where nothing is sold.
const SELLING: [&str; 3] = ["sold twice", "did not hold", "refused while"];

/// Runs a scenario on two nodes with the database open to the checks.
async fn perform(line: &str) -> Report {
    perform_with(line, |_| {}).await
}

/// The same, on nodes with settings of their own.
async fn perform_with(line: &str, change: fn(&mut NodeSettings)) -> Report {
    let database = Database::new().await;
    let one = Server::start_with(&database, change).await;
    let other = Server::start_with(&database, change).await;
    let mut plan = plan(&format!("{line} --target {} --quiet", one.address));
    plan.options.target.push(other.address);
    plan.options.database_url = Some(database.config.clone());
    let report = run(plan).await.expect("a run");
    assert!(page(&report).contains("All promises kept"), "{:?}", report.verdict);
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn fanout() {
    let report = perform("fanout --viewers 60 --seats 100 --rate 40 --duration 3").await;
    assert_kept(&report, &SELLING);
    assert_eq!(report.counts.requests_refused, 0, "{:?}", report.errors);
    assert!(report.counts.deliveries > 60 && report.latencies.updates.count > 0);
    assert!(report.latencies.last_viewer.count > 0, "every version reaches everybody");
    assert!(report.resources.server.is_some(), "this process listens on the target's port");
}

#[tokio::test(flavor = "multi_thread")]
async fn onsale_with_every_way_a_visit_can_end() {
    let line = "onsale --viewers 20 --seats 60 --events 2 --rate 30 --think 0.1 --duration 6 \
                --abandon 0.6 --unpaid 0.3 --cancel 0.5 --lock-seconds 1 --booking-seconds 1";
    let report = perform(line).await;
    assert_kept(&report, &["refused while"]);
    let customers = &report.counts.customers;
    for how in ["came", "bought", "walked away", "cancelled"] {
        assert!(customers[how] > 0, "{how}: {customers:?}");
    }
    assert_eq!(customers["failed"], 0, "{:?}", report.errors);
    assert_eq!(report.counts.requests_unknown, 0, "{:?}", report.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn onsale_of_the_best_seats_until_none_is_left() {
    let line = "onsale --best-available --viewers 20 --seats 60 --rate 60 --think 0.05 \
                --duration 4 --abandon 0.3 --lock-seconds 1 --booking-seconds 1";
    let report = perform(line).await;
    assert_kept(&report, &["refused while"]);
    let customers = &report.counts.customers;
    for how in ["bought", "empty-handed"] {
        assert!(customers[how] > 0, "{how}: {customers:?}");
    }
    assert_eq!(customers["failed"], 0, "{:?}", report.errors);
}

#[tokio::test(flavor = "multi_thread")]
async fn hotseat() {
    let line = "hotseat --viewers 20 --seats 20 --buyers 12 --hot-seats 2 --duration 3";
    let report = perform(line).await;
    assert_kept(&report, &[]);
    let codes: Vec<_> = report.errors.keys().collect();
    assert_eq!(codes, ["409 seats_unavailable"], "that is all a crowd is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn storm() {
    let line = "storm --viewers 60 --seats 50 --storms 2 --duration 4 --ramp 0 --format json";
    let report = perform(line).await;
    assert_kept(&report, &SELLING);
    assert_eq!(report.counts.connections_opened, 180, "{:?}", report.connection_failures);
    assert_eq!((report.counts.resumes, report.latencies.joins.count), (60, 120));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_viewers_who_fall_behind() {
    let report = perform(&slow(2)).await;
    assert_slow(&report);
    let slow = SlowViewers { viewers: 10, fell_behind: 10, ..SlowViewers::default() };
    assert_eq!(report.counts.slow, slow, "{:?}", report.closes);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_viewers_who_are_closed_and_come_back() {
    let impatient = |settings: &mut NodeSettings| {
        settings.live.stall_timeout = Duration::from_millis(500);
    };
    let report = perform_with(&slow(3), impatient).await;
    assert_slow(&report);
    let slow = &report.counts.slow;
    assert_eq!((slow.viewers, slow.closed, slow.came_back), (10, 10, 10), "{:?}", report.closes);
}

/// Viewers of whom each other one reads nothing, and whose map alone is more than a socket takes.
fn slow(seconds: u32) -> String {
    format!("slow --viewers 20 --seats 60000 --share 0.5 --rate 80 --duration {seconds}")
}

fn assert_slow(report: &Report) {
    assert_kept(report, &SELLING);
    assert!(report.latencies.last_viewer.count > 0, "the prompt aren't kept waiting for the slow");
    let (latencies, counts) = (&report.latencies, &report.counts);
    assert_eq!(latencies.joins.count, 10, "only of the prompt is it measured how they join");
    assert!(latencies.updates.count <= 10 * counts.requests_done, "and how they follow");
    assert_eq!(counts.viewers_open, 20, "whoever was closed has come back");
    assert!(page(report).contains("Slow viewers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn soak_and_idle() {
    let line = "soak --viewers 20 --seats 200 --rate 10 --think 0.1 --storm-every 2 --duration 5";
    let report = perform(line).await;
    assert_kept(&report, &["refused while"]);
    assert!(report.counts.connections_opened >= 60, "two storms");
    let report = perform("idle --viewers 50 --seats 20 --duration 1").await;
    let quiet = [&SELLING[..], &["history", "acknowledged", "every answer"]].concat();
    assert_kept(&report, &quiet);
    let server = report.resources.server.expect("the server is on this machine");
    assert!(server.rss_before > 0 && server.rss_connected > 0, "{server:?}");
}

#[test]
fn what_the_command_line_says_is_what_is_run() {
    let plan = plan("fanout --viewers 7 --seats 9 --format json --rate 3 --duration 2m");
    assert_eq!((plan.viewers, plan.seats, plan.duration.as_secs()), (7, 9, 120));
    assert_eq!(Format::from(plan.options.format), Format::Json);
    assert!(plan.writers.is_some_and(|writers| writers.per_second == 3.0));
}
