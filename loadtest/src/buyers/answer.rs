//! Answers as they are read: what became of a wish, and what the contract doesn't know.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::action::{Action, Outcome};
use super::counter::Caller;
use super::request::Wish;
use crate::rest::Reply;
use crate::stage::Hall;

/// The codes of 409 that the contract, or the server's own description, knows of calls that buyers
/// make.
const CONFLICT_CODES: [&str; 15] = [
    "seats_unavailable",
    "nothing_locked",
    "quantity_exceeds_locked",
    "seat_limit",
    "hold_expired",
    "cannot_extend",
    "not_locked",
    "sales_closed",
    "booking_expired",
    "booking_cancelled",
    "already_confirmed",
    "already_checked_in",
    "not_enough_together",
    "sold_out",
    "orphan",
];
/// Characters of a code or a label that are kept.
const SAID_CHARS_MAX: usize = 60;

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
    /// What of it the contract doesn't know.
    pub(super) strange: Option<String>,
}

impl Told {
    /// No answer, or none that tells anything.
    pub(super) fn unknown(why: impl Into<String>) -> Self {
        let outcome = Outcome::Unknown { why: why.into() };
        Self { outcome, id: None, seats: Vec::new(), strange: None }
    }

    fn strange(self, what: impl Into<String>) -> Self {
        Self { strange: Some(what.into()), ..self }
    }
}

/// Whether the contract knows such an answer to somebody who changes seats. Of the codes it lists
/// those of conflicts, and of a server that can't serve.
fn is_known(status: u16, code: &str) -> bool {
    match status {
        400 | 401 | 403 | 404 | 405 | 413 | 415 | 422 | 429 => true,
        409 => CONFLICT_CODES.contains(&code),
        503 => matches!(code, "overloaded" | "timeout" | "outcome_unknown"),
        _ => false,
    }
}

/// A refusal, if the contract knows it. Of all else nobody knows what it stands for: it may have
/// been carried out.
fn refusal(status: u16, body: Option<&Body<'_>>) -> Told {
    let code = body.and_then(|body| body.code.as_deref()).unwrap_or_default();
    let code: String = code.chars().take(SAID_CHARS_MAX).collect();
    if !is_known(status, &code) {
        let said = format!("{status} {code}").trim_end().to_owned();
        return Told::unknown(said.clone()).strange(said);
    }
    if (status, code.as_str()) == (503, "outcome_unknown") {
        return Told::unknown(code);
    }
    let free = body.and_then(|body| Some(body.free.as_ref()?.seats));
    let outcome = Outcome::Refused { status, code, conflicts: Vec::new(), free };
    Told { outcome, id: None, seats: Vec::new(), strange: None }
}

/// Makes sense of the answer to somebody who wants to come in.
pub(super) fn session(reply: &Reply<'_>) -> Result<Caller, Box<Told>> {
    #[derive(Deserialize)]
    struct Session {
        token: String,
        user_id: i64,
    }
    if (200..300).contains(&reply.status) {
        let lacking = "an answer without a session";
        let session: Session = serde_json::from_slice(reply.body)
            .map_err(|_| Box::new(Told::unknown(lacking).strange(lacking)))?;
        return Ok(Caller { token: session.token, user: session.user_id });
    }
    let body = serde_json::from_slice::<Body<'_>>(reply.body).ok();
    Err(Box::new(refusal(reply.status, body.as_ref())))
}

/// Makes sense of an answer.
pub(super) fn read(reply: &Reply<'_>, wish: &Wish<'_>) -> Told {
    let body = serde_json::from_slice::<Body<'_>>(reply.body).ok();
    if !(200..300).contains(&reply.status) {
        return refused(reply.status, body.as_ref(), wish);
    }
    let version = reply.version.or(body.as_ref().and_then(|body| body.version));
    let Some(version) = version else {
        let lacking = "an answer without a version";
        return Told::unknown(lacking).strange(lacking);
    };
    let unquoted = |raw: &RawValue| raw.get().trim_matches('"').to_owned();
    let id = body.as_ref().and_then(|body| body.hold_id.or(body.id)).map(unquoted);
    let named = body.as_ref().and_then(|body| body.seats.as_deref()).unwrap_or_default();
    let (seats, mut strange) = indexes(named.iter().map(String::as_str), wish.hall);
    if body.is_none() && wish.action != Action::Release {
        strange = Some("a body that can't be read".to_owned());
    }
    let strange = strange.or_else(|| wish.misses(&seats));
    Told { outcome: Outcome::Done { version }, id, seats, strange }
}

fn refused(status: u16, body: Option<&Body<'_>>, wish: &Wish<'_>) -> Told {
    let mut told = refusal(status, body);
    let named = body.and_then(|body| body.conflicts.as_deref()).unwrap_or_default();
    let (seats, unknown) = indexes(named.iter().map(|seat| seat.seat_no.as_str()), wish.hall);
    if let Outcome::Refused { conflicts, .. } = &mut told.outcome {
        *conflicts = seats;
    }
    told.strange = told.strange.or(unknown);
    told
}

/// The seats of labels, and what to say of the first that no seat has.
fn indexes<'a>(labels: impl Iterator<Item = &'a str>, hall: &Hall) -> (Vec<u32>, Option<String>) {
    let (mut seats, mut unknown) = (Vec::new(), None);
    for label in labels {
        match hall.seat(label) {
            Some(seat) => seats.push(seat),
            None if unknown.is_none() => {
                let label: String = label.chars().take(SAID_CHARS_MAX).collect();
                unknown = Some(format!("a seat that isn't there: {label}"));
            }
            None => {}
        }
    }
    (seats, unknown)
}

impl Wish<'_> {
    /// What a hold of these seats lacks of what was wanted: a hold is all or nothing. Of tables sold
    /// whole the server may choose more.
    fn misses(&self, seats: &[u32]) -> Option<String> {
        let held: BTreeSet<&u32> = seats.iter().collect();
        match self.action {
            Action::Best if held.len() < self.count() as usize => {
                Some(format!("a hold of {} seats where {} were wanted", held.len(), self.count()))
            }
            Action::Hold if held != self.seats.iter().collect() => {
                Some(format!("a hold of other seats than were wanted: {seats:?}"))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hall() -> Hall {
        Hall::new(1, ["A-1", "A-2", "A-3"].map(str::to_owned).into())
    }

    /// What a status and a body mean to somebody who wants something of seats 0 and 1.
    fn told(action: Action, status: u16, body: &str) -> Told {
        let (hall, caller) = (hall(), Caller { token: String::new(), user: 11 });
        let (seats, id) = match action {
            Action::Best => (&[][..], Some("2")),
            _ => (&[0, 1][..], None),
        };
        let wish = Wish { hall: &hall, caller: &caller, action, seats, id, due: 0 };
        let (version, retry_after, body) = (None, None, body.as_bytes());
        read(&Reply { status, version, retry_after, body }, &wish)
    }

    #[test]
    fn an_answer_that_the_contract_does_not_know_has_an_unknown_outcome_and_is_told() {
        for (status, body, strange) in [
            (500, r#"{"code":"internal"}"#, "500 internal"),
            (502, "<html>", "502"),
            (503, r#"{"code":"broken"}"#, "503 broken"),
            (409, r#"{"code":"no_mood"}"#, "409 no_mood"),
            (409, "", "409"),
            (418, r#"{"code":"teapot"}"#, "418 teapot"),
            (302, "", "302"),
            (200, "{}", "an answer without a version"),
        ] {
            let told = told(Action::Lock, status, body);
            assert_eq!(told.strange.as_deref(), Some(strange));
            assert!(matches!(told.outcome, Outcome::Unknown { .. }), "{strange}");
        }
    }

    #[test]
    fn answers_of_the_contract_are_not_strange() {
        for (status, code) in [
            (503, "overloaded"),
            (503, "timeout"),
            (503, "outcome_unknown"),
            (429, "rate_limited"),
            (409, "orphan"),
            (422, "sold_whole"),
            (404, "not_found"),
        ] {
            let told = told(Action::Hold, status, &format!(r#"{{"code":"{code}"}}"#));
            assert_eq!(told.strange, None, "{code}");
            let is_unknown = matches!(told.outcome, Outcome::Unknown { .. });
            assert_eq!(is_unknown, code == "outcome_unknown", "{code}");
        }
        let released = told(Action::Release, 200, r#"{"version":3}"#);
        assert_eq!((released.outcome, released.strange), (Outcome::Done { version: 3 }, None));
    }

    #[test]
    fn a_hold_of_other_or_fewer_seats_than_were_wanted_is_strange() {
        let strange = |action, seats: &str| {
            let body = format!(r#"{{"id":"x","version":1,"seats":{seats}}}"#);
            told(action, 201, &body).strange
        };
        for whole in [r#"["A-2","A-3"]"#, r#"["A-1","A-2","A-3"]"#] {
            assert_eq!(strange(Action::Best, whole), None);
        }
        for less in [r#"["A-1"]"#, r#"["A-1","A-1"]"#, "[]"] {
            assert!(strange(Action::Best, less).is_some_and(|said| said.contains("2 were wanted")));
        }
        assert_eq!(strange(Action::Hold, r#"["A-2","A-1"]"#), None);
        for other in [r#"["A-1"]"#, r#"["A-1","A-3"]"#] {
            assert!(strange(Action::Hold, other).is_some_and(|said| said.contains("other seats")));
        }
        for action in [Action::Best, Action::Hold] {
            let unknown = strange(action, r#"["A-1","A-2","Z-9"]"#);
            assert_eq!(unknown.as_deref(), Some("a seat that isn't there: Z-9"));
        }
    }

    #[test]
    fn conflicts_are_read_and_one_that_is_no_seat_is_strange() {
        let body = |label| {
            format!(r#"{{"code":"seats_unavailable","conflicts":[{{"seat_no":"{label}"}}]}}"#)
        };
        let told = |label| told(Action::Hold, 409, &body(label));
        let Outcome::Refused { conflicts, .. } = told("A-2").outcome else { panic!("refused") };
        assert_eq!((conflicts, told("A-2").strange), (vec![1], None));
        assert!(told("Z-9").strange.is_some());
    }
}
