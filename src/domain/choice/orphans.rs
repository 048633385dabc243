//! The orphan rule: a hold shouldn't leave a single free seat where none was.
//!
//! Judged by what is free in the row: the client sees the same picture. What could be taken instead
//! costs the same, and has just those spaces for wheelchairs and companions that were asked for:
//! nobody is refused for seats they can't want. The web client has the same rule; `tests/vectors`
//! holds both to it.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::picture::Picture;
use super::seating::{Place, Seating};
use crate::domain::ids::SeatIndex;

/// What an event thinks of single seats left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrphanRule {
    /// Nothing.
    Off,
    /// Seats that the server chooses avoid them where they can.
    #[default]
    Prefer,
    /// A hold that leaves one is refused if there is another choice in that row.
    Strict,
}

impl OrphanRule {
    /// All of them, laxest first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Prefer, Self::Strict];

    /// The word used in REST and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Prefer => "prefer",
            Self::Strict => "strict",
        }
    }

    /// The rule of a word; `None` for any other word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// The seats that a hold would leave alone, and what to take instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orphaned {
    /// The seats that would be left alone, ascending.
    pub seats: Vec<SeatIndex>,
    /// Another choice that leaves none, ascending: all seats of the hold, those in rows where it
    /// was at fault replaced.
    pub alternative: Vec<SeatIndex>,
}

/// Judges a hold of these free seats, ascending, by the strict rule. `None`: nothing against it.
#[must_use]
pub fn judge(picture: &Picture, seats: &[SeatIndex]) -> Option<Orphaned> {
    let mut orphaned = Orphaned { seats: Vec::new(), alternative: Vec::new() };
    let mut by_row: BTreeMap<u32, Vec<SeatIndex>> = BTreeMap::new();
    for seat in seats {
        match picture.seating().place(*seat as usize) {
            Place::Row(row) => by_row.entry(row).or_default().push(*seat),
            Place::Unit(_) => orphaned.alternative.push(*seat),
        }
    }
    for (row, party) in by_row {
        let left = left_alone(picture, row, &party);
        let other = if left.is_empty() { None } else { nearest_legal(picture, row, &party) };
        match other {
            Some(other) => {
                orphaned.seats.extend(left);
                orphaned.alternative.extend(other);
            }
            None => orphaned.alternative.extend(party),
        }
    }
    orphaned.alternative.sort_unstable();
    orphaned.seats.sort_unstable();
    (!orphaned.seats.is_empty()).then_some(orphaned)
}

/// The seats of a row that would be alone without `party`, and aren't yet.
fn left_alone(picture: &Picture, row: u32, party: &[SeatIndex]) -> Vec<SeatIndex> {
    let stays = |seat: SeatIndex| picture.is_free(seat as usize) && !party.contains(&seat);
    let is_free = |seat: SeatIndex| picture.is_free(seat as usize);
    let segments = &picture.seating().rows[row as usize].segments;
    let alone_in = |segment: &Range<SeatIndex>| {
        let segment = segment.clone();
        let all = segment.clone();
        all.filter(move |seat| {
            is_alone(*seat, &segment, stays) && !is_alone(*seat, &segment, is_free)
        })
    };
    segments.iter().flat_map(alone_in).collect()
}

fn is_alone(seat: SeatIndex, segment: &Range<SeatIndex>, free: impl Fn(SeatIndex) -> bool) -> bool {
    free(seat)
        && !(seat > segment.start && free(seat - 1))
        && !(seat + 1 < segment.end && free(seat + 1))
}

/// The run of as many seats in that row that would do as well, leaves nobody alone, and begins
/// nearest to where the party does; of two, the lower.
fn nearest_legal(picture: &Picture, row: u32, party: &[SeatIndex]) -> Option<Range<SeatIndex>> {
    let like = Like::of(picture.seating(), party.iter().copied());
    let size = u32::try_from(party.len()).unwrap_or(u32::MAX);
    let segments = picture.seating().rows[row as usize].segments.iter();
    let legal = segments.flat_map(|segment| {
        let starts = segment.start..(segment.end + 1).saturating_sub(size).max(segment.start);
        starts.map(move |first| first..first + size).filter(|run| {
            run.clone().all(|seat| picture.is_free(seat as usize))
                && leaves_nobody_alone(picture, segment, run)
                && Like::of(picture.seating(), run.clone()) == like
        })
    });
    legal.min_by_key(|run| (run.start.abs_diff(party[0]), run.start))
}

/// What seats have to have in common to stand for one another.
#[derive(PartialEq, Eq)]
struct Like {
    /// How many there are of each category.
    categories: BTreeMap<u16, u32>,
    /// Those that are kept for wheelchairs and companions.
    spaces: Vec<SeatIndex>,
}

impl Like {
    fn of(seating: &Seating, seats: impl Iterator<Item = SeatIndex>) -> Self {
        let mut like = Self { categories: BTreeMap::new(), spaces: Vec::new() };
        for seat in seats {
            *like.categories.entry(seating.category[seat as usize]).or_default() += 1;
            if seating.is_reserved_space(seat as usize) {
                like.spaces.push(seat);
            }
        }
        like
    }
}

/// Whether taking a run of free seats leaves no single seat at either end of it.
pub(super) fn leaves_nobody_alone(
    picture: &Picture,
    segment: &Range<SeatIndex>,
    run: &Range<SeatIndex>,
) -> bool {
    let free = |seat: SeatIndex| picture.is_free(seat as usize);
    let before = run.start > segment.start
        && free(run.start - 1)
        && !(run.start > segment.start + 1 && free(run.start - 2));
    let after =
        run.end < segment.end && free(run.end) && !(run.end + 1 < segment.end && free(run.end + 1));
    !before && !after
}
