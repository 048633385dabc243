//! Stands between clients and a node and spoils requests: before they are sent, while, after, and
//! before or within their answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use super::relay::{Fate, Gate, accept};
use super::switch::{Effects, Switch, Target};

/// How much later what was kept back goes on: longer than the shortest lock lives, and well within
/// every client's patience.
pub(crate) const LATE: Duration = Duration::from_millis(1_200);

/// At which step of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// Nothing of it reaches the node.
    BeforeSent,
    /// Half of it does.
    HalfSent,
    /// All of it does, and then the connection is spoilt at once, before there is an answer.
    AfterSent,
    /// The answer has come from the node, and none of it reaches the client.
    BeforeAnswer,
    /// Half of the answer does.
    HalfAnswer,
}

/// How a connection is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Both sides see its end.
    Cut,
    /// It stays, and nothing passes.
    HalfOpen,
    /// It stays, and the rest passes a while later.
    Late,
}

/// A proxy in front of a node.
#[derive(Debug)]
pub struct Door {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    switch: Arc<Switch>,
    armed: Mutex<Vec<(At, How)>>,
    spoilt: AtomicU64,
}

impl Door {
    /// A proxy in front of a node.
    ///
    /// # Panics
    /// When there is no port to listen on.
    pub async fn start(node: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let switch = Arc::new(Switch::new(Target::Tcp(node)));
        let shared = Arc::new(Shared {
            switch: Arc::clone(&switch),
            armed: Mutex::default(),
            spoilt: AtomicU64::new(0),
        });
        let of_gate = Arc::clone(&shared);
        let gate = move || Watcher { shared: Arc::clone(&of_gate), spoiling: None };
        tokio::spawn(accept(listener, switch, gate));
        Self { address, shared }
    }

    /// Leads new connections to the node's new address.
    pub fn lead_to(&self, node: SocketAddr) {
        self.shared.switch.lead_to(Target::Tcp(node));
    }

    /// Where the node is.
    #[must_use]
    pub fn node(&self) -> Option<SocketAddr> {
        match self.shared.switch.target() {
            Target::Tcp(address) => Some(address),
            Target::Unix(_) => None,
        }
    }

    /// Spoils the next request that may change something.
    pub fn arm(&self, at: At, how: How) {
        self.shared.armed.lock().expect("not poisoned").push((at, how));
    }

    /// Spoils nothing more.
    pub fn disarm(&self) {
        self.shared.armed.lock().expect("not poisoned").clear();
    }

    /// How many requests were spoilt.
    #[must_use]
    pub fn spoilt(&self) -> u64 {
        self.shared.spoilt.load(Ordering::Acquire)
    }

    /// Cuts all connections, and says how many.
    pub fn cut_all(&self) -> u64 {
        self.shared.switch.cut_all()
    }

    /// What was done to connections and bytes so far.
    #[must_use]
    pub fn effects(&self) -> Effects {
        self.shared.switch.effects()
    }

    /// Passes nothing on any more, either way; connections stay.
    pub fn freeze(&self) {
        self.shared.switch.freeze();
    }

    /// Passes on again what came meanwhile.
    pub fn thaw(&self) {
        self.shared.switch.thaw();
    }

    /// Passes everything on so much later.
    pub fn slow_by(&self, delay: Duration) {
        self.shared.switch.slow_by(delay);
    }
}

struct Watcher {
    shared: Arc<Shared>,
    /// What to do with the answer.
    spoiling: Option<(At, How)>,
}

impl Watcher {
    /// Passes so much on, and spoils the rest.
    fn spoil(&self, how: How, passed: &[u8], rest: &[u8]) -> Fate {
        self.shared.spoilt.fetch_add(1, Ordering::AcqRel);
        match how {
            How::Cut => Fate::End(passed.to_vec()),
            How::HalfOpen => Fate::Hang(passed.to_vec()),
            How::Late => Fate::Apart(passed.to_vec(), LATE, rest.to_vec()),
        }
    }
}

impl Gate for Watcher {
    fn up(&mut self, bytes: &[u8]) -> Fate {
        let changes = [&b"POST "[..], b"PATCH ", b"DELETE "];
        if changes.iter().any(|method| bytes.starts_with(method)) {
            let armed = self.shared.armed.lock().expect("not poisoned").pop();
            let passed = match armed {
                Some((At::BeforeSent, _)) => Some(0),
                Some((At::HalfSent, _)) => Some(bytes.len() / 2),
                Some((At::AfterSent, _)) => Some(bytes.len()),
                Some((At::BeforeAnswer | At::HalfAnswer, _)) | None => None,
            };
            if let (Some(passed), Some((_, how))) = (passed, armed) {
                let (passed, rest) = bytes.split_at(passed);
                return self.spoil(how, passed, rest);
            }
            self.spoiling = armed;
        }
        Fate::Pass(bytes.to_vec())
    }

    fn down(&mut self, bytes: &[u8]) -> Fate {
        let Some((at, how)) = self.spoiling.take() else { return Fate::Pass(bytes.to_vec()) };
        let passed = if at == At::BeforeAnswer { 0 } else { bytes.len() / 2 };
        let (passed, rest) = bytes.split_at(passed);
        self.spoil(how, passed, rest)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::time::Instant;

    use super::*;

    const REQUEST: &[u8] = b"POST / HTTP/1.1\r\n\r\n";
    const ANSWER: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

    /// When the last of it had come, and all of it.
    async fn read(stream: &mut TcpStream, length: usize) -> (Vec<u8>, Instant) {
        let mut bytes = vec![0; length];
        stream.read_exact(&mut bytes).await.expect("all of it");
        (bytes, Instant::now())
    }

    #[tokio::test]
    async fn what_is_late_comes_whole_and_later_at_every_step() {
        for at in [At::BeforeSent, At::HalfSent, At::AfterSent, At::BeforeAnswer, At::HalfAnswer] {
            let node = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let door = Door::start(node.local_addr().expect("an address")).await;
            door.arm(at, How::Late);
            let mut client = TcpStream::connect(door.address).await.expect("the door");
            let sent = Instant::now();
            client.write_all(REQUEST).await.expect("written");
            let (mut node, _) = node.accept().await.expect("a connection");
            let (request, arrived) = read(&mut node, REQUEST.len()).await;
            node.write_all(ANSWER).await.expect("written");
            let (answer, answered) = read(&mut client, ANSWER.len()).await;
            assert_eq!((&request[..], &answer[..]), (REQUEST, ANSWER), "{at:?}");
            assert_eq!(door.spoilt(), 1, "{at:?}");
            let on_its_way = matches!(at, At::BeforeSent | At::HalfSent);
            let since = if on_its_way { arrived - sent } else { answered - sent };
            assert!(since >= LATE, "{at:?}: {since:?}");
        }
    }
}
