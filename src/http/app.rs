//! What handlers work with: the parts of a node, and the few things they remember.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;

use super::caller::{AuthMode, Callers};
use super::documents::Documents;
use super::live::LiveState;
use super::metrics::Metrics;
use super::problem::{Failure, Reply};
use crate::domain::ids::{ChartId, EventId};
use crate::domain::money::Currency;
use crate::sequencer::Sequencer;
use crate::store::Store;
use crate::store::charts::Chart;
use crate::store::events::EventRecord;
use crate::store::listener::ListenerStatus;

/// How many charts are kept in memory: a stadium's takes some 10 MB.
const CHARTS_MAX: usize = 100;

/// How many events' facts are kept in memory.
const EVENTS_MAX: usize = 10_000;

/// Limits and defaults of the REST interface.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Whom the server believes.
    pub auth_mode: AuthMode,
    /// How long a request may take until it is answered, one way or the other.
    pub request_timeout: Duration,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// Defaults of new events.
    pub defaults: EventDefaults,
}

/// What a new event has unless it says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct EventDefaults {
    /// How long a lock lives, in seconds.
    pub lock_seconds: u32,
    /// How long a booking waits for its payment, in seconds.
    pub booking_seconds: u32,
    /// How long a hold may live in all, in seconds; `None`: [`HOLD_LIVES`] times `lock_seconds`.
    pub hold_life_max_seconds: Option<u32>,
    /// How many seats one caller may have.
    pub max_seats_per_user: u32,
}

/// How many times its first term a hold may live in all: ten extensions fit.
pub const HOLD_LIVES: u32 = 11;

/// What never changes of an event and every command needs.
#[derive(Clone)]
pub(crate) struct EventFacts {
    pub(crate) id: EventId,
    pub(crate) chart: Arc<Chart>,
    pub(crate) currency: Currency,
}

/// The parts of a node.
pub struct App {
    pub(crate) store: Store,
    pub(crate) sequencer: Sequencer,
    pub(crate) live: LiveState,
    pub(crate) listener: Arc<ListenerStatus>,
    pub(crate) callers: Callers,
    pub(crate) settings: HttpSettings,
    pub(crate) metrics: Metrics,
    pub(crate) documents: Documents,
    charts: Cache<ChartId, Arc<Chart>>,
    events: Cache<EventId, EventFacts>,
}

/// The state of all handlers.
pub type AppState = Arc<App>;

/// What [`App::new`] puts together.
pub struct Parts {
    /// Reads and small writes.
    pub store: Store,
    /// The write path.
    pub sequencer: Sequencer,
    /// Maps and sockets.
    pub live: LiveState,
    /// How the listener fares.
    pub listener: Arc<ListenerStatus>,
}

impl App {
    /// Puts the parts of a node together.
    #[must_use]
    pub fn new(parts: Parts, settings: HttpSettings) -> AppState {
        let Parts { store, sequencer, live, listener } = parts;
        Arc::new(Self {
            callers: Callers::new(settings.auth_mode, store.clone()),
            metrics: Metrics::default(),
            documents: Documents::default(),
            charts: Cache::new(CHARTS_MAX),
            events: Cache::new(EVENTS_MAX),
            store,
            sequencer,
            live,
            listener,
            settings,
        })
    }

    /// A chart, from memory if it was asked for before.
    pub(crate) async fn chart(&self, id: ChartId) -> Reply<Option<Arc<Chart>>> {
        if let Some(chart) = self.charts.get(&id) {
            return Ok(Some(chart));
        }
        let chart = self.store.chart(id).await?;
        if let Some(chart) = &chart {
            self.charts.insert(id, Arc::clone(chart));
        }
        Ok(chart)
    }

    /// The chart of an event that exists.
    pub(crate) async fn chart_of(&self, event: &EventRecord) -> Reply<Arc<Chart>> {
        self.chart(event.chart).await?.ok_or_else(|| Failure::not_found("chart"))
    }

    /// What commands need to know of an event; 404 when there is none.
    pub(crate) async fn facts(&self, id: EventId) -> Reply<EventFacts> {
        if let Some(facts) = self.events.get(&id) {
            return Ok(facts);
        }
        let event = self.event(id).await?;
        let chart = self.chart_of(&event).await?;
        let facts = EventFacts { id, chart, currency: currency_of(&event)? };
        self.events.insert(id, facts.clone());
        Ok(facts)
    }

    /// An event as it stands now; 404 when there is none.
    pub(crate) async fn event(&self, id: EventId) -> Reply<EventRecord> {
        self.store.event(id).await?.ok_or_else(|| Failure::not_found("event"))
    }
}

/// The currency of a stored event.
pub(crate) fn currency_of(event: &EventRecord) -> Reply<Currency> {
    use crate::protocol::problem::Code;
    Currency::from_code(&event.currency).ok_or_else(|| {
        Failure::new(Code::Internal, format!("event {} has no known currency", event.id))
    })
}
