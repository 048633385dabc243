//! Error answers of handlers, and the one place where refusals and failures become them.
//!
//! A handler returns a [`Failure`]; the outermost layer gives it the request's id and its body.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::answer::{Refusal, Thing};
use crate::domain::choice::Shortage;
use crate::domain::layout::Layout;
use crate::protocol::problem::{Code, FreeSeats, Problem, SeatConflict};
use crate::sequencer::SubmitError;
use crate::store::error::StoreError;

/// What `Retry-After` says with a transient problem, in seconds. Who has asked too often may do so
/// again after less.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// A problem on its way to the client.
#[derive(Clone, Debug)]
pub(crate) struct Failure(pub(crate) Box<Problem>);

/// What handlers return.
pub(crate) type Reply<T> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// 422 for one field.
    pub(crate) fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Problem::field(Code::Invalid, field, detail).into()
    }

    /// 400 for a part of the path, the query or a header.
    pub(crate) fn unreadable(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Problem::field(Code::BadRequest, field, detail).into()
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if self.0.is_transient() {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        if self.0.code == Code::UpgradeRequired {
            // RFC 9110, 15.5.22: the answer must say to what.
            response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            // RFC 6455, 4.4: and which version.
            let version = HeaderValue::from_static("13");
            response.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, version);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        // What the database said is for the log, not for strangers.
        match &error {
            StoreError::TimedOut | StoreError::Locked => {
                Self::new(Code::Timeout, "the database took too long")
            }
            StoreError::Overloaded => Self::from(SubmitError::Overloaded),
            StoreError::CommitLost => {
                tracing::warn!("commit was not answered");
                Self::from(SubmitError::OutcomeUnknown)
            }
            StoreError::Unavailable(_) | StoreError::Retry(_) => {
                tracing::warn!(error = %error, "read failed");
                Self::new(Code::Overloaded, "the database can't be reached; nothing happened")
            }
            StoreError::Exhausted(_) => {
                tracing::error!(error = %error, "read failed");
                Self::from(SubmitError::Exhausted)
            }
            StoreError::Refused(_) | StoreError::Corrupt(_) => {
                tracing::error!(error = %error, "read failed");
                Self::new(Code::Internal, "the request failed; nothing happened")
            }
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::NoSuchEvent => Self::not_found("event"),
            SubmitError::Overloaded => {
                Self::new(Code::Overloaded, "too many requests are waiting; nothing happened")
            }
            SubmitError::Unavailable => {
                Self::new(Code::Overloaded, "the database can't be reached; nothing happened")
            }
            SubmitError::Exhausted => Self::new(
                Code::Overloaded,
                "the database has run out of resources; nothing happened",
            ),
            SubmitError::TimedOut => {
                Self::new(Code::Timeout, "time is up; nothing happened and nothing will")
            }
            SubmitError::OutcomeUnknown => Self::new(
                Code::OutcomeUnknown,
                "it may have happened: ask again with the same Idempotency-Key, or read",
            ),
            SubmitError::OtherChart => {
                Self::new(Code::Overloaded, "the event's chart is being changed; nothing happened")
            }
            SubmitError::Failed(_) => {
                Self::new(Code::Internal, "the request failed; nothing happened")
            }
        }
    }
}

/// A refusal as its problem; `layout` gives seats their labels.
pub(crate) fn refused(refusal: &Refusal, layout: &Layout) -> Failure {
    match refusal {
        Refusal::SeatsUnavailable { conflicts } => {
            let count = conflicts.len();
            let detail = format!("{count} of the seats can't be had");
            let mut problem = Problem::new(Code::SeatsUnavailable, detail);
            let conflict = |conflict: &crate::domain::answer::Conflict| SeatConflict {
                seat_no: layout.seat_no(conflict.seat),
                status: conflict.status.name().to_owned(),
            };
            problem.conflicts = conflicts.iter().map(conflict).collect();
            problem.into()
        }
        Refusal::Invalid { field, detail } => Failure::invalid(field, detail),
        Refusal::NotYours { thing } => {
            Failure::new(Code::Forbidden, format!("the {} is another caller's", word(*thing)))
        }
        Refusal::NotFound { thing } => Failure::not_found(word(*thing)),
        Refusal::SoldOut(shortage) => short(Code::SoldOut, *shortage),
        Refusal::NotEnoughTogether(shortage) => short(Code::NotEnoughTogether, *shortage),
        Refusal::Orphan(orphaned) => {
            let detail = "it would leave single seats; the alternative doesn't";
            let mut problem = Problem::new(Code::Orphan, detail);
            problem.orphans = super::render::labels(layout, &orphaned.seats);
            problem.alternative = super::render::labels(layout, &orphaned.alternative);
            problem.into()
        }
        Refusal::AlreadyCheckedIn { inside } => {
            let detail = format!("visitors are in on {} of the seats", inside.len());
            let mut problem = Problem::new(Code::AlreadyCheckedIn, detail);
            problem.checked_in = super::render::checked_in(layout, inside.iter().copied());
            problem.into()
        }
        other => plainly_refused(other),
    }
}

fn short(code: Code, shortage: Shortage) -> Failure {
    let Shortage { free, together, wheelchairs, gave_up } = shortage;
    let mut detail = format!("free of what was asked for: {free}, at most {together} together");
    if let Some(spaces) = wheelchairs {
        detail = format!("free spaces for wheelchairs: {spaces}; {detail}");
    }
    if gave_up {
        detail.push_str("; not every way to split the party was tried, smaller parties may do");
    }
    let mut problem = Problem::new(code, detail);
    problem.free = Some(FreeSeats { seats: free, together, wheelchairs });
    problem.into()
}

fn plainly_refused(refusal: &Refusal) -> Failure {
    let (code, detail) = match refusal {
        Refusal::NothingLocked => (Code::NothingLocked, "the caller has no locked seats".into()),
        Refusal::QuantityExceedsLocked { locked } => {
            (Code::QuantityExceedsLocked, format!("the caller has locked {locked}"))
        }
        Refusal::SeatLimit { limit } => {
            (Code::SeatLimit, format!("at most {limit} seats of this event per user"))
        }
        Refusal::HoldExpired => (Code::HoldExpired, "the hold's time ran out".into()),
        Refusal::CannotExtend => (Code::CannotExtend, "the hold can't live longer".into()),
        Refusal::NotLocked => (Code::NotLocked, "it is not locked".into()),
        Refusal::SalesClosed => (Code::SalesClosed, "seats of this event are not on sale".into()),
        Refusal::BookingExpired => {
            (Code::BookingExpired, "the booking wasn't paid in time and its seats are gone".into())
        }
        Refusal::BookingCancelled => (Code::BookingCancelled, "the booking was cancelled".into()),
        Refusal::AlreadyConfirmed => (Code::AlreadyConfirmed, "the booking is paid".into()),
        Refusal::NotCheckedIn => (Code::NotCheckedIn, "nobody is in on the seat".into()),
        Refusal::NotConfirmed => (Code::NotConfirmed, "the booking is not paid".into()),
        Refusal::SoldWhole { table } => (
            Code::SoldWhole,
            format!("table \"{table}\" is sold whole: it is held, booked and given back as one"),
        ),
        Refusal::KeyReused => (
            Code::IdempotencyKeyReused,
            "the Idempotency-Key was used with another method, path or body".into(),
        ),
        Refusal::SeatsUnavailable { .. }
        | Refusal::Invalid { .. }
        | Refusal::NotYours { .. }
        | Refusal::NotFound { .. }
        | Refusal::SoldOut(_)
        | Refusal::NotEnoughTogether(_)
        | Refusal::AlreadyCheckedIn { .. }
        | Refusal::Orphan(_) => unreachable!("told in full above"),
    };
    Failure::new(code, detail)
}

fn word(thing: Thing) -> &'static str {
    match thing {
        Thing::Event => "event",
        Thing::Seat => "seat",
        Thing::Hold => "hold",
        Thing::Booking => "booking",
    }
}
