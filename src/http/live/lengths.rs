//! Lengths of frames, which a client has to put in their shortest form (RFC 6455, 5.2): whoever
//! doesn't is as wrong as one who sets a reserved bit. The library takes them in any form, so they
//! are looked at on their way to it. Changes no byte.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A length of this kind stands in the 2 bytes after a header's second one.
pub(super) const IN_2_BYTES: u8 = 126;
/// A length of this kind stands in the 8 bytes there.
pub(super) const IN_8_BYTES: u8 = 127;
/// The least length that needs 2 bytes.
pub(super) const LEAST_IN_2_BYTES: u64 = 126;
/// The least length that needs 8 bytes.
pub(super) const LEAST_IN_8_BYTES: u64 = 1 << 16;
/// How long a mask is, in bytes.
const MASK_BYTES: u64 = 4;

/// How far a client's frames have been looked at.
#[derive(Debug)]
pub(super) enum Lengths {
    /// So many bytes of a frame are still to come; with none, another frame is.
    Rest(u64),
    /// The first byte of a header has come.
    Begun,
    /// A part of a length has.
    Length { mask: u64, missing: u8, least: u64, value: u64 },
}

impl Lengths {
    /// The first byte at which a length is known to be longer than it need be. Nothing is to be
    /// looked at after one.
    pub(super) fn misfit(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let mut taken = 1;
            *self = match *self {
                Self::Rest(0) => Self::Begun,
                Self::Rest(left) => {
                    let come = bytes.len() - at;
                    taken = usize::try_from(left).map_or(come, |left| left.min(come));
                    Self::Rest(left - taken as u64)
                }
                Self::Begun => {
                    let mask = if byte & 0x80 == 0 { 0 } else { MASK_BYTES };
                    let long = |missing, least| Self::Length { mask, missing, least, value: 0 };
                    match byte & 0x7f {
                        IN_2_BYTES => long(2, LEAST_IN_2_BYTES),
                        IN_8_BYTES => long(8, LEAST_IN_8_BYTES),
                        short => Self::Rest(mask + u64::from(short)),
                    }
                }
                Self::Length { mask, missing, least, value } => {
                    let value = value << 8 | u64::from(*byte);
                    match missing - 1 {
                        0 if value < least => return Some(at),
                        0 => Self::Rest(value.saturating_add(mask)),
                        missing => Self::Length { mask, missing, least, value },
                    }
                }
            };
            at += taken;
        }
        None
    }
}

/// A stream that can't be read past a length longer than it need be.
#[derive(Debug)]
pub(super) struct Shortest<S> {
    stream: S,
    lengths: Lengths,
    is_broken: bool,
}

impl<S> Shortest<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, lengths: Lengths::Rest(0), is_broken: false }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Shortest<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.is_broken {
            let before = room.filled().len();
            ready!(Pin::new(&mut self.stream).poll_read(context, room))?;
            let Some(at) = self.lengths.misfit(&room.filled()[before..]) else {
                return Poll::Ready(Ok(()));
            };
            self.is_broken = true;
            // What was said before is heard first; none read would be the end.
            room.set_filled(before + at);
            if at > 0 {
                return Poll::Ready(Ok(()));
            }
        }
        Poll::Ready(Err(io::ErrorKind::InvalidData.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Shortest<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the bytes go wrong, however they are cut.
    fn misfit(bytes: &[u8]) -> Option<usize> {
        let whole = Lengths::Rest(0).misfit(bytes);
        let mut lengths = Lengths::Rest(0);
        let mut one_by_one = bytes.chunks(1).map(|byte| lengths.misfit(byte));
        assert_eq!(one_by_one.position(|found| found.is_some()), whole);
        whole
    }

    #[test]
    fn a_length_is_too_long_where_a_shorter_form_would_do() {
        let text = [0x81, 0x82, 1, 2, 3, 4, b'{', b'}'];
        assert_eq!(misfit(&text.repeat(3)), None);
        assert_eq!(misfit(&[0x81, 0xfe, 0, 125]), Some(3));
        assert_eq!(misfit(&[0x81, 0x7e, 0, 0]), Some(3));
        assert_eq!(misfit(&[0x81, 0xfe, 0, 126]), None);
        assert_eq!(misfit(&[0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff]), Some(9));
        assert_eq!(misfit(&[0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]), None);
        assert_eq!(misfit(&[0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), None);
        let after_a_text = [&text[..], &[0x89, 0xfe, 0, 2]].concat();
        assert_eq!(misfit(&after_a_text), Some(text.len() + 3));
    }
}
