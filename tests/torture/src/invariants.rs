//! What must hold in the database whatever happened. Every query lists what breaks its rule.

use tokio_postgres::{Client, Error};

const RULES: [(&str, &str); 16] = [
    (
        "holds, bookings and items belong to an event, and items to its bookings and seats",
        "select 'hold ' || id from holds h
         where not exists (select from events e where e.id = h.event_id)
         union all
         select 'booking ' || id from bookings b
         where not exists (select from events e where e.id = b.event_id)
         union all
         select 'item ' || event_id || '/' || booking_id || '/' || seat_index from booking_items i
         where not exists (select from bookings b
                           where b.event_id = i.event_id and b.id = i.booking_id)
            or not exists (select from tickets t
                           where t.event_id = i.event_id and t.seat_index = i.seat_index)",
    ),
    (
        "an event's tickets are numbered from 0 without a gap, and belong to an event",
        "select coalesce(e.id, t.event_id)::text
         from events e
         full join (select event_id, count(*) as tickets, min(seat_index) as first,
                           max(seat_index) as last
                    from tickets group by event_id) t on t.event_id = e.id
         where (t.tickets, t.first, t.last) is distinct from
               (e.total_tickets::bigint, 0, e.total_tickets - 1)",
    ),
    (
        "an event's counts equal its tickets",
        "select e.id::text from events e where e.counts <> array(
             select count(t.seat_index)::int from generate_series(0, 4) s
             left join tickets t on t.event_id = e.id and t.status = s group by s order by s)",
    ),
    (
        "no seat is in two active holds",
        "select h.event_id || '/' || seat from holds h, unnest(h.seat_indexes) seat
         where h.status = 'active' group by h.event_id, seat having count(*) > 1",
    ),
    (
        "a locked seat is in the active hold it names, and only such seats are",
        "select coalesce(t.event_id, s.event_id) || '/' || coalesce(t.seat_index, s.seat)
         from (select event_id, seat_index, hold_id from tickets where status = 1) t
         full join (select h.event_id, h.id, seat from holds h, unnest(h.seat_indexes) seat
                    where h.status = 'active') s
           on s.event_id = t.event_id and s.seat = t.seat_index and s.id = t.hold_id
         where t.event_id is null or s.event_id is null",
    ),
    (
        "a booked seat is in the live booking it names, in its state, and only such seats are",
        "select coalesce(t.event_id, s.event_id) || '/' || coalesce(t.seat_index, s.seat)
         from (select event_id, seat_index, booking_id, status from tickets
               where status in (2, 3)) t
         full join (select b.event_id, b.id, seat,
                           case b.status when 'pending' then 2 else 3 end as status
                    from bookings b, unnest(b.seat_indexes) seat
                    where b.status in ('pending', 'confirmed')) s
           on s.event_id = t.event_id and s.seat = t.seat_index and s.id = t.booking_id
              and s.status = t.status
         where t.event_id is null or s.event_id is null",
    ),
    (
        "a booking's items are its seats, live while it is",
        "select b.event_id || '/' || b.id from bookings b
         where not exists (select from events e
                           where e.id = b.event_id and e.chart_since > b.version)
           and (b.seat_indexes is distinct from array(
                   select i.seat_index from booking_items i
                   where i.event_id = b.event_id and i.booking_id = b.id order by i.seat_index)
            or exists (select from booking_items i
                       where i.event_id = b.event_id and i.booking_id = b.id
                         and i.live <> (b.status in ('pending', 'confirmed'))))",
    ),
    (
        "versions in the log have no gap and end at the event's",
        "with logged as (select event_id, version from seat_changes
                         union select event_id, until_version from event_charts)
         select e.id::text from events e where (e.version, e.version) <> (
             select count(*), coalesce(max(version), 0) from logged l where l.event_id = e.id)",
    ),
    (
        "a seat's steps in the log follow from one another",
        "select event_id || '/' || seat_index || '@' || version from (
             select event_id, seat_index, version, from_status,
                    lag(to_status, 1, 0::smallint) over w as before
             from seat_changes
             window w as (partition by event_id, seat_index order by version, ordinal)) steps
         where from_status <> before",
    ),
    (
        "a seat stands where its last step in the log left it",
        "select t.event_id || '/' || t.seat_index from tickets t where t.status <> coalesce(
             (select c.to_status from seat_changes c
              where c.event_id = t.event_id and c.seat_index = t.seat_index
              order by c.version desc, c.ordinal desc limit 1), 0)",
    ),
    (
        "only legal steps are taken",
        "select event_id || '/' || seat_index || '@' || version from seat_changes
         where (from_status, to_status) not in
               ((0,1), (0,4), (0,2), (1,0), (1,2), (2,0), (2,3), (3,0), (4,0))",
    ),
    (
        "nobody has more seats than allowed",
        "select event_id || '/' || user_id from (
             select h.event_id, h.user_id, cardinality(h.seat_indexes) as seats from holds h
             where h.status = 'active'
             union all
             select b.event_id, b.owner_id, cardinality(b.seat_indexes) from bookings b
             where b.status in ('pending', 'confirmed')) had
         join events e on e.id = had.event_id
         group by event_id, user_id, max_seats_per_user having sum(seats) > max_seats_per_user",
    ),
    (
        "a hold gives no right after its time",
        "select 'hold ' || id from holds
         where status in ('booked', 'released') and ended_at > expires_at",
    ),
    (
        "no change is made with a hold or booking that is due left in its event",
        "select 'hold ' || h.id from holds h
         where h.status = 'expired' and exists (
             select from seat_changes c
             where c.event_id = h.event_id and c.at >= h.expires_at and c.version < h.version)
         union all
         select 'booking ' || b.id from bookings b
         where b.status = 'expired' and exists (
             select from seat_changes c
             where c.event_id = b.event_id and c.at >= b.expires_at and c.version < b.version)",
    ),
    (
        // Of what is over, a move to another chart takes the items away.
        "a booking costs what its items do",
        "select b.event_id || '/' || b.id from bookings b
         where (b.status in ('pending', 'confirmed') or exists (
             select from booking_items i
             where i.event_id = b.event_id and i.booking_id = b.id))
         and exists (
             select from unnest(b.seat_indexes, b.prices) s (seat, price)
             full join (select seat_index, price from booking_items i
                 where i.event_id = b.event_id and i.booking_id = b.id) i
             on i.seat_index = s.seat
             where s.price is distinct from i.price)",
    ),
    (
        "no answer that is kept names a version that its event doesn't have",
        "select k.event_id || '/' || k.key from idempotency_keys k
         join events e on e.id = k.event_id
         where k.route = '' and (k.answer ->> 'version')::bigint > e.version",
    ),
];

/// What breaks any of the rules, with the rule's name.
///
/// # Errors
/// When PostgreSQL can't be asked.
pub async fn broken(client: &Client) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    for (rule, sql) in RULES {
        let broken = client.query(sql, &[]).await?;
        let broken: Vec<String> = broken.iter().map(|row| row.get(0)).collect();
        if !broken.is_empty() {
            all.push(format!("not so: {rule}: {broken:?}"));
        }
    }
    Ok(all)
}
