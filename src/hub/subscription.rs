//! One viewer's hold on an event, and what it has been sent.
//!
//! The boundary between the hub and whatever owns a connection: `take` until there is nothing,
//! then `wait`. A viewer costs no queue; one that is slow finds fewer, later frames or a snapshot.
//! A loop that owns many connections takes the subscription apart and goes on with `watch`.

use std::sync::Arc;

use tokio::sync::watch;

use crate::protocol::live::Format;
use crate::protocol::live::message::Mode;
use crate::protocol::live::since::Since;

use super::live::{Live, State};
use super::mirror::Mirror;
use super::place::{Ahead, begin};
pub use super::place::{Beginning, Greeting, Place, Step};
use super::shared::Shared;

/// A viewer's place.
#[derive(Debug)]
pub struct Subscription {
    member: Membership,
    wake: watch::Receiver<()>,
    viewer: Viewer,
}

/// That a viewer is counted among those of an event, until it is dropped.
#[derive(Debug)]
pub struct Membership {
    pub(super) shared: Arc<Shared>,
    pub(super) live: Arc<Live>,
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
    /// Whether it waited since it last took something.
    waited: bool,
}

/// A subscription taken apart by who looks after many.
#[derive(Debug)]
pub struct Parts {
    /// To be kept as long as the connection is.
    pub member: Membership,
    /// How messages are encoded for this viewer.
    pub format: Format,
    /// What it is to be told first.
    pub beginning: Option<Beginning>,
    /// Where it stands after that.
    pub place: Place,
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
        let (Beginning { greeting, first }, place) = live.with_mirror(|state, mirror| {
            state.viewers += 1;
            begin(&shared, (state, mirror), format, since)
        })?;
        if greeting.mode == Mode::Resume {
            shared.stats.resumes.add();
        }
        shared.stats.viewers.add();
        let greeting = Some(greeting);
        let viewer = Viewer { format, greeting, first, place, resync: false, waited: false };
        Some(Self { member: Membership { shared, live }, wake, viewer })
    }

    /// The next thing to send; `None` when the viewer has everything.
    pub fn take(&mut self) -> Option<Step> {
        let Membership { shared, live } = &self.member;
        if shared.is_ending() {
            return Some(Step::Ending);
        }
        let viewer = &mut self.viewer;
        let ready = viewer.greeting.take().map(Step::Hello).or_else(|| viewer.first.take());
        let step = ready.or_else(|| {
            let look = |state: &mut State, mirror: &mut Mirror| viewer.look(shared, state, mirror);
            live.with_mirror(look).unwrap_or(Some(Step::Gone))
        });
        if step.is_some() {
            shared.stats.deliveries.add();
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
        self.member.shared.stats.resyncs.add();
        self.viewer.resync = true;
    }

    /// How many follow the event on this node.
    #[must_use]
    pub fn viewers(&self) -> u64 {
        self.member.viewers()
    }

    /// How messages are encoded for this viewer.
    #[must_use]
    pub fn format(&self) -> Format {
        self.viewer.format
    }

    /// Takes it apart, for who doesn't wait for each viewer by itself.
    #[must_use]
    pub fn into_parts(self) -> Parts {
        let Viewer { format, greeting, first, place, .. } = self.viewer;
        let beginning = greeting.map(|greeting| Beginning { greeting, first });
        Parts { member: self.member, format, beginning, place }
    }
}

impl Viewer {
    /// Looks at the mirror for what comes next.
    fn look(&mut self, shared: &Shared, state: &mut State, mirror: &mut Mirror) -> Option<Step> {
        if std::mem::take(&mut self.resync) && state.generation == self.place.generation {
            return Some(self.place.snapshot(shared, mirror, self.format));
        }
        let waited = &mut self.waited;
        match self.place.advance(shared, (state, mirror), self.format, waited)? {
            Ahead::Step(step) => Some(step),
            Ahead::Anew(Beginning { greeting, first }) => {
                self.first = first;
                Some(Step::Hello(greeting))
            }
        }
    }
}

impl Membership {
    /// How many follow the event on this node.
    #[must_use]
    pub fn viewers(&self) -> u64 {
        self.live.viewers()
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.live.leave();
        self.shared.stats.viewers.sub();
    }
}
