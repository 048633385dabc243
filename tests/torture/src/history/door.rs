//! One log of two: what happened to seats, and who went in and out. Steps at the door have a version
//! and a moment of their own batch, and no order among its other steps; any that can be will do.

use super::{LogLine, Status};

/// The log with the door's steps in it, each beside the booking that it is about. A step comes
/// after all that was before its batch, after what the clock did in it, and after what made its
/// booking paid; before all else, which may have called the booking off.
#[must_use]
pub fn woven(lines: Vec<(Option<i64>, LogLine)>, door: Vec<(i64, LogLine)>) -> Vec<LogLine> {
    let mut all = lines;
    for (booking, step) in door {
        let moment = (step.version, step.at);
        let begin = all.partition_point(|(_, line)| (line.version, line.at) < moment);
        let end = all.partition_point(|(_, line)| (line.version, line.at) <= moment);
        let precedes = |(of, line): &(Option<i64>, LogLine)| {
            line.request_id.is_none() || (*of == Some(booking) && line.to == Status::Sold)
        };
        let last = all[begin..end].iter().rposition(precedes);
        let place = last.map_or(begin, |last| begin + last + 1);
        all.insert(place, (Some(booking), step));
    }
    all.into_iter().map(|(_, line)| line).collect()
}
