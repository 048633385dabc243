//! How much a slow viewer reads at a tick, so that it comes to its rate whatever that is.

/// Ticks in a second.
pub(super) const TICKS_PER_SECOND: u64 = 10;

/// What slow viewers may read, tick by tick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ration {
    bytes_per_second: u64,
    /// Tenths of bytes that no tick has had yet.
    left: u64,
}

impl Ration {
    /// Of so many bytes a second.
    pub(super) fn of(bytes_per_second: u32) -> Self {
        Self { bytes_per_second: bytes_per_second.into(), left: 0 }
    }

    /// The bytes of the next tick.
    pub(super) fn next(&mut self) -> usize {
        self.left += self.bytes_per_second;
        let bytes = self.left / TICKS_PER_SECOND;
        self.left %= TICKS_PER_SECOND;
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_is_kept_to_the_byte() {
        for rate in [0, 1, 3, 9, 10, 25, 9_999] {
            let mut ration = Ration::of(rate);
            let ticks = 3 * TICKS_PER_SECOND;
            let read: usize = (0..ticks).map(|_| ration.next()).sum();
            assert_eq!(read, 3 * rate as usize, "{rate}");
        }
    }
}
