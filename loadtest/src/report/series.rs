//! Puts the seconds of a run together: what was read each second, and what is known of that second
//! only afterwards.

use std::collections::BTreeMap;

use super::model::Sample;
use crate::buyers::RequestCourse;
use crate::latency::Second;

/// Samples of a run that began at second `start` of the clock, completed with latencies.
#[must_use]
pub fn sampled(
    mut samples: Vec<Sample>,
    requests: &BTreeMap<u64, RequestCourse>,
    updates: &[Second],
) -> Vec<Sample> {
    let updates: BTreeMap<u64, &Second> =
        updates.iter().map(|second| (second.second, second)).collect();
    for sample in &mut samples {
        // A sample is read at the end of its second.
        let second = (sample.at - 0.5).max(0.0) as u64;
        if let Some(requests) = requests.get(&second) {
            sample.done = requests.done;
            sample.refused = requests.refused;
            sample.unknown = requests.unknown;
            [sample.request_p50, sample.request_p95, sample.request_p99] =
                requests.percentiles.map_or([None; 3], |all| all.map(Some));
        }
        if let Some(updates) = updates.get(&second).filter(|second| second.updates > 0) {
            sample.update_p50 = Some(updates.p50);
            sample.update_p95 = Some(updates.p95);
            sample.update_p99 = Some(updates.p99);
            sample.update_max = Some(updates.max);
        }
    }
    samples
}
