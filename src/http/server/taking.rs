//! How slowly a peer takes what it is told. Only the time counts in which there was something for
//! it to take. What the kernel has taken counts as taken by the peer.
//!
//! The system gives up peers that take nothing, where it is asked to; those who take a byte now and
//! then would keep an answer's memory, and their connection, for days.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// The measure of one answer, or of what a stream says at a time.
#[derive(Debug)]
pub(super) struct Taking {
    grace: Duration,
    /// In bytes a second.
    rate_min: u64,
    /// How many bytes have been taken.
    taken: u64,
    /// How long was waited for that.
    waited: Duration,
    /// Since when nothing more is taken.
    stuck: Option<Stuck>,
}

#[derive(Debug)]
struct Stuck {
    since: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl Taking {
    pub(super) fn new(grace: Duration, rate_min: u64) -> Self {
        Self { grace, rate_min, taken: 0, waited: Duration::ZERO, stuck: None }
    }

    /// Some bytes have been taken.
    pub(super) fn took(&mut self, bytes: usize) {
        self.taken = self.taken.saturating_add(bytes as u64);
        if let Some(stuck) = self.stuck.take() {
            self.waited += stuck.since.elapsed();
        }
    }

    /// Nothing is taken now. Ready when that has been so for too long altogether; else wakes whoever
    /// asks then.
    pub(super) fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let patience = self.allowed().saturating_sub(self.waited);
        let stuck = self.stuck.get_or_insert_with(|| {
            let since = Instant::now();
            Stuck { since, alarm: Box::pin(sleep_until(since + patience)) }
        });
        stuck.alarm.as_mut().poll(context)
    }

    /// All there was to say has been taken: what comes next is measured anew.
    pub(super) fn finish(&mut self) {
        (self.taken, self.waited, self.stuck) = (0, Duration::ZERO, None);
    }

    /// How long may be waited altogether for what has been taken, and more.
    fn allowed(&self) -> Duration {
        let millis = self.taken.saturating_mul(1_000) / self.rate_min.max(1);
        self.grace.saturating_add(Duration::from_millis(millis))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{sleep, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Somebody is stuck from now on, and is late after this time, a timer's tick more or less.
    async fn is_late_after(taking: &mut Taking, patience: Duration) {
        let since = Instant::now();
        poll_fn(|context| taking.poll_late(context)).await;
        let waited = since.elapsed();
        assert!(waited.abs_diff(patience) < SECOND / 2, "{waited:?}, not {patience:?}");
    }

    async fn is_stuck(taking: &mut Taking, time: Duration) {
        let late = poll_fn(|context| taking.poll_late(context));
        timeout(time, late).await.expect_err("there is time left");
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_has_the_grace_and_who_takes_something_the_time_for_it() {
        let mut taking = Taking::new(30 * SECOND, 1_000);
        is_late_after(&mut taking, 30 * SECOND).await;
        let mut taking = Taking::new(30 * SECOND, 1_000);
        is_stuck(&mut taking, 20 * SECOND).await;
        taking.took(5_000);
        // Between two answers, or while the next bytes are made, nobody is late.
        sleep(1_000 * SECOND).await;
        is_late_after(&mut taking, 15 * SECOND).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_a_second_is_too_slow_and_the_least_rate_is_not() {
        let mut dripping = Taking::new(30 * SECOND, 1_000);
        for _ in 0..29 {
            is_stuck(&mut dripping, SECOND).await;
            dripping.took(1);
        }
        is_late_after(&mut dripping, SECOND).await;
        let mut slow = Taking::new(2 * SECOND, 1_000);
        for _ in 0..100 {
            is_stuck(&mut slow, SECOND).await;
            slow.took(1_000);
        }
        slow.finish();
        is_late_after(&mut slow, 2 * SECOND).await;
    }
}
