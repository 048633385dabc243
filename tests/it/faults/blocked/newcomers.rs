//! Nobody new can be taken in for a while: who is known, and who only reads, notices nothing.

use futures_util::future::join_all;
use serde_json::json;

use super::{CALLERS, others_go_on};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

#[tokio::test]
async fn who_is_met_for_the_first_time_keeps_no_reader_waiting() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 60).await;
    let other = events::create(&server, 60).await;
    server.buyer("anna").lock(event, "S060").await.expect(200);
    let stranger = database.connect().await;
    let lock = "begin; lock table users in share mode";
    stranger.batch_execute(lock).await.expect("the table");
    let newcomers = (1..=CALLERS).map(|number| {
        let buyer = server.buyer(&format!("newcomer-{number}"));
        async move {
            if number % 2 == 0 {
                buyer.post("/sessions", json!({})).await
            } else {
                buyer.lock(event, &format!("S{number:03}")).await
            }
        }
    });
    let (answers, ()) = tokio::join!(join_all(newcomers), others_go_on(&server, event, other));
    for answer in answers {
        answer.expect_problem(503, "timeout");
    }
    stranger.batch_execute("rollback").await.expect("let go");
    let newcomer = server.buyer("newcomer-1");
    assert_eq!(newcomer.lock(event, "S001").await.expect(200)["version"], 2);
    newcomer.post("/sessions", json!({})).await.expect(201);
    let guests = "select count(*) from users where origin = 'guest'";
    assert_eq!(database.value::<i64>(guests).await, 1, "who was refused was not taken in");
    invariants::hold(&database).await;
}
