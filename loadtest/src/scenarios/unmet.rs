//! Options that neither this machine nor the events can meet, told before anybody comes: a run
//! would not be the one asked for, or fail after minutes by something that names no option.

use std::net::{IpAddr, SocketAddr};

use super::plan::Plan;
use crate::audience::usable_cores;
use crate::machine;
use crate::source;

/// An option that can't be met, and what would do.
#[derive(Debug, thiserror::Error)]
pub enum Unmet {
    /// Viewers' threads can't have their cores.
    #[error(
        "--viewer-core {first}: with --viewer-threads {threads} it takes cores {first} to {last}, and \
         this process may have {usable:?}. Name another, or none: then the system chooses"
    )]
    Cores {
        /// The core of the first thread.
        first: usize,
        /// How many threads there are to be.
        threads: usize,
        /// The core of the last.
        last: usize,
        /// The cores that can be had.
        usable: Vec<usize>,
    },
    /// The server's process isn't there.
    #[error(
        "--server-pid {0}: this machine has no such process. Without the option it is the one that \
         listens on the target's port here"
    )]
    Process(u32),
    /// A source can't be connected from.
    #[error(
        "--source {address}: {target} can't be connected to from there: {error}. Name addresses of \
         this machine, of IPv4 or IPv6 as the target is"
    )]
    Address {
        /// The source.
        address: IpAddr,
        /// The target.
        target: SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
    /// Writers lack seats.
    #[error(
        "{option}: {writers} writers need a seat each, and there are enough for {most} of them. Ask \
         for more seats, or fewer writers where the scenario takes --writers"
    )]
    Writers {
        /// The option and its value.
        option: String,
        /// How many there are to be.
        writers: usize,
        /// How many would do.
        most: usize,
    },
    /// The crowd wants more seats than there are.
    #[error(
        "--hot-seats {wanted}: the smallest event has {seats} seats. Ask for that many at most, or \
         for events with more (--seats, --chart, --event)"
    )]
    HotSeats {
        /// How many seats the crowd wants.
        wanted: u32,
        /// How many there are.
        seats: u32,
    },
}

/// Refuses what can be told to be impossible before the server is asked.
pub(super) fn before(plan: &Plan) -> Result<(), Unmet> {
    let options = &plan.options;
    if let Some(first) = options.viewer_core {
        cores(first, options.viewer_threads, usable_cores())?;
    }
    if let Some(process) = options.server_pid.filter(|process| !machine::is_there(*process)) {
        return Err(Unmet::Process(process));
    }
    for &address in &options.source {
        for &target in &options.target {
            let unmet = |error| Unmet::Address { address, target, error };
            source::check(address, target).map_err(unmet)?;
        }
    }
    match options.event.is_empty() && options.chart.is_none() {
        true => seats(plan, &vec![plan.seats; options.events]),
        false => Ok(()),
    }
}

/// Refuses what events with so many seats have no room for.
pub(super) fn seats(plan: &Plan, seats: &[u32]) -> Result<(), Unmet> {
    if let Some(writers) = plan.writers.map(|plan| plan.writers) {
        let most = writers_max(seats);
        if writers > most {
            return Err(Unmet::Writers { option: sized_by(plan), writers, most });
        }
    }
    let fewest = seats.iter().min().copied().unwrap_or_default();
    match plan.crowd {
        Some((_, wanted)) if wanted > fewest => Err(Unmet::HotSeats { wanted, seats: fewest }),
        _ => Ok(()),
    }
}

/// How many writers find a seat each, when they take the events in turn.
fn writers_max(seats: &[u32]) -> usize {
    let rounds = seats.iter().enumerate();
    rounds.map(|(event, seats_of)| *seats_of as usize * seats.len() + event).min().unwrap_or(0)
}

/// What decides on whether writers have seats: their number where it can be chosen, else the
/// events.
fn sized_by(plan: &Plan) -> String {
    let options = &plan.options;
    let events: Vec<String> = options.event.iter().map(ToString::to_string).collect();
    match (plan.writers, &options.chart) {
        (Some(writers), _) if plan.name == "fanout" => format!("--writers {}", writers.writers),
        (_, Some(chart)) => format!("--chart {chart}"),
        _ if events.is_empty() => format!("--seats {}", plan.seats),
        _ => format!("--event {}", events.join(" --event ")),
    }
}

fn cores(first: usize, threads: usize, usable: Vec<usize>) -> Result<(), Unmet> {
    let last = first.saturating_add(threads.saturating_sub(1));
    // As many as there are threads, and not one of them missing.
    let had = usable.iter().filter(|core| (first..=last).contains(*core)).count();
    match had == threads {
        true => Ok(()),
        false => Err(Unmet::Cores { first, threads, last, usable }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_has_a_core_of_its_own() {
        for (first, threads, is_met) in
            [(0, 1, true), (0, 3, true), (1, 3, false), (5, 1, true), (4, 1, false)]
        {
            let met = cores(first, threads, vec![0, 1, 2, 5]);
            assert_eq!(met.is_ok(), is_met, "{first} {threads}");
        }
        let error = cores(usize::MAX, 2, vec![0, 1]).unwrap_err().to_string();
        assert!(error.contains("may have [0, 1]"), "{error}");
    }

    #[test]
    fn writers_take_the_events_in_turn() {
        // The first event's third writer would be the fifth of all.
        for (seats, most) in [(vec![20], 20), (vec![2, 9], 4), (vec![9, 2], 5), (vec![], 0)] {
            assert_eq!(writers_max(&seats), most, "{seats:?}");
        }
    }
}
