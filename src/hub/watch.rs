//! One loop's ear at one event: for who owns many connections and looks after all of them when it
//! is woken, instead of waiting for each.
//!
//! Neighbours stand at few different places, nearly always at the same one. So what lies ahead of a
//! place is looked up once per slice of a flush behind the event's lock, and then shown to everybody
//! who stands there; only those a snapshot is for are looked up one by one.

use std::sync::Arc;
use std::task::Waker;

use super::live::Live;
pub use super::place::Ahead;
use super::place::{Place, Step};
use super::shared::Shared;
use super::subscription::Membership;
use crate::protocol::live::Format;

/// How many places per format are remembered in one slice: that of the many, the ones before it
/// that a few laggards stand at, and the one after it.
const PLACES_MAX: usize = 8;

/// What a loop knows of one event.
#[derive(Debug)]
pub struct Watch {
    shared: Arc<Shared>,
    live: Arc<Live>,
    id: u64,
    known: [Vec<Known>; 2],
    /// What was found last and is not for everybody at its place.
    single: Option<Ahead>,
}

/// What lies ahead of a place, and where that leads.
#[derive(Debug)]
struct Known {
    at: Place,
    ahead: Option<Ahead>,
    then: Place,
}

impl Membership {
    /// Listens to the member's event: `waker` is woken whenever there may be something new.
    #[must_use]
    pub fn watch(&self, waker: Waker) -> Watch {
        let (shared, live) = (Arc::clone(&self.shared), Arc::clone(&self.live));
        let id = live.lock().loops.join(waker);
        let known = [Vec::with_capacity(PLACES_MAX), Vec::with_capacity(PLACES_MAX)];
        Watch { shared, live, id, known, single: None }
    }

    /// Tells events apart for as long as they are watched.
    #[must_use]
    pub fn event_key(&self) -> usize {
        Arc::as_ptr(&self.live).addr()
    }

    /// Goes to the present version at once, for who has lost its place.
    pub fn resync(&self, place: &mut Place, format: Format) -> Option<Step> {
        self.shared.stats.resyncs.add();
        self.live.with_mirror(|state, mirror| {
            // Another history begins with a greeting; that comes by itself.
            (state.generation == place.generation)
                .then(|| place.snapshot(&self.shared, mirror, format))
        })?
    }
}

impl Watch {
    /// Forgets what lay ahead of anybody, to see what has been published since.
    pub fn look_anew(&mut self) {
        self.known.iter_mut().for_each(Vec::clear);
        self.single = None;
    }

    /// What lies ahead of a viewer and where it stands once it has that; `None` when it has
    /// everything. Nothing is taken: who can't send it simply asks again.
    pub fn ahead(&mut self, place: &Place, format: Format) -> Option<(&Ahead, Place)> {
        if self.shared.is_ending() {
            self.single = Some(Ahead::Step(Step::Ending));
            return self.single.as_ref().map(|ahead| (ahead, *place));
        }
        let slot = format.slot();
        let known = self.known[slot].iter().position(|known| known.at == *place);
        if let Some(known) = known {
            let known = &self.known[slot][known];
            return known.ahead.as_ref().map(|ahead| (ahead, known.then));
        }
        let mut then = *place;
        let ahead = self.live.with_mirror(|state, mirror| {
            then.advance(&self.shared, (state, mirror), format, &mut false)
        });
        let ahead = ahead.unwrap_or(Some(Ahead::Step(Step::Gone)));
        if !matches!(ahead, None | Some(Ahead::Step(Step::Delta(..)))) {
            self.single = ahead;
            return self.single.as_ref().map(|ahead| (ahead, then));
        }
        let known = &mut self.known[slot];
        if known.len() >= PLACES_MAX {
            known.clear();
        }
        known.push(Known { at: *place, ahead, then });
        known.last().and_then(|known| Some((known.ahead.as_ref()?, known.then)))
    }

    /// Counts messages handed to connections.
    pub fn delivered(&self, messages: u64) {
        self.shared.stats.deliveries.add_many(messages);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.live.lock().loops.leave(self.id);
    }
}
