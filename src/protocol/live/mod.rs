//! The live socket's protocol: message types, their two encodings, close codes and limits.
//!
//! `message` says what can be said, `text` and `binary` how it is written, `framed` how it travels,
//! `client` what may come back. Every decoder takes bytes from strangers: it answers an error, it never panics, and it
//! allocates no more than its input or [`SEATS_MAX`] justifies.

pub mod binary;
pub mod client;
pub mod close;
pub mod framed;
pub mod message;
pub mod since;
pub mod text;
mod varint;

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod property_tests;

/// The version of the protocol a `hello` names.
pub const PROTOCOL: u32 = 1;

/// The WebSocket subprotocol of JSON text frames.
pub const SUBPROTOCOL_JSON: &str = "seatmap.v1.json";

/// The WebSocket subprotocol with binary snapshots, deltas and heartbeats.
pub const SUBPROTOCOL_BINARY: &str = "seatmap.v1.bin";

/// The largest message a client may send, in bytes. The three it may say are far below it.
pub const CLIENT_MESSAGE_BYTES_MAX: usize = 4 * 1024;

/// The most seats a decoder believes in: the span of ticket ids one event owns, five times what
/// can be created. It bounds what six hostile bytes can make a reader allocate.
pub const SEATS_MAX: u32 = 1_000_000;

/// How snapshots, deltas and heartbeats are written on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON object per text frame.
    Json,
    /// One binary message per frame.
    Binary,
}

impl Format {
    /// Both, in the order of [`Format::slot`].
    pub const ALL: [Format; 2] = [Self::Json, Self::Binary];

    /// The format's place in arrays that keep one thing per format.
    #[must_use]
    pub fn slot(self) -> usize {
        match self {
            Self::Json => 0,
            Self::Binary => 1,
        }
    }

    /// The name negotiated in the handshake.
    #[must_use]
    pub fn subprotocol(self) -> &'static str {
        match self {
            Self::Json => SUBPROTOCOL_JSON,
            Self::Binary => SUBPROTOCOL_BINARY,
        }
    }
}

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A kind this version does not know; the contract says to pass over it.
    #[error("unknown kind of message: {0}")]
    UnknownKind(String),
    /// The message ends before it is complete.
    #[error("the message is cut short")]
    Truncated,
    /// Bytes are left after the message.
    #[error("bytes follow the message")]
    Trailing,
    /// A number does not fit its field.
    #[error("a number is too large")]
    TooLarge,
    /// A code or letter that is no seat status.
    #[error("no such seat status")]
    UnknownStatus,
    /// A snapshot encoding other than 0 and 1.
    #[error("no such snapshot encoding")]
    UnknownEncoding,
    /// The runs of a snapshot do not add up to its seats.
    #[error("the runs do not add up to the seat count")]
    RunsDisagree,
    /// The changes of a delta are not in ascending order, each seat once.
    #[error("seats are not ascending")]
    NotAscending,
    /// A delta that leads to a version below the one it starts from.
    #[error("a delta runs backwards")]
    Backwards,
    /// Text that is not the JSON object it should be.
    #[error("not a message: {0}")]
    Json(String),
}
