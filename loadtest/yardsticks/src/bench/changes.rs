//! Fan-out under a stream of changes, with the frame clock on: what merging saves, and what it
//! costs in latency; the textbook beside it up to the loads that are more than it carries. The
//! floor's single frames, taken before and behind each stream, say what sending every change by
//! itself would take.

use seatmap_loadtest::machine::waited_nanos;
use seatmap_loadtest::write::make_event;
use tokio::time::Instant;

use super::cores::MeasuringFirst;
use super::crowd::Crowd;
use super::fan_out::{self, CPU, LAST, SEATS};
use super::goals::Bound::{AtLeast, AtMost};
use super::goals::Goal;
use super::live_map::start_selling;
use super::loads::Load;
use super::samples::Contender::{Direct, Floor, Portable, Textbook};
use super::samples::{Contender, Place, Samples, short};
use super::usage::Cpu;
use super::writers::Writers;
use super::{Bench, Failed, rotated};

const SUITE: &str = "Fan-out, a stream of changes";
const FLOOR_SUITE: &str = "Fan-out, the floor beside the streams";

/// The most that the textbook is asked for: viewers with changes a second. It falls short of both, so
/// more of either would tell nothing; the report says by how much.
const TEXTBOOK_MAX: [(usize, usize); 2] = [(1_000, 500), (10_000, 50)];

/// The streams that goals compare with the floor.
const JUDGED_VIEWERS: [usize; 3] = [1_000, 5_000, 10_000];
const JUDGED_RATE: usize = 500;

const ASKED: &str = "changes/s asked";
const RATE: &str = "changes/s";
const CPU_OF_CHANGES: &str = "CPU s/M changes delivered";
const SHARE: &str = "CPU, share of uncoalesced";
const TIMES_LAST: &str = "p95 / floor's last p50";
const P95: &str = "p95 ms";
/// Answers and frames race, and who reads the answer late finds the frame there already: its latency
/// counts as the least.
const BEFORE_ANSWER: &str = "share seen before the answer";
const WRITTEN: &str = "changes/s, to the last answer";

fn case(viewers: usize, rate: usize) -> String {
    format!("{viewers} viewers, {rate} changes/s")
}

pub(super) async fn run(bench: &mut Bench) -> Result<(), Failed> {
    bench.separate()?;
    let (rounds, judged_rounds) = (bench.plan.rounds, bench.plan.judged_rounds);
    for round in 0..rounds.max(judged_rounds) {
        for &(viewers, rates) in bench.plan.changes {
            // The machine is never the same for long: each stream has a floor before and behind it.
            let mut before = None;
            for &rate in rates.iter().filter(|rate| round < rounds || is_judged(viewers, **rate)) {
                let floor = match before {
                    Some(floor) => floor,
                    None => OfFloor::measure(bench, viewers, round).await?,
                };
                let all = contenders(viewers, rate);
                let there = if round < rounds { all } else { &[Direct] };
                for contender in rotated(there, round) {
                    let place = Place { suite: SUITE, case: case(viewers, rate), contender, round };
                    turn(bench, &place, (viewers, rate)).await?;
                }
                let after = OfFloor::measure(bench, viewers, round).await?;
                for &contender in there {
                    let place = Place { suite: SUITE, case: case(viewers, rate), contender, round };
                    floor.mean(after).compare(bench, &place);
                }
                before = Some(after);
            }
        }
    }
    bench.compare(SUITE, Textbook, &[P95]);
    bench.loads.push(Load { suite: SUITE, asked: ASKED, carried: WRITTEN, ratios: &[TIMES_LAST] });
    bench.settings.extend(textbook_left(&bench.samples));
    bench.goals.extend(goals(&bench.samples, bench.plan.changes));
    Ok(())
}

/// Whether a goal compares this stream with the floor.
fn is_judged(viewers: usize, rate: usize) -> bool {
    JUDGED_VIEWERS.contains(&viewers) && rate == JUDGED_RATE
}

fn contenders(viewers: usize, rate: usize) -> &'static [Contender] {
    let with_textbook = TEXTBOOK_MAX.iter().any(|most| viewers <= most.0 && rate <= most.1);
    if with_textbook { &[Direct, Portable, Textbook] } else { &[Direct, Portable] }
}

/// Why the textbook is missing beside larger loads: what it carried of the largest it was given.
fn textbook_left(samples: &Samples) -> Option<String> {
    let carried = TEXTBOOK_MAX.iter().filter_map(|&(viewers, rate)| {
        let carried = samples.spread(SUITE, &case(viewers, rate), Textbook, WRITTEN)?.median;
        let (viewers, carried) = (short(viewers as f64), short(carried));
        Some(format!("of {rate} changes/s to {viewers} viewers the textbook carried {carried}"))
    });
    let carried = carried.collect::<Vec<_>>().join(", ");
    let said = format!("Streams: {carried}. So it has no part in streams of more than either.");
    (!carried.is_empty()).then_some(said)
}

/// The floor's figures beside a stream.
#[derive(Clone, Copy)]
struct OfFloor {
    /// CPU seconds per million deliveries.
    cpu: f64,
    /// Milliseconds to the last viewer.
    last: f64,
}

impl OfFloor {
    async fn measure(bench: &mut Bench, viewers: usize, round: usize) -> Result<Self, Failed> {
        let case = fan_out::case(viewers);
        let place = Place { suite: FLOOR_SUITE, case, contender: Floor, round };
        fan_out::turn(bench, &place, viewers).await?;
        let last = |metric| bench.samples.last(&place, metric);
        Ok(Self { cpu: last(CPU), last: last(LAST) })
    }

    fn mean(self, other: Self) -> Self {
        let Self { cpu, last } = self;
        Self { cpu: f64::midpoint(cpu, other.cpu), last: f64::midpoint(last, other.last) }
    }

    /// What a contender's stream was beside the floor.
    fn compare(self, bench: &mut Bench, place: &Place) {
        let of = |metric| bench.samples.last(place, metric);
        let ratios = [(SHARE, of(CPU_OF_CHANGES) / self.cpu), (TIMES_LAST, of(P95) / self.last)];
        bench.samples.add(place, &ratios);
    }
}

async fn turn(
    bench: &mut Bench,
    place: &Place,
    (viewers, rate): (usize, usize),
) -> Result<(), Failed> {
    let server = start_selling(bench, place.contender).await?;
    let event = make_event(server.address, SEATS).await?;
    let process = server.process;
    let crowd = Crowd::gather(server.address, event, viewers).await?;
    let first = MeasuringFirst::begin()?;
    let mut writers = Writers::new(server.address, event, rate);
    let warm = writers.write(bench.plan.stream_warm_up, None).await?;
    // All of that is seen before anything counts, and what is counted begins anew.
    crowd.reached(warm.version).await?;
    crowd.keeper.reset();
    let deltas_before = crowd.audience.stats().numbers.deltas;
    let here = std::process::id();
    let waited = || [process, here].map(|process| waited_nanos(process) as f64 / 1e9);
    let waited_before = waited();
    let (before, own_before, began) = (Cpu::of(process)?, Cpu::of(here)?, Instant::now());
    let written = writers.write(bench.plan.stream, Some(&crowd.keeper)).await?;
    let writing = began.elapsed();
    // One window for all figures: until everybody has seen the last change.
    crowd.reached(written.version).await?;
    let took = began.elapsed();
    let used = Cpu::of(process)?.since(before);
    let own = Cpu::of(here)?.since(own_before);
    let waited = waited();
    let deltas_after = crowd.audience.stats().numbers.deltas;
    drop(first);
    let (figures, _) = crowd.leave()?;
    server.stop().await?;
    let deltas = (deltas_after - deltas_before) as f64;
    let (seconds, millions) = (took.as_secs_f64(), deltas / 1e6);
    let ms = |micros: u64| micros as f64 / 1_000.0;
    let at = |quantile| ms(figures.updates.value_at_quantile(quantile));
    let last = ms(figures.last_of_all.value_at_quantile(0.5));
    let uncoalesced = written.changes as f64 * viewers as f64 / 1e6;
    bench.samples.add(
        place,
        &[
            (ASKED, rate as f64),
            (RATE, written.changes as f64 / seconds),
            (WRITTEN, written.changes as f64 / writing.as_secs_f64()),
            ("frames/s", deltas / viewers as f64 / seconds),
            ("versions seen/s", figures.delivered as f64 / seconds),
            ("CPU cores", used.share(took)),
            ("user s/M frames", used.user / millions),
            ("system s/M frames", used.system / millions),
            (CPU_OF_CHANGES, used.total() / uncoalesced),
            ("p50 ms", at(0.50)),
            (P95, at(0.95)),
            ("p99 ms", at(0.99)),
            ("last p50 ms", last),
            (BEFORE_ANSWER, figures.early as f64 / figures.updates.len() as f64),
            ("server waits, cores", (waited[0] - waited_before[0]) / seconds),
            ("viewers' CPU cores", own.share(took)),
            ("viewers wait, cores", (waited[1] - waited_before[1]) / seconds),
        ],
    );
    Ok(())
}

fn goals(samples: &Samples, plan: &[(usize, &[usize])]) -> Vec<Goal> {
    let mut goals = Vec::new();
    let mut goal = |what: &str, (viewers, rate), metric, bound| {
        let measured = samples.spread(SUITE, &case(viewers, rate), Direct, metric);
        goals.push(Goal::new(format!("{}: {what}", case(viewers, rate)), bound, measured));
    };
    goal("CPU, share of sending each by itself", (10_000, 500), SHARE, AtMost(0.2));
    for viewers in JUDGED_VIEWERS {
        let what = "p95, times the floor's last-of-N p50";
        goal(what, (viewers, JUDGED_RATE), TIMES_LAST, AtMost(2.0));
    }
    goal("p95 in ms", (5_000, 500), P95, AtMost(100.0));
    for &(viewers, rates) in plan {
        for &rate in rates {
            // Else it was another stream that was measured.
            goal("changes/s carried", (viewers, rate), WRITTEN, AtLeast(rate as f64 * 0.95));
        }
    }
    goals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_textbook_is_there_up_to_what_it_cannot_carry() {
        let there = |viewers, rate| contenders(viewers, rate).contains(&Textbook);
        for (viewers, rate) in [(1_000, 50), (1_000, 500), (5_000, 50), (10_000, 50)] {
            assert!(there(viewers, rate), "{}", case(viewers, rate));
        }
        for (viewers, rate) in [(1_000, 5_000), (5_000, 500), (10_000, 500), (19_000, 50)] {
            assert!(!there(viewers, rate), "{}", case(viewers, rate));
        }
    }

    #[test]
    fn the_report_says_what_the_textbook_carried() {
        let mut samples = Samples::default();
        assert_eq!(textbook_left(&samples), None);
        for (viewers, rate, carried) in [(1_000, 500, 154.0), (10_000, 50, 9.5)] {
            let case = case(viewers, rate);
            let place = Place { suite: SUITE, case, contender: Textbook, round: 0 };
            samples.add(&place, &[(WRITTEN, carried)]);
        }
        let said = textbook_left(&samples).unwrap();
        let carried = "of 500 changes/s to 1,000 viewers the textbook carried 154, of 50 changes/s to \
                       10,000 viewers the textbook carried 9.50.";
        assert!(said.contains(carried), "{said}");
    }
}
