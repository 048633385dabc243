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

/// At which step of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// Nothing of it reaches the node.
    BeforeSent,
    /// Half of it does.
    HalfSent,
    /// All of it does, and then the connection is spoilt at once.
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
    fn spoil(&self, how: How, bytes: &[u8]) -> Fate {
        self.shared.spoilt.fetch_add(1, Ordering::AcqRel);
        match how {
            How::Cut => Fate::End(bytes.to_vec()),
            How::HalfOpen => Fate::Hang(bytes.to_vec()),
        }
    }
}

impl Gate for Watcher {
    fn up(&mut self, bytes: &[u8]) -> Fate {
        let changes = [&b"POST "[..], b"PATCH ", b"DELETE "];
        if changes.iter().any(|method| bytes.starts_with(method)) {
            let armed = self.shared.armed.lock().expect("not poisoned").pop();
            match armed {
                Some((At::BeforeSent, how)) => return self.spoil(how, &[]),
                Some((At::HalfSent, how)) => return self.spoil(how, &bytes[..bytes.len() / 2]),
                Some((At::AfterSent, how)) => return self.spoil(how, bytes),
                later => self.spoiling = later,
            }
        }
        Fate::Pass(bytes.to_vec())
    }

    fn down(&mut self, bytes: &[u8]) -> Fate {
        match self.spoiling.take() {
            Some((At::BeforeAnswer, how)) => self.spoil(how, &[]),
            Some((_, how)) => self.spoil(how, &bytes[..bytes.len() / 2]),
            None => Fate::Pass(bytes.to_vec()),
        }
    }
}
