//! Lists of bookings: the caller's own, and for organisers everybody's.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::Deserialize;

use super::app::AppState;
use super::call::{is_everybodys, query_user_id};
use super::caller::nobody_named;
use super::params::{Page, QueryParams};
use super::problem::{Failure, Reply};
use super::render;
use crate::domain::booking::BookingStatus;
use crate::domain::ids::EventId;
use crate::protocol::problem::Problem;
use crate::protocol::rest::booking::Booking;
use crate::protocol::rest::list::List;
use crate::store::bookings::BookingRecord;
use crate::store::search::Wanted;

/// The longest text to look for, in characters: an address (RFC 5321, 4.5.3.1.3).
const TEXT_CHARS_MAX: usize = 254;

/// What every reference begins with.
const PREFIX: &str = "SM-";

/// Which bookings to list.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BookingsQuery {
    /// The event.
    event_id: i64,
    /// Organisers: everybody's, newest first.
    all: Option<bool>,
    /// Organisers: the one with this reference; case, a missing `SM-`, O for 0, and I or L for 1
    /// are forgiven.
    #[serde(rename = "ref")]
    #[param(rename = "ref")]
    reference: Option<String>,
    /// Organisers: those of the customer with this e-mail address, in any case.
    email: Option<String>,
    /// Organisers: `pending`, `confirmed`, `cancelled` or `expired`.
    #[param(pattern = "^(pending|confirmed|cancelled|expired)$")]
    status: Option<String>,
    /// How many items: 1–1,000 (default 100).
    #[param(minimum = 1, maximum = 1_000)]
    limit: Option<i64>,
    /// How many items to skip (default 0).
    #[param(minimum = 0)]
    offset: Option<i64>,
}

impl BookingsQuery {
    /// Whether it asks for everybody's; whoever looks for some does.
    fn everybodys(&self) -> Option<bool> {
        let named = self.reference.is_some() || self.email.is_some() || self.status.is_some();
        if named { Some(true) } else { self.all }
    }

    fn wanted(&self) -> Reply<Wanted> {
        wanted(self.reference.as_deref(), self.email.as_deref(), self.status.as_deref())
    }
}

/// What to look for, as it was asked for.
pub(crate) fn wanted(
    typed: Option<&str>,
    email: Option<&str>,
    word: Option<&str>,
) -> Reply<Wanted> {
    Ok(Wanted {
        reference: typed.map(reference).transpose()?,
        email: email.map(|email| text("email", email)).transpose()?,
        status: word.map(status).transpose()?,
    })
}

/// The caller's own bookings of an event, oldest first; for organisers everybody's, newest first.
#[utoipa::path(get, path = "/bookings", tag = "bookings", params(BookingsQuery),
    responses((status = 200, body = List<Booking>), (status = 404, body = Problem)))]
pub(crate) async fn bookings(
    State(app): State<AppState>,
    QueryParams(query): QueryParams<BookingsQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<List<Booking>>> {
    let identity = app.callers.identify(&headers, query_user_id(&uri)?).await?;
    let all = is_everybodys(app.callers.mode, &identity, query.everybodys())?;
    let wanted = query.wanted()?;
    let (limit, offset) = Page { limit: query.limit, offset: query.offset }.bounds()?;
    let (records, total) = if all {
        let facts = app.facts(EventId(query.event_id)).await?;
        app.store.find_bookings(facts.id, &wanted, limit, offset).await?
    } else {
        let caller = identity.caller.ok_or_else(|| nobody_named(app.callers.mode))?;
        let facts = app.facts(EventId(query.event_id)).await?;
        app.store.bookings_of(facts.id, caller, limit, offset).await?
    };
    let mut items = Vec::with_capacity(records.len());
    for BookingRecord { event, booking, version, chart } in &records {
        let facts = app.facts_by(*event, *chart).await?;
        items.push(render::booking(&facts, booking, *version));
    }
    Ok(Json(List { items, total }))
}

/// A status by its word.
fn status(word: &str) -> Reply<BookingStatus> {
    BookingStatus::from_name(word).ok_or_else(|| {
        Failure::unreadable("status", "must be pending, confirmed, cancelled or expired")
    })
}

fn text(field: &str, text: &str) -> Reply<String> {
    let text = text.trim();
    // PostgreSQL takes a NUL in no text.
    if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX || text.contains('\0') {
        let detail = format!("must have 1–{TEXT_CHARS_MAX} characters");
        return Err(Failure::invalid(field, detail));
    }
    Ok(text.to_owned())
}

/// A reference as it is stored, from one as people type it.
fn reference(typed: &str) -> Reply<String> {
    let typed = text("ref", typed)?.to_uppercase();
    let digits = typed.strip_prefix(PREFIX).unwrap_or(&typed);
    let forgiven = |digit| match digit {
        'O' => '0',
        'I' | 'L' => '1',
        digit => digit,
    };
    Ok(format!("{PREFIX}{}", digits.chars().map(forgiven).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_people_type_them() {
        for typed in ["SM-7K3Q01XB", "sm-7k3qoixb", " 7K3QOLXB ", "7k3q01xb"] {
            assert_eq!(reference(typed).unwrap(), "SM-7K3Q01XB");
        }
        for typed in ["", "  ", "a\0b", &"9".repeat(255)] {
            assert_eq!(reference(typed).unwrap_err().0.status, 422);
        }
    }
}
