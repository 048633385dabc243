//! How a viewer comes in: a socket that doesn't wait, and the handshake by hand.

use std::io;
use std::net::{IpAddr, SocketAddr};

use mio::net::TcpStream;
use seatmap::protocol::live::Format;
use socket2::{Domain, Protocol, Socket, Type};

/// The receive buffer of viewers that don't read, in bytes: the smaller, the sooner it shows.
const SLOW_RECEIVE_BYTES: usize = 4 * 1024;
/// The largest segment they take, in bytes, as on the internet. By loopback's segments of 64 KiB
/// the server's kernel measures what it queues: 2.8 MB until a socket is full, instead of 70 KB.
const SLOW_SEGMENT_BYTES: u32 = 1_460;
/// The longest answer to a handshake, in bytes.
const ANSWER_BYTES_MAX: usize = 8 * 1024;

/// Any 16 bytes do: the answer's digest of them is of no use to a measurement.
const KEY: &str = "c2VhdG1hcCBsb2FkdGVzdA==";

/// Begins a connection.
pub(super) fn begin(
    target: SocketAddr,
    source: Option<IpAddr>,
    is_slow: bool,
) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(target), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    if is_slow {
        socket.set_recv_buffer_size(SLOW_RECEIVE_BYTES)?;
        socket.set_tcp_mss(SLOW_SEGMENT_BYTES)?;
    }
    if let Some(source) = source {
        crate::source::bind(&socket, source)?;
    }
    match socket.connect(&target.into()) {
        Ok(()) => {}
        Err(error) if error.raw_os_error() == Some(nix::errno::Errno::EINPROGRESS as i32) => {}
        Err(error) => return Err(error),
    }
    Ok(TcpStream::from_std(socket.into()))
}

/// The request that asks for the socket.
pub(super) fn request(
    target: SocketAddr,
    event: i64,
    format: Format,
    since: Option<&str>,
) -> String {
    let query = since.map_or_else(String::new, |since| format!("?since={since}"));
    format!(
        "GET /api/v1/events/{event}/live{query} HTTP/1.1\r\n\
         Host: {target}\r\n\
         Connection: Upgrade\r\n\
         Upgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {KEY}\r\n\
         Sec-WebSocket-Protocol: {}\r\n\r\n",
        format.subprotocol()
    )
}

/// What the first bytes from the server say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// More has to come.
    Unfinished,
    /// The socket is open; frames begin after so many bytes.
    Open(usize),
    /// Refused, with this HTTP status.
    Refused(u16),
    /// Not HTTP, or too long.
    Unreadable,
}

/// Reads the answer to the handshake.
pub(super) fn answer(bytes: &[u8]) -> Answer {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        let long = bytes.len() > ANSWER_BYTES_MAX;
        return if long { Answer::Unreadable } else { Answer::Unfinished };
    };
    // "HTTP/1.1 101 …"
    let status = bytes.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    match status.and_then(|digits| digits.parse().ok()) {
        Some(101) if bytes.starts_with(b"HTTP/1.1 ") => Answer::Open(end + 4),
        Some(status) if bytes.starts_with(b"HTTP/1.") => Answer::Refused(status),
        _ => Answer::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart_wherever_they_are_cut() {
        let open = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nrest";
        for cut in 0..open.len() - 4 {
            assert_eq!(answer(&open[..cut]), Answer::Unfinished, "{cut}");
        }
        assert_eq!(answer(open), Answer::Open(open.len() - 4));
        let refused = b"HTTP/1.1 503 Service Unavailable\r\n\r\n";
        assert_eq!(answer(refused), Answer::Refused(503));
        assert_eq!(answer(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Answer::Unreadable);
        assert_eq!(answer(&[b'x'; ANSWER_BYTES_MAX + 1]), Answer::Unreadable);
    }
}
