//! One seat by the log: its steps, and whether each was legal. The rules are the contract's, written
//! down here a second time on purpose.

use crate::check::log::{LogLine, Status};

/// One step, as remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) struct Step {
    pub(in crate::check) version: u64,
    pub(in crate::check) to: Status,
    pub(in crate::check) actor: Option<i64>,
}

/// One seat.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    /// What it was before the first remembered step, and who had made it so.
    pub(super) before: Status,
    pub(super) before_actor: Option<i64>,
    pub(super) steps: Vec<Step>,
    /// Who holds or owns it; `None` when that is unknown or nobody.
    owner: Option<i64>,
    /// Who has had it reserved before: they alone may pay late.
    bookers: Bookers,
    /// The version at which it was taken for a late payment that isn't logged yet.
    paying_late: Option<u64>,
}

/// Who has booked a seat and may have let the booking expire.
#[derive(Clone, Debug)]
enum Bookers {
    /// Anybody: the beginning wasn't seen, or there were too many.
    Unknown,
    These(Vec<i64>),
}

/// Bookers of a seat that are remembered.
const BOOKERS_MAX: usize = 8;

impl Bookers {
    fn add(&mut self, actor: Option<i64>) {
        match (&mut *self, actor) {
            (Self::These(users), Some(user)) if users.len() < BOOKERS_MAX => users.push(user),
            _ => *self = Self::Unknown,
        }
    }

    fn may_include(&self, actor: Option<i64>) -> bool {
        match (self, actor) {
            (Self::These(users), Some(user)) => users.contains(&user),
            (Self::These(users), None) => !users.is_empty(),
            (Self::Unknown, _) => true,
        }
    }
}

/// What is wrong with a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::check) enum Wrong {
    /// The log says it left a state that it wasn't in, or made a move that doesn't exist.
    Illegal(String),
    /// Somebody got, booked or paid what another held.
    NotTheirs(String),
    /// Sold while sold.
    SoldTwice(String),
}

/// Whether an expired booking's seat is taken again, to be sold at the same version.
fn is_paid_late(line: &LogLine) -> bool {
    (line.from, line.to) == (Status::Available, Status::Reserved)
}

/// Whether the contract knows this move.
fn is_legal(from: Status, to: Status) -> bool {
    use Status::{Available, Blocked, Locked, Reserved, Sold};
    match from {
        // To reserved: a late confirm takes the seats again, and sells them at the same version.
        Available => matches!(to, Locked | Blocked | Reserved),
        Locked => matches!(to, Available | Reserved),
        Reserved => matches!(to, Available | Sold),
        Sold | Blocked => to == Available,
    }
}

impl Seat {
    /// A seat as it was at a version.
    pub(super) fn new(code: u8, version: u64) -> Self {
        Self {
            before: Status::of_code(code).unwrap_or(Status::Blocked),
            before_actor: None,
            steps: Vec::new(),
            owner: None,
            bookers: if version == 0 { Bookers::These(Vec::new()) } else { Bookers::Unknown },
            paying_late: None,
        }
    }

    /// Takes a step, and says what is wrong with it.
    pub(super) fn take(&mut self, line: &LogLine) -> Option<Wrong> {
        let wrong = self.judge(line);
        self.paying_late = is_paid_late(line).then_some(line.version);
        if (line.from, line.to) == (Status::Locked, Status::Reserved) {
            self.bookers.add(line.actor);
        }
        if line.to == Status::Available {
            self.owner = None;
        } else if matches!(line.to, Status::Locked | Status::Reserved) {
            self.owner = line.actor.or(self.owner);
        }
        self.steps.push(Step { version: line.version, to: line.to, actor: line.actor });
        wrong
    }

    /// Whether it was taken for a late payment that the log doesn't tell of.
    pub(super) fn is_half_paid(&self) -> bool {
        self.paying_late.is_some()
    }

    fn judge(&self, line: &LogLine) -> Option<Wrong> {
        if let Some(version) = self.paying_late
            && (line.version, line.to) != (version, Status::Sold)
        {
            return Some(Wrong::Illegal("taken for a late payment, and not sold by it".to_owned()));
        }
        let stood = self.steps.last().map_or(self.before, |step| step.to);
        if line.to == Status::Sold && stood == Status::Sold {
            return Some(Wrong::SoldTwice("sold while it was sold".to_owned()));
        }
        if line.from != stood {
            let stood = stood.name();
            return Some(Wrong::Illegal(format!("the log leaves a state it wasn't in: {stood}")));
        }
        if !is_legal(line.from, line.to) {
            return Some(Wrong::Illegal("no such move exists".to_owned()));
        }
        if is_paid_late(line) && !self.bookers.may_include(line.actor) {
            return Some(Wrong::NotTheirs("paid late by somebody who never booked it".to_owned()));
        }
        let (Some(owner), Some(actor)) = (self.owner, line.actor) else { return None };
        let is_theirs = owner == actor;
        match (line.from, line.to) {
            (Status::Locked, Status::Reserved) | (Status::Reserved, Status::Sold) if !is_theirs => {
                Some(Wrong::NotTheirs(format!("user {owner} had it, user {actor} got it")))
            }
            (Status::Locked, Status::Available) if !is_theirs => {
                Some(Wrong::NotTheirs(format!("user {owner} held it, user {actor} let it go")))
            }
            _ => None,
        }
    }
}
