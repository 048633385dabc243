//! Reading one HTTP/1.1 reply from a buffer that fills up. Pure; `client` does the reading.

/// The most header lines a reply may have.
const HEADERS_MAX: usize = 64;

/// One reply of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The version named in `X-Seatmap-Version`, by answers without a body.
    pub version: Option<u64>,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// The body.
    pub body: &'a [u8],
}

/// What a reply's head says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) version: Option<u64>,
    pub(super) retry_after: Option<u64>,
    /// Where the body begins.
    pub(super) body: usize,
    pub(super) length: Length,
    pub(super) closes: bool,
}

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Bytes(usize),
    Chunks,
}

/// Why bytes are no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server's answer is not HTTP/1.1: {0}")]
pub struct BadReply(&'static str);

impl Head {
    /// Reads the head; `None` while it is incomplete.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>, BadReply> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut reply = httparse::Response::new(&mut headers);
        let parsed = reply.parse(bytes).map_err(|_| BadReply("the head can't be read"))?;
        let httparse::Status::Complete(body) = parsed else { return Ok(None) };
        let status = reply.code.ok_or(BadReply("no status"))?;
        let mut head = Self {
            status,
            version: None,
            retry_after: None,
            body,
            length: Length::Bytes(0),
            closes: false,
        };
        for header in reply.headers {
            head.note(header)?;
        }
        Ok(Some(head))
    }

    fn note(&mut self, header: &httparse::Header<'_>) -> Result<(), BadReply> {
        let value = std::str::from_utf8(header.value).unwrap_or_default().trim();
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        if is("content-length") {
            let length = value.parse().map_err(|_| BadReply("Content-Length is no number"))?;
            self.length = Length::Bytes(length);
        } else if is("transfer-encoding") {
            self.length = Length::Chunks;
        } else if is("connection") {
            self.closes = value.eq_ignore_ascii_case("close");
        } else if is("x-seatmap-version") {
            self.version = value.parse().ok();
        } else if is("retry-after") {
            self.retry_after = value.parse().ok();
        }
        Ok(())
    }
}

/// Joins the chunks at the beginning of `bytes`: the body and where it ended; `None` while the
/// last chunk is missing.
pub(super) fn join_chunks(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, BadReply> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let parsed = httparse::parse_chunk_size(&bytes[at..]);
        let parsed = parsed.map_err(|_| BadReply("a chunk has no size"))?;
        let httparse::Status::Complete((head, size)) = parsed else { return Ok(None) };
        let size = usize::try_from(size).map_err(|_| BadReply("a chunk is too large"))?;
        let start = at + head;
        let Some(rest) = bytes.len().checked_sub(start + 2).filter(|rest| *rest >= size) else {
            return Ok(None);
        };
        debug_assert!(rest >= size);
        body.extend_from_slice(&bytes[start..start + size]);
        at = start + size + 2;
        if size == 0 {
            return Ok(Some((body, at)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let text = b"HTTP/1.1 204 No Content\r\nX-Seatmap-Version: 17\r\nretry-after: 2\r\n\r\n";
        for cut in 0..text.len() {
            assert_eq!(Head::read(&text[..cut]), Ok(None), "{cut}");
        }
        let head = Head::read(text).unwrap().unwrap();
        assert_eq!((head.status, head.version, head.retry_after), (204, Some(17), Some(2)));
        assert_eq!((head.body, head.length), (text.len(), Length::Bytes(0)));
        assert!(Head::read(b"SSH-2.0-OpenSSH\r\n\r\n").is_err());
    }

    #[test]
    fn chunks_are_joined_once_the_last_is_there() {
        let text = b"4\r\nseat\r\n3\r\nmap\r\n0\r\n\r\nnext";
        let end = text.len() - 4;
        for cut in 0..end {
            assert_eq!(join_chunks(&text[..cut]), Ok(None), "{cut}");
        }
        assert_eq!(join_chunks(text), Ok(Some((b"seatmap".to_vec(), end))));
    }
}
