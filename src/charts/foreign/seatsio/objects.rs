//! The objects of a chart of seats.io as they are written.
//!
//! No fields are flattened into others here: through serde's `flatten` nobody learns which fields
//! were ignored, and what isn't looked at must be told.

use serde::Deserialize;

use super::super::{Noted, Point, Text, Warnings, ellipse, or_default, rectangle, whole};
use crate::domain::layout::{
    SEAT_COMPANION, SEAT_HEARING_LOOP, SEAT_LIFT_UP_ARMREST, SEAT_PLUS_SIZE, SEAT_RESTRICTED_VIEW,
    SEAT_STEP_FREE, SEAT_WHEELCHAIR,
};

/// What objects are displayed as when nobody chose a word.
const USUAL_TYPES: [&str; 8] =
    ["", "row", "seat", "table", "booth", "section", "generaladmission", "generaladmissionarea"];

/// An object with the fields all of them have; those that begin with `on` have a ground too.
macro_rules! object {
    (on $(#[$doc:meta])* $name:ident { $($(#[$attr:meta])* $field:ident: $type:ty,)* }) => {
        object! {
            $(#[$doc])* $name {
                #[serde(rename = "type")]
                kind: Text,
                center: Option<Point>,
                rotation_angle: Option<f64>,
                width: Option<f64>,
                height: Option<f64>,
                radius: Option<f64>,
                radius1: Option<f64>,
                radius2: Option<f64>,
                points: Option<Vec<Point>>,
                $($(#[$attr])* $field: $type,)*
            }
        }

        impl $name {
            pub(super) fn ground(&self) -> Ground<'_> {
                Ground {
                    kind: &self.kind.0,
                    middle: self.center.unwrap_or_default(),
                    rotation: self.rotation_angle.unwrap_or(0.0),
                    size: self.width.zip(self.height),
                    radii: self.radius1.zip(self.radius2),
                    radius: self.radius,
                    points: self.points.as_deref().unwrap_or_default(),
                }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$attr:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "camelCase", default)]
        pub(super) struct $name {
            pub(super) label: Text,
            pub(super) category_key: Text,
            pub(super) entrance: Text,
            display_label: Noted,
            display_object_type: Text,
            view_from_your_seat_image: Noted,
            published: Option<Noted>,
            $($(#[$attr])* pub(super) $field: $type,)*
        }

        impl $name {
            /// Tells of fields that nothing here has a place for.
            pub(super) fn tell(&self, list: &str, others: &[(bool, &str)], told: &mut Warnings) {
                let shown = self.display_object_type.0.to_lowercase();
                let shared = [
                    (self.display_label.0, "displayLabel"),
                    (!USUAL_TYPES.contains(&shown.as_str()), "displayObjectType"),
                    (self.view_from_your_seat_image.0, "viewFromYourSeatImage"),
                    (self.published == Some(Noted(false)), "published (it isn't)"),
                ];
                for (_, field) in shared.iter().chain(others).filter(|(given, _)| *given) {
                    told.count(&format!("{list}[].{field}: not carried over"), &self.label.0);
                }
            }
        }
    };
}

object! {
    Section {
        #[serde(deserialize_with = "or_default")]
        points: Vec<Point>,
        #[serde(deserialize_with = "or_default")]
        top_left: Point,
        zone: Text,
        #[serde(deserialize_with = "or_default")]
        sub_chart: super::floors::SubChart,
    }
}

object! {
    Row {
        section_label: Noted,
        section_displayed_label: Noted,
        points: Noted,
        #[serde(deserialize_with = "or_default")]
        seats: Vec<Seat>,
    }
}

object! {
    Seat {
        x: Option<f64>,
        y: Option<f64>,
        accessible: Noted,
        companion_seat: Noted,
        restricted_view: Noted,
        hearing_impaired: Noted,
        lift_up_armrests: Noted,
        plus_size: Noted,
        step_free: Noted,
        semi_ambulatory_seat: Noted,
        disabled_by_social_distancing_rules: Noted,
    }
}

impl Seat {
    /// Where it is in its section, if it says so.
    pub(super) fn place(&self) -> Option<Point> {
        self.x.zip(self.y).map(|(x, y)| Point { x, y })
    }

    pub(super) fn flags(&self) -> u8 {
        let flags = [
            (self.accessible, SEAT_WHEELCHAIR),
            (self.companion_seat, SEAT_COMPANION),
            (self.restricted_view, SEAT_RESTRICTED_VIEW),
            (self.hearing_impaired, SEAT_HEARING_LOOP),
            (self.lift_up_armrests, SEAT_LIFT_UP_ARMREST),
            (self.plus_size, SEAT_PLUS_SIZE),
            (self.step_free, SEAT_STEP_FREE),
        ];
        flags.iter().filter(|(noted, _)| noted.0).fold(0, |all, (_, flag)| all | flag)
    }
}

object! {
    on Table {
        book_as_a_whole: Noted,
        variable_occupancy: Noted,
        min_occupancy: Text,
        #[serde(deserialize_with = "or_default")]
        seats: Vec<Seat>,
    }
}

object! {
    on Booth {
        capacity: Text,
    }
}

object! {
    on Area {
        #[serde(deserialize_with = "whole")]
        capacity: Option<u32>,
        book_as_a_whole: Noted,
        variable_occupancy: Noted,
        min_occupancy: Text,
    }
}

object! {
    on Shape {
        smart_type: Text,
    }
}

/// Whether a number of people is more than the one everything admits.
pub(super) fn is_several(number: &Text) -> bool {
    !matches!(number.0.as_str(), "" | "0" | "1")
}

/// Where something is and how large.
pub(super) struct Ground<'a> {
    kind: &'a str,
    middle: Point,
    rotation: f64,
    size: Option<(f64, f64)>,
    radii: Option<(f64, f64)>,
    radius: Option<f64>,
    points: &'a [Point],
}

impl Ground<'_> {
    pub(super) fn middle(&self) -> Point {
        self.middle
    }

    /// Whether it says that a polygon is turned, which has its corners where they are.
    pub(super) fn is_turned_polygon(&self) -> bool {
        self.points.len() > 2 && self.rotation != 0.0
    }

    /// Its corners; none when it isn't known how large it is.
    pub(super) fn outline(&self, offset: Point) -> Vec<Point> {
        let middle = self.middle.plus(offset);
        if self.points.len() > 2 {
            return self.points.iter().map(|point| point.plus(offset)).collect();
        }
        if let Some((x, y)) = self.radii {
            return ellipse(middle, x, y, self.rotation);
        }
        let is_round = matches!(self.kind, "round" | "circle");
        if let Some(radius) = self.radius.filter(|_| is_round || self.size.is_none()) {
            return ellipse(middle, radius, radius, 0.0);
        }
        match self.size {
            Some((width, height)) => rectangle(middle, width, height, self.rotation),
            None => Vec::new(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Words {
    pub(super) text: Text,
    pub(super) label: Text,
    center: Option<Point>,
    x: Option<f64>,
    y: Option<f64>,
    pub(super) text_size: Option<f64>,
    pub(super) rotation_angle: Option<f64>,
}

impl Words {
    pub(super) fn place(&self) -> Option<Point> {
        self.center.or(self.x.zip(self.y).map(|(x, y)| Point { x, y }))
    }
}
