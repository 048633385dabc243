//! What a client may say on the live socket: three things, as JSON text.

use serde::{Deserialize, Serialize};

use super::CLIENT_MESSAGE_BYTES_MAX;

/// A message from a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ClientMessage {
    /// The client lost its place and wants a snapshot.
    Resync,
    /// The client wants a heartbeat.
    Ping,
    /// The client names itself.
    Auth {
        /// The bearer token.
        token: String,
    },
}

/// Why a client's message could not be used; its text is the `detail` of the `error` sent back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMessage {
    /// Longer than [`CLIENT_MESSAGE_BYTES_MAX`].
    #[error("messages may have at most {CLIENT_MESSAGE_BYTES_MAX} bytes")]
    TooLong,
    /// Not one of the three.
    #[error(
        "expected {{\"type\":\"resync\"}}, {{\"type\":\"ping\"}} or {{\"type\":\"auth\",\"token\":…}}"
    )]
    Unusable,
    /// A binary frame.
    #[error("clients speak JSON text frames")]
    Binary,
}

impl ClientMessage {
    /// Reads a text frame. Fields it does not know are passed over.
    pub fn decode(text: &str) -> Result<Self, BadMessage> {
        if text.len() > CLIENT_MESSAGE_BYTES_MAX {
            return Err(BadMessage::TooLong);
        }
        serde_json::from_str(text).map_err(|_| BadMessage::Unusable)
    }

    /// Writes a text frame.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("strings and unit variants always serialise")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_messages_are_understood() {
        let auth = ClientMessage::Auth { token: "t".to_owned() };
        for (text, message) in [
            (r#"{"type":"resync"}"#, ClientMessage::Resync),
            (r#"{"type":"ping","later":[1]}"#, ClientMessage::Ping),
            (r#"{"token":"t","type":"auth"}"#, auth),
        ] {
            assert_eq!(ClientMessage::decode(text), Ok(message), "{text}");
        }
    }

    #[test]
    fn anything_else_is_an_error_with_words() {
        for text in ["", "{}", "[]", "null", r#"{"type":"buy"}"#, r#"{"type":"auth"}"#, "{\"type\""]
        {
            assert_eq!(ClientMessage::decode(text), Err(BadMessage::Unusable), "{text}");
        }
        let long = format!(r#"{{"type":"auth","token":"{}"}}"#, "x".repeat(4096));
        assert_eq!(ClientMessage::decode(&long), Err(BadMessage::TooLong));
        let nested = "[".repeat(4000);
        assert_eq!(ClientMessage::decode(&nested), Err(BadMessage::Unusable));
    }
}
