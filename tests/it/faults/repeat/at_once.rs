//! One key used by many at the same time, at two nodes: one effect, and all get the same answer.
//! Used for something else afterwards it is refused, wherever that is asked.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{Call, Scene, Which, every_call};
use crate::support::invariants;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// How many ask at once.
const AT_ONCE: u32 = 12;

/// How often.
const TURNS: u32 = 3;

every_call!(many_at_once);

async fn many_at_once(which: Which) {
    let mut scene = Scene::set(REQUEST_TIMEOUT).await;
    let there = scene.anna.at(scene.other.address);
    for _ in 0..TURNS {
        let call = scene.ready(which).await;
        let before = scene.effects(&call).await;
        let ask =
            |n: u32| scene.send(if n.is_multiple_of(2) { &scene.anna } else { &there }, &call);
        let answers = join_all((0..AT_ONCE).map(ask)).await;
        let first = answers[0].clone().expect("an answer");
        assert!((200..300).contains(&first.0), "{first:?}");
        assert!(answers.iter().all(|answer| answer.as_ref() == Some(&first)), "{answers:#?}");
        scene.judge(&call, before, Some(&first), "many at once").await;
        reused(&scene, &call, before).await;
    }
    invariants::hold(&scene.database).await;
}

/// The key stands for its method, path and body, at both nodes; nothing else happens under it.
async fn reused(scene: &Scene, call: &Call, before: i64) {
    let somebody = scene.observer.query_one("select min(id) from users", &[]).await;
    let mut other_body = call.body.clone();
    other_body["user_id"] = json!(somebody.expect("a row").get::<_, i64>(0));
    let (method, path, key) = (call.method.clone(), call.path.clone(), call.key.clone());
    let effects = call.effects.clone();
    let mut others = vec![Call { method, path, body: other_body, key, effects }];
    // Where there is no event, a key belongs to its route.
    if !["/users", "/events", "/charts"].contains(&&*call.path) {
        let path = format!("/events/{}/seats/S400/lock", scene.event);
        let (key, effects) = (call.key.clone(), call.effects.clone());
        others.push(Call { method: Method::POST, path, body: json!({}), key, effects });
    }
    for other in &others {
        for buyer in [&scene.anna, &scene.anna.at(scene.other.address)] {
            let answer = scene.send(buyer, other).await.expect("an answer");
            assert_eq!(answer.0, 422, "{} {}: {answer:?}", other.method, other.path);
            assert!(answer.2.contains("idempotency_key_reused"), "{answer:?}");
        }
    }
    assert_eq!(scene.effects(call).await, before + 1);
}
