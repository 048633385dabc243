//! Changing what an event says of itself.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::app::{AppState, currency_of};
use super::call::Call;
use super::commands::wrong_field;
use super::maps;
use super::new_event::DESCRIPTION_CHARS_MAX;
use super::params::PathParam;
use super::prices;
use super::problem::{Failure, Reply, refused};
use super::render;
use super::text::{self, NAME_CHARS_MAX};
use crate::domain::answer::Refusal;
use crate::domain::choice::OrphanRule;
use crate::domain::ids::EventId;
use crate::protocol::problem::{Code, Problem};
use crate::protocol::rest::event::Event;
use crate::protocol::rest::event_change::EventChanges;
use crate::store::amend::{Amended, Amendment, Answered};
use crate::store::charts::Chart;
use crate::store::events::EventRecord;

/// How often a change is begun anew whose event has another chart when it is locked.
const ATTEMPTS_MAX: usize = 4;

/// Change an event: what is left out stays. Prices are those of seats not yet held; whoever looks at
/// the map is shown them.
#[utoipa::path(patch, path = "/events/{id}", tag = "organisers", params(("id" = i64, Path)),
    request_body = EventChanges,
    responses((status = 200, body = Event), (status = 404, body = Problem)))]
pub(crate) async fn amend(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<EventChanges>,
) -> Reply<Json<Value>> {
    call.require_organiser()?;
    let (caller, key, deadline) = (call.identity.caller, call.key.as_ref(), call.deadline);
    let request_id = call.request_id.as_str();
    let asked = Amendment { event: EventId(id), caller, key, request_id, deadline };
    for _ in 0..ATTEMPTS_MAX {
        let event = app.event(asked.event).await?;
        let (chart, currency) = (app.known_chart(event.chart).await?, currency_of(&event)?);
        let change = |before: &EventRecord| {
            if before.chart != chart.id {
                return Ok(None);
            }
            changed(before, &chart, &call.body).map(Some).map_err(|wrong| wrong_field(&wrong))
        };
        let to_json = |event: &EventRecord| {
            let event = render::event(event, chart.layout.category_keys(), currency);
            serde_json::to_value(event).unwrap_or_default()
        };
        return match app.store.amend_event(&asked, change, to_json).await? {
            Amended::Answered(Answered { answer: Ok(answer), .. }) => {
                // Other prices are another map. The answer stands whether or not this can be read.
                if let Ok(event) = app.event(asked.event).await {
                    maps::prepare(&app, &event);
                }
                Ok(Json(answer))
            }
            Amended::Answered(Answered { answer: Err(refusal), request_id }) => {
                let mut failure = refused(&refusal, &chart.layout);
                // A repeated request gets the first answer, which bears the first request's id.
                failure.0.request_id = request_id;
                Err(failure)
            }
            Amended::KeyReused => Err(refused(&Refusal::KeyReused, &chart.layout)),
            Amended::NoSuchEvent => Err(Failure::not_found("event")),
            Amended::Overtaken => continue,
        };
    }
    Err(Failure::new(Code::Overloaded, "the event is being changed; nothing happened"))
}

/// The event with the changes, if it can be so.
fn changed(before: &EventRecord, chart: &Chart, body: &EventChanges) -> Reply<EventRecord> {
    let mut event = before.clone();
    if let Some(name) = &body.name {
        event.name = text::required("name", name, NAME_CHARS_MAX)?;
    }
    if let Some(venue) = &body.venue {
        event.venue = text::required("venue", venue, NAME_CHARS_MAX)?;
    }
    if let Some(description) = &body.description {
        let max = DESCRIPTION_CHARS_MAX;
        event.description = text::optional_lines("description", description.as_ref(), max)?;
    }
    event.start_time = body.start_time.map_or(event.start_time, |time| time.0);
    event.end_time = body.end_time.map_or(event.end_time, |time| time.0);
    if event.end_time <= event.start_time {
        return Err(match body.end_time {
            Some(_) => Failure::invalid("end_time", "must be after start_time"),
            None => Failure::invalid("start_time", "must be before end_time"),
        });
    }
    let rules = &mut event.rules;
    rules.sales_end = body.sales_end.map_or(rules.sales_end, |time| time.0);
    if let Some(start) = body.sales_start {
        rules.sales_start = start.map(|time| time.0);
    }
    if rules.sales_start.is_some_and(|start| rules.sales_end <= start) {
        return Err(match body.sales_end {
            Some(_) => Failure::invalid("sales_end", "must be after sales_start"),
            None => Failure::invalid("sales_start", "must be before sales_end"),
        });
    }
    if let Some(word) = &body.orphan_rule {
        let wrong = || Failure::invalid("orphan_rule", "must be off, prefer or strict");
        rules.orphan_rule = OrphanRule::from_name(word).ok_or_else(wrong)?;
    }
    let given = (body.price.as_ref(), body.prices.as_ref());
    let (layout, currency) = (&chart.layout, currency_of(before)?);
    event.prices = prices::of_categories(given, (layout, currency), |key| {
        let at = layout.categories.iter().position(|category| category.key == key)?;
        before.prices.get(at).copied()
    })?;
    if event.prices != before.prices {
        event.layout = prices::digest(layout, &event.prices, currency);
    }
    Ok(event)
}
