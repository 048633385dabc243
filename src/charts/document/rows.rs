//! Rows of seats as they are written, and what may differ within them.

use serde::{Deserialize, Serialize, Serializer};

use super::given;
use crate::domain::layout::{
    SEAT_AISLE, SEAT_COMPANION, SEAT_HEARING_LOOP, SEAT_LIFT_UP_ARMREST, SEAT_PLUS_SIZE,
    SEAT_RESTRICTED_VIEW, SEAT_STEP_FREE, SEAT_WHEELCHAIR,
};

/// From seat to seat, unless a row says otherwise.
pub(in super::super) const SPACING_CM: f64 = 50.0;

/// A row of seats: on a line, an arc, a circle or a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowDocument {
    /// Where it is in a document of another format, as a JSON path.
    #[serde(skip)]
    pub source: String,
    /// The name people read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The first seat; of a circle its middle.
    pub at: [i32; 2],
    /// How many seats; may be left out with a path.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Where its chord goes: 0 to the right, 90 down. Of a circle: where its first seat is, from the
    /// top.
    #[serde(default, skip_serializing_if = "is_zero", serialize_with = "short")]
    pub rotation: f64,
    /// By how much it turns from the first seat to the last; 0 is straight.
    #[serde(default, skip_serializing_if = "is_zero", serialize_with = "short")]
    pub curve: f64,
    /// From seat to seat, along the row.
    #[serde(default = "usual_spacing", skip_serializing_if = "is_usual", serialize_with = "short")]
    pub spacing: f64,
    /// The radius of a circle of seats, as around a table.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub radius: Option<f64>,
    /// Aisles: after which seat, counted from 1, and how wide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<[u32; 2]>,
    /// Steps from each seat to the next, x and y in turn, where no line or arc fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<i32>,
    /// The category of its seats.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What precedes the number in `seat_no` (default: section and row, each followed by `-`).
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// How its seats are numbered.
    #[serde(default, skip_serializing_if = "Numbering::is_default")]
    pub numbering: Numbering,
    /// The numbers themselves, where no scheme fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<String>,
    /// Properties of all its seats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// Which seats have the property `aisle`.
    #[serde(default, skip_serializing_if = "Aisles::is_default")]
    pub aisles: Aisles,
    /// Seats that differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<SeatDocument>,
}

impl Default for RowDocument {
    fn default() -> Self {
        Self {
            source: String::new(),
            label: String::new(),
            at: [0, 0],
            count: None,
            rotation: 0.0,
            curve: 0.0,
            spacing: SPACING_CM,
            radius: None,
            gaps: Vec::new(),
            path: Vec::new(),
            category: None,
            prefix: None,
            numbering: Numbering::default(),
            numbers: Vec::new(),
            properties: Vec::new(),
            aisles: Aisles::default(),
            seats: Vec::new(),
        }
    }
}

/// A scheme of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    /// `numbers` or `letters`.
    #[serde(default, skip_serializing_if = "Scheme::is_numbers")]
    pub scheme: Scheme,
    /// That of the first seat (default 1, which is A).
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub start: i32,
    /// From seat to seat (default 1); −1 counts down, 2 makes odd or even ones.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub step: i32,
    /// Filled up with zeros to so many digits.
    #[serde(default, skip_serializing_if = "is_none")]
    pub digits: u8,
}

impl Default for Numbering {
    fn default() -> Self {
        Self { scheme: Scheme::Numbers, start: 1, step: 1, digits: 0 }
    }
}

impl Numbering {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What seats are called by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// 1, 2, 3.
    #[default]
    Numbers,
    /// A, B, C, … Z, AA, AB.
    Letters,
}

impl Scheme {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_numbers(&self) -> bool {
        *self == Self::Numbers
    }
}

/// Which seats have the property `aisle`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aisles {
    /// Those at the ends of the row and beside its gaps.
    #[default]
    Derived,
    /// Those that say so.
    Given,
}

impl Aisles {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_default(&self) -> bool {
        *self == Self::Derived
    }
}

/// Seats of a row that differ from the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatDocument {
    /// The first of them, counted from 1.
    pub seat: u32,
    /// How many, one after another.
    #[serde(default = "one_seat", skip_serializing_if = "is_one_seat")]
    pub count: u32,
    /// Where it is; for one seat.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub at: Option<[i32; 2]>,
    /// Its number; for one seat.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Their category.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Their properties, besides the row's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// A property of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// A space for a wheelchair.
    Wheelchair,
    /// The seat of a companion.
    Companion,
    /// A restricted view.
    RestrictedView,
    /// Beside an aisle.
    Aisle,
    /// Within reach of a hearing loop.
    HearingLoop,
    /// A lift-up armrest.
    LiftUpArmrest,
    /// For people of size.
    PlusSize,
    /// Reached without steps.
    StepFree,
}

impl Property {
    pub(in super::super) const ALL: [(Self, u8); 8] = [
        (Self::Wheelchair, SEAT_WHEELCHAIR),
        (Self::Companion, SEAT_COMPANION),
        (Self::RestrictedView, SEAT_RESTRICTED_VIEW),
        (Self::Aisle, SEAT_AISLE),
        (Self::HearingLoop, SEAT_HEARING_LOOP),
        (Self::LiftUpArmrest, SEAT_LIFT_UP_ARMREST),
        (Self::PlusSize, SEAT_PLUS_SIZE),
        (Self::StepFree, SEAT_STEP_FREE),
    ];

    pub(in super::super) fn flags(all: &[Self]) -> u8 {
        let of = |wanted: &Self| Self::ALL.iter().find(|(one, _)| one == wanted);
        all.iter().filter_map(of).fold(0, |flags, (_, flag)| flags | flag)
    }

    pub(in super::super) fn of_flags(flags: u8) -> Vec<Self> {
        let set = Self::ALL.iter().filter(|(_, flag)| flags & flag != 0);
        set.map(|(property, _)| *property).collect()
    }
}

fn one() -> i32 {
    1
}

fn one_seat() -> u32 {
    1
}

fn usual_spacing() -> f64 {
    SPACING_CM
}

fn is_one(value: &i32) -> bool {
    *value == 1
}

fn is_one_seat(value: &u32) -> bool {
    *value == 1
}

fn is_none(value: &u8) -> bool {
    *value == 0
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

fn is_usual(value: &f64) -> bool {
    (*value - SPACING_CM).abs() < f64::EPSILON
}

/// Writes whole numbers without `.0`.
fn short<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.fract() == 0.0 && value.abs() < 1e9 {
        #[expect(clippy::cast_possible_truncation, reason = "checked in the line above")]
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}
