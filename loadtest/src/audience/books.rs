//! A viewer's position and what it may be sent next: the contract's client rule and the server's
//! promise, checked on every frame of every viewer. No sockets here.

use seatmap::domain::seat::SeatStatus;

use super::known::{KnownFrames, Said};
use super::maps::{Divergence, EpochIndex, MapKey, Maps};
use super::tally::Tally;
use crate::latency::Arrivals;

/// What one viewer knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    /// The map of its last applied snapshot or delta; kept while the position is void.
    map: Option<MapKey>,
    epoch: EpochIndex,
    version: u64,
    /// Whether map, epoch and version are a position.
    positioned: bool,
    /// The version the next delta has to start from; `None` when it may start earlier.
    chain: Option<u64>,
    /// The next delta is what was missed.
    catching_up: bool,
    greeted: bool,
    /// Latency counts above this version only: what was there before the viewer came isn't late.
    counted_from: u64,
    /// The version that ends joining: a resume is complete when it is reached.
    join_at: u64,
    joining: bool,
    /// It reads when it likes: what it has when is no measure of the server.
    is_untimed: bool,
}

/// What a frame asks of the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    Nothing,
    /// It has its map, or what it missed, since it connected.
    Joined,
    /// Ask for a snapshot.
    Resync,
    /// The server goes; come back after so many milliseconds.
    Leave(u64),
}

impl Books {
    /// Of a viewer that reads when it likes.
    pub(super) fn untimed() -> Self {
        Self { is_untimed: true, ..Self::default() }
    }

    /// Forgets the connection, but not the position unless told so.
    pub(super) fn disconnected(&mut self) {
        (self.greeted, self.chain, self.catching_up, self.joining) = (false, None, false, false);
    }

    /// Forgets everything.
    pub(super) fn forget(&mut self, desk: &mut Desk) {
        if let Some(map) = self.map {
            desk.maps.release(map);
        }
        *self = Self { is_untimed: self.is_untimed, ..Self::default() };
    }

    /// The map it holds.
    pub(super) fn map(&self) -> Option<MapKey> {
        self.map
    }

    /// Epoch and version, if it has a position.
    pub(super) fn position(&self) -> Option<(EpochIndex, u64)> {
        self.positioned.then_some((self.epoch, self.version))
    }
}

/// All books of one event on one thread.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) event: i64,
    pub(super) known: KnownFrames,
    pub(super) maps: Maps,
    pub(super) arrivals: Arrivals,
}

impl Desk {
    pub(super) fn new(event: i64) -> Self {
        Self {
            event,
            known: KnownFrames::default(),
            maps: Maps::default(),
            arrivals: Arrivals::new(event),
        }
    }

    /// Takes in one message for one viewer at a time of arrival.
    pub(super) fn take(
        &mut self,
        books: &mut Books,
        frame: (bool, &[u8]),
        now: u64,
        tally: &mut Tally,
    ) -> Reaction {
        let place = self.known.find(frame.0, frame.1);
        let said = &self.known.at(place).said;
        if !books.greeted && !matches!(said, Said::Hello { .. } | Said::Bye { .. }) {
            tally.violation(self.event, || format!("came before hello: {}", short(said)));
        }
        match *said {
            Said::Delta { from, version, .. } => {
                tally.numbers.deltas += 1;
                self.delta(books, (place, from, version), now, tally)
            }
            Said::Snapshot { version, .. } => {
                tally.numbers.snapshots += 1;
                self.snapshot(books, (place, version), now, tally)
            }
            Said::Hello { .. } => {
                let said = said.clone();
                self.hello(books, &said, tally)
            }
            Said::Heartbeat { version } => {
                tally.numbers.heartbeats += 1;
                if books.position().is_none_or(|(_, local)| local != version) {
                    let local = books.position().map(|(_, local)| local);
                    tally.violation(self.event, || {
                        format!("a heartbeat at {version} for a viewer at {local:?}")
                    });
                }
                Reaction::Nothing
            }
            Said::Bye { retry_after_ms } => Reaction::Leave(retry_after_ms),
            Said::Error(ref detail) | Said::Broken(ref detail) => {
                tally.violation(self.event, || format!("an unusable message: {detail}"));
                Reaction::Nothing
            }
            Said::Unknown => Reaction::Nothing,
        }
    }

    /// The position to resume from, as the query names it.
    pub(super) fn since(&self, books: &Books) -> Option<String> {
        let (epoch, version) = books.position()?;
        Some(format!("{}.{version}", self.known.epoch(epoch)))
    }

    fn hello(&self, books: &mut Books, said: &Said, tally: &mut Tally) -> Reaction {
        let &Said::Hello { epoch, version, seats, resume, event } = said else {
            return Reaction::Nothing;
        };
        if event != self.event {
            tally.violation(self.event, || format!("a hello of event {event}"));
        }
        let first = !std::mem::replace(&mut books.greeted, true);
        books.joining |= first;
        (books.chain, books.catching_up) = (None, false);
        books.counted_from = version;
        let before = books.position();
        if !resume {
            (books.positioned, books.epoch, books.join_at) = (false, epoch, 0);
            return Reaction::Nothing;
        }
        tally.numbers.resumes += 1;
        let Some((_, local)) = before.filter(|(known, _)| *known == epoch) else {
            tally.violation(self.event, || format!("resumed what nobody asked for: {said:?}"));
            books.positioned = false;
            return Reaction::Nothing;
        };
        if local > version {
            tally.violation(self.event, || format!("resumed at {version} a viewer at {local}"));
        }
        let have = books.map.and_then(|map| self.maps.statuses(map)).map_or(0, <[_]>::len);
        if have != seats as usize {
            tally.violation(self.event, || format!("resumed with {seats} seats, not {have}"));
        }
        // With nothing to catch up, the first delta is a live one and may start earlier.
        books.catching_up = local < version;
        books.chain = books.catching_up.then_some(local);
        books.join_at = version;
        joined(books)
    }

    fn snapshot(
        &mut self,
        books: &mut Books,
        (place, version): (usize, u64),
        now: u64,
        tally: &mut Tally,
    ) -> Reaction {
        let known = self.known.at(place);
        let remembered = known.step(None, books.epoch).filter(|map| self.maps.exists(*map));
        let map = match (remembered, &known.said) {
            (Some(map), _) => map,
            (None, Said::Snapshot { statuses, .. }) => {
                let (map, divergence) = self.maps.whole(books.epoch, version, statuses);
                report(self.event, divergence.as_ref(), version, tally);
                known.remember(None, books.epoch, map);
                map
            }
            (None, _) => return Reaction::Nothing,
        };
        let from = if books.positioned { books.version } else { version };
        (books.chain, books.catching_up) = (None, false);
        self.step(books, map, (from, version), now);
        joined(books)
    }

    fn delta(
        &mut self,
        books: &mut Books,
        (place, from, version): (usize, u64, u64),
        now: u64,
        tally: &mut Tally,
    ) -> Reaction {
        let (Some((_, local)), Some(held)) = (books.position(), books.map) else {
            tally.violation(self.event, || format!("a delta to {version} before the snapshot"));
            return Reaction::Resync;
        };
        if let Some(chain) = books.chain
            && from != chain
        {
            tally.violation(self.event, || format!("a delta from {from} after version {chain}"));
        }
        // The first delta after a catch-up may start earlier; all others continue the last.
        books.chain = (!std::mem::take(&mut books.catching_up)).then_some(version);
        if from > local {
            tally.numbers.gaps += 1;
            tally.violation(self.event, || format!("a gap: a delta {from} → {version} at {local}"));
            return Reaction::Resync;
        }
        if version <= local {
            return Reaction::Nothing;
        }
        let known = self.known.at(place);
        let remembered = known.step(Some(held), books.epoch).filter(|map| self.maps.exists(*map));
        let map = match (remembered, &known.said) {
            (Some(map), _) => map,
            (None, Said::Delta { changes, .. }) => {
                let Some((map, divergence)) = self.maps.changed(held, version, changes) else {
                    tally.violation(self.event, || format!("a delta to {version} off the map"));
                    return Reaction::Nothing;
                };
                report(self.event, divergence.as_ref(), version, tally);
                known.remember(Some(held), books.epoch, map);
                map
            }
            (None, _) => return Reaction::Nothing,
        };
        self.step(books, map, (local, version), now);
        joined(books)
    }

    /// The viewer has another map now; the versions in between have arrived.
    fn step(&mut self, books: &mut Books, map: MapKey, (from, version): (u64, u64), now: u64) {
        self.maps.hold(map);
        if let Some(before) = books.map.replace(map) {
            self.maps.release(before);
        }
        (books.positioned, books.version) = (true, version);
        // A snapshot may be older than what it replaces; nothing arrives twice.
        let from = from.max(books.counted_from);
        if from < version {
            if !books.is_untimed {
                self.arrivals.add(from, version, now);
            }
            books.counted_from = version;
        }
    }
}

/// Whether this was what the viewer still lacked since it connected.
fn joined(books: &mut Books) -> Reaction {
    if books.joining && books.positioned && books.version >= books.join_at {
        books.joining = false;
        return Reaction::Joined;
    }
    Reaction::Nothing
}

fn report(event: i64, divergence: Option<&Divergence>, version: u64, tally: &mut Tally) {
    if let Some(Divergence { seat, others, this }) = divergence {
        tally.numbers.divergences += 1;
        tally.violation(event, || {
            let name = |status: &Option<SeatStatus>| status.map_or("nothing", SeatStatus::name);
            let (this, others) = (name(this), name(others));
            format!("at version {version} seat {seat} is {this} here and {others} elsewhere")
        });
    }
}

/// A message in a few words.
fn short(said: &Said) -> String {
    match said {
        Said::Snapshot { version, .. } => format!("a snapshot of {version}"),
        Said::Delta { from, version, .. } => format!("a delta {from} → {version}"),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests;
