//! Bookings and their items: made and changed.

use jiff::Timestamp;

use super::{Step, Writing, args, array_literal, column, signed, version};
use crate::domain::booking::Booking;
use crate::domain::ids::SeatIndex;

const INSERT: &str = "
    insert into bookings (event_id, id, booking_ref, owner_id, user_id, customer_name,
                          customer_email, customer_phone, seat_indexes, prices, status,
                          payment_reference, created_at, expires_at, version)
    select $1, u.id, u.booking_ref, u.owner_id, u.user_id, u.name, u.email, u.phone,
           u.seat_indexes::int[], u.prices::bigint[], u.status, u.payment_reference, u.created_at,
           u.expires_at, $2
    from unnest($3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
                $14::timestamptz[], $15::timestamptz[])
         u (id, booking_ref, owner_id, user_id, name, email, phone, seat_indexes, prices, status,
            payment_reference, created_at, expires_at)";

const UPDATE: &str = "
    update bookings b set status = u.status, payment_reference = u.payment_reference, version = $2,
                          checked_in = u.checked_in::timestamptz[]
    from unnest($3::bigint[], $4::text[], $5::text[], $6::text[])
         u (id, status, payment_reference, checked_in)
    cross join lateral (
        select ctid from bookings where event_id = $1 and id = u.id offset 0 for update) found
    where b.ctid = found.ctid";

// Two statements, the ends first: a seat may pass from one booking to another within a batch.
const END_ITEMS: &str = "
    update booking_items set live = false
    where event_id = $1 and booking_id = any($2::bigint[]) and live";

const PUT_ITEMS: &str = "
    insert into booking_items (event_id, booking_id, seat_index, price, live)
    select $1, u.booking_id, u.seat_index, u.price, u.live
    from unnest($2::bigint[], $3::int[], $4::bigint[], $5::bool[])
         u (booking_id, seat_index, price, live)
    on conflict (event_id, booking_id, seat_index) do update set live = excluded.live
    where booking_items.live <> excluded.live";

/// What writes the batch's bookings and their items.
pub(super) fn put(writing: &Writing<'_>) -> Vec<Step> {
    let (made, changed): (Vec<&Booking>, Vec<&Booking>) = writing
        .decision
        .bookings
        .iter()
        .partition(|booking| writing.decision.made.bookings.contains(&booking.id));
    let mut steps = Vec::new();
    if !made.is_empty() {
        steps.push(insert(writing, &made));
    }
    if !changed.is_empty() {
        steps.push(update(writing, &changed));
    }
    steps.extend(put_items(writing));
    steps
}

fn insert(writing: &Writing<'_>, bookings: &[&Booking]) -> Step {
    let args = args![
        writing.event.0,
        version(writing.decision.version),
        column(bookings, |booking| booking.id.0),
        column(bookings, |booking| booking.reference.clone()),
        column(bookings, |booking| booking.owner.0),
        column(bookings, |booking| booking.user.0),
        column(bookings, |booking| booking.customer.name.clone()),
        column(bookings, |booking| booking.customer.email.clone()),
        column(bookings, |booking| booking.customer.phone.clone()),
        column(bookings, |booking| array_literal(&booking.seats)),
        column(bookings, |booking| array_literal(&booking.prices)),
        column(bookings, |booking| booking.status.name()),
        column(bookings, |booking| booking.payment_reference.clone()),
        column(bookings, |booking| booking.created_at),
        column(bookings, |booking| booking.expires_at),
    ];
    Step { sql: INSERT, args }
}

fn update(writing: &Writing<'_>, bookings: &[&Booking]) -> Step {
    let args = args![
        writing.event.0,
        version(writing.decision.version),
        column(bookings, |booking| booking.id.0),
        column(bookings, |booking| booking.status.name()),
        column(bookings, |booking| booking.payment_reference.clone()),
        column(bookings, |booking| checked_in(booking)),
    ];
    Step { sql: UPDATE, args }
}

fn checked_in(booking: &Booking) -> Option<String> {
    let since = |at: &Option<Timestamp>| at.map_or("null".to_owned(), |at| format!("{at:.6}"));
    let times: Vec<String> = booking.checked_in.iter().map(since).collect();
    (!times.is_empty()).then(|| array_literal(&times))
}

/// The items of bookings that are new, have ended or are alive again.
fn put_items(writing: &Writing<'_>) -> Vec<Step> {
    let relisted = |booking: &&Booking| writing.decision.items.contains(&booking.id);
    let bookings: Vec<&Booking> = writing.decision.bookings.iter().filter(relisted).collect();
    let ended = bookings.iter().filter(|booking| !booking.status.is_live());
    let ended: Vec<i64> = ended.map(|booking| booking.id.0).collect();
    let mut steps = Vec::new();
    if !ended.is_empty() {
        steps.push(Step { sql: END_ITEMS, args: args![writing.event.0, ended] });
    }
    let items: Vec<(&Booking, SeatIndex, i64)> = bookings
        .into_iter()
        .flat_map(|booking| {
            let priced = booking.seats.iter().copied().zip(booking.prices.iter().copied());
            priced.map(move |(seat, price)| (booking, seat, price))
        })
        .collect();
    if !items.is_empty() {
        let args = args![
            writing.event.0,
            column(&items, |(booking, _, _)| booking.id.0),
            column(&items, |(_, seat, _)| signed(*seat)),
            column(&items, |(_, _, price)| *price),
            column(&items, |(booking, _, _)| booking.status.is_live()),
        ];
        steps.push(Step { sql: PUT_ITEMS, args });
    }
    steps
}
