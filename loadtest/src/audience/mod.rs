//! An audience: tens of thousands of viewers of live maps on one or a few threads, each checked
//! against the contract on every frame. Used by every scenario, and against other servers that
//! speak the same socket.
//!
//! A thread owns its viewers' sockets and one poller. Frames are recognised by comparison with
//! those seen lately and decoded once (`known`); maps are kept once for all who have the same
//! (`maps`); so a delivery costs one `recv` and no allocation.

mod books;
mod connect;
mod cores;
mod descriptors;
mod frames;
mod known;
mod maps;
mod orders;
mod queue;
mod ration;
mod settings;
mod slowness;
mod tally;
mod viewer;
mod worker;

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use hdrhistogram::Histogram;

pub use cores::usable_cores;
pub use descriptors::{TooFewDescriptors, make_room};
pub use orders::{FinalMap, Resume, ShownMap};
pub use settings::{AudienceSettings, SOCKETS_PER_SOURCE, Slow, loopback_sources};
pub use tally::{Breach, Numbers};

use crate::latency::{Timekeeper, micros_histogram};
use orders::Order;
use tally::Tally;
use worker::Worker;

/// Viewers of events, on threads of their own. Dropping it drops the connections.
#[derive(Debug)]
pub struct Audience {
    threads: Vec<Thread>,
    settings: Arc<AudienceSettings>,
}

#[derive(Debug)]
struct Thread {
    orders: Sender<Order>,
    waker: Arc<mio::Waker>,
    published: Arc<Mutex<Published>>,
    handle: Option<JoinHandle<Vec<FinalMap>>>,
}

/// What a thread shows of itself, several times a second.
#[derive(Debug)]
struct Published {
    tally: Tally,
    /// From when a viewer was to connect until it had its map, in microseconds.
    joins: Histogram<u64>,
    /// Processor time the thread has used, in nanoseconds.
    cpu_nanos: u64,
}

impl Default for Published {
    fn default() -> Self {
        Self { tally: Tally::default(), joins: micros_histogram(), cpu_nanos: 0 }
    }
}

/// Everything an audience can tell about itself.
#[derive(Clone, Debug)]
pub struct AudienceStats {
    /// The counts, all threads together.
    pub numbers: Numbers,
    /// Ended connections by close code; 1006 is none.
    pub closes: BTreeMap<u16, u64>,
    /// What went wrong with connections, in words.
    pub failures: BTreeMap<String, u64>,
    /// What the server promised not to do; the first of each thread.
    pub violations: Vec<Breach>,
    /// How many violations there were.
    pub violation_count: u64,
    /// From when a viewer was to connect until it had its map or what it missed, in microseconds.
    pub joins: Histogram<u64>,
    /// Processor time each thread has used, in nanoseconds.
    pub cpu_nanos: Vec<u64>,
}

impl Default for AudienceStats {
    fn default() -> Self {
        Self {
            numbers: Numbers::default(),
            closes: BTreeMap::new(),
            failures: BTreeMap::new(),
            violations: Vec::new(),
            violation_count: 0,
            joins: micros_histogram(),
            cpu_nanos: Vec::new(),
        }
    }
}

/// Why an audience could not come together.
#[derive(Debug, thiserror::Error)]
pub enum AudienceError {
    /// Too many sockets for this process.
    #[error(transparent)]
    TooFewDescriptors(#[from] TooFewDescriptors),
    /// No events, targets or threads were named.
    #[error("an audience needs events, targets and threads")]
    Nothing,
    /// The system refused a poller or a thread.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

impl Audience {
    /// Begins to connect. Arrivals go to the timekeeper.
    ///
    /// # Errors
    /// When the settings name nothing, or the system has no room.
    pub fn start(
        settings: AudienceSettings,
        timekeeper: &Timekeeper,
    ) -> Result<Self, AudienceError> {
        let threads = settings.threads;
        if threads == 0 || settings.events.is_empty() || settings.targets.is_empty() {
            return Err(AudienceError::Nothing);
        }
        make_room(settings.viewers, 0)?;
        let settings = Arc::new(settings);
        let mut audience = Self { threads: Vec::new(), settings: settings.clone() };
        for index in 0..threads {
            let (orders, inbox) = mpsc::channel();
            let published = Arc::<Mutex<Published>>::default();
            let worker = Worker::new(&settings, index, timekeeper.clone(), published.clone())?;
            let waker = worker.waker();
            let handle = std::thread::Builder::new()
                .name(format!("audience-{index}"))
                .spawn(move || worker.run(&inbox))?;
            audience.threads.push(Thread { orders, waker, published, handle: Some(handle) });
        }
        Ok(audience)
    }

    /// How many viewers there are, connected or not.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.settings.viewers
    }

    /// How many viewers an event has, connected or not.
    #[must_use]
    pub fn viewers_of(&self, event: i64) -> u64 {
        let is_one =
            |viewer: &usize| self.settings.events[self.settings.event_of(*viewer)] == event;
        (0..self.settings.viewers).filter(is_one).count() as u64
    }

    /// How many of an event's viewers are not slow.
    #[must_use]
    pub fn prompt_viewers(&self, event: i64) -> u64 {
        let is_one = |viewer: &usize| {
            let its = self.settings.events[self.settings.event_of(*viewer)];
            its == event && !self.settings.is_slow(*viewer)
        };
        (0..self.settings.viewers).filter(is_one).count() as u64
    }

    /// How many have an open connection now.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.stats().numbers.open
    }

    /// The counts, a tenth of a second old at most.
    #[must_use]
    pub fn stats(&self) -> AudienceStats {
        let mut stats = AudienceStats::default();
        for thread in &self.threads {
            let published = crate::latency::lock(&thread.published);
            let tally = &published.tally;
            stats.numbers.add(&tally.numbers);
            for (code, count) in &tally.closes {
                *stats.closes.entry(*code).or_default() += count;
            }
            for (why, count) in &tally.failures {
                *stats.failures.entry(why.clone()).or_default() += count;
            }
            stats.violations.extend(tally.violations().iter().cloned());
            stats.violation_count += tally.count();
            // All have the same bounds.
            let _ = stats.joins.add(&published.joins);
            stats.cpu_nanos.push(published.cpu_nanos);
        }
        stats
    }

    /// How many prompt viewers of an event have not reached a version. Those without a connection
    /// count too.
    #[must_use]
    pub fn behind(&self, event: i64, version: u64) -> usize {
        let (reply, answers) = mpsc::channel();
        for thread in &self.threads {
            thread.order(Order::CountBehind { event, version, reply: reply.clone() });
        }
        drop(reply);
        answers.iter().sum()
    }

    /// Some of the maps that viewers have, or had just now: of each thread and event the newest that
    /// it hasn't shown before, at most 32 of a thread, or one of each event where there are more.
    #[must_use]
    pub fn shown(&self) -> Vec<ShownMap> {
        let (reply, maps) = mpsc::channel();
        self.order_all(|| Order::ShowMaps { reply: reply.clone() });
        drop(reply);
        maps.iter().flatten().collect()
    }

    /// Drops all connections at once, without a word. Nobody comes back until told to.
    pub fn drop_all(&self) {
        self.order_all(|| Order::DropAll);
    }

    /// Whoever is away connects at once, whatever the ramp; from where they were, or as new.
    pub fn reconnect_all(&self, resume: Resume) {
        self.order_all(|| Order::ReconnectAll(resume));
    }

    /// The slow become prompt, and read what is there.
    pub fn hurry(&self) {
        self.order_all(|| Order::Hurry);
    }

    /// Forgets the times it took to join, before a storm that is to be measured by itself.
    pub fn reset_joins(&self) {
        self.order_all(|| Order::ResetJoins);
    }

    /// Closes everything. What viewers who were there had at the end, those with the same map
    /// together; and the last counts.
    #[must_use]
    pub fn stop(mut self) -> (Vec<FinalMap>, AudienceStats) {
        self.order_all(|| Order::Stop);
        let mut maps = Vec::new();
        for thread in &mut self.threads {
            let handle = thread.handle.take();
            maps.extend(handle.and_then(|handle| handle.join().ok()).unwrap_or_default());
        }
        (maps, self.stats())
    }

    fn order_all(&self, order: impl Fn() -> Order) {
        for thread in &self.threads {
            thread.order(order());
        }
    }
}

impl Drop for Audience {
    fn drop(&mut self) {
        self.order_all(|| Order::Stop);
    }
}

impl Thread {
    /// A thread that has ended takes no orders, and needs none.
    fn order(&self, order: Order) {
        let _ = self.orders.send(order);
        let _ = self.waker.wake();
    }
}
