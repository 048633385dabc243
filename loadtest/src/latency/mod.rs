//! Update latency: from the moment a version was noted (by whoever asked for the change) to the
//! moment each viewer had it. Notes and arrivals come in any order and are joined afterwards, on a
//! thread of its own, so that neither buyers nor viewers wait for the arithmetic.
//!
//! A frame that leads a viewer over several versions delivers each of them. Arrivals of one frame
//! are gathered in slices of 65 µs, which are counted at the mean of what fell into them.

mod arrivals;
mod figures;
mod join;
mod versions;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) use arrivals::{Arrivals, FrameArrivals};
pub(crate) use figures::MICROS_MAX;
pub use figures::{LatencyFigures, Second, micros_histogram};

use crate::clock::Clock;
use join::Join;

/// Notes that may wait to be joined; more are lost and counted.
const NOTES_WAITING_MAX: usize = 1 << 20;
/// Frames that may wait to be joined; more are lost and counted.
const FRAMES_WAITING_MAX: usize = 1 << 16;
/// How often what waits is taken in.
const SETTLE_EVERY: Duration = Duration::from_millis(100);

/// A version that somebody was told of, or asked for.
#[derive(Clone, Copy, Debug)]
struct Note {
    event: i64,
    version: u64,
    at: u64,
}

/// Brings together when versions were noted and when viewers had them. Copies share their books.
#[derive(Clone, Debug)]
pub struct Timekeeper {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Clock,
    notes: Mutex<Vec<Note>>,
    frames: Mutex<Vec<FrameArrivals>>,
    join: Mutex<Join>,
    lost: AtomicU64,
    stopped: AtomicBool,
}

impl Timekeeper {
    /// A timekeeper, and the thread that joins until [`Timekeeper::finish`].
    #[must_use]
    pub fn start(clock: Clock) -> (Self, JoinHandle<()>) {
        let keeper = Self::idle(clock);
        let working = keeper.clone();
        let thread = std::thread::Builder::new()
            .name("timekeeper".to_owned())
            .spawn(move || working.keep_settling())
            .expect("the system has room for a thread");
        (keeper, thread)
    }

    /// One that joins only when asked to.
    pub(crate) fn idle(clock: Clock) -> Self {
        let shared = Shared {
            clock,
            notes: Mutex::default(),
            frames: Mutex::default(),
            join: Mutex::new(Join::default()),
            lost: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The clock that arrivals are read from.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.shared.clock
    }

    /// Notes when a version's clock begins to run: when its answer was read, or its request sent.
    /// Of several notes for one version, the earliest counts.
    pub fn note(&self, event: i64, version: u64, at: Instant) {
        self.note_nanos(event, version, self.shared.clock.at(at));
    }

    /// The same, on the clock of the run.
    pub fn note_nanos(&self, event: i64, version: u64, at: u64) {
        let mut notes = lock(&self.shared.notes);
        if notes.len() < NOTES_WAITING_MAX {
            notes.push(Note { event, version, at });
        } else {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// From now on a version of this event has reached everybody when so many have it.
    pub fn expect(&self, event: i64, viewers: u64) {
        lock(&self.shared.join).expect(event, viewers);
    }

    /// Takes in what a thread of the audience has gathered.
    pub(crate) fn gathered(&self, closed: &mut Vec<FrameArrivals>) {
        let mut frames = lock(&self.shared.frames);
        let room = FRAMES_WAITING_MAX - frames.len().min(FRAMES_WAITING_MAX);
        let lost = closed.len().saturating_sub(room) as u64;
        self.shared.lost.fetch_add(lost, Ordering::Relaxed);
        frames.extend(closed.drain(..).take(room));
    }

    /// The figures up to now; the last two or three seconds are not in them yet.
    #[must_use]
    pub fn figures(&self) -> LatencyFigures {
        let lost = self.shared.lost.load(Ordering::Relaxed);
        lock(&self.shared.join).figures(lost)
    }

    /// Forgets the figures so far, not the versions: what comes before is warm-up.
    pub fn reset(&self) {
        lock(&self.shared.join).reset(self.shared.clock.now());
        self.shared.lost.store(0, Ordering::Relaxed);
    }

    /// Joins all that is left and ends the thread. The audience has to be stopped before.
    #[must_use]
    pub fn finish(&self) -> LatencyFigures {
        self.shared.stopped.store(true, Ordering::Release);
        self.settle(u64::MAX);
        lock(&self.shared.join).finish();
        self.figures()
    }

    fn keep_settling(&self) {
        while !self.shared.stopped.load(Ordering::Acquire) {
            std::thread::sleep(SETTLE_EVERY);
            self.settle(self.shared.clock.now());
        }
    }

    fn settle(&self, now: u64) {
        let notes = std::mem::take(&mut *lock(&self.shared.notes));
        let frames = std::mem::take(&mut *lock(&self.shared.frames));
        lock(&self.shared.join).settle(&notes, frames, now);
    }
}

/// Nothing here is left half-done by a panic elsewhere, so a poisoned lock is as good.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
