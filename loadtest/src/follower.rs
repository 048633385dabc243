//! A client's position and map by the contract's rule, and every breach of the server's promise.
//!
//! Pure: it is given messages and answers what to send. `view` and tests drive it.

use seatmap::domain::change::ChangeSet;
use seatmap::domain::ids::Version;
use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::message::{Heartbeat, Hello, Mode, ServerMessage, Snapshot};
use seatmap::protocol::live::since::Since;

/// The most violations remembered; what follows is counted.
const VIOLATIONS_MAX: usize = 100;

/// What a message asks of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing.
    Nothing,
    /// Send `resync`.
    Resync,
}

/// A client of one event.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    epoch: Option<String>,
    /// The version of the last applied snapshot or delta; `None` while void.
    version: Option<Version>,
    statuses: Vec<SeatStatus>,
    seats: u32,
    /// The version the next delta has to start from; `None` when it may start earlier, as the
    /// first one after a snapshot or a catch-up may.
    chain: Option<Version>,
    /// Set after a hello that resumes: the first delta is the catch-up.
    catching_up: bool,
    greeted: bool,
    violations: Vec<String>,
    violation_count: u64,
}

impl Follower {
    /// A client that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A client that comes back: what it remembers is used if the server resumes.
    #[must_use]
    pub fn resuming(since: Since, statuses: Vec<SeatStatus>) -> Self {
        let version = Some(since.version);
        Self { epoch: Some(since.epoch), version, statuses, ..Self::default() }
    }

    /// Forgets the connection but not the position, before connecting again.
    pub fn reconnect(&mut self) {
        (self.greeted, self.catching_up, self.chain) = (false, false, None);
    }

    /// The position, if there is one.
    #[must_use]
    pub fn position(&self) -> Option<Since> {
        Some(Since { epoch: self.epoch.clone()?, version: self.version? })
    }

    /// The map at that position.
    #[must_use]
    pub fn statuses(&self) -> &[SeatStatus] {
        &self.statuses
    }

    /// What the server did that it promised not to; the first of them.
    #[must_use]
    pub fn violations(&self) -> &[String] {
        &self.violations
    }

    /// How many there were altogether.
    #[must_use]
    pub fn violation_count(&self) -> u64 {
        self.violation_count
    }

    /// Takes in a message.
    pub fn take(&mut self, message: &ServerMessage) -> Reaction {
        if !self.greeted && !matches!(message, ServerMessage::Hello(_) | ServerMessage::Bye(_)) {
            self.violation("something came before hello".to_owned());
        }
        match message {
            ServerMessage::Hello(hello) => self.hello(hello),
            ServerMessage::Snapshot(map) => self.snapshot(map),
            ServerMessage::Delta(delta) => return self.delta(delta),
            ServerMessage::Heartbeat(beat) => self.heartbeat(*beat),
            ServerMessage::Error(error) => {
                self.violation(format!("an error without a reason: {}", error.detail));
            }
            ServerMessage::Bye(_) => {}
        }
        Reaction::Nothing
    }

    fn hello(&mut self, hello: &Hello) {
        self.greeted = true;
        self.seats = hello.seats;
        self.chain = None;
        self.catching_up = false;
        match hello.mode {
            Mode::Snapshot => self.version = None,
            Mode::Resume => {
                if self.epoch.as_ref() != Some(&hello.epoch) || self.version.is_none() {
                    self.violation(format!("resumed what was not asked for: {hello:?}"));
                } else if self.version > Some(hello.version) {
                    self.violation(format!("resumed from a version yet to come: {hello:?}"));
                }
                // With nothing to catch up, the first delta is a live one and may start earlier.
                self.catching_up = self.version < Some(hello.version);
                self.chain = self.version.filter(|_| self.catching_up);
                // A client that came back with a position but no map follows versions only.
                self.statuses.resize(hello.seats as usize, SeatStatus::Available);
            }
        }
        self.epoch = Some(hello.epoch.clone());
    }

    fn snapshot(&mut self, map: &Snapshot) {
        if map.statuses.len() != self.seats as usize {
            let (got, said) = (map.statuses.len(), self.seats);
            self.violation(format!("a snapshot of {got} seats after a hello of {said}"));
        }
        self.version = Some(map.version);
        self.statuses.clone_from(&map.statuses);
        (self.chain, self.catching_up) = (None, false);
    }

    fn delta(&mut self, delta: &ChangeSet) -> Reaction {
        let Some(local) = self.version else {
            self.violation("a delta where a snapshot was due".to_owned());
            return Reaction::Resync;
        };
        if let Some(chain) = self.chain
            && delta.from != chain
        {
            self.violation(format!("a delta from {} after version {chain}", delta.from));
        }
        let seats = self.statuses.len();
        if delta.changes.iter().any(|(seat, _)| *seat as usize >= seats) {
            self.violation(format!("a delta to {} beyond {seats} seats", delta.version));
            return Reaction::Nothing;
        }
        // The first delta after a catch-up may start earlier; all others continue the last.
        self.chain = (!std::mem::take(&mut self.catching_up)).then_some(delta.version);
        if delta.from > local {
            self.violation(format!("a gap: a delta from {} at {local}", delta.from));
            return Reaction::Resync;
        }
        if delta.version > local {
            for (seat, status) in &delta.changes {
                self.statuses[*seat as usize] = *status;
            }
            self.version = Some(delta.version);
        }
        Reaction::Nothing
    }

    fn heartbeat(&mut self, beat: Heartbeat) {
        if self.version != Some(beat.version) {
            let local = self.version;
            self.violation(format!("a heartbeat at {} with {local:?} sent", beat.version));
        }
    }

    fn violation(&mut self, what: String) {
        self.violation_count += 1;
        if self.violations.len() < VIOLATIONS_MAX {
            self.violations.push(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatmap::domain::ids::EventId;
    use seatmap::domain::seat::SeatStatus::{Available, Locked, Sold};

    fn hello(mode: Mode, version: Version) -> ServerMessage {
        ServerMessage::Hello(Hello {
            protocol: 1,
            event_id: EventId(1),
            epoch: "e1".to_owned(),
            version,
            seats: 2,
            layout: "l".to_owned(),
            mode,
            heartbeat_secs: 15,
        })
    }

    fn snapshot(version: Version) -> ServerMessage {
        ServerMessage::Snapshot(Snapshot { version, statuses: vec![Available; 2] })
    }

    fn delta(from: Version, version: Version, seat: u32, status: SeatStatus) -> ServerMessage {
        ServerMessage::Delta(ChangeSet { from, version, changes: vec![(seat, status)] })
    }

    fn followed(messages: &[ServerMessage]) -> Follower {
        let mut follower = Follower::new();
        for message in messages {
            follower.take(message);
        }
        follower
    }

    #[test]
    fn an_honest_server_leaves_no_violation() {
        let follower = followed(&[
            hello(Mode::Snapshot, 5),
            snapshot(5),
            delta(3, 6, 0, Sold),
            delta(6, 9, 1, Locked),
            ServerMessage::Heartbeat(Heartbeat { version: 9, viewers: 1 }),
        ]);
        assert_eq!(follower.violations(), &[] as &[String]);
        assert_eq!(follower.position().unwrap().to_string(), "e1.9");
        assert_eq!(follower.statuses(), [Sold, Locked]);
    }

    #[test]
    fn a_resume_starts_where_it_was_asked_to_and_the_frame_after_it_may_overlap() {
        let since: Since = "e1.4".parse().unwrap();
        let mut follower = Follower::resuming(since.clone(), vec![Sold; 2]);
        for message in [hello(Mode::Resume, 6), delta(4, 6, 0, Available), delta(5, 7, 1, Locked)] {
            follower.take(&message);
        }
        assert_eq!(
            (follower.violation_count(), follower.statuses()),
            (0, &[Available, Locked][..])
        );
        let mut follower = Follower::resuming(since, vec![Sold; 2]);
        follower.take(&hello(Mode::Resume, 6));
        follower.take(&delta(3, 6, 0, Available));
        assert_eq!(follower.violation_count(), 1);
    }

    #[test]
    fn lies_are_found() {
        let begin = [hello(Mode::Snapshot, 5), snapshot(5)];
        let beat = ServerMessage::Heartbeat(Heartbeat { version: 6, viewers: 1 });
        for lie in [
            vec![delta(6, 7, 0, Sold)],
            vec![delta(5, 6, 0, Sold), delta(5, 7, 0, Sold)],
            vec![delta(5, 6, 2, Sold)],
            vec![beat],
            vec![hello(Mode::Snapshot, 5), delta(5, 6, 0, Sold)],
        ] {
            let messages: Vec<_> = begin.iter().cloned().chain(lie).collect();
            assert!(followed(&messages).violation_count() > 0, "{messages:?}");
        }
        assert!(followed(&[snapshot(1)]).violation_count() > 0);
        let mut follower = followed(&begin);
        assert_eq!(follower.take(&delta(6, 7, 0, Sold)), Reaction::Resync);
    }
}
