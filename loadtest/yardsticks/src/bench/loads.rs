//! What was asked of everybody in a suite, and who carried it. Who carried less bore another load:
//! latencies under different loads are never compared, which the report sees to.

use serde::Serialize;

use super::samples::{Contender, Samples, short};

/// The least part of what was asked that counts as the same load.
const CARRIED_MIN: f64 = 0.9;

/// The load of a suite's cases.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Load {
    /// The suite.
    pub(super) suite: &'static str,
    /// The metric that tells what was asked.
    pub(super) asked: &'static str,
    /// The metric that tells what was carried.
    pub(super) carried: &'static str,
    /// Metrics that are ratios already.
    pub(super) ratios: &'static [&'static str],
}

impl Load {
    /// What to say of a contender that carried too little to be compared.
    #[must_use]
    pub(super) fn shortfall(
        &self,
        samples: &Samples,
        case: &str,
        who: Contender,
    ) -> Option<String> {
        let median = |metric| Some(samples.spread(self.suite, case, who, metric)?.median);
        let (asked, carried) = (median(self.asked)?, median(self.carried)?);
        let is_short = carried < asked * CARRIED_MIN;
        is_short.then(|| format!("carried {} of {}", short(carried), short(asked)))
    }
}
