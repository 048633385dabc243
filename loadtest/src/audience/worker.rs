//! One thread of an audience: its poller and its viewers' sockets. `comings` connects and lets go,
//! `clockwork` does what is due and what is ordered.

mod clockwork;
mod comings;

use std::io;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use mio::{Events, Poll, Token};

use super::Published;
use super::books::Desk;
use super::cores;
use super::orders::{FinalMap, Order};
use super::queue::ConnectQueue;
use super::ration::Ration;
use super::settings::AudienceSettings;
use super::tally::Tally;
use super::viewer::{Outcome, Phase, Room, Viewer};
use crate::latency::{Timekeeper, micros_histogram};

/// Events taken from the poller at once.
const EVENTS_MAX: usize = 1024;
/// Bytes read at once, shared by all viewers: a snapshot mostly comes whole.
const BUFFER_BYTES: usize = 256 * 1024;
/// Reads of one socket in a row; then others come first.
const READS_MAX: usize = 64;
/// The pause before the poller is asked again, in which what comes is gathered, as a network card
/// gathers before it interrupts; the system makes up to twice as much of it. A reader that sleeps
/// on its poller is woken by the sender for every single message, which took a sender on the same
/// machine a fifth to a third of its time.
const GATHERING: Duration = Duration::from_micros(100);
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
    ration: Ration,
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
            ration: Ration::of(settings.slow.map_or(0, |slow| slow.bytes_per_second)),
            has_slow: viewers.iter().any(|viewer| viewer.is_slow),
            viewers,
            desks: settings.events.iter().map(|event| Desk::new(*event)).collect(),
            queue,
            tally: Tally::default(),
            buffer: vec![0; BUFFER_BYTES],
            timekeeper,
            published,
            joins: micros_histogram(),
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
            let seen = events.iter().count();
            if self.unfinished.is_empty() && (1..EVENTS_MAX).contains(&seen) {
                thread::sleep(GATHERING);
            }
        }
    }

    fn pin(&mut self) {
        let Some(first) = self.settings.first_core else { return };
        let core = first.saturating_add(self.index);
        // It goes on where the system likes, and says so.
        if let Err(error) = cores::take(core) {
            self.tally.failed(format!("core {core}: {error}"));
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
        // The slow join when they like, even after they have become prompt.
        if room.joined && !self.settings.is_slow(viewer.number) {
            let waited = room.now.saturating_sub(viewer.wanted_at) / 1_000;
            self.joins.saturating_record(waited.max(1));
        }
        if before == Phase::Greeting && viewer.phase == Phase::Open {
            self.queue.under_way = self.queue.under_way.saturating_sub(1);
            viewer.attempts = 0;
        }
        read
    }
}
