//! The steps of a move under the event's lock: tickets, holds, bookings and their items, the log and
//! the event itself. Called by `moves` only, which has made sure that no taken seat is lost.

use std::collections::HashMap;

use deadpool_postgres::Object;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::Move;
use super::placed::{Renamed, Renumbered, columns, cuts_a_table};
use crate::domain::ids::{BookingId, EventId, SeatIndex, Version};
use crate::domain::layout::Layout;
use crate::domain::seat::{Seat, SeatStatus};
use crate::store::error::StoreError;
use crate::store::{events, tickets};

type Args<'a, const N: usize> = [&'a (dyn ToSql + Sync); N];

// Items refer to tickets; those of what is over and not moved are not made again.
const DELETE_ITEMS: &str = "delete from booking_items where event_id = $1";
const DELETE_TICKETS: &str = "delete from tickets where event_id = $1";

const HOLDS: &str = "
    select id, seat_indexes, prices from holds where event_id = $1 and status = 'active'";

const MOVE_HOLDS: &str = "
    update holds h set
        seat_indexes = u.seats::int[], prices = u.prices::bigint[], version = $2
    from unnest($3::uuid[], $4::text[], $5::text[]) u (id, seats, prices)
    where h.event_id = $1 and h.id = u.id";

// Those that may come back to life as well.
const BOOKINGS: &str = "
    select id, seat_indexes, prices, status <> 'expired' from bookings
    where event_id = $1 and status <> 'cancelled' and version >= $2";

// Who is in stays parallel to the seats: each comes with its place in the list before.
const MOVE_BOOKINGS: &str = "
    update bookings b set
        seat_indexes = u.seats::int[], prices = u.prices::bigint[], version = $2,
        checked_in = case when b.checked_in is not null then (
            select array_agg(b.checked_in[place] order by ordinal)
            from unnest(u.places::int[]) with ordinality p (place, ordinal)) end
    from unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) u (id, seats, prices, places)
    where b.event_id = $1 and b.id = u.id";

const INSERT_ITEMS: &str = "
    insert into booking_items (event_id, booking_id, seat_index, price, live)
    select $1, u.booking_id, u.seat_index, u.price, u.live
    from unnest($2::bigint[], $3::int[], $4::bigint[], $5::bool[])
         u (booking_id, seat_index, price, live)";

const LOG: &str = "
    insert into seat_changes (event_id, version, ordinal, seat_index, from_status, to_status,
                              cause, actor_id, request_id, booking_id, batch_id, at)
    select $1, $2, u.ordinal - 1, u.seat_index, u.from_status, u.to_status, 'chart', $3, $4,
           u.booking_id, $5, statement_timestamp()
    from unnest($6::int[], $7::smallint[], $8::smallint[], $9::bigint[])
         with ordinality u (seat_index, from_status, to_status, booking_id, ordinal)";

const KEEP_FORMER: &str = "
    insert into event_charts (event_id, until_version, chart_id, actor_id, request_id, batch_id, at)
    values ($1, $2, $3, $4, $5, $6, clock_timestamp())";

// Statuses go by another numbering from here on: no history that clients know is continued.
const MOVE_EVENT: &str = "
    update events set chart_id = $2, chart_since = $3, version = $3, prices = $4, layout = $5,
                      total_tickets = $6, counts = $7,
                      epoch_salt = (random() * 9e15)::bigint
    where id = $1";

/// A move under way.
pub(super) struct Step<'a> {
    pub(super) client: &'a Object,
    pub(super) event: EventId,
    pub(super) version: i64,
    pub(super) batch: Uuid,
}

impl Step<'_> {
    pub(super) async fn replace_tickets(
        &self,
        layout: &Layout,
        seats: &Renumbered<'_>,
    ) -> Result<(), StoreError> {
        for sql in [DELETE_ITEMS, DELETE_TICKETS] {
            self.client.execute(sql, &[&self.event.0]).await?;
        }
        let by_place: HashMap<SeatIndex, &Seat> = seats
            .taken
            .iter()
            .filter_map(|seat| Some(((seats.place)(seat.index)?, seat)))
            .collect();
        let taken = |index: SeatIndex| by_place.get(&index).copied();
        tickets::insert_all(self.client, self.event, layout, taken).await
    }

    pub(super) async fn move_holds(&self, seats: &Renumbered<'_>) -> Result<(), StoreError> {
        let mut moved = Vec::new();
        for row in self.client.query(HOLDS, &[&self.event.0]).await? {
            let known = seats.seats_in(&row)?.ok_or_else(|| lost("hold"))?;
            moved.push(Renamed { id: row.get::<_, Uuid>(0), seats: known, live: true });
        }
        let ids: Vec<Uuid> = moved.iter().map(|hold| hold.id).collect();
        let (seats, prices) = columns(&moved);
        let args: Args<'_, 5> = [&self.event.0, &self.version, &ids, &seats, &prices];
        self.client.execute(MOVE_HOLDS, &args).await?;
        Ok(())
    }

    /// Bookings, with their items. One that has expired stays by the chart before, and can't be
    /// confirmed any more, when the new one lacks some of its seats or has them at a table sold whole
    /// of which it would have a part.
    pub(super) async fn move_bookings(
        &self,
        seats: &Renumbered<'_>,
        layout: &Layout,
        since: Version,
    ) -> Result<(), StoreError> {
        let mut moved = Vec::new();
        for row in self.client.query(BOOKINGS, &[&self.event.0, &signed(since)]).await? {
            let live: bool = row.get(3);
            match seats.seats_in(&row)? {
                Some(seats) if !live && cuts_a_table(layout, &seats) => {}
                Some(seats) => {
                    moved.push(Renamed { id: BookingId(row.get(0)), seats, live });
                }
                None if live => return Err(lost("booking")),
                None => {}
            }
        }
        let ids: Vec<i64> = moved.iter().map(|booking| booking.id.0).collect();
        let (seats, prices) = columns(&moved);
        let before: Vec<String> = moved.iter().map(Renamed::places_before).collect();
        let args: Args<'_, 6> = [&self.event.0, &self.version, &ids, &seats, &prices, &before];
        self.client.execute(MOVE_BOOKINGS, &args).await?;
        let items = || moved.iter().flat_map(|of| of.seats.iter().map(move |placed| (of, placed)));
        let ids: Vec<i64> = items().map(|(booking, _)| booking.id.0).collect();
        let seats: Vec<i32> = items().map(|(_, placed)| index(placed.seat)).collect();
        let prices: Vec<i64> = items().map(|(_, placed)| placed.price).collect();
        let live: Vec<bool> = items().map(|(booking, _)| booking.live).collect();
        let args: Args<'_, 5> = [&self.event.0, &ids, &seats, &prices, &live];
        self.client.execute(INSERT_ITEMS, &args).await?;
        Ok(())
    }

    /// Logs that taken seats were given back in the old chart and taken in the new one.
    pub(super) async fn log(
        &self,
        wanted: &Move<'_>,
        seats: &Renumbered<'_>,
    ) -> Result<(), StoreError> {
        let back = |seat: &Seat| (seat.index, seat.status, SeatStatus::Available, seat.booking);
        let taken = seats.taken.iter().flat_map(|seat| {
            let place = (seats.place)(seat.index);
            let steps: &[(SeatStatus, SeatStatus)] = match seat.status {
                SeatStatus::Available => &[],
                SeatStatus::Locked => &[(SeatStatus::Available, SeatStatus::Locked)],
                SeatStatus::Reserved => &[(SeatStatus::Available, SeatStatus::Reserved)],
                SeatStatus::Sold => &[
                    (SeatStatus::Available, SeatStatus::Reserved),
                    (SeatStatus::Reserved, SeatStatus::Sold),
                ],
                SeatStatus::Blocked => &[(SeatStatus::Available, SeatStatus::Blocked)],
            };
            steps.iter().filter_map(move |(from, to)| Some((place?, *from, *to, seat.booking)))
        });
        let steps: Vec<_> = seats.taken.iter().map(back).chain(taken).collect();
        let code = |status: SeatStatus| i16::from(status.code());
        let indexes: Vec<i32> = steps.iter().map(|(seat, ..)| index(*seat)).collect();
        let from: Vec<i16> = steps.iter().map(|(_, from, ..)| code(*from)).collect();
        let to: Vec<i16> = steps.iter().map(|(_, _, to, _)| code(*to)).collect();
        let bookings: Vec<Option<i64>> =
            steps.iter().map(|(.., booking)| booking.map(|booking| booking.0)).collect();
        let (actor, request) = (wanted.actor.map(|actor| actor.0), wanted.request_id);
        let args: Args<'_, 9> = [
            &self.event.0,
            &self.version,
            &actor,
            &request,
            &self.batch,
            &indexes,
            &from,
            &to,
            &bookings,
        ];
        self.client.execute(LOG, &args).await?;
        let args: Args<'_, 6> =
            [&self.event.0, &self.version, &wanted.from.id.0, &actor, &request, &self.batch];
        self.client.execute(KEEP_FORMER, &args).await?;
        Ok(())
    }

    pub(super) async fn move_event(
        &self,
        wanted: &Move<'_>,
        taken: usize,
    ) -> Result<(), StoreError> {
        let before = events::event(&self.client.query_one(events::READ, &[&self.event.0]).await?)?;
        let total = wanted.to.layout.seats();
        let mut counts: Vec<i32> = before.counts.0.iter().map(|count| index(*count)).collect();
        counts[0] = index(total) - i32::try_from(taken).unwrap_or(i32::MAX);
        let total = index(total);
        let args: Args<'_, 7> = [
            &self.event.0,
            &wanted.to.id.0,
            &self.version,
            &wanted.prices,
            &wanted.layout,
            &total,
            &counts,
        ];
        self.client.execute(MOVE_EVENT, &args).await?;
        Ok(())
    }
}

fn lost(thing: &str) -> StoreError {
    StoreError::Corrupt(format!("a {thing} has seats that nobody has"))
}

/// Versions fit the database's signed integers.
pub(super) fn signed(version: Version) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// Seats and their counts end at 200,000.
fn index(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
