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
    /// The most versions that one message leads on who keeps up. Whoever is led on by more has
    /// fallen behind, and the server noticed.
    pub leap_max: u64,
}

/// What an audience is to be.
#[derive(Clone, Debug)]
pub struct AudienceSettings {
    /// The nodes; viewers are spread over them in turn.
    pub targets: Vec<SocketAddr>,
    /// Addresses to connect from, in turn for each target; none: the system's choice.
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
    /// The core of the first thread; the others take the following ones. One that can't be had is
    /// told among the failures, and its thread runs where the system likes.
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

    /// The address that a viewer connects from. A target's viewers take them in turn: if all
    /// viewers did, each address would meet but some of the targets wherever the numbers of both
    /// have a divisor in common, and those too often.
    pub(super) fn source_of(&self, viewer: usize) -> Option<IpAddr> {
        let events = self.events.len();
        let among_its_targets = viewer / (events * self.targets.len()) * events + viewer % events;
        (!self.sources.is_empty()).then(|| self.sources[among_its_targets % self.sources.len()])
    }

    /// Whether a viewer is one of the slow.
    pub(super) fn is_slow(&self, viewer: usize) -> bool {
        let share = self.slow.map_or(0.0, |slow| slow.share);
        let before = |viewers: usize| (viewers as f64 * share).floor();
        before(viewer + 1) > before(viewer)
    }
}

/// Loopback addresses enough for so many viewers of so many events at so many loopback targets:
/// none has more than [`SOCKETS_PER_SOURCE`] sockets to any of these. None at all where the
/// system's choice will do.
#[must_use]
pub fn loopback_sources(viewers: usize, events: usize, targets: usize) -> Vec<IpAddr> {
    let events = events.max(1);
    // Viewers go to the targets by rounds of all events, so one target may have a round more.
    let rounds = viewers.div_ceil(events).div_ceil(targets.max(1));
    let needed = (rounds * events).min(viewers).div_ceil(SOCKETS_PER_SOURCE);
    if needed <= 1 {
        return Vec::new();
    }
    let last = u8::try_from(needed.min(200)).unwrap_or(200);
    (1..=last).map(|last| IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The sockets of each pair of source and target.
    fn pairs(settings: &AudienceSettings) -> BTreeMap<(Option<IpAddr>, SocketAddr), usize> {
        let mut pairs = BTreeMap::new();
        for viewer in 0..settings.viewers {
            let pair = (settings.source_of(viewer), settings.target_of(viewer));
            *pairs.entry(pair).or_default() += 1;
        }
        pairs
    }

    fn settings(viewers: usize, events: usize, targets: usize) -> AudienceSettings {
        let target = |number: usize| SocketAddr::from((Ipv4Addr::LOCALHOST, 8_080 + number as u16));
        AudienceSettings {
            targets: (0..targets).map(target).collect(),
            events: (0..events as i64).collect(),
            sources: loopback_sources(viewers, events, targets),
            ..AudienceSettings::new(target(0), 1, viewers)
        }
    }

    #[test]
    fn no_source_has_more_sockets_to_a_target_than_fit() {
        let limit = SOCKETS_PER_SOURCE;
        for (viewers, events, targets) in [
            (1, 1, 1),
            (limit, 1, 1),
            (limit + 1, 1, 1),
            (limit + 1, 1_000, 3),
            (2 * limit, 1, 2),
            (3 * limit, 1, 2),
            (4 * limit, 1, 2),
            (4 * limit + 1, 1, 2),
            (2 * limit, 900, 2),
            (12 * limit, 3, 3),
            (12 * limit, 2, 4),
            (200_000, 6, 4),
        ] {
            let settings = settings(viewers, events, targets);
            let pairs = pairs(&settings);
            let shown = format!("{viewers} viewers, {events} events, {targets} targets");
            let most = pairs.values().max().copied().unwrap_or_default();
            assert!(most <= limit, "{shown}: {most}");
            assert_eq!(pairs.values().sum::<usize>(), viewers, "{shown}");
        }
    }

    #[test]
    fn every_source_meets_every_target_whatever_their_numbers() {
        for (sources, targets, events) in [(2, 2, 1), (4, 2, 1), (2, 4, 3), (3, 6, 2), (5, 3, 7)] {
            let mut settings = settings(sources * targets * events * 10, events, targets);
            let source = |number: usize| IpAddr::V4(Ipv4Addr::new(127, 0, 0, number as u8 + 1));
            settings.sources = (0..sources).map(source).collect();
            let pairs = pairs(&settings);
            let shown = format!("{sources} sources, {targets} targets, {events} events");
            assert_eq!(pairs.len(), sources * targets, "{shown}");
            assert!(pairs.values().all(|sockets| *sockets == events * 10), "{shown}: {pairs:?}");
        }
    }
}
