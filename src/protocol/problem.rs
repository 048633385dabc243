//! The one shape of every error answer: RFC 9457 problem details, with a code to branch on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rest::check_in::CheckedIn;

/// The media type of a [`Problem`].
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An error answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem; ends in the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with this request.
    pub detail: String,
    /// What programs branch on.
    pub code: Code,
    /// The id under which the request is logged.
    pub request_id: String,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The seats that stood in the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<SeatConflict>,
    /// What is free of what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free: Option<FreeSeats>,
    /// The seats that would be left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orphans: Vec<String>,
    /// Seats that can be held instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternative: Vec<String>,
    /// Seats whose visitors are in already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checked_in: Vec<CheckedIn>,
}

/// What is free where seats can't be had as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FreeSeats {
    /// How many seats.
    pub seats: u32,
    /// How many of them are side by side at most, or in one area.
    pub together: u32,
    /// How many spaces for wheelchairs are free, if some were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wheelchairs: Option<u32>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field, as a path such as `seats[2]`.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

/// A seat that another was faster at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeatConflict {
    /// The seat's label.
    pub seat_no: String,
    /// Its status when the command was decided.
    #[schema(example = "locked")]
    pub status: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $status:literal $title:literal,)*) => {
        /// What an error answer is about. Clients branch on it, so codes are never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The HTTP status it comes with.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status,)* }
            }

            /// The kind of problem in words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The body is no JSON, or the path or query can't be read.
    BadRequest 400 "The request can't be read",
    /// Nobody is named, or the token is no one's.
    CallerUnknown 401 "The caller is unknown",
    /// It belongs to another caller, takes a role the caller doesn't have, or comes from a page of
    /// another site.
    Forbidden 403 "Not yours",
    /// There is no such thing.
    NotFound 404 "Not found",
    /// The route exists, but not for this method.
    MethodNotAllowed 405 "Method not allowed",
    /// Some seats are not in the state that the call needs.
    SeatsUnavailable 409 "Seats are unavailable",
    /// The caller has no locked seats to book.
    NothingLocked 409 "Nothing is locked",
    /// The caller has fewer locked seats than asked for.
    QuantityExceedsLocked 409 "Fewer seats are locked than asked for",
    /// The caller would have more seats than the event allows.
    SeatLimit 409 "Too many seats",
    /// The hold's time ran out.
    HoldExpired 409 "The hold has expired",
    /// The hold can't live longer.
    CannotExtend 409 "The hold can't be extended",
    /// The seat or hold is not locked.
    NotLocked 409 "Not locked",
    /// Outside the sales window.
    SalesClosed 409 "Sales are closed",
    /// The booking ran out and its seats are gone.
    BookingExpired 409 "The booking has expired",
    /// The booking was cancelled.
    BookingCancelled 409 "The booking was cancelled",
    /// The booking is paid.
    AlreadyConfirmed 409 "The booking is confirmed already",
    /// Somebody is in with this booking, on this seat.
    AlreadyCheckedIn 409 "Checked in already",
    /// Nobody is in on this seat.
    NotCheckedIn 409 "Not checked in",
    /// The booking is not paid.
    NotConfirmed 409 "The booking is not confirmed",
    /// Enough seats are free, but not together.
    NotEnoughTogether 409 "Not enough seats together",
    /// Fewer seats are free than asked for.
    SoldOut 409 "Sold out",
    /// The chart lacks seats that aren't available in the event.
    SeatsMissing 409 "Taken seats would be missing",
    /// The hold would leave single seats, and needn't.
    Orphan 409 "Single seats would be left",
    /// The body is larger than the server takes.
    BodyTooLarge 413 "The body is too large",
    /// The body is not JSON by its own word.
    UnsupportedMediaType 415 "Unsupported media type",
    /// The route is a WebSocket's.
    UpgradeRequired 426 "Upgrade required",
    /// Readable, but a field is wrong.
    Invalid 422 "A field is wrong",
    /// A table is sold whole, and only a part of it was asked for.
    SoldWhole 422 "The table is sold whole",
    /// There is no user with this id.
    UnknownUser 422 "Unknown user",
    /// The idempotency key stands for another request.
    IdempotencyKeyReused 422 "The idempotency key was used for another request",
    /// The caller, or all from one address, ask too often. Nothing happened.
    RateLimited 429 "Too many requests",
    /// Something is broken in the server. Nothing happened.
    Internal 500 "Internal error",
    /// Too much waits already, or the database is away. Nothing happened.
    Overloaded 503 "Overloaded",
    /// Time is up. Nothing happened and nothing will.
    Timeout 503 "Time is up",
    /// It may have happened: ask again with the same idempotency key, or read.
    OutcomeUnknown 503 "The outcome is unknown",
}

impl Code {
    /// The word on the wire.
    #[must_use]
    pub fn name(self) -> String {
        // The enum is the only list of codes; serde spells them.
        serde_json::to_value(self)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

impl Problem {
    /// A problem without fields or conflicts.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:seatmap:problem:{}", code.name()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            request_id: String::new(),
            errors: Vec::new(),
            conflicts: Vec::new(),
            free: None,
            orphans: Vec::new(),
            alternative: Vec::new(),
            checked_in: Vec::new(),
        }
    }

    /// A field that is wrong.
    #[must_use]
    pub fn field(code: Code, field: impl Into<String>, detail: impl Into<String>) -> Self {
        let (field, detail) = (field.into(), detail.into());
        let mut problem = Self::new(code, format!("{field}: {detail}"));
        problem.errors.push(FieldError { field, detail });
        problem
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.status, 429 | 503)
    }
}
