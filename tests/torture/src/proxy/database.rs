//! Stands between a node and PostgreSQL: cuts connections at the worst moment, around a COMMIT, and
//! tampers with notifications.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// The COMMIT isn't passed on.
    BeforeCommit,
    /// The COMMIT is carried out, its answer isn't passed on.
    AfterCommit,
}

/// What happens instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The connection is cut; new ones are let through.
    Open,
    /// All connections are cut, and new ones refused until [`DatabaseProxy::open`].
    Closed,
    /// The connection stays, and nothing passes on it any more.
    HalfOpen,
    /// What was kept back is passed on so much later, whether or not anybody waits for it.
    Late(Duration),
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

    /// How many COMMITs were cut, kept back or delayed.
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
    /// What was swallowed so far.
    swallowed: Vec<u8>,
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
            swallowed: Vec::new(),
            frames: Frames::default(),
            late: VecDeque::new(),
        }
    }

    fn done(&self, then: Then, kept: Vec<u8>) -> Fate {
        self.shared.cuts.fetch_add(1, Ordering::AcqRel);
        match then {
            Then::Open => Fate::End(Vec::new()),
            Then::Closed => {
                self.shared.switch.close();
                Fate::End(Vec::new())
            }
            Then::HalfOpen => Fate::Hang(Vec::new()),
            Then::Late(by) => Fate::Apart(Vec::new(), by, kept),
        }
    }
}

impl Gate for Watcher {
    fn up(&mut self, bytes: &[u8]) -> Fate {
        if has_passed(&mut self.up_tail, bytes, COMMIT) {
            let armed = self.shared.armed.lock().expect("not poisoned").take();
            match armed {
                Some((Cut::BeforeCommit, then)) => return self.done(then, bytes.to_vec()),
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
            self.swallowed.extend_from_slice(bytes);
            if !has_passed(&mut self.down_tail, bytes, COMMITTED) {
                return Fate::Pass(Vec::new());
            }
            // If it goes on, it goes on as before.
            self.swallowing = None;
            let kept = std::mem::take(&mut self.swallowed);
            return self.done(then, kept);
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::task::JoinHandle;

    use super::*;

    const LATE: Duration = Duration::from_millis(300);
    /// What else is said in one breath with the tag.
    const ANSWER: &[u8] = b"C\0\0\0\x0bCOMMIT\0Z\0\0\0\x05I";

    /// A connection through a proxy with a trap, and a server that answers a COMMIT once; it tells
    /// what it got, and when.
    async fn through(
        cut: Cut,
        then: Then,
    ) -> (DatabaseProxy, TcpStream, JoinHandle<(Vec<u8>, Instant)>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut got = vec![0; 64];
            let count = stream.read(&mut got).await.unwrap_or(0);
            let at = Instant::now();
            got.truncate(count);
            if count > 0 {
                // In two pieces, as it may come.
                stream.write_all(&ANSWER[..7]).await.expect("written");
                stream.flush().await.expect("flushed");
                tokio::time::sleep(Duration::from_millis(20)).await;
                let _ = stream.write_all(&ANSWER[7..]).await;
                let _ = stream.read(&mut [0; 8]).await;
            }
            (got, at)
        });
        let proxy = DatabaseProxy::start(Target::Tcp(address)).await;
        proxy.arm(cut, then);
        let client = TcpStream::connect(proxy.address).await.expect("a connection");
        (proxy, client, server)
    }

    #[tokio::test]
    async fn a_late_commit_comes_whole_and_later() {
        let (proxy, mut client, server) = through(Cut::BeforeCommit, Then::Late(LATE)).await;
        let sent = Instant::now();
        client.write_all(b"Q\0\0\0\x0bcommit\0").await.expect("written");
        let mut answer = [0; ANSWER.len()];
        client.read_exact(&mut answer).await.expect("an answer");
        assert_eq!((&answer[..], proxy.cuts()), (ANSWER, 1));
        drop(client);
        let (got, at) = server.await.expect("a server");
        assert_eq!(got, b"Q\0\0\0\x0bcommit\0");
        assert!(at - sent >= LATE);
    }

    #[tokio::test]
    async fn a_late_commit_comes_though_nobody_waits_for_it() {
        let (_proxy, mut client, server) = through(Cut::BeforeCommit, Then::Late(LATE)).await;
        client.write_all(b"Q\0\0\0\x0bcommit\0").await.expect("written");
        drop(client);
        assert_eq!(server.await.expect("a server").0, b"Q\0\0\0\x0bcommit\0");
    }

    #[tokio::test]
    async fn a_late_answer_comes_whole_and_later() {
        let (proxy, mut client, server) = through(Cut::AfterCommit, Then::Late(LATE)).await;
        client.write_all(b"Q\0\0\0\x0bcommit\0").await.expect("written");
        let mut answer = [0; ANSWER.len()];
        client.read_exact(&mut answer).await.expect("an answer");
        let came = Instant::now();
        assert_eq!((&answer[..], proxy.cuts()), (ANSWER, 1));
        drop(client);
        assert!(came - server.await.expect("a server").1 >= LATE);
    }

    #[tokio::test]
    async fn a_half_open_commit_never_comes() {
        let (proxy, mut client, server) = through(Cut::BeforeCommit, Then::HalfOpen).await;
        client.write_all(b"Q\0\0\0\x0bcommit\0").await.expect("written");
        // It ends only by itself.
        assert_eq!(client.read(&mut [0; 8]).await.unwrap_or(0), 0);
        assert_eq!((server.await.expect("a server").0, proxy.cuts()), (Vec::new(), 1));
    }

    #[tokio::test]
    async fn a_half_open_answer_never_comes_and_its_commit_does() {
        let (proxy, mut client, server) = through(Cut::AfterCommit, Then::HalfOpen).await;
        client.write_all(b"Q\0\0\0\x0bcommit\0").await.expect("written");
        assert_eq!(client.read(&mut [0; 8]).await.unwrap_or(0), 0);
        assert_eq!(server.await.expect("a server").0, b"Q\0\0\0\x0bcommit\0");
        assert_eq!(proxy.cuts(), 1);
    }
}
