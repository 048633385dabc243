//! A change set on its way to many viewers: encoded at most once per format, its bytes shared.

use std::sync::{Arc, OnceLock};

use tokio::time::Instant;

use crate::domain::change::ChangeSet;
use crate::domain::ids::Version;
use crate::protocol::live::framed::Framed;
use crate::protocol::live::{Format, binary, text};

use super::stats::HubStats;

/// What a frame without changes weighs, in bytes: its place in the ring and its allocations.
const FRAME_OVERHEAD_BYTES: usize = 200;
/// What a change weighs, in bytes: 8 as a value, about 12 as JSON, about 3 as binary.
const CHANGE_BYTES: usize = 24;

/// A merged change set and its encodings.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) change: ChangeSet,
    /// When viewers were told of it; `None` for history from before the mirror.
    pub(super) published_at: Option<Instant>,
    encoded: Encoded,
}

impl Frame {
    /// A frame of the past, or one made for a single viewer.
    pub(super) fn new(change: ChangeSet) -> Arc<Self> {
        Arc::new(Self { change, published_at: None, encoded: Encoded::default() })
    }

    /// A frame that viewers are told of now.
    pub(super) fn publish(change: ChangeSet, now: Instant) -> Arc<Self> {
        Self::merged(change, Some(now))
    }

    /// Several frames as one; `published_at` is when the first of them was.
    pub(super) fn merged(change: ChangeSet, published_at: Option<Instant>) -> Arc<Self> {
        Arc::new(Self { change, published_at, encoded: Encoded::default() })
    }

    pub(super) fn version(&self) -> Version {
        self.change.version
    }

    /// The delta message in one format.
    pub(super) fn framed(&self, format: Format, stats: &HubStats) -> Framed {
        self.encoded.get(format, stats, || match format {
            Format::Json => Framed::text(&text::delta(&self.change)),
            Format::Binary => Framed::binary(&binary::delta(&self.change)),
        })
    }

    /// Roughly what the frame keeps in memory once both formats are encoded, in bytes.
    pub(super) fn weight(&self) -> usize {
        FRAME_OVERHEAD_BYTES + CHANGE_BYTES * self.change.changes.len()
    }
}

/// One message per format, encoded and framed on first use.
#[derive(Debug, Default)]
pub(super) struct Encoded([OnceLock<Framed>; 2]);

impl Encoded {
    /// The bytes, shared; `encode` runs at most once per format.
    pub(super) fn get(
        &self,
        format: Format,
        stats: &HubStats,
        encode: impl FnOnce() -> Framed,
    ) -> Framed {
        let made = self.0[format.slot()].get_or_init(|| {
            stats.frames_encoded.add();
            encode()
        });
        made.clone()
    }
}
