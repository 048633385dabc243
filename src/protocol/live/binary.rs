//! The binary writing of snapshots, deltas and heartbeats: little endian, unsigned varints.
//! `hello`, `bye` and `error` stay text on a binary connection too.

use super::message::{Heartbeat, ServerMessage, Snapshot};
use super::varint::{Reader, put};
use super::{DecodeError, SEATS_MAX};
use crate::domain::change::ChangeSet;
use crate::domain::ids::{SeatIndex, Version};
use crate::domain::seat::SeatStatus;

const SNAPSHOT: u8 = 0x01;
const DELTA: u8 = 0x02;
const HEARTBEAT: u8 = 0x03;

/// Four bits per seat, low nibble first.
const ENCODING_NIBBLES: u8 = 0;
/// Runs of equal statuses.
const ENCODING_RUNS: u8 = 1;

/// The bits a status takes below a run length or a gap.
const STATUS_BITS: u32 = 3;
const STATUS_MASK: u64 = (1 << STATUS_BITS) - 1;

/// Writes a message that has a binary form; `None` for those that stay text.
#[must_use]
pub fn encode(message: &ServerMessage) -> Option<Vec<u8>> {
    match message {
        ServerMessage::Snapshot(map) => Some(snapshot(map.version, &map.statuses)),
        ServerMessage::Delta(change) => Some(delta(change)),
        ServerMessage::Heartbeat(beat) => Some(heartbeat(*beat)),
        ServerMessage::Hello(_) | ServerMessage::Bye(_) | ServerMessage::Error(_) => None,
    }
}

/// Writes a snapshot in whichever encoding is smaller.
#[must_use]
pub fn snapshot(version: Version, statuses: &[SeatStatus]) -> Vec<u8> {
    let nibbles_len = statuses.len().div_ceil(2);
    let mut out = Vec::with_capacity(16 + nibbles_len);
    out.push(SNAPSHOT);
    put(&mut out, version);
    put(&mut out, statuses.len() as u64);
    let body_start = out.len();
    out.push(ENCODING_RUNS);
    for run in statuses.chunk_by(PartialEq::eq) {
        put_with_status(&mut out, run.len() as u64, run[0]);
        if out.len() - body_start > nibbles_len {
            break;
        }
    }
    // The encoding byte counts in both, so runs of exactly `nibbles_len` bytes are no gain.
    if out.len() - body_start > nibbles_len {
        out.truncate(body_start);
        out.push(ENCODING_NIBBLES);
        for pair in statuses.chunks(2) {
            let high = pair.get(1).map_or(0, |status| status.code());
            out.push(pair[0].code() | high << 4);
        }
    }
    out
}

/// Writes a delta.
#[must_use]
pub fn delta(change: &ChangeSet) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 + 2 * change.changes.len());
    out.push(DELTA);
    put(&mut out, change.from);
    put(&mut out, change.version);
    put(&mut out, change.changes.len() as u64);
    let mut next = 0;
    for &(seat, status) in &change.changes {
        debug_assert!(seat >= next, "seats ascend");
        put_with_status(&mut out, u64::from(seat - next), status);
        next = seat + 1;
    }
    out
}

/// Writes a heartbeat.
#[must_use]
pub fn heartbeat(beat: Heartbeat) -> Vec<u8> {
    let mut out = Vec::with_capacity(16);
    out.push(HEARTBEAT);
    put(&mut out, beat.version);
    put(&mut out, beat.viewers);
    out
}

/// Reads a binary frame.
pub fn decode(bytes: &[u8]) -> Result<ServerMessage, DecodeError> {
    let mut reader = Reader::new(bytes);
    let message = match reader.byte()? {
        SNAPSHOT => ServerMessage::Snapshot(read_snapshot(&mut reader)?),
        DELTA => ServerMessage::Delta(read_delta(&mut reader)?),
        HEARTBEAT => ServerMessage::Heartbeat(Heartbeat {
            version: reader.varint()?,
            viewers: reader.varint()?,
        }),
        kind => return Err(DecodeError::UnknownKind(format!("{kind:#04x}"))),
    };
    if reader.left() > 0 { Err(DecodeError::Trailing) } else { Ok(message) }
}

fn read_snapshot(reader: &mut Reader<'_>) -> Result<Snapshot, DecodeError> {
    let version = reader.varint()?;
    let seats = reader.varint()?;
    if seats > u64::from(SEATS_MAX) {
        return Err(DecodeError::TooLarge);
    }
    let seats = seats as usize;
    let statuses = match reader.byte()? {
        ENCODING_NIBBLES => read_nibbles(reader.take_rest(), seats)?,
        ENCODING_RUNS => read_runs(reader, seats)?,
        _ => return Err(DecodeError::UnknownEncoding),
    };
    Ok(Snapshot { version, statuses })
}

fn read_nibbles(bytes: &[u8], seats: usize) -> Result<Vec<SeatStatus>, DecodeError> {
    match bytes.len().cmp(&seats.div_ceil(2)) {
        std::cmp::Ordering::Less => return Err(DecodeError::Truncated),
        std::cmp::Ordering::Greater => return Err(DecodeError::Trailing),
        std::cmp::Ordering::Equal => {}
    }
    let codes = bytes.iter().flat_map(|byte| [byte & 0x0f, byte >> 4]);
    let statuses: Option<Vec<_>> = codes.take(seats).map(SeatStatus::from_code).collect();
    statuses.ok_or(DecodeError::UnknownStatus)
}

fn read_runs(reader: &mut Reader<'_>, seats: usize) -> Result<Vec<SeatStatus>, DecodeError> {
    let mut statuses = Vec::new();
    while statuses.len() < seats {
        let (length, status) = read_with_status(reader)?;
        // A run of nothing would let a reader loop without getting anywhere.
        if length == 0 || length > (seats - statuses.len()) as u64 {
            return Err(DecodeError::RunsDisagree);
        }
        statuses.resize(statuses.len() + length as usize, status);
    }
    Ok(statuses)
}

fn read_delta(reader: &mut Reader<'_>) -> Result<ChangeSet, DecodeError> {
    let from = reader.varint()?;
    let version = reader.varint()?;
    let count = reader.varint()?;
    if version < from {
        return Err(DecodeError::Backwards);
    }
    // Each change takes a byte at least, so no count can reserve more than came in.
    if count > reader.left() as u64 {
        return Err(DecodeError::Truncated);
    }
    let mut changes = Vec::with_capacity(count as usize);
    let mut next: u64 = 0;
    for _ in 0..count {
        let (gap, status) = read_with_status(reader)?;
        let seat = next + gap;
        if seat >= u64::from(SEATS_MAX) {
            return Err(DecodeError::TooLarge);
        }
        changes.push((seat as SeatIndex, status));
        next = seat + 1;
    }
    Ok(ChangeSet { from, version, changes })
}

fn put_with_status(out: &mut Vec<u8>, number: u64, status: SeatStatus) {
    put(out, number << STATUS_BITS | u64::from(status.code()));
}

fn read_with_status(reader: &mut Reader<'_>) -> Result<(u64, SeatStatus), DecodeError> {
    let value = reader.varint()?;
    let status = SeatStatus::from_code((value & STATUS_MASK) as u8);
    Ok((value >> STATUS_BITS, status.ok_or(DecodeError::UnknownStatus)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_counts_allocate_nothing() {
        // A delta that claims 2^62 changes, and a snapshot that claims 2^40 seats.
        let mut bytes = vec![DELTA, 1, 2];
        put(&mut bytes, 1 << 62);
        assert_eq!(decode(&bytes), Err(DecodeError::Truncated));
        let mut bytes = vec![SNAPSHOT, 1];
        put(&mut bytes, 1 << 40);
        bytes.push(ENCODING_RUNS);
        assert_eq!(decode(&bytes), Err(DecodeError::TooLarge));
    }

    #[test]
    fn broken_frames_say_what_is_wrong() {
        assert_eq!(decode(&[]), Err(DecodeError::Truncated));
        assert_eq!(decode(&[9]), Err(DecodeError::UnknownKind("0x09".to_owned())));
        assert_eq!(decode(&[HEARTBEAT, 1, 1, 1]), Err(DecodeError::Trailing));
        assert_eq!(decode(&[SNAPSHOT, 1, 2, 7, 0]), Err(DecodeError::UnknownEncoding));
        assert_eq!(decode(&[SNAPSHOT, 1, 2, 0]), Err(DecodeError::Truncated));
        assert_eq!(decode(&[SNAPSHOT, 1, 2, 0, 0, 0]), Err(DecodeError::Trailing));
        assert_eq!(decode(&[SNAPSHOT, 1, 2, 0, 0x05]), Err(DecodeError::UnknownStatus));
        assert_eq!(decode(&[SNAPSHOT, 1, 2, 1, 3 << 3]), Err(DecodeError::RunsDisagree));
        assert_eq!(decode(&[SNAPSHOT, 1, 2, 1, 0]), Err(DecodeError::RunsDisagree));
        assert_eq!(decode(&[SNAPSHOT, 1, 2, 1, 1 << 3]), Err(DecodeError::Truncated));
        assert_eq!(decode(&[DELTA, 2, 1, 0]), Err(DecodeError::Backwards));
    }
}
