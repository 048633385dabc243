//! Buyers over REST: people who come at a rate, look, hold, hesitate, pay or walk away; writers who
//! change seats at a steady rate; and crowds who all want the same seats. Every answer goes into
//! the ledger, every version into the timekeeper, every duration into the figures.

mod action;
mod answer;
mod behaviour;
mod choice;
mod counter;
mod crowd;
mod customers;
mod figures;
mod pace;
mod request;
mod second;
mod writers;

pub use action::{Action, Answered, Outcome};
pub use behaviour::{ChosenBy, CustomersPlan, Fared};
pub use choice::{Preferences, Taken};
pub use counter::{Caller, Counter, CounterSettings, Keys, LatencyFrom};
pub use crowd::{Crowd, CrowdEnd};
pub use customers::Customers;
pub use figures::{Asked, RequestFigures, Step};
pub use pace::Until;
pub use second::{RequestCourse, RequestSecond};
pub use writers::{Writers, WritersPlan};
