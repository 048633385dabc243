//! What must hold in the database whatever happened.

use super::database::Database;

/// Asserts all rules.
pub async fn hold(database: &Database) {
    let client = database.connect().await;
    let broken = seatmap_torture::invariants::broken(&client).await.expect("a list");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
