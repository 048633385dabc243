//! The log of the door.

use super::{Step, Writing, args, column, signed};

const PASSED: &str = "
    insert into check_ins (event_id, booking_id, seat_index, way, actor_id, request_id, batch_id, at)
    select $1, u.booking_id, u.seat_index, u.way, u.actor_id, u.request_id, $2, $3
    from unnest($4::bigint[], $5::int[], $6::text[], $7::bigint[], $8::text[])
         u (booking_id, seat_index, way, actor_id, request_id)";

pub(super) fn passed(writing: &Writing<'_>) -> Step {
    let steps = &writing.decision.door;
    let args = args![
        writing.event.0,
        writing.batch_id,
        writing.now,
        column(steps, |step| step.booking.0),
        column(steps, |step| signed(step.seat)),
        column(steps, |step| step.way.name()),
        column(steps, |step| step.actor.map(|actor| actor.0)),
        column(steps, |step| step.request_id.clone()),
    ];
    Step { sql: PASSED, args }
}
