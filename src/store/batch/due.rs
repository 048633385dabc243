//! What has run out: the holds and bookings a batch has to end before it decides anything, and
//! their seats. Read by `read` once the event is locked and something is known to be due.

use deadpool_postgres::Object;
use jiff::Timestamp;
use tokio_postgres::Row;

use super::DUE_MAX;
use super::read::Args;
use crate::domain::ids::EventId;
use crate::store::error::StoreError;

const DUE_HOLDS: &str = "
    select id, user_id, seat_indexes, prices, status, created_at, expires_at
    from holds where event_id = $1 and status = 'active' and expires_at <= $2
    order by expires_at, id limit $3";

const DUE_BOOKINGS: &str = "
    select id, booking_ref, owner_id, user_id, customer_name, customer_email, customer_phone,
           seat_indexes, prices, status, payment_reference, created_at, expires_at, checked_in,
           version
    from bookings where event_id = $1 and status = 'pending' and expires_at <= $2
    order by expires_at, id limit $3";

const LOCK_DUE_TICKETS: &str = "
    select t.seat_index, t.category, t.status, t.hold_id, t.booking_id
    from (
        select unnest(seat_indexes) as seat from (
            select seat_indexes from holds
            where event_id = $1 and status = 'active' and expires_at <= $2
            order by expires_at, id limit $3) due_holds
        union
        select unnest(seat_indexes) from (
            select seat_indexes from bookings
            where event_id = $1 and status = 'pending' and expires_at <= $2
            order by expires_at, id limit $3) due_bookings
        order by seat) wanted
    cross join lateral (
        select * from tickets where event_id = $1 and seat_index = wanted.seat for update) t";

/// The rows of what is due.
pub(super) struct Due {
    pub(super) holds: Vec<Row>,
    pub(super) bookings: Vec<Row>,
    pub(super) tickets: Vec<Row>,
}

impl Due {
    /// Whether there may be more than was read.
    pub(super) fn is_cut(&self) -> bool {
        self.holds.len() >= DUE_MAX || self.bookings.len() >= DUE_MAX
    }
}

/// Reads what is due at `now` and locks its seats, in one flush.
pub(super) async fn read(
    client: &Object,
    event: EventId,
    now: Timestamp,
) -> Result<Due, StoreError> {
    let holds = client.prepare_cached(DUE_HOLDS).await?;
    let bookings = client.prepare_cached(DUE_BOOKINGS).await?;
    let tickets = client.prepare_cached(LOCK_DUE_TICKETS).await?;
    let limit = i64::try_from(DUE_MAX).unwrap_or(i64::MAX);
    let args: Args<'_, 3> = [&event.0, &now, &limit];
    let (holds, bookings, tickets) = tokio::join!(
        biased;
        client.query(&holds, &args),
        client.query(&bookings, &args),
        client.query(&tickets, &args),
    );
    Ok(Due { holds: holds?, bookings: bookings?, tickets: tickets? })
}
