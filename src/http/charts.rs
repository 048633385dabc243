//! Charts: the layouts that events can be created from.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::app::AppState;
use super::params::{Page, PathParam, QueryParams};
use super::problem::{Failure, Reply};
use crate::domain::ids::ChartId;
use crate::protocol::problem::Problem;
use crate::protocol::rest::event::{ChartDetail, ChartSummary};
use crate::protocol::rest::list::List;

/// All charts.
#[utoipa::path(get, path = "/charts", tag = "charts", params(Page),
    responses((status = 200, body = List<ChartSummary>)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    QueryParams(page): QueryParams<Page>,
) -> Reply<Json<List<ChartSummary>>> {
    let (limit, offset) = page.bounds()?;
    let (charts, total) = app.store.charts(limit, offset).await?;
    let items = charts
        .into_iter()
        .map(|chart| ChartSummary {
            id: chart.id.0,
            key: chart.key,
            name: chart.name,
            seats: chart.seats,
        })
        .collect();
    Ok(Json(List { items, total }))
}

/// One chart with its geometry.
#[utoipa::path(get, path = "/charts/{id}", tag = "charts", params(("id" = i64, Path)),
    responses((status = 200, body = ChartDetail<'static>), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
) -> Reply<Response> {
    let chart = app.chart(ChartId(id)).await?.ok_or_else(|| Failure::not_found("chart"))?;
    let layout = &chart.layout;
    let (name, seats) = (chart.name.as_str(), layout.seats());
    Ok(Json(ChartDetail { id: chart.id.0, name, seats, layout }).into_response())
}
