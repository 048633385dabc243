//! At the door: each seat of a paid booking lets one visitor in, once. Changes no seat's status.

use super::Way;
use super::work::Work;
use crate::domain::answer::{Outcome, Refusal};
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::{BookingId, SeatIndex};

impl Work {
    pub(super) fn check_in(
        &mut self,
        id: BookingId,
        seats: Option<&[SeatIndex]>,
    ) -> Result<Outcome, Refusal> {
        let mut booking = self.paid_booking(id)?;
        let seats = seats.map_or_else(|| booking.seats.clone(), <[_]>::to_vec);
        let places = places(&booking, &seats)?;
        let inside: Vec<_> = booking.inside().filter(|(seat, _)| seats.contains(seat)).collect();
        if !inside.is_empty() {
            return Err(Refusal::AlreadyCheckedIn { inside });
        }
        booking.checked_in.resize(booking.seats.len(), None);
        for place in places {
            booking.checked_in[place] = Some(self.now);
            self.pass(id, booking.seats[place], Way::In);
        }
        self.put_booking(booking.clone());
        Ok(Outcome::Booking(booking))
    }

    pub(super) fn check_out(
        &mut self,
        id: BookingId,
        seats: Option<&[SeatIndex]>,
    ) -> Result<Outcome, Refusal> {
        let mut booking = self.paid_booking(id)?;
        let inside: Vec<SeatIndex> = booking.inside().map(|(seat, _)| seat).collect();
        let seats = seats.map_or_else(|| inside.clone(), <[_]>::to_vec);
        let places = places(&booking, &seats)?;
        if seats.is_empty() || seats.iter().any(|seat| !inside.contains(seat)) {
            return Err(Refusal::NotCheckedIn);
        }
        for place in places {
            booking.checked_in[place] = None;
            self.pass(id, booking.seats[place], Way::Out);
        }
        if booking.checked_in.iter().all(Option::is_none) {
            booking.checked_in.clear();
        }
        self.put_booking(booking.clone());
        Ok(Outcome::Booking(booking))
    }

    fn paid_booking(&self, id: BookingId) -> Result<Booking, Refusal> {
        let booking = self.booking(id)?;
        match booking.status {
            BookingStatus::Confirmed => Ok(booking),
            BookingStatus::Pending => Err(Refusal::NotConfirmed),
            BookingStatus::Cancelled => Err(Refusal::BookingCancelled),
            BookingStatus::Expired => Err(Refusal::BookingExpired),
        }
    }
}

/// Where in the booking these seats are.
fn places(booking: &Booking, seats: &[SeatIndex]) -> Result<Vec<usize>, Refusal> {
    let place = |seat: &SeatIndex| {
        booking.seats.binary_search(seat).map_err(|_| Refusal::Invalid {
            field: "seats".to_owned(),
            detail: "must be seats of the booking".to_owned(),
        })
    };
    seats.iter().map(place).collect()
}
