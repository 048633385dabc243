//! What a chart of others says that nothing can follow, and that its seats can do without: it is left
//! out and told of, so that one odd value doesn't keep a whole house from being sold.

use std::collections::HashSet;

use super::super::document::Document;
use super::Warnings;

/// The fewest points that have something between them.
const OUTLINE_POINTS_MIN: usize = 3;

/// Leaves out zones that there aren't, and outlines that are points or lines.
pub(super) fn leave_out(document: &mut Document, warnings: &mut Warnings) {
    let Document { zones, sections, .. } = document;
    let zones: HashSet<&str> = zones.iter().map(|zone| zone.key.as_str()).collect();
    for section in sections {
        if let Some(zone) = section.zone.take_if(|zone| !zones.contains(zone.as_str())) {
            warnings.count("there is no zone by the name a section has; it is in none", &zone);
        }
        let mut check = |outline: &mut Vec<[i32; 2]>, kind: &str, label: &str| {
            if (1..OUTLINE_POINTS_MIN).contains(&outline.len()) {
                outline.clear();
                let what = format!(
                    "the outline of a {kind} has fewer than {OUTLINE_POINTS_MIN} points and was \
                     left out"
                );
                warnings.count(&what, label);
            }
        };
        check(&mut section.outline, "section", &section.label);
        for table in &mut section.tables {
            check(&mut table.outline, "table", &table.label);
        }
        for area in &mut section.areas {
            check(&mut area.outline, "area", &area.label);
        }
    }
}
