//! The way from a call to the sequencer and back: shared by all routes that change seats.

use axum::http::HeaderName;

use super::app::{App, EventFacts};
use super::call::Call;
use super::problem::{Failure, Reply, refused};
use crate::domain::answer::{Answer, Outcome, Refusal, Thing};
use crate::domain::command::Command;
use crate::domain::ids::{EventId, HoldId, SeatIndex, Version};
use crate::sequencer::SubmitError;
use crate::store::batch::MadeBy;

/// Tells the version of a change whose answer has no body.
pub(crate) const VERSION_HEADER: HeaderName = HeaderName::from_static("x-seatmap-version");

/// How much of an unknown label a refusal quotes, in characters.
const QUOTED_CHARS_MAX: usize = 100;

/// How often a command is made anew when its event has moved to another chart meanwhile.
const CHARTS_MAX: usize = 4;

/// What a command came to.
pub(crate) struct Done {
    /// The event, with the chart that numbers the outcome's seats.
    pub(crate) facts: EventFacts,
    pub(crate) outcome: Outcome,
    pub(crate) version: Version,
}

/// Has a command carried out; `command` makes it by the chart of the facts it is given, anew if that
/// isn't the event's any more. A refusal becomes its problem.
///
/// Who is refused at the door under an idempotency key is refused by the sequencer all the same: an
/// earlier answer may stand under the key, and this one has to be remembered.
pub(crate) async fn carry_out<T>(
    app: &App,
    event: EventId,
    call: &Call<T>,
    command: impl Fn(&EventFacts) -> Result<Command, Refusal>,
) -> Reply<Done> {
    for _ in 0..CHARTS_MAX {
        let facts = app.facts(event).await?;
        let (command, is_refused) = match command(&facts) {
            Ok(command) => (command, false),
            Err(refusal) if call.key.is_some() => (Command::Refuse(refusal), true),
            Err(refusal) if app.are_current(&facts).await? => {
                return Err(refused(&refusal, &facts.chart.layout));
            }
            Err(_) => continue,
        };
        let made_by = MadeBy { chart: facts.chart_since, history: call.history };
        let request = (call.request(command), made_by);
        let done = match app.sequencer.submit(event, request, call.deadline).await {
            Ok(answer) => told(app, facts, answer).await?,
            Err(SubmitError::OtherChart) => {
                app.forget(event);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if is_refused {
            // The key stands for a request that succeeded, and that can't have been this one.
            return Err(refused(&Refusal::KeyReused, &done.facts.chart.layout));
        }
        return Ok(done);
    }
    Err(SubmitError::OtherChart.into())
}

/// An answer with the chart that its seats are positions in: a remembered one, or what it tells of,
/// may be older than the event's.
async fn told(app: &App, facts: EventFacts, answer: Answer) -> Reply<Done> {
    let Answer { result, version, request_id } = answer;
    let former = match &result {
        Ok(Outcome::Booking(booking)) => booking.former,
        _ => None,
    };
    let facts = app.facts_at(facts, former.unwrap_or(version)).await?;
    match result {
        Ok(outcome) => Ok(Done { facts, outcome, version }),
        Err(refusal) => {
            let mut failure = refused(&refusal, &facts.chart.layout);
            // A repeated request gets the first answer, which bears the first request's id.
            failure.0.request_id = request_id;
            Err(failure)
        }
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
