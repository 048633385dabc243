//! The text of a notification: `event from version changes`, the changes as `seat:status` joined
//! by commas, or `-` when they don't fit and must be read from the log. Or `event ! version`: what
//! is known of the event must be read anew.

use std::fmt::Write as _;

use crate::domain::change::ChangeSet;
use crate::domain::ids::{EventId, SeatIndex, Version};
use crate::domain::seat::SeatStatus;

/// The channel of all announcements.
pub(super) const CHANNEL: &str = "seat_changes";

/// PostgreSQL takes payloads below 8,000 bytes.
const PAYLOAD_MAX_BYTES: usize = 7_900;

/// What one committed batch tells every node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The event.
    pub event: EventId,
    /// The version before.
    pub from: Version,
    /// The version after.
    pub version: Version,
    /// The net changes; `None`: too many to say, read the log.
    pub changes: Option<Vec<(SeatIndex, SeatStatus)>>,
}

/// What a payload says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A batch was committed.
    Changed(Announcement),
    /// An event has other prices or another chart, as of a version.
    Renewed(EventId, Version),
}

/// Writes the payload that makes everybody read an event anew.
pub(super) fn encode_renewal(event: EventId, version: Version) -> String {
    format!("{event} ! {version}")
}

/// Writes the payload of a change set.
pub(super) fn encode(event: EventId, set: &ChangeSet) -> String {
    let head = format!("{event} {} {} ", set.from, set.version);
    let mut text = head.clone();
    for (position, (seat, status)) in set.changes.iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{seat}:{}", status.code());
        if text.len() > PAYLOAD_MAX_BYTES {
            return head + "-";
        }
    }
    text
}

/// Reads a payload; `None` when it isn't one of ours.
pub(super) fn decode(payload: &str) -> Option<Heard> {
    let mut parts = payload.splitn(4, ' ');
    let event = EventId(parts.next()?.parse().ok()?);
    let from = parts.next()?;
    let version = parts.next()?.parse().ok()?;
    if from == "!" {
        return parts.next().is_none().then_some(Heard::Renewed(event, version));
    }
    let from = from.parse().ok()?;
    let changes = match parts.next()? {
        "-" => None,
        "" => Some(Vec::new()),
        list => Some(list.split(',').map(decode_change).collect::<Option<_>>()?),
    };
    Some(Heard::Changed(Announcement { event, from, version, changes }))
}

fn decode_change(text: &str) -> Option<(SeatIndex, SeatStatus)> {
    let (seat, status) = text.split_once(':')?;
    Some((seat.parse().ok()?, SeatStatus::from_code(status.parse().ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(seats: u32) -> ChangeSet {
        let changes = (0..seats).map(|seat| (seat * 7, SeatStatus::Locked)).collect();
        ChangeSet { from: 41, version: 42, changes }
    }

    fn changed(payload: &str) -> Announcement {
        match decode(payload) {
            Some(Heard::Changed(announcement)) => announcement,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_event_to_be_read_anew_is_named() {
        let payload = encode_renewal(EventId(3), 42);
        assert_eq!(decode(&payload), Some(Heard::Renewed(EventId(3), 42)));
        assert_eq!(decode("3 ! 42 -"), None);
    }

    #[test]
    fn what_was_announced_is_heard() {
        for seats in [0, 1, 500] {
            let heard = changed(&encode(EventId(3), &set(seats)));
            assert_eq!((heard.event, heard.from, heard.version), (EventId(3), 41, 42));
            assert_eq!(heard.changes, Some(set(seats).changes));
        }
    }

    #[test]
    fn many_changes_fit_by_not_being_named() {
        let payload = encode(EventId(3), &set(5_000));
        assert!(payload.len() < 100, "{}", payload.len());
        assert_eq!(changed(&payload).changes, None);
    }

    #[test]
    fn strangers_payloads_are_no_announcements() {
        for payload in ["", "x", "1 2", "1 2 3", "1 2 3 4", "1 2 3 4:9", "1 2 3 4:1,"] {
            assert_eq!(decode(payload), None, "{payload}");
        }
    }
}
