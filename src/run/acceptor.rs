//! The listening socket, and the TCP options of its connections that live maps need.

use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};

/// How many connections may wait to be accepted; an on-sale brings thousands at once. The kernel
/// caps it at net.core.somaxconn.
const BACKLOG: i32 = 8_192;

/// How many unsent bytes the kernel takes per socket before it says "would block". Without it a
/// reader that stands still is noticed only after megabytes.
const UNSENT_BYTES_MAX: u32 = 32 * 1024;

/// A peer that takes none of what was sent to it for so long is given up by the kernel. Sockets
/// have a stricter rule of their own; this one serves event streams and downloads.
const UNTAKEN_MAX: Duration = Duration::from_secs(45);

/// Opens the listening socket.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, super::Failure> {
    let failed = |error| format!("--bind, --port (BIND, PORT): can't listen on {address}: {error}");
    open(address).map_err(|error| failed(error).into())
}

fn open(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Sets a connection's options.
pub(super) fn tune(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    // A connection that ended meanwhile fails here; reading from it will tell.
    let _ = socket.set_tcp_nodelay(true);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = set_limits(&socket);
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn set_limits(socket: &socket2::SockRef<'_>) -> std::io::Result<()> {
    socket.set_tcp_user_timeout(Some(UNTAKEN_MAX))?;
    socket.set_tcp_notsent_lowat(UNSENT_BYTES_MAX)
}
