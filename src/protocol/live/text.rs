//! The JSON writing of the server's messages, fields in the order the contract shows, and of the
//! `/availability` bodies that say the same over plain HTTP.

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::message::{Bye, ErrorMessage, Heartbeat, Hello, ServerMessage, Snapshot};
use super::{DecodeError, SEATS_MAX};
use crate::domain::change::ChangeSet;
use crate::domain::ids::{SeatIndex, Version};
use crate::domain::seat::SeatStatus;

/// The letters of the statuses, by code.
const LETTERS: [u8; 5] = *b"ALRSB";

/// Writes any message.
#[must_use]
pub fn encode(message: &ServerMessage) -> String {
    match message {
        ServerMessage::Hello(hello) => write(&Out::Hello(hello)),
        ServerMessage::Snapshot(map) => snapshot(map.version, &map.statuses),
        ServerMessage::Delta(change) => delta(change),
        ServerMessage::Heartbeat(beat) => write(&Out::Heartbeat(beat)),
        ServerMessage::Bye(bye) => write(&Out::Bye(bye)),
        ServerMessage::Error(error) => write(&Out::Error(error)),
    }
}

/// Writes a snapshot without owning its statuses.
#[must_use]
pub fn snapshot(version: Version, statuses: &[SeatStatus]) -> String {
    write(&Out::Snapshot { version, statuses: Letters(statuses) })
}

/// Writes a delta without owning its changes.
#[must_use]
pub fn delta(change: &ChangeSet) -> String {
    let ChangeSet { from, version, changes } = change;
    write(&Out::Delta { from: *from, version: *version, changes: Changes(changes) })
}

/// Writes the body of `/availability` that shows the whole map.
#[must_use]
pub fn availability(
    epoch: &str,
    layout: &str,
    version: Version,
    statuses: &[SeatStatus],
) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        epoch: &'a str,
        version: Version,
        seats: usize,
        layout: &'a str,
        statuses: Letters<'a>,
    }
    let seats = statuses.len();
    write(&Body { epoch, version, seats, layout, statuses: Letters(statuses) })
}

/// Writes the body of `/availability?since=` that shows what changed.
#[must_use]
pub fn availability_since(epoch: &str, change: &ChangeSet) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        epoch: &'a str,
        from: Version,
        version: Version,
        changes: Changes<'a>,
    }
    let ChangeSet { from, version, changes } = change;
    write(&Body { epoch, from: *from, version: *version, changes: Changes(changes) })
}

/// Reads any message.
pub fn decode(text: &str) -> Result<ServerMessage, DecodeError> {
    #[derive(Deserialize)]
    struct Kind {
        r#type: String,
    }
    let kind: Kind = read(text)?;
    match kind.r#type.as_str() {
        "hello" => read(text).map(ServerMessage::Hello),
        "snapshot" => read_snapshot(text).map(ServerMessage::Snapshot),
        "delta" => read_delta(text).map(ServerMessage::Delta),
        "heartbeat" => read(text).map(ServerMessage::Heartbeat),
        "bye" => read(text).map(ServerMessage::Bye),
        "error" => read(text).map(ServerMessage::Error),
        _ => Err(DecodeError::UnknownKind(kind.r#type)),
    }
}

fn read_snapshot(text: &str) -> Result<Snapshot, DecodeError> {
    #[derive(Deserialize)]
    struct Body {
        version: Version,
        statuses: String,
    }
    let body: Body = read(text)?;
    if body.statuses.len() > SEATS_MAX as usize {
        return Err(DecodeError::TooLarge);
    }
    let statuses: Option<Vec<SeatStatus>> = body.statuses.bytes().map(from_letter).collect();
    let statuses = statuses.ok_or(DecodeError::UnknownStatus)?;
    Ok(Snapshot { version: body.version, statuses })
}

fn read_delta(text: &str) -> Result<ChangeSet, DecodeError> {
    #[derive(Deserialize)]
    struct Body {
        from: Version,
        version: Version,
        changes: Vec<(SeatIndex, Letter)>,
    }
    let Body { from, version, changes } = read(text)?;
    if version < from {
        return Err(DecodeError::Backwards);
    }
    if changes.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err(DecodeError::NotAscending);
    }
    if changes.last().is_some_and(|(seat, _)| *seat >= SEATS_MAX) {
        return Err(DecodeError::TooLarge);
    }
    let changes = changes.into_iter().map(|(seat, letter)| (seat, letter.0)).collect();
    Ok(ChangeSet { from, version, changes })
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Out<'a> {
    Hello(&'a Hello),
    Snapshot { version: Version, statuses: Letters<'a> },
    Delta { from: Version, version: Version, changes: Changes<'a> },
    Heartbeat(&'a Heartbeat),
    Bye(&'a Bye),
    Error(&'a ErrorMessage),
}

/// A map as a string of letters.
pub(crate) struct Letters<'a>(pub(crate) &'a [SeatStatus]);

impl Serialize for Letters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let letters = self.0.iter().map(|status| char::from(letter(*status)));
        serializer.serialize_str(&letters.collect::<String>())
    }
}

/// Changes as pairs of seat and letter.
pub(crate) struct Changes<'a>(pub(crate) &'a [(SeatIndex, SeatStatus)]);

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for (seat, status) in self.0 {
            list.serialize_element(&(seat, char::from(letter(*status))))?;
        }
        list.end()
    }
}

/// A status read from its letter.
struct Letter(SeatStatus);

impl<'de> Deserialize<'de> for Letter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let letter = char::deserialize(deserializer)?;
        let status = u8::try_from(letter).ok().and_then(from_letter);
        status.map(Letter).ok_or_else(|| serde::de::Error::custom(DecodeError::UnknownStatus))
    }
}

fn letter(status: SeatStatus) -> u8 {
    LETTERS[usize::from(status.code())]
}

fn from_letter(letter: u8) -> Option<SeatStatus> {
    let code = LETTERS.iter().position(|known| *known == letter)?;
    SeatStatus::from_code(u8::try_from(code).ok()?)
}

fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("numbers, strings and lists always serialise")
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, DecodeError> {
    serde_json::from_str(text).map_err(|error| DecodeError::Json(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::seat::SeatStatus::{Available, Locked, Sold};

    #[test]
    fn availability_bodies_carry_the_epoch() {
        assert_eq!(
            availability("k3f9", "abc", 7, &[Available, Sold]),
            r#"{"epoch":"k3f9","version":7,"seats":2,"layout":"abc","statuses":"AS"}"#
        );
        let change = ChangeSet { from: 5, version: 7, changes: vec![(1, Locked)] };
        assert_eq!(
            availability_since("k3f9", &change),
            r#"{"epoch":"k3f9","from":5,"version":7,"changes":[[1,"L"]]}"#
        );
    }

    #[test]
    fn unusable_text_is_told_apart() {
        let unknown = decode(r#"{"type":"price","seat":1}"#);
        assert_eq!(unknown, Err(DecodeError::UnknownKind("price".to_owned())));
        let back = decode(r#"{"type":"delta","from":2,"version":1,"changes":[]}"#);
        assert_eq!(back, Err(DecodeError::Backwards));
        let twice = decode(r#"{"type":"delta","from":1,"version":2,"changes":[[1,"A"],[1,"L"]]}"#);
        assert_eq!(twice, Err(DecodeError::NotAscending));
        let far = decode(r#"{"type":"delta","from":1,"version":2,"changes":[[1000000,"A"]]}"#);
        assert_eq!(far, Err(DecodeError::TooLarge));
        let letter = decode(r#"{"type":"snapshot","version":2,"statuses":"AX"}"#);
        assert_eq!(letter, Err(DecodeError::UnknownStatus));
        assert!(matches!(decode("{"), Err(DecodeError::Json(_))));
    }
}
