//! Room for connections: so many at once. Who comes when it is full takes the place of the one that
//! has said nothing for longest since its last answer, and waits where nobody is silent.
//!
//! Never sends away who has not asked yet, or is being answered, event streams included. Costs
//! nothing per request but two stores; who is silent for longest is looked for only when it is full.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::patient::Turn;

#[derive(Debug)]
pub(super) struct Room {
    places: Arc<Semaphore>,
    guests: Mutex<HashMap<u64, Guest>>,
    numbers: AtomicU64,
    /// Somebody waits for a place.
    wanted: AtomicBool,
    silence: Notify,
    began: Instant,
}

#[derive(Clone, Debug)]
struct Guest {
    turn: Arc<Turn>,
    leave: CancellationToken,
}

/// A connection's place, until it is dropped.
#[derive(Debug)]
pub(super) struct Stay {
    pub(super) turn: Arc<Turn>,
    /// The place is wanted for another.
    pub(super) leave: CancellationToken,
    pub(super) room: Arc<Room>,
    number: u64,
    _place: OwnedSemaphorePermit,
}

impl Room {
    pub(super) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            guests: Mutex::default(),
            numbers: AtomicU64::new(0),
            wanted: AtomicBool::new(false),
            silence: Notify::new(),
            began: Instant::now(),
        })
    }

    /// A place; for one at a time. None once the room is closed, which it never is.
    pub(super) async fn place(self: &Arc<Self>) -> Option<Stay> {
        let free = Arc::clone(&self.places).try_acquire_owned();
        let place = match free {
            Ok(place) => place,
            Err(_) => self.make_room().await?,
        };
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let guest = Guest { turn: Arc::default(), leave: CancellationToken::new() };
        self.guests().insert(number, guest.clone());
        let Guest { turn, leave } = guest;
        Some(Stay { turn, leave, room: Arc::clone(self), number, _place: place })
    }

    async fn make_room(&self) -> Option<OwnedSemaphorePermit> {
        self.wanted.store(true, Ordering::SeqCst);
        let mut place = pin!(Arc::clone(&self.places).acquire_owned());
        let mut asked: Option<Guest> = None;
        let place = loop {
            // Who was asked to leave and began to speak at that moment is answered first.
            if asked.as_ref().is_none_or(|guest| guest.turn.silent_since().is_none()) {
                asked = self.ask_to_leave();
            }
            tokio::select! {
                biased;
                place = place.as_mut() => break place,
                () = self.silence.notified() => {}
            }
        };
        self.wanted.store(false, Ordering::SeqCst);
        place.ok()
    }

    /// Asks the one that has been silent for longest.
    fn ask_to_leave(&self) -> Option<Guest> {
        let guests = self.guests();
        let staying = guests.values().filter(|guest| !guest.leave.is_cancelled());
        let silent = staying.filter_map(|guest| Some((guest.turn.silent_since()?, guest)));
        let (_, longest) = silent.min_by_key(|(since, _)| *since)?;
        longest.leave.cancel();
        Some(longest.clone())
    }

    fn guests(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Guest>> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fell_silent(&self, turn: &Turn) {
        turn.fall_silent(u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX));
        if self.wanted.load(Ordering::SeqCst) {
            self.silence.notify_one();
        }
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.room.guests().remove(&self.number);
    }
}

/// A connection that falls silent when this is dropped.
#[derive(Debug)]
pub(super) struct Speaking {
    pub(super) turn: Arc<Turn>,
    pub(super) room: Arc<Room>,
}

impl Drop for Speaking {
    fn drop(&mut self) {
        self.room.fell_silent(&self.turn);
    }
}

/// An answer's body, whose connection speaks until all of it has been taken.
#[derive(Debug)]
pub(super) struct Spoken {
    body: Body,
    _speaking: Option<Speaking>,
}

impl Spoken {
    pub(super) fn new(body: Body, speaking: Option<Speaking>) -> Self {
        Self { body, _speaking: speaking }
    }
}

impl HttpBody for Spoken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_gets_the_place_of_who_falls_silent() {
        let room = Room::new(1);
        let stay = room.place().await.expect("a place");
        let waits = Arc::clone(&room);
        let waiting = tokio::spawn(async move { waits.place().await.is_some() });
        // Here everything runs on one thread: now it waits.
        tokio::task::yield_now().await;
        assert!(!stay.leave.is_cancelled(), "nobody is sent away who hasn't been answered");
        room.fell_silent(&stay.turn);
        stay.leave.cancelled().await;
        assert!(!waiting.is_finished(), "the place is still taken");
        drop(stay);
        assert!(waiting.await.expect("no panic"));
    }

    #[tokio::test]
    async fn the_one_silent_for_longest_leaves_and_no_other() {
        let room = Room::new(3);
        let mut stays = Vec::new();
        for silent_since in [7, 3, 9] {
            let stay = room.place().await.expect("a place");
            stay.turn.fall_silent(silent_since);
            stays.push(stay);
        }
        let asked = || room.ask_to_leave().map(|guest| guest.turn.silent_since());
        assert_eq!([asked(), asked()], [Some(Some(3)), Some(Some(7))]);
        stays[2].turn.begin_answer();
        assert_eq!(asked(), None, "who speaks may stay");
    }
}
