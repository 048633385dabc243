//! UTF-8: group 6.

use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::close::NOT_UTF8;

use super::Comes::{Close, Error, Heartbeat};
use super::bytes::{BINARY, CONTINUATION, FIN, TEXT, concat, frame, text};
use super::{row, try_all};
use crate::support::both_ways;

both_ways! { what_is_utf_8, what_is_not }

const REFUSED: [super::Comes; 1] = [Close(Some(NOT_UTF8))];

/// Sequences that are no UTF-8.
const WRONG: [(&str, &[u8]); 16] = [
    ("6.3 five good letters, a surrogate and an end", b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80edited"),
    ("6.8 a sequence cut short", b"\xce"),
    ("6.10 a sequence of two cut short", b"\xe2\x82"),
    ("6.12 a continuation alone", b"\x80"),
    ("6.12 the last continuation alone", b"\xbf"),
    ("6.14 a beginning alone", b"\xc2 "),
    ("6.16 no byte of UTF-8", b"\xff"),
    ("6.16 none either", b"\xfe\xfe\xff\xff"),
    ("6.17 a slash in two bytes", b"\xc0\xaf"),
    ("6.17 a slash in three", b"\xe0\x80\xaf"),
    ("6.17 a slash in four", b"\xf0\x80\x80\xaf"),
    ("6.18 the largest in two that fits one", b"\xc1\xbf"),
    ("6.19 zero in two bytes", b"\xc0\x80"),
    ("6.20 a surrogate", b"\xed\xa0\x80"),
    ("6.21 a pair of surrogates", b"\xed\xa0\x80\xed\xb0\x80"),
    ("6.11 above U+10FFFF", b"\xf4\x90\x80\x80"),
];

async fn what_is_utf_8(sockets: SocketWay) {
    let edges = [
        '\u{0}',
        '\u{7f}',
        '\u{80}',
        '\u{7ff}',
        '\u{800}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{fffd}',
        '\u{fffe}',
        '\u{ffff}',
        '\u{10000}',
        '\u{10ffff}',
    ];
    let mut rows: Vec<_> = edges
        .into_iter()
        .map(|edge| {
            let name = format!("6.5 to 6.9, 6.22 U+{:04X}", u32::from(edge));
            row(name, "8.1", text(edge.to_string()), [Error])
        })
        .collect();
    let message = r#"{"type":"ping","greeting":"κόσμε, 𝄞"}"#.as_bytes();
    rows.push(row("6.2.1 several letters", "8.1", text(message), [Heartbeat]));
    for cut in 0..=message.len() {
        let (one, two) = message.split_at(cut);
        let sent = concat(&[frame(TEXT, one), frame(FIN | CONTINUATION, two)]);
        rows.push(row(format!("6.2.3 cut at {cut}"), "5.6", sent, [Heartbeat]));
    }
    let binary = frame(FIN | BINARY, b"\xff\xfe");
    rows.push(row("a binary message needs to be none", "5.6", binary, [Error]));
    try_all(sockets, rows).await;
}

async fn what_is_not(sockets: SocketWay) {
    let mut rows = Vec::new();
    for (name, wrong) in WRONG {
        rows.push(row(name, "8.1", text(wrong), REFUSED));
        let (one, two) = wrong.split_at(wrong.len() / 2);
        let sent = concat(&[frame(TEXT, one), frame(FIN | CONTINUATION, two)]);
        rows.push(row(format!("{name}, in two fragments"), "8.1", sent, REFUSED));
    }
    // 6.4: not later than at the end of the fragment in which it went wrong.
    let early = frame(TEXT, b"\xce\xba\xf4\x90\x80\x80");
    rows.push(row("6.4 found before the message ends", "8.1", early, REFUSED));
    let cut = concat(&[frame(TEXT, b"\xce"), frame(CONTINUATION, b"\xce")]);
    rows.push(row("6.4 found where fragments meet", "8.1", cut, REFUSED));
    try_all(sockets, rows).await;
}
