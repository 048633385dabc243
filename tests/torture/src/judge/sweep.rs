//! Goes through the log once, carrying out what it tells, and lets everything that left no trace
//! find the earliest place that real time and its answer allow. Earliest is enough: such things
//! change no seat, so none stands in a later one's way. Extensions change a hold's end: who asked at
//! the same time may have been told either.

use std::collections::HashMap;

use uuid::Uuid;

use super::acts::{self, Act};
use super::carry::Step;
use super::refusals::When;
use super::state::{SECOND, State};
use super::units::{self, Unit, Units, line_shown};
use super::verdict::{Verdict, Violation};
use super::{CLOCK_TOLERANCE_MICROS, Case, late, names, promise, rest, shown};
use crate::history::{Answer, Call, LogLine, Nanos, Operation, Outcome, Status, UnixMicros};

/// How often it is asked whether something is true at a place, in one event. Beyond, the history is
/// undecided, which is a failure too.
const QUESTIONS_MAX: u64 = 50_000_000;

/// Log lines and other operations shown with something that finds no place.
const NEAR_SHOWN_MAX: usize = 12;

/// Something that left no trace in the log, and the places it may have.
struct Traceless<'a> {
    operation: &'a Operation,
    invoked: Nanos,
    answered: Nanos,
    least: usize,
    most: usize,
}

struct Sweep<'a, 'v> {
    case: &'a Case<'a>,
    acts: &'a [Act<'a>],
    units: &'a Units<'a>,
    state: State,
    waiting: Vec<Traceless<'a>>,
    questions: u64,
    verdict: &'v mut Verdict,
}

/// Judges one event.
pub(super) fn judge(case: &Case<'_>, verdict: &mut Verdict) {
    let before = verdict.count;
    let mut acts = acts::gather(case, verdict);
    names::judge(case, &acts, verdict);
    let units = units::cut(case, &mut acts, verdict);
    let state = State::new(case.event.seats, case.event.rules.clone(), slack(&acts));
    let waiting = Vec::new();
    let mut sweep =
        Sweep { case, acts: &acts, units: &units, state, waiting, questions: 0, verdict };
    sweep.check_log();
    sweep.check_order();
    sweep.gather_traceless();
    for place in 0..=units.all.len() {
        sweep.settle(place);
        if let Some(unit) = units.all.get(place) {
            sweep.carry_out(unit);
        }
        if sweep.questions > QUESTIONS_MAX {
            let what = format!("undecided after {QUESTIONS_MAX} questions, at unit {place}");
            sweep.wrong(promise::DECIDED, what, Vec::new());
            return;
        }
    }
    // After a violation nobody knows what should be left.
    if let Some(rest) = case.rest
        && sweep.verdict.count == before
    {
        rest::judge(case, rest, &mut sweep.state, sweep.verdict);
    }
}

/// What extensions without an answer may have added to holds.
fn slack(acts: &[Act<'_>]) -> HashMap<Uuid, i64> {
    let mut slack: HashMap<Uuid, i64> = HashMap::new();
    for act in acts {
        // However often it was sent under its key, it had one effect at most.
        let mut extensions = act.unknown().filter_map(|attempt| match &attempt.call {
            Call::Extend { hold, seconds } => Some((*hold, i64::from(*seconds))),
            _ => None,
        });
        if let Some((hold, seconds)) = extensions.next() {
            *slack.entry(hold).or_default() += seconds * SECOND;
        }
    }
    slack
}

impl<'a> Sweep<'a, '_> {
    fn wrong(&mut self, promise: &'static str, what: String, evidence: Vec<String>) {
        self.verdict.add(Violation { event: self.case.event.id, promise, what, evidence });
    }

    fn check_log(&mut self) {
        let (log, mut version) = (self.case.log, self.case.event.version);
        let mut at = i64::MIN;
        for line in &log.lines {
            self.verdict.looked_at("log lines");
            if line.version != version && line.version != version + 1 {
                let what = format!("version {} comes after {version}", line.version);
                self.wrong(promise::LOG, what, vec![line_shown(line)]);
            }
            if line.at < at {
                let what = format!("time went back from {at} to {}", line.at);
                self.wrong(promise::CLOCK, what, vec![line_shown(line)]);
            }
            (version, at) = (line.version, line.at);
        }
        if log.version != version {
            let what = format!("the event is at version {}, its log at {version}", log.version);
            self.wrong(promise::LOG, what, Vec::new());
        }
    }

    fn check_order(&mut self) {
        for (earlier, later) in self.units.out_of_order() {
            let by = |index: usize| self.units.all[index].by.map(|(_, attempt)| shown(attempt));
            let evidence = [by(earlier), by(later)].into_iter().flatten().collect();
            let versions = (self.units.all[earlier].version, self.units.all[later].version);
            let what = format!(
                "what has version {} began after version {} was answered",
                versions.0, versions.1
            );
            self.wrong(promise::ORDER, what, evidence);
        }
    }

    fn gather_traceless(&mut self) {
        for act in self.acts {
            let Some(operation) = act.decided else { continue };
            self.verdict.looked_at(match operation.outcome {
                Outcome::Done(_) if operation.call.is_read() => "reads",
                Outcome::Done(_) => "acknowledged commands",
                _ => "refusals",
            });
            if act.unit.is_some() {
                continue;
            }
            let window = self.units.window(act.invoked, act.answered);
            let (mut least, mut most) = window.into_inner();
            if let Outcome::Done(answer) = &operation.outcome {
                let Some((first, whole)) = self.places_of(operation, answer) else { continue };
                // What names the version it shows may be behind.
                let is_late = operation.call.may_be_behind();
                (least, most) = (if is_late { first } else { least.max(first) }, most.min(whole));
            }
            let (invoked, answered) = (act.invoked, act.answered);
            if least > most {
                self.homeless(&Traceless { operation, invoked, answered, least, most });
            } else {
                self.waiting.push(Traceless { operation, invoked, answered, least, most });
            }
        }
        self.waiting.sort_by_key(|traceless| traceless.invoked);
    }

    /// Where an answer that names a version can have its place.
    fn places_of(&mut self, operation: &Operation, answer: &Answer) -> Option<(usize, usize)> {
        let version = answer.version();
        let places = match self.units.of_version(version) {
            Some(places) => Some(places),
            None if version == self.case.event.version => Some((0, 0, 0)),
            None => None,
        };
        let Some((first, settled, whole)) = places else {
            let what = format!("version {version} was named, which the log doesn't have");
            self.wrong(promise::ACKNOWLEDGED, what, vec![shown(operation)]);
            return None;
        };
        // A read shows whole versions only; a command may have been decided within its batch.
        let is_whole = operation.call.is_read() || changes_no_seat(&operation.call);
        Some(if is_whole { (settled, whole) } else { (first, whole) })
    }

    /// Lets those that wait find their place here, in the order they were sent; again while that
    /// makes others' answers true. Whoever must have its place by now and has none never will.
    fn settle(&mut self, place: usize) {
        let mut waiting = std::mem::take(&mut self.waiting);
        loop {
            let before = waiting.len();
            self.settle_once(place, &mut waiting);
            if waiting.len() == before {
                break;
            }
        }
        waiting.retain(|traceless| {
            let is_late = place >= traceless.most;
            if is_late {
                self.homeless(traceless);
            }
            !is_late
        });
        self.waiting = waiting;
    }

    fn settle_once(&mut self, place: usize, waiting: &mut Vec<Traceless<'_>>) {
        let mut unsettled_answer = Nanos::MAX;
        // Extensions make a hold's end later: whoever was told an earlier one came first.
        let mut ends: HashMap<Uuid, UnixMicros> = HashMap::new();
        for (hold, end) in waiting.iter().filter(|one| one.least <= place).filter_map(extended) {
            let first = ends.entry(hold).or_insert(end);
            *first = end.min(*first);
        }
        waiting.retain(|traceless| {
            if traceless.least > place {
                return true;
            }
            // Whoever was answered before this one was sent has to have its place first.
            let behind = traceless.operation.call.may_be_behind();
            let is_first = extended(traceless).is_none_or(|(hold, end)| ends[&hold] == end);
            let may = is_first && (behind || unsettled_answer >= traceless.invoked);
            if may && self.is_true(traceless) {
                return false;
            }
            unsettled_answer = unsettled_answer.min(traceless.answered);
            true
        });
    }

    fn when(&self, invoked: Nanos, answered: Nanos) -> When {
        When {
            from: self.case.wall(invoked) - CLOCK_TOLERANCE_MICROS,
            to: self.case.wall(answered) + CLOCK_TOLERANCE_MICROS,
            sent: (invoked, answered),
        }
    }

    fn is_true(&mut self, traceless: &Traceless<'_>) -> bool {
        self.questions += 1;
        let operation = traceless.operation;
        let when = self.when(traceless.invoked, traceless.answered);
        // What the log has ended by now was over when it was answered.
        let begun = self.state.ended <= when.to;
        // A command ends first whatever was over when it was sent.
        if !begun || (looks(operation) && self.state.overdue(when.from).is_some()) {
            return false;
        }
        match &operation.outcome {
            Outcome::Done(answer) => self.state.shows(operation, answer, when),
            Outcome::Refused(no) => self.state.justifies(operation, no, when),
            Outcome::Nothing(_) | Outcome::Unknown { .. } => true,
        }
    }

    /// Says of something that it was true nowhere.
    fn homeless(&mut self, traceless: &Traceless<'_>) {
        let Traceless { operation, least, most, .. } = traceless;
        let (promise, what) = match &operation.outcome {
            Outcome::Refused(no) => {
                (promise::REFUSED, format!("{} was true at no time it could have been", no.code))
            }
            _ if operation.call.is_read() => {
                (promise::READS, "what was read was so at no time it could have been".to_owned())
            }
            _ => {
                let what = "acknowledged, but neither in the log nor so already".to_owned();
                (promise::ACKNOWLEDGED, what)
            }
        };
        let version = |place: usize| {
            let last = place.checked_sub(1).and_then(|last| self.units.all.get(last));
            last.map_or(self.case.event.version, |unit| unit.version)
        };
        let what = format!("{what}: between versions {} and {}", version(*least), version(*most));
        let mut evidence = vec![shown(operation)];
        if let Outcome::Done(Answer::Map { statuses, .. }) = &operation.outcome
            && *statuses != self.state.map()
        {
            evidence.push(format!("the log makes it {}", self.state.map()));
        }
        let overdue = self.state.overdue(self.when(traceless.invoked, traceless.answered).from);
        evidence.extend(overdue.map(|overdue| format!("over, and not ended: {overdue}")));
        evidence.extend(self.near(*least, *most).map(line_shown));
        self.wrong(promise, what, evidence);
    }

    fn near(&self, least: usize, most: usize) -> impl Iterator<Item = &'a LogLine> {
        let end = most.saturating_add(1).min(self.units.all.len());
        let from = least.saturating_sub(2).min(end);
        self.units.all[from..end].iter().flat_map(|unit| unit.lines).take(NEAR_SHOWN_MAX)
    }

    fn carry_out(&mut self, unit: &Unit<'a>) {
        let at = unit.lines[0].at;
        self.state.at = at;
        let lines = || unit.lines.iter().map(line_shown).collect::<Vec<_>>();
        if let Some((act, attempt)) = unit.by {
            self.check_moment(unit, attempt);
            if let Some(overdue) = self.state.overdue(at) {
                let what = format!("a command was decided at {at} beside what was over: {overdue}");
                self.wrong(promise::CLOCK, what, lines());
            }
            self.carry_out_act(unit, act, attempt);
        } else if unit.lines[0].request_id.is_none() {
            match self.state.end(unit.lines) {
                Ok(due) => late::judge(self.case, due, unit.lines, self.verdict),
                Err(why) => {
                    let what = format!("the clock ended what it can't: {why}");
                    self.wrong(promise::CLOCK, what, lines());
                    self.force(unit.lines);
                }
            }
        } else {
            self.force(unit.lines);
        }
    }

    fn carry_out_act(&mut self, unit: &Unit<'a>, act: usize, attempt: &Operation) {
        let act = &self.acts[act];
        let answer = match act.decided.map(|decided| &decided.outcome) {
            Some(Outcome::Done(answer)) => Some(answer),
            _ => None,
        };
        let evidence = || {
            let mut evidence = vec![shown(attempt)];
            evidence.extend(act.decided.filter(|decided| decided.id != attempt.id).map(shown));
            evidence.extend(unit.lines.iter().map(line_shown));
            evidence
        };
        if unit.lines[0].actor != attempt.caller {
            let what = "the log names another than who asked".to_owned();
            self.wrong(promise::LOG, what, evidence());
        }
        match self.state.carry_out(attempt, answer, unit.lines) {
            Ok(steps) if fit(steps.clone(), unit.lines) => {}
            Ok(steps) => {
                let what = format!("what was logged isn't what was asked, but should be {steps:?}");
                self.wrong(promise::LOG, what, evidence());
            }
            Err(why) => {
                let what = format!("version {} can't be: {why}", unit.version);
                self.wrong(promise::LOG, what, evidence());
                self.force(unit.lines);
                return;
            }
        }
        let Some(answer) = answer else { return };
        if answer.version() != unit.version {
            let what = format!(
                "it was answered that it has version {}, but it has {}",
                answer.version(),
                unit.version
            );
            self.wrong(promise::ACKNOWLEDGED, what, evidence());
        }
        if !self.state.tells(attempt, answer) {
            let what = "the answer isn't what happened".to_owned();
            self.wrong(promise::ACKNOWLEDGED, what, evidence());
        }
    }

    /// It was decided while it was asked, by the database's clock.
    fn check_moment(&mut self, unit: &Unit<'_>, attempt: &Operation) {
        let at = unit.lines[0].at;
        let answered = match unit.by {
            Some((act, _)) => self.acts[act].answered,
            None => Nanos::MAX,
        };
        let is_late =
            answered < Nanos::MAX && at > self.case.wall(answered) + CLOCK_TOLERANCE_MICROS;
        let is_early = at < self.case.wall(attempt.invoked) - CLOCK_TOLERANCE_MICROS;
        if is_late || is_early {
            let (from, to) = (self.case.wall(attempt.invoked), self.case.wall(answered));
            let what = format!("decided at {at}, but asked between {from} and {to}");
            self.wrong(promise::CLOCK, what, vec![shown(attempt), line_shown(&unit.lines[0])]);
        }
    }

    /// Goes on as the log says, after a violation was noted, so that what follows is judged by
    /// what is there.
    fn force(&mut self, lines: &[LogLine]) {
        for line in lines {
            self.state.force(line);
        }
    }
}

/// Whether something was decided by how the event stood. What names a seat, hold or booking that
/// isn't there, or can't be right whatever the state, is refused without a look at it.
fn looks(operation: &Operation) -> bool {
    let at_the_door =
        matches!(&operation.outcome, Outcome::Refused(no) if matches!(no.status, 404 | 422));
    // Which seats a number means has to be looked up.
    let by_number = matches!(operation.call, Call::BookQuantity { .. });
    let is_command = !operation.call.is_read() && !changes_no_seat(&operation.call);
    is_command && (by_number || !at_the_door)
}

/// The hold that was extended, and the end that was told.
fn extended(traceless: &Traceless<'_>) -> Option<(Uuid, UnixMicros)> {
    match (&traceless.operation.call, &traceless.operation.outcome) {
        (Call::Extend { hold, .. }, Outcome::Done(Answer::Hold(told))) => {
            Some((*hold, told.expires_at))
        }
        _ => None,
    }
}

/// Whether something is a change, but none of seats, holds or bookings.
fn changes_no_seat(call: &Call) -> bool {
    matches!(call, Call::Rename { .. })
}

fn fit(mut steps: Vec<Step>, lines: &[LogLine]) -> bool {
    let mut logged: Vec<Step> = lines.iter().map(|line| (line.seat, line.from, line.to)).collect();
    let key = |(seat, from, to): &(u32, Status, Status)| (*seat, *from as u8, *to as u8);
    steps.sort_by_key(key);
    logged.sort_by_key(key);
    steps == logged
}
