//! Categories as the bits of one word, so that rows of others are passed by without a look at what
//! they have.

/// The last bit stands for this category and all that follow.
const OTHERS: u16 = 63;

/// Some categories: of the first 63 it knows each, of the others whether there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Categories(u64);

impl Categories {
    /// Whether one of these is one of those too; `None` where only a look at them can tell.
    pub(super) fn meet(self, other: Self) -> Option<bool> {
        match self.0 & other.0 {
            0 => Some(false),
            shared if shared == 1 << OTHERS => None,
            _ => Some(true),
        }
    }

    /// Whether all of these are surely among those.
    pub(super) fn are_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0 && self.0 >> OTHERS == 0
    }

    /// These and those.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<u16> for Categories {
    fn from_iter<T: IntoIterator<Item = u16>>(categories: T) -> Self {
        let bit = |category: u16| 1 << category.min(OTHERS);
        Self(categories.into_iter().fold(0, |bits, category| bits | bit(category)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(categories: &[u16]) -> Categories {
        categories.iter().copied().collect()
    }

    #[test]
    fn categories_meet_where_one_is_the_same() {
        assert_eq!(of(&[0, 62]).meet(of(&[1, 62])), Some(true));
        assert_eq!(of(&[0, 62]).meet(of(&[1, 61, 70])), Some(false));
        // Either may be the same or not.
        assert_eq!(of(&[0, 63]).meet(of(&[1, 63])), None);
        assert_eq!(of(&[0, 63]).meet(of(&[1, 70])), None);
        assert_eq!(of(&[0, 63]).meet(of(&[0, 70])), Some(true));
        assert_eq!(of(&[]).meet(of(&[0, 70])), Some(false));
    }

    #[test]
    fn categories_are_within_others_only_where_that_is_sure() {
        assert!(of(&[0, 62]).are_within(of(&[0, 1, 62])));
        assert!(!of(&[0, 2]).are_within(of(&[0, 1])));
        assert!(!of(&[63]).are_within(of(&[63])));
        assert!(of(&[]).are_within(of(&[])));
        assert_eq!(of(&[0]).and(of(&[5, 70])), of(&[0, 5, 63]));
    }
}
