//! Where maps and change sets are read from: the store, or a script in tests.
//!
//! The hub reads through this only, so its tests need no database. Never writes.

use crate::domain::change::{ChangeSet, EventMap, Position};
use crate::domain::ids::{EventId, Version};
use crate::store::feed::Feed;

/// A read that failed; the text is for the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct ReadError(pub(super) String);

/// The hub's source of truth.
#[derive(Clone)]
pub(super) enum Source {
    Store(Feed),
    #[cfg(test)]
    Script(std::sync::Arc<super::script::Script>),
}

impl Source {
    /// The event's map and its last `recent_max` change sets; `None` if there is no such event.
    pub(super) async fn load(
        &self,
        event: EventId,
        recent_max: usize,
    ) -> Result<Option<EventMap>, ReadError> {
        match self {
            Self::Store(feed) => feed.load(event, recent_max).await.map_err(failed),
            #[cfg(test)]
            Self::Script(script) => script.load(event, recent_max).await,
        }
    }

    /// The change sets after a version, one per version, ascending, at most `limit`.
    pub(super) async fn changes_since(
        &self,
        event: EventId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<ChangeSet>, ReadError> {
        match self {
            Self::Store(feed) => feed.changes_since(event, after, limit).await.map_err(failed),
            #[cfg(test)]
            Self::Script(script) => script.changes_since(event, after, limit).await,
        }
    }

    /// Where events stand; those that are gone are left out.
    pub(super) async fn positions(
        &self,
        events: &[EventId],
    ) -> Result<Vec<(EventId, Position)>, ReadError> {
        match self {
            Self::Store(feed) => feed.positions(events).await.map_err(failed),
            #[cfg(test)]
            Self::Script(script) => script.positions(events).await,
        }
    }
}

fn failed(error: impl std::fmt::Display) -> ReadError {
    ReadError(error.to_string())
}
