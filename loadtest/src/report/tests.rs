//! The committed schema is current, and a report keeps to it.

use super::*;
use crate::check::{Check, CheckOutcome, Conclusion, Verdict, Violation};
use crate::latency::micros_histogram;

const COMMITTED: &str = include_str!("../../report.schema.json");

fn percentiles() -> Percentiles {
    let mut histogram = micros_histogram();
    (1..=1_000).for_each(|micros| histogram.saturating_record(micros * 37));
    Percentiles::of(&histogram)
}

fn report() -> Report {
    let check = |promise: &str, outcome| Check {
        promise: promise.to_owned(),
        outcome,
        looked_at: 12,
        violations: 0,
        detail: String::new(),
    };
    let violation = Violation {
        promise: "no seat is sold twice".to_owned(),
        event: 1,
        seat: Some(7),
        what: "sold <twice>".to_owned(),
        evidence: vec!["log: version 3".to_owned()],
    };
    let sample = |at: u32| Sample {
        at: f64::from(at),
        open: 100,
        deliveries: 1_000,
        update_p95: Some(9_000),
        server_rss: Some(50 << 20),
        server_cpu: Some(0.5),
        ..Sample::default()
    };
    let requests = vec![RequestStep {
        name: "lock".to_owned(),
        done: percentiles(),
        refused: Percentiles::default(),
    }];
    Report {
        format: 1,
        tool_version: "0".to_owned(),
        scenario: "onsale".to_owned(),
        started_at: "2030-01-01T00:00:00Z".to_owned(),
        measured_seconds: 30.0,
        settings: vec![Setting { name: "seed".to_owned(), value: "1".to_owned() }],
        machine: crate::machine::Machine::here(),
        verdict: Verdict {
            passed: false,
            unchecked: 0,
            checks: vec![check("a", CheckOutcome::Passed), check("b", CheckOutcome::Skipped)],
            violations: vec![violation],
            violation_count: 1,
        },
        latencies: Latencies { updates: percentiles(), requests, ..Latencies::default() },
        counts: Counts { viewers: 100, deliveries: 5, ..Counts::default() },
        rates: Rates::default(),
        errors: [("409 seats_unavailable".to_owned(), 3)].into(),
        closes: [("1006".to_owned(), 1)].into(),
        connection_failures: Default::default(),
        resources: Resources { server: Some(Share::default()), ..Resources::default() },
        phases: vec![Phase { name: "under load".to_owned(), from: 1.0 }],
        samples: (1..30).map(sample).collect(),
    }
}

#[test]
fn the_committed_schema_is_current() {
    let is_current = schema() == COMMITTED;
    assert!(is_current, "run `seatmap-loadtest schema > loadtest/report.schema.json`");
}

#[test]
fn a_report_keeps_to_the_schema_and_survives_it() {
    let schema: serde_json::Value = serde_json::from_str(COMMITTED).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut value = serde_json::to_value(report()).unwrap();
    let wrong = validator.iter_errors(&value).next().map(|error| error.kind().keyword().to_owned());
    assert_eq!(wrong, None);
    assert_eq!(serde_json::from_value::<Report>(value.clone()).unwrap(), report());
    value["counts"]["viewers"] = "many".into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn the_page_shows_everything_and_needs_nothing() {
    let page = page(&report());
    for shown in
        ["onsale", "1 violations", "Update latency", "409 seats_unavailable", "sold &lt;twice&gt;"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    for loaded in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(loaded), "{loaded}");
    }
}

#[test]
fn a_run_in_which_not_all_was_checked_is_no_pass_anywhere() {
    let mut report = report();
    let why = "nobody may read the log";
    report.verdict = Verdict {
        passed: false,
        unchecked: 1,
        checks: vec![Check {
            promise: "no seat is sold twice".to_owned(),
            outcome: CheckOutcome::Unchecked,
            looked_at: 0,
            violations: 0,
            detail: why.to_owned(),
        }],
        violations: Vec::new(),
        violation_count: 0,
    };
    assert_eq!(report.verdict.conclusion(), Conclusion::NotAllChecked);
    let page = page(&report);
    for shown in ["badge open", "Not all was checked", "no pass", why] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("All promises kept"));
    let page = compare::page(["a", "b"], [&report, &report]);
    assert!(page.contains("In a not all was checked."));
    // A report from before there was such a thing.
    let mut value = serde_json::to_value(self::report()).unwrap();
    value["verdict"].as_object_mut().unwrap().remove("unchecked");
    let old: Report = serde_json::from_value(value).unwrap();
    assert_eq!(old.verdict.conclusion(), Conclusion::Broken);
}

#[test]
fn a_comparison_names_what_got_better_and_worse() {
    let (one, mut other) = (report(), report());
    other.latencies.updates.p95 *= 2;
    let table = compare::table(["a", "b"], [&one, &other]);
    let line = table.lines().find(|line| line.starts_with("update to a viewer, p95")).unwrap();
    assert!(line.trim_end().ends_with("2.00"), "{line}");
    let page = compare::page(["a", "b"], [&one, &other]);
    assert!(page.contains(r#"<td class="bad">2.00</td>"#));
}

#[test]
fn a_comparison_shows_every_step_and_what_is_not_comparable() {
    let (mut one, mut other) = (report(), report());
    one.latencies.requests[0].name = "come in".to_owned();
    other.latencies.requests[0].name = "hold the best".to_owned();
    other.settings[0].value = "<2>".to_owned();
    let table = compare::table(["a", "b"], [&one, &other]);
    let words = |begin: &str| {
        let line = table.lines().find(|line| line.starts_with(begin)).unwrap_or_default();
        line.split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(words("come in, p50")[3..], ["18.5", "ms", "–"]);
    assert_eq!(words("hold the best, p50")[4..], ["–", "18.5", "ms"]);
    assert_eq!(words("lock, p50"), [""; 0]);
    assert!(table.ends_with("not the same: seed: 1 / <2>\n"), "{table}");
    let page = compare::page(["a", "b"], [&one, &other]);
    assert!(page.contains("Not the same: seed: 1 / &lt;2&gt;"));
    assert!(!compare::table(["a", "b"], [&one, &one]).contains("not the same"));
}

#[test]
fn load_that_was_not_offered_and_times_that_were_lost_are_told_everywhere() {
    let mut report = report();
    assert!(!summary(&report).contains("WARNING") && !page(&report).contains("warning\">"));
    (report.counts.changes_missed, report.counts.latencies_lost) = (77_519, 1_234);
    report.counts.requests_cut = 4_321;
    for text in [summary(&report), page(&report)] {
        for shown in [
            "77,519 changes",
            "lower than asked for",
            "1,234 notes and arrivals",
            "4,321 requests took more than an hour",
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
    }
}

#[test]
fn what_a_viewer_costs_is_told_or_why_not() {
    let mut report = report();
    report.counts.viewers = 200;
    let share = Share { rss_before: 30 << 20, rss_connected: 20 << 20, ..Share::default() };
    report.resources.server = Some(share);
    assert!(!summary(&report).contains("WARNING"), "only a run about memory has to tell it");
    report.scenario = "idle".to_owned();
    for told in [summary(&report), page(&report)] {
        let why = "it had 30.0 MiB before 200 viewers came and 20.0 MiB with them";
        assert!(told.contains(why), "{told}");
    }
    report.resources.server_viewers_before = Some(10_000);
    assert!(summary(&report).contains("let 10,000 in before"));
    report.resources.server_bytes_per_viewer = Some(2_048.0);
    let told = summary(&report);
    assert!(told.contains("2.00 KiB a viewer") && !told.contains("WARNING"), "{told}");
    report.resources = Resources::default();
    assert!(summary(&report).contains("its process was not found on this machine"));
}

#[test]
fn others_viewers_and_restarts_are_told() {
    let mut report = report();
    report.counts.deliveries = 1_000;
    report.resources.server_deliveries = Some(1_400);
    assert!(!summary(&report).contains("WARNING"), "some of its own were not read");
    report.resources.server_deliveries = Some(2_000);
    report.resources.server_restarts = 1;
    for told in [summary(&report), page(&report)] {
        assert!(
            told.contains("2,000 messages, 1,000 of them to the viewers of this run"),
            "{told}"
        );
        assert!(told.contains("processes of the server that ended: 1"), "{told}");
    }
}
