//! One viewer's place in an event: a cursor into the ring and what it has been sent.
//!
//! The boundary between the hub and whatever owns a connection: `take` until there is nothing,
//! then `wait`. A viewer costs no queue; one that is slow finds fewer, later frames or a snapshot.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::domain::ids::Version;
use crate::protocol::live::Format;
use crate::protocol::live::message::Mode;
use crate::protocol::live::since::Since;

use super::live::{Live, State};
use super::mirror::{Freshness, Mirror, Next};
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
    /// The encoded snapshot of a version.
    Snapshot(Version, Bytes),
    /// An encoded delta and the version it leads to.
    Delta(Version, Bytes),
    /// The event no longer exists; nothing follows.
    Gone,
    /// The node ends; nothing follows.
    Ending,
}

/// What a `hello` has to say about the event.
#[derive(Clone, Debug)]
pub struct Greeting {
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

/// A viewer's place.
#[derive(Debug)]
pub struct Subscription {
    shared: Arc<Shared>,
    live: Arc<Live>,
    wake: watch::Receiver<()>,
    viewer: Viewer,
}

/// What is particular to one viewer.
#[derive(Debug)]
struct Viewer {
    format: Format,
    /// Said before anything else.
    greeting: Option<Greeting>,
    /// Said right after the greeting.
    first: Option<Step>,
    place: Place,
    resync: bool,
    /// Whether it waited since it last took something: only then is a frame's delay the hub's.
    waited: bool,
}

/// Where a viewer stands in one mirror's ring.
#[derive(Clone, Copy, Debug)]
struct Place {
    generation: u64,
    cursor: u64,
    /// What the viewer will have been sent once everything taken has arrived.
    sent: Version,
}

impl Subscription {
    /// Joins in one critical section: what is given first and the frames after it have no seam.
    /// `None` if the event was let go in this very moment.
    pub(super) fn join(
        shared: Arc<Shared>,
        live: Arc<Live>,
        format: Format,
        since: Option<&Since>,
    ) -> Option<Self> {
        let wake = live.wakes.join();
        let (greeting, first, place) = live.with_mirror(|state, mirror| {
            state.viewers += 1;
            begin(&shared, state, mirror, (format, since))
        })?;
        if greeting.mode == Mode::Resume {
            shared.stats.resumes.add();
        }
        shared.stats.viewers.add();
        let greeting = Some(greeting);
        let viewer = Viewer { format, greeting, first, place, resync: false, waited: false };
        Some(Self { shared, live, wake, viewer })
    }

    /// The next thing to send; `None` when the viewer has everything.
    pub fn take(&mut self) -> Option<Step> {
        if self.shared.is_ending() {
            return Some(Step::Ending);
        }
        let (shared, viewer) = (&self.shared, &mut self.viewer);
        let ready = viewer.greeting.take().map(Step::Hello).or_else(|| viewer.first.take());
        let step = ready.or_else(|| {
            let look = |state: &mut State, mirror: &mut Mirror| viewer.look(shared, state, mirror);
            self.live.with_mirror(look).unwrap_or(Some(Step::Gone))
        });
        if step.is_some() {
            self.shared.stats.deliveries.add();
        }
        step
    }

    /// Waits until `take` may have something. May be dropped and called again at will.
    pub async fn wait(&mut self) {
        self.viewer.waited = true;
        // The senders live in `live`, which this holds: it can't fail.
        let _ = self.wake.changed().await;
    }

    /// Makes the next `wait` return at once: more is there than was taken.
    pub fn look_again(&mut self) {
        self.wake.mark_changed();
    }

    /// Makes the next `take` give a snapshot.
    pub fn resync(&mut self) {
        self.shared.stats.resyncs.add();
        self.viewer.resync = true;
    }

    /// How many follow the event on this node.
    #[must_use]
    pub fn viewers(&self) -> u64 {
        self.live.viewers()
    }

    /// How messages are encoded for this viewer.
    #[must_use]
    pub fn format(&self) -> Format {
        self.viewer.format
    }
}

impl Viewer {
    /// Looks at the mirror for what comes next.
    fn look(&mut self, shared: &Shared, state: &mut State, mirror: &mut Mirror) -> Option<Step> {
        if state.generation != self.place.generation {
            self.resync = false;
            let (greeting, first, place) = begin(shared, state, mirror, (self.format, None));
            (self.first, self.place) = (first, place);
            return Some(Step::Hello(greeting));
        }
        if std::mem::take(&mut self.resync) {
            return Some(self.snapshot(mirror, shared));
        }
        loop {
            let frame = match mirror.next(self.place.cursor) {
                Next::Frame(frame) => frame,
                Next::Nothing => return None,
                Next::Lost => {
                    shared.stats.laggard_snapshots.add();
                    return Some(self.snapshot(mirror, shared));
                }
            };
            self.place.cursor += 1;
            if std::mem::take(&mut self.waited) {
                state.lag = state.lag.max(state.published_at.elapsed());
            }
            if is_heavy(frame.change.changes.len(), mirror.seats()) {
                return Some(self.snapshot(mirror, shared));
            }
            // A frame may be older than the snapshot or catch-up this viewer began with.
            if frame.version() > self.place.sent {
                self.place.sent = frame.version();
                return Some(Step::Delta(frame.version(), frame.bytes(self.format, &shared.stats)));
            }
        }
    }

    fn snapshot(&mut self, mirror: &mut Mirror, shared: &Shared) -> Step {
        let start = mirror.snapshot(self.format, Freshness::exact(Instant::now()), &shared.stats);
        (self.place.cursor, self.place.sent) = (start.cursor, start.version);
        Step::Snapshot(start.version, start.bytes)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.live.leave();
        self.shared.stats.viewers.sub();
    }
}

/// What a viewer begins with: a greeting, then a snapshot or what it missed since `since`.
fn begin(
    shared: &Shared,
    state: &State,
    mirror: &mut Mirror,
    (format, since): (Format, Option<&Since>),
) -> (Greeting, Option<Step>, Place) {
    let generation = state.generation;
    let since = since.filter(|since| *since.epoch == *mirror.epoch);
    let resumed = since.and_then(|since| {
        let (frame, cursor) = mirror.catch_up(since.version, Freshness::recent(Instant::now()))?;
        // Nothing is missed by who is already there.
        let missed = frame.version() > since.version;
        let step = missed.then(|| Step::Delta(frame.version(), frame.bytes(format, &shared.stats)));
        Some((step, Place { generation, cursor, sent: frame.version() }, Mode::Resume))
    });
    let (first, place, mode) = resumed.unwrap_or_else(|| {
        let start = mirror.snapshot(format, Freshness::recent(Instant::now()), &shared.stats);
        let place = Place { generation, cursor: start.cursor, sent: start.version };
        (Some(Step::Snapshot(start.version, start.bytes)), place, Mode::Snapshot)
    });
    let greeting = Greeting {
        epoch: Arc::clone(&mirror.epoch),
        layout: Arc::clone(&mirror.layout),
        version: place.sent,
        seats: u32::try_from(mirror.seats()).unwrap_or(u32::MAX),
        mode,
    };
    (greeting, first, place)
}

/// Whether the whole map is smaller than a frame of so many changes.
fn is_heavy(changes: usize, seats: usize) -> bool {
    changes > FRAME_CHANGES_MAX && changes * SEATS_PER_CHANGE > seats
}
