//! Every seat's recent steps, by the log: what it was at any version not too long ago. Whether its
//! way there was legal is judged by `seat`.

mod seat;

use seat::Seat;
pub(super) use seat::{Step, Wrong};

use super::log::{LogLine, Status};

/// The seats of one event.
#[derive(Clone, Debug)]
pub(super) struct Histories {
    seats: Vec<Seat>,
    /// The last version read.
    pub(super) head: u64,
    /// Steps before this version are forgotten.
    forgotten: u64,
}

impl Histories {
    /// Seats as they were at a version.
    pub(super) fn new(version: u64, statuses: &[u8]) -> Self {
        let seat = |code: &u8| Seat::new(*code, version);
        Self { seats: statuses.iter().map(seat).collect(), head: version, forgotten: 0 }
    }

    /// Takes in a line of the log.
    pub(super) fn take(&mut self, line: &LogLine) -> Option<Wrong> {
        if line.version < self.head {
            return Some(Wrong::Illegal(format!("the log goes back from {}", self.head)));
        }
        self.head = line.version;
        let Some(seat) = self.seats.get_mut(line.seat as usize) else {
            return Some(Wrong::Illegal("the log speaks of a seat that isn't there".to_owned()));
        };
        seat.take(line)
    }

    /// A seat at a version; `None` when that was too long ago, or there is no such seat.
    pub(super) fn at(&self, seat: u32, version: u64) -> Option<Status> {
        let seat = self.seats.get(seat as usize).filter(|_| self.remembers(version))?;
        let after = seat.steps.partition_point(|step| step.version <= version);
        Some(after.checked_sub(1).map_or(seat.before, |last| seat.steps[last].to))
    }

    /// Whether what stood at a version is still known.
    pub(super) fn remembers(&self, version: u64) -> bool {
        // What was forgotten led to what stood just before.
        version + 1 >= self.forgotten
    }

    /// Who has made a seat `status`, if it is that at a version; `None` for nobody, or when that was
    /// too long ago.
    pub(super) fn had_by(&self, seat: u32, status: Status, version: u64) -> Option<i64> {
        if self.at(seat, version) != Some(status) {
            return None;
        }
        let seat = self.seats.get(seat as usize)?;
        let after = seat.steps.partition_point(|step| step.version <= version);
        after.checked_sub(1).map_or(seat.before_actor, |last| seat.steps[last].actor)
    }

    /// The whole map at a version.
    pub(super) fn map_at(&self, version: u64) -> Vec<u8> {
        let seats = 0..u32::try_from(self.seats.len()).unwrap_or(u32::MAX);
        seats.map(|seat| self.at(seat, version).map_or(u8::MAX, Status::code)).collect()
    }

    /// A seat's steps at one version.
    pub(super) fn steps_at(&self, seat: u32, version: u64) -> &[Step] {
        let Some(seat) = self.seats.get(seat as usize) else { return &[] };
        let begin = seat.steps.partition_point(|step| step.version < version);
        let end = seat.steps.partition_point(|step| step.version <= version);
        &seat.steps[begin..end]
    }

    /// A seat's steps after one version, up to another.
    pub(super) fn steps_between(
        &self,
        seat: u32,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = Step> {
        let steps = self.seats.get(seat as usize).map_or(&[][..], |seat| &seat.steps);
        let within = move |step: &&Step| step.version > from && step.version <= to;
        steps.iter().filter(within).copied()
    }

    /// Whether a seat was available all the time from one version to another, moments within a
    /// version included.
    pub(super) fn was_free(&self, seat: u32, from: u64, to: u64) -> bool {
        let Some(known) = self.seats.get(seat as usize) else { return false };
        let begin = known.steps.partition_point(|step| step.version <= from);
        let end = known.steps.partition_point(|step| step.version <= to);
        self.at(seat, from) == Some(Status::Available)
            && known.steps[begin..end.max(begin)].iter().all(|step| step.to == Status::Available)
    }

    /// The seats that were free all the time from one version to another.
    pub(super) fn free_seats(&self, from: u64, to: u64) -> impl Iterator<Item = u32> {
        let all = 0..u32::try_from(self.seats.len()).unwrap_or(u32::MAX);
        all.filter(move |seat| self.was_free(*seat, from, to))
    }

    /// The seats that were taken for late payments, and with which the log ends before those.
    pub(super) fn half_paid(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.seats).filter(|(_, seat)| seat.is_half_paid()).map(|(index, _)| index)
    }

    /// A seat's last steps, as evidence.
    pub(super) fn shown(&self, seat: u32, most: usize) -> Vec<String> {
        self.shown_until(seat, u64::MAX, most)
    }

    /// A seat's last steps up to a version, as evidence.
    pub(super) fn shown_until(&self, seat: u32, version: u64, most: usize) -> Vec<String> {
        let steps = self.seats.get(seat as usize).map_or(&[][..], |seat| &seat.steps);
        let steps = &steps[..steps.partition_point(|step| step.version <= version)];
        let recent = steps.iter().skip(steps.len().saturating_sub(most));
        recent
            .map(|step| {
                let who = step.actor.map_or("nobody".to_owned(), |user| format!("user {user}"));
                format!("log: version {}, seat {seat}: {} by {who}", step.version, step.to.name())
            })
            .collect()
    }

    /// Forgets what happened before a version, but not what came of it.
    pub(super) fn prune(&mut self, version: u64) {
        self.forgotten = self.forgotten.max(version);
        for seat in &mut self.seats {
            let old = seat.steps.partition_point(|step| step.version < version);
            if let Some(last) = old.checked_sub(1) {
                seat.before = seat.steps[last].to;
                seat.before_actor = seat.steps[last].actor;
                seat.steps.drain(..old);
            }
        }
    }

    pub(super) fn seats(&self) -> usize {
        self.seats.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: u64, from: Status, to: Status) -> LogLine {
        LogLine { version, seat: 0, from, to, cause: "test".to_owned(), actor: Some(7) }
    }

    #[test]
    fn only_who_booked_a_seat_pays_late_for_it_and_at_one_version() {
        use Status::{Available, Locked, Reserved, Sold};
        let by =
            |actor, version, from, to| LogLine { actor: Some(actor), ..line(version, from, to) };
        let expired = [
            by(7, 1, Available, Locked),
            by(7, 2, Locked, Reserved),
            LogLine { actor: None, ..line(3, Reserved, Available) },
        ];
        let wrong = |rest: &[LogLine]| {
            let mut histories = Histories::new(0, &[0]);
            expired.iter().chain(rest).find_map(|line| histories.take(line))
        };
        let late = [by(7, 4, Available, Reserved), by(7, 4, Reserved, Sold)];
        assert_eq!(wrong(&late), None);
        let others = [by(8, 4, Available, Reserved)];
        assert!(matches!(wrong(&others), Some(Wrong::NotTheirs(_))));
        let later = [by(7, 4, Available, Reserved), by(7, 5, Reserved, Sold)];
        assert!(matches!(wrong(&later), Some(Wrong::Illegal(_))));
        let never = LogLine { actor: Some(7), ..line(1, Available, Reserved) };
        assert!(matches!(Histories::new(0, &[0]).take(&never), Some(Wrong::NotTheirs(_))));
        assert_eq!(Histories::new(5, &[0]).take(&LogLine { version: 6, ..never }), None);
    }

    #[test]
    fn what_was_forgotten_is_not_told_and_what_came_of_it_is() {
        let mut histories = Histories::new(0, &[0]);
        histories.take(&line(3, Status::Available, Status::Locked));
        histories.take(&line(9, Status::Locked, Status::Available));
        histories.prune(6);
        assert_eq!([2, 4].map(|version| histories.at(0, version)), [None; 2]);
        assert!(!histories.was_free(0, 2, 2) && histories.had_by(0, Status::Locked, 4).is_none());
        for version in 5..9 {
            assert_eq!(histories.at(0, version), Some(Status::Locked), "{version}");
            assert_eq!(histories.had_by(0, Status::Locked, version), Some(7), "{version}");
        }
        assert_eq!(histories.at(0, 9), Some(Status::Available));
        assert!(histories.had_by(0, Status::Locked, 9).is_none() && histories.was_free(0, 9, 9));
    }
}
