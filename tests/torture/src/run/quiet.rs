//! What is left at rest: tables, the change log, and what nodes say of them.

use std::collections::HashMap;
use std::time::Duration;

use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::since::Since;
use tokio::time::{Instant, sleep};
use tokio_postgres::{Client, Error};

use crate::history::{Created, Creation, Log, LogLine, Rest, RestBooking, RestHold, Status, woven};

/// How long whatever is due may take to end.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// An event as its tables show it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Truth {
    pub(super) at: Since,
    pub(super) map: Vec<SeatStatus>,
}

/// Waits until no hold and no booking is left to run out. Answers what is.
pub(super) async fn settled(client: &Client) -> Result<Vec<String>, Error> {
    let sql = "select 'hold ' || id || ' until ' || expires_at from holds where status = 'active'
               union all
               select 'booking ' || id || ' until ' || expires_at from bookings
               where status = 'pending'";
    let begun = Instant::now();
    loop {
        let left = client.query(sql, &[]).await?;
        let left: Vec<String> = left.iter().map(|row| row.get(0)).collect();
        if left.is_empty() || begun.elapsed() > PATIENCE {
            return Ok(left.iter().map(|what| format!("outlives its time: {what}")).collect());
        }
        sleep(POLL).await;
    }
}

pub(super) async fn truth(client: &Client, event: i64) -> Result<Truth, Error> {
    let sql = "select e.version, event_epoch(e.epoch_salt),
                      array(select t.status from tickets t
                            where t.event_id = e.id order by t.seat_index)
               from events e where e.id = $1";
    let row = client.query_one(sql, &[&event]).await?;
    let codes: Vec<i16> = row.get(2);
    let version = row.get::<_, i64>(0).unsigned_abs();
    let map = codes.into_iter().map(seat_status).collect();
    Ok(Truth { at: Since { epoch: row.get(1), version }, map })
}

/// The whole change log of an event, with the door's in it.
pub(super) async fn log(client: &Client, event: i64, version: u64) -> Result<Log, Error> {
    let seats = "select version, seat_index, from_status, to_status, cause, actor_id, request_id,
                        (extract(epoch from at) * 1e6)::bigint, booking_id
                 from seat_changes where event_id = $1 order by version, ordinal";
    // Whoever passes the door has a seat that is sold, and leaves it so.
    let door = "select version, seat_index, 3::smallint, 3::smallint, 'check_' || way, actor_id,
                       request_id, (extract(epoch from at) * 1e6)::bigint, booking_id
                from check_ins where event_id = $1 order by id";
    let status = |code: i16| {
        let name = seat_status(code).name();
        Status::of_name(name).expect("a status of the contract")
    };
    let (seats, door) =
        (client.query(seats, &[&event]).await?, client.query(door, &[&event]).await?);
    let line = |row: &tokio_postgres::Row| LogLine {
        version: row.get::<_, i64>(0).unsigned_abs(),
        seat: row.get::<_, i32>(1).unsigned_abs(),
        from: status(row.get(2)),
        to: status(row.get(3)),
        cause: row.get(4),
        actor: row.get(5),
        request_id: row.get(6),
        at: row.get(7),
    };
    let lines = seats.iter().map(|row| (row.get(8), line(row))).collect();
    let door = door.iter().map(|row| (row.get(8), line(row))).collect();
    Ok(Log { event, version, lines: woven(lines, door) })
}

/// An event's holds and bookings.
pub(super) async fn rest(client: &Client, event: i64) -> Result<Rest, Error> {
    let holds = "select id, user_id, seat_indexes, status,
                        (select sum(price) from unnest(prices) price)::bigint,
                        (extract(epoch from created_at) * 1e6)::bigint,
                        (extract(epoch from expires_at) * 1e6)::bigint
                 from holds where event_id = $1 order by created_at, id";
    let bookings = "select id, owner_id, seat_indexes, status,
                           (select sum(price) from unnest(prices) price)::bigint,
                           (extract(epoch from created_at) * 1e6)::bigint,
                           (extract(epoch from expires_at) * 1e6)::bigint,
                           booking_ref, user_id, payment_reference
                    from bookings where event_id = $1 order by id";
    let seats = |row: &tokio_postgres::Row| {
        row.get::<_, Vec<i32>>(2).into_iter().map(i32::unsigned_abs).collect()
    };
    let hold = |row: &tokio_postgres::Row| RestHold {
        id: row.get(0),
        owner: row.get(1),
        seats: seats(row),
        status: row.get(3),
        price: row.get(4),
        created_at: row.get(5),
        expires_at: row.get(6),
    };
    let booking = |row: &tokio_postgres::Row| RestBooking {
        id: row.get(0),
        owner: row.get(1),
        seats: seats(row),
        status: row.get(3),
        price: row.get(4),
        created_at: row.get(5),
        expires_at: row.get(6),
        booking_ref: row.get(7),
        user: row.get(8),
        reference: row.get(9),
    };
    let holds = client.query(holds, &[&event]).await?.iter().map(hold).collect();
    let bookings = client.query(bookings, &[&event]).await?.iter().map(booking).collect();
    Ok(Rest { event, holds, bookings })
}

/// All events but these, and all customer records.
pub(super) async fn created(client: &Client, but: &[i64]) -> Result<Vec<Created>, Error> {
    let events = "select id, name, total_tickets from events where id <> all($1) order by id";
    let users = "select id, name, 0 from users where origin = 'record' order by id";
    let created = |what: Creation| {
        move |row: &tokio_postgres::Row| {
            let seats = row.get::<_, i32>(2).unsigned_abs();
            Created { what, id: row.get(0), name: row.get(1), seats }
        }
    };
    let events = client.query(events, &[&but]).await?;
    let users = client.query(users, &[]).await?;
    let events = events.iter().map(created(Creation::Event));
    Ok(events.chain(users.iter().map(created(Creation::User))).collect())
}

/// The users behind sessions and tokens.
pub(super) async fn users(client: &Client) -> Result<HashMap<String, i64>, Error> {
    let sql = "select subject, id from users where origin in ('session', 'token')";
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

fn seat_status(code: i16) -> SeatStatus {
    u8::try_from(code).ok().and_then(SeatStatus::from_code).expect("a status")
}
