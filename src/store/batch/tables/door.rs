//! The log of the door.

use super::{Step, Writing, args, column, signed, version};

const PASSED: &str = "
    insert into check_ins (event_id, version, booking_id, seat_index, way, actor_id, request_id,
                           batch_id, at)
    select $1, $2, u.booking_id, u.seat_index, u.way, u.actor_id, u.request_id, $3, $4
    from unnest($5::bigint[], $6::int[], $7::text[], $8::bigint[], $9::text[])
         u (booking_id, seat_index, way, actor_id, request_id)";

pub(super) fn passed(writing: &Writing<'_>) -> Step {
    let steps = &writing.decision.door;
    let args = args![
        writing.event.0,
        version(writing.decision.version),
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
