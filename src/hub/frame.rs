//! A change set on its way to many viewers: encoded at most once per format, its bytes shared.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::domain::change::ChangeSet;
use crate::domain::ids::Version;
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
    encoded: Encoded,
}

impl Frame {
    pub(super) fn new(change: ChangeSet) -> Arc<Self> {
        Arc::new(Self { change, encoded: Encoded::default() })
    }

    pub(super) fn version(&self) -> Version {
        self.change.version
    }

    /// The delta message in one format.
    pub(super) fn bytes(&self, format: Format, stats: &HubStats) -> Bytes {
        self.encoded.get(format, stats, || match format {
            Format::Json => text::delta(&self.change).into(),
            Format::Binary => binary::delta(&self.change).into(),
        })
    }

    /// Roughly what the frame keeps in memory once both formats are encoded, in bytes.
    pub(super) fn weight(&self) -> usize {
        FRAME_OVERHEAD_BYTES + CHANGE_BYTES * self.change.changes.len()
    }
}

/// One message's bytes per format, made on first use.
#[derive(Debug, Default)]
pub(super) struct Encoded([OnceLock<Bytes>; 2]);

impl Encoded {
    /// The bytes, shared; `encode` runs at most once per format.
    pub(super) fn get(
        &self,
        format: Format,
        stats: &HubStats,
        encode: impl FnOnce() -> Bytes,
    ) -> Bytes {
        let made = self.0[format.slot()].get_or_init(|| {
            stats.frames_encoded.add();
            encode()
        });
        made.clone()
    }
}
