//! Where one viewer stands in an event's history, and what comes next from there.
//!
//! A few numbers, whoever owns the connection: `subscription` keeps one for a viewer of its own,
//! `watch` looks up many for a loop.

use std::sync::Arc;

use tokio::time::Instant;

use crate::domain::ids::{EventId, Version};
use crate::protocol::live::Format;
use crate::protocol::live::framed::Framed;
use crate::protocol::live::message::Mode;
use crate::protocol::live::since::Since;

use super::live::State;
use super::mirror::{Freshness, Mirror};
use super::ring::Next;
use super::shared::Shared;

/// A frame with more changes than this may be dearer than the whole map.
const FRAME_CHANGES_MAX: usize = 4_096;
/// About how many seats of a snapshot take the bytes of one change.
const SEATS_PER_CHANGE: usize = 8;

/// The next thing to send to a viewer.
#[derive(Clone, Debug)]
pub enum Step {
    /// Here begins (again) a history; a snapshot or deltas follow.
    Hello(Greeting),
    /// The snapshot of a version.
    Snapshot(Version, Framed),
    /// A delta and the version it leads to.
    Delta(Version, Framed),
    /// The event no longer exists; nothing follows.
    Gone,
    /// The node ends; nothing follows.
    Ending,
}

/// What a `hello` has to say about the event.
#[derive(Clone, Debug)]
pub struct Greeting {
    /// The event followed.
    pub event: EventId,
    /// The history followed.
    pub epoch: Arc<str>,
    /// The digest under which the geometry is served.
    pub layout: Arc<str>,
    /// The version the viewer is brought to first.
    pub version: Version,
    /// How many seats there are.
    pub seats: u32,
    /// What follows.
    pub mode: Mode,
}

/// What a viewer begins (again) with.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// Said before anything else.
    pub greeting: Greeting,
    /// Said right after it; nothing for who is up to date.
    pub first: Option<Step>,
}

/// Where a viewer stands in one mirror's ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub(super) generation: u64,
    pub(super) cursor: u64,
    /// What the viewer will have been sent once everything taken has arrived.
    pub(super) sent: Version,
}

/// What lies ahead of a place.
#[derive(Clone, Debug)]
pub enum Ahead {
    /// The next thing to send.
    Step(Step),
    /// Another history has taken the place of the one followed.
    Anew(Beginning),
}

impl Place {
    /// The version a viewer here has been sent.
    #[must_use]
    pub fn sent(&self) -> Version {
        self.sent
    }

    /// Takes what comes next; `None` for who has everything. `waited` tells whether the viewer
    /// had nothing to do before this: only then is a frame's delay the hub's. It is taken, too.
    pub(super) fn advance(
        &mut self,
        shared: &Shared,
        (state, mirror): (&mut State, &mut Mirror),
        format: Format,
        waited: &mut bool,
    ) -> Option<Ahead> {
        if state.generation != self.generation {
            let (beginning, place) = begin(shared, (state, mirror), format, None);
            *self = place;
            return Some(Ahead::Anew(beginning));
        }
        let (frame, then) = match mirror.next(self.cursor, self.sent) {
            Next::Frame(frame, then) => (frame, then),
            Next::Nothing => return None,
            Next::Lost => {
                shared.stats.laggard_snapshots.add();
                return Some(Ahead::Step(self.snapshot(shared, mirror, format)));
            }
        };
        if std::mem::take(waited)
            && let Some(published_at) = frame.published_at
        {
            state.lag = state.lag.max(published_at.elapsed());
        }
        if is_heavy(frame.change.changes.len(), mirror.seats()) {
            return Some(Ahead::Step(self.snapshot(shared, mirror, format)));
        }
        (self.cursor, self.sent) = (then, frame.version());
        Some(Ahead::Step(Step::Delta(frame.version(), frame.framed(format, &shared.stats))))
    }

    /// Goes to the mirror's version at once.
    pub(super) fn snapshot(
        &mut self,
        shared: &Shared,
        mirror: &mut Mirror,
        format: Format,
    ) -> Step {
        let start = mirror.snapshot(format, Freshness::exact(Instant::now()), &shared.stats);
        (self.cursor, self.sent) = (start.cursor, start.version);
        Step::Snapshot(start.version, start.framed)
    }
}

/// What a viewer begins with: a greeting, then a snapshot or what it missed since `since`.
pub(super) fn begin(
    shared: &Shared,
    (state, mirror): (&State, &mut Mirror),
    format: Format,
    since: Option<&Since>,
) -> (Beginning, Place) {
    let generation = state.generation;
    let since = since.filter(|since| *since.epoch == *mirror.epoch);
    let resumed = since.and_then(|since| {
        let (frame, cursor) = mirror.catch_up(since.version, Freshness::recent(Instant::now()))?;
        // Nothing is missed by who is already there.
        let missed = frame.version() > since.version;
        let step =
            missed.then(|| Step::Delta(frame.version(), frame.framed(format, &shared.stats)));
        Some((step, Place { generation, cursor, sent: frame.version() }, Mode::Resume))
    });
    let (first, place, mode) = resumed.unwrap_or_else(|| {
        let start = mirror.snapshot(format, Freshness::recent(Instant::now()), &shared.stats);
        let place = Place { generation, cursor: start.cursor, sent: start.version };
        (Some(Step::Snapshot(start.version, start.framed)), place, Mode::Snapshot)
    });
    let greeting = Greeting {
        event: state.event,
        epoch: Arc::clone(&mirror.epoch),
        layout: Arc::clone(&mirror.layout),
        version: place.sent,
        seats: u32::try_from(mirror.seats()).unwrap_or(u32::MAX),
        mode,
    };
    (Beginning { greeting, first }, place)
}

/// Whether the whole map is smaller than a frame of so many changes.
fn is_heavy(changes: usize, seats: usize) -> bool {
    changes > FRAME_CHANGES_MAX && changes * SEATS_PER_CHANGE > seats
}
