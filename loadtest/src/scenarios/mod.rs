//! The scenarios: what an engineer runs before an on-sale. Each is a plan made of the same parts –
//! viewers, writers, customers, crowds, storms – and `run` carries a plan out.

mod come;
mod gather;
mod load;
mod plan;
mod required;
mod resources;
mod run;
mod unmet;
mod weigh;

pub use plan::{Plan, Scenario, Storms};
pub use run::{RunError, run};
pub use unmet::Unmet;
