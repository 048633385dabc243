//! What an audience is to be: how many, where from, how they behave.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use seatmap::protocol::live::Format;

/// Sockets that one source address can have to one target, with room to spare: the system hands
/// out 28,232 ports.
pub const SOCKETS_PER_SOURCE: usize = 20_000;

/// Viewers that read slowly, or not at all. Their times are in no figure: they are their own doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slow {
    /// The share of the viewers, 0 to 1.
    pub share: f64,
    /// What they read, in bytes a second; 0: nothing after the handshake.
    pub bytes_per_second: u32,
}

/// What an audience is to be.
#[derive(Clone, Debug)]
pub struct AudienceSettings {
    /// The nodes; viewers are spread over them in turn.
    pub targets: Vec<SocketAddr>,
    /// Addresses to connect from, in turn; none: the system's choice.
    pub sources: Vec<IpAddr>,
    /// The events; viewers are spread over them in turn.
    pub events: Vec<i64>,
    /// How many.
    pub viewers: usize,
    /// How many connections are begun a second; 0: as fast as they are answered.
    pub connects_per_second: u32,
    /// How messages are written.
    pub format: Format,
    /// Threads that share the viewers.
    pub threads: usize,
    /// The core of the first thread; the others take the following ones.
    pub first_core: Option<usize>,
    /// Some may be slow.
    pub slow: Option<Slow>,
    /// Whether viewers come back by themselves when they are closed, and how soon at first; the
    /// wait doubles up to 20 s.
    pub reconnect_after: Option<Duration>,
}

impl AudienceSettings {
    /// Prompt viewers of one event on one node, binary, one thread, who come back when closed.
    #[must_use]
    pub fn new(target: SocketAddr, event: i64, viewers: usize) -> Self {
        Self {
            targets: vec![target],
            sources: Vec::new(),
            events: vec![event],
            viewers,
            connects_per_second: 0,
            format: Format::Binary,
            threads: 1,
            first_core: None,
            slow: None,
            reconnect_after: Some(Duration::from_millis(500)),
        }
    }

    /// The event that a viewer follows.
    pub(super) fn event_of(&self, viewer: usize) -> usize {
        viewer % self.events.len()
    }

    /// The node that a viewer connects to. Every event has viewers on every node, whatever their
    /// numbers.
    pub(super) fn target_of(&self, viewer: usize) -> SocketAddr {
        self.targets[(viewer / self.events.len()) % self.targets.len()]
    }

    /// The address that a viewer connects from.
    pub(super) fn source_of(&self, viewer: usize) -> Option<IpAddr> {
        (!self.sources.is_empty()).then(|| self.sources[viewer % self.sources.len()])
    }

    /// Whether a viewer is one of the slow.
    pub(super) fn is_slow(&self, viewer: usize) -> bool {
        let share = self.slow.map_or(0.0, |slow| slow.share);
        let before = |viewers: usize| (viewers as f64 * share).floor();
        before(viewer + 1) > before(viewer)
    }
}

/// Loopback addresses enough for so many sockets to each of so many loopback targets.
#[must_use]
pub fn loopback_sources(viewers: usize, targets: usize) -> Vec<IpAddr> {
    let needed = viewers.div_ceil(SOCKETS_PER_SOURCE * targets.max(1));
    if needed <= 1 {
        return Vec::new();
    }
    let last = u8::try_from(needed.min(200)).unwrap_or(200);
    (1..=last).map(|last| IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))).collect()
}
