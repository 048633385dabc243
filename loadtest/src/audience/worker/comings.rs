//! How viewers of a thread come, go and come back.

use std::io;
use std::time::Duration;

use mio::{Interest, Token};

use super::super::viewer::{Outcome, Phase};
use super::super::{Resume, connect};
use super::Worker;
use crate::clock::nanos;

impl Worker {
    /// The socket is connected, or failed to: sends the request.
    pub(super) fn connected(&mut self, index: usize) -> bool {
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
    pub(super) fn leave(&mut self, index: usize, outcome: Outcome) {
        let viewer = &mut self.viewers[index];
        if matches!(viewer.phase, Phase::Connecting | Phase::Greeting) {
            self.queue.under_way = self.queue.under_way.saturating_sub(1);
        }
        if let (Phase::Open, Some(slowness)) = (viewer.phase, &mut viewer.slowness) {
            slowness.closed();
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

    pub(super) fn connect_due(&mut self) {
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

    pub(super) fn reconnect_all(&mut self, resume: Resume) {
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
        // All at once: that is what a storm is. The time they wait is counted from now.
        self.queue.ramp(away.into_iter(), self.timekeeper.clock().now(), 0.0);
    }
}
