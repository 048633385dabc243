//! The live side over HTTP: the WebSocket, the event stream, and the map for a plain GET.
//!
//! `connection` decides what one connection says and when, without any I/O; `socket` and `stream`
//! carry that out. The program's router merges [`router`].

mod availability;
mod connection;
mod problem;
mod socket;
mod stream;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::ids::EventId;
use crate::hub::settings::LiveSettings;
use crate::hub::{Hub, JoinError};
use crate::protocol::live::since::Since;

use problem::{Refusal, problem};

/// What the live handlers share.
#[derive(Clone, Debug)]
pub struct LiveState {
    /// The node's hub.
    pub hub: Hub,
    /// The same settings the hub was started with.
    pub settings: Arc<LiveSettings>,
}

/// The live routes, documented.
pub fn router(state: LiveState) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(socket::live))
        .routes(routes!(stream::stream))
        .routes(routes!(availability::availability))
        .with_state(state)
}

/// Where a client wants to go on from.
#[derive(Debug, Deserialize)]
struct SinceQuery {
    since: Option<String>,
}

impl SinceQuery {
    /// The position, if one was named that can be understood. Anything else is answered like no
    /// position at all, by a snapshot.
    fn position(query: Result<Query<Self>, QueryRejection>) -> Option<Since> {
        query.ok()?.since.as_deref()?.parse().ok()
    }
}

/// The event in the path.
fn event_of(path: Result<Path<i64>, PathRejection>) -> Result<EventId, Refusal> {
    let unreadable = |rejection: PathRejection| {
        problem(StatusCode::BAD_REQUEST, "bad_path", &rejection.body_text())
    };
    path.map(|Path(id)| EventId(id)).map_err(unreadable)
}

/// The answer to somebody who can't follow an event.
fn refused(error: JoinError) -> Refusal {
    let detail = error.to_string();
    match error {
        JoinError::Unknown => problem(StatusCode::NOT_FOUND, "not_found", &detail),
        JoinError::Full => problem(StatusCode::SERVICE_UNAVAILABLE, "overloaded", &detail),
        JoinError::Unavailable => problem(StatusCode::SERVICE_UNAVAILABLE, "timeout", &detail),
    }
}
