//! A TCP stream under an HTTP connection that isn't waited for without end: a request's head has
//! to be complete within its time, however slowly its bytes trickle in, and an answer must not be
//! taken too slowly.
//!
//! The library's own limit can't serve for the heads: it runs while a connection is idle as well,
//! where proxies expect more patience. For the answers it has none.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::ConnectionLimits;
use super::taking::Taking;

/// Whose turn it is on a connection: odd while the server answers, even while it waits for a
/// request. Counts, so that an answer which came and went between two looks isn't missed.
#[derive(Debug, Default)]
pub(super) struct Turn {
    count: AtomicU64,
    /// Since when nothing was said after an answer, by the clock of whoever says so, plus one; 0
    /// while something is.
    silent_since: AtomicU64,
    /// Another protocol is spoken now, with limits of its own.
    upgraded: AtomicBool,
    /// What is said has no end: whoever takes less than there is has some of it left out.
    endless: AtomicBool,
}

impl Turn {
    pub(super) fn begin_answer(&self) {
        self.speak();
        self.endless.store(false, Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end_answer(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn upgrade(&self) {
        self.upgraded.store(true, Ordering::Relaxed);
    }

    pub(super) fn begin_stream(&self) {
        self.endless.store(true, Ordering::Relaxed);
    }

    pub(super) fn fall_silent(&self, now: u64) {
        self.silent_since.store(now.saturating_add(1), Ordering::SeqCst);
    }

    fn speak(&self) {
        self.silent_since.store(0, Ordering::SeqCst);
    }

    pub(super) fn silent_since(&self) -> Option<u64> {
        self.silent_since.load(Ordering::SeqCst).checked_sub(1)
    }
}

/// The stream.
#[derive(Debug)]
pub(in crate::http) struct Patient {
    stream: TcpStream,
    turn: Arc<Turn>,
    header_timeout: Duration,
    /// The turn at the last look.
    seen: u64,
    /// By when the head that has begun has to be complete.
    head_by: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
    taking: Taking,
}

impl Patient {
    pub(super) fn new(stream: TcpStream, turn: Arc<Turn>, limits: ConnectionLimits) -> Self {
        let header_timeout = limits.header_timeout;
        // Who connects has something to say.
        let head_by = Some(Instant::now() + header_timeout);
        let taking = Taking::new(limits.taking_grace, limits.taking_rate_min);
        Self { stream, turn, header_timeout, seen: 0, head_by, alarm: None, taking }
    }

    /// The bare stream, for who takes the connection over.
    pub(in crate::http) fn into_inner(self) -> TcpStream {
        self.stream
    }

    /// Whether a request is awaited; forgets the head that has been answered.
    fn awaits_head(&mut self) -> bool {
        let turn = self.turn.count.load(Ordering::Relaxed);
        if turn != self.seen {
            (self.seen, self.head_by, self.alarm) = (turn, None, None);
        }
        turn.is_multiple_of(2)
    }

    /// Ready when the head's time is up; else wakes the reader then.
    fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(head_by) = self.head_by else { return Poll::Pending };
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(head_by)));
        alarm.as_mut().poll(context)
    }

    /// Passes on what came of a write, unless what is said has been taken too slowly.
    fn watched(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match &written {
            // It can't be told what its rate should be, but not to stand still.
            Poll::Ready(Ok(_)) if self.turn.endless.load(Ordering::Relaxed) => self.taking.finish(),
            Poll::Ready(Ok(bytes)) => self.taking.took(*bytes),
            Poll::Pending if !self.turn.upgraded.load(Ordering::Relaxed) => {
                if self.taking.poll_late(context).is_ready() {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
            Poll::Ready(Err(_)) | Poll::Pending => {}
        }
        written
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if !this.awaits_head() {
            return read;
        }
        if buffer.filled().len() > before {
            this.turn.speak();
            this.head_by.get_or_insert_with(|| Instant::now() + this.header_timeout);
        }
        if read.is_pending() && this.poll_late(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watched(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watched(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The library flushes once all has been written that there was to say.
        self.taking.finish();
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
