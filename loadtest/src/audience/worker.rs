//! One thread of an audience: its poller, its viewers' sockets, the clockwork around them.

use std::collections::HashMap;
use std::io;
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mio::{Events, Interest, Poll, Token};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;

use super::books::Desk;
use super::orders::{FinalMap, Order};
use super::queue::ConnectQueue;
use super::settings::AudienceSettings;
use super::tally::Tally;
use super::viewer::{Outcome, Phase, Room, Viewer};
use super::{Published, Resume, connect};
use crate::clock::nanos;
use crate::latency::{Timekeeper, lock, seconds_histogram};

/// Events taken from the poller at once.
const EVENTS_MAX: usize = 1024;
/// Bytes read at once, shared by all viewers: a snapshot mostly comes whole.
const BUFFER_BYTES: usize = 256 * 1024;
/// Reads of one socket in a row; then others come first.
const READS_MAX: usize = 64;
/// How often slow viewers read and figures are shown.
const TICK_NANOS: u64 = 100_000_000;
/// Ticks in a second.
const TICKS_PER_SECOND: u32 = 10;
/// The longest sleep when nothing happens.
const SLEEP_MAX: Duration = Duration::from_millis(100);

const WAKE: Token = Token(usize::MAX);

pub(super) struct Worker {
    settings: Arc<AudienceSettings>,
    index: usize,
    poll: Poll,
    waker: Arc<mio::Waker>,
    viewers: Vec<Viewer>,
    desks: Vec<Desk>,
    queue: ConnectQueue,
    tally: Tally,
    buffer: Vec<u8>,
    timekeeper: Timekeeper,
    published: Arc<Mutex<Published>>,
    joins: hdrhistogram::Histogram<u64>,
    /// Slow viewers with an open connection are read by the clock.
    has_slow: bool,
    next_tick: u64,
    /// Viewers that stopped reading in the middle so that others come first.
    unfinished: Vec<u32>,
}

impl Worker {
    pub(super) fn new(
        settings: &Arc<AudienceSettings>,
        index: usize,
        timekeeper: Timekeeper,
        published: Arc<Mutex<Published>>,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(mio::Waker::new(poll.registry(), WAKE)?);
        let numbers = (index..settings.viewers).step_by(settings.threads);
        let viewers: Vec<_> = numbers
            .map(|number| Viewer::new(number, settings.event_of(number), settings.is_slow(number)))
            .collect();
        let mut queue = ConnectQueue::new(0x5eed ^ (index as u64) << 32);
        let rate = f64::from(settings.connects_per_second) / settings.threads as f64;
        queue.ramp(0..viewers.len() as u32, timekeeper.clock().now(), rate);
        Ok(Self {
            index,
            poll,
            waker,
            has_slow: viewers.iter().any(|viewer| viewer.is_slow),
            viewers,
            desks: settings.events.iter().map(|event| Desk::new(*event)).collect(),
            queue,
            tally: Tally::default(),
            buffer: vec![0; BUFFER_BYTES],
            timekeeper,
            published,
            joins: seconds_histogram(),
            next_tick: 0,
            unfinished: Vec::new(),
            settings: settings.clone(),
        })
    }

    pub(super) fn waker(&self) -> Arc<mio::Waker> {
        self.waker.clone()
    }

    /// Runs until told to stop.
    pub(super) fn run(mut self, orders: &Receiver<Order>) -> Vec<FinalMap> {
        self.pin();
        let mut events = Events::with_capacity(EVENTS_MAX);
        loop {
            let wait = self.wait();
            match self.poll.poll(&mut events, Some(wait)) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    self.tally.failed(format!("poll: {error}"));
                    return self.finish();
                }
                _ => {}
            }
            let mut is_woken = false;
            for event in &events {
                match event.token() {
                    WAKE => is_woken = true,
                    Token(viewer) => self.ready(viewer, event.is_read_closed()),
                }
            }
            for viewer in std::mem::take(&mut self.unfinished) {
                self.ready(viewer as usize, false);
            }
            if is_woken {
                for order in orders.try_iter() {
                    if self.obey(order).is_break() {
                        return self.finish();
                    }
                }
            }
            self.connect_due();
            self.tick();
        }
    }

    fn pin(&self) {
        let Some(core) = self.settings.first_core else { return };
        let mut set = CpuSet::new();
        // Where the core doesn't exist, the system chooses.
        if set.set(core + self.index).is_ok() {
            let _ = sched_setaffinity(Pid::from_raw(0), &set);
        }
    }

    fn wait(&self) -> Duration {
        if !self.unfinished.is_empty() {
            return Duration::ZERO;
        }
        let now = self.timekeeper.clock().now();
        let next = self.queue.next_at().map_or(self.next_tick, |at| at.min(self.next_tick));
        Duration::from_nanos(next.saturating_sub(now)).clamp(Duration::from_millis(1), SLEEP_MAX)
    }

    /// Something happened on a viewer's socket.
    fn ready(&mut self, index: usize, is_closed: bool) {
        let Some(viewer) = self.viewers.get_mut(index) else { return };
        if viewer.phase == Phase::Connecting && !self.connected(index) {
            return;
        }
        let viewer = &self.viewers[index];
        if viewer.is_slow && viewer.phase == Phase::Open && !is_closed {
            return;
        }
        for _ in 0..READS_MAX {
            match self.read(index, BUFFER_BYTES) {
                Ok(true) => {}
                Ok(false) if is_closed && self.viewers[index].stream.is_some() => {}
                Ok(false) => return,
                Err(outcome) => return self.leave(index, outcome),
            }
        }
        self.unfinished.push(index as u32);
    }

    fn read(&mut self, index: usize, most: usize) -> Result<bool, Outcome> {
        let viewer = &mut self.viewers[index];
        let before = viewer.phase;
        let mut room = Room {
            desk: &mut self.desks[viewer.event],
            tally: &mut self.tally,
            buffer: &mut self.buffer[..most],
            now: self.timekeeper.clock().now(),
            joined: false,
        };
        let read = viewer.read(&mut room);
        if room.joined {
            let waited = room.now.saturating_sub(viewer.wanted_at) / 1_000;
            self.joins.saturating_record(waited.max(1));
        }
        if before == Phase::Greeting && viewer.phase == Phase::Open {
            self.queue.under_way = self.queue.under_way.saturating_sub(1);
            viewer.attempts = 0;
        }
        read
    }

    /// The socket is connected, or failed to: sends the request.
    fn connected(&mut self, index: usize) -> bool {
        let viewer = &mut self.viewers[index];
        let Some(stream) = &viewer.stream else { return false };
        let failure = match stream.take_error() {
            Ok(Some(error)) | Err(error) => Some(error),
            Ok(None) => match stream.peer_addr() {
                Ok(_) => None,
                Err(error) if error.kind() == io::ErrorKind::NotConnected => return false,
                Err(error) => Some(error),
            },
        };
        let greeted = match failure {
            Some(error) => Err(error),
            None => {
                let desk = &self.desks[viewer.event];
                let since = desk.since(&viewer.books);
                let target = self.settings.target_of(viewer.number);
                let request =
                    connect::request(target, desk.event, self.settings.format, since.as_deref());
                viewer.greet(&request)
            }
        };
        if let Err(error) = greeted {
            self.tally.numbers.lost += 1;
            self.tally.failed(error.kind().to_string());
            self.leave(index, Outcome::Over(None));
            return false;
        }
        true
    }

    /// A connection is over; its viewer comes back if that is its way.
    fn leave(&mut self, index: usize, outcome: Outcome) {
        let viewer = &mut self.viewers[index];
        if matches!(viewer.phase, Phase::Connecting | Phase::Greeting) {
            self.queue.under_way = self.queue.under_way.saturating_sub(1);
        }
        viewer.drop_connection();
        let Some(first) = self.settings.reconnect_after else { return };
        let Outcome::Over(told) = outcome else { return };
        if self.queue.is_paused() {
            return;
        }
        let told = told.map(|millis| nanos(Duration::from_millis(millis)));
        let wait = told.unwrap_or_else(|| self.queue.backoff(nanos(first), viewer.attempts));
        viewer.attempts += 1;
        self.queue.push(self.timekeeper.clock().now() + wait, index as u32);
    }

    fn connect_due(&mut self) {
        let now = self.timekeeper.clock().now();
        while let Some((at, index)) = self.queue.pop(now) {
            let viewer = &mut self.viewers[index as usize];
            if viewer.stream.is_some() {
                continue;
            }
            viewer.wanted_at = at;
            let target = self.settings.target_of(viewer.number);
            let source = self.settings.source_of(viewer.number);
            self.queue.under_way += 1;
            viewer.phase = Phase::Connecting;
            let begun = connect::begin(target, source, viewer.is_slow).and_then(|mut stream| {
                let interest = Interest::READABLE | Interest::WRITABLE;
                self.poll.registry().register(&mut stream, Token(index as usize), interest)?;
                Ok(stream)
            });
            match begun {
                Ok(stream) => viewer.stream = Some(stream),
                Err(error) => {
                    self.tally.numbers.lost += 1;
                    self.tally.failed(error.to_string());
                    self.leave(index as usize, Outcome::Over(None));
                }
            }
        }
    }

    /// What is done ten times a second.
    fn tick(&mut self) {
        let now = self.timekeeper.clock().now();
        if now < self.next_tick {
            return;
        }
        self.next_tick = now + TICK_NANOS;
        if self.has_slow {
            self.read_slowly();
        }
        for desk in &mut self.desks {
            let closed = desk.arrivals.close(now);
            if !closed.is_empty() {
                self.timekeeper.gathered(closed);
            }
        }
        self.publish();
    }

    fn read_slowly(&mut self) {
        let rate = self.settings.slow.map_or(0, |slow| slow.bytes_per_second);
        let most = (rate / TICKS_PER_SECOND) as usize;
        if most == 0 {
            return;
        }
        for index in 0..self.viewers.len() {
            let viewer = &self.viewers[index];
            if viewer.is_slow
                && viewer.phase == Phase::Open
                && let Err(outcome) = self.read(index, most.min(BUFFER_BYTES))
            {
                self.leave(index, outcome);
            }
        }
    }

    fn publish(&mut self) {
        let open = |viewer: &&Viewer| viewer.phase == Phase::Open;
        self.tally.numbers.open = self.viewers.iter().filter(open).count() as u64;
        let joined = self.viewers.iter().filter(|viewer| viewer.is_joined);
        self.tally.numbers.positioned = joined.count() as u64;
        let used = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from);
        let mut published = lock(&self.published);
        published.tally.clone_from(&self.tally);
        published.joins.clone_from(&self.joins);
        published.cpu_nanos = nanos(used.unwrap_or_default());
    }

    fn obey(&mut self, order: Order) -> std::ops::ControlFlow<()> {
        match order {
            Order::DropAll => {
                self.queue.pause();
                self.viewers.iter_mut().for_each(Viewer::drop_connection);
                self.publish();
            }
            Order::ReconnectAll(resume) => self.reconnect_all(resume),
            Order::Hurry => {
                self.has_slow = false;
                for index in 0..self.viewers.len() {
                    if std::mem::take(&mut self.viewers[index].is_slow) {
                        self.ready(index, false);
                    }
                }
            }
            Order::ResetJoins => self.joins.reset(),
            Order::CountBehind { event, version, reply } => {
                self.count_behind(event, version, &reply);
            }
            Order::Stop => return std::ops::ControlFlow::Break(()),
        }
        std::ops::ControlFlow::Continue(())
    }

    fn reconnect_all(&mut self, resume: Resume) {
        self.queue.go_on();
        let away: Vec<u32> = (0..self.viewers.len() as u32)
            .filter(|index| self.viewers[*index as usize].stream.is_none())
            .collect();
        if resume == Resume::Anew {
            for index in &away {
                let viewer = &mut self.viewers[*index as usize];
                viewer.books.forget(&mut self.desks[viewer.event]);
            }
        }
        let rate = f64::from(self.settings.connects_per_second) / self.settings.threads as f64;
        self.queue.ramp(away.into_iter(), self.timekeeper.clock().now(), rate);
    }

    fn count_behind(&self, event: i64, version: u64, reply: &Sender<usize>) {
        let behind = |viewer: &&Viewer| {
            let reached = viewer.books.position().is_some_and(|(_, local)| local >= version);
            let is_there = viewer.is_joined && reached;
            !viewer.is_slow && self.desks[viewer.event].event == event && !is_there
        };
        // Whoever asked may have gone.
        let _ = reply.send(self.viewers.iter().filter(behind).count());
    }

    fn finish(mut self) -> Vec<FinalMap> {
        for desk in &mut self.desks {
            self.timekeeper.gathered(desk.arrivals.close(u64::MAX));
        }
        self.publish();
        let mut holders: HashMap<(usize, u32), (usize, usize)> = HashMap::new();
        for viewer in &self.viewers {
            let Some(map) = viewer.books.map().filter(|_| viewer.books.position().is_some()) else {
                continue;
            };
            let entry = holders.entry((viewer.event, map.index())).or_default();
            if viewer.is_slow { entry.1 += 1 } else { entry.0 += 1 }
        }
        let mut maps = Vec::new();
        for (place, desk) in self.desks.iter().enumerate() {
            for (key, epoch, version) in desk.maps.held() {
                let Some(&(viewers, slow_viewers)) = holders.get(&(place, key.index())) else {
                    continue;
                };
                maps.push(FinalMap {
                    event: desk.event,
                    epoch: desk.known.epoch(epoch).to_owned(),
                    version,
                    statuses: desk.maps.statuses(key).unwrap_or_default().to_vec(),
                    viewers,
                    slow_viewers,
                });
            }
        }
        maps
    }
}
