//! Customers as an on-sale sees them. They come at a rate, independent of how the server fares,
//! look at the map, hold two or three seats side by side, hesitate, walk away or pay; some who
//! walk away give the seats back, others just leave; some who paid cancel.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::action::{Action, Outcome};
use super::answer::Told;
use super::behaviour::{ChosenBy, CustomersPlan, Fared};
use super::choice::{Preferences, Taken};
use super::counter::{Caller, Counter};
use super::pace::{Pace, Until, exponential};
use super::request::Wish;
use crate::stage::Hall;

/// Times a customer looks for other seats after losing a race.
const ATTEMPTS_MAX: u32 = 4;
/// Customers in the hall at once; more wait outside, and that counts as coming in.
const INSIDE_MAX: usize = 20_000;
/// The longest anybody thinks, as a multiple of the mean.
const THINK_MAX: f64 = 5.0;
/// How long a seat that somebody else was faster at is left alone.
const CONFLICT_SECONDS: u64 = 2;

const SECOND_NANOS: u64 = 1_000_000_000;

/// The customers of some events.
#[derive(Debug)]
pub struct Customers {
    counter: Arc<Counter>,
    plan: CustomersPlan,
    halls: Vec<Arc<Floor>>,
    /// How they fared.
    pub fared: Fared,
}

/// An event as customers see it.
#[derive(Debug)]
struct Floor {
    hall: Arc<Hall>,
    wishes: Preferences,
    taken: Taken,
}

/// Where a customer's visit ended.
enum Visit {
    Bought,
    Left,
    Cancelled,
    EmptyHanded,
    Failed,
}

impl Customers {
    /// Customers of these events.
    #[must_use]
    pub fn new(counter: &Arc<Counter>, halls: &[Arc<Hall>], plan: CustomersPlan) -> Arc<Self> {
        let floors = halls.iter().map(|hall| {
            Arc::new(Floor {
                wishes: Preferences::of(hall.seats(), &hall.x, &hall.y),
                taken: Taken::new(hall.initial.iter().map(|status| *status != 0)),
                hall: hall.clone(),
            })
        });
        let halls = floors.collect();
        Arc::new(Self { counter: counter.clone(), plan, halls, fared: Fared::default() })
    }

    /// Lets them come until `until`, then waits until the last
    /// has gone.
    pub async fn run(self: &Arc<Self>, until: &Until) {
        let clock = self.counter.clock();
        let mut random = SmallRng::seed_from_u64(self.plan.seed);
        let mut pace = Pace::random(clock.now(), self.plan.per_second);
        let mut inside = JoinSet::new();
        let mut number = 0;
        loop {
            let due = pace.next(&mut random);
            if due >= until.get() {
                break;
            }
            sleep_until(clock.instant(due).into()).await;
            while inside.try_join_next().is_some() || inside.len() >= INSIDE_MAX {
                if inside.len() >= INSIDE_MAX {
                    inside.join_next().await;
                }
            }
            number += 1;
            let seed = self.plan.seed ^ (number as u64) << 20;
            inside.spawn(self.clone().visit(number, due, seed));
        }
        while inside.join_next().await.is_some() {}
    }

    async fn visit(self: Arc<Self>, number: usize, due: u64, seed: u64) {
        self.fared.came.fetch_add(1, Ordering::Relaxed);
        let floor = self.halls[number % self.halls.len()].clone();
        let customer = async {
            // Whoever had to wait outside, or at the door, counts with all of that.
            let caller = self.counter.caller(due).await.ok()?;
            let due = self.counter.clock().now();
            let random = SmallRng::seed_from_u64(seed);
            let mut customer = Customer { all: &self, floor: &floor, caller, random, due };
            Some(customer.visit().await)
        };
        let ended = match customer.await.unwrap_or(Visit::Failed) {
            Visit::Bought => &self.fared.bought,
            Visit::Left => &self.fared.left,
            Visit::Cancelled => &self.fared.cancelled,
            Visit::EmptyHanded => &self.fared.empty_handed,
            Visit::Failed => &self.fared.failed,
        };
        ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// One customer.
struct Customer<'a> {
    all: &'a Customers,
    floor: &'a Floor,
    caller: Caller,
    random: SmallRng,
    /// When the next request is to be sent.
    due: u64,
}

impl Customer<'_> {
    async fn visit(&mut self) -> Visit {
        let held = match self.all.plan.chosen_by {
            ChosenBy::Customer => self.hold().await,
            ChosenBy::Server => self.hold_best().await,
        };
        let Some((seats, held)) = held else { return Visit::EmptyHanded };
        let Some(held) = held else { return Visit::Failed };
        let plan = &self.all.plan;
        let (abandon, silent) = (plan.abandon, plan.silent);
        if self.random.random_bool(abandon) {
            if self.random.random_bool(silent) {
                // The hold ends by itself.
                return Visit::Left;
            }
            self.give_back(&seats, &held).await;
            return Visit::Left;
        }
        self.pay(&seats, &held).await
    }

    /// Looks, thinks and holds, with other seats when somebody was faster. Inner `None`: turned
    /// away by an error. The hold has an id, or is a lock per seat.
    async fn hold(&mut self) -> Option<(Vec<u32>, Option<Option<String>>)> {
        for _ in 0..ATTEMPTS_MAX {
            let count = self.random.random_range(2..=3);
            let floor = self.floor;
            let now = self.all.counter.clock().now();
            // Chosen before thinking: by the time they click, it may be gone.
            let seats = floor.wishes.together(count, (&floor.taken, now), &mut self.random)?;
            self.think().await;
            let told = if self.random.random_bool(0.5) {
                self.ask(Action::Hold, &seats, None).await
            } else {
                self.lock_each(&seats).await
            };
            match told.outcome {
                Outcome::Done { .. } => {
                    self.show_taken(&seats, floor.hall.lock_seconds);
                    return Some((seats, Some(told.id)));
                }
                Outcome::Refused { conflicts, status: 409, .. } => {
                    self.all.fared.races_lost.fetch_add(1, Ordering::Relaxed);
                    self.show_taken(&conflicts, CONFLICT_SECONDS);
                }
                Outcome::Refused { .. } | Outcome::Unknown { .. } => return Some((seats, None)),
            }
        }
        None
    }

    /// Thinks and takes what the server gives; fewer where there aren't enough.
    async fn hold_best(&mut self) -> Option<(Vec<u32>, Option<Option<String>>)> {
        for count in (1..=self.random.random_range(2..=3_u32)).rev() {
            self.think().await;
            let told = self.ask(Action::Best, &[], Some(&count.to_string())).await;
            match told.outcome {
                Outcome::Done { .. } => {
                    self.show_taken(&told.seats, self.floor.hall.lock_seconds);
                    return Some((told.seats, Some(told.id)));
                }
                Outcome::Refused { status: 409, .. } => {}
                Outcome::Refused { .. } | Outcome::Unknown { .. } => {
                    return Some((told.seats, None));
                }
            }
        }
        None
    }

    /// One lock after the other, as by clicking; what was got is given back when one is lost.
    async fn lock_each(&mut self, seats: &[u32]) -> Told {
        let mut last = None;
        for (got, seat) in seats.iter().enumerate() {
            let mut told = self.ask(Action::Lock, &[*seat], None).await;
            if !told.outcome.is_done() {
                for seat in &seats[..got] {
                    self.ask(Action::Unlock, &[*seat], None).await;
                }
                return told;
            }
            told.id = None;
            last = Some(told);
        }
        last.unwrap_or_else(|| Told::unknown("no seats"))
    }

    async fn give_back(&mut self, seats: &[u32], held: &Option<String>) {
        self.think().await;
        match held {
            Some(hold) => drop(self.ask(Action::Release, seats, Some(hold)).await),
            None => {
                for seat in seats {
                    self.ask(Action::Unlock, &[*seat], None).await;
                }
            }
        }
        self.floor.taken.set(seats, Taken::NOT);
    }

    async fn pay(&mut self, seats: &[u32], held: &Option<String>) -> Visit {
        self.think().await;
        let (unpaid, cancel) = (self.all.plan.unpaid, self.all.plan.cancel);
        let booked = self.ask(Action::Book, seats, held.as_deref()).await;
        let (true, Some(booking)) = (booked.outcome.is_done(), booked.id) else {
            return too_late(&booked.outcome);
        };
        self.show_taken(seats, self.floor.hall.booking_seconds);
        if self.random.random_bool(unpaid) {
            return Visit::Left;
        }
        self.think().await;
        let confirmed = self.ask(Action::Confirm, seats, Some(&booking)).await;
        if !confirmed.outcome.is_done() {
            return too_late(&confirmed.outcome);
        }
        self.floor.taken.set(seats, Taken::FOR_GOOD);
        if !self.random.random_bool(cancel) {
            return Visit::Bought;
        }
        self.think().await;
        let cancelled = self.ask(Action::Cancel, seats, Some(&booking)).await;
        self.floor.taken.set(seats, Taken::NOT);
        if cancelled.outcome.is_done() { Visit::Cancelled } else { Visit::Failed }
    }

    async fn think(&mut self) {
        let mean = self.all.plan.think.as_nanos() as f64;
        let thought = exponential(&mut self.random, mean).min(mean * THINK_MAX);
        self.due = self.all.counter.clock().now() + thought as u64;
        sleep_until(self.all.counter.clock().instant(self.due).into()).await;
    }

    async fn ask(&mut self, action: Action, seats: &[u32], id: Option<&str>) -> Told {
        let counter = &self.all.counter;
        let (hall, caller) = (&self.floor.hall, &self.caller);
        let told = counter.ask(&Wish { hall, caller, action, seats, id, due: self.due }).await;
        self.due = counter.clock().now();
        told
    }

    /// What everybody sees on the map from now on: these seats are taken for so long.
    fn show_taken(&self, seats: &[u32], seconds: u64) {
        let until = self.all.counter.clock().now() + seconds * SECOND_NANOS;
        self.floor.taken.set(seats, until);
    }
}

/// How a visit ended that was refused: mostly the hold, or the booking, ended while they were
/// thinking.
fn too_late(outcome: &Outcome) -> Visit {
    let late = matches!(outcome, Outcome::Refused { status: 409, .. });
    if late { Visit::Left } else { Visit::Failed }
}
