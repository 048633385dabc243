//! What viewers were shown, beside the change log and the tables.

use seatmap::domain::seat::SeatStatus;

use super::quiet::Truth;
use crate::clients::viewer::{Seen, Shown};
use crate::history::{Log, Status};

/// The most wrong maps told of one event.
const TOLD_MAX: usize = 5;

/// Every map that is unlike what the log tells of its version, and every viewer that ends unlike
/// the tables.
pub(super) fn wrong(seen: &[&Seen], log: &Log, truth: &Truth) -> Vec<String> {
    let mut wrong = Vec::new();
    for seen in seen {
        wrong.extend(seen.violations.iter().map(|what| format!("{}: {what}", seen.name)));
        let last = seen.shown.last();
        if last.is_some_and(|shown| shown.at == truth.at && shown.map != truth.map) {
            wrong.push(format!("{}: its last map is unlike the table", seen.name));
        }
    }
    let mut shown: Vec<(&str, &Shown)> = Vec::new();
    for seen in seen {
        shown.extend(seen.shown.iter().map(|shown| (seen.name.as_str(), shown)));
    }
    shown.sort_by_key(|(_, shown)| shown.at.version);
    let mut map = vec![SeatStatus::Available; truth.map.len()];
    let mut lines = log.lines.iter().peekable();
    for (name, shown) in shown {
        while let Some(line) = lines.next_if(|line| line.version <= shown.at.version) {
            map[line.seat as usize] = status(line.to);
        }
        if shown.at.version > truth.at.version {
            wrong.push(format!("{name}: was shown {}, beyond {}", shown.at, truth.at));
        } else if shown.map != map {
            let seat = (0..map.len()).find(|seat| shown.map.get(*seat) != Some(&map[*seat]));
            wrong.push(format!("{name}: at {} seat {seat:?} is shown wrong", shown.at));
        }
    }
    wrong.truncate(TOLD_MAX);
    wrong
}

fn status(status: Status) -> SeatStatus {
    let name = status.name();
    SeatStatus::ALL.into_iter().find(|each| each.name() == name).expect("a status")
}
