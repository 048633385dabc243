//! What a connection says as time passes and clients speak.

use super::*;

fn connection(now: Instant) -> Connection {
    let settings = Arc::new(LiveSettings::default());
    Connection::new(Format::Json, settings, Pings::Sent, 0.5, now)
}

fn text_of(act: Option<Act>) -> String {
    let Some(Act::Send(framed)) = act else { panic!("nothing to send: {act:?}") };
    assert_eq!(framed.format(), Format::Json);
    String::from_utf8(framed.message().to_vec()).unwrap()
}

#[test]
fn silence_is_broken_before_the_promised_interval_ends() {
    let start = Instant::now();
    let mut connection = connection(start);
    let settings = LiveSettings::default();
    assert_eq!(connection.due(start), None);
    let due = connection.heartbeat_due;
    assert!(due > start && due < start + settings.heartbeat);
    connection.ping_due = due + settings.heartbeat;
    assert_eq!(connection.due(due), Some(Act::Heartbeat));
    connection.sent = 7;
    let beat = Some(Act::Send(connection.heartbeat(3, due)));
    assert_eq!(text_of(beat), r#"{"type":"heartbeat","version":7,"viewers":3}"#);
    // Anything said puts the next heartbeat off.
    let later = due + Duration::from_secs(5);
    connection.step(Step::Delta(8, Framed::text("{}")), later);
    assert_eq!(connection.due(due + Duration::from_secs(12)), None);
    assert_eq!(connection.sent, 8);
}

#[test]
fn a_peer_that_answers_no_ping_is_closed_and_one_that_says_anything_is_not() {
    let start = Instant::now();
    let mut connection = connection(start);
    let first = connection.ping_due;
    assert_eq!(connection.due(first), Some(Act::Ping));
    connection.alive();
    let second = connection.ping_due;
    assert_eq!(connection.due(second), Some(Act::Ping));
    let timeout = LiveSettings::default().pong_timeout;
    let last = second + timeout - Duration::from_millis(1);
    while let Some(act) = connection.due(last) {
        assert!(matches!(act, Act::Ping | Act::Heartbeat), "{act:?}");
        connection.spoke(0, last);
    }
    let close = connection.due(second + timeout);
    assert_eq!(close, Some(Act::Close(close::STALLED, "no answer to a ping")));
}

#[test]
fn resyncs_within_a_second_are_merged_into_one_later() {
    let start = Instant::now();
    let mut connection = connection(start);
    assert_eq!(connection.heard(r#"{"type":"resync"}"#, start), None);
    assert_eq!(connection.due(start), Some(Act::Resync));
    for _ in 0..10 {
        connection.heard(r#"{"type":"resync"}"#, start);
        assert_eq!(connection.due(start), None);
    }
    let later = start + Duration::from_secs(1);
    assert!(connection.deadline() <= later);
    assert_eq!(connection.due(later), Some(Act::Resync));
    assert_eq!(connection.due(later), None);
}

#[test]
fn the_third_unusable_message_is_the_last() {
    let now = Instant::now();
    let mut connection = connection(now);
    assert_eq!(connection.heard(r#"{"type":"ping"}"#, now), Some(Act::Heartbeat));
    assert_eq!(connection.heard(r#"{"type":"auth","token":"x"}"#, now), None);
    for bad in [r#"{"type":"auth"}"#, "nonsense"] {
        assert!(text_of(connection.heard(bad, now)).contains(r#""code":"bad_message""#));
        assert_eq!(connection.due(now), None);
    }
    assert!(text_of(connection.heard_binary(now)).contains("bad_message"));
    assert!(matches!(connection.due(now), Some(Act::Close(close::PROTOCOL_ERROR, _))));
}

#[test]
fn everybody_is_told_another_time_to_come_back() {
    assert_eq!(
        &Connection::bye(0).message()[..],
        br#"{"type":"bye","code":1012,"reason":"restart","retry_after_ms":500}"#
    );
    assert_ne!(Connection::bye(1), Connection::bye(2));
}
