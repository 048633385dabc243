//! Idempotency within a batch: the first answer under a key stands, whether it was stored by an
//! earlier transaction or decided a moment ago in this one.

use std::collections::HashMap;

use super::KeyScope;
use super::work::Work;
use crate::domain::answer::{Answer, Outcome, Refusal};
use crate::domain::command::Request;
use crate::domain::ids::Version;

type Decided = Result<Outcome, Refusal>;

/// The answers of a batch so far. Versions are filled in at the end, when it is known whether
/// the batch makes a new one.
#[derive(Default)]
pub(super) struct Answers {
    given: Vec<Given>,
    first_use: HashMap<KeyScope, (usize, Vec<u8>)>,
    keep: Vec<usize>,
}

enum Given {
    New { result: Decided, request_id: String },
    Stored(Answer),
}

impl Answers {
    /// Answers a request whose key was used before. Returns whether it did.
    pub(super) fn repeat(&mut self, work: &Work, request: &Request, position: usize) -> bool {
        let Some(key) = &request.key else { return false };
        let scope = (request.caller, key.key.clone());
        if let Some(kept) = work.state.kept.get(&scope) {
            let given = if kept.fingerprint == key.fingerprint {
                Given::Stored(kept.answer.clone())
            } else {
                reused(request)
            };
            self.given.push(given);
            return true;
        }
        // An earlier command of this very batch: same request, same answer.
        let Some((first, fingerprint)) = self.first_use.get(&scope) else {
            self.first_use.insert(scope, (position, key.fingerprint.clone()));
            return false;
        };
        let given = match &self.given[*first] {
            Given::New { result, request_id } if *fingerprint == key.fingerprint => {
                Given::New { result: result.clone(), request_id: request_id.clone() }
            }
            _ => reused(request),
        };
        self.given.push(given);
        true
    }

    /// Adds the answer of a command that was just decided.
    pub(super) fn add(&mut self, request: &Request, position: usize, result: Decided) {
        if request.key.is_some() {
            self.keep.push(position);
        }
        self.given.push(Given::New { result, request_id: request.request_id.clone() });
    }

    /// All answers in order, and the positions of those to remember.
    pub(super) fn at(self, version: Version) -> (Vec<Answer>, Vec<usize>) {
        let answers = self
            .given
            .into_iter()
            .map(|given| match given {
                Given::New { result, request_id } => Answer { result, version, request_id },
                Given::Stored(answer) => answer,
            })
            .collect();
        (answers, self.keep)
    }
}

fn reused(request: &Request) -> Given {
    Given::New { result: Err(Refusal::KeyReused), request_id: request.request_id.clone() }
}
