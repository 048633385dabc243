//! Which seats people want: the front and the centre first, after Zipf; and what they believe to
//! be taken.

use std::sync::atomic::{AtomicU64, Ordering};

use rand::RngExt as _;
use rand::rngs::SmallRng;

/// How steeply wishes fall off: the seat of rank r is wanted in proportion to r to this power.
const ZIPF_EXPONENT: f64 = 0.8;
/// Tries to find free seats; then it is taken for sold out.
const TRIES_MAX: usize = 200;

/// The seats of an event in the order in which people want them.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Seat indexes, the best first.
    ranked: Vec<u32>,
    /// The sums of weights up to each rank.
    weights: Vec<f64>,
}

impl Preferences {
    /// By position: the front (small y) and the centre first. Without positions, as numbered.
    #[must_use]
    pub fn of(seats: u32, x: &[i32], y: &[i32]) -> Self {
        let mut ranked: Vec<u32> = (0..seats).collect();
        if x.len() == seats as usize && y.len() == x.len() && !x.is_empty() {
            let (left, right) = (x.iter().min().copied(), x.iter().max().copied());
            let middle = i64::midpoint(left.unwrap_or(0).into(), right.unwrap_or(0).into());
            let front = i64::from(y.iter().min().copied().unwrap_or(0));
            ranked.sort_by_key(|seat| {
                let (x, y) = (i64::from(x[*seat as usize]), i64::from(y[*seat as usize]));
                (y - front) + (x - middle).abs()
            });
        }
        let mut sum = 0.0;
        let weights = (1..=ranked.len()).map(|rank| {
            sum += (rank as f64).powf(-ZIPF_EXPONENT);
            sum
        });
        Self { weights: weights.collect(), ranked }
    }

    /// A seat somebody wants.
    pub(super) fn one(&self, random: &mut SmallRng) -> Option<u32> {
        let sum = *self.weights.last()?;
        let at = random.random::<f64>() * sum;
        let rank = self.weights.partition_point(|weight| *weight < at);
        self.ranked.get(rank).or(self.ranked.last()).copied()
    }

    /// So many seats side by side that are believed to be free; `None` when there seem to be none.
    pub(super) fn together(
        &self,
        count: u32,
        (taken, now): (&Taken, u64),
        random: &mut SmallRng,
    ) -> Option<Vec<u32>> {
        for _ in 0..TRIES_MAX {
            let first = self.one(random)?;
            let seats = first..first + count;
            if seats.end as usize <= self.ranked.len() && seats.clone().all(|s| !taken.is(s, now)) {
                return Some(seats.collect());
            }
        }
        None
    }
}

/// Until when everybody believes each seat to be taken, as they would see on the live map: in
/// nanoseconds of the run's clock.
#[derive(Debug)]
pub struct Taken {
    until: Vec<AtomicU64>,
}

impl Taken {
    /// Taken, and not expected to come back.
    pub(super) const FOR_GOOD: u64 = u64::MAX;
    /// Free.
    pub(super) const NOT: u64 = 0;

    /// Seats of which some are taken from the start.
    #[must_use]
    pub fn new(taken: impl Iterator<Item = bool>) -> Self {
        let until = |taken| AtomicU64::new(if taken { Self::FOR_GOOD } else { Self::NOT });
        Self { until: taken.map(until).collect() }
    }

    pub(super) fn is(&self, seat: u32, now: u64) -> bool {
        self.until.get(seat as usize).is_none_or(|until| until.load(Ordering::Relaxed) > now)
    }

    pub(super) fn set(&self, seats: &[u32], until: u64) {
        for seat in seats {
            if let Some(taken) = self.until.get(*seat as usize) {
                taken.store(until, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn the_front_and_centre_are_wanted_most() {
        let (x, y): (Vec<_>, Vec<_>) =
            (0..100).map(|seat| (seat % 10 * 50, seat / 10 * 90)).unzip();
        let wishes = Preferences::of(100, &x, &y);
        let mut random = SmallRng::seed_from_u64(1);
        let mut wanted = [0u32; 100];
        for _ in 0..10_000 {
            wanted[wishes.one(&mut random).unwrap() as usize] += 1;
        }
        let row = |row: usize| wanted[row * 10..row * 10 + 10].iter().sum::<u32>();
        assert!(row(0) > row(5) && row(5) > row(9) && row(9) > 0, "{wanted:?}");
        assert!(wanted[4] + wanted[5] > wanted[0] + wanted[9], "{wanted:?}");
    }

    #[test]
    fn only_seats_believed_free_are_chosen() {
        let wishes = Preferences::of(10, &[], &[]);
        let taken = Taken::new((0..10).map(|seat| seat != 3 && seat != 4 && seat != 9));
        let mut random = SmallRng::seed_from_u64(1);
        assert_eq!(wishes.together(2, (&taken, 5), &mut random), Some(vec![3, 4]));
        assert_eq!(wishes.together(3, (&taken, 5), &mut random), None);
        taken.set(&[3], 6);
        assert_eq!(wishes.together(2, (&taken, 5), &mut random), None);
        assert!(wishes.together(2, (&taken, 6), &mut random).is_some());
    }
}
