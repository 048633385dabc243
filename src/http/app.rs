//! What handlers work with: the parts of a node, and the few things they remember.

use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::Cache;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::caller::{AuthMode, Callers};
use super::documents::Documents;
use super::large::LargeAnswers;
use super::live::LiveState;
use super::metrics::Metrics;
use super::origins::AllowedOrigins;
use super::packed::Packed;
use super::problem::{Failure, Reply};
use super::rate::{RateLimit, Rates};
use super::remembered::Remembered;
use super::server::ConnectionLimits;
use super::tokens::{JwtSecret, Provider, ProviderSettings, Tokens};
use crate::domain::ids::{BookingId, ChartId, EventId, Version};
use crate::domain::money::Currency;
use crate::sequencer::Sequencer;
use crate::store::Store;
use crate::store::charts::Chart;
use crate::store::events::EventRecord;
use crate::store::listener::ListenerStatus;

/// How many charts are kept in memory: a stadium's takes some 10 MB.
const CHARTS_MAX: usize = 50;

/// Of how many charts the keys of their categories are kept in memory: most take less than 1 KB.
const CATEGORY_KEYS_MAX: usize = 10_000;

/// How many seat maps are kept in memory, compressed: a stadium's takes some 3 MB.
const SEATMAPS_MAX: usize = 50;

/// How many events' facts are kept in memory.
const EVENTS_MAX: usize = 10_000;

/// Of how many bookings a node remembers which event they belong to.
const BOOKINGS_MAX: usize = 100_000;

/// Limits and defaults of the REST interface.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Whom the server believes.
    pub auth_mode: AuthMode,
    /// What a shop's signed tokens are read by; without it there are none.
    pub jwt_secret: Option<JwtSecret>,
    /// Whose tokens are taken besides; without it nobody's.
    pub provider: Option<ProviderSettings>,
    /// Which pages of other origins may use it from a browser; none unless named.
    pub allowed_origins: Option<AllowedOrigins>,
    /// How long a request may take until it is answered, one way or the other.
    pub request_timeout: Duration,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// How often somebody may ask.
    pub rate: RateLimit,
    /// What a connection may take.
    pub connections: ConnectionLimits,
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

/// What hardly ever changes of an event and every command needs. It may be out of date: commands
/// made by another chart than the event's are found out under its lock.
#[derive(Clone)]
pub(crate) struct EventFacts {
    pub(crate) id: EventId,
    pub(crate) chart: Arc<Chart>,
    /// The version with which the chart came into force.
    pub(crate) chart_since: Version,
    pub(crate) currency: Currency,
}

/// The parts of a node.
pub struct App {
    pub(crate) store: Store,
    pub(crate) sequencer: Sequencer,
    pub(crate) live: LiveState,
    pub(crate) listener: Arc<ListenerStatus>,
    pub(crate) time_up: CancellationToken,
    pub(crate) connections: TaskTracker,
    pub(crate) callers: Callers,
    pub(crate) rates: Rates,
    pub(crate) settings: HttpSettings,
    pub(crate) metrics: Metrics,
    pub(crate) documents: Documents,
    /// Which event a booking belongs to: what is booked is nearly always paid for next.
    pub(crate) bookings: Remembered<BookingId, EventId>,
    /// Seat maps by the name under which they are immutable.
    pub(crate) seatmaps: Cache<String, Arc<Packed>>,
    pub(crate) large: LargeAnswers,
    charts: Remembered<ChartId, Arc<Chart>>,
    category_keys: Remembered<ChartId, Arc<[String]>>,
    events: Remembered<EventId, (ChartId, Version, Currency)>,
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
    /// The identity provider, if the settings name one.
    pub provider: Option<Arc<Provider>>,
    /// Cancelled when the node ends and waits for no request any longer.
    pub time_up: CancellationToken,
    /// A task for each connection, and the one that accepts them.
    pub connections: TaskTracker,
}

impl App {
    /// Puts the parts of a node together.
    #[must_use]
    pub fn new(parts: Parts, settings: HttpSettings) -> AppState {
        let Parts { store, sequencer, live, listener, provider, time_up, connections } = parts;
        let signed = Tokens::new(settings.jwt_secret.clone(), provider);
        Arc::new(Self {
            callers: Callers::new(settings.auth_mode, signed, store.clone()),
            rates: Rates::new(settings.rate),
            metrics: Metrics::default(),
            documents: Documents::default(),
            bookings: Remembered::new(BOOKINGS_MAX, store.clone()),
            seatmaps: Cache::new(SEATMAPS_MAX),
            large: LargeAnswers::new(settings.request_timeout),
            charts: Remembered::new(CHARTS_MAX, store.clone()),
            category_keys: Remembered::new(CATEGORY_KEYS_MAX, store.clone()),
            events: Remembered::new(EVENTS_MAX, store.clone()),
            store,
            sequencer,
            live,
            listener,
            time_up,
            connections,
            settings,
        })
    }

    /// A chart, from memory if it was asked for before.
    pub(crate) async fn chart(&self, id: ChartId) -> Reply<Option<Arc<Chart>>> {
        if let Some(chart) = self.charts.get(&id) {
            return Ok(Some(chart));
        }
        let history = self.charts.history();
        let chart = self.store.chart(id).await?;
        if let Some(chart) = &chart {
            self.charts.insert(history, id, Arc::clone(chart));
        }
        Ok(chart)
    }

    /// The keys of a chart's categories, in their order. Kept apart from charts: a list of events
    /// needs those of more charts than memory has room for.
    pub(crate) async fn category_keys(&self, id: ChartId) -> Reply<Arc<[String]>> {
        if let Some(keys) = self.category_keys.get(&id) {
            return Ok(keys);
        }
        let history = self.category_keys.history();
        let keys = self.store.category_keys(id).await?;
        let keys: Arc<[String]> = keys.ok_or_else(|| Failure::not_found("chart"))?.into();
        self.category_keys.insert(history, id, Arc::clone(&keys));
        Ok(keys)
    }

    /// What commands need to know of an event; 404 when there is none.
    pub(crate) async fn facts(&self, id: EventId) -> Reply<EventFacts> {
        let (chart, chart_since, currency) = match self.events.get(&id) {
            Some(known) => known,
            None => {
                let history = self.events.history();
                let event = self.event(id).await?;
                let facts = (event.chart, event.chart_since, currency_of(&event)?);
                self.events.insert(history, id, facts);
                facts
            }
        };
        // Not kept with the rest: a chart is large, and few of them are in use at a time.
        let chart = self.known_chart(chart).await?;
        Ok(EventFacts { id, chart, chart_since, currency })
    }

    /// An event's facts with a chart that it has or had.
    pub(crate) async fn facts_by(&self, id: EventId, chart: ChartId) -> Reply<EventFacts> {
        let facts = self.facts(id).await?;
        if facts.chart.id == chart {
            return Ok(facts);
        }
        Ok(EventFacts { chart: self.known_chart(chart).await?, ..facts })
    }

    /// An event's facts with the chart that was in force at a version. Those given must be as
    /// recent as the version.
    pub(crate) async fn facts_at(&self, facts: EventFacts, at: Version) -> Reply<EventFacts> {
        if at >= facts.chart_since {
            return Ok(facts);
        }
        let chart = self.store.chart_at(facts.id, at).await?;
        let chart = chart.ok_or_else(|| Failure::not_found("event"))?;
        Ok(EventFacts { chart: self.known_chart(chart).await?, ..facts })
    }

    /// Whether these are an event's facts as it stands now; if not, they are forgotten.
    pub(crate) async fn are_current(&self, facts: &EventFacts) -> Reply<bool> {
        let current = self.event(facts.id).await?.chart_since == facts.chart_since;
        if !current {
            self.forget(facts.id);
        }
        Ok(current)
    }

    /// Forgets what may have changed of an event.
    pub(crate) fn forget(&self, id: EventId) {
        self.events.remove(&id);
    }

    /// A chart that some event has.
    pub(crate) async fn known_chart(&self, id: ChartId) -> Reply<Arc<Chart>> {
        self.chart(id).await?.ok_or_else(|| Failure::not_found("chart"))
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
