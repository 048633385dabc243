//! What a run leaves behind: a JSON report whose schema is committed, a page to look at, and the
//! comparison of two.

pub mod compare;
mod counts;
mod format;
mod html;
mod model;
mod plot;
mod series;
mod summary;

pub use counts::{Counts, SlowViewers};
pub use html::page;
pub use model::{
    Latencies, Percentiles, Phase, Rates, Report, RequestStep, Resources, Sample, Setting, Share,
    schema,
};
pub use series::sampled;
pub use summary::summary;

#[cfg(test)]
mod tests;
