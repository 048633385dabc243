//! Makes a failing plan smaller, by delta debugging: leaves out parts and keeps what still fails.
//! Pure but for the runs it is given; bounded by their number.

use std::time::{Duration, Instant};

use crate::plan::{Part, Plan};

/// How often a smaller plan is run before it counts as harmless: runs differ in timing.
const TRIES: usize = 3;

/// How much is spent on making a plan smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How many smaller plans are tried at most.
    pub plans: usize,
    /// After this no further run is begun.
    pub time: Duration,
}

/// Leaves out of a failing plan what it doesn't need to fail, as far as the budget goes.
pub async fn smaller(
    plan: &Plan,
    budget: Budget,
    fails: impl AsyncFn(&Plan) -> bool,
) -> Shrunk<Part> {
    let begun = Instant::now();
    let is_over = || begun.elapsed() > budget.time;
    let still_fails = async |parts: &[Part]| {
        let less = plan.of_parts(parts);
        for _ in 0..TRIES {
            if is_over() {
                return false;
            }
            if fails(&less).await {
                return true;
            }
        }
        false
    };
    let shrunk = shrink(&plan.parts(), budget.plans, still_fails).await;
    Shrunk { is_minimal: shrunk.is_minimal && !is_over(), ..shrunk }
}

/// What is left of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk<T> {
    /// The smallest plan that was seen to fail.
    pub items: Vec<T>,
    /// How many runs that took.
    pub runs: usize,
    /// Whether no single item can be left out; false when the runs were used up before.
    pub is_minimal: bool,
}

/// Leaves out of a failing plan what isn't needed for it to fail. `still_fails` runs a plan; it is
/// called at most `runs_max` times, and never with the plan given here.
pub async fn shrink<T: Clone>(
    items: &[T],
    runs_max: usize,
    mut still_fails: impl AsyncFnMut(&[T]) -> bool,
) -> Shrunk<T> {
    let mut kept = items.to_vec();
    let (mut parts, mut runs) = (2, 0);
    while kept.len() > 1 {
        let size = kept.len().div_ceil(parts);
        let mut smaller = None;
        for start in (0..kept.len()).step_by(size) {
            if runs == runs_max {
                return Shrunk { items: kept, runs, is_minimal: false };
            }
            let end = (start + size).min(kept.len());
            let rest = [&kept[..start], &kept[end..]].concat();
            runs += 1;
            if still_fails(&rest).await {
                smaller = Some(rest);
                break;
            }
        }
        match smaller {
            Some(rest) => {
                kept = rest;
                parts = parts.saturating_sub(1).clamp(2, kept.len().max(2));
            }
            None if size == 1 => break,
            None => parts = (parts * 2).min(kept.len()),
        }
    }
    Shrunk { items: kept, runs, is_minimal: true }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shrunk(items: &[u32], needed: &[u32], runs_max: usize) -> Shrunk<u32> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let fails = async |rest: &[u32]| needed.iter().all(|item| rest.contains(item));
        runtime.block_on(shrink(items, runs_max, fails))
    }

    proptest! {
        #[test]
        fn exactly_what_is_needed_is_left(
            size in 1u32..200,
            needed in proptest::collection::btree_set(0u32..200, 1..6),
        ) {
            let items: Vec<u32> = (0..size).collect();
            let needed: Vec<u32> = needed.into_iter().filter(|item| *item < size).collect();
            prop_assume!(!needed.is_empty());
            let shrunk = shrunk(&items, &needed, usize::MAX);
            prop_assert_eq!(&shrunk.items, &needed);
            prop_assert!(shrunk.is_minimal);
        }
    }

    #[test]
    fn it_stops_after_so_many_runs_with_something_that_fails() {
        let items: Vec<u32> = (0..1_000).collect();
        let shrunk = shrunk(&items, &[3, 500, 999], 10);
        assert_eq!(shrunk.runs, 10);
        assert!(!shrunk.is_minimal);
        assert!([3, 500, 999].iter().all(|item| shrunk.items.contains(item)));
        assert!(shrunk.items.len() < 1_000);
    }
}
