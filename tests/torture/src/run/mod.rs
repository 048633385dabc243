//! Carries out a plan and looks at what is left.

mod carry;
mod inject;
mod load;
mod quiet;
mod stage;
mod tally;
mod views;

pub use carry::{Report, Settings, run};
pub use tally::Counts;
