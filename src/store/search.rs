//! Finding bookings of an event, whoever made them: by reference, by address, by status. They
//! answer by the clock, like all bookings.

use super::Store;
use super::bookings::{BookingRecord, record};
use super::error::StoreError;
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{BookingId, EventId};

/// What to look for; all of it has to fit.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The reference.
    pub reference: Option<String>,
    /// The customer's e-mail address, in any case.
    pub email: Option<String>,
    /// Where it stands by the clock.
    pub status: Option<BookingStatus>,
}

macro_rules! columns {
    () => {
        "id, booking_ref, owner_id, user_id, customer_name, customer_email, customer_phone,
         seat_indexes, prices, by_the_clock, payment_reference, created_at, expires_at, checked_in,
         event_id, (select e.version from events e where e.id = event_id),
         event_chart(event_id, version)"
    };
}

macro_rules! by_the_clock {
    ($($rest:literal),+) => {
        concat!(
            "(select *, case when status = 'pending' and expires_at <= clock_timestamp()
                             then 'expired' else status end as by_the_clock
              from bookings where ",
            $($rest,)+
            ") found"
        )
    };
}

// What is named is looked up first (`offset 0` keeps the planner from walking the event's bookings
// in the order asked for), and by its own index: `event_id + 0` suits no index that begins with the
// event, all of whose bookings would be read.
macro_rules! statements {
    ($rest:literal, $fence:literal) => {
        Statements {
            list: concat!(
                "select ",
                columns!(),
                " from ",
                by_the_clock!($rest, $fence),
                " where by_the_clock = coalesce($2, by_the_clock) and $3::text is not distinct from $3
                  order by id desc limit $4 offset $5"
            ),
            count: concat!(
                "select count(*) from ",
                by_the_clock!($rest, $fence),
                " where by_the_clock = coalesce($2, by_the_clock) and $3::text is not distinct from $3"
            ),
            after: concat!(
                "select ",
                columns!(),
                " from ",
                by_the_clock!($rest, " and id > $5", $fence),
                " where by_the_clock = coalesce($2, by_the_clock) and $3::text is not distinct from $3
                  order by id limit $4"
            ),
        }
    };
}

struct Statements {
    /// A page, newest first.
    list: &'static str,
    count: &'static str,
    /// A page in the order in which they were made: those after an id.
    after: &'static str,
}

const BY_REFERENCE: Statements = statements!("event_id + 0 = $1 and booking_ref = $3", " offset 0");
const BY_EMAIL: Statements =
    statements!("event_id + 0 = $1 and lower(customer_email) = lower($3)", " offset 0");
const ALL: Statements = statements!("event_id = $1", "");

impl Wanted {
    /// How it is looked for, and by what.
    fn looked_up(&self) -> (Statements, Option<&String>) {
        match (&self.reference, &self.email) {
            (Some(reference), _) => (BY_REFERENCE, Some(reference)),
            (None, Some(email)) => (BY_EMAIL, Some(email)),
            (None, None) => (ALL, None),
        }
    }

    /// Whether a reference and an address are wanted at once: only the first is looked up.
    fn is_both(&self) -> bool {
        self.reference.is_some() && self.email.is_some()
    }

    /// Whether the address of a booking that was found is the one wanted, if one is.
    fn fits(&self, record: &BookingRecord) -> bool {
        let Some(email) = &self.email else { return true };
        let of = record.booking.customer.email.as_deref().unwrap_or_default();
        of.to_lowercase() == email.to_lowercase()
    }
}

impl Store {
    /// An event's bookings that fit, newest first, and how many there are.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn find_bookings(
        &self,
        event: EventId,
        wanted: &Wanted,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<BookingRecord>, i64), StoreError> {
        let (Statements { list, count, .. }, named) = wanted.looked_up();
        let client = self.pools.read().await?;
        let list = client.prepare_cached(list).await?;
        let count = client.prepare_cached(count).await?;
        let status = wanted.status.map(BookingStatus::name);
        let found = client.query(&list, &[&event.0, &status, &named, &limit, &offset]).await?;
        let total: i64 = client.query_one(&count, &[&event.0, &status, &named]).await?.get(0);
        let mut records = found.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        if wanted.is_both() {
            // A reference is one booking's.
            records.retain(|record| wanted.fits(record));
            let total = if offset == 0 { records.len() } else { 0 };
            return Ok((records, i64::try_from(total).unwrap_or(i64::MAX)));
        }
        Ok((records, total))
    }

    /// An event's bookings that fit after one of them, in the order in which they were made.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn bookings_after(
        &self,
        event: EventId,
        wanted: &Wanted,
        after: BookingId,
        limit: i64,
    ) -> Result<Vec<BookingRecord>, StoreError> {
        let (statements, named) = wanted.looked_up();
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(statements.after).await?;
        let status = wanted.status.map(BookingStatus::name);
        let found =
            client.query(&statement, &[&event.0, &status, &named, &limit, &after.0]).await?;
        let mut records = found.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        if wanted.is_both() {
            records.retain(|record| wanted.fits(record));
        }
        Ok(records)
    }
}
