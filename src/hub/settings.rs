//! What an operator can tune about the live side, with the defaults and the reason for each.
//! Read by the hub and by the sockets; filled in by the program's settings.

use std::time::Duration;

/// Who owns a WebSocket once it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketWay {
    /// One of a few loops, where the connection is plain TCP and HTTP/1.1. The cheapest.
    Direct,
    /// A task of its own, over the library's WebSocket. Serves any kind of connection.
    Portable,
}

/// The settings of the live side.
#[derive(Clone, Debug)]
pub struct LiveSettings {
    /// Who owns a WebSocket once it is open.
    pub sockets: SocketWay,
    /// Something is sent on every connection at least this often. Whole seconds, at least one:
    /// `hello` announces it in seconds.
    pub heartbeat: Duration,
    /// A peer that answers no ping for this long is closed.
    pub pong_timeout: Duration,
    /// A socket that accepts no byte for this long is closed.
    pub stall_timeout: Duration,
    /// How long a closing socket is read until it ends by itself.
    pub close_timeout: Duration,
    /// The first spacing of merged frames; it adapts to what flushing takes. Zero: every change
    /// goes out at once.
    pub frame_window: Duration,
    /// The most connections this node keeps, sockets and streams together.
    pub viewers_max: usize,
    /// An event nobody has asked for this long is dropped.
    pub idle_after: Duration,
    /// How often the versions of all watched events are compared with the database's.
    pub compare_every: Duration,
    /// How often whole maps are compared with the table.
    pub audit_every: Duration,
    /// How long somebody waits for an event to be loaded.
    pub load_timeout: Duration,
    /// The spacing of resyncs on one connection; more are merged.
    pub resync_every: Duration,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            sockets: SocketWay::Direct,
            heartbeat: Duration::from_secs(15),
            pong_timeout: Duration::from_secs(45),
            stall_timeout: Duration::from_secs(30),
            close_timeout: Duration::from_secs(2),
            frame_window: Duration::from_millis(20),
            viewers_max: 15_000,
            idle_after: Duration::from_secs(60),
            compare_every: Duration::from_secs(5),
            audit_every: Duration::from_secs(60),
            load_timeout: Duration::from_secs(10),
            resync_every: Duration::from_secs(1),
        }
    }
}
