//! Which rows a search looks at: those of a section and a category asked for that have something,
//! the nearest first. The others are passed by, a group at a time where it has none of them.

use super::Search;
use super::picture::{Group, RowState};
use super::seating::Row;

impl Search<'_> {
    /// The rows that have something. What is asked is asked of groups summed up as well: it must be
    /// how many they have at least, or how long a run.
    pub(super) fn rows_with(
        &self,
        has: impl Fn(&RowState) -> bool + Copy,
    ) -> impl Iterator<Item = u32> {
        let groups = self.picture.groups().filter(move |group| has(group.sum));
        let rows = groups.flat_map(|group| self.rows_of(group));
        rows.filter(move |row| has(&self.picture.row(*row as usize)))
    }

    /// All rows that may do, summed up.
    pub(super) fn total(&self) -> RowState {
        self.picture.groups().fold(RowState::default(), |total, group| {
            if self.sections.is_empty() && self.is_of_categories(&group) {
                return total.and(group.sum);
            }
            let states = self.rows_of(group).map(|row| self.picture.row(row as usize));
            states.fold(total, |total, state| total.and(&state))
        })
    }

    /// Whether a row has seats of a section and a category asked for.
    pub(super) fn may_be_of(&self, row: &Row) -> bool {
        self.anywhere || self.in_section(row.section) && self.has_category(row)
    }

    /// Those of a group that may do.
    fn rows_of<'g>(&'g self, group: Group<'g>) -> impl Iterator<Item = u32> + 'g {
        let rows = &self.picture.seating().rows;
        let none = group.categories.meet(self.in_short) == Some(false);
        let all = self.is_of_categories(&group);
        let ranked = if none { &[] } else { group.rows };
        let in_section = ranked.iter().filter(|ranked| self.in_section(ranked.section));
        let may_do = move |row: &u32| all || self.has_category(&rows[*row as usize]);
        in_section.map(|ranked| ranked.row).filter(may_do)
    }

    /// Whether all seats of all its rows are of a category asked for.
    fn is_of_categories(&self, group: &Group<'_>) -> bool {
        self.anywhere || group.categories.are_within(self.in_short)
    }

    fn has_category(&self, row: &Row) -> bool {
        let by_list = || row.categories.iter().any(|category| self.of_category(*category));
        row.in_short.meet(self.in_short).unwrap_or_else(by_list)
    }
}
