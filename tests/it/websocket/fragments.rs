//! Fragmentation: group 5.

use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::close::WEBSOCKET_PROTOCOL;

use super::Comes::{Close, Error, Heartbeat, Pong};
use super::bytes::{
    BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, TEXT, asking, concat, frame, ping, text,
};
use super::{row, try_all};
use crate::support::both_ways;

both_ways! { control_frames_are_whole, messages_may_come_in_fragments, fragments_out_of_place }

const BROKEN: [super::Comes; 1] = [Close(Some(WEBSOCKET_PROTOCOL))];

async fn control_frames_are_whole(sockets: SocketWay) {
    let rows = [("5.1 a ping", PING), ("5.2 a pong", PONG), ("a close", CLOSE)];
    let rows = rows.map(|(name, opcode)| {
        let sent = concat(&[frame(opcode, "a"), frame(FIN | CONTINUATION, "b")]);
        row(format!("{name} in two fragments"), "5.5", sent, BROKEN)
    });
    try_all(sockets, rows.into()).await;
}

async fn messages_may_come_in_fragments(sockets: SocketWay) {
    let message = asking(0);
    let (one, two) = message.split_at(7);
    let (first, last) = (frame(TEXT, one), frame(FIN | CONTINUATION, two));
    let nothing = frame(CONTINUATION, []);
    let hi = Pong(b"hi".to_vec());
    let mut bytewise = vec![frame(TEXT, [])];
    bytewise.extend(message.iter().flat_map(|byte| [frame(CONTINUATION, [*byte]), ping("hi")]));
    bytewise.push(frame(FIN | CONTINUATION, []));
    let mut pongs = vec![hi.clone(); message.len()];
    pongs.push(Heartbeat);
    let binary = [frame(BINARY, [1]), frame(FIN | CONTINUATION, [2])];
    let empty = [frame(TEXT, []), nothing.clone(), frame(FIN | CONTINUATION, [])];
    let mut rows = vec![
        row("5.3 a text in two", "5.4", concat(&[first.clone(), last.clone()]), [Heartbeat]),
        row("a binary message in two", "5.4", concat(&binary), [Error]),
        row(
            "5.6 a ping between them",
            "5.4",
            concat(&[first.clone(), ping("hi"), last.clone()]),
            [hi, Heartbeat],
        ),
        row(
            "a pong between them",
            "5.4",
            concat(&[first.clone(), frame(FIN | PONG, "hi"), last.clone()]),
            [Heartbeat],
        ),
        row(
            "empty fragments between them",
            "5.4",
            concat(&[first, nothing.clone(), nothing, last]),
            [Heartbeat],
        ),
        row("6.1.2 nothing, in three", "5.4", concat(&empty), [Error]),
    ];
    if sockets == SocketWay::Direct {
        // The library may answer the last of several pings only (RFC 6455, 5.5.3).
        rows.push(row("5.19 a byte each, pings between", "5.4", concat(&bytewise), pongs));
    }
    try_all(sockets, rows).await;
}

async fn fragments_out_of_place(sockets: SocketWay) {
    let (first, last) = (frame(TEXT, "{"), frame(FIN | CONTINUATION, "}"));
    let heartbeat = [Heartbeat, Close(Some(WEBSOCKET_PROTOCOL))];
    let rows = vec![
        row("5.9 a last fragment of nothing", "5.4", last.clone(), BROKEN),
        row("5.12 a fragment of nothing", "5.4", frame(CONTINUATION, "x"), BROKEN),
        row("an empty fragment of nothing", "5.4", frame(CONTINUATION, []), BROKEN),
        row(
            "5.15 a fragment after the last",
            "5.4",
            concat(&[text(asking(0)), last.clone()]),
            heartbeat,
        ),
        row(
            "5.16 a new text within a text",
            "5.4",
            concat(&[first.clone(), text(asking(0))]),
            BROKEN,
        ),
        row("5.18 two beginnings", "5.4", concat(&[first.clone(), frame(TEXT, "}"), last]), BROKEN),
        row(
            "a binary message within a text",
            "5.4",
            concat(&[first, frame(FIN | BINARY, "x")]),
            BROKEN,
        ),
    ];
    try_all(sockets, rows).await;
}
