//! Holds of seats that the server chooses, and the orphan rule for those it doesn't. Both are
//! decided in the batch's order, against the picture as the commands before have left it.

use super::work::Work;
use crate::domain::answer::{Outcome, Refusal};
use crate::domain::choice::orphans::judge;
use crate::domain::choice::{OrphanRule, Picture, Shortage, Terms, Wanted, choose, places};
use crate::domain::ids::{HoldId, SeatIndex, UserId};
use crate::domain::seat::{Seat, SeatStatus};

impl Work {
    pub(super) fn hold_best(
        &mut self,
        caller: UserId,
        wanted: &Wanted,
        id: HoldId,
    ) -> Result<Outcome, Refusal> {
        self.require_on_sale()?;
        self.require_below_limit(caller, wanted.quantity as usize)?;
        let event = &self.state.event;
        let terms = Terms {
            prices: &event.prices,
            rule: event.rules.orphan_rule,
            room: self.room_of(caller),
        };
        let seats = choose(self.picture(), wanted, terms).map_err(refusal)?;
        self.hold_chosen(caller, &seats, id)
    }

    /// Takes the lowest free places of areas, each named by its first place.
    pub(super) fn hold_places(
        &mut self,
        caller: UserId,
        areas: &[(SeatIndex, u32)],
        id: HoldId,
    ) -> Result<Outcome, Refusal> {
        self.require_on_sale()?;
        let quantity: u32 = areas.iter().map(|(_, quantity)| *quantity).sum();
        self.require_below_limit(caller, quantity as usize)?;
        let mut seats = Vec::new();
        for (area, quantity) in areas {
            let lowest = places(self.picture(), *area, *quantity);
            seats.extend(lowest.map_err(refusal)?);
        }
        seats.sort_unstable();
        self.hold_chosen(caller, &seats, id)
    }

    fn hold_chosen(
        &mut self,
        caller: UserId,
        seats: &[SeatIndex],
        id: HoldId,
    ) -> Result<Outcome, Refusal> {
        for index in seats {
            if self.seat(*index).is_none() {
                let category = self.picture().category(*index);
                let status = SeatStatus::Available;
                let seat = Seat { index: *index, category, status, hold: None, booking: None };
                self.assume(seat);
            }
        }
        self.take(caller, seats, id).map(Outcome::Hold)
    }

    /// Refuses seats that leave a single one, where the event is strict about it.
    pub(super) fn require_no_orphans(&self, seats: &[SeatIndex]) -> Result<(), Refusal> {
        if self.state.event.rules.orphan_rule != OrphanRule::Strict {
            return Ok(());
        }
        judge(self.picture(), seats).map_or(Ok(()), |orphaned| Err(Refusal::Orphan(orphaned)))
    }

    fn picture(&self) -> &Picture {
        self.state.picture.as_ref().expect("the picture is read for every batch that needs it")
    }
}

fn refusal(shortage: Shortage) -> Refusal {
    if shortage.is_sold_out() {
        Refusal::SoldOut(shortage)
    } else {
        Refusal::NotEnoughTogether(shortage)
    }
}
