//! Requests that were refused: whether there was a reason, as far as the log can tell. The decision
//! fell somewhere between the version that was known when the request was sent and the first one
//! that was asked for afterwards; a refusal is wrong only if it would have been so all the while.

use super::{Judge, STEPS_SHOWN};
use crate::buyers::{Action, Answered, Outcome};
use crate::check::log::Status;
use crate::check::promises;
use crate::check::told::shown;

/// Locks and bookings run out by the server's clock, which may become a version up to a second
/// later, and clocks drift: so close to its end nothing is held against anybody, in nanoseconds.
const EXPIRY_MARGIN_NANOS: u64 = 2_000_000_000;

/// Different words that refusals are counted under; the rest is counted as "other".
const CODES_MAX: usize = 50;

/// Whether a request may be refused so whoever has the seats: for want of time or room, or by a rule
/// of its own.
fn is_a_rule(action: Action, status: u16, code: &str) -> bool {
    let takes = matches!(action, Action::Lock | Action::Hold | Action::Best);
    match (status, code) {
        // Of these the contract knows only such as mean that nothing happened.
        (429 | 503, _) | (422, "sold_whole") => true,
        (409, "orphan" | "seat_limit") => takes,
        // What is held can be given back, and what is booked be paid, after the sale has ended.
        (409, "sales_closed") => takes || matches!(action, Action::Book | Action::Cancel),
        // Whether the paid can be cancelled is up to the event, and to who is inside.
        (403, _) | (409, "already_confirmed" | "already_checked_in") => action == Action::Cancel,
        _ => false,
    }
}

impl Judge {
    pub(super) fn refused(&mut self, answered: &Answered, upper: u64) {
        let Outcome::Refused { status, code, conflicts, free } = &answered.outcome else { return };
        if is_a_rule(answered.action, *status, code) {
            return;
        }
        self.findings.looked_at(promises::REFUSED, 1);
        self.count(format!("{status} {code}"));
        let wrong = if answered.action == Action::Best && code != "seats_unavailable" {
            self.beyond(answered, (code, *free), upper)
        } else {
            self.had_no_reason(answered, conflicts, upper)
        };
        let Some((seat, why)) = wrong else { return };
        let known = answered.known;
        let what =
            format!("refused with {status} {code} although {why} from version {known} to {upper}");
        let mut evidence = vec![shown(answered)];
        evidence.extend(self.histories.shown(seat, STEPS_SHOWN));
        self.blame(promises::REFUSED, seat, what, evidence);
    }

    fn count(&mut self, said: String) {
        let is_known = self.refusals.contains_key(&said) || self.refusals.len() < CODES_MAX;
        let said = if is_known { said } else { "other".to_owned() };
        *self.refusals.entry(said).or_default() += 1;
    }

    /// A seat that can't have stood in the way of who named the seats, and what of it. Of those that
    /// are said to, one is enough; without such a list, one taken seat is reason enough.
    fn had_no_reason(
        &self,
        answered: &Answered,
        conflicts: &[u32],
        upper: u64,
    ) -> Option<(u32, String)> {
        let asked = &answered.seats;
        // Where the server chooses, nobody named any.
        let is_asked = |seat: &&u32| asked.is_empty() || asked.contains(seat);
        let named: Vec<u32> = conflicts.iter().filter(is_asked).copied().collect();
        let why = |seat: &u32| {
            self.was_to_be_had(answered, *seat, upper).map(|why| (*seat, why.to_owned()))
        };
        if named.is_empty() {
            let all: Option<Vec<_>> = asked.iter().map(why).collect();
            return all?.into_iter().next();
        }
        named.iter().find_map(why)
    }

    /// Whether a seat was there for a request all the while: free, or theirs.
    fn was_to_be_had(&self, answered: &Answered, seat: u32, upper: u64) -> Option<&'static str> {
        let free = || self.histories.was_free(seat, answered.known, upper).then_some("free");
        let theirs = || self.was_theirs(answered, seat, upper).then_some("theirs");
        match answered.action {
            Action::Hold | Action::Best => free(),
            // One's own again is a success.
            Action::Lock => free().or_else(theirs),
            // Who books wants seats that are theirs; free ones are none the more so.
            Action::Unlock | Action::Release | Action::Book | Action::Confirm | Action::Cancel => {
                theirs()
            }
        }
    }

    /// Whether by the log somebody had a seat all the while, in the state that their request begins
    /// from, and it can't have run out.
    fn was_theirs(&self, answered: &Answered, seat: u32, upper: u64) -> bool {
        let holder = (seat, answered.user);
        let ends = |since: Option<u64>, life: u64| since.map(|since| since.saturating_add(life));
        let (status, ends) = match answered.action {
            Action::Confirm => {
                (Status::Reserved, ends(self.books.booked_since(holder), self.booking_nanos))
            }
            Action::Cancel => (Status::Sold, Some(u64::MAX)),
            _ => (Status::Locked, ends(self.books.held_since(holder), self.lock_nanos)),
        };
        let lives = ends.is_some_and(|ends| answered.at.saturating_add(EXPIRY_MARGIN_NANOS) < ends);
        lives
            && self.histories.had_by(seat, status, answered.known) == Some(answered.user)
            && self.histories.steps_between(seat, answered.known, upper).next().is_none()
    }

    /// Refused for want of seats: a seat more than can have been free all the while by what it says.
    fn beyond(
        &self,
        answered: &Answered,
        (code, free): (&str, Option<u32>),
        upper: u64,
    ) -> Option<(u32, String)> {
        let most = match code {
            "sold_out" => free.unwrap_or(0),
            // However many there are, they may be too far apart.
            "not_enough_together" => free?,
            _ => answered.asked.saturating_sub(1),
        };
        let seat = self.histories.free_seats(answered.known, upper).nth(most as usize)?;
        Some((seat, format!("more than {most} seats were free")))
    }
}
