//! What a proxy is told from outside, for all of its connections together.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::watch;

/// Where a proxy passes its connections on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A TCP port.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

/// Both kinds of connections to a target.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Target {
    pub(super) async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            Self::Unix(path) => Box::new(UnixStream::connect(path).await?),
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) open: bool,
    /// Nothing is passed on while set; connections stay.
    pub(super) frozen: bool,
    /// Connections of an earlier one are cut.
    pub(super) generation: u32,
}

#[derive(Debug)]
pub(super) struct Switch {
    target: Mutex<Target>,
    pub(super) state: watch::Sender<State>,
    delay_ms: AtomicU32,
    /// Connections that are there.
    pub(super) live: AtomicU64,
    /// Connections that were refused.
    pub(super) refused: AtomicU64,
    /// Chunks that were passed on later.
    pub(super) delayed: AtomicU64,
    /// Chunks that were kept back while nothing was passed on.
    pub(super) held: AtomicU64,
}

/// What a proxy did to its connections and their bytes, since it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects {
    /// Connections that were refused.
    pub refused: u64,
    /// Chunks that were passed on later.
    pub delayed: u64,
    /// Chunks that were kept back while nothing was passed on.
    pub held: u64,
}

impl Switch {
    pub(super) fn new(target: Target) -> Self {
        let state = watch::Sender::new(State { open: true, frozen: false, generation: 0 });
        Self {
            target: Mutex::new(target),
            state,
            delay_ms: AtomicU32::new(0),
            live: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            delayed: AtomicU64::new(0),
            held: AtomicU64::new(0),
        }
    }

    pub(super) fn target(&self) -> Target {
        self.target.lock().expect("not poisoned").clone()
    }

    /// Passes new connections on to somewhere else.
    pub(super) fn lead_to(&self, target: Target) {
        *self.target.lock().expect("not poisoned") = target;
    }

    pub(super) fn effects(&self) -> Effects {
        let of = |count: &AtomicU64| count.load(Ordering::Acquire);
        Effects { refused: of(&self.refused), delayed: of(&self.delayed), held: of(&self.held) }
    }

    /// Cuts all connections; how many there were.
    pub(super) fn cut_all(&self) -> u64 {
        self.state.send_modify(|state| state.generation += 1);
        self.live.load(Ordering::Acquire)
    }

    /// Cuts all connections and refuses new ones; how many there were.
    pub(super) fn close(&self) -> u64 {
        self.state.send_modify(|state| {
            state.open = false;
            state.generation += 1;
        });
        self.live.load(Ordering::Acquire)
    }

    pub(super) fn open(&self) {
        self.state.send_modify(|state| state.open = true);
    }

    pub(super) fn freeze(&self) {
        self.state.send_modify(|state| state.frozen = true);
    }

    pub(super) fn thaw(&self) {
        self.state.send_modify(|state| state.frozen = false);
    }

    pub(super) fn slow_by(&self, delay: Duration) {
        let delay = u32::try_from(delay.as_millis()).unwrap_or(u32::MAX);
        self.delay_ms.store(delay, Ordering::Release);
    }

    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.load(Ordering::Acquire).into())
    }
}
