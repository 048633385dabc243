//! Frames seen lately on an event. All viewers are sent the same bytes, so a frame is decoded once
//! and recognised by comparison afterwards.

use std::collections::VecDeque;

use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::message::{Hello, Mode, ServerMessage};
use seatmap::protocol::live::{DecodeError, binary, text};

use super::maps::{EpochIndex, MapKey};

/// Frames remembered per event. Two are under way at most times; heartbeats and hellos come in
/// between.
const KNOWN_MAX: usize = 12;
/// Steps remembered per frame: viewers come to it from few versions.
const STEPS_MAX: usize = 16;

/// What a frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Hello {
        epoch: EpochIndex,
        version: u64,
        seats: u32,
        resume: bool,
        event: i64,
    },
    Snapshot {
        version: u64,
        statuses: Vec<SeatStatus>,
    },
    Delta {
        from: u64,
        version: u64,
        changes: Vec<(u32, SeatStatus)>,
    },
    Heartbeat {
        version: u64,
    },
    Bye {
        retry_after_ms: u64,
    },
    Error(String),
    /// Something of a later protocol.
    Unknown,
    /// No message at all.
    Broken(String),
}

/// One frame and where it has led.
#[derive(Debug)]
pub(super) struct Known {
    is_text: bool,
    bytes: Vec<u8>,
    pub(super) said: Said,
    /// Which map it led to from which; a snapshot leads from none.
    steps: Vec<(Option<MapKey>, EpochIndex, MapKey)>,
}

impl Known {
    /// The map that this frame has led to from that one.
    pub(super) fn step(&self, from: Option<MapKey>, epoch: EpochIndex) -> Option<MapKey> {
        let step = self.steps.iter().rev().find(|step| step.0 == from && step.1 == epoch);
        step.map(|step| step.2)
    }

    pub(super) fn remember(&mut self, from: Option<MapKey>, epoch: EpochIndex, to: MapKey) {
        self.steps.retain(|step| (step.0, step.1) != (from, epoch));
        if self.steps.len() == STEPS_MAX {
            self.steps.remove(0);
        }
        self.steps.push((from, epoch, to));
    }
}

/// The frames of one event.
#[derive(Debug, Default)]
pub(super) struct KnownFrames {
    /// The newest last.
    frames: VecDeque<Known>,
    epochs: Vec<String>,
}

impl KnownFrames {
    /// The frame with these bytes, decoded if it is new. Its place is good until the next call.
    pub(super) fn find(&mut self, is_text: bool, bytes: &[u8]) -> usize {
        let same = |known: &Known| known.is_text == is_text && known.bytes == bytes;
        if let Some(place) = self.frames.iter().rposition(same) {
            return place;
        }
        let said = match decode(is_text, bytes) {
            Ok(message) => self.said(message),
            Err(DecodeError::UnknownKind(_)) => Said::Unknown,
            Err(error) => Said::Broken(error.to_string()),
        };
        let (mut kept, mut steps) = (Vec::new(), Vec::new());
        if self.frames.len() == KNOWN_MAX
            && let Some(oldest) = self.frames.pop_front()
        {
            // Its allocations serve again.
            (kept, steps) = (oldest.bytes, oldest.steps);
            kept.clear();
            steps.clear();
        }
        kept.extend_from_slice(bytes);
        self.frames.push_back(Known { is_text, bytes: kept, said, steps });
        self.frames.len() - 1
    }

    pub(super) fn at(&mut self, place: usize) -> &mut Known {
        &mut self.frames[place]
    }

    /// An epoch's name.
    pub(super) fn epoch(&self, index: EpochIndex) -> &str {
        &self.epochs[usize::from(index)]
    }

    fn said(&mut self, message: ServerMessage) -> Said {
        match message {
            ServerMessage::Hello(hello) => self.hello(hello),
            ServerMessage::Snapshot(map) => {
                Said::Snapshot { version: map.version, statuses: map.statuses }
            }
            ServerMessage::Delta(change) => {
                Said::Delta { from: change.from, version: change.version, changes: change.changes }
            }
            ServerMessage::Heartbeat(beat) => Said::Heartbeat { version: beat.version },
            ServerMessage::Bye(bye) => Said::Bye { retry_after_ms: bye.retry_after_ms },
            ServerMessage::Error(error) => Said::Error(error.detail),
        }
    }

    fn hello(&mut self, hello: Hello) -> Said {
        let known = self.epochs.iter().position(|epoch| *epoch == hello.epoch);
        let index = known.unwrap_or_else(|| {
            self.epochs.push(hello.epoch);
            self.epochs.len() - 1
        });
        let Ok(epoch) = EpochIndex::try_from(index) else {
            return Said::Broken("more epochs than can be told apart".to_owned());
        };
        Said::Hello {
            epoch,
            version: hello.version,
            seats: hello.seats,
            resume: hello.mode == Mode::Resume,
            event: hello.event_id.0,
        }
    }
}

fn decode(is_text: bool, bytes: &[u8]) -> Result<ServerMessage, DecodeError> {
    if !is_text {
        return binary::decode(bytes);
    }
    let line = std::str::from_utf8(bytes).map_err(|error| DecodeError::Json(error.to_string()))?;
    text::decode(line)
}
