//! Rows as values: the one place that knows in which order the columns of events, tickets, holds
//! and bookings are selected. A value that can't be is an error, never a panic.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::error::StoreError;
use crate::domain::booking::{Booking, BookingStatus, Customer};
use crate::domain::choice::OrphanRule;
use crate::domain::event::{CancelConfirmed, Event, Rules};
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{BookingId, EventId, HoldId, SeatIndex, UserId, Version};
use crate::domain::seat::{Counts, Seat, SeatStatus};

fn get<'row, T: FromSql<'row>>(row: &'row Row, column: usize) -> Result<T, StoreError> {
    row.try_get(column).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// A non-negative number that the database keeps in a signed column.
pub(super) fn unsigned<S, U>(number: S) -> Result<U, StoreError>
where
    S: Copy + std::fmt::Display,
    U: TryFrom<S>,
{
    U::try_from(number).map_err(|_| StoreError::Corrupt(format!("{number} is out of range")))
}

/// A version column.
pub(super) fn version(row: &Row, column: usize) -> Result<Version, StoreError> {
    unsigned(get::<i64>(row, column)?)
}

/// A status column of tickets or the change log.
pub(super) fn status(code: i16) -> Result<SeatStatus, StoreError> {
    u8::try_from(code)
        .ok()
        .and_then(SeatStatus::from_code)
        .ok_or_else(|| StoreError::Corrupt(format!("{code} is no seat's status")))
}

/// Seat indexes as the database keeps them.
pub(super) fn seat_indexes(row: &Row, column: usize) -> Result<Vec<SeatIndex>, StoreError> {
    get::<Vec<i32>>(row, column)?.into_iter().map(unsigned).collect()
}

/// An event's counts by status code.
pub(super) fn counts(row: &Row, column: usize) -> Result<Counts, StoreError> {
    let counts = get::<Vec<i32>>(row, column)?;
    let counts: Vec<u32> = counts.into_iter().map(unsigned).collect::<Result<_, _>>()?;
    let counts = counts.try_into().map_err(|_| StoreError::Corrupt("counts".to_owned()))?;
    Ok(Counts(counts))
}

/// version, counts, sales_start, sales_end, lock_seconds, booking_seconds,
/// hold_life_max_seconds, max_seats_per_user, cancel_confirmed, orphan_rule, prices
pub(super) fn event(id: EventId, row: &Row) -> Result<Event, StoreError> {
    Ok(Event {
        id,
        version: version(row, 0)?,
        counts: counts(row, 1)?,
        rules: rules(row, 2)?,
        prices: get(row, 10)?,
    })
}

/// The rules of an event, from `first` on: sales_start, sales_end, lock_seconds, booking_seconds,
/// hold_life_max_seconds, max_seats_per_user, cancel_confirmed, orphan_rule
pub(super) fn rules(row: &Row, first: usize) -> Result<Rules, StoreError> {
    let word: &str = get(row, first + 6)?;
    let orphans: &str = get(row, first + 7)?;
    Ok(Rules {
        sales_start: get(row, first)?,
        sales_end: get(row, first + 1)?,
        lock_seconds: unsigned(get::<i32>(row, first + 2)?)?,
        booking_seconds: unsigned(get::<i32>(row, first + 3)?)?,
        hold_life_max_seconds: unsigned(get::<i32>(row, first + 4)?)?,
        max_seats_per_user: unsigned(get::<i32>(row, first + 5)?)?,
        cancel_confirmed: known(CancelConfirmed::from_name(word), word)?,
        orphan_rule: known(OrphanRule::from_name(orphans), orphans)?,
    })
}

/// seat_index, category, status, hold_id, booking_id
pub(super) fn seat(row: &Row) -> Result<Seat, StoreError> {
    Ok(Seat {
        index: unsigned(get::<i32>(row, 0)?)?,
        category: unsigned(get::<i16>(row, 1)?)?,
        status: status(get(row, 2)?)?,
        hold: get::<Option<_>>(row, 3)?.map(HoldId),
        booking: get::<Option<_>>(row, 4)?.map(BookingId),
    })
}

/// id, user_id, seat_indexes, prices, status, created_at, expires_at
pub(super) fn hold(row: &Row) -> Result<Hold, StoreError> {
    let word: &str = get(row, 4)?;
    Ok(Hold {
        id: HoldId(get(row, 0)?),
        user: UserId(get(row, 1)?),
        seats: seat_indexes(row, 2)?,
        prices: get(row, 3)?,
        status: known(HoldStatus::from_name(word), word)?,
        created_at: get(row, 5)?,
        expires_at: get(row, 6)?,
    })
}

/// id, booking_ref, owner_id, user_id, customer_name, customer_email, customer_phone,
/// seat_indexes, prices, status, payment_reference, created_at, expires_at, checked_in
pub(super) fn booking(row: &Row) -> Result<Booking, StoreError> {
    let word: &str = get(row, 9)?;
    Ok(Booking {
        id: BookingId(get(row, 0)?),
        reference: get(row, 1)?,
        owner: UserId(get(row, 2)?),
        user: UserId(get(row, 3)?),
        customer: Customer { name: get(row, 4)?, email: get(row, 5)?, phone: get(row, 6)? },
        seats: seat_indexes(row, 7)?,
        prices: get(row, 8)?,
        status: known(BookingStatus::from_name(word), word)?,
        payment_reference: get(row, 10)?,
        created_at: get(row, 11)?,
        expires_at: get(row, 12)?,
        checked_in: get::<Option<_>>(row, 13)?.unwrap_or_default(),
        former: None,
    })
}

fn known<T>(value: Option<T>, word: &str) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::Corrupt(format!("\"{word}\" is no known word")))
}
