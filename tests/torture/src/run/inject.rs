//! Makes faults happen, counts those that did, and takes them back.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_postgres::Client;

use super::stage::{Place, Stage};
use super::tally::{CAME_TO_NOTHING, Tally};
use crate::clients::books::Books;
use crate::plan::{Fault, Kept, Timed};
use crate::proxy::{Cut, HANG, Notifications, Target, Then};
use crate::world::postgres::{PostgresError, connect, told};

/// How long a trap waits for somebody to step into it.
const TRAP_PATIENCE: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(10);

/// The backends on which nodes listen: nothing else of theirs says this last.
const LISTENERS: &str = "query like 'listen %' or query like 'notify %'";

/// How much longer than it may take to answer a stopped node is waited for.
const SILENCE: Duration = Duration::from_millis(500);
/// How long PostgreSQL is tried when a fault is taken back.
const MENDING_MAX: Duration = Duration::from_secs(30);
/// What passes between two of several that are done one by one.
const BETWEEN: Duration = Duration::from_millis(20);
/// How much later than a stranger others come.
const AHEAD: Duration = Duration::from_millis(50);
/// How many reads at once no node has connections for.
const READS_AT_ONCE: usize = 4;
/// What PostgreSQL says when its disk is full.
const NO_ROOM: &str = "No space left on device";
/// Why something without effect had none.
const UNUSED: &str = "nothing went that way";

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
        Fault::FailedOver => fail_over(&stage, &tally).await,
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
            let (place, until) = (&places[node], Instant::now() + Duration::from_millis(ms));
            let node = place.node.lock().await;
            let Some(node) = &*node else { return Ok(0) };
            node.signal(Signal::SIGSTOP);
            let silent = is_silent(place, Duration::from_millis(ms).min(SILENCE)).await;
            sleep_until(until).await;
            node.signal(Signal::SIGCONT);
            if silent { Ok(1) } else { Err("it goes on answering".into()) }
        }
        Fault::PostgresCrashed { ms } => restart(stage, Signal::SIGQUIT, ms).await,
        Fault::PostgresRestarted { ms } => restart(stage, Signal::SIGINT, ms).await,
        Fault::BackendsTerminated { count, pick } => {
            let some = format!("order by (pid + {pick}) % 17 limit {count}");
            terminate(stage, &some, "true", BETWEEN).await
        }
        Fault::ListenersTerminated => terminate(stage, "", LISTENERS, Duration::ZERO).await,
        Fault::ListenersKeptAway { ms } => keep_away(stage, ms).await,
        Fault::CutBeforeCommit { node } => cut(&places[node], Cut::BeforeCommit, Then::Open).await,
        Fault::CutAfterCommit { node } => cut(&places[node], Cut::AfterCommit, Then::Open).await,
        Fault::CommitSpoilt { node, cut, how, ms } => spoil(&places[node], cut, how, ms).await,
        Fault::DiskFull { ms } => {
            let Some(disk) = &stage.disk else { return Err("mounting is not allowed".into()) };
            let (before, until) = (stage.said(NO_ROOM), Instant::now() + Duration::from_millis(ms));
            disk.fill()?;
            if ms % 2 != 0 {
                sleep_until(until - Duration::from_millis(ms / 2)).await;
            }
            // If nobody needs room by then, it is seen to that somebody does.
            if stage.said(NO_ROOM) == before {
                use_up_wal(stage, until).await;
            }
            sleep_until(until).await;
            disk.free();
            come_back(stage).await?;
            took_effect(stage.said(NO_ROOM) - before, "nobody needed room")
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
        Fault::DatabaseCut { node } => took_effect(places[node].proxy.cut_all(), UNUSED),
        Fault::ClientsCut { node } => took_effect(places[node].door.cut_all(), UNUSED),
        Fault::DatabaseAway { node, ms } => {
            let (proxy, before) = (&places[node].proxy, places[node].proxy.effects());
            let cut = proxy.close();
            until(ms).await;
            proxy.open();
            took_effect(cut + proxy.effects().refused - before.refused, UNUSED)
        }
        Fault::DatabaseSlow { node, ms, by_ms } => {
            let (proxy, before) = (&places[node].proxy, places[node].proxy.effects());
            proxy.slow_by(Duration::from_millis(by_ms));
            until(ms).await;
            proxy.slow_by(Duration::ZERO);
            took_effect(proxy.effects().delayed - before.delayed, UNUSED)
        }
        Fault::LocksLate { node, ms, by_ms } => {
            let proxy = &places[node].proxy;
            let before = proxy.parted();
            proxy.locks_late_by(Duration::from_millis(by_ms));
            until(ms).await;
            proxy.locks_late_by(Duration::ZERO);
            took_effect(proxy.parted() - before, UNUSED)
        }
        Fault::ClientsSlow { node, ms, by_ms } => {
            let (door, before) = (&places[node].door, places[node].door.effects());
            door.slow_by(Duration::from_millis(by_ms));
            until(ms).await;
            door.slow_by(Duration::ZERO);
            took_effect(door.effects().delayed - before.delayed, UNUSED)
        }
        // Whoever waited meanwhile finds the connection cut, as after a router's reset.
        Fault::DatabaseHalfOpen { node, ms } => {
            let (proxy, before) = (&places[node].proxy, places[node].proxy.effects());
            proxy.freeze();
            until(ms).await;
            let held = proxy.effects().held - before.held;
            proxy.cut_all();
            proxy.thaw();
            took_effect(held, UNUSED)
        }
        Fault::ClientsHalfOpen { node, ms } => {
            let (door, before) = (&places[node].door, places[node].door.effects());
            door.freeze();
            until(ms).await;
            let held = door.effects().held - before.held;
            door.cut_all();
            door.thaw();
            took_effect(held, UNUSED)
        }
        Fault::NotifiesDropped { node, ms } => {
            tamper(&places[node], Notifications::Dropped, ms).await
        }
        Fault::NotifiesDoubled { node, ms } => {
            tamper(&places[node], Notifications::Doubled, ms).await
        }
        Fault::NotifiesLate { node, ms, by_ms } => {
            let late = Notifications::Late(Duration::from_millis(by_ms));
            tamper(&places[node], late, ms).await
        }
        _ => in_the_database(stage, fault).await,
    }
}

/// Strangers and traps in the database.
async fn in_the_database(stage: &Stage, fault: &Fault) -> Injected {
    match *fault {
        Fault::PoolsExhausted { ms } => {
            let asked = ask_everywhere(stage, Duration::from_millis(ms));
            let sql = "lock table events in access exclusive mode";
            let (waits, _asked) = tokio::join!(strange(stage, sql, ms), asked);
            let most = waits?.most;
            if most >= stage.readers { Ok(1) } else { Err("connections were left".into()) }
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

/// The standby takes over from a primary that goes on behind a fence, and ends only after others
/// have been writing elsewhere.
async fn fail_over(stage: &Stage, tally: &Tally) -> Injected {
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

/// Where nobody listens.
const NOWHERE: &str = "/nowhere/.s.PGSQL.0";
/// How long the new primary is waited for to be written to while the old one is still there.
const FENCED_AT_LEAST: Duration = Duration::from_secs(1);
/// Who has come since then, but for whoever asks.
const VISITORS: &str = "
    select count(*) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()
      and backend_start > $1::text::timestamptz";

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
    took_effect(count, UNUSED)
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

async fn cut(place: &Place, cut: Cut, then: Then) -> Injected {
    let before = place.proxy.cuts();
    place.proxy.arm(cut, then);
    eventually(|| place.proxy.cuts() > before).await;
    Ok(u64::from(place.proxy.cuts() - before))
}

/// Keeps a COMMIT or its answer back, until that is over.
async fn spoil(place: &Place, at: Cut, how: Kept, ms: u64) -> Injected {
    let lasts = Duration::from_millis(ms);
    let (then, over) = match how {
        Kept::Late => (Then::Late(lasts), lasts),
        Kept::HalfOpen => (Then::HalfOpen, HANG),
        Kept::Away => (Then::Closed, lasts),
    };
    let count = cut(place, at, then).await?;
    place.proxy.disarm();
    if count > 0 {
        sleep(over).await;
    }
    if how == Kept::Away {
        place.proxy.open();
    }
    took_effect(count, UNUSED)
}

async fn tamper(place: &Place, become_of: Notifications, ms: u64) -> Injected {
    let before = place.proxy.tampered();
    place.proxy.notifications(become_of);
    sleep(Duration::from_millis(ms)).await;
    place.proxy.notifications(Notifications::Pass);
    Ok(place.proxy.tampered() - before)
}

/// Who waited for a stranger.
struct Waited {
    /// How often somebody did.
    waits: u64,
    /// How many did at once, at most.
    most: u64,
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
    let waiting = "select pid, query_start::text from pg_stat_activity
                   where wait_event_type = 'Lock' and $1 = any (pg_blocking_pids(pid))";
    let (mut waits, mut most) = (HashSet::new(), 0);
    while Instant::now() < until {
        // This connection may be lost like any other; what was seen before that counts.
        let Ok(rows) = watcher.query(waiting, &[&pid]).await else { break };
        most = most.max(rows.len() as u64);
        waits.extend(rows.iter().map(|row| (row.get::<_, i32>(0), row.get::<_, String>(1))));
        sleep(POLL).await;
    }
    sleep_until(until).await;
    // The stranger may have been terminated meanwhile, which lets go as well.
    let _ = stranger.batch_execute("rollback").await;
    Ok(Waited { waits: waits.len() as u64, most })
}

/// Reads at every node, more at once than it has connections for reading.
async fn ask_everywhere(stage: &Stage, patience: Duration) {
    let client = reqwest::Client::new();
    let addresses = stage.places.iter().filter_map(|place| place.door.node());
    let urls = addresses.map(|node| format!("http://{node}/api/v1/events"));
    let all = urls.flat_map(|url| vec![url; READS_AT_ONCE]).map(|url| {
        // What is answered, and whether, is no matter.
        let asked = client.get(url).timeout(patience).send();
        async move { drop(asked.await) }
    });
    // The stranger comes first.
    sleep(AHEAD).await;
    all.collect::<JoinSet<()>>().join_all().await;
}

/// Whether a node answers nothing.
async fn is_silent(place: &Place, patience: Duration) -> bool {
    let Some(node) = place.door.node() else { return false };
    let asked = reqwest::Client::new().get(format!("http://{node}/health"));
    asked.timeout(patience).send().await.is_err_and(|error| error.is_timeout())
}

/// Has whoever writes next need a new segment of the WAL.
async fn use_up_wal(stage: &Stage, until: Instant) {
    while Instant::now() < until {
        // It fails as soon as there is no room. PostgreSQL may be away for another reason.
        if let Ok(client) = stage.connect().await
            && client.batch_execute("select pg_switch_wal()").await.is_err()
        {
            return;
        }
        sleep(BETWEEN).await;
    }
}

/// A count that isn't none.
fn took_effect(count: u64, otherwise: &'static str) -> Injected {
    if count > 0 { Ok(count) } else { Err(otherwise.into()) }
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
    stage.connect().await?.batch_execute(&create).await?;
    sleep(Duration::from_millis(ms)).await;
    lift(stage, &name).await?;
    took_effect(stage.said(&format!("DETAIL:  {name}")), "nobody touched the seat")
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

async fn eventually(done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() && begun.elapsed() < TRAP_PATIENCE {
        sleep(POLL).await;
    }
}
