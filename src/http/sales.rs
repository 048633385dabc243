//! How an event has sold, for organisers: as it stands, by category and section. `timeline` tells
//! of it over time.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};

use super::app::{AppState, currency_of};
use super::call::require_organiser_by;
use super::params::PathParam;
use super::problem::{Failure, Reply};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::EventId;
use crate::domain::layout::{Category, Layout, Section};
use crate::domain::money::Currency;
use crate::domain::seat::{Counts, SeatStatus};
use crate::protocol::problem::Problem;
use crate::protocol::rest::event::SeatCounts;
use crate::protocol::rest::sales::{BookingCounts, CategorySales, Sales, SectionSales};
use crate::protocol::rest::time::Time;
use crate::store::sales::SalesRecord;

/// How an event has sold.
#[utoipa::path(get, path = "/events/{id}/sales", tag = "organisers", params(("id" = i64, Path)),
    responses((status = 200, body = Sales), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<Sales>> {
    require_organiser_by(&app, &headers, &uri).await?;
    let facts = app.facts(EventId(id)).await?;
    let found = app.store.sales(facts.id).await?;
    let record = found.ok_or_else(|| Failure::not_found("event"))?;
    let currency = currency_of(&record.event)?;
    // Of the same moment as the rest, whatever was remembered.
    let chart = app.chart(record.event.chart).await?;
    let chart = chart.ok_or_else(|| Failure::not_found("chart"))?;
    Ok(Json(sales(&record, &chart.layout, currency)))
}

/// What was sold of a part of the house.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    counts: Counts,
    sold: i64,
    reserved: i64,
}

impl Part {
    fn pay(&mut self, status: SeatStatus, price: i64) {
        match status {
            SeatStatus::Sold => self.sold += price,
            SeatStatus::Reserved => self.reserved += price,
            _ => {}
        }
    }
}

fn sales(record: &SalesRecord, layout: &Layout, currency: Currency) -> Sales {
    let mut whole = Part::default();
    let mut categories = vec![Part::default(); layout.categories.len()];
    let mut sections = vec![Part::default(); layout.sections.len()];
    let mut in_section = Vec::with_capacity(record.statuses.len());
    for row in &layout.rows {
        in_section.resize(in_section.len() + row.count as usize, row.section as usize);
    }
    let places = || layout.category.iter().map(|at| usize::from(*at)).zip(&in_section);
    for (status, (category, section)) in record.statuses.iter().zip(places()) {
        let code = usize::from(status.code());
        for part in [&mut whole, &mut categories[category], &mut sections[*section]] {
            part.counts.0[code] += 1;
        }
    }
    for (seat, price) in &record.prices {
        let at = *seat as usize;
        let (Some(status), Some(section)) = (record.statuses.get(at), in_section.get(at)) else {
            continue;
        };
        let category = usize::from(layout.category[at]);
        for part in [&mut whole, &mut categories[category], &mut sections[*section]] {
            part.pay(*status, *price);
        }
    }
    let event = &record.event;
    let category = |((category, part), price): ((&Category, &Part), &i64)| CategorySales {
        key: category.key.clone(),
        label: category.label.clone(),
        color: category.color.clone(),
        price: currency.format(*price),
        counts: counts(&part.counts),
        sold_amount: currency.format(part.sold),
        reserved_amount: currency.format(part.reserved),
    };
    let section = |(section, part): (&Section, &Part)| SectionSales {
        label: section.label.clone(),
        floor: section.floor.clone(),
        counts: counts(&part.counts),
        sold_amount: currency.format(part.sold),
        reserved_amount: currency.format(part.reserved),
    };
    Sales {
        event_id: event.id.0,
        version: event.version,
        epoch: event.epoch.clone(),
        at: Time(record.at),
        currency: event.currency.clone(),
        counts: counts(&whole.counts),
        sold_amount: currency.format(whole.sold),
        reserved_amount: currency.format(whole.reserved),
        bookings: booking_counts(&record.bookings),
        checked_in: record.checked_in,
        categories: layout
            .categories
            .iter()
            .zip(&categories)
            .zip(&event.prices)
            .map(category)
            .collect(),
        sections: layout.sections.iter().zip(&sections).map(section).collect(),
    }
}

fn counts(counts: &Counts) -> SeatCounts {
    SeatCounts {
        available: counts.of(SeatStatus::Available),
        locked: counts.of(SeatStatus::Locked),
        reserved: counts.of(SeatStatus::Reserved),
        sold: counts.of(SeatStatus::Sold),
        blocked: counts.of(SeatStatus::Blocked),
    }
}

fn booking_counts(counted: &[(BookingStatus, u32)]) -> BookingCounts {
    let mut counts = BookingCounts::default();
    for (status, count) in counted {
        *match status {
            BookingStatus::Pending => &mut counts.pending,
            BookingStatus::Confirmed => &mut counts.confirmed,
            BookingStatus::Cancelled => &mut counts.cancelled,
            BookingStatus::Expired => &mut counts.expired,
        } += count;
    }
    counts
}
