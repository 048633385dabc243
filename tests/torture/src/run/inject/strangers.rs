//! Strangers and traps in the database.

use std::collections::HashSet;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Injected, MENDING_MAX, POLL, took_effect};
use crate::plan::Fault;
use crate::run::stage::Stage;
use crate::world::postgres::{PostgresError, told};

/// How many reads at once no node has connections for.
const READS_AT_ONCE: usize = 4;

/// Strangers and traps in the database.
pub(super) async fn happen(stage: &Stage, fault: &Fault) -> Injected {
    match *fault {
        Fault::PoolsExhausted { ms } => {
            // Until the stranger lets go; its lock may take a while to get.
            let _asking = ask_everywhere(stage, Duration::from_millis(ms));
            let sql = "lock table events in access exclusive mode";
            let waiting = strange(stage, sql, ms).await?.readers;
            if waiting >= stage.readers { Ok(1) } else { Err("connections were left".into()) }
        }
        Fault::EventLocked { event, ms } => {
            let sql = format!("select from events where id = {} for update", event + 1);
            took_effect(strange(stage, &sql, ms).await?.waits, "nobody waited")
        }
        Fault::SeatsLocked { event, from, to, ms } => {
            let sql = format!(
                "select from tickets where event_id = {} and seat_index between {from} and {to}
                 order by seat_index for update",
                event + 1
            );
            took_effect(strange(stage, &sql, ms).await?.waits, "nobody waited")
        }
        Fault::WriteFails { event, seat, ms } => {
            curse(stage, "trigger NAME before update on tickets", (event, seat), ms).await
        }
        Fault::CommitFails { event, seat, ms } => {
            let trigger = "constraint trigger NAME after insert on seat_changes
                           deferrable initially deferred";
            curse(stage, trigger, (event, seat), ms).await
        }
        _ => Err("nobody knows how".into()),
    }
}

/// Who waited for a stranger.
struct Waited {
    /// How often somebody did.
    waits: u64,
    /// How many of those who only read did at once, at most.
    readers: u64,
}

/// A stranger takes something and keeps it for a while.
async fn strange(
    stage: &Stage,
    sql: &str,
    ms: u64,
) -> Result<Waited, Box<dyn std::error::Error + Send + Sync>> {
    let (stranger, watcher) = (stage.connect().await?, stage.connect().await?);
    stranger.batch_execute("begin; set local lock_timeout = '2s'").await?;
    let pid: i32 = stranger.query_one("select pg_backend_pid()", &[]).await?.get(0);
    stranger.batch_execute(sql).await?;
    let until = Instant::now() + Duration::from_millis(ms);
    // Whoever only reads asks for no more than this.
    let waiting = "select pid, query_start::text, exists (
                       select from pg_locks l where l.pid = a.pid and not l.granted
                           and l.mode = 'AccessShareLock')
                   from pg_stat_activity a
                   where wait_event_type = 'Lock' and $1 = any (pg_blocking_pids(pid))";
    let (mut waits, mut readers) = (HashSet::new(), 0);
    while Instant::now() < until {
        // This connection may be lost like any other; what was seen before that counts.
        let Ok(rows) = watcher.query(waiting, &[&pid]).await else { break };
        readers = readers.max(rows.iter().filter(|row| row.get(2)).count() as u64);
        waits.extend(rows.iter().map(|row| (row.get::<_, i32>(0), row.get::<_, String>(1))));
        sleep(POLL).await;
    }
    sleep_until(until).await;
    // The stranger may have been terminated meanwhile, which lets go as well.
    let _ = stranger.batch_execute("rollback").await;
    Ok(Waited { waits: waits.len() as u64, readers })
}

/// Reads at every node, more at once than it has connections for reading, again and again.
fn ask_everywhere(stage: &Stage, patience: Duration) -> JoinSet<()> {
    let client = reqwest::Client::new();
    let addresses = stage.places.iter().filter_map(|place| place.door.node());
    let urls = addresses.map(|node| format!("http://{node}/api/v1/events"));
    let all = urls.flat_map(|url| vec![url; READS_AT_ONCE]).map(|url| {
        let client = client.clone();
        async move {
            loop {
                // What is answered, and whether, is no matter.
                drop(client.get(&url).timeout(patience).send().await);
                sleep(POLL).await;
            }
        }
    });
    all.collect()
}

/// What concerns one seat fails for a while.
async fn curse(stage: &Stage, trigger: &str, (event, seat): (usize, u32), ms: u64) -> Injected {
    let name = format!(
        "curse_{}",
        Instant::now().elapsed().as_nanos() ^ u128::from(rand::random::<u64>())
    );
    let create = format!(
        "set lock_timeout = '2s';
         create function {name}() returns trigger language plpgsql as $$
         begin
             if new.event_id = {} and new.seat_index = {seat} then
                 raise exception 'this seat is cursed' using detail = '{name}';
             end if;
             return new;
         end $$;
         create {} for each row execute function {name}()",
        event + 1,
        trigger.replace("NAME", &name)
    );
    let cast = stage.connect().await?.batch_execute(&create).await;
    if cast.is_ok() {
        sleep(Duration::from_millis(ms)).await;
    }
    // Also where the answer was lost: a database that failed over meanwhile may have the curse.
    lift(stage, &name).await?;
    cast?;
    took_effect(stage.said(&format!("DETAIL:  {name}")), "nobody touched the seat")
}

/// Takes a curse back, through whatever else goes wrong.
async fn lift(stage: &Stage, name: &str) -> Result<(), PostgresError> {
    let sql = format!("set lock_timeout = '5s'; drop function if exists {name} cascade");
    let begun = Instant::now();
    loop {
        let lifted = match stage.connect().await {
            Ok(client) => client.batch_execute(&sql).await,
            Err(error) => Err(error),
        };
        match lifted {
            Ok(()) => return Ok(()),
            Err(error) if begun.elapsed() > MENDING_MAX => {
                return Err(PostgresError::new(format!(
                    "a curse can't be lifted: {}",
                    told(&error)
                )));
            }
            Err(_) => sleep(POLL).await,
        }
    }
}
