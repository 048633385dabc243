//! Close handling: group 7.

use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::close::{NOT_UTF8, WEBSOCKET_PROTOCOL};

use super::Comes::{Close, Heartbeat, Pong};
use super::bytes::{CLOSE, FIN, TEXT, asking, close, concat, frame, ping, text};
use super::{row, try_all};
use crate::support::both_ways;

both_ways! { a_close_is_answered_and_the_last_word, close_codes, reasons }

const NORMAL: [super::Comes; 1] = [Close(Some(1000))];
const BROKEN: [super::Comes; 1] = [Close(Some(WEBSOCKET_PROTOCOL))];

async fn a_close_is_answered_and_the_last_word(sockets: SocketWay) {
    let end = || close(1000, "");
    let hi = Pong(b"hi".to_vec());
    let rows = vec![
        row(
            "7.1.1 a text before",
            "5.5.1",
            concat(&[text(asking(0)), end()]),
            [Heartbeat, Close(Some(1000))],
        ),
        row("a ping before", "5.5.1", concat(&[ping("hi"), end()]), [hi, Close(Some(1000))]),
        row("7.1.2 another close after it", "5.5.1", concat(&[end(), end()]), NORMAL),
        row("7.1.3 a ping after it", "5.5.1", concat(&[end(), ping("hi")]), NORMAL),
        row("7.1.4 a text after it", "5.5.1", concat(&[end(), text(asking(0))]), NORMAL),
        row("7.1.5 within a message", "5.4", concat(&[frame(TEXT, "{"), end()]), NORMAL),
        row("7.1.6 much after it", "5.5.1", concat(&[end(), vec![0xfe; 65_536]]), NORMAL),
        row("7.3.1 an empty one", "5.5.1", frame(FIN | CLOSE, []), [Close(None)]),
    ];
    try_all(sockets, rows).await;
}

async fn close_codes(sockets: SocketWay) {
    let mut rows = Vec::new();
    let good = [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4500,
        4999,
    ];
    for code in good {
        let name = format!("7.7 the code {code}");
        rows.push(row(name, "7.4.1", close(code, ""), [Close(Some(code))]));
    }
    // 1014 is no code of the RFC's; registered later, as 1012 and 1013 were, it is a gateway's word
    // about a server, and says nothing when a client says it.
    let wrong =
        [0, 1, 999, 1004, 1005, 1006, 1014, 1015, 1016, 1100, 2000, 2999, 5000, 10_000, u16::MAX];
    for code in wrong {
        rows.push(row(format!("7.9 the code {code}"), "7.4.2", close(code, ""), BROKEN));
        let name = format!("7.9 the code {code} with a reason");
        rows.push(row(name, "7.4.2", close(code, "because"), BROKEN));
    }
    try_all(sockets, rows).await;
}

async fn reasons(sockets: SocketWay) {
    let rows = vec![
        row("7.3.2 half a code", "5.5.1", frame(FIN | CLOSE, [3]), BROKEN),
        row("7.3.4 a reason", "5.5.1", close(1000, "Hello!"), NORMAL),
        row("7.3.5 the longest reason", "5.5", close(1000, [b'*'; 123]), NORMAL),
        row("7.3.6 a byte too long", "5.5", close(1000, [b'*'; 124]), BROKEN),
        row(
            "7.5.1 no UTF-8",
            "5.5.1",
            close(1000, b"\xce\xba\xed\xa0\x80"),
            [Close(Some(NOT_UTF8))],
        ),
    ];
    try_all(sockets, rows).await;
}
