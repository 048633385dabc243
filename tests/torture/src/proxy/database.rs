//! Stands between a node and PostgreSQL: cuts connections at the worst moment, around a COMMIT, and
//! tampers with notifications.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::Instant;

use super::frames::{Frames, NOTIFICATION};
use super::relay::{Fate, Gate, accept};
use super::switch::{Effects, Switch, Target};

/// The write path's BEGIN as it crosses the wire; other transactions spell it in capitals.
const BEGIN: &[u8] = b"begin\0";
/// Its COMMIT.
const COMMIT: &[u8] = b"commit\0";
/// The tag that PostgreSQL answers a COMMIT with.
const COMMITTED: &[u8] = b"COMMIT\0";

/// How long after the first time a doubled notification comes again.
const AGAIN_AFTER: Duration = Duration::from_millis(80);

/// Where to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The COMMIT isn't passed on.
    BeforeCommit,
    /// The COMMIT is carried out, its answer isn't passed on.
    AfterCommit,
}

/// What happens after a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// New connections are let through.
    Open,
    /// All connections are cut, and new ones refused until [`DatabaseProxy::open`].
    Closed,
}

/// What becomes of notifications on their way to the node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notifications {
    /// They arrive.
    #[default]
    Pass,
    /// They are lost.
    Dropped,
    /// They arrive twice, the second time behind others.
    Doubled,
    /// They arrive later.
    Late(Duration),
}

/// A proxy in front of PostgreSQL.
#[derive(Debug)]
pub struct DatabaseProxy {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    switch: Arc<Switch>,
    armed: Mutex<Option<(Cut, Then)>>,
    cuts: AtomicU32,
    notifications: Mutex<Notifications>,
    tampered: AtomicU64,
    /// How much later than its BEGIN all else of a transaction is passed on.
    locks_late: Mutex<Duration>,
    parted: AtomicU64,
}

impl DatabaseProxy {
    /// A proxy in front of a server.
    ///
    /// # Panics
    /// When there is no port to listen on.
    pub async fn start(target: Target) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            switch: Arc::new(Switch::new(target)),
            armed: Mutex::default(),
            cuts: AtomicU32::new(0),
            notifications: Mutex::default(),
            tampered: AtomicU64::new(0),
            locks_late: Mutex::default(),
            parted: AtomicU64::new(0),
        });
        let (switch, of_gate) = (Arc::clone(&shared.switch), Arc::clone(&shared));
        tokio::spawn(accept(listener, switch, move || Watcher::new(Arc::clone(&of_gate))));
        Self { address, shared }
    }

    /// Cuts at the next COMMIT of the write path.
    pub fn arm(&self, cut: Cut, then: Then) {
        *self.shared.armed.lock().expect("not poisoned") = Some((cut, then));
    }

    /// Cuts at no COMMIT any more.
    pub fn disarm(&self) {
        *self.shared.armed.lock().expect("not poisoned") = None;
    }

    /// How many COMMITs were cut.
    #[must_use]
    pub fn cuts(&self) -> u32 {
        self.shared.cuts.load(Ordering::Acquire)
    }

    /// Cuts all connections, and says how many; new ones are let through.
    pub fn cut_all(&self) -> u64 {
        self.shared.switch.cut_all()
    }

    /// Cuts everything, says how much that was, and refuses what comes.
    pub fn close(&self) -> u64 {
        self.shared.switch.close()
    }

    /// Lets new connections through again.
    pub fn open(&self) {
        self.shared.switch.open();
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

    /// Passes on so much later what follows a BEGIN of the write path.
    pub fn locks_late_by(&self, delay: Duration) {
        *self.shared.locks_late.lock().expect("not poisoned") = delay;
    }

    /// How many transactions came apart so.
    #[must_use]
    pub fn parted(&self) -> u64 {
        self.shared.parted.load(Ordering::Acquire)
    }

    /// Leads new connections to another server.
    pub fn lead_to(&self, target: Target) {
        self.shared.switch.lead_to(target);
    }

    /// What becomes of notifications from now on.
    pub fn notifications(&self, become_of: Notifications) {
        *self.shared.notifications.lock().expect("not poisoned") = become_of;
    }

    /// How many notifications were dropped, doubled or delayed.
    #[must_use]
    pub fn tampered(&self) -> u64 {
        self.shared.tampered.load(Ordering::Acquire)
    }
}

/// What is known of one connection.
struct Watcher {
    shared: Arc<Shared>,
    up_tail: Vec<u8>,
    down_tail: Vec<u8>,
    /// Set once this connection's COMMIT was let through, but its answer won't be.
    swallowing: Option<Then>,
    frames: Frames,
    late: VecDeque<(Instant, Vec<u8>)>,
}

impl Watcher {
    fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            up_tail: Vec::new(),
            down_tail: Vec::new(),
            swallowing: None,
            frames: Frames::default(),
            late: VecDeque::new(),
        }
    }

    fn done(&self, then: Then) -> Fate {
        if then == Then::Closed {
            self.shared.switch.close();
        }
        self.shared.cuts.fetch_add(1, Ordering::AcqRel);
        Fate::End(Vec::new())
    }
}

impl Gate for Watcher {
    fn up(&mut self, bytes: &[u8]) -> Fate {
        if has_passed(&mut self.up_tail, bytes, COMMIT) {
            let armed = self.shared.armed.lock().expect("not poisoned").take();
            match armed {
                Some((Cut::BeforeCommit, then)) => return self.done(then),
                Some((Cut::AfterCommit, then)) => self.swallowing = Some(then),
                None => {}
            }
        }
        let late = *self.shared.locks_late.lock().expect("not poisoned");
        let begins = bytes.windows(BEGIN.len()).position(|window| window == BEGIN);
        match begins.filter(|_| !late.is_zero()) {
            Some(at) => {
                self.shared.parted.fetch_add(1, Ordering::AcqRel);
                let (begin, rest) = bytes.split_at(at + BEGIN.len());
                Fate::Apart(begin.to_vec(), late, rest.to_vec())
            }
            None => Fate::Pass(bytes.to_vec()),
        }
    }

    fn down(&mut self, bytes: &[u8]) -> Fate {
        if let Some(then) = self.swallowing {
            return match has_passed(&mut self.down_tail, bytes, COMMITTED) {
                true => self.done(then),
                false => Fate::Pass(Vec::new()),
            };
        }
        let notifications = *self.shared.notifications.lock().expect("not poisoned");
        let mut out = Vec::with_capacity(bytes.len());
        for frame in self.frames.take(bytes) {
            if frame[0] != NOTIFICATION || notifications == Notifications::Pass {
                out.extend_from_slice(&frame);
                continue;
            }
            self.shared.tampered.fetch_add(1, Ordering::AcqRel);
            match notifications {
                Notifications::Pass | Notifications::Dropped => {}
                Notifications::Doubled => {
                    out.extend_from_slice(&frame);
                    self.late.push_back((Instant::now() + AGAIN_AFTER, frame));
                }
                Notifications::Late(by) => self.late.push_back((Instant::now() + by, frame)),
            }
        }
        Fate::Pass(out)
    }

    fn due(&self) -> Option<Instant> {
        self.late.front().map(|(due, _)| *due)
    }

    fn release(&mut self) -> Vec<u8> {
        self.late.pop_front().map(|(_, frame)| frame).unwrap_or_default()
    }
}

/// Whether `wanted` is in these bytes, or began in those before them.
fn has_passed(tail: &mut Vec<u8>, bytes: &[u8], wanted: &[u8]) -> bool {
    tail.extend_from_slice(bytes);
    let found = tail.windows(wanted.len()).any(|window| window == wanted);
    tail.drain(..tail.len().saturating_sub(wanted.len() - 1));
    found
}
