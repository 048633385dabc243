//! A crowd: everybody wants the same few seats, all the time. Whoever gets one gives it back, or
//! books, pays and cancels, and tries again.

use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::task::JoinSet;

use super::action::Action;
use super::counter::{Caller, Counter};
use super::pace::Until;
use super::request::Wish;
use crate::stage::Hall;

/// The share of winners who go all the way to a paid booking and cancel it.
const PAYING: f64 = 0.3;

/// Those who want the same seats.
#[derive(Debug)]
pub struct Crowd {
    counter: Arc<Counter>,
    halls: Vec<Arc<Hall>>,
    buyers: usize,
    seats: u32,
    seed: u64,
}

/// What remains to be said at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CrowdEnd {
    /// Buyers who never got a session.
    pub failed: usize,
}

impl Crowd {
    /// So many buyers of the first so many seats of each event, which has them.
    #[must_use]
    pub fn new(
        counter: &Arc<Counter>,
        halls: &[Arc<Hall>],
        (buyers, seats): (usize, u32),
        seed: u64,
    ) -> Arc<Self> {
        let counter = counter.clone();
        Arc::new(Self { counter, halls: halls.to_vec(), buyers, seats: seats.max(1), seed })
    }

    /// Lets them press until `until`.
    pub async fn run(self: &Arc<Self>, until: &Until) -> CrowdEnd {
        let mut pressing = JoinSet::new();
        for number in 0..self.buyers {
            pressing.spawn(self.clone().press(number, until.clone()));
        }
        let mut end = CrowdEnd::default();
        while let Some(pressed) = pressing.join_next().await {
            end.failed += usize::from(!matches!(pressed, Ok(true)));
        }
        end
    }

    async fn press(self: Arc<Self>, number: usize, until: Until) -> bool {
        let Ok(caller) = self.counter.caller(self.counter.clock().now()).await else {
            return false;
        };
        let hall = &self.halls[number % self.halls.len()];
        let mut random = SmallRng::seed_from_u64(self.seed ^ (number as u64) << 20);
        while self.counter.clock().now() < until.get() {
            let seat = [random.random_range(0..self.seats)];
            let got = self.ask(hall, &caller, (Action::Lock, &seat, None)).await;
            if got.0 {
                self.enjoy(hall, &caller, &seat, random.random_bool(PAYING)).await;
            }
        }
        true
    }

    async fn enjoy(&self, hall: &Hall, caller: &Caller, seat: &[u32], pays: bool) {
        if !pays {
            self.ask(hall, caller, (Action::Unlock, seat, None)).await;
            return;
        }
        let (true, Some(booking)) = self.ask(hall, caller, (Action::Book, seat, None)).await else {
            return;
        };
        self.ask(hall, caller, (Action::Confirm, seat, Some(&booking))).await;
        self.ask(hall, caller, (Action::Cancel, seat, Some(&booking))).await;
    }

    async fn ask(
        &self,
        hall: &Hall,
        caller: &Caller,
        (action, seats, id): (Action, &[u32], Option<&str>),
    ) -> (bool, Option<String>) {
        let due = self.counter.clock().now();
        let told = self.counter.ask(&Wish { hall, caller, action, seats, id, due }).await;
        (told.outcome.is_done(), told.id)
    }
}
