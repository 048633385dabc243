//! Which histories an event had, and which of them viewers were shown. Facts only.

use serde::{Deserialize, Serialize};

use super::Nanos;

/// An event's histories, by the epochs that stand for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epochs {
    /// The event.
    pub event: i64,
    /// The epoch that it began with.
    pub first: String,
    /// The epoch that it has at rest.
    pub last: String,
    /// The version at which its history went on elsewhere; none: it never did.
    pub until: Option<u64>,
}

/// What one connection of a viewer's was shown of one history, at a stretch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// The event.
    pub event: i64,
    /// The viewer.
    pub viewer: String,
    /// Which of the viewer's connections.
    pub connection: u64,
    /// The epoch.
    pub epoch: String,
    /// The lowest version that was named under it.
    pub least: u64,
    /// The highest.
    pub most: u64,
    /// When it was named first.
    pub from: Nanos,
    /// When it was named last.
    pub until: Nanos,
}

impl Sight {
    /// Adds to what was shown before: to the last of it, if that is the same history on the same
    /// connection.
    pub(crate) fn add_to(self, sights: &mut Vec<Self>) {
        let own = |last: &&mut Self| {
            (&last.viewer, last.connection, &last.epoch)
                == (&self.viewer, self.connection, &self.epoch)
        };
        match sights.last_mut().filter(own) {
            Some(last) => {
                last.least = last.least.min(self.least);
                last.most = last.most.max(self.most);
                last.until = self.until;
            }
            None => sights.push(self),
        }
    }
}
