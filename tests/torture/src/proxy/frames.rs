//! PostgreSQL's messages to a client, taken apart: a letter, a length, and what it says.

/// What precedes a message's content: its letter and its length.
const HEAD_BYTES: usize = 5;

/// The letter of a notification.
pub(super) const NOTIFICATION: u8 = b'A';

/// Messages as they become whole.
#[derive(Debug, Default)]
pub(super) struct Frames {
    kept: Vec<u8>,
}

impl Frames {
    /// The messages that these bytes complete.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.kept.extend_from_slice(bytes);
        let mut whole = Vec::new();
        let mut at = 0;
        while let Some(end) = self.end_of(at) {
            whole.push(self.kept[at..end].to_vec());
            at = end;
        }
        self.kept.drain(..at);
        whole
    }

    fn end_of(&self, at: usize) -> Option<usize> {
        let head = self.kept.get(at..at + HEAD_BYTES)?;
        // The length counts itself, but not the letter.
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let end = at + 1 + length as usize;
        (end <= self.kept.len()).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_whole_wherever_the_bytes_are_split() {
        let bytes = b"A\0\0\0\x06hiZ\0\0\0\x05I";
        for split in 0..=bytes.len() {
            let mut frames = Frames::default();
            let mut whole = frames.take(&bytes[..split]);
            whole.extend(frames.take(&bytes[split..]));
            assert_eq!(whole, [b"A\0\0\0\x06hi".to_vec(), b"Z\0\0\0\x05I".to_vec()]);
        }
    }
}
