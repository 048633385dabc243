//! From an HTTP answer to an outcome, by the contract's table of statuses and codes. An answer that
//! doesn't read as the contract says is `Unknown`, with the reason; it is never guessed.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::call::times_of;
use super::{
    Answer, BookingTold, Call, Created, Creation, HoldTold, Outcome, Refusal, Status, Turned,
    UnixMicros,
};

/// Reasons for an outcome to be unknown that answers give; connections give others.
const UNREAD: &str = "an answer that can't be read";
const UNREAD_CONFLICTS: &str = "conflicts that can't be read";
const UNDECIDED: &str = "no answer that decides";

/// How the details of problems end that promise that nothing was done.
const NOTHING_HAPPENED: &str = "nothing happened";

/// An answer as it came.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The header `X-Seatmap-Version`.
    pub version: Option<u64>,
    /// The body; null where there is none.
    pub body: &'a Value,
}

/// What an answer to a call means. `seat` gives the index of a label.
#[must_use]
pub fn outcome(call: &Call, said: Said<'_>, seat: impl Fn(&str) -> Option<u32>) -> Outcome {
    let code = said.body["code"].as_str().unwrap_or_default().to_owned();
    let unknown = |why: &str| Outcome::Unknown { why: format!("{why}: {} {code}", said.status) };
    match (said.status, code.as_str()) {
        (200..=299, _) => match answer(call, said, &seat) {
            Some(answer) => Outcome::Done(answer),
            None => unknown(UNREAD),
        },
        (400 | 401 | 405 | 413 | 415 | 429, _) | (503, "overloaded" | "timeout") => {
            Outcome::Nothing(Turned { status: said.status, code })
        }
        (500, "internal") if says_nothing_happened(said.body) => {
            Outcome::Nothing(Turned { status: said.status, code })
        }
        (403 | 404 | 409 | 422, code) if !code.is_empty() => {
            let none = Vec::new();
            let conflicts = said.body["conflicts"].as_array().unwrap_or(&none).iter();
            let conflict = |conflict: &Value| {
                let status = Status::of_name(conflict["status"].as_str()?)?;
                Some((seat(conflict["seat_no"].as_str()?)?, status))
            };
            match conflicts.map(conflict).collect() {
                Some(conflicts) => {
                    let code = code.to_owned();
                    Outcome::Refused(Refusal { status: said.status, code, conflicts })
                }
                None => unknown(UNREAD_CONFLICTS),
            }
        }
        _ => unknown(UNDECIDED),
    }
}

fn says_nothing_happened(body: &Value) -> bool {
    body["detail"].as_str().is_some_and(|detail| detail.ends_with(NOTHING_HAPPENED))
}

/// An answer that is no HTTP.
#[must_use]
pub fn unread(why: &str) -> Outcome {
    Outcome::Unknown { why: format!("{UNREAD}: {why}") }
}

/// What makes an outcome one that no request of a buyer's or an organiser's may get: they send
/// nothing malformed, and nobody limits their rate. A lost connection is nobody's fault.
#[must_use]
pub fn out_of_contract(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Done(_) | Outcome::Refused(_) => None,
        Outcome::Nothing(turned) => match (turned.status, turned.code.as_str()) {
            (500, "internal") | (503, "overloaded" | "timeout") => None,
            (status, code) => Some(format!("turned away for no reason: {status} {code}")),
        },
        Outcome::Unknown { why } => {
            let said = why.strip_prefix(UNDECIDED).and_then(|said| said.strip_prefix(": "));
            let is_none = match said {
                Some(said) => !matches!(said, "500 internal" | "503 outcome_unknown"),
                None => why.starts_with(UNREAD) || why.starts_with(UNREAD_CONFLICTS),
            };
            is_none.then(|| why.clone())
        }
    }
}

fn answer(call: &Call, said: Said<'_>, seat: &impl Fn(&str) -> Option<u32>) -> Option<Answer> {
    let body = said.body;
    let version = || body["version"].as_u64().or(said.version);
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    Some(match call {
        Call::Lock { .. } => Answer::Locked {
            hold: uuid(&body["hold_id"])?,
            seat: seat(body["seat_no"].as_str()?)?,
            expires_at: micros(&body["expires_at"])?,
            version: version()?,
        },
        Call::Unlock { .. } => {
            Answer::Unlocked { seat: seat(body["seat_no"].as_str()?)?, version: version()? }
        }
        Call::Release { .. } => Answer::Released { version: version()? },
        Call::Hold { .. }
        | Call::HoldBest { .. }
        | Call::HoldPlaces { .. }
        | Call::HoldTable
        | Call::Extend { .. }
        | Call::ReadHold { .. } => Answer::Hold(hold(body, version()?, seat)?),
        Call::BookSeats { .. }
        | Call::BookHold { .. }
        | Call::BookQuantity { .. }
        | Call::Confirm { .. }
        | Call::Cancel { .. }
        | Call::CallOff { .. }
        | Call::CheckIn { .. }
        | Call::CheckOut { .. }
        | Call::ReadBooking { .. }
        | Call::InspectBooking { .. } => Answer::Booking(booking(body, version()?, seat)?),
        Call::Block { .. } | Call::Unblock { .. } => {
            Answer::Blocking { seats: seats(&body["seats"], seat)?, version: version()? }
        }
        Call::ReadEvent | Call::Rename { .. } => Answer::Event {
            name: text("name").filter(|name| has_its_times(name, body))?,
            version: version()?,
            epoch: text("epoch")?,
            available: u32::try_from(body["available_tickets"].as_u64()?).ok()?,
            counts: counts(body)?.try_into().ok()?,
        },
        Call::ReadAvailability => {
            Answer::Map { version: version()?, epoch: text("epoch")?, statuses: text("statuses")? }
        }
        Call::ReadSince { version: from, known, .. } => {
            let statuses = text("statuses").or_else(|| changed(known, *from, body));
            Answer::Map { version: version()?, epoch: text("epoch")?, statuses: statuses? }
        }
        Call::ReadPast { version: asked } => {
            let named = version().filter(|version| version == asked)?;
            Answer::Map { version: named, epoch: text("epoch")?, statuses: text("statuses")? }
        }
        Call::ReadTickets => {
            let letter =
                |ticket: &Value| Status::of_name(ticket["status"].as_str()?).map(Status::letter);
            let statuses = body["items"].as_array()?.iter().map(letter).collect::<Option<_>>()?;
            Answer::Map { version: version()?, epoch: text("epoch")?, statuses }
        }
        Call::CreateEvent { .. } => Answer::Created(created(Creation::Event, body, version())?),
        Call::CreateUser { .. } => Answer::Created(created(Creation::User, body, None)?),
        Call::ReadAvailableTickets => {
            let index = |ticket: &Value| u32::try_from(ticket["seat_index"].as_u64()?).ok();
            let seats = body["items"].as_array()?.iter().map(index).collect::<Option<_>>()?;
            Answer::AvailableTickets { version: version()?, epoch: text("epoch")?, seats }
        }
    })
}

/// Whether an event has the times that were given to it together with its name.
fn has_its_times(name: &str, body: &Value) -> bool {
    let Some(times) = times_of(name) else { return true };
    [&body["start_time"], &body["end_time"]].map(micros) == times.map(Some)
}

/// How many seats there are of each status.
fn counts(body: &Value) -> Option<Vec<u32>> {
    let count = |status: Status| u32::try_from(body["counts"][status.name()].as_u64()?).ok();
    Status::ALL.into_iter().map(count).collect()
}

/// What was made; none if it isn't new.
fn created(what: Creation, body: &Value, version: Option<u64>) -> Option<Created> {
    let count = |name: &str| u32::try_from(body[name].as_u64()?).ok();
    let (id, name) = (body["id"].as_i64()?, body["name"].as_str()?.to_owned());
    let seats = match what {
        Creation::User => 0,
        Creation::Event => count("total_tickets")
            .filter(|seats| count("available_tickets") == Some(*seats) && version == Some(0))?,
    };
    Some(Created { what, id, name, seats })
}

/// A map that is known, with what has changed since; none if that leaves out anything.
fn changed(known: &str, from: u64, body: &Value) -> Option<String> {
    let mut letters: Vec<char> = known.chars().collect();
    for change in body["changes"].as_array().filter(|_| body["from"].as_u64() <= Some(from))? {
        let letter = letters.get_mut(usize::try_from(change[0].as_u64()?).ok()?)?;
        *letter = change[1].as_str()?.chars().next()?;
    }
    body["from"].is_u64().then(|| letters.into_iter().collect())
}

fn booking(body: &Value, version: u64, seat: &impl Fn(&str) -> Option<u32>) -> Option<BookingTold> {
    Some(BookingTold {
        id: body["id"].as_i64()?,
        booking_ref: Some(body["booking_ref"].as_str()?.to_owned()),
        user: body["user_id"].as_i64()?,
        seats: seats(&body["seat_nos"], seat)?,
        status: body["status"].as_str()?.to_owned(),
        reference: body["payment_reference"].as_str().map(str::to_owned),
        inside: inside(body, seat)?,
        price: Some(minor(&body["total_amount"])?),
        created_at: micros(&body["created_at"])?,
        expires_at: micros(&body["expires_at"])?,
        version,
    })
}

fn inside(body: &Value, seat: &impl Fn(&str) -> Option<u32>) -> Option<Vec<u32>> {
    let all = body["checked_in"].as_array()?.iter();
    all.map(|one| seat(one["seat_no"].as_str()?)).collect()
}

fn hold(body: &Value, version: u64, seat: &impl Fn(&str) -> Option<u32>) -> Option<HoldTold> {
    Some(HoldTold {
        id: uuid(&body["id"])?,
        seats: seats(&body["seats"], seat)?,
        status: body["status"].as_str()?.to_owned(),
        price: Some(minor(&body["price_total"])?),
        expires_at: micros(&body["expires_at"])?,
        version,
    })
}

/// Money in minor units, of a currency that has a hundred of them.
fn minor(value: &Value) -> Option<i64> {
    let (whole, part) = value.as_str()?.split_once('.')?;
    let is_right = part.len() == 2 && !whole.starts_with(['-', '+']);
    is_right.then(|| format!("{whole}{part}").parse().ok())?
}

fn uuid(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

/// A time of the REST interface.
fn micros(value: &Value) -> Option<UnixMicros> {
    Some(value.as_str()?.parse::<Timestamp>().ok()?.as_microsecond())
}

fn seats(list: &Value, seat: &impl Fn(&str) -> Option<u32>) -> Option<Vec<u32>> {
    list.as_array()?.iter().map(|label| seat(label.as_str()?)).collect()
}
