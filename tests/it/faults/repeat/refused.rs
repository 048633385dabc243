//! Cuts that meet refusals: what was decided stays refused under its key even when it would be
//! granted by now, and what wasn't is decided anew. Never both.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::super::proxy::{Cut, Then};
use super::{Call, Scene, Verbatim};
use crate::support::{events, invariants};

/// More messages than a transaction has.
const MESSAGES_MAX: usize = 120;

/// Long enough for a node to find out.
const PATIENT: Duration = Duration::from_secs(20);

/// So short that a node whose database stays away says that it doesn't know.
const IMPATIENT: Duration = Duration::from_millis(500);

/// How often a COMMIT is tried to be cut by a node that may give up before it gets there.
const TURNS_MAX: u32 = 20;

/// What is refused, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// A lock: somebody else has the seat, and unlocks it later.
    Taken,
    /// An unlock: somebody else has the seat, and leaves it to the caller later.
    NotHers,
    /// A booking: nothing is locked, and a seat is later.
    NothingLocked,
    /// A change of an event to what can't be.
    WrongChange,
    /// A customer without an address.
    WrongUser,
    /// An event that ends before it begins.
    WrongEvent,
    /// A document that is no chart.
    WrongChart,
}

macro_rules! every_refusal {
    ($($name:ident $why:ident),+ $(,)?) => {
        $(#[tokio::test] async fn $name() {
            cut_at_every_message(Why::$why).await;
            unheard(Why::$why).await;
        })+
    };
}

every_refusal! {
    taken Taken, not_hers NotHers, nothing_locked NothingLocked, wrong_change WrongChange,
    wrong_user WrongUser, wrong_event WrongEvent, wrong_chart WrongChart,
}

impl Why {
    /// Whether the same call is granted later.
    fn passes(self) -> bool {
        matches!(self, Self::Taken | Self::NotHers | Self::NothingLocked)
    }
}

/// A call that is refused as things stand, and its seat.
async fn ready(scene: &mut Scene, why: Why) -> (Call, String) {
    scene.turn += 1;
    let (event, seat) = (scene.event, format!("S{:03}", scene.turn));
    let seats = format!("/events/{event}/seats/{seat}");
    let there = scene.other.address;
    if matches!(why, Why::Taken | Why::NotHers) {
        scene.anna.named("ben").at(there).lock(event, &seat).await.expect(200);
    }
    let (path, body) = match why {
        Why::Taken => (format!("{seats}/lock"), json!({})),
        Why::NotHers => (format!("{seats}/unlock"), json!({})),
        Why::NothingLocked => ("/bookings".to_owned(), json!({ "event_id": event, "quantity": 1 })),
        Why::WrongChange => (format!("/events/{event}"), json!({ "name": "" })),
        Why::WrongUser => ("/users".to_owned(), json!({ "name": seat, "email": "anna" })),
        Why::WrongEvent => {
            let mut body = events::body(5);
            body["end_time"] = json!("2000-01-01T00:00:00Z");
            ("/events".to_owned(), body)
        }
        Why::WrongChart => ("/charts".to_owned(), json!({ "name": seat })),
    };
    let method = if why == Why::WrongChange { Method::PATCH } else { Method::POST };
    let key = format!("key-{}", scene.turn);
    let effects = "select (select sum(version) from events)::bigint + (select count(*) from events)
                        + (select count(*) from users where origin = 'record')
                        + (select count(*) from charts) + (select count(*) from names_given)";
    (Call { method, path, body, key, effects: effects.to_owned() }, seat)
}

/// What it was refused for is so no longer.
async fn grant(scene: &Scene, why: Why, seat: &str) {
    let anna = scene.anna.at(scene.other.address);
    let ben = anna.named("ben");
    if matches!(why, Why::Taken | Why::NotHers) {
        ben.unlock(scene.event, seat).await.expect(200);
    }
    if matches!(why, Why::NotHers | Why::NothingLocked) {
        anna.lock(scene.event, seat).await.expect(200);
    }
}

/// The database is back as soon as it has gone.
async fn cut_at_every_message(why: Why) {
    let mut scene = Scene::set(PATIENT).await;
    for at in [Cut::Asked, Cut::Answered] {
        for n in 0..=MESSAGES_MAX {
            assert!(n < MESSAGES_MAX, "{why:?} has more than {MESSAGES_MAX} messages");
            // Another buyer each time, and one call before: see where calls succeed.
            scene.anna = scene.server.buyer(&format!("anna-{:?}", at(n)).replace(' ', ""));
            let (warm_up, _) = ready(&mut scene, why).await;
            let refused = scene.settle(&scene.anna, &warm_up).await;
            assert!((400..500).contains(&refused.0), "{why:?}: {refused:?}");
            let (call, seat) = ready(&mut scene, why).await;
            let cuts = scene.proxy.cuts();
            scene.proxy.arm(at(n), Then::Open);
            let first = scene.send(&scene.anna, &call).await.expect("a node that lives answers");
            scene.proxy.disarm();
            let told = format!("{why:?}, cut at {:?} ({})", at(n), scene.proxy.last_cut());
            judge(&scene, (why, &call, &seat), &first, &told).await;
            if scene.proxy.cuts() == cuts {
                break;
            }
        }
    }
    invariants::hold(&scene.database).await;
}

/// The database stays away until the node has given up.
async fn unheard(why: Why) {
    let mut scene = Scene::set(IMPATIENT).await;
    for at in [Cut::BeforeCommit, Cut::AfterCommit] {
        for turn in 0..=TURNS_MAX {
            assert!(turn < TURNS_MAX, "{why:?}: the node never gets to {at:?} in time");
            scene.anna = scene.server.buyer(&format!("anna-{at:?}-{turn}"));
            let (call, seat) = ready(&mut scene, why).await;
            let cuts = scene.proxy.cuts();
            scene.proxy.arm(at, Then::Closed);
            let first = scene.send(&scene.anna, &call).await.expect("a node that lives answers");
            scene.proxy.disarm();
            let was_cut = scene.proxy.cuts() > cuts;
            let kept = is_kept(&scene, &call).await;
            scene.proxy.open();
            let told = format!("{why:?}, unheard at {at:?}");
            judge(&scene, (why, &call, &seat), &first, &told).await;
            if was_cut {
                assert!(first.2.contains("outcome_unknown"), "{told}: {first:?}");
                assert_eq!(kept, at == Cut::AfterCommit, "{told}");
                break;
            }
        }
    }
    invariants::hold(&scene.database).await;
}

async fn is_kept(scene: &Scene, call: &Call) -> bool {
    let sql = "select count(*) from idempotency_keys where key = $1";
    let kept = scene.observer.query_one(sql, &[&call.key]).await.expect("a row");
    kept.get::<_, i64>(0) == 1
}

/// Repeats a call at both nodes when it might be granted: it isn't if it was refused before.
async fn judge(scene: &Scene, asked: (Why, &Call, &str), first: &Verbatim, told: &str) {
    let (why, call, seat) = asked;
    let kept = is_kept(scene, call).await;
    let told = format!("{told}: {first:?}");
    assert!(first.0 == 503 || ((400..500).contains(&first.0) && kept), "{told}");
    grant(scene, why, seat).await;
    let before = scene.effects(call).await;
    let second = scene.settle(&scene.anna, call).await;
    let told = format!("{told}, then {second:?}");
    let granted = i64::from(!kept && why.passes());
    assert_eq!((200..300).contains(&second.0), granted == 1, "{told}");
    assert_eq!(scene.effects(call).await, before + granted, "{told}: effects");
    assert!(first.0 == 503 || second == *first, "{told}: another answer");
    let third = scene.settle(&scene.anna.at(scene.other.address), call).await;
    assert_eq!(third, second, "{told}: the answer at another node");
    assert_eq!(scene.effects(call).await, before + granted, "{told}: effects of three");
}
