//! A COMMIT, or its answer, that comes late: in time, when the node has given up, or never, and no
//! broken connection to tell. And requests that come late at the door: after their repeats.

use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::proxy::{Cut, Then};
use super::client::bytes;
use super::{Call, Scene, Verbatim, Which, every_call};
use crate::support::{eventually, invariants};

/// Longer than anything is held back here.
const PATIENT: Duration = Duration::from_secs(20);

/// Shorter than anything is held back.
const IMPATIENT: Duration = Duration::from_millis(500);

/// How often a COMMIT is tried to be held back by a node that may give up before it gets there.
const TURNS_MAX: u32 = 20;

mod in_time {
    super::every_call!(super::late_in_time);
}

mod too_late {
    super::every_call!(super::late_and_never);
}

mod at_the_door {
    super::every_call!(super::late_at_the_door);
}

/// What is late but comes is waited for, and told as it is.
async fn late_in_time(which: Which) {
    let mut scene = Scene::set(PATIENT).await;
    for cut in [Cut::BeforeCommit, Cut::AfterCommit] {
        let call = scene.ready(which).await;
        let (before, held) = (scene.effects(&call).await, scene.proxy.cuts());
        scene.proxy.arm(cut, Then::Held);
        let sending = scene.send(&scene.anna, &call);
        let releasing = async {
            eventually("it is held back", async || scene.proxy.cuts() > held).await;
            let happened = i64::from(cut == Cut::AfterCommit);
            let effect = async || scene.effects(&call).await == before + happened;
            eventually("it has happened if it was let through", effect).await;
            scene.proxy.release();
        };
        let (first, ()) = tokio::join!(sending, releasing);
        let first = first.expect("an answer");
        let told = format!("{which:?}, {cut:?}");
        assert!((200..300).contains(&first.0), "{told}: {first:?}");
        scene.judge(&call, before, Some(&first), &told).await;
    }
    invariants::hold(&scene.database).await;
}

/// Whatever is held back until the node has given up is told to be unknown. The repeat finds out:
/// while the COMMIT is still on its way, after it has come in the end, or when it never will.
async fn late_and_never(which: Which) {
    let mut scene = Scene::set(IMPATIENT).await;
    for cut in [Cut::BeforeCommit, Cut::AfterCommit] {
        for comes in [true, false] {
            let told = format!("{which:?}, {cut:?}, comes in the end: {comes}");
            let (call, before) = given_up(&mut scene, which, cut, &told).await;
            let there = scene.anna.at(scene.other.address);
            let repeating = scene.settle(&there, &call);
            let ending = async {
                if cut == Cut::BeforeCommit {
                    let waits = "select count(*) > 0 from pg_stat_activity
                                 where datname = current_database() and wait_event_type = 'Lock'";
                    let repeat_waits = || scene.database.value::<bool>(waits);
                    eventually("the repeat waits for what is on its way", repeat_waits).await;
                    assert_eq!(scene.effects(&call).await, before, "{told}");
                }
                if comes { scene.proxy.release() } else { scene.proxy.cut_all() }
            };
            let (repeated, ()) = tokio::join!(repeating, ending);
            scene.judge(&call, before, Some(&repeated), &told).await;
        }
    }
    invariants::hold(&scene.database).await;
}

/// Makes a call whose COMMIT, or its answer, is held back until the node has answered without.
async fn given_up(scene: &mut Scene, which: Which, cut: Cut, told: &str) -> (Call, i64) {
    for _ in 0..TURNS_MAX {
        let call = scene.ready(which).await;
        let (before, held) = (scene.effects(&call).await, scene.proxy.cuts());
        scene.proxy.arm(cut, Then::Held);
        let first = scene.send(&scene.anna, &call).await.expect("a node that lives answers");
        scene.proxy.disarm();
        if scene.proxy.cuts() > held {
            assert_eq!(first.0, 503, "{told}: {first:?}");
            assert!(first.2.contains("outcome_unknown"), "{told}: {first:?}");
            return (call, before);
        }
        // It was out of time before.
        scene.judge(&call, before, Some(&first), told).await;
    }
    panic!("{told}: the node never gets there in time");
}

/// A request that is sent in two parts, between which its repeats are answered, has had its effect
/// by then, and the same answer.
async fn late_at_the_door(which: Which) {
    let mut scene = Scene::set(PATIENT).await;
    let call = scene.ready(which).await;
    let (head, body) = bytes(&scene, &call);
    let (head, whole) = (head.len(), head.len() + body.len());
    for sent in [0, 1, head / 2, head - 2, head, head + 1, whole - 1, whole] {
        let call = scene.ready(which).await;
        let before = scene.effects(&call).await;
        let told = format!("{which:?}, late after {sent} bytes");
        let (head, body) = bytes(&scene, &call);
        let request = [head, body].concat();
        let (now, later) = request.split_at(sent.min(request.len()));
        let mut stream = TcpStream::connect(scene.server.address).await.expect("a connection");
        stream.write_all(now).await.expect("sent");
        let repeated = scene.settle(&scene.anna.at(scene.other.address), &call).await;
        stream.write_all(later).await.expect("sent");
        let first = read_answer(&mut stream, &call.method).await;
        assert_eq!(first, repeated, "{told}");
        scene.judge(&call, before, Some(&first), &told).await;
    }
    invariants::hold(&scene.database).await;
}

/// Reads one answer, as the client would tell it.
async fn read_answer(stream: &mut TcpStream, method: &Method) -> Verbatim {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("an answer"));
    }
    let head = String::from_utf8(head).expect("a head");
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        Some(lines.find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.to_owned())
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let length = header("content-length").and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.unwrap_or_else(|error| panic!("{method}: {error}"));
    let body = String::from_utf8(body).expect("text");
    let version = header("x-seatmap-version");
    (status.expect("a status"), header("location"), body, version)
}
