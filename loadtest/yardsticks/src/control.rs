//! The trigger both yardsticks obey: a line `change <n>` on a loopback connection changes n seats;
//! the answer is the version, given before the sockets are written, as a server answers the
//! request that changed something. Both ends of it.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

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
    answers: BufReader<TcpStream>,
}

impl Trigger {
    /// Connects to a yardstick's control port.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
        Ok(Self { answers: BufReader::new(stream) })
    }

    /// Changes seats and answers the version at which that can be seen.
    ///
    /// # Errors
    /// When the yardstick has gone or says something else.
    pub fn change(&mut self, seats: usize) -> io::Result<u64> {
        self.answers.get_mut().write_all(format!("change {seats}\n").as_bytes())?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        line.trim_end().parse().map_err(|_| io::Error::other(format!("not a version: {line:?}")))
    }
}
