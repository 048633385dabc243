//! One queue per event. Whatever waits in it is carried out in one transaction; while that runs,
//! the next batch gathers. At rest a request is one transaction long, under load batches grow.
//!
//! Called by `http` for every command and by the sweeper. Knows nothing of HTTP. Several nodes may
//! run a sequencer for one event: the event's row orders them, so nothing here is needed for
//! correctness.

mod batch;
mod sweeper;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dashmap::DashMap;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::domain::answer::Answer;
use crate::domain::command::Request;
use crate::domain::ids::EventId;
use crate::store::batch::{Batches, MadeBy};
pub use sweeper::sweep_until;

/// How many requests may wait for one event; one more is refused as overloaded.
pub const QUEUE_CAPACITY: usize = 4_096;

/// How often a submission meets a queue that is just being closed before it gives up. Each time
/// the queue is replaced by a new one, so twice is already rare.
const RACES_MAX: usize = 8;

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// There is no such event.
    #[error("there is no such event")]
    NoSuchEvent,
    /// Too much waits already, or the server is closing. Nothing happened.
    #[error("too many requests are waiting")]
    Overloaded,
    /// The database can't be reached. Nothing happened.
    #[error("the database can't be reached")]
    Unavailable,
    /// The database has run out of resources. Nothing happened.
    #[error("the database has run out of resources")]
    Exhausted,
    /// The deadline passed. Nothing happened and nothing will.
    #[error("the deadline passed")]
    TimedOut,
    /// It may have happened; the database couldn't be asked in time.
    #[error("the outcome is unknown")]
    OutcomeUnknown,
    /// The event has another chart than the request was made by. Nothing happened.
    #[error("the event has another chart")]
    OtherChart,
    /// Something is broken here. Nothing happened.
    #[error("{0}")]
    Failed(String),
}

/// What the sequencer has done since the start.
#[derive(Debug, Default)]
pub struct SequencerStats {
    /// Transactions that were answered.
    pub batches: AtomicU64,
    /// Requests in them.
    pub requests: AtomicU64,
    /// Transactions that were run again after a failure that may pass.
    pub retries: AtomicU64,
    /// Batches that were taken apart to find the one request that fails.
    pub isolations: AtomicU64,
    /// Commits whose answer was lost.
    pub doubts: AtomicU64,
    /// Requests whose deadline passed.
    pub timeouts: AtomicU64,
    /// Requests refused because the queue was full.
    pub overloads: AtomicU64,
}

/// What waits in a queue.
enum Job {
    Request {
        request: Box<Request>,
        waiting: batch::Waiting,
    },
    /// Somebody should look whether something is due.
    Sweep,
}

/// The sequencer of this node.
#[derive(Clone)]
pub struct Sequencer {
    shared: Arc<Shared>,
}

struct Shared {
    batches: Batches,
    queues: DashMap<EventId, mpsc::Sender<Job>>,
    workers: TaskTracker,
    closing: CancellationToken,
    stats: SequencerStats,
}

impl Sequencer {
    /// Starts with no queues; they come and go with their events' requests.
    #[must_use]
    pub fn new(batches: Batches) -> Self {
        Self {
            shared: Arc::new(Shared {
                batches,
                queues: DashMap::new(),
                workers: TaskTracker::new(),
                closing: CancellationToken::new(),
                stats: SequencerStats::default(),
            }),
        }
    }

    /// Puts a request into its event's queue and waits for its answer; it comes with
    /// what it was made by. Dropping the future takes the request back if it hasn't begun.
    ///
    /// # Errors
    /// When there is no answer; see [`SubmitError`] for what that says of the outcome.
    pub async fn submit(
        &self,
        event: EventId,
        (request, made_by): (Request, MadeBy),
        deadline: Instant,
    ) -> Result<Answer, SubmitError> {
        let (answer, answered) = oneshot::channel();
        let waiting = batch::Waiting { deadline, made_by, answer };
        self.enqueue(event, Job::Request { request: Box::new(request), waiting })?;
        // The worker always answers. If it is gone without, something broke while it held the
        // request, and how far it came nobody knows.
        answered.await.unwrap_or(Err(SubmitError::OutcomeUnknown))
    }

    /// Has an event's due holds and bookings ended, by an empty batch.
    pub(crate) fn sweep(&self, event: EventId) {
        // A full queue expires what is due anyway.
        let _ = self.enqueue(event, Job::Sweep);
    }

    fn enqueue(&self, event: EventId, mut job: Job) -> Result<(), SubmitError> {
        for _ in 0..RACES_MAX {
            if self.shared.closing.is_cancelled() {
                return Err(SubmitError::Overloaded);
            }
            let queue = self.queue(event);
            match queue.try_send(job) {
                Ok(()) => return Ok(()),
                Err(mpsc::error::TrySendError::Full(_)) => break,
                Err(mpsc::error::TrySendError::Closed(back)) => {
                    job = back;
                    self.shared.queues.remove_if(&event, |_, known| known.same_channel(&queue));
                }
            }
        }
        self.shared.stats.overloads.fetch_add(1, Ordering::Relaxed);
        Err(SubmitError::Overloaded)
    }

    fn queue(&self, event: EventId) -> mpsc::Sender<Job> {
        if let Some(queue) = self.shared.queues.get(&event) {
            return queue.clone();
        }
        let start = || {
            let (queue, jobs) = mpsc::channel(QUEUE_CAPACITY);
            let worker = worker::Worker { event, jobs, shared: Arc::clone(&self.shared) };
            self.shared.workers.spawn(worker.run());
            queue
        };
        self.shared.queues.entry(event).or_insert_with(start).clone()
    }

    /// What was done since the start.
    #[must_use]
    pub fn stats(&self) -> &SequencerStats {
        &self.shared.stats
    }

    /// How many events have a queue.
    #[must_use]
    pub fn queues(&self) -> usize {
        self.shared.queues.len()
    }

    /// Refuses new requests, carries out what waits, and returns when all is answered.
    pub async fn close(&self) {
        self.shared.closing.cancel();
        self.shared.workers.close();
        self.shared.workers.wait().await;
    }
}
