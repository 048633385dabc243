//! Writers: changes at a steady rate, open loop. Each writer has a seat of its own that it locks
//! and unlocks, one change a request, so that nothing is ever refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::action::Action;
use super::counter::{Caller, Counter};
use super::pace::{Pace, Until};
use super::request::Wish;
use crate::stage::Hall;

/// Changes that may wait for a writer, per writer; a server that far behind gets no more of them,
/// which is counted.
const WAITING_MAX: usize = 1_024;

/// How writers work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WritersPlan {
    /// Changes a second, over all events.
    pub per_second: f64,
    /// Writers, spread over the events.
    pub writers: usize,
}

/// The writers of some events.
#[derive(Debug)]
pub struct Writers {
    counter: Arc<Counter>,
    plan: WritersPlan,
    callers: Vec<(Arc<Hall>, Caller, u32)>,
    /// Changes for which no writer was free in time.
    missed: AtomicU64,
}

impl Writers {
    /// Writers with a session and a seat each, from the back of the hall, where customers rarely
    /// come.
    ///
    /// # Errors
    /// In words, when the server gives no sessions, or there are more writers than seats.
    pub async fn new(
        counter: &Arc<Counter>,
        halls: &[Arc<Hall>],
        plan: WritersPlan,
    ) -> Result<Arc<Self>, String> {
        let mut callers = Vec::new();
        for number in 0..plan.writers.max(1) {
            let hall = halls[number % halls.len()].clone();
            let back = u32::try_from(number / halls.len()).unwrap_or(u32::MAX);
            let seat = hall.seats().checked_sub(back.saturating_add(1));
            let seat = seat.ok_or("there are more writers than seats")?;
            callers.push((hall, counter.caller(counter.clock().now()).await?, seat));
        }
        let counter = counter.clone();
        Ok(Arc::new(Self { counter, plan, callers, missed: AtomicU64::new(0) }))
    }

    /// Changes for which no writer was free in time.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    /// Changes seats until `until`.
    pub async fn run(self: &Arc<Self>, until: &Until) {
        let mut pace = Pace::steady(self.counter.clock().now(), self.plan.per_second);
        let mut random = SmallRng::seed_from_u64(0);
        let mut hands = Vec::new();
        let mut working = JoinSet::new();
        for number in 0..self.callers.len() {
            let (hand, due) = mpsc::channel(WAITING_MAX);
            hands.push(hand);
            working.spawn(self.clone().work(number, due));
        }
        for number in 0.. {
            let due = pace.next(&mut random);
            if due >= until.get() {
                break;
            }
            sleep_until(self.counter.clock().instant(due).into()).await;
            if hands[number % hands.len()].try_send(due).is_err() {
                self.missed.fetch_add(1, Ordering::Relaxed);
            }
        }
        drop(hands);
        while working.join_next().await.is_some() {}
    }

    async fn work(self: Arc<Self>, number: usize, mut due: mpsc::Receiver<u64>) {
        let (hall, caller, seat) = &self.callers[number];
        let mut is_locked = false;
        while let Some(due) = due.recv().await {
            let action = if is_locked { Action::Unlock } else { Action::Lock };
            let wish = Wish { hall, caller, action, seats: &[*seat], id: None, due };
            // A refused unlock means that the lock has ended by itself.
            self.counter.ask(&wish).await;
            is_locked = !is_locked;
        }
        if is_locked {
            let due = self.counter.clock().now();
            let action = Action::Unlock;
            self.counter.ask(&Wish { hall, caller, action, seats: &[*seat], id: None, due }).await;
        }
    }
}
