//! Alarms for many sockets: a wheel of coarse ticks, each with a list of who is to be looked at.
//!
//! An alarm is never moved when a deadline moves back, which happens with every message sent: it
//! rings early, finds nothing due, and is set anew. So sending costs the wheel nothing. Pure; the
//! time is an argument. Used by the loops.

use std::time::Duration;

use tokio::time::Instant;

use super::sockets::Key;

/// How coarse alarms are. The finest deadline that matters is a tenth of a second.
const TICK: Duration = Duration::from_millis(20);
/// How many ticks the wheel holds, a multiple of 64: 20 s. What lies beyond rings early.
const TICKS: usize = 1_024;

/// The alarms of one loop.
#[derive(Debug)]
pub(super) struct Wheel {
    start: Instant,
    /// The next tick to ring, counted from `start`.
    next: u64,
    slots: Vec<Vec<(u64, Key)>>,
    /// One bit per slot that isn't empty.
    filled: [u64; TICKS / 64],
}

impl Wheel {
    pub(super) fn new(now: Instant) -> Self {
        Self { start: now, next: 0, slots: vec![Vec::new(); TICKS], filled: [0; TICKS / 64] }
    }

    /// The tick an alarm for `deadline` rings at: not before the deadline, unless that lies beyond
    /// the wheel.
    pub(super) fn tick_of(&self, deadline: Instant) -> u64 {
        let after = deadline.saturating_duration_since(self.start);
        let tick = u64::try_from(after.as_nanos().div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX);
        tick.clamp(self.next, self.next + TICKS as u64 - 1)
    }

    /// Sets an alarm for a tick got from [`Wheel::tick_of`].
    pub(super) fn set(&mut self, tick: u64, key: Key) {
        let slot = slot_of(tick);
        self.slots[slot].push((tick, key));
        self.filled[slot / 64] |= 1 << (slot % 64);
    }

    /// Takes all alarms that ring by now, each with its tick.
    pub(super) fn ring(&mut self, now: Instant, rung: &mut Vec<(u64, Key)>) {
        let after = now.saturating_duration_since(self.start);
        let last = u64::try_from(after.as_nanos() / TICK.as_nanos()).unwrap_or(u64::MAX);
        // After a pause longer than the wheel every slot is looked at once.
        let until = last.min(self.next + TICKS as u64 - 1);
        for tick in self.next..=until {
            let slot = slot_of(tick);
            rung.append(&mut self.slots[slot]);
            self.filled[slot / 64] &= !(1 << (slot % 64));
        }
        self.next = self.next.max(last + 1);
    }

    /// How long until the next alarm; `None` while there is none.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let at = |tick: u64| self.start + TICK * u32::try_from(tick).unwrap_or(u32::MAX);
        let ticks = self.next..self.next + TICKS as u64;
        let is_filled = |tick: &u64| {
            let slot = slot_of(*tick);
            self.filled[slot / 64] & 1 << (slot % 64) != 0
        };
        if self.filled == [0; TICKS / 64] {
            return None;
        }
        ticks.into_iter().find(is_filled).map(|tick| at(tick).saturating_duration_since(now))
    }
}

fn slot_of(tick: u64) -> usize {
    usize::try_from(tick % TICKS as u64).expect("below the number of slots")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn rung(wheel: &mut Wheel, now: Instant) -> Vec<u32> {
        let mut rung = Vec::new();
        wheel.ring(now, &mut rung);
        rung.into_iter().map(|(_, key)| key.index).collect()
    }

    fn set(wheel: &mut Wheel, deadline: Instant, index: u32) {
        wheel.set(wheel.tick_of(deadline), Key { index, serial: 0 });
    }

    #[test]
    fn alarms_ring_once_and_not_before_their_time() {
        let start = Instant::now();
        let mut wheel = Wheel::new(start);
        assert_eq!(wheel.wait(start), None);
        set(&mut wheel, start + SECOND, 1);
        set(&mut wheel, start + SECOND * 2, 2);
        assert_eq!(wheel.wait(start), Some(SECOND));
        assert!(rung(&mut wheel, start + SECOND - TICK).is_empty());
        assert_eq!(rung(&mut wheel, start + SECOND), [1]);
        assert!(rung(&mut wheel, start + SECOND).is_empty());
        assert_eq!(wheel.wait(start + SECOND * 3), Some(Duration::ZERO));
        assert_eq!(rung(&mut wheel, start + SECOND * 3), [2]);
        assert_eq!(wheel.wait(start), None);
    }

    #[test]
    fn what_lies_beyond_the_wheel_rings_early_and_what_is_past_rings_next() {
        let start = Instant::now();
        let mut wheel = Wheel::new(start);
        set(&mut wheel, start + SECOND * 3_600, 1);
        let turn = TICK * u32::try_from(TICKS).unwrap();
        assert_eq!(rung(&mut wheel, start + turn), [1]);
        set(&mut wheel, start, 2);
        assert_eq!(rung(&mut wheel, start + turn + TICK), [2]);
        // A loop that slept through several turns of the wheel misses nobody.
        set(&mut wheel, start + turn + SECOND, 3);
        assert_eq!(rung(&mut wheel, start + turn * 5), [3]);
        set(&mut wheel, start + turn * 5 + SECOND, 4);
        assert!(rung(&mut wheel, start + turn * 5 + SECOND / 2).is_empty());
        assert_eq!(rung(&mut wheel, start + turn * 5 + SECOND), [4]);
    }
}
