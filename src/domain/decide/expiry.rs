//! Expiry: whole holds and whole bookings whose time has come, before any command looks.

use super::Cause;
use super::work::{Owner, Work};
use crate::domain::booking::BookingStatus;
use crate::domain::hold::HoldStatus;
use crate::domain::seat::SeatStatus;

impl Work {
    /// Ends every hold and booking that was read and is due. Sorted by id, so that the change log
    /// doesn't depend on the order of a hash map.
    pub(super) fn expire_due(&mut self) {
        let now = self.now;
        let mut holds: Vec<_> =
            self.state.holds.values().filter(|hold| hold.is_due(now)).cloned().collect();
        holds.sort_by_key(|hold| hold.id);
        for mut hold in holds {
            for seat in &hold.seats {
                self.move_seat(*seat, SeatStatus::Available, Owner::Nobody, Cause::HoldExpiry);
            }
            hold.status = HoldStatus::Expired;
            self.put_hold(hold);
        }
        let mut bookings: Vec<_> =
            self.state.bookings.values().filter(|booking| booking.is_due(now)).cloned().collect();
        bookings.sort_by_key(|booking| booking.id);
        for mut booking in bookings {
            for seat in &booking.seats {
                self.move_seat(*seat, SeatStatus::Available, Owner::Nobody, Cause::BookingExpiry);
            }
            booking.status = BookingStatus::Expired;
            self.put_booking(booking);
        }
    }
}
