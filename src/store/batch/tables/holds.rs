//! Holds: made and changed. Told apart, because an insert that may meet its row writes more than
//! one that can't, and a change that begins as an insert more than a change.

use super::{Step, Writing, args, array_literal, column, version};
use crate::domain::hold::{Hold, HoldStatus};

// Rows come as columns. Their seats are arrays of differing lengths, which only pass as array
// literals.
const INSERT: &str = "
    insert into holds (event_id, id, user_id, seat_indexes, prices, status, created_at,
                       expires_at, ended_at, version)
    select $1, u.id, u.user_id, u.seat_indexes::int[], u.prices::bigint[], u.status, u.created_at,
           u.expires_at, case when u.status <> 'active' then $2::timestamptz end, $3
    from unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
                $10::timestamptz[])
         u (id, user_id, seat_indexes, prices, status, created_at, expires_at)";

const UPDATE: &str = "
    update holds h set
        seat_indexes = u.seat_indexes::int[], prices = u.prices::bigint[], status = u.status,
        expires_at = u.expires_at, version = $3,
        ended_at = case when u.status <> 'active' then $2::timestamptz end
    from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
         u (id, seat_indexes, prices, status, expires_at)
    where h.event_id = $1 and h.id = u.id";

/// What writes the batch's holds.
pub(super) fn put(writing: &Writing<'_>) -> Vec<Step> {
    let holds = &writing.decision.holds;
    debug_assert!(
        holds.iter().all(|hold| hold.status != HoldStatus::Active || !hold.seats.is_empty())
    );
    let (made, changed): (Vec<&Hold>, Vec<&Hold>) =
        holds.iter().partition(|hold| writing.decision.made.holds.contains(&hold.id));
    let mut steps = Vec::new();
    if !made.is_empty() {
        steps.push(insert(writing, &made));
    }
    if !changed.is_empty() {
        steps.push(update(writing, &changed));
    }
    steps
}

fn insert(writing: &Writing<'_>, holds: &[&Hold]) -> Step {
    let args = args![
        writing.event.0,
        writing.now,
        version(writing.decision.version),
        column(holds, |hold| hold.id.0),
        column(holds, |hold| hold.user.0),
        column(holds, |hold| array_literal(&hold.seats)),
        column(holds, |hold| array_literal(&hold.prices)),
        column(holds, |hold| hold.status.name()),
        column(holds, |hold| hold.created_at),
        column(holds, |hold| hold.expires_at),
    ];
    Step { sql: INSERT, args }
}

fn update(writing: &Writing<'_>, holds: &[&Hold]) -> Step {
    let args = args![
        writing.event.0,
        writing.now,
        version(writing.decision.version),
        column(holds, |hold| hold.id.0),
        column(holds, |hold| array_literal(&hold.seats)),
        column(holds, |hold| array_literal(&hold.prices)),
        column(holds, |hold| hold.status.name()),
        column(holds, |hold| hold.expires_at),
    ];
    Step { sql: UPDATE, args }
}
