//! What stories are told with: databases, servers, buyers and viewers.
//!
//! Nothing here sleeps to let something happen: it waits until it has, within [`PATIENCE`].

#![allow(unreachable_pub, reason = "a test binary has no public interface")]
#![allow(dead_code, reason = "every story uses some of it")]

pub mod buyer;
pub mod database;
pub mod events;
pub mod invariants;
pub mod metrics;
pub mod process;
pub mod provider;
pub mod server;
pub mod signing;
pub mod viewer;

use std::time::Duration;

use seatmap::hub::settings::SocketWay;

/// Past this a story has failed; nothing is measured by it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How often something that can only be asked for is asked again.
pub const POLL: Duration = Duration::from_millis(10);

/// Asks until the answer is yes.
pub async fn eventually<F>(what: &str, mut ask: impl FnMut() -> F)
where
    F: Future<Output = bool>,
{
    let asking = async {
        while !ask().await {
            tokio::time::sleep(POLL).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, asking).await.is_ok(), "never came about: {what}");
}

/// How the option names a way of owning sockets.
pub fn name_of(sockets: SocketWay) -> &'static str {
    match sockets {
        SocketWay::Direct => "direct",
        SocketWay::Portable => "portable",
    }
}

/// Tells each story once for each way of owning sockets.
macro_rules! both_ways {
    ($($story:ident),+ $(,)?) => {
        mod direct {
            use seatmap::hub::settings::SocketWay::Direct;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() { super::$story(Direct).await; })+
        }
        mod portable {
            use seatmap::hub::settings::SocketWay::Portable;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() { super::$story(Portable).await; })+
        }
    };
}
pub(crate) use both_ways;
