//! The scenarios: what an engineer runs before an on-sale. Each is a plan made of the same parts –
//! viewers, writers, customers, crowds, storms – and `run` carries a plan out.

mod gather;
mod load;
mod plan;
mod required;
mod run;
mod unmet;

pub use plan::{Plan, Scenario, Storms};
pub use run::{RunError, run};
pub use unmet::Unmet;
