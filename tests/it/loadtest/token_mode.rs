//! A server that others can reach: the tool makes events and reads the log there by a token, and
//! says what it takes where it has none.

use std::path::Path;
use std::process::Output;

use seatmap::http::{AuthMode, JwtSecret, Role};

use super::perform;
use crate::support::database::Database;
use crate::support::server::Server;

/// The tokens don't expire within these stories.
const FAR_SECOND: i64 = 4_000_000_000;
const ONSALE: &str = "onsale --viewers 5 --rate 20 --think 0.02 --abandon 0 --duration 2";

fn secret() -> JwtSecret {
    JwtSecret::new("a secret that is long enough to be one").expect("a secret")
}

fn token(role: Role) -> String {
    secret().make("load-test", role, FAR_SECOND).expect("a token")
}

async fn start(database: &Database) -> Server {
    Server::start_with(database, |settings| {
        settings.http.auth_mode = AuthMode::Token;
        settings.http.jwt_secret = Some(secret());
    })
    .await
}

/// What the program said and left.
fn told(output: &Output, folder: &Path) -> String {
    let mut told = [&output.stdout[..], &output.stderr].concat();
    for file in std::fs::read_dir(folder).expect("a folder") {
        told.extend(std::fs::read(file.expect("a file").path()).expect("a report"));
    }
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_all_it_takes() {
    let database = Database::new().await;
    let server = start(&database).await;
    let folder = tempfile::tempdir().expect("a folder");
    let token = token(Role::Organiser);
    let line = format!("{ONSALE} --seats 200 --token {token}");
    let output = perform(&line, server.address, folder.path()).await;
    let told = told(&output, folder.path());
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("kept     no seat is sold twice") && told.contains("All promises kept"));
    assert!(!told.contains(&token), "nobody else is told the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_make_no_event_is_told_how_to() {
    let database = Database::new().await;
    let server = start(&database).await;
    let customer = token(Role::Customer);
    for (option, said) in [
        (
            String::new(),
            "no event can be made: this takes an organiser (401), named by --token; `seatmap \
             token` prints one. --event names one that exists",
        ),
        (
            format!("--token {customer}"),
            "no event can be made: the server takes --token for no organiser's (403: this takes \
             the role of an organiser). --event names one that exists",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let line = format!("{ONSALE} {option}");
        let output = perform(&line, server.address, folder.path()).await;
        let told = told(&output, folder.path());
        assert_eq!((output.status.code(), told.trim_end()), (Some(1), said));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_open_the_log_is_told_before_anybody_comes() {
    let database = Database::new().await;
    let server = start(&database).await;
    let folder = tempfile::tempdir().expect("a folder");
    let event = {
        let open = Server::start(&database).await;
        crate::support::events::create(&open, 20).await
    };
    let line = format!("{ONSALE} --event {event} --token unknown");
    let output = perform(&line, server.address, folder.path()).await;
    let told = told(&output, folder.path());
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.starts_with("the server takes --token for no organiser's (401: "), "{told}");
}
