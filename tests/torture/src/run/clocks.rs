//! Whether nodes' clocks are as wrong as a plan has them, by the time that they themselves tell.

use super::stage::{Place, Stage};
use super::tally::{CAME_TO_NOTHING, Tally};
use crate::plan::Plan;

/// What totals call nodes with wrong clocks.
pub const WRONG_CLOCK: &str = "node's clock wrong by minutes";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Counts the nodes whose clocks are wrong by as many minutes as they should be.
pub(super) async fn count(plan: &Plan, stage: &Stage, tally: &Tally) {
    let wrong = plan.nodes.iter().zip(&stage.places).enumerate();
    for (number, (node, place)) in wrong.filter(|(_, (node, _))| node.clock_minutes != 0) {
        let why = match minutes_off(stage, place).await {
            Ok(off) if off == i64::from(node.clock_minutes) => {
                tally.add(WRONG_CLOCK, 1);
                continue;
            }
            Ok(off) => format!("wrong by {off} minutes instead of {}", node.clock_minutes),
            Err(error) => error.to_string(),
        };
        let what = format!("{CAME_TO_NOTHING}{WRONG_CLOCK}");
        eprintln!("seed {}: {what}: node {number}: {why}", stage.seed);
        tally.add(&what, 1);
    }
}

/// By how many minutes what a node calls now differs from what the database does.
async fn minutes_off(stage: &Stage, place: &Place) -> Result<i64, Failure> {
    let node = place.door.node().ok_or("it is down")?;
    let answer = reqwest::Client::new().get(format!("http://{node}/health")).send().await?;
    let date = answer.headers().get("date").ok_or("it doesn't tell the time")?.to_str()?;
    let told = jiff::fmt::rfc2822::parse(date)?.timestamp().as_second();
    let sql = "select extract(epoch from clock_timestamp())::bigint";
    let now: i64 = stage.connect().await?.query_one(sql, &[]).await?.get(0);
    let off = jiff::SignedDuration::from_secs(told - now);
    Ok(off.round(jiff::SignedDurationRound::new().smallest(jiff::Unit::Minute))?.as_mins())
}
