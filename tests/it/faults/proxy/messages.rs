//! PostgreSQL's protocol as far as a cut has to know it: where messages end, where a transaction
//! begins and where it is over.

use super::{Cut, Shared, Then};

/// The write path's COMMIT; other transactions spell it in capitals.
const COMMIT: &[u8] = b"commit\0";
/// The tag that PostgreSQL answers a COMMIT with.
const COMMITTED: &[u8] = b"COMMIT\0";

const QUERY: u8 = b'Q';
const COMMAND_COMPLETE: u8 = b'C';
const READY_FOR_QUERY: u8 = b'Z';
/// What `READY_FOR_QUERY` says outside of transactions.
const IDLE: u8 = b'I';

/// How many bytes are read at once.
const ROOM_BYTES: usize = 64 * 1024;

/// What has come of one side's messages.
pub(super) struct Messages {
    bytes: Vec<u8>,
    /// How many messages without a kind are still to come: a node's first, the startup.
    untyped: usize,
}

impl Messages {
    pub(super) fn of_node() -> Self {
        Self { bytes: Vec::new(), untyped: 1 }
    }

    pub(super) fn of_server() -> Self {
        Self { bytes: Vec::new(), untyped: 0 }
    }

    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        self.bytes.reserve(ROOM_BYTES);
        &mut self.bytes
    }

    /// Takes out the whole messages, up to the one at which to cut, if there is one.
    pub(super) fn take(
        &mut self,
        mut cuts: impl FnMut(&[u8]) -> Option<Then>,
    ) -> (Vec<u8>, Option<(Then, Vec<u8>)>) {
        let mut passed = 0;
        while let Some(length) = self.length(passed) {
            let message = &self.bytes[passed..passed + length];
            if self.untyped > 0 {
                self.untyped -= 1;
            } else if let Some(then) = cuts(message) {
                let rest = self.bytes.split_off(passed + length);
                let message = self.bytes.split_off(passed);
                return (std::mem::replace(&mut self.bytes, rest), Some((then, message)));
            }
            passed += length;
        }
        (self.bytes.drain(..passed).collect(), None)
    }

    /// The length of the message that begins here, once it is whole.
    fn length(&self, at: usize) -> Option<usize> {
        let kind = usize::from(self.untyped == 0);
        let length = self.bytes.get(at + kind..)?.first_chunk()?;
        let length = kind + usize::try_from(i32::from_be_bytes(*length)).expect("a length");
        (self.bytes.len() >= at + length).then_some(length)
    }
}

/// What is due on one connection.
#[derive(Default)]
pub(super) struct Passing {
    due: Option<(Cut, Then)>,
    /// PostgreSQL has answered the BEGIN. What it says before that is about what came earlier: the
    /// node needs no answer to its last words, and may go on without.
    begun: bool,
    asked: usize,
    answered: usize,
}

impl Passing {
    /// Looks at a message of the node's; says whether to cut instead of passing it on.
    pub(super) fn ask(&mut self, shared: &Shared, message: &[u8]) -> Option<Then> {
        let query = message[0] == QUERY;
        if query && &message[5..] == COMMIT {
            let cut = shared.take_if(|cut| matches!(cut, Cut::BeforeCommit | Cut::AfterCommit));
            match cut {
                Some((Cut::BeforeCommit, then)) => return Some(then),
                due => self.due = due.or(self.due),
            }
        }
        if query && self.due.is_none() && ["Q begin", "Q start"].contains(&&*name(message)) {
            self.due = shared.take_if(|cut| matches!(cut, Cut::Asked(_) | Cut::Answered(_)));
            (self.begun, self.asked, self.answered) = (false, 0, 0);
        }
        self.asked += 1;
        let (cut, then) = self.due?;
        let is_due = cut == Cut::Asked(self.asked - 1);
        if is_due {
            self.due = None;
        }
        is_due.then_some(then)
    }

    /// Looks at a message of PostgreSQL's; says whether to cut instead of passing it on.
    pub(super) fn answer(&mut self, message: &[u8]) -> Option<Then> {
        let (cut, then) = self.due?;
        if cut == Cut::AfterCommit {
            let done = message[0] == COMMAND_COMPLETE && &message[5..] == COMMITTED;
            if done {
                self.due = None;
            }
            return done.then_some(then);
        }
        self.begun |= ["C begin", "C start"].contains(&&*name(message));
        if !self.begun {
            return None;
        }
        self.answered += 1;
        if cut == Cut::Answered(self.answered - 1) {
            self.due = None;
            return Some(then);
        }
        if message[0] == READY_FOR_QUERY && message[5] == IDLE {
            // The transaction was over before.
            self.due = None;
        }
        None
    }
}

/// A message's kind and, of texts, its first word.
pub(super) fn name(message: &[u8]) -> String {
    let kind = char::from(message[0]);
    if ![QUERY, COMMAND_COMPLETE].contains(&message[0]) {
        return kind.to_string();
    }
    let text = String::from_utf8_lossy(&message[5..]);
    let word = text.split([' ', ';', '\0']).next().unwrap_or_default();
    format!("{kind} {}", word.to_lowercase())
}
