//! Server-Sent Events, read line by line by `curl -N`.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use super::{HOW_TO_INSTALL, program};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{PATIENCE, events};

struct Curl {
    _child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Curl {
    fn open(url: &str, arguments: &[&str]) -> Self {
        let mut command = program("curl");
        let mut child = command.args(["-sN", url]).args(arguments).spawn().expect(HOW_TO_INSTALL);
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { _child: child, lines }
    }

    /// The next event: its id, if it has one, and its data.
    async fn event(&mut self) -> (Option<String>, Value) {
        let (mut id, mut data) = (None, None);
        loop {
            let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
            let line = line.expect("something is said").expect("text").expect("no end");
            match line.split_once(": ") {
                Some(("id", value)) => id = Some(value.to_owned()),
                Some(("data", value)) => data = serde_json::from_str(value).ok(),
                _ if line.is_empty() && data.is_some() => return (id, data.expect("data")),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn curl_follows_a_stream_and_comes_back_to_it() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let url = server.url(&format!("/api/v1/events/{event}/stream"));
    let mut curl = Curl::open(&url, &[]);
    let (id, hello) = curl.event().await;
    assert_eq!((id, &hello["mode"]), (None, &json!("snapshot")));
    let epoch = hello["epoch"].as_str().expect("an epoch");
    let (id, map) = curl.event().await;
    assert_eq!(id, Some(format!("{epoch}.0")));
    assert_eq!(map, json!({ "type": "snapshot", "version": 0, "statuses": "AAAAA" }));
    let anna = server.buyer("anna");
    anna.hold(event, &["S002", "S004"]).await.expect(201);
    let (id, delta) = curl.event().await;
    assert_eq!(id, Some(format!("{epoch}.1")));
    assert_eq!(delta, locked(0, 1));
    drop(curl);

    anna.unlock(event, "S002").await.expect(200);
    let back = format!("last-event-id: {epoch}.1");
    // The header wins: an EventSource comes back to the address it began with.
    let mut curl = Curl::open(&format!("{url}?since={epoch}.0"), &["-H", &back]);
    let (id, hello) = curl.event().await;
    assert_eq!((id, &hello["mode"]), (None, &json!("resume")));
    let (id, delta) = curl.event().await;
    assert_eq!(id, Some(format!("{epoch}.2")));
    let unlocked = json!({ "type": "delta", "from": 1, "version": 2, "changes": [[1, "A"]] });
    assert_eq!(delta, unlocked);
}

fn locked(from: u64, version: u64) -> Value {
    let changes = json!([[1, "L"], [3, "L"]]);
    json!({ "type": "delta", "from": from, "version": version, "changes": changes })
}
