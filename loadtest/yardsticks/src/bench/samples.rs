//! What was measured: a value has a suite, a case, a contender, a round and a name. Tables and goals
//! are computed from these and nothing else; they go into the JSON as they are.

use std::fmt;

use serde::Serialize;

use super::statistics::{Spread, ratios};

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Contender {
    /// The server, where it doesn't matter who owns the sockets.
    Seatmap,
    /// The server, its sockets owned by hub loops.
    Direct,
    /// The server, a task per socket.
    Portable,
    /// The server of the textbook kind.
    Textbook,
    /// The least a program can do.
    Floor,
    /// The bare statement.
    Pgbench,
    /// The textbook's statements without its server.
    Statements,
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Seatmap => "seatmap",
            Self::Direct => "seatmap, direct",
            Self::Portable => "seatmap, portable",
            Self::Textbook => "textbook",
            Self::Floor => "floor",
            Self::Pgbench => "pgbench",
            Self::Statements => "pgbench, textbook's statements",
        })
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Sample {
    /// The suite's name.
    pub(super) suite: &'static str,
    /// What of the suite.
    pub(super) case: String,
    /// Who.
    pub(super) contender: Contender,
    /// When: contenders are compared within a round.
    pub(super) round: usize,
    /// What, with its unit.
    pub(super) metric: &'static str,
    /// How much.
    pub(super) value: f64,
}

/// Where and when values belong.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The suite's name.
    pub(super) suite: &'static str,
    /// What of the suite.
    pub(super) case: String,
    /// Who.
    pub(super) contender: Contender,
    /// Which round.
    pub(super) round: usize,
}

/// All values of a run, in the order they were measured.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Samples(pub Vec<Sample>);

impl Samples {
    /// Takes values in and shows them, so that whoever waits sees what happens.
    pub(super) fn add(&mut self, place: &Place, values: &[(&'static str, f64)]) {
        let Place { suite, case, contender, round } = place;
        let shown: Vec<String> =
            values.iter().map(|(metric, value)| format!("{metric} {}", short(*value))).collect();
        eprintln!("{suite}, {case}, round {}, {contender}: {}", round + 1, shown.join(", "));
        self.0.extend(values.iter().map(|&(metric, value)| Sample {
            suite,
            case: case.clone(),
            contender: *contender,
            round: *round,
            metric,
            value,
        }));
    }

    /// The values of one metric by round.
    #[must_use]
    pub(super) fn of(
        &self,
        suite: &str,
        case: &str,
        who: Contender,
        metric: &str,
    ) -> Vec<(usize, f64)> {
        let is_meant = |sample: &&Sample| {
            (sample.suite, sample.case.as_str()) == (suite, case)
                && (sample.contender, sample.metric) == (who, metric)
        };
        self.0.iter().filter(is_meant).map(|sample| (sample.round, sample.value)).collect()
    }

    /// The newest value of one metric at a place; not a number when there is none.
    #[must_use]
    pub(super) fn last(&self, place: &Place, metric: &str) -> f64 {
        let of_all = self.of(place.suite, &place.case, place.contender, metric);
        let of_round = of_all.iter().rfind(|(round, _)| *round == place.round);
        of_round.map_or(f64::NAN, |(_, value)| *value)
    }

    /// The spread of one metric.
    #[must_use]
    pub(super) fn spread(
        &self,
        suite: &str,
        case: &str,
        who: Contender,
        metric: &str,
    ) -> Option<Spread> {
        Spread::of(self.of(suite, case, who, metric).into_iter().map(|(_, value)| value))
    }

    /// The spread of one contender's values over another's, round by round.
    #[must_use]
    pub(super) fn ratio(
        &self,
        suite: &str,
        case: &str,
        (who, whom): (Contender, Contender),
        metric: &str,
    ) -> Option<Spread> {
        ratios(&self.of(suite, case, who, metric), &self.of(suite, case, whom, metric))
    }
}

/// A number with as many digits as mean something.
#[must_use]
pub(super) fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => {
            let whole = format!("{value:.0}");
            let (sign, digits) = whole.split_at(whole.len() - whole.trim_start_matches('-').len());
            let groups: Vec<&str> = digits
                .as_bytes()
                .rchunks(3)
                .rev()
                .filter_map(|group| std::str::from_utf8(group).ok())
                .collect();
            format!("{sign}{}", groups.join(","))
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_again() {
        let mut samples = Samples::default();
        for (round, (ours, theirs)) in [(8.0, 1.0), (30.0, 3.0)].into_iter().enumerate() {
            for (contender, value) in [(Contender::Direct, ours), (Contender::Textbook, theirs)] {
                let place = Place { suite: "s", case: "c".to_owned(), contender, round };
                samples.add(&place, &[("rate", value), ("other", 0.0)]);
            }
        }
        assert_eq!(samples.of("s", "c", Contender::Direct, "rate"), [(0, 8.0), (1, 30.0)]);
        let both = (Contender::Direct, Contender::Textbook);
        let ratio = samples.ratio("s", "c", both, "rate").unwrap();
        assert_eq!((ratio.median, ratio.min, ratio.max), (9.0, 8.0, 10.0));
        assert_eq!(samples.spread("s", "d", Contender::Direct, "rate"), None);
    }

    #[test]
    fn numbers_are_short() {
        let shown: Vec<String> =
            [0.0, 1.234, 12.34, 123.4, 1_234.5, 12_345_678.0, -1_000.0].map(short).into();
        assert_eq!(shown, ["0.00", "1.23", "12.3", "123", "1,234", "12,345,678", "-1,000"]);
    }
}
