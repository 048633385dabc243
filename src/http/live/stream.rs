//! `GET /api/v1/events/{id}/stream`: the socket's JSON messages as Server-Sent Events, for
//! clients that can't open a WebSocket. One way only; resuming goes by `Last-Event-ID`.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::super::problem::Failure;
use super::connection::{Act, Connection, Pings};
use super::{LiveState, SinceQuery, event_of, refused};
use crate::hub::subscription::{Step, Subscription};
use crate::protocol::live::Format;
use crate::protocol::live::framed::Framed;
use crate::protocol::live::since::Since;

/// Follows an event as a stream of Server-Sent Events.
#[utoipa::path(
    get,
    path = "/events/{id}/stream",
    tag = "live",
    params(
        ("id" = i64, Path, description = "The event"),
        ("since" = Option<String>, Query, description = "Resume from `<epoch>.<version>`"),
        ("last-event-id" = Option<String>, Header, description = "The same; wins over `since`"),
    ),
    responses(
        (status = 200, description = "The live messages", content_type = "text/event-stream"),
        (status = 404, description = "No such event"),
        (status = 503, description = "No room, or the event can't be read now"),
    ),
)]
pub(super) async fn stream(
    State(state): State<LiveState>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<SinceQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let event = event_of(path)?;
    let since = match last_event_id(&headers) {
        Some(named) => named.parse().ok(),
        None => SinceQuery::position(query),
    };
    let subscription =
        state.hub.subscribe(event, Format::Json, since.as_ref()).await.map_err(refused)?;
    let settings = Arc::clone(&state.settings);
    let (stagger, now) = (rand::random(), Instant::now());
    let connection = Connection::new(Format::Json, settings, Pings::Unknown, stagger, now);
    let _tracked = state.hub.lifetime().tasks.token();
    let epoch = Arc::from("");
    let feed = Feed { subscription, connection, epoch, state, ended: false, _tracked };
    let mut response = Sse::new(feed.events()).into_response();
    // Proxies that gather answers before passing them on would hold the stream back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The position an `EventSource` comes back with.
pub(in crate::http) fn last_event_id(headers: &HeaderMap) -> Option<&str> {
    let named = headers.get("last-event-id")?.to_str().ok()?;
    (!named.is_empty()).then_some(named)
}

/// One stream and all that belongs to it.
struct Feed {
    subscription: Subscription,
    connection: Connection,
    /// The history followed.
    epoch: Arc<str>,
    state: LiveState,
    ended: bool,
    _tracked: TaskTrackerToken,
}

impl Feed {
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures_util::stream::unfold(self, |mut feed| async move {
            let event = feed.next().await?;
            Some((Ok(event), feed))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        while !self.ended {
            let now = Instant::now();
            if let Some(step) = self.subscription.take() {
                let positioned = matches!(step, Step::Snapshot(..) | Step::Delta(..));
                if let Step::Hello(greeting) = &step {
                    self.epoch = Arc::clone(&greeting.epoch);
                }
                let act = self.connection.step(step, now);
                let event = self.carry_out(act, now)?;
                return Some(if positioned { event.id(self.position()) } else { event });
            }
            if let Some(act) = self.connection.due(now) {
                return self.carry_out(act, now);
            }
            tokio::select! {
                () = self.subscription.wait() => {}
                () = sleep_until(self.connection.deadline()) => {}
            }
        }
        None
    }

    /// The event to send; `None` ends the stream.
    fn carry_out(&mut self, act: Act, now: Instant) -> Option<Event> {
        match act {
            Act::Send(framed) => event(&framed),
            Act::Heartbeat => {
                let viewers = self.subscription.viewers();
                event(&self.connection.heartbeat(viewers, now))
            }
            Act::Bye => {
                self.ended = true;
                event(&Connection::bye(self.state.hub.farewell()))
            }
            Act::Ping | Act::Resync | Act::Close(..) => None,
        }
    }

    fn position(&self) -> String {
        let (epoch, version) = (self.epoch.to_string(), self.connection.sent);
        Since { epoch, version }.to_string()
    }
}

fn event(framed: &Framed) -> Option<Event> {
    // A stream's connection speaks JSON, which has no line breaks.
    Some(Event::default().data(std::str::from_utf8(&framed.message()).ok()?))
}
