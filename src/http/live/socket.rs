//! The task that owns one WebSocket, from the upgrade to the end of the close handshake.
//!
//! It waits for four things at once: something to send, a message, the time, the end of the node.
//! It keeps nothing of the request, whose headers would pin its 8 KiB block.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink as _, SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Error, Message, Utf8Bytes};
use websocket::WebSocketStream;

use super::LiveState;
use super::connection::{Act, Connection, STALL_ROUNDS};
use super::lengths::Shortest;
use crate::hub::subscription::Subscription;
use crate::protocol::live::framed::Framed;
use crate::protocol::live::{CLIENT_MESSAGE_BYTES_MAX, Format, close};

/// The read buffer of a socket, in bytes. The library's default of 128 KiB is really allocated.
const READ_BUFFER_BYTES: usize = 1024;
/// Written out once it holds this much, in bytes.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;
/// The most that may wait in a socket's write buffer, in bytes: above the largest snapshot.
const WRITE_BUFFER_BYTES_MAX: usize = 1024 * 1024;
/// How many messages are written before the client is listened to again.
const BURST_MESSAGES: usize = 64;

/// A connection on which the handshake was answered.
pub(super) type Socket = WebSocketStream<Shortest<TokioIo<Upgraded>>>;

/// Has the library read and write a connection from here on.
pub(super) async fn open(upgraded: Upgraded) -> Socket {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(Some(CLIENT_MESSAGE_BYTES_MAX))
        .max_frame_size(Some(CLIENT_MESSAGE_BYTES_MAX));
    let stream = Shortest::new(TokioIo::new(upgraded));
    WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await
}

/// How a socket ends.
#[derive(Debug)]
enum End {
    /// The peer is gone; there is nobody to tell.
    Lost,
    /// The peer closed; its close frame is answered by the library.
    Closed,
    /// Close with this code and reason.
    Close(u16, &'static str),
}

/// One socket and all that belongs to it.
pub(super) struct Driver {
    pub(super) socket: Socket,
    pub(super) subscription: Subscription,
    pub(super) connection: Connection,
    pub(super) state: LiveState,
    /// Lets the node wait for this socket before it ends.
    pub(super) _tracked: TaskTrackerToken,
}

impl Driver {
    /// Serves the socket until it is closed.
    pub(super) async fn run(mut self) {
        let end = match self.serve().await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        let timeout_after = self.state.settings.close_timeout;
        match end {
            End::Lost => {}
            End::Closed => drop(timeout(timeout_after, self.drain()).await),
            End::Close(code, reason) => {
                if code == close::STALLED {
                    self.state.hub.stats().stalled_closes.add();
                }
                drop(timeout(timeout_after, self.close(code, reason)).await);
            }
        }
    }

    async fn serve(&mut self) -> Result<std::convert::Infallible, End> {
        let mut alarm = pin!(sleep_until(self.connection.deadline()));
        loop {
            self.speak().await?;
            set(alarm.as_mut(), self.connection.deadline());
            tokio::select! {
                biased;
                message = self.socket.next() => self.listen(message).await?,
                () = self.subscription.wait() => {}
                () = alarm.as_mut() => alarm.as_mut().reset(self.connection.deadline()),
            }
        }
    }

    /// Sends all there is to send, and what the time asks for.
    async fn speak(&mut self) -> Result<(), End> {
        let now = Instant::now();
        while let Some(act) = self.connection.due(now) {
            self.carry_out(act).await?;
        }
        for _ in 0..BURST_MESSAGES {
            let Some(step) = self.subscription.take() else { return self.flush().await };
            let act = self.connection.step(step, now);
            self.carry_out(act).await?;
        }
        // More is waiting: make the next wait a short one.
        self.subscription.look_again();
        self.flush().await
    }

    /// Takes in what the client sent.
    async fn listen(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        let message = match message {
            None => return Err(End::Lost),
            Some(Err(error)) => return Err(failure(error)),
            Some(Ok(message)) => message,
        };
        self.connection.alive();
        let now = Instant::now();
        let act = match message {
            Message::Text(text) => self.connection.heard(text.as_str(), now),
            Message::Binary(_) => self.connection.heard_binary(now),
            // Frames of their own are never read.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => None,
            Message::Close(_) => return Err(End::Closed),
        };
        match act {
            Some(act) => self.carry_out(act).await,
            None => Ok(()),
        }
    }

    async fn carry_out(&mut self, act: Act) -> Result<(), End> {
        match act {
            Act::Send(framed) => self.send(message(&framed)).await,
            Act::Heartbeat => {
                let viewers = self.subscription.viewers();
                let beat = self.connection.heartbeat(viewers, Instant::now());
                self.send(message(&beat)).await
            }
            Act::Ping => self.send(Message::Ping(Bytes::new())).await,
            Act::Resync => {
                self.subscription.resync();
                Ok(())
            }
            Act::Bye => {
                let bye = Connection::bye(self.state.hub.farewell());
                // A peer that takes nothing is not waited for at the end.
                let patience = self.state.settings.close_timeout;
                let _ = timeout(patience, self.send(message(&bye))).await;
                Err(End::Close(close::RESTART, "restart"))
            }
            Act::Close(code, reason) => Err(End::Close(code, reason)),
        }
    }

    /// Queues a message; it is on its way after the next flush.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        self.unstalled(|socket, context| socket.poll_ready(context)).await?;
        Pin::new(&mut self.socket).start_send(message).map_err(failure)
    }

    async fn flush(&mut self) -> Result<(), End> {
        self.unstalled(|socket, context| socket.poll_flush(context)).await
    }

    /// Waits until the socket has taken what it must, unless nothing moves for too long or the
    /// node ends. The wake-up that isn't the timer's comes from the socket: it had room for more
    /// (or the peer sent something, which is why the whole wait is bounded, too).
    async fn unstalled(
        &mut self,
        mut poll: impl FnMut(Pin<&mut Socket>, &mut Context<'_>) -> Poll<Result<(), Error>>,
    ) -> Result<(), End> {
        let socket = &mut self.socket;
        // Nearly always there is room at once, and no timer is needed.
        let at_once = poll_fn(|cx| Poll::Ready(poll(Pin::new(&mut *socket), cx))).await;
        if let Poll::Ready(done) = at_once {
            return done.map_err(failure);
        }
        let stall = self.state.settings.stall_timeout;
        let mut still = pin!(sleep(stall));
        let written = poll_fn(|cx| {
            if let Poll::Ready(done) = poll(Pin::new(&mut *socket), cx) {
                return Poll::Ready(done.map_err(failure));
            }
            if still.is_elapsed() {
                return Poll::Ready(Err(stalled()));
            }
            still.as_mut().reset(Instant::now() + stall);
            still.as_mut().poll(cx).map(|()| Err(stalled()))
        });
        tokio::select! {
            written = written => written,
            () = sleep(stall * STALL_ROUNDS) => Err(stalled()),
            () = self.state.hub.lifetime().stop.cancelled() => {
                Err(End::Close(close::RESTART, "restart"))
            }
        }
    }

    /// Sends a close frame and reads on until the peer has ended, too.
    async fn close(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code: code.into(), reason: Utf8Bytes::from_static(reason) };
        if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
            self.finish().await;
        }
    }

    /// Reads until the peer has closed, too. After a message that couldn't be read the library
    /// reads no more; then the socket is kept for a while, because dropping it with bytes unread
    /// would reset the connection and overtake the close frame.
    async fn finish(&mut self) {
        while let Some(message) = self.socket.next().await {
            match message {
                Ok(Message::Close(_)) => return self.drain().await,
                Ok(_) => {}
                Err(error) => match failure(error) {
                    End::Lost => return,
                    End::Closed | End::Close(..) => break,
                },
            }
        }
        sleep(self.state.settings.close_timeout).await;
    }

    /// Reads what is left once the peer has closed.
    async fn drain(&mut self) {
        while self.socket.next().await.is_some() {}
    }
}

fn stalled() -> End {
    End::Close(close::STALLED, "stalled")
}

/// What a failure of the socket means.
fn failure(error: Error) -> End {
    match error {
        Error::Capacity(_) => End::Close(close::TOO_BIG, "message too big"),
        Error::Utf8(_) => End::Close(close::NOT_UTF8, "not utf-8"),
        Error::Protocol(_) => broken(),
        Error::Io(error) if error.kind() == ErrorKind::InvalidData => broken(),
        _ => End::Lost,
    }
}

fn broken() -> End {
    End::Close(close::WEBSOCKET_PROTOCOL, "websocket protocol error")
}

fn message(framed: &Framed) -> Message {
    match framed.format() {
        Format::Binary => Message::Binary(framed.message()),
        // Own encodings are UTF-8; checking again costs less than the copy that follows.
        Format::Json => {
            Message::Text(Utf8Bytes::try_from(framed.message()).expect("text messages are UTF-8"))
        }
    }
}

/// Moves an alarm forward. One that comes too soon finds nothing due and is set again, which is
/// cheaper than moving it back with every message.
fn set(alarm: Pin<&mut Sleep>, deadline: Instant) {
    if alarm.deadline() > deadline + Duration::from_millis(1) {
        alarm.reset(deadline);
    }
}
