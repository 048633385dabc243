//! Answers of calls that belong to no event, as they are kept under their keys: what was done, and
//! refusals. (Those of an event's are kept by the write path.) Keeps nothing that trying again can
//! change.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use super::app::App;
use super::problem::{Failure, Reply};
use crate::protocol::problem::{Code, Problem};
use crate::store::kept::{KeptScope, Once, OnceBy};

/// Statuses of refusals that are kept.
const KEPT_REFUSALS: [u16; 4] = [403, 404, 409, 422];

/// Under what a call's answer is kept, if it bears a key; and by when it has to be decided.
pub(crate) struct Keeping {
    pub(crate) scope: Option<KeptScope>,
    pub(crate) request_id: String,
    pub(crate) deadline: Instant,
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Refused { refused: Box<Problem> },
    Done(Value),
}

impl Keeping {
    /// How often to do what is called for, and by when.
    pub(crate) fn terms(&self) -> OnceBy<'_> {
        (self.scope.as_ref(), self.deadline)
    }

    /// Refuses the call, unless an earlier answer stands under its key; this one does from now on.
    pub(crate) async fn refuse(&self, app: &App, failure: Failure) -> Reply<Value> {
        let is_kept = KEPT_REFUSALS.contains(&failure.0.status);
        let Some(scope) = self.scope.as_ref().filter(|_| is_kept) else { return Err(failure) };
        let mut problem = failure.0;
        // Whoever repeats the call gets this answer, its id included.
        problem.request_id.clone_from(&self.request_id);
        problem.detail = storable(&problem.detail);
        for error in &mut problem.errors {
            error.field = storable(&error.field);
            error.detail = storable(&error.detail);
        }
        let kept = Kept::Refused { refused: problem.clone() };
        let kept = serde_json::to_value(kept).unwrap_or_default();
        match app.store.keep_refusal(scope, self.deadline, &kept).await? {
            Once::Done(()) => Err(Failure(problem)),
            Once::Repeated(answer) => read(answer),
            Once::KeyReused => Err(reused()),
        }
    }
}

/// The answer to a call: of now, by `render`, or of the first time.
pub(crate) fn answer<T>(once: Once<T>, render: impl FnOnce(&T) -> Value) -> Reply<Value> {
    match once {
        Once::Done(done) => Ok(render(&done)),
        Once::Repeated(answer) => read(answer),
        Once::KeyReused => Err(reused()),
    }
}

/// A text as it can be kept: the database takes a NUL in none.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn read(answer: Value) -> Reply<Value> {
    match serde_json::from_value(answer) {
        Ok(Kept::Done(answer)) => Ok(answer),
        Ok(Kept::Refused { refused }) => Err(Failure(refused)),
        Err(error) => Err(Failure::new(Code::Internal, format!("a kept answer: {error}"))),
    }
}

fn reused() -> Failure {
    Failure::new(Code::IdempotencyKeyReused, "the Idempotency-Key was used for another request")
}
