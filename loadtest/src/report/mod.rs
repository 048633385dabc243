//! What a run leaves behind: a JSON report whose schema is committed, a page to look at, and the
//! comparison of two.

pub mod compare;
mod format;
mod html;
mod model;
mod plot;
mod series;
mod summary;

pub use html::page;
pub use model::{
    Counts, Latencies, Percentiles, Phase, Rates, Report, RequestStep, Resources, Sample, Setting,
    Share, schema,
};
pub use series::sampled;
pub use summary::summary;

#[cfg(test)]
mod tests;
