//! All bookings of an event as a table for spreadsheets (RFC 4180), in pages that are read as fast
//! as the client takes them. Holds no more than a page in memory, and no connection meanwhile.

use std::io;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;

use super::app::{AppState, EventFacts};
use super::call::require_organiser_by;
use super::params::{PathParam, QueryParams};
use super::problem::{Failure, Reply};
use super::render::labels;
use super::search::wanted;
use crate::domain::booking::Booking;
use crate::domain::ids::{BookingId, EventId};
use crate::protocol::problem::Problem;
use crate::protocol::rest::time::Time;
use crate::store::bookings::BookingRecord;
use crate::store::error::StoreError;
use crate::store::search::Wanted;

/// How many bookings are read at a time.
const PAGE_BOOKINGS: i64 = 1_000;

const HEAD: &str = "id,booking_ref,status,created_at,expires_at,customer_name,customer_email,\
                    customer_phone,seats,quantity,total_amount,currency,payment_reference,\
                    checked_in\r\n";

/// Which bookings.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// The one with this reference; case, a missing `SM-`, O for 0, and I or L for 1 are forgiven.
    #[serde(rename = "ref")]
    #[param(rename = "ref")]
    reference: Option<String>,
    /// Those of the customer with this e-mail address, in any case.
    email: Option<String>,
    /// `pending`, `confirmed`, `cancelled` or `expired` (default: all).
    #[param(pattern = "^(pending|confirmed|cancelled|expired)$")]
    status: Option<String>,
}

/// All bookings of an event that fit as CSV, oldest first. What a spreadsheet would take for a formula has
/// an apostrophe in front.
#[utoipa::path(get, path = "/events/{id}/bookings.csv", tag = "organisers",
    params(("id" = i64, Path), ExportQuery),
    responses((status = 200, body = String, content_type = "text/csv"),
              (status = 404, body = Problem)))]
pub(crate) async fn bookings(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(query): QueryParams<ExportQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Response> {
    require_organiser_by(&app, &headers, &uri).await?;
    let ExportQuery { reference, email, status } = &query;
    let wanted = wanted(reference.as_deref(), email.as_deref(), status.as_deref())?;
    let event = app.facts(EventId(id)).await?.id;
    let export = Export { app, event, wanted };
    // The first page before the answer begins: what goes wrong by then can still be told.
    let first = export.page(BookingId(i64::MIN)).await?;
    let name = format!("attachment; filename=\"event-{id}-bookings.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pages(export, first))).into_response())
}

struct Export {
    app: AppState,
    event: EventId,
    wanted: Wanted,
}

impl Export {
    async fn page(&self, after: BookingId) -> Result<Vec<BookingRecord>, StoreError> {
        self.app.store.bookings_after(self.event, &self.wanted, after, PAGE_BOOKINGS).await
    }
}

fn pages(
    export: Export,
    first: Vec<BookingRecord>,
) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    let begin = (export, Some(first), String::from(HEAD));
    stream::try_unfold(begin, |(export, page, mut text)| async move {
        let Some(page) = page else { return Ok(None) };
        for BookingRecord { event, booking, chart, .. } in &page {
            let facts = export.app.facts_by(*event, *chart).await;
            let facts = facts.map_err(|Failure(problem)| io::Error::other(problem.detail))?;
            line(&mut text, &facts, booking);
        }
        let next = match page.last() {
            Some(last) if i64::try_from(page.len()).is_ok_and(|length| length == PAGE_BOOKINGS) => {
                Some(export.page(last.booking.id).await.map_err(io::Error::other)?)
            }
            _ => None,
        };
        Ok(Some((Bytes::from(text), (export, next, String::new()))))
    })
}

fn line(text: &mut String, facts: &EventFacts, booking: &Booking) {
    let customer = &booking.customer;
    let told = |field: &Option<String>| field.clone().unwrap_or_default();
    let cells = [
        booking.id.to_string(),
        booking.reference.clone(),
        booking.status.name().to_owned(),
        Time(booking.created_at).to_string(),
        Time(booking.expires_at).to_string(),
        told(&customer.name),
        told(&customer.email),
        told(&customer.phone),
        labels(&facts.chart.layout, &booking.seats).join(" "),
        booking.seats.len().to_string(),
        facts.currency.format(booking.total_amount()),
        facts.currency.code().to_owned(),
        told(&booking.payment_reference),
        booking.inside().count().to_string(),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| written(cell)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell as it is written: never a formula, in quotes where it has to be.
fn written(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        for (cell, shown) in [
            ("", ""),
            ("Anna", "Anna"),
            ("Seidl, Anna", "\"Seidl, Anna\""),
            ("Anna \"Ani\" Seidl", "\"Anna \"\"Ani\"\" Seidl\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+43 1 234", "'+43 1 234"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(written(cell), shown);
        }
    }
}
