//! What one connection says and when: hello, frames, heartbeats, pings, answers to the client.
//!
//! A state machine over values: time is an argument, nothing is read or written here. `socket`
//! and `stream` feed it what happens and carry out the [`Act`]s it answers.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::ids::Version;
use crate::hub::settings::LiveSettings;
use crate::hub::subscription::{Greeting, Step};
use crate::protocol::live::client::{BadMessage, ClientMessage};
use crate::protocol::live::framed::Framed;
use crate::protocol::live::message::{Bye, ErrorMessage, Heartbeat, Hello, ServerMessage};
use crate::protocol::live::{Format, PROTOCOL, binary, close, text};

/// How many unusable messages a client may send; with the last of them it is closed.
const STRIKES_MAX: u8 = 3;
/// A heartbeat goes out after this share of the promised interval at the earliest and …
const HEARTBEAT_SHARE_MIN: f64 = 0.6;
/// … this at the latest, so that the promise holds on a busy node, too. In between, connections
/// are staggered, or everybody's would follow the last frame at the same moment.
const HEARTBEAT_SHARE_MAX: f64 = 0.9;
/// What is being written may take this many stall timeouts altogether, even if something moves now
/// and then: nobody is listened to and pinged meanwhile.
pub(super) const STALL_ROUNDS: u32 = 4;
/// How many pings fit into the time a peer has to answer one.
const PINGS_PER_TIMEOUT: u32 = 3;
/// The soonest anybody comes back after a restart, in milliseconds.
const RETRY_AFTER_MIN_MS: u64 = 500;
/// How far returns are spread, in milliseconds; one slot each, one millisecond long.
const RETRY_SPREAD_MS: u64 = 20_000;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Send this.
    Send(Framed),
    /// Ask [`Connection::heartbeat`] for a heartbeat and send it.
    Heartbeat,
    /// Send a WebSocket ping.
    Ping,
    /// Ask the subscription for a snapshot.
    Resync,
    /// Say bye, then close for the restart.
    Bye,
    /// Close with this code and reason.
    Close(u16, &'static str),
}

/// Whether the transport has pings of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pings {
    Sent,
    Unknown,
}

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Connection {
    format: Format,
    settings: Arc<LiveSettings>,
    pings: Pings,
    /// The version this connection has been sent.
    pub(super) sent: Version,
    heartbeat_every: Duration,
    heartbeat_due: Instant,
    ping_due: Instant,
    /// When the oldest ping without an answer was sent.
    unanswered: Option<Instant>,
    /// When the next resync may be answered.
    resync_from: Instant,
    resync_wanted: bool,
    strikes: u8,
}

impl Connection {
    /// A connection that has said nothing yet. `stagger` in 0..1 sets it apart from others.
    pub(super) fn new(
        format: Format,
        settings: Arc<LiveSettings>,
        pings: Pings,
        stagger: f64,
        now: Instant,
    ) -> Self {
        let share = HEARTBEAT_SHARE_MIN + (HEARTBEAT_SHARE_MAX - HEARTBEAT_SHARE_MIN) * stagger;
        let heartbeat_every = settings.heartbeat.mul_f64(share);
        let ping_every = settings.pong_timeout / PINGS_PER_TIMEOUT;
        Self {
            format,
            pings,
            sent: 0,
            heartbeat_every,
            heartbeat_due: now + heartbeat_every,
            ping_due: now + ping_every.mul_f64(0.5 + stagger / 2.0),
            unanswered: None,
            resync_from: now,
            resync_wanted: false,
            strikes: 0,
            settings,
        }
    }

    /// Turns what the subscription gave into what to do.
    pub(super) fn step(&mut self, step: Step, now: Instant) -> Act {
        let (version, framed) = match step {
            Step::Hello(greeting) => return Act::Send(self.hello(&greeting, now)),
            Step::Snapshot(version, framed) | Step::Delta(version, framed) => (version, framed),
            Step::Gone => return Act::Close(close::EVENT_GONE, "event gone"),
            Step::Ending => return Act::Bye,
        };
        self.spoke(version, now);
        Act::Send(framed)
    }

    /// Notes what has been sent, and when; for who sends many the same without asking each.
    pub(super) fn spoke(&mut self, version: Version, now: Instant) {
        self.sent = version;
        self.heartbeat_due = now + self.heartbeat_every;
    }

    /// Takes in a text message of the client's.
    pub(super) fn heard(&mut self, message: &str, now: Instant) -> Option<Act> {
        match ClientMessage::decode(message) {
            Ok(ClientMessage::Resync) => {
                self.resync_wanted = true;
                None
            }
            Ok(ClientMessage::Ping) => Some(Act::Heartbeat),
            // No role sees more than anybody does, so there is nothing to answer.
            Ok(ClientMessage::Auth { .. }) => None,
            Err(BadMessage::TooLong) => Some(Act::Close(close::TOO_BIG, "message too big")),
            Err(bad) => Some(self.strike(bad, now)),
        }
    }

    /// Takes in a message that is no text.
    pub(super) fn heard_binary(&mut self, now: Instant) -> Option<Act> {
        Some(self.strike(BadMessage::Binary, now))
    }

    /// Whether it has said too much that can't be used, and is closed next.
    pub(super) fn is_struck_out(&self) -> bool {
        self.strikes >= STRIKES_MAX
    }

    /// Notes that the peer lives: whatever it sends answers a ping.
    pub(super) fn alive(&mut self) {
        self.unanswered = None;
    }

    /// The moment `due` has something at the latest.
    pub(super) fn deadline(&self) -> Instant {
        let mut next = self.heartbeat_due;
        if self.resync_wanted {
            next = next.min(self.resync_from);
        }
        if self.pings == Pings::Sent {
            next = next.min(self.ping_due);
            if let Some(since) = self.unanswered {
                next = next.min(since + self.settings.pong_timeout);
            }
        }
        next
    }

    /// What time and past messages ask for now; called until it answers `None`.
    pub(super) fn due(&mut self, now: Instant) -> Option<Act> {
        if self.is_struck_out() {
            return Some(Act::Close(close::PROTOCOL_ERROR, "too many unusable messages"));
        }
        if self.unanswered.is_some_and(|since| now >= since + self.settings.pong_timeout) {
            return Some(Act::Close(close::STALLED, "no answer to a ping"));
        }
        if self.resync_wanted && now >= self.resync_from {
            self.resync_wanted = false;
            self.resync_from = now + self.settings.resync_every;
            return Some(Act::Resync);
        }
        if self.pings == Pings::Sent && now >= self.ping_due {
            self.ping_due = now + self.settings.pong_timeout / PINGS_PER_TIMEOUT;
            self.unanswered.get_or_insert(now);
            return Some(Act::Ping);
        }
        (now >= self.heartbeat_due).then_some(Act::Heartbeat)
    }

    /// A heartbeat with the version this connection has been sent.
    pub(super) fn heartbeat(&mut self, viewers: u64, now: Instant) -> Framed {
        self.spoke(self.sent, now);
        let beat = Heartbeat { version: self.sent, viewers };
        match self.format {
            Format::Json => said(&ServerMessage::Heartbeat(beat)),
            Format::Binary => Framed::binary(&binary::heartbeat(beat)),
        }
    }

    /// The last word before a restart. Everybody has a slot of its own to come back in.
    pub(super) fn bye(slot: u64) -> Framed {
        said(&ServerMessage::Bye(Bye {
            code: close::RESTART,
            reason: "restart".to_owned(),
            retry_after_ms: RETRY_AFTER_MIN_MS + slot % RETRY_SPREAD_MS,
        }))
    }

    /// The first word, and again when another history begins.
    pub(super) fn hello(&mut self, greeting: &Greeting, now: Instant) -> Framed {
        self.spoke(greeting.version, now);
        said(&ServerMessage::Hello(Hello {
            protocol: PROTOCOL,
            event_id: greeting.event,
            epoch: greeting.epoch.to_string(),
            version: greeting.version,
            seats: greeting.seats,
            layout: greeting.layout.to_string(),
            mode: greeting.mode,
            heartbeat_secs: self.settings.heartbeat.as_secs().max(1),
        }))
    }

    fn strike(&mut self, bad: BadMessage, now: Instant) -> Act {
        self.strikes += 1;
        self.spoke(self.sent, now);
        let (code, detail) = ("bad_message".to_owned(), bad.to_string());
        Act::Send(said(&ServerMessage::Error(ErrorMessage { code, detail })))
    }
}

fn said(message: &ServerMessage) -> Framed {
    Framed::text(&text::encode(message))
}

#[cfg(test)]
mod tests;
