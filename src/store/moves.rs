//! Moving an event to another chart: its seats are numbered anew, and whoever has one keeps it by
//! its label. One transaction under the event's lock, like a batch of the write path; it never
//! drops a seat that somebody has.

mod placed;
mod step;

use deadpool_postgres::Object;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::Store;
use super::announcement::{CHANNEL, encode_renewal};
use super::beside::{self, Lane};
use super::charts::Chart;
use super::error::StoreError;
use super::events::{self, EventRecord};
use super::pool::Session;
use super::rows;
use crate::domain::ids::{SeatIndex, UserId};
use crate::domain::seat::{Seat, SeatStatus};
use placed::Renumbered;
use step::Step;

/// How many seats in the way are named at most.
const NAMED_MAX: usize = 1_000;

/// A move goes over all that an event has: its statements are planned for how much that is, unlike
/// the write path's, whose connections it has.
const BEGIN: &str = "begin; set local plan_cache_mode to default; \
     set local enable_hashjoin to default; set local enable_mergejoin to default; \
     set local enable_seqscan to default; set local enable_bitmapscan to default; \
     set local enable_material to default; set local jit to default";

/// Which event is to move where, as found before it was locked.
#[derive(Debug)]
pub struct Move<'a> {
    /// The event.
    pub event: &'a EventRecord,
    /// Its chart.
    pub from: &'a Chart,
    /// The chart to move to.
    pub to: &'a Chart,
    /// Minor units by its category index.
    pub prices: Vec<i64>,
    /// Digest of its geometry and the prices.
    pub layout: String,
    /// Who moves it.
    pub actor: Option<UserId>,
    /// The request that does.
    pub request_id: &'a str,
}

/// What came of it.
#[derive(Debug)]
pub enum Moved {
    /// It has the chart; so it stands now.
    Done(Box<EventRecord>),
    /// Seats that aren't available are missing in the chart. Nothing happened.
    SeatsMissing {
        /// The first of them by label, with their states.
        seats: Vec<(String, SeatStatus)>,
        /// How many there are.
        total: usize,
    },
    /// A table that is sold whole in the chart would be shared, or held in part. Nothing happened.
    TablesParted {
        /// The first of the seats that somebody has there, by their label, with their states.
        seats: Vec<(String, SeatStatus)>,
        /// How many there are.
        total: usize,
    },
    /// Chart or prices are others than were found before. Nothing happened.
    Overtaken,
    /// There is no such event.
    NoSuchEvent,
}

const LOCK: &str = "
    select layout, version from events where id = $1 for no key update";

const TAKEN: &str = "
    select seat_index, category, status, hold_id, booking_id
    from tickets where event_id = $1 and status <> 0 order by seat_index";

impl Store {
    /// Moves an event, if every seat that isn't available has its label in the chart.
    ///
    /// # Errors
    /// When the database can't be asked in time; nothing happened then, unless the commit's answer
    /// was lost.
    pub async fn move_event(
        &self,
        wanted: &Move<'_>,
        deadline: Instant,
    ) -> Result<Moved, StoreError> {
        let lane = Lane::Event(wanted.event.id);
        let attempt = |session| attempt(session, wanted, deadline);
        beside::run(&self.pools, (Some(lane), deadline), attempt).await
    }
}

async fn attempt(
    session: Session,
    wanted: &Move<'_>,
    deadline: Instant,
) -> Result<Moved, StoreError> {
    let written = match timeout_at(deadline, write(session.client(), wanted)).await {
        Ok(Ok(written)) => written,
        Ok(Err(error)) => return Err(session.give_up(error).await),
        Err(_) => {
            session.cancel().await;
            return Err(StoreError::TimedOut);
        }
    };
    if !matches!(written, Moved::Done(_)) {
        session.client().batch_execute("rollback").await?;
        session.release();
        return Ok(written);
    }
    let committed = timeout_at(deadline, session.client().batch_execute("commit")).await;
    committed.map_err(|_| StoreError::CommitLost)?.map_err(StoreError::of_commit)?;
    session.release();
    Ok(written)
}

/// Does all but commit.
async fn write(client: &Object, wanted: &Move<'_>) -> Result<Moved, StoreError> {
    let event = wanted.event.id;
    client.batch_execute(BEGIN).await?;
    let Some(locked) = client.query_opt(LOCK, &[&event.0]).await? else {
        return Ok(Moved::NoSuchEvent);
    };
    // The digest names geometry and prices: while it is the same, so are they.
    if locked.get::<_, &str>(0) != wanted.event.layout {
        return Ok(Moved::Overtaken);
    }
    let taken = client.query(TAKEN, &[&event.0]).await?;
    let taken: Vec<Seat> = taken.iter().map(rows::seat).collect::<Result<_, _>>()?;
    let place = |seat: SeatIndex| wanted.to.index.get(&wanted.from.layout.seat_no(seat));
    let missing: Vec<&Seat> = taken.iter().filter(|seat| place(seat.index).is_none()).collect();
    let named = |seats: &[&Seat]| {
        let name = |seat: &&Seat| (wanted.from.layout.seat_no(seat.index), seat.status);
        seats.iter().take(NAMED_MAX).map(name).collect()
    };
    if !missing.is_empty() {
        return Ok(Moved::SeatsMissing { seats: named(&missing), total: missing.len() });
    }
    let seats = Renumbered { taken: &taken, place: &place };
    let parted = seats.parting_tables(&wanted.to.layout);
    if !parted.is_empty() {
        return Ok(Moved::TablesParted { seats: named(&parted), total: parted.len() });
    }
    let version = rows::version(&locked, 1)? + 1;
    let step = Step { client, event, version: step::signed(version), batch: Uuid::new_v4() };
    step.replace_tickets(&wanted.to.layout, &seats).await?;
    step.move_holds(&seats).await?;
    step.move_bookings(&seats, &wanted.to.layout, wanted.event.chart_since).await?;
    step.log(wanted, &seats).await?;
    step.move_event(wanted, taken.len()).await?;
    let payload = encode_renewal(event, version);
    client.execute("select pg_notify($1, $2)", &[&CHANNEL, &payload]).await?;
    let moved = events::event(&client.query_one(events::READ, &[&event.0]).await?)?;
    Ok(Moved::Done(Box::new(moved)))
}
