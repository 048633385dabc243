//! Moving an event to another chart.

use axum::Json;
use axum::extract::State;

use super::app::{App, AppState, currency_of};
use super::call::Call;
use super::commands::carry_out;
use super::maps;
use super::params::PathParam;
use super::prices;
use super::problem::{Failure, Reply};
use super::render;
use crate::domain::command::Command;
use crate::domain::ids::{ChartId, EventId};
use crate::domain::seat::SeatStatus;
use crate::protocol::problem::{Code, Problem, SeatConflict};
use crate::protocol::rest::event::Event;
use crate::protocol::rest::event_change::EventChart;
use crate::store::charts::Chart;
use crate::store::events::EventRecord;
use crate::store::moves::{Move, Moved};

/// How often a move is begun anew whose event has other prices or another chart when it is locked.
const ATTEMPTS_MAX: usize = 4;

/// Move an event to another chart. Every seat that isn't available keeps its state and its holder
/// by its label; should the chart lack one, or sell a table whole of which somebody has a part,
/// nothing happens. Whoever looks at the map gets it anew.
/// Repeating the call is a success.
#[utoipa::path(put, path = "/events/{id}/chart", tag = "organisers", params(("id" = i64, Path)),
    request_body = EventChart,
    responses((status = 200, body = Event), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub(crate) async fn replace(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<EventChart>,
) -> Reply<Json<Event>> {
    call.require_organiser()?;
    let id = EventId(id);
    let to = ChartId(call.body.chart_id);
    app.event(id).await?;
    let to = app.chart(to).await?;
    let to = to.ok_or_else(|| Failure::invalid("chart_id", "there is no such chart"))?;
    // Nobody is in the way whose time is up.
    carry_out(&app, id, &call.without_key(), |_| Ok(Command::ExpireDue)).await?;
    for _ in 0..ATTEMPTS_MAX {
        let event = app.event(id).await?;
        let Some(moved) = attempt(&app, &call, &event, &to).await? else { continue };
        app.forget(id);
        maps::prepare(&app, &moved);
        let keys = to.layout.category_keys();
        return Ok(Json(render::event(&moved, keys, currency_of(&moved)?)));
    }
    Err(Failure::new(Code::Overloaded, "the event is being changed; nothing happened"))
}

/// `None`: somebody else has changed the event meanwhile.
async fn attempt(
    app: &App,
    call: &Call<EventChart>,
    event: &EventRecord,
    to: &Chart,
) -> Reply<Option<EventRecord>> {
    let from = app.known_chart(event.chart).await?;
    let currency = currency_of(event)?;
    let given = (call.body.price.as_ref(), call.body.prices.as_ref());
    let prices = prices::of_categories(given, (&to.layout, currency), |key| {
        let at = from.layout.categories.iter().position(|category| category.key == key)?;
        event.prices.get(at).copied()
    })?;
    if event.chart == to.id && event.prices == prices {
        return Ok(Some(event.clone()));
    }
    let layout = prices::digest(&to.layout, &prices, currency);
    let (actor, request_id) = (call.identity.caller, call.request_id.as_str());
    let wanted = Move { event, from: &from, to, prices, layout, actor, request_id };
    match app.store.move_event(&wanted, call.deadline).await? {
        Moved::Done(event) => Ok(Some(*event)),
        Moved::SeatsMissing { seats, total } => {
            let detail = format!("the chart lacks {total} of the seats that aren't available");
            Err(in_the_way(detail, seats))
        }
        Moved::TablesParted { seats, total } => {
            let detail = format!(
                "the chart sells tables whole of which somebody has a part: {total} of their \
                 seats aren't available"
            );
            Err(in_the_way(detail, seats))
        }
        Moved::Overtaken => Ok(None),
        Moved::NoSuchEvent => Err(Failure::not_found("event")),
    }
}

/// Seats that keep an event from moving, by label.
fn in_the_way(detail: String, seats: Vec<(String, SeatStatus)>) -> Failure {
    let mut problem = Problem::new(Code::SeatsMissing, detail);
    let conflict = |(seat_no, status): (String, SeatStatus)| SeatConflict {
        seat_no,
        status: status.name().to_owned(),
    };
    problem.conflicts = seats.into_iter().map(conflict).collect();
    problem.into()
}
