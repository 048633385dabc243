//! Whether there are events that nobody watches yet. Looked up before anything is kept for them, so
//! that who asks for what isn't there takes neither a place among the watched events nor a task of
//! its own: all who ask while one look-up is under way share the next.
//!
//! Nothing that isn't there is remembered. A look-up begins after all who share it have asked, so an
//! event is found from the moment its creation was answered, by whatever node.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::JoinError;
use super::shared::Shared;
use crate::domain::ids::EventId;

/// How many questions may wait to be looked up; who comes then waits for a place here.
pub(super) const LOOKS_QUEUED_MAX: usize = 1_024;
/// How many questions one look-up answers at most.
const LOOKS_PER_READ: usize = 1_024;

/// A question: is there such an event?
#[derive(Debug)]
pub(super) struct Look {
    event: EventId,
    answer: oneshot::Sender<Result<(), JoinError>>,
}

impl Shared {
    /// Makes sure that there is an event.
    pub(super) async fn look_up(&self, event: EventId) -> Result<(), JoinError> {
        let (answer, answered) = oneshot::channel();
        let look = async {
            // Both ends stay until the node ends.
            self.looks.send(Look { event, answer }).await.ok()?;
            answered.await.ok()
        };
        let found = timeout(self.settings.load_timeout, look).await;
        found.ok().flatten().unwrap_or(Err(JoinError::Unavailable))
    }
}

/// Answers questions, as many at a time as have come.
pub(super) async fn look(shared: Arc<Shared>, mut asked: mpsc::Receiver<Look>) {
    let mut looks = Vec::new();
    while asked.recv_many(&mut looks, LOOKS_PER_READ).await > 0 {
        let found = find(&shared, &looks).await;
        for Look { event, answer } in looks.drain(..) {
            let is_there = found.as_ref().map(|found| found.contains(&event));
            // Who has gone meanwhile needs no answer.
            let _ = answer.send(match is_there {
                Some(true) => Ok(()),
                Some(false) => Err(JoinError::Unknown),
                None => Err(JoinError::Unavailable),
            });
        }
    }
}

/// Those of the events that are there; `None` if that can't be read now.
async fn find(shared: &Shared, looks: &[Look]) -> Option<HashSet<EventId>> {
    let events: HashSet<EventId> = looks.iter().map(|look| look.event).collect();
    // Of many who come for one event, the first has it watched before the last is looked up for.
    let (mut found, missing): (HashSet<_>, HashSet<_>) =
        events.into_iter().partition(|event| shared.watched(*event).is_some());
    let missing: Vec<EventId> = missing.into_iter().collect();
    if missing.is_empty() {
        return Some(found);
    }
    let read = timeout(shared.settings.load_timeout, shared.source.positions(&missing)).await;
    match read {
        Ok(Ok(positions)) => {
            found.extend(positions.into_iter().map(|(event, _)| event));
            Some(found)
        }
        Ok(Err(error)) => {
            shared.stats.read_failures.add();
            tracing::warn!(%error, "can't look up events");
            None
        }
        Err(_) => {
            shared.stats.read_failures.add();
            tracing::warn!("events took too long to be looked up");
            None
        }
    }
}
