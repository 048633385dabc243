//! The way from a call to the sequencer and back: shared by all routes that change seats.

use axum::http::HeaderName;

use super::app::{App, EventFacts};
use super::call::Call;
use super::problem::{Failure, Reply, refused};
use crate::domain::answer::{Answer, Outcome, Refusal, Thing};
use crate::domain::command::Command;
use crate::domain::ids::{HoldId, SeatIndex, Version};

/// Tells the version of a change whose answer has no body.
pub(crate) const VERSION_HEADER: HeaderName = HeaderName::from_static("x-seatmap-version");

/// How much of an unknown label a refusal quotes, in characters.
const QUOTED_CHARS_MAX: usize = 100;

/// Has a command carried out. A refusal becomes its problem.
pub(crate) async fn carry_out<T>(
    app: &App,
    facts: &EventFacts,
    call: &Call<T>,
    command: Command,
) -> Reply<(Outcome, Version)> {
    let request = call.request(command);
    let answer = app.sequencer.submit(facts.id, request, call.deadline).await?;
    let Answer { result, version, request_id } = answer;
    match result {
        Ok(outcome) => Ok((outcome, version)),
        Err(refusal) => {
            let mut failure = refused(&refusal, &facts.chart.layout);
            // A repeated request gets the first answer, which bears the first request's id.
            failure.0.request_id = request_id;
            Err(failure)
        }
    }
}

/// Refuses at the door. Under an idempotency key the refusal goes through the sequencer all the
/// same: an earlier answer may stand under it, and this one has to be remembered.
pub(crate) async fn refuse<T>(
    app: &App,
    facts: &EventFacts,
    call: &Call<T>,
    refusal: Refusal,
) -> Failure {
    if call.key.is_none() {
        return refused(&refusal, &facts.chart.layout);
    }
    match carry_out(app, facts, call, Command::Refuse(refusal)).await {
        Err(failure) => failure,
        // The key stands for a request that succeeded, and that can't have been this one.
        Ok(_) => refused(&Refusal::KeyReused, &facts.chart.layout),
    }
}

/// The refusal of a field that can't be what it says.
pub(crate) fn wrong_field(failure: &Failure) -> Refusal {
    let error = failure.0.errors.first();
    let (field, detail) = error.map_or_else(
        || ("body".to_owned(), failure.0.detail.clone()),
        |error| (error.field.clone(), error.detail.clone()),
    );
    Refusal::Invalid { field, detail }
}

/// The seat of a label in the path; a refusal when there is none.
pub(crate) fn seat_in_path(facts: &EventFacts, label: &str) -> Result<SeatIndex, Refusal> {
    facts.chart.index.get(label).ok_or(Refusal::NotFound { thing: Thing::Seat })
}

/// The seats of labels in a body, ascending. Refused when there are none, too many, unknown ones,
/// or one twice.
pub(crate) fn seats_in_body(
    facts: &EventFacts,
    labels: &[String],
    max: usize,
) -> Result<Vec<SeatIndex>, Refusal> {
    let invalid = |field: String, detail: String| Refusal::Invalid { field, detail };
    if labels.is_empty() || labels.len() > max {
        let detail = format!("must name between 1 and {max} seats");
        return Err(invalid("seats".to_owned(), detail));
    }
    let mut seats = Vec::with_capacity(labels.len());
    for (at, label) in labels.iter().enumerate() {
        let Some(seat) = facts.chart.index.get(label) else {
            let detail = format!("there is no seat \"{}\"", quotable(label));
            return Err(invalid(format!("seats[{at}]"), detail));
        };
        seats.push(seat);
    }
    seats.sort_unstable();
    if let Some(pair) = seats.windows(2).find(|pair| pair[0] == pair[1]) {
        let label = facts.chart.layout.seat_no(pair[0]);
        return Err(invalid("seats".to_owned(), format!("names seat \"{label}\" twice")));
    }
    Ok(seats)
}

/// A label as it may be quoted and kept: of bounded length, and without a NUL, which the database
/// takes in no text.
fn quotable(label: &str) -> String {
    label.chars().take(QUOTED_CHARS_MAX).flat_map(char::escape_debug).collect()
}

/// For outcomes of another kind than their command's: can't be, but must not panic.
pub(crate) fn unexpected() -> Failure {
    Failure::new(crate::protocol::problem::Code::Internal, "the answer is of another kind")
}

/// A fresh hold id. Ids of the same moment lie side by side in the tables' indexes, so that writing
/// many touches few pages; what can't be guessed in one is 74 bits long.
pub(super) fn fresh_hold() -> HoldId {
    HoldId(uuid::Uuid::now_v7())
}
