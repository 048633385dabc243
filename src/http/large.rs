//! JSON answers of megabytes that change too often to be kept: made and compressed aside, a few at
//! a time, and with room for their bytes until the last of them has been taken or given up.
//!
//! The room is a node's: whoever takes their answers slowly, or many at once, makes others of
//! their kind wait, and nobody else. Who finds none is refused, because all that have some could
//! wait for each other.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::charts::aside;
use super::packed::{self, Coding};
use super::problem::{Failure, Reply};
use crate::protocol::problem::Code;

/// How many bytes of large answers a node has in memory at once, as they travel. Room for a few
/// of the largest uncompressed (200,000 tickets are some 35 MB), and for a hundred compressed.
const ROOM_BYTES_MAX: usize = 256 * 1024 * 1024;

/// What each answer may have without taking room, in bytes, so that small ones are never refused.
const SMALL_BYTES_MAX: usize = 64 * 1024;

/// What room is counted in, in bytes.
const BLOCK_BYTES: usize = 1024;

/// How many are made at once: two of 200,000 tickets take as much of two cores as can be spared.
const MAKERS_MAX: usize = 2;

/// How many may be waited for, those that are being made included. Each holds its statuses, a byte
/// a seat.
const ASKED_MAX: usize = 64;

/// How much is compressed at a time, in bytes.
const BUFFER_BYTES: usize = 64 * 1024;

/// Brotli's: what can be made as fast as it is written.
const QUALITY: u32 = 4;

/// Brotli's window, as a power of two of bytes.
const WINDOW: u32 = 20;

/// The large answers of a node.
pub(crate) struct LargeAnswers {
    room: Arc<Semaphore>,
    asked: Arc<Semaphore>,
    makers: Arc<Semaphore>,
    patience: Duration,
}

impl LargeAnswers {
    /// Answers are waited for as long as requests may take.
    pub(crate) fn new(patience: Duration) -> Self {
        Self::with_room(ROOM_BYTES_MAX, patience)
    }

    fn with_room(bytes: usize, patience: Duration) -> Self {
        let [room, asked, makers] = [bytes / BLOCK_BYTES, ASKED_MAX, MAKERS_MAX]
            .map(|permits| Arc::new(Semaphore::new(permits)));
        Self { room, asked, makers, patience }
    }

    /// An answer in the best coding that the client reads.
    pub(crate) async fn answer(
        &self,
        headers: &HeaderMap,
        write: impl FnOnce(&mut dyn Write) -> serde_json::Result<()> + Send + 'static,
    ) -> Reply<Response> {
        let asked = Arc::clone(&self.asked).try_acquire_owned().map_err(|_| full())?;
        let coding = packed::coding(headers);
        let kept =
            Kept { bytes: Vec::new(), room: Arc::clone(&self.room), held: None, full: false };
        let making = async {
            let makers = Arc::clone(&self.makers);
            let maker = makers.acquire_owned().await.expect("it is never closed");
            aside((asked, maker), move || written(coding, kept, write)).await
        };
        let made = timeout(self.patience, making).await;
        let made = made.map_err(|_| Failure::new(Code::Timeout, "the answer took too long"))?;
        match made {
            Ok(Ok(kept)) => Ok(packed::coded(coding, Bytes::from_owner(kept))),
            Ok(Err(error)) if error.kind() == ErrorKind::StorageFull => Err(full()),
            Ok(Err(error)) => Err(unwritten(&error)),
            Err(_) => Err(Failure::new(Code::Internal, "making the answer failed")),
        }
    }
}

/// A small answer, made at once; whoever sends it may compress it.
pub(crate) fn at_once(
    write: impl FnOnce(&mut dyn Write) -> serde_json::Result<()>,
) -> Reply<Response> {
    let mut bytes = Vec::new();
    write(&mut bytes).map_err(|error| unwritten(&error.into()))?;
    Ok(packed::coded(Coding::Identity, bytes.into()))
}

fn full() -> Failure {
    Failure::new(Code::Overloaded, "too many large answers are under way; try again")
}

fn unwritten(error: &io::Error) -> Failure {
    Failure::new(Code::Internal, format!("the answer can't be written: {error}"))
}

/// Writes an answer in a coding; `StorageFull` when there is no room for it.
fn written(
    coding: Coding,
    kept: Kept,
    write: impl FnOnce(&mut dyn Write) -> serde_json::Result<()>,
) -> io::Result<Kept> {
    let mut kept = match coding {
        Coding::Identity => {
            let mut out = BufWriter::with_capacity(BUFFER_BYTES, kept);
            write(&mut out)?;
            out.into_inner()?
        }
        Coding::Gzip => {
            let gzip = GzEncoder::new(kept, Compression::fast());
            let mut out = BufWriter::with_capacity(BUFFER_BYTES, gzip);
            write(&mut out)?;
            out.into_inner()?.finish()?
        }
        Coding::Br => {
            let br = brotli::CompressorWriter::new(kept, BUFFER_BYTES, QUALITY, WINDOW);
            let mut out = BufWriter::with_capacity(BUFFER_BYTES, br);
            write(&mut out)?;
            // Says nothing of what fails at the end.
            out.into_inner()?.into_inner()
        }
    };
    if kept.full {
        return Err(ErrorKind::StorageFull.into());
    }
    kept.bytes.shrink_to_fit();
    Ok(kept)
}

/// An answer's bytes, and the room for them until they are dropped.
struct Kept {
    bytes: Vec<u8>,
    room: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
    /// There was no room for all of it.
    full: bool,
}

impl Kept {
    /// Takes as much more room as so many bytes need, if there is any.
    fn hold(&mut self, bytes: usize) -> Option<()> {
        let blocks = bytes.saturating_sub(SMALL_BYTES_MAX).div_ceil(BLOCK_BYTES);
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = u32::try_from(blocks.saturating_sub(held)).ok()?;
        if more == 0 {
            return Some(());
        }
        let more = Arc::clone(&self.room).try_acquire_many_owned(more).ok()?;
        match &mut self.held {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
        Some(())
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.full |= self.hold(self.bytes.len() + bytes.len()).is_none();
        if self.full {
            return Err(ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use axum::http::{HeaderValue, header};
    use http_body_util::BodyExt as _;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// A list of numbers of about so many bytes.
    fn numbers(bytes: usize) -> impl FnOnce(&mut dyn Write) -> serde_json::Result<()> + Send {
        move |out| serde_json::to_writer(out, &vec![1_234_567_u32; bytes / 8])
    }

    fn accepting(codings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(codings))])
    }

    async fn bytes_of(response: Response) -> Bytes {
        response.into_body().collect().await.expect("a body").to_bytes()
    }

    #[tokio::test]
    async fn an_answer_is_the_same_in_every_coding() {
        let answers = LargeAnswers::new(MINUTE);
        let size = 400_000;
        let plain = bytes_of(at_once(numbers(size)).expect("an answer")).await;
        let identity = answers.answer(&accepting(""), numbers(size)).await.expect("an answer");
        assert_eq!(bytes_of(identity).await, plain);
        for coding in ["gzip", "br"] {
            let answer = answers.answer(&accepting(coding), numbers(size)).await;
            let answer = answer.expect("an answer");
            assert_eq!(answer.headers()[header::CONTENT_ENCODING], coding);
            let (packed, mut read) = (bytes_of(answer).await, Vec::new());
            assert!(packed.len() < plain.len() / 10, "{coding}: {} bytes", packed.len());
            let done = match coding {
                "gzip" => flate2::read::GzDecoder::new(&*packed).read_to_end(&mut read),
                _ => brotli::Decompressor::new(&*packed, 4_096).read_to_end(&mut read),
            };
            done.expect("it can be read");
            assert_eq!(read, plain, "{coding}");
        }
        assert_eq!(answers.room.available_permits(), ROOM_BYTES_MAX / BLOCK_BYTES);
    }

    #[tokio::test]
    async fn who_finds_no_room_is_refused_until_another_has_taken_all_of_theirs() {
        let answers = LargeAnswers::with_room(1_000_000, MINUTE);
        let ask = async |bytes| answers.answer(&HeaderMap::new(), numbers(bytes)).await;
        let first = ask(800_000).await.expect("an answer");
        let mut body = first.into_body();
        for bytes in [800_000, 5_000_000] {
            let Failure(problem) = ask(bytes).await.expect_err("no room");
            assert_eq!((problem.code, problem.status), (Code::Overloaded, 503));
        }
        ask(50_000).await.expect("a small one needs no room");
        // A piece of it that is still to be sent keeps all of it.
        let piece = body.frame().await.expect("a frame").expect("no error");
        let piece = piece.into_data().expect("data").split_off(700_000);
        drop(body);
        ask(800_000).await.expect_err("no room");
        drop(piece);
        ask(800_000).await.expect("there is room again");
    }

    #[tokio::test]
    async fn no_more_are_waited_for_than_may_be() {
        let answers = LargeAnswers::new(MINUTE);
        let all = u32::try_from(ASKED_MAX).expect("a few");
        let all = Arc::clone(&answers.asked).try_acquire_many_owned(all).expect("they are free");
        let refused = answers.answer(&HeaderMap::new(), numbers(100_000)).await;
        assert_eq!(refused.expect_err("a full list").0.code, Code::Overloaded);
        drop(all);
        answers.answer(&HeaderMap::new(), numbers(100_000)).await.expect("an answer");
    }
}
