//! The WebSocket close codes and what each tells a client to do. Used by the sockets and by
//! clients.

/// A normal end, as the other side asked for it.
pub const NORMAL: u16 = 1000;
/// The peer broke the WebSocket protocol itself.
pub const WEBSOCKET_PROTOCOL: u16 = 1002;
/// A text message that is no UTF-8.
pub const NOT_UTF8: u16 = 1007;
/// A message above [`super::CLIENT_MESSAGE_BYTES_MAX`].
pub const TOO_BIG: u16 = 1009;
/// The server restarts; comes after `bye`, which says when to reconnect.
pub const RESTART: u16 = 1012;
/// No room for one more connection.
pub const OVERLOADED: u16 = 1013;
/// The peer took no byte, or answered no ping, for too long.
pub const STALLED: u16 = 4001;
/// The connection is moved elsewhere.
pub const ROTATE: u16 = 4002;
/// The token given with `auth` has run out.
pub const TOKEN_EXPIRED: u16 = 4004;
/// Too many messages that could not be used.
pub const PROTOCOL_ERROR: u16 = 4500;
/// The caller may not follow this event.
pub const FORBIDDEN: u16 = 4503;
/// The event no longer exists.
pub const EVENT_GONE: u16 = 4504;

/// Whether a client closed with this code should come back (with backoff).
#[must_use]
pub fn asks_to_reconnect(code: u16) -> bool {
    !(4500..5000).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_a_code_says_whether_to_come_back() {
        for code in [RESTART, OVERLOADED, STALLED, ROTATE, TOKEN_EXPIRED, 4499] {
            assert!(asks_to_reconnect(code), "{code}");
        }
        for code in [PROTOCOL_ERROR, FORBIDDEN, EVENT_GONE, 4999] {
            assert!(!asks_to_reconnect(code), "{code}");
        }
    }
}
