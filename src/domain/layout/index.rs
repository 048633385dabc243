//! The way back from a seat's printed number to its position.
//!
//! Built once per layout and shared by every event that uses it; never changed afterwards.
//! The routes call it to read `seat_no` in paths and bodies.

use std::collections::HashMap;

use super::Layout;

/// Finds the `seat_index` of a `seat_no`.
#[derive(Clone, Debug, Default)]
pub struct SeatIndexByNo {
    // Boxed text: one word less per seat than `String`, and a layout never grows.
    by_no: HashMap<Box<str>, u32>,
}

impl SeatIndexByNo {
    pub(super) fn new(layout: &Layout) -> Self {
        let mut by_no = HashMap::with_capacity(layout.number.len());
        // Row by row: asking for each seat's row would search the rows once per seat.
        for row in &layout.rows {
            for seat_index in row.first..row.first + row.count {
                let number = &layout.number[seat_index as usize];
                let seat_no = [row.prefix.as_str(), number.as_str()].concat();
                by_no.insert(seat_no.into_boxed_str(), seat_index);
            }
        }
        Self { by_no }
    }

    /// Returns the seat with this number, if the layout has one.
    #[must_use]
    pub fn get(&self, seat_no: &str) -> Option<u32> {
        self.by_no.get(seat_no).copied()
    }

    /// Returns how many seats can be found.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_no.len()
    }

    /// Says whether no seat can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_no.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::numbered;

    #[test]
    fn an_unknown_number_is_nobodys_seat() {
        let index = numbered(1_000).index();
        assert_eq!(index.get("S001"), Some(0));
        assert_eq!(index.get("S1000"), Some(999));
        assert_eq!(index.get("S0001"), None);
        assert_eq!(index.get("s001"), None);
        assert_eq!(index.get(""), None);
        assert!(!index.is_empty());
    }
}
