//! A standby that takes over while its primary goes on behind a fence.

use std::collections::HashMap;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep};
use tokio_postgres::Client;

use super::{Injected, POLL};
use crate::proxy::Target;
use crate::run::stage::Stage;
use crate::run::tally::Tally;
use crate::world::postgres::connect;

/// Where nobody listens.
const NOWHERE: &str = "/nowhere/.s.PGSQL.0";
/// How long the new primary is waited for to be written to while the old one is still there.
const FENCED_AT_LEAST: Duration = Duration::from_secs(1);
/// Who has come since then, but for whoever asks.
const VISITORS: &str = "
    select count(*) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()
      and backend_start > $1::text::timestamptz";

/// The standby takes over from a primary that goes on behind a fence, and ends only after others
/// have been writing elsewhere.
pub(super) async fn fail_over(stage: &Stage, tally: &Tally) -> Injected {
    let mut primary = stage.postgres.lock().await;
    let mut place = stage.standby.lock().await;
    if place.is_none() {
        return Ok(0);
    }
    // As a cluster manager does: only a standby that every commit waits for may take over. One that
    // lags behind after a restart of its primary isn't that yet.
    primary.accompanied().await?;
    let fenced = connect(&primary.config()).await?;
    // Not before: without its standby the primary would keep every commit waiting.
    let Some(standby) = place.take() else { return Ok(0) };
    lead_all_to(stage, &Target::Unix(NOWHERE.into()));
    let since: String = fenced.query_one("select clock_timestamp()::text", &[]).await?.get(0);
    standby.promote().await?;
    let before = versions(&fenced).await?;
    let client = connect(&standby.config()).await?;
    let first = versions(&client).await?;
    tally.goes_on_elsewhere(first.clone());
    lead_all_to(stage, &standby.socket());
    let begun = Instant::now();
    while versions(&client).await? == first && begun.elapsed() < FENCED_AT_LEAST {
        sleep(POLL).await;
    }
    // Nobody got to the old one since, and nothing has become visible there.
    let visitors: i64 = fenced.query_one(VISITORS, &[&since]).await?.get(0);
    let after = versions(&fenced).await?;
    if visitors > 0 || before != after {
        tally.wrong(format!(
            "the old primary was written to behind its fence: {visitors} connections, versions \
             {before:?} and then {after:?}"
        ));
    }
    primary.end(Signal::SIGQUIT).await?;
    *primary = standby;
    Ok(1)
}

/// Cuts all nodes off from where they are, and leads them elsewhere.
fn lead_all_to(stage: &Stage, target: &Target) {
    for place in &stage.places {
        place.proxy.lead_to(target.clone());
        place.proxy.cut_all();
    }
}

/// What every event has come to.
async fn versions(client: &Client) -> Result<HashMap<i64, u64>, tokio_postgres::Error> {
    let rows = client.query("select id, version from events", &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get::<_, i64>(1).unsigned_abs())).collect())
}
