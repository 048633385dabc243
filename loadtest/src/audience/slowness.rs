//! What a slow viewer sees of the server's noticing it: it is sent in one what others were sent
//! bit by bit, or closed. Without either, slowness has tested nothing.

use super::tally::Numbers;

/// What one slow viewer has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slowness {
    /// The most versions that one message led it on by, once it had its map.
    leap: u64,
    /// Its connection was ended at some time.
    was_closed: bool,
    /// It hasn't its map since then.
    is_away: bool,
}

impl Slowness {
    /// A message has led it on from a version to another.
    pub(super) fn led_on(&mut self, from: u64, to: u64) {
        self.leap = self.leap.max(to.saturating_sub(from));
    }

    /// Its connection has ended, and not by its own will.
    pub(super) fn closed(&mut self) {
        (self.was_closed, self.is_away) = (true, true);
    }

    /// It has its map, or what it missed.
    pub(super) fn joined(&mut self) {
        self.is_away = false;
    }

    /// Counts it; `leap_max` is the most versions that one message leads on who keeps up.
    pub(super) fn count(self, leap_max: u64, numbers: &mut Numbers) {
        numbers.slow += 1;
        numbers.slow_behind += u64::from(self.leap > leap_max);
        numbers.slow_closed += u64::from(self.was_closed);
        numbers.slow_back += u64::from(self.was_closed && !self.is_away);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Behind, closed, back.
    fn counted(slowness: Slowness) -> [u64; 3] {
        let mut numbers = Numbers::default();
        slowness.count(100, &mut numbers);
        assert_eq!(numbers.slow, 1);
        [numbers.slow_behind, numbers.slow_closed, numbers.slow_back]
    }

    #[test]
    fn what_is_sent_to_everybody_is_no_sign() {
        let mut slowness = Slowness::default();
        slowness.joined();
        slowness.led_on(5, 105);
        // A snapshot may be older than what it replaces.
        slowness.led_on(105, 90);
        assert_eq!(counted(slowness), [0, 0, 0]);
        slowness.led_on(90, 191);
        slowness.led_on(191, 192);
        assert_eq!(counted(slowness), [1, 0, 0]);
    }

    #[test]
    fn who_was_closed_is_back_once_it_has_its_map() {
        let mut slowness = Slowness::default();
        slowness.closed();
        assert_eq!(counted(slowness), [0, 1, 0]);
        slowness.joined();
        assert_eq!(counted(slowness), [0, 1, 1]);
        slowness.closed();
        assert_eq!(counted(slowness), [0, 1, 0]);
    }
}
