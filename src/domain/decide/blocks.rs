//! Taking seats off sale and putting them back: organisers' commands.

use super::Cause;
use super::work::{Owner, Work};
use crate::domain::answer::{Outcome, Refusal};
use crate::domain::ids::SeatIndex;
use crate::domain::seat::SeatStatus;

impl Work {
    pub(super) fn block(
        &mut self,
        seats: &[SeatIndex],
        reason: Option<&str>,
    ) -> Result<Outcome, Refusal> {
        self.switch(seats, SeatStatus::Blocked, Cause::Block, reason)
    }

    pub(super) fn unblock(
        &mut self,
        seats: &[SeatIndex],
        reason: Option<&str>,
    ) -> Result<Outcome, Refusal> {
        self.switch(seats, SeatStatus::Available, Cause::Unblock, reason)
    }

    /// Moves seats between available and blocked. Those that are there already stay: repeating
    /// the call is a success.
    fn switch(
        &mut self,
        seats: &[SeatIndex],
        to: SeatStatus,
        cause: Cause,
        reason: Option<&str>,
    ) -> Result<Outcome, Refusal> {
        self.require_all(seats, &[SeatStatus::Available, SeatStatus::Blocked])?;
        let first = self.moves();
        for index in seats {
            if self.state.seats[index].status != to {
                self.move_seat(*index, to, Owner::Nobody, cause);
            }
        }
        self.explain(first, reason);
        Ok(Outcome::Blocking { seats: seats.to_vec() })
    }
}
