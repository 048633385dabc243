//! Checks what an event is to be created from, so that nothing wrong gets further than here.

use std::sync::Arc;

use super::app::{AppState, HOLD_LIVES};
use super::prices;
use super::problem::{Failure, Reply};
use super::text::{self, NAME_CHARS_MAX, within};
use crate::domain::choice::OrphanRule;
use crate::domain::event::{CancelConfirmed, Rules};
use crate::domain::ids::ChartId;
use crate::domain::layout::{LAYOUT_SEATS_MAX, numbered};
use crate::domain::money::Currency;
use crate::protocol::rest::event::NewEvent as Body;
use crate::store::charts::{Chart, ChartOrigin};
use crate::store::events::NewEvent;

/// How many characters a description has at most.
pub(super) const DESCRIPTION_CHARS_MAX: usize = 10_000;

/// The bounds of an event's settings, from 1 on.
const LOCK_SECONDS_MAX: u32 = 7_200;
const BOOKING_SECONDS_MAX: u32 = 86_400;
const SEATS_PER_USER_MAX: u32 = 1_000;

/// A checked event with its chart and currency.
pub(super) async fn check(app: &AppState, body: &Body) -> Reply<(NewEvent, Arc<Chart>, Currency)> {
    let name = text::required("name", &body.name, NAME_CHARS_MAX)?;
    let venue = text::required("venue", &body.venue, NAME_CHARS_MAX)?;
    let description =
        text::optional_lines("description", body.description.as_ref(), DESCRIPTION_CHARS_MAX)?;
    let (start_time, end_time) = (body.start_time.0, body.end_time.0);
    if end_time <= start_time {
        return Err(Failure::invalid("end_time", "must be after start_time"));
    }
    let code = body.currency.as_deref().unwrap_or("EUR");
    let currency = Currency::from_code(code)
        .ok_or_else(|| Failure::invalid("currency", "must be an ISO 4217 code such as EUR"))?;
    let rules = rules(app, body)?;
    // The chart last: making one is the only thing here that leaves a trace.
    check_total(body)?;
    let chart = chart(app, body).await?;
    let given = (body.price.as_ref(), body.prices.as_ref());
    if given == (None, None) {
        return Err(Failure::invalid("price", "give price or prices"));
    }
    let prices = prices::of_categories(given, (&chart.layout, currency), |_| None)?;
    let layout = prices::digest(&chart.layout, &prices, currency);
    let currency_code = currency.code().to_owned();
    let new = NewEvent {
        name,
        description,
        venue,
        start_time,
        end_time,
        rules,
        currency: currency_code,
        prices,
        layout,
    };
    Ok((new, chart, currency))
}

fn rules(app: &AppState, body: &Body) -> Reply<Rules> {
    let defaults = app.settings.defaults;
    let setting = |field, value: Option<u32>, default, max| {
        value.map_or(Ok(default), |value| within(field, value, 1, max))
    };
    let lock_seconds =
        setting("lock_seconds", body.lock_seconds, defaults.lock_seconds, LOCK_SECONDS_MAX)?;
    let life = defaults.hold_life_max_seconds.unwrap_or(lock_seconds * HOLD_LIVES);
    let sales_start = body.sales_start.map(|time| time.0);
    let sales_end = body.sales_end.unwrap_or(body.start_time).0;
    if sales_start.is_some_and(|start| sales_end <= start) {
        return Err(Failure::invalid("sales_end", "must be after sales_start"));
    }
    let who = body.cancel_confirmed.as_deref().unwrap_or("owner");
    let orphans = body.orphan_rule.as_deref().unwrap_or(OrphanRule::default().name());
    Ok(Rules {
        sales_start,
        sales_end,
        lock_seconds,
        booking_seconds: setting(
            "booking_seconds",
            body.booking_seconds,
            defaults.booking_seconds,
            BOOKING_SECONDS_MAX,
        )?,
        // A hold lives at least its first term, whatever the setting says.
        hold_life_max_seconds: life.max(lock_seconds),
        max_seats_per_user: setting(
            "max_seats_per_user",
            body.max_seats_per_user,
            defaults.max_seats_per_user,
            SEATS_PER_USER_MAX,
        )?,
        cancel_confirmed: CancelConfirmed::from_name(who).ok_or_else(|| {
            Failure::invalid("cancel_confirmed", "must be owner, organiser or never")
        })?,
        orphan_rule: OrphanRule::from_name(orphans)
            .ok_or_else(|| Failure::invalid("orphan_rule", "must be off, prefer or strict"))?,
    })
}

fn check_total(body: &Body) -> Reply<()> {
    match (body.total_tickets, body.chart_id) {
        (Some(_), Some(_)) => {
            Err(Failure::invalid("chart_id", "can't be combined with total_tickets"))
        }
        (None, None) => Err(Failure::invalid("total_tickets", "give total_tickets or chart_id")),
        (Some(total), None) => within("total_tickets", total, 1, LAYOUT_SEATS_MAX).map(|_| ()),
        (None, Some(_)) => Ok(()),
    }
}

async fn chart(app: &AppState, body: &Body) -> Reply<Arc<Chart>> {
    let id = match (body.chart_id, body.total_tickets) {
        (Some(id), _) => ChartId(id),
        (None, total) => {
            let total = total.unwrap_or(1);
            let (key, name) = (format!("numbered-{total}"), format!("{total} numbered seats"));
            app.store.ensure_chart(&key, &name, ChartOrigin::Generated, || numbered(total)).await?
        }
    };
    let chart = app.chart(id).await?;
    chart.ok_or_else(|| Failure::invalid("chart_id", format!("there is no chart {id}")))
}
