//! One transaction per request, always in the same order: the event's row, the tickets, the checks,
//! the changes, the counter and version on the event's row, the notification, the commit.

use deadpool_postgres::{Object, Transaction};
use jiff::Timestamp;
use seatmap::domain::seat::SeatStatus;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::database::{CHANNEL, write};
use super::failure::Failure;
use super::rest::in_seconds;

const AVAILABLE: i16 = 0;
const LOCKED: i16 = 1;
const RESERVED: i16 = 2;
const SOLD: i16 = 3;

/// A hold as taken.
pub(super) struct Held {
    pub(super) id: Uuid,
    pub(super) seats: Vec<String>,
    pub(super) price: String,
    pub(super) expires_at: Timestamp,
    pub(super) version: i64,
}

/// A booking as made or confirmed.
pub(super) struct Booked {
    pub(super) id: i64,
    pub(super) reference: String,
    pub(super) event: i64,
    pub(super) seats: Vec<(i32, String)>,
    pub(super) price: String,
    pub(super) status: &'static str,
    pub(super) payment_reference: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) version: i64,
}

pub(super) async fn create_event(
    client: &mut Object,
    [name, venue, price]: &[&String; 3],
    seats: i32,
) -> Result<i64, Failure> {
    let tx = client.transaction().await?;
    let insert = "insert into events (name, venue, price, total_tickets, available_tickets)
                  values ($1, $2, $3, $4, $4) returning id";
    let id: i64 = one(&tx, insert, &[name, venue, price, &seats]).await?.get(0);
    let tickets = "insert into tickets (event_id, seat_index, seat_no)
                   select $1, n - 1, 'S' || lpad(n::text, greatest(3, length(n::text)), '0')
                   from generate_series(1, $2::int) n";
    execute(&tx, tickets, &[&id, &seats]).await?;
    tx.commit().await?;
    // Else statements are planned by what there was before, until PostgreSQL counts by itself.
    client.batch_execute("analyze tickets").await?;
    Ok(id)
}

pub(super) async fn hold(
    client: &mut Object,
    event: i64,
    caller: &str,
    seats: Vec<String>,
) -> Result<Held, Failure> {
    let tx = client.transaction().await?;
    let row = lock_event(&tx, event).await?;
    let (price, lock_seconds): (String, i32) = (row.get(0), row.get(1));
    let lock_tickets = "select seat_index, seat_no, status, held_until < now() from tickets
                        where event_id = $1 and seat_no = any($2) order by seat_index for update";
    let tickets = query(&tx, lock_tickets, &[&event, &seats]).await?;
    if tickets.len() != seats.len() {
        return Err(Failure::NotFound);
    }
    let is_free = |row: &Row| match row.get(2) {
        AVAILABLE => true,
        LOCKED => row.get::<_, Option<bool>>(3) == Some(true),
        _ => false,
    };
    if !tickets.iter().all(is_free) {
        return Err(Failure::Conflict("seats_unavailable"));
    }
    let newly_taken = tickets.iter().filter(|row| row.get::<_, i16>(2) == AVAILABLE).count();
    let id = Uuid::new_v4();
    let expires_at = in_seconds(lock_seconds);
    let indexes: Vec<i32> = tickets.iter().map(|row| row.get(0)).collect();
    let insert = "insert into holds (id, event_id, caller, seats, expires_at)
                  values ($1, $2, $3, $4, $5)";
    execute(&tx, insert, &[&id, &event, &caller, &indexes, &expires_at]).await?;
    let take = "update tickets set status = 1, hold_id = $3, caller = $4, held_until = $5
                where event_id = $1 and seat_index = any($2)";
    execute(&tx, take, &[&event, &indexes, &id, &caller, &expires_at]).await?;
    let version = count(&tx, event, -(newly_taken as i32)).await?;
    notify(&tx, event, version, SeatStatus::Locked, &indexes).await?;
    tx.commit().await?;
    let seats = tickets.iter().map(|row| row.get(1)).collect();
    Ok(Held { id, seats, price, expires_at, version })
}

pub(super) async fn unlock(
    client: &mut Object,
    event: i64,
    caller: &str,
    seat_no: &str,
) -> Result<i64, Failure> {
    let tx = client.transaction().await?;
    lock_event(&tx, event).await?;
    let lock_ticket = "select t.seat_index, t.status, t.caller, t.hold_id, h.seats
                       from tickets t left join holds h on h.id = t.hold_id
                       where t.event_id = $1 and t.seat_no = $2 for update of t";
    let ticket = query(&tx, lock_ticket, &[&event, &seat_no]).await?.pop();
    let ticket = ticket.ok_or(Failure::NotFound)?;
    if ticket.get::<_, i16>(1) != LOCKED {
        return Err(Failure::Conflict("not_locked"));
    }
    if ticket.get::<_, Option<&str>>(2) != Some(caller) {
        return Err(Failure::Forbidden);
    }
    let (index, hold): (i32, Option<Uuid>) = (ticket.get(0), ticket.get(3));
    let held: Option<Vec<i32>> = ticket.get(4);
    let free = "update tickets set status = 0, hold_id = null, caller = null, held_until = null
                where event_id = $1 and seat_index = $2";
    execute(&tx, free, &[&event, &index]).await?;
    // Released when the last of its seats has gone back.
    let release = "update holds set status = 'released' where id = $2 and not exists
                   (select from tickets where event_id = $1 and seat_index = any($3)
                    and hold_id = $2 and status = 1)";
    execute(&tx, release, &[&event, &hold, &held]).await?;
    let version = count(&tx, event, 1).await?;
    notify(&tx, event, version, SeatStatus::Available, &[index]).await?;
    tx.commit().await?;
    Ok(version)
}

pub(super) async fn book(
    client: &mut Object,
    event: i64,
    caller: &str,
    hold: Uuid,
) -> Result<Booked, Failure> {
    let tx = client.transaction().await?;
    let row = lock_event(&tx, event).await?;
    let (price, booking_seconds): (String, i32) = (row.get(0), row.get(2));
    let lock_hold = "select caller, status, expires_at > now(), seats from holds
                     where id = $1 and event_id = $2 for update";
    let found = query(&tx, lock_hold, &[&hold, &event]).await?.pop().ok_or(Failure::NotFound)?;
    if found.get::<_, &str>(0) != caller {
        return Err(Failure::Forbidden);
    }
    if found.get::<_, &str>(1) != "active" || !found.get::<_, bool>(2) {
        return Err(Failure::Conflict("hold_expired"));
    }
    let lock_tickets = "select seat_index, seat_no from tickets
                        where event_id = $1 and seat_index = any($3)
                        and hold_id = $2 and status = 1 order by seat_index for update";
    let held: Vec<i32> = found.get(3);
    let seats = numbered(&query(&tx, lock_tickets, &[&event, &hold, &held]).await?);
    if seats.is_empty() {
        return Err(Failure::Conflict("nothing_locked"));
    }
    let expires_at = in_seconds(booking_seconds);
    let reference = format!("TB-{}", Uuid::new_v4().simple());
    let insert = "insert into bookings (booking_ref, event_id, hold_id, caller, seats, expires_at)
                  values ($1, $2, $3, $4, $5, $6) returning id, created_at";
    let indexes: Vec<i32> = seats.iter().map(|(index, _)| *index).collect();
    let with: Parameters<'_> = &[&reference, &event, &hold, &caller, &indexes, &expires_at];
    let made = one(&tx, insert, with).await?;
    let (id, created_at): (i64, Timestamp) = (made.get(0), made.get(1));
    execute(&tx, "update holds set status = 'booked' where id = $1", &[&hold]).await?;
    let version = move_seats(&tx, event, &seats, (RESERVED, id)).await?;
    tx.commit().await?;
    let (status, payment_reference) = ("pending", None);
    Ok(Booked {
        id,
        reference,
        event,
        seats,
        price,
        status,
        payment_reference,
        created_at,
        expires_at,
        version,
    })
}

pub(super) async fn confirm(
    client: &mut Object,
    id: i64,
    caller: &str,
    payment_reference: Option<String>,
) -> Result<Booked, Failure> {
    let tx = client.transaction().await?;
    // The event first, as everywhere: one order of locks, no deadlock.
    let event_of = "select event_id from bookings where id = $1";
    let event: i64 = query(&tx, event_of, &[&id]).await?.pop().ok_or(Failure::NotFound)?.get(0);
    let price: String = lock_event(&tx, event).await?.get(0);
    let lock_booking = "select caller, status, expires_at > now(), booking_ref, created_at,
                               expires_at, seats
                        from bookings where id = $1 for update";
    let found = one(&tx, lock_booking, &[&id]).await?;
    if found.get::<_, &str>(0) != caller {
        return Err(Failure::Forbidden);
    }
    if found.get::<_, &str>(1) != "pending" {
        return Err(Failure::Conflict("already_confirmed"));
    }
    if !found.get::<_, bool>(2) {
        return Err(Failure::Conflict("booking_expired"));
    }
    let lock_tickets = "select seat_index, seat_no from tickets
                        where event_id = $1 and seat_index = any($3)
                        and booking_id = $2 order by seat_index for update";
    let booked: Vec<i32> = found.get(6);
    let seats = numbered(&query(&tx, lock_tickets, &[&event, &id, &booked]).await?);
    let confirm = "update bookings set status = 'confirmed', payment_reference = $2 where id = $1";
    execute(&tx, confirm, &[&id, &payment_reference]).await?;
    let version = move_seats(&tx, event, &seats, (SOLD, id)).await?;
    tx.commit().await?;
    let (reference, created_at, expires_at) = (found.get(3), found.get(4), found.get(5));
    let status = "confirmed";
    Ok(Booked {
        id,
        reference,
        event,
        seats,
        price,
        status,
        payment_reference,
        created_at,
        expires_at,
        version,
    })
}

async fn lock_event(tx: &Transaction<'_>, event: i64) -> Result<Row, Failure> {
    let lock = "select price, lock_seconds, booking_seconds from events where id = $1 for update";
    query(tx, lock, &[&event]).await?.pop().ok_or(Failure::NotFound)
}

/// Gives a booking's seats their new status, and the event its new version.
async fn move_seats(
    tx: &Transaction<'_>,
    event: i64,
    seats: &[(i32, String)],
    (code, booking): (i16, i64),
) -> Result<i64, Failure> {
    let indexes: Vec<i32> = seats.iter().map(|(index, _)| *index).collect();
    let take = "update tickets set status = $3, booking_id = $4
                where event_id = $1 and seat_index = any($2)";
    execute(tx, take, &[&event, &indexes, &code, &booking]).await?;
    let version = count(tx, event, 0).await?;
    let status = if code == SOLD { SeatStatus::Sold } else { SeatStatus::Reserved };
    notify(tx, event, version, status, &indexes).await?;
    Ok(version)
}

/// Moves the counter and answers the next version.
async fn count(tx: &Transaction<'_>, event: i64, freed: i32) -> Result<i64, Failure> {
    let update =
        "update events set available_tickets = available_tickets + $2, version = version + 1
                  where id = $1 returning version";
    Ok(one(tx, update, &[&event, &freed]).await?.get(0))
}

async fn notify(
    tx: &Transaction<'_>,
    event: i64,
    version: i64,
    status: SeatStatus,
    seats: &[i32],
) -> Result<(), Failure> {
    let payload = write(event, version, status, seats);
    query(tx, "select pg_notify($1, $2)", &[&CHANNEL, &payload]).await.map(drop)
}

fn numbered(rows: &[Row]) -> Vec<(i32, String)> {
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

async fn query(tx: &Transaction<'_>, sql: &str, with: Parameters<'_>) -> Result<Vec<Row>, Failure> {
    let statement = tx.prepare_cached(sql).await?;
    Ok(tx.query(&statement, with).await?)
}

async fn one(tx: &Transaction<'_>, sql: &str, with: Parameters<'_>) -> Result<Row, Failure> {
    let statement = tx.prepare_cached(sql).await?;
    Ok(tx.query_one(&statement, with).await?)
}

async fn execute(tx: &Transaction<'_>, sql: &str, with: Parameters<'_>) -> Result<u64, Failure> {
    let statement = tx.prepare_cached(sql).await?;
    Ok(tx.execute(&statement, with).await?)
}
