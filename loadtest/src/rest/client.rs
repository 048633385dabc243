//! A keep-alive connection to one node, and the requests on it.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::reply::{BadReply, Head, Length, Reply, join_chunks};

/// How long an answer may take; longer than any server's own limit on a request.
const REPLY_TIMEOUT: Duration = Duration::from_secs(60);
/// What a reply's buffer starts with, in bytes; most replies fit.
const BUFFER_BYTES: usize = 2 * 1024;
/// The largest reply taken, in bytes: all tickets of the largest event.
const REPLY_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call<'a> {
    /// The method.
    pub method: &'static str,
    /// The path with its query.
    pub path: &'a str,
    /// Who asks, in open mode: `X-Session-ID`.
    pub session: Option<&'a str>,
    /// Who asks: a bearer token.
    pub token: Option<&'a str>,
    /// `Idempotency-Key`.
    pub idempotency_key: Option<&'a str>,
    /// `X-Request-ID`, by which the server's log and change log name the request.
    pub request_id: Option<&'a str>,
    /// A JSON body.
    pub body: Option<&'a [u8]>,
}

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// The connection failed. Whether the request was carried out is unknown.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// What came is no reply.
    #[error("{0}")]
    BadReply(#[from] BadReply),
    /// The reply is larger than any the server gives.
    #[error("the answer is larger than {REPLY_BYTES_MAX} bytes")]
    TooLarge,
    /// Nothing came for too long. Whether the request was carried out is unknown.
    #[error("no answer within {} s", REPLY_TIMEOUT.as_secs())]
    Timeout,
}

/// A caller's connection to one node; opened when first needed and again after it failed.
#[derive(Debug)]
pub struct Client {
    target: SocketAddr,
    source: Option<IpAddr>,
    stream: Option<TcpStream>,
    out: Vec<u8>,
    input: Vec<u8>,
}

impl Client {
    /// A client of the node at `target`, connecting from `source` if one is named.
    #[must_use]
    pub fn new(target: SocketAddr, source: Option<IpAddr>) -> Self {
        Self { target, source, stream: None, out: Vec::new(), input: Vec::new() }
    }

    /// Sends a request and reads its reply. Never sends twice: after an error it is the caller who
    /// knows whether asking again is safe.
    ///
    /// # Errors
    /// When the connection fails or what comes is no reply; the next request opens a new one.
    pub async fn ask(&mut self, call: &Call<'_>) -> Result<Reply<'_>, RestError> {
        self.write(call);
        let mut stream = match self.stream.take().filter(is_quiet) {
            Some(stream) => stream,
            None => self.open().await?,
        };
        let exchanged = timeout(REPLY_TIMEOUT, self.exchange(&mut stream)).await;
        let (head, length) = exchanged.map_err(|_| RestError::Timeout)??;
        if !head.closes {
            self.stream = Some(stream);
        }
        let Head { status, version, retry_after, body, .. } = head;
        Ok(Reply { status, version, retry_after, body: &self.input[body..body + length] })
    }

    async fn open(&self) -> Result<TcpStream, RestError> {
        let socket = match self.target {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if let Some(source) = self.source {
            crate::source::bind(&socket, source)?;
        }
        let stream = socket.connect(self.target).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    fn write(&mut self, call: &Call<'_>) {
        let out = &mut self.out;
        out.clear();
        // Writing to a Vec can't fail.
        let _ = write!(out, "{} {} HTTP/1.1\r\nhost: {}\r\n", call.method, call.path, self.target);
        let headers = [
            ("x-session-id: ", call.session),
            ("authorization: Bearer ", call.token),
            ("idempotency-key: ", call.idempotency_key),
            ("x-request-id: ", call.request_id),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                let _ = write!(out, "{name}{value}\r\n");
            }
        }
        let body = call.body.unwrap_or_default();
        if call.body.is_some() {
            let length = body.len();
            let _ = write!(out, "content-type: application/json\r\ncontent-length: {length}\r\n");
        } else if call.method != "GET" {
            out.extend_from_slice(b"content-length: 0\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body);
    }

    /// Writes what is in `out`, reads a reply into `input`: its head and its body's length.
    async fn exchange(&mut self, stream: &mut TcpStream) -> Result<(Head, usize), RestError> {
        stream.write_all(&self.out).await?;
        let input = &mut self.input;
        input.clear();
        input.reserve(BUFFER_BYTES);
        let head = loop {
            read_more(stream, input).await?;
            if let Some(head) = Head::read(input)? {
                break head;
            }
        };
        let length = match head.length {
            Length::Bytes(length) => {
                input
                    .reserve((head.body + length).saturating_sub(input.len()).min(REPLY_BYTES_MAX));
                while input.len() < head.body + length {
                    read_more(stream, input).await?;
                }
                length
            }
            Length::Chunks => loop {
                if let Some((body, _)) = join_chunks(&input[head.body..])? {
                    input.truncate(head.body);
                    input.extend_from_slice(&body);
                    break body.len();
                }
                read_more(stream, input).await?;
            },
        };
        Ok((head, length))
    }
}

/// Whether a kept connection can be asked on: the server may have closed it meanwhile, as servers
/// do with the silent ones, and that is no failure of the next request.
fn is_quiet(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0]);
    read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

async fn read_more(stream: &mut TcpStream, input: &mut Vec<u8>) -> Result<(), RestError> {
    if input.len() > REPLY_BYTES_MAX {
        return Err(RestError::TooLarge);
    }
    if stream.read_buf(input).await? == 0 {
        return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    #[tokio::test]
    async fn a_connection_that_the_server_has_closed_meanwhile_is_not_asked_on() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = Client::new(listener.local_addr().unwrap(), None);
        let serving = tokio::spawn(async move {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = [0; 1024];
                assert!(stream.read(&mut asked).await.unwrap() > 0);
                stream.write_all(ANSWER).await.unwrap();
            }
        });
        let call = Call { method: "POST", path: "/x", ..Call::default() };
        assert_eq!(client.ask(&call).await.unwrap().status, 200);
        // It is kept, and then its end is seen.
        client.stream.as_ref().unwrap().readable().await.unwrap();
        assert_eq!(client.ask(&call).await.unwrap().status, 200);
        serving.await.unwrap();
    }
}
