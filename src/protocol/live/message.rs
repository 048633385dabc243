//! What the server can say on the live socket, as values. The encodings are `text` and `binary`.

use serde::{Deserialize, Serialize};

use crate::domain::change::ChangeSet;
use crate::domain::ids::{EventId, Version};
use crate::domain::seat::SeatStatus;

/// One message from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerMessage {
    /// The first word on a connection, and again when the history changes.
    Hello(Hello),
    /// The whole map at a version.
    Snapshot(Snapshot),
    /// What changed between two versions.
    Delta(ChangeSet),
    /// A sign of life.
    Heartbeat(Heartbeat),
    /// The last word before a restart.
    Bye(Bye),
    /// An answer to a client message that could not be used.
    Error(ErrorMessage),
}

/// What follows a `hello`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A snapshot.
    Snapshot,
    /// Deltas from the position the client named, possibly none.
    Resume,
}

/// The event's identity and what to expect on this connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The protocol's version; see [`super::PROTOCOL`].
    pub protocol: u32,
    /// The event followed.
    pub event_id: EventId,
    /// The history the versions belong to.
    pub epoch: String,
    /// The version the server brings this connection to first.
    pub version: Version,
    /// How many seats the event has.
    pub seats: u32,
    /// The digest under which the geometry is served.
    pub layout: String,
    /// What follows.
    pub mode: Mode,
    /// Something is sent at least this often, in seconds.
    pub heartbeat_secs: u64,
}

/// The whole map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The version it shows.
    pub version: Version,
    /// One status per seat, by seat index.
    pub statuses: Vec<SeatStatus>,
}

/// A sign of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The version this connection has been sent.
    pub version: Version,
    /// How many follow the event on this node.
    pub viewers: u64,
}

/// Why a connection ends and when to come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bye {
    /// The close code that follows.
    pub code: u16,
    /// One word.
    pub reason: String,
    /// Reconnect no sooner than this, in milliseconds.
    pub retry_after_ms: u64,
}

/// What was wrong with a client's message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// A word for programs.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
}
