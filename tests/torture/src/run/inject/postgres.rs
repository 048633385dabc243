//! PostgreSQL that ends, loses backends, or has no room on its disk.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Injected, MENDING_MAX, POLL, took_effect};
use crate::plan::Fault;
use crate::run::stage::Stage;
use crate::world::postgres::{PostgresError, told};

/// The backends on which nodes listen: nothing else of theirs says this last.
const LISTENERS: &str = "query like 'listen %' or query like 'notify %'";
/// What passes between two of several that are done one by one.
const BETWEEN: Duration = Duration::from_millis(20);
/// What PostgreSQL says when its disk is full.
const NO_ROOM: &str = "No space left on device";
/// How long it is tried to have somebody need room.
const NEEDING_MAX: Duration = Duration::from_secs(10);
/// Writes to the WAL, and has whoever writes next need a new segment.
const SEGMENT_USED: &str = "select pg_logical_emit_message(true, 'torture', 'a segment begun');
                            select pg_switch_wal()";

/// Faults of PostgreSQL as a whole.
pub(super) async fn happen(stage: &Stage, fault: &Fault) -> Injected {
    match *fault {
        Fault::PostgresCrashed { ms } => restart(stage, Signal::SIGQUIT, ms).await,
        Fault::PostgresRestarted { ms } => restart(stage, Signal::SIGINT, ms).await,
        Fault::BackendsTerminated { count, pick } => {
            let some = format!("order by (pid + {pick}) % 17 limit {count}");
            terminate(stage, &some, "true", BETWEEN).await
        }
        Fault::ListenersTerminated => terminate(stage, "", LISTENERS, Duration::ZERO).await,
        Fault::ListenersKeptAway { ms } => keep_away(stage, ms).await,
        Fault::DiskFull { ms } => fill_disk(stage, ms).await,
        _ => Err("nobody knows how".into()),
    }
}

async fn restart(stage: &Stage, signal: Signal, ms: u64) -> Injected {
    let mut postgres = stage.postgres.lock().await;
    postgres.end(signal).await?;
    sleep(Duration::from_millis(ms)).await;
    postgres.start().await?;
    Ok(1)
}

/// Terminates them one by one.
async fn terminate(stage: &Stage, which: &str, filter: &str, pause: Duration) -> Injected {
    let client = stage.connect().await?;
    let sql = format!(
        "select pid from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and ({filter}) {which}"
    );
    let mut count = 0;
    for row in client.query(&sql, &[]).await? {
        let pid: i32 = row.get(0);
        let ended = client.query_one("select pg_terminate_backend($1)", &[&pid]).await?;
        count += u64::from(ended.get::<_, bool>(0));
        sleep(pause).await;
    }
    Ok(count)
}

fn terminating(which: &str, filter: &str) -> String {
    format!(
        "select count(pg_terminate_backend(pid)) from (
             select pid from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and ({filter})
             {which}) chosen"
    )
}

/// Terminates listeners as often as they come back, which takes them longer than the next look.
async fn keep_away(stage: &Stage, ms: u64) -> Injected {
    let until = Instant::now() + Duration::from_millis(ms);
    let (client, sql) = (stage.connect().await?, terminating("", LISTENERS));
    let mut count = 0;
    while Instant::now() < until {
        // This connection may be lost like any other; what was done before that counts.
        let Ok(row) = client.query_one(&sql, &[]).await else { break };
        count += row.get::<_, i64>(0).unsigned_abs();
        sleep(POLL).await;
    }
    Ok(count)
}

/// Takes the room away, and gives it back.
async fn fill_disk(stage: &Stage, ms: u64) -> Injected {
    let Some(disk) = &stage.disk else { return Err("mounting is not allowed".into()) };
    let before = stage.said(NO_ROOM);
    disk.fill()?;
    let until = Instant::now() + Duration::from_millis(ms);
    if !ms.is_multiple_of(2) {
        sleep_until(until - Duration::from_millis(ms / 2)).await;
    }
    // If nobody needs room by then, it is seen to that somebody does.
    use_up_wal(stage, before).await;
    sleep_until(until).await;
    disk.free();
    come_back(stage).await?;
    took_effect(stage.said(NO_ROOM) - before, "nobody needed room")
}

/// Writes into new segments of the WAL until there is none to be had. Buyers may be kept from
/// writing by other faults, and without something to write no segment is begun.
async fn use_up_wal(stage: &Stage, said_before: u64) {
    let begun = Instant::now();
    while stage.said(NO_ROOM) == said_before && begun.elapsed() < NEEDING_MAX {
        // It fails as soon as there is no room. PostgreSQL may be away for another reason.
        if let Ok(client) = stage.connect().await {
            let _ = client.batch_execute(SEGMENT_USED).await;
        }
        sleep(BETWEEN).await;
    }
}

/// Starts PostgreSQL if the full disk has ended it. It may still end when there is room again: by a
/// recovery that began without.
async fn come_back(stage: &Stage) -> Result<(), PostgresError> {
    let begun = Instant::now();
    loop {
        stage.postgres.lock().await.revive().await?;
        match stage.connect().await {
            Ok(_) => return Ok(()),
            Err(error) if begun.elapsed() > MENDING_MAX => {
                let why = told(&error);
                return Err(PostgresError::new(format!("it doesn't come back: {why}")));
            }
            Err(_) => sleep(POLL).await,
        }
    }
}
