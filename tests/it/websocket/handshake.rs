//! The opening handshake: RFC 6455, section 4.2.

use std::collections::BTreeMap;

use seatmap::hub::settings::SocketWay;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::both_ways;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

both_ways! { handshakes }

/// A good handshake's lines; a row changes some.
const LINES: [(&str, &str); 5] = [
    ("host", "tickets.example"),
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// What 4.2.2 answers to that key.
const ACCEPT: (&str, &str) = ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

struct Row {
    name: &'static str,
    section: &'static str,
    /// Method and version.
    asks: (&'static str, &'static str),
    /// Lines instead of the usual; an empty one leaves it out.
    changed: &'static [(&'static str, &'static str)],
    status: u16,
    /// What the answer says; an empty one must not be there.
    says: &'static [(&'static str, &'static str)],
}

const fn row(
    name: &'static str,
    section: &'static str,
    changed: &'static [(&'static str, &'static str)],
    status: u16,
    says: &'static [(&'static str, &'static str)],
) -> Row {
    Row { name, section, asks: ("GET", "HTTP/1.1"), changed, status, says }
}

const PROTOCOL: &str = "sec-websocket-protocol";
const WEBSOCKET: (&str, &str) = ("upgrade", "websocket");
const THIRTEEN: (&str, &str) = ("sec-websocket-version", "13");

const ROWS: [Row; 26] = [
    row("a good one", "4.2.2", &[], 101, &[WEBSOCKET, ("connection", "upgrade"), ACCEPT]),
    row("no subprotocol offered", "4.2.2", &[], 101, &[(PROTOCOL, "")]),
    row("upgrade in other letters", "4.2.1", &[("upgrade", "WebSocket")], 101, &[ACCEPT]),
    row("connection as Firefox", "4.2.1", &[("connection", "keep-alive, Upgrade")], 101, &[ACCEPT]),
    row("connection in capitals", "4.2.1", &[("connection", "UPGRADE")], 101, &[ACCEPT]),
    row("any origin", "4.2.1", &[("origin", "https://elsewhere.example")], 101, &[ACCEPT]),
    row(
        "an extension nobody here knows",
        "9.1",
        &[("sec-websocket-extensions", "permessage-deflate; client_max_window_bits")],
        101,
        &[ACCEPT, ("sec-websocket-extensions", "")],
    ),
    row("json", "4.2.2", &[(PROTOCOL, "seatmap.v1.json")], 101, &[(PROTOCOL, "seatmap.v1.json")]),
    row(
        "both",
        "4.2.2",
        &[(PROTOCOL, "seatmap.v1.json, seatmap.v1.bin")],
        101,
        &[(PROTOCOL, "seatmap.v1.bin")],
    ),
    row("an unknown subprotocol", "4.2.2", &[(PROTOCOL, "chat")], 400, &[]),
    row("no host", "4.2.1", &[("host", "")], 400, &[]),
    row("no upgrade", "4.2.1", &[("upgrade", "")], 426, &[WEBSOCKET, THIRTEEN]),
    row("another upgrade", "4.2.1", &[("upgrade", "h2c")], 426, &[WEBSOCKET, THIRTEEN]),
    row("no connection", "4.2.1", &[("connection", "")], 426, &[WEBSOCKET, THIRTEEN]),
    row("a connection that ends", "4.2.1", &[("connection", "close")], 426, &[WEBSOCKET]),
    row("no version", "4.2.1", &[("sec-websocket-version", "")], 426, &[THIRTEEN]),
    row("an old version", "4.4", &[("sec-websocket-version", "8")], 426, &[THIRTEEN]),
    row("a later version", "4.4", &[("sec-websocket-version", "14")], 426, &[THIRTEEN]),
    row("no number", "4.4", &[("sec-websocket-version", "13x")], 426, &[THIRTEEN]),
    row("no key", "4.2.1", &[("sec-websocket-key", "")], 400, &[]),
    row("a short key", "4.2.1", &[("sec-websocket-key", "c2hvcnQ=")], 400, &[]),
    row("a long key", "4.2.1", &[("sec-websocket-key", "dGhpcyBpcyBmYXIgdG9vIGxvbmcu")], 400, &[]),
    row("no base 64", "4.2.1", &[("sec-websocket-key", "??????????????????????==")], 400, &[]),
    Row { asks: ("GET", "HTTP/1.0"), ..row("HTTP/1.0", "4.2.1", &[], 426, &[WEBSOCKET]) },
    Row { asks: ("POST", "HTTP/1.1"), ..row("POST", "4.2.1", &[], 405, &[]) },
    Row { asks: ("PUT", "HTTP/1.1"), ..row("PUT", "4.2.1", &[], 405, &[]) },
];

async fn handshakes(sockets: SocketWay) {
    let database = Database::new().await;
    let server = Server::owning(&database, sockets).await;
    let event = events::create(&server, 5).await;
    for row in &ROWS {
        let told = format!("{sockets:?}: {} (RFC 6455, {})", row.name, row.section);
        let (method, version) = row.asks;
        let line = format!("{method} /api/v1/events/{event}/live {version}");
        let (status, said) = ask(&server, &request(&line, row.changed)).await;
        assert_eq!(status, row.status, "{told}: {said:?}");
        for (name, value) in row.says {
            let said = said.get(*name).map_or("", String::as_str);
            assert!(said.eq_ignore_ascii_case(value), "{told}: {name}: {said}");
        }
    }
    let twice = request(&format!("GET /api/v1/events/{event}/live HTTP/1.1"), &[]);
    let twice = twice.replacen("\r\n", "\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", 1);
    assert_eq!(ask(&server, &twice).await.0, 400, "a key given twice (RFC 6455, 11.3.1)");
    let unknown = request("GET /api/v1/events/999/live HTTP/1.1", &[]);
    assert_eq!(ask(&server, &unknown).await.0, 404, "no such event");
}

fn request(line: &str, changed: &[(&str, &str)]) -> String {
    let mut lines: BTreeMap<&str, &str> = LINES.into();
    lines.extend(changed.iter().copied());
    let lines = lines.iter().filter(|(_, value)| !value.is_empty());
    let lines: String = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{line}\r\n{lines}\r\n")
}

/// Sends; returns the status and the lines of the answer.
async fn ask(server: &Server, request: &str) -> (u16, BTreeMap<String, String>) {
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("an answer"));
    }
    let head = String::from_utf8(head).expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let lines = lines.filter_map(|line| line.split_once(": "));
    let lines = lines.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    (status.parse().expect("a status"), lines)
}
