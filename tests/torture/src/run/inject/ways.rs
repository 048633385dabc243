//! Connections that are cut, slow or half open, at every step of what passes on them.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Injected, POLL};
use crate::plan::{Fault, Kept};
use crate::proxy::{At, Cut, Door, HANG, How, Notifications, Then};
use crate::run::stage::{Place, Stage};

/// How long a trap waits for somebody to step into it.
const TRAP_PATIENCE: Duration = Duration::from_secs(3);

/// Faults of connections.
pub(super) async fn happen(stage: &Stage, fault: &Fault) -> Injected {
    let places = &stage.places;
    let until = |ms: u64| sleep(Duration::from_millis(ms));
    match *fault {
        Fault::DatabaseCut { node } => Ok(places[node].proxy.cut_all()),
        Fault::ClientsCut { node } => Ok(places[node].door.cut_all()),
        Fault::DatabaseAway { node, ms } => {
            let (proxy, before) = (&places[node].proxy, places[node].proxy.effects());
            let cut = proxy.close();
            until(ms).await;
            proxy.open();
            Ok(cut + proxy.effects().refused - before.refused)
        }
        Fault::DatabaseSlow { node, ms, by_ms } => {
            let proxy = &places[node].proxy;
            slow((ms, by_ms), |by| proxy.slow_by(by), || proxy.effects().delayed).await
        }
        Fault::LocksLate { node, ms, by_ms } => {
            let proxy = &places[node].proxy;
            slow((ms, by_ms), |by| proxy.locks_late_by(by), || proxy.parted()).await
        }
        Fault::ClientsSlow { node, ms, by_ms } => {
            let door = &places[node].door;
            slow((ms, by_ms), |by| door.slow_by(by), || door.effects().delayed).await
        }
        // Whoever waited meanwhile finds the connection cut, as after a router's reset.
        Fault::DatabaseHalfOpen { node, ms } => {
            let (proxy, before) = (&places[node].proxy, places[node].proxy.effects());
            proxy.freeze();
            until(ms).await;
            let held = proxy.effects().held - before.held;
            proxy.cut_all();
            proxy.thaw();
            Ok(held)
        }
        Fault::ClientsHalfOpen { node, ms } => {
            let (door, before) = (&places[node].door, places[node].door.effects());
            door.freeze();
            until(ms).await;
            let held = door.effects().held - before.held;
            door.cut_all();
            door.thaw();
            Ok(held)
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
        _ => at_a_step(places, fault).await,
    }
}

/// Has a way delay what passes for a while.
async fn slow(
    (ms, by_ms): (u64, u64),
    slow_by: impl Fn(Duration),
    delayed: impl Fn() -> u64,
) -> Injected {
    let before = delayed();
    slow_by(Duration::from_millis(by_ms));
    sleep(Duration::from_millis(ms)).await;
    slow_by(Duration::ZERO);
    Ok(delayed() - before)
}

/// Faults at one step of what passes.
async fn at_a_step(places: &[Place], fault: &Fault) -> Injected {
    match *fault {
        Fault::CutBeforeCommit { node } => cut(&places[node], Cut::BeforeCommit, Then::Open).await,
        Fault::CutAfterCommit { node } => cut(&places[node], Cut::AfterCommit, Then::Open).await,
        Fault::CommitSpoilt { node, cut, how, ms } => spoil(&places[node], cut, how, ms).await,
        Fault::RequestsSpoilt { node, at, how, count } => {
            spoil_requests(&places[node].door, (at, how), count).await
        }
        _ => Err("nobody knows how".into()),
    }
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
    Ok(count)
}

async fn tamper(place: &Place, become_of: Notifications, ms: u64) -> Injected {
    let before = place.proxy.tampered();
    place.proxy.notifications(become_of);
    sleep(Duration::from_millis(ms)).await;
    place.proxy.notifications(Notifications::Pass);
    Ok(place.proxy.tampered() - before)
}

/// Spoils the requests that come next.
async fn spoil_requests(door: &Door, (at, how): (At, How), count: usize) -> Injected {
    let before = door.spoilt();
    (0..count).for_each(|_| door.arm(at, how));
    let wanted = before + count as u64;
    eventually(|| door.spoilt() >= wanted).await;
    door.disarm();
    Ok(door.spoilt() - before)
}

async fn eventually(done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() && begun.elapsed() < TRAP_PATIENCE {
        sleep(POLL).await;
    }
}
