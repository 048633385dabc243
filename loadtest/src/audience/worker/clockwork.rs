//! What a thread does by the clock, on orders and at the end.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use super::super::orders::{FinalMap, Order, ShownMap};
use super::super::ration::TICKS_PER_SECOND;
use super::super::viewer::{Phase, Viewer};
use super::{BUFFER_BYTES, Worker};
use crate::clock::nanos;
use crate::latency::lock;

/// How often slow viewers read and figures are shown.
const TICK_NANOS: u64 = 1_000_000_000 / TICKS_PER_SECOND;
/// Maps that a thread hands out at once, shared by its events, of which each has one at least. They
/// are copied while viewers wait: 640 KB where a hall has 20,000 seats. More are not kept anyway
/// when nobody has them any more.
const MAPS_SHOWN_MAX: usize = 32;

impl Worker {
    /// What is done ten times a second.
    pub(super) fn tick(&mut self) {
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

    pub(super) fn read_slowly(&mut self) {
        let most = self.ration.next();
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

    pub(super) fn publish(&mut self) {
        let open = |viewer: &&Viewer| viewer.phase == Phase::Open;
        self.tally.numbers.open = self.viewers.iter().filter(open).count() as u64;
        let joined = self.viewers.iter().filter(|viewer| viewer.is_joined);
        self.tally.numbers.positioned = joined.count() as u64;
        self.count_slow();
        let used = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from);
        let mut published = lock(&self.published);
        published.tally.clone_from(&self.tally);
        published.joins.clone_from(&self.joins);
        published.cpu_nanos = nanos(used.unwrap_or_default());
    }

    fn count_slow(&mut self) {
        let Some(slow) = self.settings.slow else { return };
        let numbers = &mut self.tally.numbers;
        (numbers.slow, numbers.slow_behind, numbers.slow_closed, numbers.slow_back) = (0, 0, 0, 0);
        for slowness in self.viewers.iter().filter_map(|viewer| viewer.slowness) {
            slowness.count(slow.leap_max, numbers);
        }
    }

    pub(super) fn obey(&mut self, order: Order) -> std::ops::ControlFlow<()> {
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
                // Whoever asks wants to see in the figures what it is told.
                self.publish();
                self.count_behind(event, version, &reply);
            }
            // Whoever asked may have gone.
            Order::ShowMaps { reply } => drop(reply.send(self.show_maps())),
            Order::Stop => return std::ops::ControlFlow::Break(()),
        }
        std::ops::ControlFlow::Continue(())
    }

    pub(super) fn count_behind(&self, event: i64, version: u64, reply: &Sender<usize>) {
        let behind = |viewer: &&Viewer| {
            let reached = viewer.books.position().is_some_and(|(_, local)| local >= version);
            let is_there = viewer.is_joined && reached;
            !viewer.is_slow && self.desks[viewer.event].event == event && !is_there
        };
        // Whoever asked may have gone.
        let _ = reply.send(self.viewers.iter().filter(behind).count());
    }

    fn show_maps(&mut self) -> Vec<ShownMap> {
        let most = (MAPS_SHOWN_MAX / self.desks.len().max(1)).max(1);
        let mut shown = Vec::new();
        for desk in &mut self.desks {
            for (epoch, version, statuses) in desk.maps.show(most) {
                let (event, epoch) = (desk.event, desk.known.epoch(epoch).to_owned());
                shown.push(ShownMap { event, epoch, version, statuses });
            }
        }
        shown
    }

    /// What those had who were there to the end. Whoever is away has no map, whatever it had when it
    /// left.
    pub(super) fn finish(mut self) -> Vec<FinalMap> {
        for desk in &mut self.desks {
            self.timekeeper.gathered(desk.arrivals.close(u64::MAX));
        }
        self.publish();
        let mut holders: HashMap<(usize, u32), (usize, usize)> = HashMap::new();
        for viewer in &self.viewers {
            let is_there = viewer.is_joined && viewer.books.position().is_some();
            let Some(map) = viewer.books.map().filter(|_| is_there) else { continue };
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
