//! A client that sends bytes as they are and reads frames as they come.

use std::io::ErrorKind;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::bytes::{self, BINARY, CLOSE, FIN, PING, PONG, TEXT};
use super::{Comes, Pace};
use crate::support::PATIENCE;

/// What the last ping of every row holds.
const LAST: &[u8] = b"is that all?";

pub(super) struct Peer(TcpStream);

impl Peer {
    pub(super) async fn open(address: SocketAddr, event: i64) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let request = format!(
            "GET /api/v1/events/{event}/live HTTP/1.1\r\nHost: {address}\r\n\
             Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("an answer"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
        Self(stream)
    }

    /// Sends, unless the node has closed meanwhile.
    pub(super) async fn send(&mut self, bytes: &[u8], pace: Pace) {
        match pace {
            Pace::Whole => drop(self.0.write_all(bytes).await),
            Pace::Bytewise => {
                for byte in bytes {
                    if self.0.write_all(&[*byte]).await.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    /// Compares what comes. Unless the last of it is a close, nothing else may have been said until
    /// a ping is answered.
    pub(super) async fn expect(&mut self, comes: &[Comes]) -> Result<(), String> {
        let mut wanted = comes.to_vec();
        if !matches!(wanted.last(), Some(Comes::Close(_))) {
            self.send(&bytes::ping(LAST), Pace::Whole).await;
            wanted.push(Comes::Pong(LAST.to_vec()));
        }
        for (at, wanted) in wanted.iter().enumerate() {
            let told = |what: &str| format!("wanted {wanted:?} (number {at}), {what}");
            let got = timeout(PATIENCE, self.meets(wanted)).await;
            let got = got.map_err(|_| told("nothing came"))?;
            got.map_err(|got| told(&format!("got {got}")))?;
        }
        if matches!(wanted.last(), Some(Comes::Close(_))) {
            let mut rest = Vec::new();
            let end = timeout(PATIENCE, self.0.read_to_end(&mut rest)).await;
            let end = end.map_err(|_| "the connection doesn't end".to_owned())?;
            // In the portable way the library reads nothing more after what it can't understand, so
            // what is left unread may end the connection by a reset, in time after the close.
            let is_reset = end.as_ref().is_err_and(|e| e.kind() == ErrorKind::ConnectionReset);
            if !rest.is_empty() || (end.is_err() && !is_reset) {
                return Err(format!("after the close came {rest:?} and {end:?}"));
            }
        }
        Ok(())
    }

    async fn meets(&mut self, wanted: &Comes) -> Result<(), String> {
        loop {
            let got = self.next().await.map_err(|error| error.to_string())?;
            match (wanted, &got) {
                (Comes::PongAtLast(last), Comes::Pong(content)) if content != last => {}
                (Comes::PongAtLast(_), Comes::Pong(_)) => return Ok(()),
                _ if *wanted == got => return Ok(()),
                _ => return Err(format!("{got:?}")),
            }
        }
    }

    /// The next frame that answers something.
    async fn next(&mut self) -> std::io::Result<Comes> {
        loop {
            let (first, content) = self.frame().await?;
            let is = |kind: &str| content.starts_with(format!(r#"{{"type":"{kind}""#).as_bytes());
            return Ok(match first.checked_sub(FIN) {
                Some(PONG) => Comes::Pong(content),
                Some(CLOSE) => Comes::Close(content.first_chunk().map(|c| u16::from_be_bytes(*c))),
                Some(TEXT) if is("heartbeat") => Comes::Heartbeat,
                Some(TEXT) if is("error") => Comes::Error,
                // Hello and snapshot come to everybody, pings when it is time.
                Some(TEXT | BINARY | PING) => continue,
                _ => panic!("the node sent a frame beginning with {first:#x}"),
            });
        }
    }

    async fn frame(&mut self) -> std::io::Result<(u8, Vec<u8>)> {
        let first = self.0.read_u8().await?;
        let length = match self.0.read_u8().await? {
            126 => self.0.read_u16().await?.into(),
            127 => self.0.read_u64().await?,
            short => u64::from(short),
        };
        let mut content = vec![0; usize::try_from(length).expect("a length")];
        self.0.read_exact(&mut content).await?;
        Ok((first, content))
    }
}
