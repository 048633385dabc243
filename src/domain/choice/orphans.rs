//! The orphan rule: a hold shouldn't leave a single free seat where none was.
//!
//! Judged by what is free in the row: the client sees the same picture. What could be taken instead
//! costs the same, and has just those spaces for wheelchairs and companions that were asked for:
//! nobody is refused for seats they can't want. A party whose seats aren't all side by side is as
//! many parties as it has pieces, so that single seats in one hold don't evade the rule. The web
//! client has the same rule; `tests/vectors` holds both to it.

use std::collections::{BTreeMap, BTreeSet};
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
        match Judged::of(picture, row, &party) {
            Some(judged) => {
                orphaned.seats.extend(judged.left);
                orphaned.alternative.extend(judged.other);
            }
            None => orphaned.alternative.extend(party),
        }
    }
    orphaned.alternative.sort_unstable();
    orphaned.seats.sort_unstable();
    (!orphaned.seats.is_empty()).then_some(orphaned)
}

/// What a row's part of a hold is at fault for, and what could be taken there instead.
struct Judged {
    left: BTreeSet<SeatIndex>,
    other: BTreeSet<SeatIndex>,
}

impl Judged {
    /// As a whole where it could sit side by side and leave nobody alone; else each of its pieces as
    /// a party of its own, in the row without the others.
    fn of(picture: &Picture, row: u32, party: &[SeatIndex]) -> Option<Self> {
        let segments = &picture.seating().rows[row as usize].segments;
        let is_free = |seat: SeatIndex| picture.is_free(seat as usize);
        let left = left_alone(segments, is_free, party);
        if left.is_empty() {
            return None;
        }
        if let Some(other) = nearest_legal(picture, segments, is_free, party) {
            return Some(Self { left: left.into_iter().collect(), other: other.collect() });
        }
        let mut judged = Self { left: BTreeSet::new(), other: party.iter().copied().collect() };
        for piece in pieces(segments, &judged.other) {
            if let Some((left, _)) = fault_of(picture, segments, &judged.other, &piece) {
                judged.left.extend(left);
            }
        }
        // Each step leaves fewer seats alone, so it comes to an end.
        while judged.improve(picture, segments) {}
        (!judged.left.is_empty()).then_some(judged)
    }

    /// Moves each piece that is at fault; whether there was one.
    fn improve(&mut self, picture: &Picture, segments: &[Range<SeatIndex>]) -> bool {
        let mut improved = false;
        for piece in pieces(segments, &self.other) {
            if let Some((_, run)) = fault_of(picture, segments, &self.other, &piece) {
                piece.iter().for_each(|seat| _ = self.other.remove(seat));
                self.other.extend(run);
                improved = true;
            }
        }
        improved
    }
}

/// The pieces of a party in a row: its seats side by side.
fn pieces(segments: &[Range<SeatIndex>], party: &BTreeSet<SeatIndex>) -> Vec<Vec<SeatIndex>> {
    let mut pieces = Vec::new();
    for segment in segments {
        let seats: Vec<SeatIndex> = party.range(segment.clone()).copied().collect();
        let side_by_side = seats.chunk_by(|seat, next| seat + 1 == *next);
        pieces.extend(side_by_side.map(<[SeatIndex]>::to_vec));
    }
    pieces
}

/// The seats that a piece leaves alone where the others of its party have gone before, and the run
/// that wouldn't; `None` if there is nothing against it.
fn fault_of(
    picture: &Picture,
    segments: &[Range<SeatIndex>],
    party: &BTreeSet<SeatIndex>,
    piece: &[SeatIndex],
) -> Option<(Vec<SeatIndex>, Range<SeatIndex>)> {
    let is_free = |seat: SeatIndex| {
        picture.is_free(seat as usize)
            && (!party.contains(&seat) || piece.binary_search(&seat).is_ok())
    };
    let at = piece.first()?;
    let segment = segments.iter().find(|segment| segment.contains(at))?;
    let left = left_alone(std::slice::from_ref(segment), is_free, piece);
    if left.is_empty() {
        return None;
    }
    Some((left, nearest_legal(picture, segments, is_free, piece)?))
}

/// The seats of segments that would be alone without `party`, and aren't yet.
fn left_alone(
    segments: &[Range<SeatIndex>],
    is_free: impl Fn(SeatIndex) -> bool,
    party: &[SeatIndex],
) -> Vec<SeatIndex> {
    let stays = |seat: SeatIndex| is_free(seat) && party.binary_search(&seat).is_err();
    let mut left = Vec::new();
    for segment in segments {
        let seats = segment.clone();
        left.extend(
            seats.filter(|seat| {
                is_alone(*seat, segment, stays) && !is_alone(*seat, segment, &is_free)
            }),
        );
    }
    left
}

fn is_alone(seat: SeatIndex, segment: &Range<SeatIndex>, free: impl Fn(SeatIndex) -> bool) -> bool {
    free(seat)
        && !(seat > segment.start && free(seat - 1))
        && !(seat + 1 < segment.end && free(seat + 1))
}

/// The run of as many free seats that would do as well, leaves nobody alone, and begins nearest to
/// where the party does; of two, the lower.
fn nearest_legal(
    picture: &Picture,
    segments: &[Range<SeatIndex>],
    is_free: impl Fn(SeatIndex) -> bool,
    party: &[SeatIndex],
) -> Option<Range<SeatIndex>> {
    let is_free = &is_free;
    let like = &Like::of(picture.seating(), party.iter().copied());
    let size = u32::try_from(party.len()).unwrap_or(u32::MAX);
    let legal = segments.iter().flat_map(|segment| {
        let starts = segment.start..(segment.end + 1).saturating_sub(size).max(segment.start);
        starts.map(move |first| first..first + size).filter(move |run| {
            run.clone().all(is_free)
                && leaves_nobody_alone(is_free, segment, run)
                && Like::of(picture.seating(), run.clone()) == *like
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
    free: impl Fn(SeatIndex) -> bool,
    segment: &Range<SeatIndex>,
    run: &Range<SeatIndex>,
) -> bool {
    let before = run.start > segment.start
        && free(run.start - 1)
        && !(run.start > segment.start + 1 && free(run.start - 2));
    let after =
        run.end < segment.end && free(run.end) && !(run.end + 1 < segment.end && free(run.end + 1));
    !before && !after
}
