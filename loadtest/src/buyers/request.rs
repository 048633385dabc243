//! Requests as they are written, answers as they are read.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::action::{Action, Outcome};
use super::counter::Caller;
use crate::stage::Hall;

/// What an answer may hold.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    hold_id: Option<&'a RawValue>,
    version: Option<u64>,
    code: Option<String>,
    conflicts: Option<Vec<Conflict>>,
    free: Option<Free>,
    seats: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Free {
    seats: u32,
}

#[derive(Deserialize)]
struct Conflict {
    seat_no: String,
}

/// An answer and the id it named.
pub(super) struct Told {
    pub(super) outcome: Outcome,
    pub(super) id: Option<String>,
    /// The seats it named.
    pub(super) seats: Vec<u32>,
}

/// Makes sense of the answer to somebody who wants to come in.
pub(super) fn session(status: u16, body: &[u8]) -> Result<Caller, Outcome> {
    #[derive(Deserialize)]
    struct Session {
        token: String,
        user_id: i64,
    }
    if (200..300).contains(&status) {
        let session: Session = serde_json::from_slice(body)
            .map_err(|_| Outcome::Unknown { why: "an answer without a session".to_owned() })?;
        return Ok(Caller { token: session.token, user: session.user_id });
    }
    let code = serde_json::from_slice::<Body<'_>>(body).ok().and_then(|body| body.code);
    let code = code.unwrap_or_default();
    Err(Outcome::Refused { status, code, conflicts: Vec::new(), free: None })
}

/// A request to be made.
pub(super) struct Wish<'a> {
    pub(super) hall: &'a Hall,
    pub(super) caller: &'a Caller,
    pub(super) action: Action,
    pub(super) seats: &'a [u32],
    /// The hold or booking it is about; how many seats, where the server chooses them.
    pub(super) id: Option<&'a str>,
    /// When it was to be sent.
    pub(super) due: u64,
}

/// Makes sense of an answer.
pub(super) fn read(status: u16, version: Option<u64>, body: &[u8], hall: &Hall) -> Told {
    let body = serde_json::from_slice::<Body<'_>>(body).ok();
    let unquoted = |raw: &RawValue| raw.get().trim_matches('"').to_owned();
    let id = body.as_ref().and_then(|body| body.hold_id.or(body.id)).map(unquoted);
    let version = version.or(body.as_ref().and_then(|body| body.version));
    let code = body.as_ref().and_then(|body| body.code.clone()).unwrap_or_default();
    let named = body.as_ref().and_then(|body| body.seats.as_ref());
    let seats = named.into_iter().flatten().filter_map(|label| hall.seat(label)).collect();
    let free = body.as_ref().and_then(|body| Some(body.free.as_ref()?.seats));
    let outcome = match (status, version) {
        (200..300, Some(version)) => Outcome::Done { version },
        (200..300, None) => Outcome::Unknown { why: "an answer without a version".to_owned() },
        (503, _) if code == "outcome_unknown" => Outcome::Unknown { why: code },
        _ => {
            let conflicts = body.and_then(|body| body.conflicts).unwrap_or_default();
            let conflicts = conflicts.iter().filter_map(|seat| hall.seat(&seat.seat_no)).collect();
            Outcome::Refused { status, code, conflicts, free }
        }
    };
    Told { outcome, id, seats }
}

impl Wish<'_> {
    /// How many seats are wanted.
    pub(super) fn count(&self) -> u32 {
        match self.action {
            Action::Best => self.id.and_then(|count| count.parse().ok()).unwrap_or(0),
            _ => u32::try_from(self.seats.len()).unwrap_or(u32::MAX),
        }
    }

    /// Method, path and body.
    pub(super) fn request(&self) -> (&'static str, String, Option<String>) {
        let event = self.hall.id;
        let id = self.id.unwrap_or_default();
        let label = |seat: &u32| self.hall.label(*seat);
        let one = || self.seats.first().map(label).unwrap_or_default();
        match self.action {
            Action::Lock => ("POST", format!("/api/v1/events/{event}/seats/{}/lock", one()), None),
            Action::Unlock => {
                ("POST", format!("/api/v1/events/{event}/seats/{}/unlock", one()), None)
            }
            Action::Hold => {
                let seats: Vec<_> = self.seats.iter().map(label).collect();
                let body = serde_json::json!({ "seats": seats }).to_string();
                ("POST", format!("/api/v1/events/{event}/holds"), Some(body))
            }
            Action::Best => {
                let body = format!(r#"{{"best_available":{{"quantity":{id}}}}}"#);
                ("POST", format!("/api/v1/events/{event}/holds"), Some(body))
            }
            Action::Release => ("DELETE", format!("/api/v1/holds/{id}"), None),
            Action::Book => {
                let seats: Vec<_> = self.seats.iter().map(label).collect();
                let body = match self.id {
                    Some(hold) => serde_json::json!({ "event_id": event, "hold_id": hold }),
                    None => serde_json::json!({ "event_id": event, "seats": seats }),
                };
                ("POST", "/api/v1/bookings".to_owned(), Some(body.to_string()))
            }
            Action::Confirm => {
                let body = format!(r#"{{"payment_reference":"load-{id}"}}"#);
                ("POST", format!("/api/v1/bookings/{id}/confirm"), Some(body))
            }
            Action::Cancel => ("POST", format!("/api/v1/bookings/{id}/cancel"), None),
        }
    }
}
