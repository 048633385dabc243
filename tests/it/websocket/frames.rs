//! Framing, pings, reserved bits, opcodes and limits: groups 1 to 4 and 9.

use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::close::{PROTOCOL_ERROR, TOO_BIG, WEBSOCKET_PROTOCOL};

use super::Comes::{Close, Error, Heartbeat, Pong, PongAtLast};
use super::bytes::{
    BINARY, CLOSE, CONTINUATION, FIN, LARGEST, PING, PONG, TEXT, announced, asking, close, concat,
    frame, lengthy, ping, text, unmasked,
};
use super::{Row, row, try_all};
use crate::support::both_ways;

both_ways! { framing, lengths_longer_than_need_be, pings, reserved_bits, opcodes, limits, messages_that_say_nothing }

const BROKEN: [super::Comes; 1] = [Close(Some(WEBSOCKET_PROTOCOL))];

async fn framing(sockets: SocketWay) {
    let mut rows = vec![
        row("1.1.1 an empty text", "5.2", text([]), [Error]),
        row("1.2.1 an empty binary message", "5.2", frame(FIN | BINARY, []), [Error]),
        row("a text that isn't masked", "5.1", unmasked(FIN | TEXT, asking(0)), BROKEN),
        row("a ping that isn't masked", "5.1", unmasked(FIN | PING, "hi"), BROKEN),
        row("a close that isn't masked", "5.1", unmasked(FIN | CLOSE, [3, 232]), BROKEN),
        row("two texts in one go", "5.2", text(asking(0)).repeat(2), [Heartbeat, Heartbeat]),
    ];
    for length in [15, 124, 125, 126, 127, 128, 1_000, LARGEST] {
        let name = format!("1.1 a text of {length} bytes");
        rows.push(row(name, "5.2", text(asking(length)), [Heartbeat]));
        let name = format!("1.2 a binary message of {length} bytes");
        rows.push(row(name, "5.2", frame(FIN | BINARY, vec![0xfe; length]), [Error]));
    }
    try_all(sockets, rows).await;
}

/// "The minimal number of bytes MUST be used to encode the length."
async fn lengths_longer_than_need_be(sockets: SocketWay) {
    let mut rows = vec![
        row("126 bytes in 2", "5.2", lengthy(FIN | TEXT, 2, asking(126)), [Heartbeat]),
        row(
            "65,536 bytes in 8",
            "5.2",
            lengthy(FIN | TEXT, 8, asking(65_536)),
            [Close(Some(TOO_BIG))],
        ),
        row(
            "after a good text",
            "5.2",
            concat(&[text(asking(0)), lengthy(FIN | TEXT, 2, asking(0)), text(asking(0))]),
            [Heartbeat, Close(Some(WEBSOCKET_PROTOCOL))],
        ),
        row(
            "in a continuation",
            "5.2",
            concat(&[frame(TEXT, "{"), lengthy(FIN | CONTINUATION, 2, "}")]),
            BROKEN,
        ),
    ];
    for (length_bytes, lengths) in
        [(2, &[0, 1, 15, 124, 125][..]), (8, &[0, 125, 126, LARGEST, LARGEST + 1, 65_535])]
    {
        for (what, opcode) in [("text", TEXT), ("binary message", BINARY)] {
            for length in lengths {
                let name = format!("the {length} bytes of a {what} in {length_bytes}");
                let sent = lengthy(FIN | opcode, length_bytes, vec![b' '; *length]);
                rows.push(row(name, "5.2", sent, BROKEN));
            }
        }
        for (what, opcode) in [("ping", PING), ("pong", PONG), ("close", CLOSE)] {
            let name = format!("the 2 bytes of a {what} in {length_bytes}");
            rows.push(row(name, "5.2", lengthy(FIN | opcode, length_bytes, [3, 232]), BROKEN));
        }
    }
    try_all(sockets, rows).await;
}

async fn pings(sockets: SocketWay) {
    let many: Vec<Vec<u8>> = (0..10).map(|n| ping([n])).collect();
    let bytes = [0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff];
    let pong = |content: &[u8]| frame(FIN | PONG, content);
    let rows = vec![
        row("2.1 an empty ping", "5.5.2", ping([]), [Pong(vec![])]),
        row("2.2 a ping with text", "5.5.3", ping("Hello!"), [Pong(b"Hello!".to_vec())]),
        row("2.3 a ping with bytes", "5.5.3", ping(bytes), [Pong(bytes.to_vec())]),
        row("2.4 a ping of 125 bytes", "5.5", ping([0xfe; 125]), [Pong(vec![0xfe; 125])]),
        row("2.5 a ping of 126 bytes", "5.5", ping([0xfe; 126]), BROKEN),
        row("a pong of 126 bytes", "5.5", pong(&[0xfe; 126]), BROKEN),
        row("2.7 a pong nobody asked for", "5.5.3", pong(&[]), []),
        row("2.8 one with content", "5.5.3", pong(b"unasked"), []),
        row(
            "2.9 one before a ping",
            "5.5.3",
            concat(&[pong(b"unasked"), ping("asked")]),
            [Pong(b"asked".to_vec())],
        ),
        row("2.10 ten pings", "5.5.3", concat(&many), [PongAtLast(vec![9])]),
    ];
    try_all(sockets, rows).await;
}

async fn reserved_bits(sockets: SocketWay) {
    let mut rows = Vec::new();
    for bits in 1..=7_u8 {
        for (kind, opcode) in
            [("text", TEXT), ("binary", BINARY), ("ping", PING), ("pong", PONG), ("close", CLOSE)]
        {
            let wrong = frame(FIN | bits << 4 | opcode, []);
            let name = format!("3. bits {bits:03b} in a {kind} after a good ping");
            let sent = concat(&[ping("good"), wrong, ping("too late")]);
            let comes = [Pong(b"good".to_vec()), Close(Some(WEBSOCKET_PROTOCOL))];
            rows.push(row(name, "5.2", sent, comes));
        }
        let sent = concat(&[frame(TEXT, "{"), frame(FIN | bits << 4 | CONTINUATION, "}")]);
        rows.push(row(format!("bits {bits:03b} in a continuation"), "5.2", sent, BROKEN));
    }
    try_all(sockets, rows).await;
}

async fn opcodes(sockets: SocketWay) {
    let mut rows = Vec::new();
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        for (what, content) in [("empty", &b""[..]), ("with content", b"reserved")] {
            let name = format!("4. opcode {opcode}, {what}");
            rows.push(row(name, "5.2", frame(FIN | opcode, content), BROKEN));
        }
        let sent = concat(&[text(asking(0)), frame(FIN | opcode, "x"), ping([])]);
        let comes = [Heartbeat, Close(Some(WEBSOCKET_PROTOCOL))];
        rows.push(row(format!("4. opcode {opcode} between good frames"), "5.2", sent, comes));
    }
    try_all(sockets, rows).await;
}

/// A message above 4 KiB ends the connection, as soon as it is known to be one.
async fn limits(sockets: SocketWay) {
    let too_big = [Close(Some(TOO_BIG))];
    let half = asking(LARGEST / 2);
    let rest = vec![b' '; LARGEST / 2];
    let whole = [frame(TEXT, &half), frame(FIN, &rest)];
    let more = [frame(TEXT, &half), frame(CONTINUATION, &rest), frame(FIN, " ")];
    let mut rows = vec![
        row("9. the largest text", "10.4", text(asking(LARGEST)), [Heartbeat]),
        row("9. the largest in two fragments", "10.4", concat(&whole), [Heartbeat]),
        row("9. a byte more in three", "10.4", concat(&more), too_big.clone()),
        row("9. a text of a byte more", "10.4", text(asking(LARGEST + 1)), too_big.clone()),
        row("9. a length of 2^63", "5.2", announced(FIN | TEXT, 1 << 63), too_big.clone()),
    ];
    let lengths = [LARGEST as u64 + 1, 65_535, 65_536, 1 << 32, u64::MAX >> 1];
    for length in lengths {
        for (what, opcode) in [("text", TEXT), ("binary message", BINARY)] {
            let name = format!("9. a {what} that announces {length} bytes");
            rows.push(row(name, "10.4", announced(FIN | opcode, length), too_big.clone()));
        }
    }
    let crumbs = vec![frame(CONTINUATION, " "); 1_000];
    let sent = [frame(TEXT, asking(0)), crumbs.concat(), frame(FIN, [])].concat();
    rows.push(row("9. a thousand fragments of a byte", "5.4", sent, [Heartbeat]));
    try_all(sockets, rows).await;
}

/// The contract's own limit: after three messages that can't be used the connection is closed.
async fn messages_that_say_nothing(sockets: SocketWay) {
    let end = Close(Some(PROTOCOL_ERROR));
    let rows: Vec<Row> = vec![
        row("two", "7.4.2", text("{}").repeat(2), [Error, Error]),
        row("three", "7.4.2", text("{}").repeat(3), [Error, Error, Error, end.clone()]),
        row(
            "three, and a ping",
            "7.4.2",
            concat(&[text("buy"), frame(FIN | BINARY, "x"), text("[]"), ping([])]),
            [Error, Error, Error, end],
        ),
        row(
            "two, and a close",
            "5.5.1",
            concat(&[text("{}").repeat(2), close(1000, "")]),
            [Error, Error, Close(Some(1000))],
        ),
    ];
    try_all(sockets, rows).await;
}
