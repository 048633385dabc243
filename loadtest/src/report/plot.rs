//! Plots: lines as inline SVG that stretches, words as HTML around it that doesn't, so that they
//! can be read on a phone too.

use std::fmt::Write as _;

use super::format::{self, escaped};

/// The side of the SVG's own coordinates, in both directions.
const SIDE: f64 = 1000.0;
/// Lines across a plot.
const Y_STEPS: usize = 4;
/// Points of a line at most; more are thinned to the highest of each group.
const POINTS_MAX: usize = 1_000;
/// Marks that have their words beside them.
const MARKS_NAMED_MAX: usize = 5;

/// What the numbers of an axis are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Micros,
    Bytes,
    Count,
    Cores,
}

impl Unit {
    pub(super) fn show(self, value: f64) -> String {
        match self {
            Self::Micros => format::micros(value),
            Self::Bytes => format::bytes(value),
            Self::Count => format::count(value),
            Self::Cores => format::percent(value),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Micros => "micros",
            Self::Bytes => "bytes",
            Self::Count => "count",
            Self::Cores => "cores",
        }
    }
}

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) name: String,
    /// Which of the page's colours, 1 to 5.
    pub(super) color: u8,
    pub(super) is_dashed: bool,
    pub(super) points: Vec<(f64, f64)>,
}

impl Line {
    pub(super) fn new(name: &str, color: u8, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.to_owned(), color, is_dashed: false, points }
    }
}

/// A place on the x axis with words.
#[derive(Clone, Debug)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// A plot.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    pub(super) title: String,
    pub(super) note: String,
    pub(super) unit: Unit,
    pub(super) lines: Vec<Line>,
    pub(super) ticks: Vec<Tick>,
    /// Vertical lines with words.
    pub(super) marks: Vec<Tick>,
}

impl Plot {
    /// Over time, in seconds.
    pub(super) fn over_time(title: &str, unit: Unit, lines: Vec<Line>) -> Self {
        let lines: Vec<_> = lines.into_iter().filter(|line| !line.points.is_empty()).collect();
        let last = lines.iter().filter_map(|line| line.points.last()).map(|point| point.0);
        let last = last.fold(1.0, f64::max);
        let step = nice(last / 6.0);
        let ticks = (0..).map(|number| f64::from(number) * step).take_while(|at| *at <= last);
        let label = |at: f64| match at {
            at if step >= 60.0 => format!("{:.0} min", at / 60.0),
            at => format!("{at:.0} s"),
        };
        let ticks = ticks.map(|at| Tick { at, label: label(at) }).collect();
        let (title, note) = (title.to_owned(), String::new());
        Self { title, note, unit, lines, ticks, marks: Vec::new() }
    }

    /// As HTML; nothing when there is nothing to show.
    pub(super) fn html(&self) -> String {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        if points().next().is_none() {
            return String::new();
        }
        let left = points().map(|point| point.0).fold(f64::MAX, f64::min);
        let left = self.ticks.first().map_or(left, |tick| left.min(tick.at));
        let right = points().map(|point| point.0).fold(left + 1e-9, f64::max);
        let most = points().map(|point| point.1).fold(0.0, f64::max).max(1e-9);
        let step = match self.unit {
            Unit::Bytes => nice_bytes(most / Y_STEPS as f64),
            Unit::Micros | Unit::Count | Unit::Cores => nice(most / Y_STEPS as f64),
        };
        let top = step * (most / step).ceil();
        let x = |at: f64| (at - left) / (right - left);
        let y = |value: f64| 1.0 - value / top;
        let mut out = String::new();
        let title = escaped(&self.title);
        let _ = write!(out, r#"<figure class="plot" data-unit="{}">"#, self.unit.name());
        let _ = write!(out, "<figcaption><h3>{title}</h3>{}</figcaption>", self.legend());
        out.push_str(r#"<div class="field"><svg viewBox="0 0 1000 1000" "#);
        let _ = write!(out, r#"preserveAspectRatio="none" role="img" aria-label="{title}">"#);
        let levels = (top / step).round() as usize;
        for level in 0..=levels {
            let at = y(step * level as f64) * SIDE;
            let _ = write!(out, r#"<path class="grid" d="M0 {at:.1}H1000"/>"#);
        }
        let marks: Vec<&Tick> =
            self.marks.iter().filter(|mark| mark.at > left && mark.at < right).collect();
        for mark in &marks {
            let at = x(mark.at) * SIDE;
            let _ = write!(out, r#"<path class="mark" d="M{at:.1} 0V1000"/>"#);
        }
        for line in &self.lines {
            let thinned = thinned(&line.points);
            let path = thinned
                .iter()
                .map(|(at, value)| format!("{:.1} {:.1}", x(*at) * SIDE, y(*value) * SIDE));
            let path: Vec<_> = path.collect();
            let dashed = if line.is_dashed { " dashed" } else { "" };
            let color = line.color;
            let _ = write!(out, r#"<path class="line c{color}{dashed}" d="M{}"/>"#, path.join("L"));
        }
        out.push_str("</svg>");
        for level in 0..=levels {
            let value = step * level as f64;
            let (at, label) = (y(value) * 100.0, self.unit.show(value));
            let _ = write!(out, r#"<span class="y" style="top:{at:.2}%">{label}</span>"#);
        }
        for tick in &self.ticks {
            let (at, label) = (x(tick.at) * 100.0, escaped(&tick.label));
            let _ = write!(out, r#"<span class="x" style="left:{at:.2}%">{label}</span>"#);
        }
        // More words than that would lie on each other.
        for mark in marks.iter().filter(|_| marks.len() <= MARKS_NAMED_MAX) {
            let (at, label) = (x(mark.at) * 100.0, escaped(&mark.label));
            let place = if at < 75.0 {
                format!("left:{at:.2}%")
            } else {
                format!("right:{:.2}%", 100.0 - at)
            };
            let _ = write!(out, r#"<span class="m" style="{place}">{label}</span>"#);
        }
        let _ =
            write!(out, r#"<div class="hair" hidden></div><div class="tip" hidden></div></div>"#);
        let _ =
            write!(out, r#"<script type="application/json">{}</script>"#, self.data(left, right));
        if !self.note.is_empty() {
            let _ = write!(out, r#"<p class="note">{}</p>"#, escaped(&self.note));
        }
        out.push_str("</figure>");
        out
    }

    fn legend(&self) -> String {
        let keys = self.lines.iter().map(|line| {
            let dashed = if line.is_dashed { " dashed" } else { "" };
            let (color, name) = (line.color, escaped(&line.name));
            format!(r#"<li><i class="key c{color}{dashed}"></i>{name}</li>"#)
        });
        format!("<ul>{}</ul>", keys.collect::<String>())
    }

    /// What the page's script shows under the pointer.
    fn data(&self, left: f64, right: f64) -> String {
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|line| {
                let points = thinned(&line.points);
                serde_json::json!({ "name": line.name, "color": line.color, "points": points })
            })
            .collect();
        let data = serde_json::json!({ "left": left, "right": right, "lines": lines });
        // Nothing in it may end the script element.
        data.to_string().replace('<', "\\u003c")
    }
}

/// The next of 1, 2, 5, 10, 20, 50 … from a number on.
fn nice(number: f64) -> f64 {
    let power = 10_f64.powf(number.max(1e-9).log10().floor());
    let digit = [1.0, 2.0, 5.0, 10.0].into_iter().find(|digit| digit * power >= number * 0.999);
    digit.unwrap_or(10.0) * power
}

/// The same in KiB, MiB or GiB.
fn nice_bytes(number: f64) -> f64 {
    let unit = 1024_f64.powf(number.max(1.0).log(1024.0).floor());
    nice(number / unit) * unit
}

/// At most [`POINTS_MAX`] points: of each group the highest, since it is peaks that matter.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let group = points.len().div_ceil(POINTS_MAX).max(1);
    let highest = |group: &[(f64, f64)]| {
        group.iter().copied().reduce(|one, other| if other.1 > one.1 { other } else { one })
    };
    points.chunks(group).filter_map(highest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_numbers() {
        for (number, step) in [(0.7, 1.0), (1.0, 1.0), (3.0, 5.0), (11.0, 20.0), (480.0, 500.0)] {
            assert!((nice(number) - step).abs() < 1e-9, "{number}: {}", nice(number));
        }
    }

    #[test]
    fn long_runs_keep_their_peaks() {
        let mut points: Vec<_> = (0..10_000).map(|at| (f64::from(at), 1.0)).collect();
        points[7_777].1 = 99.0;
        let thin = thinned(&points);
        assert!(thin.len() <= POINTS_MAX && thin.contains(&(7_777.0, 99.0)));
    }

    #[test]
    fn words_of_others_stay_words() {
        let line = Line::new("</script><b>", 1, vec![(0.0, 1.0), (1.0, 2.0)]);
        let html = Plot::over_time("<i>", Unit::Count, vec![line]).html();
        assert!(!html.contains("<b>") && !html.contains("<i>"), "{html}");
        assert_eq!(Plot::over_time("none", Unit::Count, Vec::new()).html(), "");
    }
}
