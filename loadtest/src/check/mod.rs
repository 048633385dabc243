//! What was promised, checked: what viewers were shown, what buyers were told, what the log and the
//! table say. Shares no state-keeping with the server: the rules stand here once more, written from
//! the contract.

mod auditor;
mod history;
mod judge;
mod ledger;
mod log;
pub mod promises;
mod slow;
pub mod table;
mod told;
mod verdict;

pub use auditor::{Auditor, Sources};
pub use judge::Judge;
pub use ledger::Ledger;
pub use log::{LogLine, Status};
pub use verdict::{Check, CheckOutcome, Conclusion, Verdict, Violation};
