//! The live side over HTTP: the WebSocket, the event stream, and the map for a plain GET.
//!
//! `connection` decides what one connection says and when, without any I/O; `socket`, `direct` and
//! `stream` carry that out. A WebSocket is owned either by a task of its own (`socket`: portable,
//! any kind of connection) or by one of a few loops (`direct`: plain TCP, the cheapest); `handshake`
//! decides, and `lengths` looks at what the library doesn't. The program's router merges [`routes`].

mod availability;
mod connection;
mod direct;
mod handshake;
mod lengths;
mod socket;
mod stream;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRef, Path, Query};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::AppState;
use super::problem::Failure;
use crate::domain::ids::EventId;
use crate::hub::settings::{LiveSettings, SocketWay};
use crate::hub::{Hub, JoinError};
use crate::protocol::live::since::Since;
use crate::protocol::problem::Code;
use direct::Loops;
#[cfg(any(test, fuzzing))]
pub(super) use {
    availability::tells_known, direct::are_read_alike, handshake::answers_a_handshake,
    stream::last_event_id,
};

/// What the live handlers share.
#[derive(Clone, Debug)]
pub struct LiveState {
    /// The node's hub.
    pub hub: Hub,
    /// The same settings the hub was started with.
    pub settings: Arc<LiveSettings>,
    /// Those who own sockets; none where every socket is to have a task.
    loops: Option<Arc<Loops>>,
}

impl LiveState {
    /// Starts what owns the sockets. To be called within the runtime.
    ///
    /// # Errors
    /// When the system grants no thread, or nothing to wait on many sockets with.
    pub fn start(hub: Hub, settings: Arc<LiveSettings>) -> std::io::Result<Self> {
        let loops = match settings.sockets {
            SocketWay::Direct => Some(Arc::new(Loops::start(&hub, &settings)?)),
            SocketWay::Portable => None,
        };
        Ok(Self { hub, settings, loops })
    }
}

impl FromRef<AppState> for LiveState {
    fn from_ref(app: &AppState) -> Self {
        app.live.clone()
    }
}

/// The live routes, documented, below `/api/v1`.
pub(super) fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    LiveState: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(handshake::live))
        .routes(routes!(stream::stream))
        .routes(routes!(availability::availability))
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
fn event_of(path: Result<Path<i64>, PathRejection>) -> Result<EventId, Failure> {
    path.map(|Path(id)| EventId(id))
        .map_err(|rejection| Failure::unreadable("path", rejection.body_text()))
}

/// The answer to somebody who can't follow an event.
fn refused(error: JoinError) -> Failure {
    let code = match error {
        JoinError::Unknown => Code::NotFound,
        JoinError::Full => Code::Overloaded,
        JoinError::Unavailable => Code::Timeout,
    };
    Failure::new(code, error.to_string())
}
