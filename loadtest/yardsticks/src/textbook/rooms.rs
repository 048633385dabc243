//! Who follows which event: one `broadcast` channel each.

use bytes::Bytes;
use dashmap::DashMap;
use seatmap::domain::change::ChangeSet;
use seatmap::domain::ids::Version;
use seatmap::protocol::live::binary;
use tokio::sync::broadcast;

/// How many changes a slow socket may be behind before it gets the whole map again.
const CHANGES_BEHIND_MAX: usize = 1_024;

/// A change, written once for all.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) version: Version,
    pub(super) bytes: Bytes,
}

/// The channels.
#[derive(Debug, Default)]
pub(super) struct Rooms(DashMap<i64, broadcast::Sender<Message>>);

impl Rooms {
    pub(super) fn follow(&self, event: i64) -> broadcast::Receiver<Message> {
        let room = self.0.entry(event).or_insert_with(|| broadcast::channel(CHANGES_BEHIND_MAX).0);
        room.subscribe()
    }

    pub(super) fn say(&self, event: i64, change: &ChangeSet) {
        if let Some(room) = self.0.get(&event) {
            let message = Message { version: change.version, bytes: binary::delta(change).into() };
            // Nobody there is no failure.
            let _ = room.send(message);
        }
    }
}
