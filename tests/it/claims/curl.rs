//! The loop that was published with the first system, as it was published.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::process::Command;

use super::count;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// Claim 15 of the contract.
#[tokio::test]
async fn the_published_loop_books_the_locked_seats_once() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    server.node.store().ensure_demo_users().await.expect("users 1 to 8");
    assert_eq!(events::create(&server, 20).await, 1, "the loop names event 1");
    for (status, problem) in run_loop(&server).await {
        assert_eq!((status, &problem["code"]), (409, &json!("nothing_locked")), "{problem}");
    }
    for seat in ["S004", "S011"] {
        let lock = server.url(&format!("/api/v1/events/1/seats/{seat}/lock"));
        let (status, locked) = curl(&lock, r#"{"user_id":1}"#).await;
        assert_eq!((status, &locked["status"]), (200, &json!("locked")), "{locked}");
    }
    let other = server.url("/api/v1/events/1/seats/S001/lock");
    assert_eq!(curl(&other, r#"{"user_id":2}"#).await.0, 200);
    let (made, refused): (Vec<_>, Vec<_>) =
        run_loop(&server).await.into_iter().partition(|(status, _)| *status == 201);
    let mut seats: Vec<String> = made.iter().map(|(_, b)| b["seat_nos"].to_string()).collect();
    seats.sort();
    assert_eq!(seats, [r#"["S004"]"#, r#"["S011"]"#]);
    assert!(made.iter().all(|(_, booking)| booking["user_id"] == 1));
    for (status, problem) in refused {
        assert_eq!((status, &problem["code"]), (409, &json!("nothing_locked")), "{problem}");
    }
    let counted = count(&server.buyer("reader"), 1).await;
    assert_eq!((counted["reserved"], counted["locked"]), (2, 1));
    invariants::hold(&database).await;
}

/// A page that sends such a form is not a script with curl, and one of another site may send nothing.
#[tokio::test]
async fn a_form_from_a_browser_is_no_json() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let own = server.url("");
    for (origin, status, code) in [
        (own.as_str(), 415, "unsupported_media_type"),
        ("https://elsewhere.example", 403, "forbidden"),
    ] {
        let request = anna
            .request(reqwest::Method::POST, "/bookings")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin)
            .body(r#"{"user_id":1,"event_id":1,"quantity":1}"#);
        anna.send(request).await.expect_problem(status, code);
    }
}

/// `for i in {1..50}; do curl … & done`
async fn run_loop(server: &Server) -> Vec<(u16, Value)> {
    let url = server.url("/api/v1/bookings");
    let body = r#"{"user_id":1,"event_id":1,"quantity":1}"#;
    join_all((0..50).map(|_| curl(&url, body))).await
}

async fn curl(url: &str, body: &str) -> (u16, Value) {
    let mut command = Command::new("curl");
    command.args(["-s", "-w", "\n%{http_code}", "-X", "POST", url, "-d", body]);
    let output = command.output().await.expect("curl runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let (answer, status) = text.rsplit_once('\n').expect("a status");
    let answer = serde_json::from_str(answer).expect("JSON");
    (status.parse().expect("a status"), answer)
}
