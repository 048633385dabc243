//! Random scenarios: a few callers, a few seats, little time. A plan says what is wanted in terms
//! of what there will be by then ("the caller's last hold but one"), so that most commands hit
//! something and shrinking keeps a failing scenario meaningful.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::database::Database;
use crate::domain::booking::BookingStatus;
use crate::domain::choice::OrphanRule;
use crate::domain::event::{CancelConfirmed, Rules};
use crate::domain::hold::HoldStatus;
use crate::domain::ids::SeatIndex;

/// One more index is used, which the event doesn't have.
pub(super) const SEATS: SeatIndex = 6;
const CALLERS: i64 = 3;
const BATCHES_MAX: usize = 32;
const BATCH_REQUESTS_MAX: usize = 6;

#[derive(Clone, Debug)]
pub(super) struct Scenario {
    pub(super) rules: Rules,
    pub(super) batches: Vec<Batch>,
}

#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) step: Step,
    /// What an organiser adds to the price of the first category before the batch.
    pub(super) dearer: i64,
    pub(super) plans: Vec<Plan>,
}

/// How time moves before a batch; never back.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Millis(i64),
    /// Around the next moment at which a hold or a booking runs out.
    ToExpiry {
        off_ms: i64,
    },
    ToSalesStart,
    ToSalesEnd,
}

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) caller: Option<i64>,
    pub(super) wish: Wish,
    /// Key and fingerprint.
    pub(super) key: Option<(u8, u8)>,
}

#[derive(Clone, Debug)]
pub(super) enum Wish {
    Lock(SeatIndex),
    Unlock(SeatIndex),
    /// One of the caller's locked seats.
    UnlockLocked(u8),
    Hold(Vec<SeatIndex>),
    Extend(Pick, u32),
    Release(Pick),
    BookSeats(Vec<SeatIndex>),
    /// Of the caller's locked seats, those in a mask.
    BookLocked(u8),
    BookHold(Pick),
    BookQuantity(u32),
    Confirm(Pick, Option<u8>),
    Cancel(Pick),
    CallOff(Pick),
    CheckIn(Pick, Option<Vec<SeatIndex>>),
    /// The booking's first seat.
    CheckInFirst(Pick),
    CheckOut(Pick, Option<Vec<SeatIndex>>),
    Block(Vec<SeatIndex>),
    Unblock(Vec<SeatIndex>),
    ExpireDue,
    Refuse,
}

/// Which hold or booking, counted back from the newest.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pick {
    /// Of the caller's own that are active or pending.
    Live(usize),
    /// Of the caller's own.
    Own(usize),
    Any(usize),
    /// One that there isn't.
    Unknown,
}

pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + millis).expect("a time")
}

pub(super) fn scenario() -> impl Strategy<Value = Scenario> {
    let batches = proptest::collection::vec(batch(), 1..=BATCHES_MAX);
    (rules(), batches).prop_map(|(rules, batches)| Scenario { rules, batches })
}

fn rules() -> impl Strategy<Value = Rules> {
    let starts = prop_oneof![3 => Just(None), 1 => (1..4_i64).prop_map(Some)];
    let ends = prop_oneof![3 => Just(3_600), 1 => 5..40_i64];
    let cancel = prop_oneof![
        2 => Just(CancelConfirmed::Owner),
        1 => Just(CancelConfirmed::Organiser),
        1 => Just(CancelConfirmed::Never),
    ];
    (starts, ends, seconds(), seconds(), 0..9_u32, 1..7_u32, cancel).prop_map(
        |(start, end, lock_seconds, booking_seconds, more, max_seats_per_user, cancel)| Rules {
            sales_start: start.map(|seconds| at(seconds * 1_000)),
            sales_end: at(end * 1_000),
            lock_seconds,
            booking_seconds,
            hold_life_max_seconds: lock_seconds + more,
            max_seats_per_user,
            cancel_confirmed: cancel,
            orphan_rule: OrphanRule::Off,
        },
    )
}

fn seconds() -> impl Strategy<Value = u32> {
    prop_oneof![2 => 1..9_u32, 1 => 9..60_u32]
}

fn batch() -> impl Strategy<Value = Batch> {
    let step = prop_oneof![
        16 => (0..1_200_i64).prop_map(Step::Millis),
        1 => (2_000..9_000_i64).prop_map(Step::Millis),
        4 => (-1..=1_i64).prop_map(|off_ms| Step::ToExpiry { off_ms }),
        1 => Just(Step::ToSalesStart),
        1 => prop_oneof![3 => Just(Step::Millis(0)), 1 => Just(Step::ToSalesEnd)],
    ];
    let dearer = prop_oneof![4 => Just(0), 1 => 1..500_i64];
    let plans = proptest::collection::vec(plan(), 0..=BATCH_REQUESTS_MAX);
    (step, dearer, plans).prop_map(|(step, dearer, plans)| Batch { step, dearer, plans })
}

fn plan() -> impl Strategy<Value = Plan> {
    let caller = prop_oneof![15 => (1..=CALLERS).prop_map(Some), 1 => Just(None)];
    let key = proptest::option::weighted(0.3, (0..10_u8, 0..2_u8));
    (caller, wish(), key).prop_map(|(caller, wish, key)| Plan { caller, wish, key })
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        5 => seat().prop_map(Wish::Lock),
        1 => seat().prop_map(Wish::Unlock),
        2 => any::<u8>().prop_map(Wish::UnlockLocked),
        4 => seats().prop_map(Wish::Hold),
        3 => (pick(), 1..9_u32).prop_map(|(pick, seconds)| Wish::Extend(pick, seconds)),
        2 => pick().prop_map(Wish::Release),
        1 => seats().prop_map(Wish::BookSeats),
        6 => any::<u8>().prop_map(Wish::BookLocked),
        2 => pick().prop_map(Wish::BookHold),
        3 => prop_oneof![4 => 1..4_u32, 1 => 4..8_u32].prop_map(Wish::BookQuantity),
        7 => (pick(), proptest::option::of(0..2_u8)).prop_map(|(p, paid)| Wish::Confirm(p, paid)),
        3 => pick().prop_map(Wish::Cancel),
        1 => pick().prop_map(Wish::CallOff),
        3 => (pick(), proptest::option::weighted(0.3, seats()))
            .prop_map(|(pick, seats)| Wish::CheckIn(pick, seats)),
        3 => pick().prop_map(Wish::CheckInFirst),
        3 => (pick(), proptest::option::of(seats())).prop_map(|(p, seats)| Wish::CheckOut(p, seats)),
        1 => seats().prop_map(Wish::Block),
        2 => seats().prop_map(Wish::Unblock),
        1 => Just(Wish::ExpireDue),
        1 => Just(Wish::Refuse),
    ]
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![
        8 => (0..2_usize).prop_map(Pick::Live),
        8 => (0..3_usize).prop_map(Pick::Own),
        3 => (0..4_usize).prop_map(Pick::Any),
        1 => Just(Pick::Unknown),
    ]
}

fn seat() -> impl Strategy<Value = SeatIndex> {
    prop_oneof![15 => 0..SEATS, 1 => Just(SEATS)]
}

fn seats() -> impl Strategy<Value = Vec<SeatIndex>> {
    let known: Vec<SeatIndex> = (0..SEATS).collect();
    let with_unknown: Vec<SeatIndex> = (0..=SEATS).collect();
    prop_oneof![9 => subsequence(known, 1..=3), 1 => subsequence(with_unknown, 1..=4)]
}

impl Step {
    pub(super) fn from(&self, now: Timestamp, database: &Database) -> Timestamp {
        let then = match self {
            Self::Millis(millis) => now + SignedDuration::from_millis(*millis),
            Self::ToExpiry { off_ms } => {
                let next = next_expiry(database).unwrap_or(now);
                next + SignedDuration::from_millis(*off_ms)
            }
            Self::ToSalesStart => database.event.rules.sales_start.unwrap_or(now),
            // Not across an hour: that would leave nothing alive.
            Self::ToSalesEnd => database.event.rules.sales_end.min(at(60_000)),
        };
        then.max(now)
    }
}

fn next_expiry(database: &Database) -> Option<Timestamp> {
    let holds = database.holds.values().filter(|hold| hold.status == HoldStatus::Active);
    let bookings = database.bookings.values().filter(|b| b.status == BookingStatus::Pending);
    holds.map(|hold| hold.expires_at).chain(bookings.map(|b| b.expires_at)).min()
}
