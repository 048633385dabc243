//! Two independent WebSocket clients, in both formats: they see what the table says, and are
//! answered as the contract has it whatever they say.

use std::process::Output;
use std::time::Duration;

use seatmap::domain::seat::SeatStatus;
use seatmap::hub::settings::SocketWay;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use super::{Client, HOW_TO_INSTALL};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{PATIENCE, both_ways, events};

const FORMATS: [&str; 2] = ["json", "bin"];
const SEATS: u32 = 400;

/// A client that follows in a process of its own.
struct Following {
    client: Client,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn start(client: Client, url: &str, format: &str, version: u64) -> Self {
        let mut command = client.command();
        command.args(["follow", url, format, &version.to_string()]);
        let mut child = command.spawn().expect(HOW_TO_INSTALL);
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { client, child, lines }
    }

    /// The next thing it says.
    async fn says(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        match line.expect("it says something").expect("text") {
            Some(line) => serde_json::from_str(&line).expect("JSON"),
            None => {
                let last_words = self.last_words().await;
                panic!("{:?} has ended: {last_words}", self.client)
            }
        }
    }

    async fn last_words(&mut self) -> String {
        let mut words = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let reading = tokio::io::AsyncReadExt::read_to_string(&mut stderr, &mut words);
            let _ = tokio::time::timeout(Duration::from_secs(5), reading).await;
        }
        words
    }
}

both_ways!(outside_clients_see_what_the_table_says, outside_clients_are_answered_whatever_they_say);

async fn outside_clients_see_what_the_table_says(sockets: SocketWay) {
    let database = Database::new().await;
    let server = Server::owning(&database, sockets).await;
    let event = events::create(&server, SEATS).await;
    let url = format!("ws://{}/api/v1/events/{event}/live", server.address);
    // One buyer, one change a version: the last version is known beforehand.
    let (before, last) = (40, 360);
    let mut versions = 0;
    while versions < before {
        versions = change_something(&server, event, versions).await;
    }
    let mut following: Vec<Following> = Vec::new();
    for client in Client::ALL {
        following.extend(FORMATS.map(|format| Following::start(client, &url, format, last)));
    }
    for each in &mut following {
        assert_eq!(each.says().await, json!({ "ready": before }));
    }
    while versions < last {
        versions = change_something(&server, event, versions).await;
    }
    let (version, epoch, statuses) = table(&server, event).await;
    assert_eq!(version, last);
    for each in &mut following {
        let end = each.says().await;
        assert_eq!(end["statuses"], statuses.as_str(), "{:?}", each.client);
        assert_eq!((&end["version"], &end["epoch"]), (&json!(last), &json!(epoch)));
        assert_eq!((&end["mode"], &end["resyncs"]), (&json!("resume"), &json!(0)));
        assert!(each.child.wait().await.expect("its end").success());
    }
}

async fn outside_clients_are_answered_whatever_they_say(sockets: SocketWay) {
    let database = Database::new().await;
    let server = Server::owning(&database, sockets).await;
    let event = events::create(&server, 20).await;
    server.buyer("anna").lock(event, "S001").await.expect(200);
    let url = format!("ws://{}/api/v1/events/{event}/live", server.address);
    for client in Client::ALL {
        for format in FORMATS {
            let talk = client.command().args(["talk", &url, format]).output();
            let talk = tokio::time::timeout(PATIENCE, talk).await.expect("it ends");
            let Output { status, stdout, stderr } = talk.expect(HOW_TO_INSTALL);
            assert!(status.success(), "{client:?}: {}", String::from_utf8_lossy(&stderr));
            let said: Value = serde_json::from_slice(&stdout).expect("JSON");
            let expected = json!({
                "ping": 1,
                "resync": 1,
                "errors": ["bad_message", "bad_message", "bad_message"],
                "garbage": 4500,
                "long": 1009,
            });
            assert_eq!(said, expected, "{client:?} in {format}");
        }
    }
}

/// One change: each group of three seats goes through some of all statuses, round by round.
/// Answers its version.
async fn change_something(server: &Server, event: i64, versions: u64) -> u64 {
    let groups = u64::from(SEATS / 3);
    let (round, group) = (versions / groups, versions % groups);
    let buyer = server.buyer(&format!("buyer-{group}"));
    let [one, two, three] = [1, 2, 3].map(|offset| format!("S{:03}", 3 * group + offset));
    let blocking = json!({ "seats": [three] });
    let answer = match (round, group % 4) {
        (0, 0 | 2) => buyer.hold(event, &[&two, &one]).await.expect(201),
        (0, _) => buyer.post(&format!("/events/{event}/block"), blocking).await.expect(200),
        (1, 0 | 2) => buyer.book(event, 1).await.expect(201),
        (1, _) => buyer.lock(event, &one).await.expect(200),
        (_, 0) => {
            let own = buyer.get(&format!("/bookings?event_id={event}")).await.expect(200);
            buyer.confirm(&own["items"][0]["id"], "pay-1").await.expect(200)
        }
        (_, 2) => buyer.unlock(event, &two).await.expect(200),
        (_, _) => buyer.post(&format!("/events/{event}/unblock"), blocking).await.expect(200),
    };
    answer["version"].as_u64().expect("a version")
}

/// The event's version and epoch, and a letter per seat.
async fn table(server: &Server, event: i64) -> (u64, String, String) {
    let path = format!("/events/{event}/tickets/all");
    let tickets = server.buyer("anybody").get(&path).await.expect(200);
    let letter = |seat: &Value| {
        let name = seat["status"].as_str().expect("a status");
        let status = SeatStatus::ALL.into_iter().find(|status| status.name() == name);
        ["A", "L", "R", "S", "B"][status.expect("a status") as usize]
    };
    let statuses = tickets["items"].as_array().expect("a list").iter().map(letter).collect();
    let epoch = tickets["epoch"].as_str().expect("an epoch").to_owned();
    (tickets["version"].as_u64().expect("a version"), epoch, statuses)
}
