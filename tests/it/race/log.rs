//! The change log as the judge reads it, and the maps it tells of.

use seatmap::domain::seat::SeatStatus;

use crate::support::database::Database;

/// One step of one seat.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) version: u64,
    pub(super) seat: usize,
    pub(super) from: SeatStatus,
    pub(super) to: SeatStatus,
    /// The session of who did it; `None` for the clock.
    pub(super) actor: Option<String>,
}

/// All steps of an event, in order.
pub(super) async fn read(database: &Database, event: i64) -> Vec<Step> {
    let sql = "select c.version, c.seat_index, c.from_status, c.to_status, u.subject
               from seat_changes c left join users u on u.id = c.actor_id
               where c.event_id = $1 order by c.version, c.ordinal";
    let rows = database.connect().await.query(sql, &[&event]).await.expect("the log");
    let status = |code: i16| SeatStatus::from_code(u8::try_from(code).expect("a code"));
    rows.iter()
        .map(|row| Step {
            version: row.get::<_, i64>(0).unsigned_abs(),
            seat: row.get::<_, i32>(1).unsigned_abs() as usize,
            from: status(row.get(2)).expect("a status"),
            to: status(row.get(3)).expect("a status"),
            actor: row.get(4),
        })
        .collect()
}

/// A map that somebody was shown at a version.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) version: u64,
    pub(super) map: Vec<SeatStatus>,
}

/// Asserts that every map is the one the log tells of at its version.
pub(super) fn assert_true(mut shown: Vec<Shown>, log: &[Step], seats: usize) {
    shown.sort_by_key(|each| each.version);
    let mut map = vec![SeatStatus::Available; seats];
    let mut steps = log.iter().peekable();
    for Shown { version, map: seen } in shown {
        while let Some(step) = steps.next_if(|step| step.version <= version) {
            map[step.seat] = step.to;
        }
        assert_eq!(seen.len(), seats, "a whole map at version {version}");
        let wrong = (0..seats).find(|seat| seen[*seat] != map[*seat]);
        if let Some(seat) = wrong {
            let (seen, real) = (seen[seat], map[seat]);
            panic!("at version {version} seat {seat} was shown {seen:?} and is {real:?}");
        }
    }
}
