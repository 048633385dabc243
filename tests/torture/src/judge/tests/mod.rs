//! The judge judged: legal histories pass, and one lie in them is found.

mod created;
mod epochs;
mod examples;
mod healed;
mod lies;
mod names;
mod pretend;

use proptest::prelude::*;

use super::judge;
use crate::history::{self, History};
use pretend::{Plan, plans};

/// More of them, when told to by `PROPTEST_CASES`.
fn case_count() -> u32 {
    let given = std::env::var("PROPTEST_CASES").ok();
    given.map_or(200, |count| count.parse().expect("PROPTEST_CASES: a number"))
}

fn cases() -> ProptestConfig {
    ProptestConfig { cases: case_count(), max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_a_right_server_does_passes(plan in plans()) {
        let history = pretend::play(&plan);
        let verdict = judge(&history);
        prop_assert!(verdict.passed(), "{verdict}");
    }

    #[test]
    fn a_history_survives_its_file(plan in plans()) {
        let healed = Some(history::Healed { at: 7, nodes: 2 });
        let history = History { healed, ..pretend::play(&plan) };
        let file = tempfile::NamedTempFile::new().expect("a file");
        history::write(&history, file.path()).expect("written");
        prop_assert_eq!(history::read(file.path()).expect("read"), history);
    }

    #[test]
    fn one_lie_is_found(plan in plans(), lie in 0..lies::ALL.len(), at in any::<prop::sample::Index>()) {
        let mut history = pretend::play(&plan);
        let (name, tell) = lies::ALL[lie];
        if tell(&mut history, &at) {
            prop_assert!(!judge(&history).passed(), "not found: {name}");
        }
    }
}

/// A test of lies that are never told would prove nothing.
#[test]
fn every_lie_can_be_told_and_is_found() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (plans(), any::<prop::sample::Index>());
    for (name, tell) in lies::ALL {
        let mut told = 0;
        // Some need a history in which much has happened before.
        for _ in 0..4_000 {
            if told == 20 {
                break;
            }
            let (plan, at): (Plan, _) = strategy.new_tree(&mut runner).expect("a plan").current();
            let mut history: History = pretend::play(&plan);
            if tell(&mut history, &at) {
                told += 1;
                assert!(!judge(&history).passed(), "not found: {name}");
            }
        }
        assert!(told == 20, "told only {told} times: {name}");
    }
}
