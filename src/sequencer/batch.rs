//! A batch on its way: run, run again where that may help, taken apart where one request spoils it
//! for the others, and in the end every request answered.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::{Job, Shared, SubmitError};
use crate::domain::answer::Answer;
use crate::domain::command::Request;
use crate::domain::ids::EventId;
use crate::store::batch::{BatchError, Doubt, Fate, MadeBy, Outcome};
use crate::store::error::StoreError;

/// How often a batch is run in all when failures may pass.
const ATTEMPTS_MAX: u32 = 4;

/// The wait before the second attempt; it doubles each time.
const RETRY_WAIT: Duration = Duration::from_millis(25);

/// The longest wait for rows that a stranger holds before they are tried again. It begins with
/// [`RETRY_WAIT`] and doubles.
const BLOCKED_WAIT_MAX: Duration = Duration::from_secs(1);

/// How many transactions that only expire may come before a batch: far more than 1,000 holds each
/// can be due.
const SWEEPS_MAX: u32 = 1_000;

/// How long a batch that only sweeps may take; the next sweep follows soon.
const SWEEP_TIMEOUT: Duration = Duration::from_secs(5);

/// Who waits for an answer, and until when.
pub(super) struct Waiting {
    pub(super) deadline: Instant,
    pub(super) made_by: MadeBy,
    pub(super) answer: oneshot::Sender<Result<Answer, SubmitError>>,
}

/// Requests and those who wait for them, parallel. None of either: a sweep.
#[derive(Default)]
pub(super) struct Batch {
    requests: Vec<Request>,
    waiting: Vec<Waiting>,
}

/// What to do with a batch after an attempt.
enum Next {
    Done,
    /// Run it again; it wasn't its turn yet.
    Again,
    /// Run it again when the rows it needs may be free, until its requests' time is up.
    Blocked,
    /// Run it again, if it hasn't been too often.
    Retry,
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    pub(super) fn add(&mut self, job: Job) {
        if let Job::Request { request, waiting } = job {
            self.requests.push(*request);
            self.waiting.push(waiting);
        }
    }

    /// Carries the batch out and answers everyone in it.
    pub(super) async fn run(mut self, shared: &Shared, event: EventId) {
        let sweep_only = self.requests.is_empty();
        let (mut attempts, mut sweeps, mut blocked_wait) = (0, 0, RETRY_WAIT);
        let sweep_until = Instant::now() + SWEEP_TIMEOUT;
        loop {
            self.drop_gone();
            self.expire(Instant::now(), shared);
            let deadline = self.waiting.iter().map(|w| w.deadline).min().unwrap_or(sweep_until);
            if self.requests.is_empty() && (!sweep_only || sweep_until <= Instant::now()) {
                return;
            }
            match self.attempt(shared, event, deadline).await {
                Next::Done => return,
                // Nobody waits for a sweep, and the next one comes soon.
                Next::Blocked if sweep_only => return,
                Next::Blocked => {
                    sleep_until(deadline.min(Instant::now() + blocked_wait)).await;
                    blocked_wait = (blocked_wait * 2).min(BLOCKED_WAIT_MAX);
                }
                Next::Again if sweeps < SWEEPS_MAX => sweeps += 1,
                Next::Retry if attempts + 1 < ATTEMPTS_MAX => {
                    shared.stats.retries.fetch_add(1, Ordering::Relaxed);
                    sleep(RETRY_WAIT * 2_u32.pow(attempts)).await;
                    attempts += 1;
                }
                Next::Again | Next::Retry => return self.refuse(&SubmitError::Unavailable),
            }
        }
    }

    async fn attempt(&mut self, shared: &Shared, event: EventId, deadline: Instant) -> Next {
        let made_by: Vec<MadeBy> = self.waiting.iter().map(|waiting| waiting.made_by).collect();
        let work = (self.requests.as_slice(), made_by.as_slice());
        let error = match shared.batches.run(event, work, deadline).await {
            Ok(Outcome::Answered(answers)) => {
                shared.stats.batches.fetch_add(1, Ordering::Relaxed);
                shared.stats.requests.fetch_add(answers.len() as u64, Ordering::Relaxed);
                self.answer(answers);
                return Next::Done;
            }
            Ok(Outcome::MoreDue) => return Next::Again,
            Ok(Outcome::OtherChart(since)) => {
                let is_other = |waiting: &Waiting| waiting.made_by.chart != since;
                return self.refuse_some(is_other, &SubmitError::OtherChart);
            }
            Ok(Outcome::OtherHistory(history)) => {
                let is_other = |waiting: &Waiting| waiting.made_by.history != history;
                return self.refuse_some(is_other, &SubmitError::Unavailable);
            }
            Ok(Outcome::NoSuchEvent) => {
                self.refuse(&SubmitError::NoSuchEvent);
                return Next::Done;
            }
            Err(error) => error,
        };
        match error {
            BatchError::InDoubt(doubt) => self.clear_up(shared, event, *doubt, deadline).await,
            BatchError::Nothing(StoreError::Locked) => Next::Blocked,
            BatchError::Nothing(StoreError::TimedOut) => {
                // The time that was kept for writing is gone too for those with this deadline.
                self.expire(deadline, shared);
                Next::Again
            }
            BatchError::Nothing(error @ (StoreError::Retry(_) | StoreError::Unavailable(_))) => {
                tracing::warn!(event.id = event.0, error = %error, "batch has to be run again");
                Next::Retry
            }
            BatchError::Nothing(error) => self.isolate(shared, event, &error).await,
        }
    }

    /// One request spoils the batch for all: each is run in a transaction of its own.
    async fn isolate(&mut self, shared: &Shared, event: EventId, error: &StoreError) -> Next {
        tracing::error!(
            event.id = event.0,
            requests = self.len(),
            request_id = self.requests.first().map(|request| request.request_id.as_str()),
            error = %error,
            "batch failed"
        );
        if self.len() <= 1 {
            self.refuse(&match error {
                StoreError::Exhausted(_) => SubmitError::Exhausted,
                error => SubmitError::Failed(error.to_string()),
            });
            return Next::Done;
        }
        shared.stats.isolations.fetch_add(1, Ordering::Relaxed);
        let requests = std::mem::take(&mut self.requests);
        for (request, waiting) in requests.into_iter().zip(std::mem::take(&mut self.waiting)) {
            let alone = Self { requests: vec![request], waiting: vec![waiting] };
            Box::pin(alone.run(shared, event)).await;
        }
        Next::Done
    }

    /// The commit's answer was lost: asks what became of it until the deadline. Never guesses.
    async fn clear_up(
        &mut self,
        shared: &Shared,
        event: EventId,
        doubt: Doubt,
        deadline: Instant,
    ) -> Next {
        shared.stats.doubts.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(event.id = event.0, "commit was not answered");
        let fate = timeout_at(deadline, async {
            let mut wait = RETRY_WAIT;
            loop {
                match shared.batches.resolve(&doubt, deadline).await {
                    Ok(fate) => return fate,
                    Err(error) => tracing::warn!(error = %error, "can't ask for a commit's fate"),
                }
                sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(1));
            }
        });
        match (fate.await, doubt.into_answers()) {
            (Ok(Fate::Committed), Some(answers)) => {
                self.answer(answers);
                Next::Done
            }
            (Ok(Fate::Committed), None) => Next::Again,
            (Ok(Fate::Aborted), _) => Next::Retry,
            (Ok(Fate::Unknown) | Err(_), _) => {
                self.refuse(&SubmitError::OutcomeUnknown);
                Next::Done
            }
        }
    }

    fn answer(&mut self, answers: Vec<Answer>) {
        self.requests.clear();
        for (waiting, answer) in self.waiting.drain(..).zip(answers) {
            // Who has gone meanwhile will read, or ask again under the same key.
            let _ = waiting.answer.send(Ok(answer));
        }
    }

    fn refuse(&mut self, error: &SubmitError) {
        self.requests.clear();
        for waiting in self.waiting.drain(..) {
            let _ = waiting.answer.send(Err(error.clone()));
        }
    }

    /// Refuses those that can't be carried out as they are; the others are not held up by them.
    fn refuse_some(&mut self, which: impl Fn(&Waiting) -> bool, error: &SubmitError) -> Next {
        for waiting in self.take_out(which) {
            let _ = waiting.answer.send(Err(error.clone()));
        }
        if self.len() == 0 { Next::Done } else { Next::Again }
    }

    /// Takes out the requests whose clients have gone.
    fn drop_gone(&mut self) {
        self.take_out(|waiting| waiting.answer.is_closed());
    }

    /// Answers those whose deadline is `until` or earlier that time is up.
    fn expire(&mut self, until: Instant, shared: &Shared) {
        for waiting in self.take_out(|waiting| waiting.deadline <= until) {
            shared.stats.timeouts.fetch_add(1, Ordering::Relaxed);
            let _ = waiting.answer.send(Err(SubmitError::TimedOut));
        }
    }

    fn take_out(&mut self, which: impl Fn(&Waiting) -> bool) -> Vec<Waiting> {
        let mut out = Vec::new();
        for at in (0..self.waiting.len()).rev() {
            if which(&self.waiting[at]) {
                self.requests.remove(at);
                out.push(self.waiting.remove(at));
            }
        }
        out
    }
}
