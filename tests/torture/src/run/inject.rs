//! Makes faults happen, counts those that did, and takes them back.

use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep, sleep_until};

use super::stage::{Place, Stage};
use super::tally::{CAME_TO_NOTHING, Tally};
use crate::clients::books::Books;
use crate::plan::{Fault, Timed};
use crate::proxy::{Cut, Notifications, Then};
use crate::world::postgres::{PostgresError, told};

/// How long a trap waits for somebody to step into it.
const TRAP_PATIENCE: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(10);

/// The backends on which nodes listen: nothing else of theirs says this last.
const LISTENERS: &str = "query like 'listen %' or query like 'notify %'";

/// What can keep a fault from happening; then it isn't counted.
type Injected = Result<u64, Box<dyn std::error::Error + Send + Sync>>;

/// Waits for the fault's time, makes it happen and takes it back.
pub(super) async fn inject(
    stage: Arc<Stage>,
    (tally, books): (Arc<Tally>, Arc<Books>),
    timed: Timed,
    began: Instant,
) {
    sleep_until(began + Duration::from_millis(timed.at_ms)).await;
    let from = books.now();
    let happened = match timed.fault {
        Fault::NodeKilled { node, ms } => down(&stage, &tally, (node, ms), End::Killed).await,
        Fault::NodeShutDown { node, ms } => down(&stage, &tally, (node, ms), End::Terminated).await,
        _ => happen(&stage, &timed.fault).await,
    };
    if let Some(node) = timed.fault.keeps_from_work() {
        let node = node.map(|node| (node, stage.places.len()));
        books.trouble(timed.fault.class(), node, from);
    }
    match happened {
        Ok(count) => tally.add(&timed.fault.class(), count),
        Err(error) => {
            let why = format!("{CAME_TO_NOTHING}{}", timed.fault.class());
            tally.add(&why, 1);
            eprintln!("seed {}: {why}: {}", stage.seed, told(error.as_ref()));
        }
    }
}

async fn happen(stage: &Stage, fault: &Fault) -> Injected {
    let places = &stage.places;
    match *fault {
        Fault::NodeStopped { node, ms } => {
            let node = places[node].node.lock().await;
            let Some(node) = &*node else { return Ok(0) };
            node.signal(Signal::SIGSTOP);
            sleep(Duration::from_millis(ms)).await;
            node.signal(Signal::SIGCONT);
            Ok(1)
        }
        Fault::PostgresCrashed { ms } => restart(stage, Signal::SIGQUIT, ms).await,
        Fault::PostgresRestarted { ms } => restart(stage, Signal::SIGINT, ms).await,
        Fault::FailedOver => fail_over(stage).await,
        Fault::BackendsTerminated { count, pick } => {
            terminate(stage, &format!("order by (pid + {pick}) % 17 limit {count}"), "true").await
        }
        Fault::ListenersTerminated => terminate(stage, "", LISTENERS).await,
        Fault::ListenersKeptAway { ms } => keep_away(stage, ms).await,
        Fault::CutBeforeCommit { node } => cut(&places[node], Cut::BeforeCommit).await,
        Fault::CutAfterCommit { node } => cut(&places[node], Cut::AfterCommit).await,
        Fault::DiskFull { ms } => {
            let Some(disk) = &stage.disk else { return Err("mounting is not allowed".into()) };
            disk.fill()?;
            sleep(Duration::from_millis(ms)).await;
            disk.free();
            stage.postgres.lock().await.revive().await?;
            Ok(1)
        }
        Fault::RequestsSpoilt { node, at, how, count } => {
            let door = &places[node].door;
            let before = door.spoilt();
            (0..count).for_each(|_| door.arm(at, how));
            let wanted = before + count as u64;
            eventually(|| door.spoilt() >= wanted).await;
            door.disarm();
            Ok(door.spoilt() - before)
        }
        _ => on_the_way(stage, fault).await,
    }
}

/// Faults of connections.
async fn on_the_way(stage: &Stage, fault: &Fault) -> Injected {
    let places = &stage.places;
    let until = |ms: u64| sleep(Duration::from_millis(ms));
    match *fault {
        Fault::DatabaseCut { node } => places[node].proxy.cut_all(),
        Fault::ClientsCut { node } => places[node].door.cut_all(),
        Fault::DatabaseAway { node, ms } => {
            places[node].proxy.close();
            until(ms).await;
            places[node].proxy.open();
        }
        Fault::DatabaseSlow { node, ms, by_ms } => {
            places[node].proxy.slow_by(Duration::from_millis(by_ms));
            until(ms).await;
            places[node].proxy.slow_by(Duration::ZERO);
        }
        Fault::LocksLate { node, ms, by_ms } => {
            let proxy = &places[node].proxy;
            let before = proxy.parted();
            proxy.locks_late_by(Duration::from_millis(by_ms));
            until(ms).await;
            proxy.locks_late_by(Duration::ZERO);
            return Ok(proxy.parted() - before);
        }
        Fault::ClientsSlow { node, ms, by_ms } => {
            places[node].door.slow_by(Duration::from_millis(by_ms));
            until(ms).await;
            places[node].door.slow_by(Duration::ZERO);
        }
        // Whoever waited meanwhile finds the connection cut, as after a router's reset.
        Fault::DatabaseHalfOpen { node, ms } => {
            places[node].proxy.freeze();
            until(ms).await;
            places[node].proxy.cut_all();
            places[node].proxy.thaw();
        }
        Fault::ClientsHalfOpen { node, ms } => {
            places[node].door.freeze();
            until(ms).await;
            places[node].door.cut_all();
            places[node].door.thaw();
        }
        Fault::NotifiesDropped { node, ms } => {
            return tamper(&places[node], Notifications::Dropped, ms).await;
        }
        Fault::NotifiesDoubled { node, ms } => {
            return tamper(&places[node], Notifications::Doubled, ms).await;
        }
        Fault::NotifiesLate { node, ms, by_ms } => {
            let late = Notifications::Late(Duration::from_millis(by_ms));
            return tamper(&places[node], late, ms).await;
        }
        _ => return in_the_database(stage, fault).await,
    }
    Ok(1)
}

/// Strangers and traps in the database.
async fn in_the_database(stage: &Stage, fault: &Fault) -> Injected {
    match *fault {
        Fault::PoolsExhausted { ms } => {
            strange(stage, "lock table events in access exclusive mode", ms).await
        }
        Fault::EventLocked { event, ms } => {
            let sql = format!("select from events where id = {} for update", event + 1);
            strange(stage, &sql, ms).await
        }
        Fault::SeatsLocked { event, from, to, ms } => {
            let sql = format!(
                "select from tickets where event_id = {} and seat_index between {from} and {to}
                 order by seat_index for update",
                event + 1
            );
            strange(stage, &sql, ms).await
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

/// How a node ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Killed,
    Terminated,
}

async fn down(stage: &Stage, tally: &Tally, (number, ms): (usize, u64), end: End) -> Injected {
    let place = &stage.places[number];
    let mut node = place.node.lock().await;
    let Some(mut running) = node.take() else { return Ok(0) };
    let has_ended = running.has_ended();
    match end {
        _ if has_ended => tally.wrong(format!("node {number} has ended by itself")),
        End::Killed => running.kill(),
        End::Terminated => {
            if let Err(how) = running.terminate().await {
                tally.wrong(format!("node {number} doesn't end in order: {how}"));
            }
        }
    }
    sleep(Duration::from_millis(ms)).await;
    *node = place.start().await;
    Ok(u64::from(!has_ended))
}

async fn restart(stage: &Stage, signal: Signal, ms: u64) -> Injected {
    let mut postgres = stage.postgres.lock().await;
    postgres.end(signal).await?;
    sleep(Duration::from_millis(ms)).await;
    postgres.start().await?;
    Ok(1)
}

/// The primary ends for good before its standby takes over.
async fn fail_over(stage: &Stage) -> Injected {
    let mut primary = stage.postgres.lock().await;
    let mut place = stage.standby.lock().await;
    if place.is_none() {
        return Ok(0);
    }
    // As a cluster manager does: only a standby that every commit waits for may take over. One that
    // lags behind after a restart of its primary isn't that yet.
    primary.accompanied().await?;
    // Not before: without its standby the primary would keep every commit waiting.
    let Some(standby) = place.take() else { return Ok(0) };
    primary.end(Signal::SIGQUIT).await?;
    standby.promote().await?;
    for place in &stage.places {
        place.proxy.lead_to(standby.socket());
        place.proxy.cut_all();
    }
    *primary = standby;
    Ok(1)
}

async fn terminate(stage: &Stage, which: &str, filter: &str) -> Injected {
    let sql = terminating(which, filter);
    let count: i64 = stage.connect().await?.query_one(&sql, &[]).await?.get(0);
    Ok(count.unsigned_abs())
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

async fn cut(place: &Place, cut: Cut) -> Injected {
    let before = place.proxy.cuts();
    place.proxy.arm(cut, Then::Open);
    eventually(|| place.proxy.cuts() > before).await;
    Ok(u64::from(place.proxy.cuts() - before))
}

async fn tamper(place: &Place, become_of: Notifications, ms: u64) -> Injected {
    let before = place.proxy.tampered();
    place.proxy.notifications(become_of);
    sleep(Duration::from_millis(ms)).await;
    place.proxy.notifications(Notifications::Pass);
    Ok(place.proxy.tampered() - before)
}

/// A stranger takes something and keeps it for a while.
async fn strange(stage: &Stage, sql: &str, ms: u64) -> Injected {
    let stranger = stage.connect().await?;
    stranger.batch_execute("begin; set local lock_timeout = '2s'").await?;
    stranger.batch_execute(sql).await?;
    sleep(Duration::from_millis(ms)).await;
    // The stranger may have been terminated meanwhile, which lets go as well.
    let _ = stranger.batch_execute("rollback").await;
    Ok(1)
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
                 raise exception 'this seat is cursed';
             end if;
             return new;
         end $$;
         create {} for each row execute function {name}()",
        event + 1,
        trigger.replace("NAME", &name)
    );
    stage.connect().await?.batch_execute(&create).await?;
    sleep(Duration::from_millis(ms)).await;
    lift(stage, &name).await?;
    Ok(1)
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
            Err(error) if begun.elapsed() > Duration::from_secs(30) => {
                return Err(PostgresError::new(format!(
                    "a curse can't be lifted: {}",
                    told(&error)
                )));
            }
            Err(_) => sleep(POLL).await,
        }
    }
}

async fn eventually(done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() && begun.elapsed() < TRAP_PATIENCE {
        sleep(POLL).await;
    }
}
