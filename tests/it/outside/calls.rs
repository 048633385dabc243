//! The calls of a sale, by curl: from an event that is made to a booking that is cancelled.

use super::{HOW_TO_INSTALL, folder, program};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{PATIENCE, invariants};

#[tokio::test(flavor = "multi_thread")]
async fn curl_makes_the_calls_of_a_sale() {
    let curl = program("curl").arg("--version").output().await;
    assert!(curl.is_ok_and(|curl| curl.status.success()), "curl is missing: {HOW_TO_INSTALL}");
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let script = program(folder().join("every_call.sh")).arg(server.url("")).output();
    let script = tokio::time::timeout(PATIENCE, script).await.expect("it ends").expect("bash");
    let (said, errors) =
        (String::from_utf8_lossy(&script.stdout), String::from_utf8_lossy(&script.stderr));
    assert!(script.status.success(), "{said}\n{errors}");
    assert!(said.ends_with("every call answered as documented\n"), "{said}");
    invariants::hold(&database).await;
}
