//! Events: creating them, and reading what the write path leaves of them.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::Store;
use super::charts::Chart;
use super::error::StoreError;
use super::feed;
use super::kept::{self, Begun, Once, OnceBy};
use super::pool::Session;
use super::rows;
use super::tickets;
use crate::domain::event::Rules;
use crate::domain::ids::{ChartId, EventId, Version};
use crate::domain::seat::{Counts, SeatStatus};

/// An event as it stands in the database.
#[derive(Clone, Debug)]
pub struct EventRecord {
    /// Its id.
    pub id: EventId,
    /// Its chart.
    pub chart: ChartId,
    /// The version with which the chart came into force.
    pub chart_since: Version,
    /// What is performed.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Where.
    pub venue: String,
    /// When it begins.
    pub start_time: Timestamp,
    /// When it ends.
    pub end_time: Timestamp,
    /// How it is sold.
    pub rules: Rules,
    /// ISO 4217 code.
    pub currency: String,
    /// Minor units by category index.
    pub prices: Vec<i64>,
    /// Digest of geometry and prices.
    pub layout: String,
    /// How many seats it has.
    pub total_tickets: u32,
    /// How many are in each state at `version`.
    pub counts: Counts,
    /// The version of its last change set.
    pub version: Version,
    /// Changes when its history is not continued.
    pub epoch: String,
}

/// An event to be created; everything has been checked.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What is performed.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Where.
    pub venue: String,
    /// When it begins.
    pub start_time: Timestamp,
    /// When it ends; after the start.
    pub end_time: Timestamp,
    /// How it is sold.
    pub rules: Rules,
    /// ISO 4217 code.
    pub currency: String,
    /// Minor units by the chart's category index.
    pub prices: Vec<i64>,
    /// Digest of geometry and prices.
    pub layout: String,
}

/// The statuses of all seats of an event, at a version.
#[derive(Clone, Debug)]
pub struct SeatStatuses {
    /// By seat index.
    pub statuses: Vec<SeatStatus>,
    /// The version they are those of.
    pub version: Version,
    /// The history the version belongs to.
    pub epoch: String,
    /// The layout that numbers them.
    pub layout: String,
}

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "select version, counts, sales_start, sales_end, lock_seconds, booking_seconds,
                    hold_life_max_seconds, max_seats_per_user, cancel_confirmed, orphan_rule,
                    prices,
                    id, chart_id, name, description, venue, start_time, end_time, currency,
                    layout, total_tickets, event_epoch(epoch_salt), chart_since
             from events ",
            $rest
        )
    };
}

pub(super) const READ: &str = select_events!("where id = $1");
const LIST: &str = select_events!("order by id limit $1 offset $2");

const INSERT_EVENT: &str = "
    insert into events (chart_id, name, description, venue, start_time, end_time, sales_start,
                        sales_end, currency, prices, layout, lock_seconds, booking_seconds,
                        hold_life_max_seconds, max_seats_per_user, cancel_confirmed,
                        orphan_rule, total_tickets, counts)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            array[$18, 0, 0, 0, 0])
    returning id";

pub(super) fn event(row: &Row) -> Result<EventRecord, StoreError> {
    Ok(EventRecord {
        version: rows::version(row, 0)?,
        counts: rows::counts(row, 1)?,
        rules: rows::rules(row, 2)?,
        prices: row.get(10),
        id: EventId(row.get(11)),
        chart: ChartId(row.get(12)),
        name: row.get(13),
        description: row.get(14),
        venue: row.get(15),
        start_time: row.get(16),
        end_time: row.get(17),
        currency: row.get(18),
        layout: row.get(19),
        total_tickets: rows::unsigned(row.get::<_, i32>(20))?,
        epoch: row.get(21),
        chart_since: rows::version(row, 22)?,
    })
}

// From one event with something open to the next, by index: asked several times a second, and most
// that is open is not due.
const EVENTS_WITH_DUE: &str = "
    with recursive held (event_id) as (
        (select event_id from holds where status = 'active' order by event_id limit 1)
        union all
        select (select event_id from holds h where status = 'active' and h.event_id > held.event_id
                order by event_id limit 1)
        from held where event_id is not null),
    booked (event_id) as (
        (select event_id from bookings where status = 'pending' order by event_id limit 1)
        union all
        select (select event_id from bookings b
                where status = 'pending' and b.event_id > booked.event_id
                order by event_id limit 1)
        from booked where event_id is not null)
    select event_id from held where exists (
        select from holds h where status = 'active' and h.event_id = held.event_id
                              and expires_at <= clock_timestamp())
    union
    select event_id from booked where exists (
        select from bookings b where status = 'pending' and b.event_id = booked.event_id
                                 and expires_at <= clock_timestamp())
    limit $1";

impl Store {
    /// One event as it stands now.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn event(&self, id: EventId) -> Result<Option<EventRecord>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(READ).await?;
        client.query_opt(&statement, &[&id.0]).await?.as_ref().map(event).transpose()
    }

    /// A page of events by id, and how many there are.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn events(
        &self,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<EventRecord>, i64), StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(LIST).await?;
        let found = client.query(&statement, &[&limit, &offset]).await?;
        let total = client.query_one("select count(*) from events", &[]).await?.get(0);
        Ok((found.iter().map(event).collect::<Result<_, _>>()?, total))
    }

    /// All seats' statuses at the current version. `None`: no such event.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn seat_statuses(&self, id: EventId) -> Result<Option<SeatStatuses>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(feed::READ_MAP).await?;
        let Some(row) = client.query_opt(&statement, &[&id.0]).await? else { return Ok(None) };
        Ok(Some(SeatStatuses {
            statuses: feed::statuses(&row)?,
            version: rows::version(&row, 0)?,
            epoch: row.get(1),
            layout: row.get(2),
        }))
    }

    /// Events in which some hold or booking is due. At most `limit`; the rest is found next time.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn events_with_due(&self, limit: i64) -> Result<Vec<EventId>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(EVENTS_WITH_DUE).await?;
        let found = client.query(&statement, &[&limit]).await?;
        Ok(found.iter().map(|row| EventId(row.get(0))).collect())
    }

    /// Creates an event with all its tickets, in one transaction. With a scope, at most once;
    /// `render` makes the answer to keep from what was created.
    ///
    /// # Errors
    /// When the database can't be asked; nothing was created then, unless the commit's answer was
    /// lost.
    pub async fn create_event(
        &self,
        new: &NewEvent,
        chart: &Chart,
        once: OnceBy<'_>,
        render: impl Fn(&EventRecord) -> serde_json::Value,
    ) -> Result<Once<EventRecord>, StoreError> {
        kept::run(&self.pools, once, |session| create(session, (new, chart), once, &render)).await
    }

    /// Tells the world that the events' history is not continued: everyone gets the whole map
    /// again. Returns how many events there were. For use after restoring a backup in place.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn bump_epoch(&self) -> Result<u64, StoreError> {
        let session = Session::new(self.pools.write().await?);
        // However long a batch or a stranger has one of the rows: nobody waits for this connection.
        session.client().batch_execute("begin; set local lock_timeout = 0").await?;
        let sql = "update events set epoch_salt = (random() * 9e15)::bigint";
        let events = session.client().execute(sql, &[]).await?;
        kept::finish(session, None, || serde_json::Value::Null).await?;
        Ok(events)
    }
}

async fn create(
    session: Session,
    (new, chart): (&NewEvent, &Chart),
    once: OnceBy<'_>,
    render: &impl Fn(&EventRecord) -> serde_json::Value,
) -> Result<Once<EventRecord>, StoreError> {
    let session = match kept::begin(session, once).await? {
        Begun::First(session) => session,
        Begun::Before(earlier) => return Ok(earlier),
    };
    let id = insert_event(session.client(), new, chart).await?;
    let created = event(&session.client().query_one(READ, &[&id]).await?)?;
    kept::finish(session, once.0, || render(&created)).await?;
    Ok(Once::Done(created))
}

async fn insert_event(
    client: &deadpool_postgres::Object,
    new: &NewEvent,
    chart: &Chart,
) -> Result<i64, StoreError> {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let rules = &new.rules;
    let row = client
        .query_one(
            INSERT_EVENT,
            &[
                &chart.id.0,
                &new.name,
                &new.description,
                &new.venue,
                &new.start_time,
                &new.end_time,
                &rules.sales_start,
                &rules.sales_end,
                &new.currency,
                &new.prices,
                &new.layout,
                &number(rules.lock_seconds),
                &number(rules.booking_seconds),
                &number(rules.hold_life_max_seconds),
                &number(rules.max_seats_per_user),
                &rules.cancel_confirmed.name(),
                &rules.orphan_rule.name(),
                &number(chart.layout.seats()),
            ],
        )
        .await?;
    let id: i64 = row.get(0);
    tickets::insert_all(client, EventId(id), &chart.layout, |_| None).await?;
    Ok(id)
}
