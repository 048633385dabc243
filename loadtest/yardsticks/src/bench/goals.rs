//! The goals, as functions of what was measured.

use serde::Serialize;

use super::statistics::Spread;

/// On which side of a goal a figure has to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Bound {
    /// Not below it.
    AtLeast(f64),
    /// Not above it.
    AtMost(f64),
}

/// A goal and what came of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Goal {
    /// What is compared with what.
    pub(super) what: String,
    /// What has to be reached.
    pub(super) bound: Bound,
    /// What was measured; `None` when it wasn't.
    pub(super) measured: Option<Spread>,
}

impl Goal {
    /// A goal.
    #[must_use]
    pub(super) fn new(what: impl Into<String>, bound: Bound, measured: Option<Spread>) -> Self {
        Self { what: what.into(), bound, measured }
    }

    /// Whether the median reaches it; `None` when nothing was measured.
    #[must_use]
    pub(super) fn reached(&self) -> Option<bool> {
        let median = self.measured?.median;
        Some(match self.bound {
            Bound::AtLeast(least) => median >= least,
            Bound::AtMost(most) => median <= most,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_decides() {
        let measured = Spread::of([1.0, 2.0, 9.0]);
        let goal = |bound| Goal::new("", bound, measured).reached();
        assert_eq!(goal(Bound::AtLeast(2.0)), Some(true));
        assert_eq!(goal(Bound::AtLeast(2.1)), Some(false));
        assert_eq!(goal(Bound::AtMost(2.0)), Some(true));
        assert_eq!(goal(Bound::AtMost(1.9)), Some(false));
        assert_eq!(Goal::new("", Bound::AtMost(1.0), None).reached(), None);
    }
}
