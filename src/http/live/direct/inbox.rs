//! What other threads tell a loop: here is a socket, an event has news, the node ends.
//!
//! One lock that is held for a push or a swap, and one system call that wakes the loop, which many
//! calls share while it hasn't woken yet.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Wake;

use bytes::Bytes;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::super::connection::Connection;
use crate::hub::subscription::Subscription;

/// A socket on its way to a loop, after the handshake.
#[derive(Debug)]
pub(super) struct Handover {
    pub(super) stream: std::net::TcpStream,
    /// What the client sent right behind its handshake.
    pub(super) early: Bytes,
    pub(super) subscription: Subscription,
    pub(super) connection: Connection,
    /// Lets the node wait for this socket before it ends.
    pub(super) tracked: TaskTrackerToken,
}

/// How a loop ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stop {
    /// Everybody is told to come back, then it waits for them to go.
    Gently,
    /// Nobody is left who could wait.
    AtOnce,
}

/// What a loop finds in its inbox.
#[derive(Debug, Default)]
pub(super) struct Mail {
    /// At most as many as viewers are let in.
    pub(super) handovers: VecDeque<Handover>,
    /// The groups whose events have news, each once.
    pub(super) rung: Vec<usize>,
    pub(super) stop: Option<Stop>,
    /// Nobody will read what comes now.
    closed: bool,
}

/// A loop's inbox.
#[derive(Debug)]
pub(super) struct Inbox {
    mail: Mutex<Mail>,
    waker: mio::Waker,
    /// Whether the loop has been woken and hasn't looked yet.
    woken: AtomicBool,
    /// How many sockets the loop has, or will have once it has looked.
    sockets: AtomicUsize,
}

impl Inbox {
    pub(super) fn new(waker: mio::Waker) -> Self {
        let (woken, sockets) = (AtomicBool::new(false), AtomicUsize::new(0));
        Self { mail: Mutex::default(), waker, woken, sockets }
    }

    /// Gives the loop a socket. If the loop has ended the socket is closed, and the client comes
    /// back.
    pub(super) fn hand_over(&self, handover: Handover) {
        let mut mail = self.lock();
        if mail.closed {
            drop(mail);
            return drop(handover);
        }
        mail.handovers.push_back(handover);
        drop(mail);
        self.sockets.fetch_add(1, Ordering::Relaxed);
        self.wake();
    }

    /// Tells the loop to end.
    pub(super) fn stop(&self, stop: Stop) {
        let mut mail = self.lock();
        mail.stop = mail.stop.max(Some(stop));
        drop(mail);
        self.wake();
    }

    /// Takes what has come, at most so many sockets; says whether more sockets wait.
    pub(super) fn take(&self, handovers_max: usize, taken: &mut Mail) -> bool {
        // Before looking, so that what comes after the look wakes again.
        self.woken.store(false, Ordering::SeqCst);
        let mut mail = self.lock();
        let count = mail.handovers.len().min(handovers_max);
        taken.handovers.extend(mail.handovers.drain(..count));
        taken.rung.append(&mut mail.rung);
        taken.stop = mail.stop;
        !mail.handovers.is_empty()
    }

    /// Takes nothing more if nothing waits to be taken; says whether that is so.
    pub(super) fn close_if_empty(&self) -> bool {
        let mut mail = self.lock();
        mail.closed |= mail.handovers.is_empty();
        mail.closed
    }

    /// Takes nothing more; what waits is dropped.
    pub(super) fn close(&self) {
        let mut mail = self.lock();
        mail.closed = true;
        let dropped = std::mem::take(&mut mail.handovers);
        drop(mail);
        drop(dropped);
    }

    /// A socket has gone.
    pub(super) fn gone(&self) {
        self.sockets.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many sockets the loop has; `None` once it has ended.
    pub(super) fn load(&self) -> Option<usize> {
        (!self.lock().closed).then(|| self.sockets.load(Ordering::Relaxed))
    }

    fn lock(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().expect("never poisoned: nothing panics while it is held")
    }

    /// Makes the loop look.
    pub(super) fn wake(&self) {
        if !self.woken.swap(true, Ordering::SeqCst)
            && let Err(error) = self.waker.wake()
        {
            // It still wakes at its next alarm.
            tracing::error!(%error, "a loop of sockets can't be woken");
        }
    }
}

/// What an event rings when it has news for a loop's viewers.
#[derive(Debug)]
pub(super) struct Bell {
    inbox: Arc<Inbox>,
    group: usize,
    rung: AtomicBool,
}

impl Bell {
    pub(super) fn new(inbox: Arc<Inbox>, group: usize) -> Self {
        Self { inbox, group, rung: AtomicBool::new(false) }
    }

    /// Makes the next call ring again. To be called before looking for news.
    pub(super) fn hush(&self) {
        self.rung.store(false, Ordering::SeqCst);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.rung.swap(true, Ordering::SeqCst) {
            self.inbox.lock().rung.push(self.group);
            self.inbox.wake();
        }
    }
}
