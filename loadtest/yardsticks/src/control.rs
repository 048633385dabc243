//! The trigger both yardsticks obey: a line `change <n>` on a loopback connection changes n seats;
//! the answer is the version, given before the sockets are written, as a server answers the
//! request that changed something. Both ends of it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The longest line, in bytes.
pub const LINE_BYTES_MAX: usize = 64;
/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How many seats a line asks to change; `None` for anything else.
#[must_use]
pub fn parse(line: &str) -> Option<usize> {
    line.trim_end().strip_prefix("change ")?.parse().ok()
}

/// The end that asks.
#[derive(Debug)]
pub struct Trigger {
    stream: BufStream<TcpStream>,
}

impl Trigger {
    /// Connects to a yardstick's control port.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufStream::new(stream) })
    }

    /// Changes seats and answers the version at which that can be seen.
    ///
    /// # Errors
    /// When the yardstick has gone or says something else.
    pub async fn change(&mut self, seats: usize) -> io::Result<u64> {
        self.stream.write_all(format!("change {seats}\n").as_bytes()).await?;
        self.stream.flush().await?;
        let mut line = String::new();
        timeout(ANSWER_TIMEOUT, self.stream.read_line(&mut line)).await??;
        line.trim_end().parse().map_err(|_| io::Error::other(format!("not a version: {line:?}")))
    }
}
