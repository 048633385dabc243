//! The seeded simulation: a seed makes a plan of buyers, organisers, viewers and faults; a run
//! carries it out against real nodes and a real PostgreSQL; at rest everything has to agree. What
//! was asked and answered is recorded as a history, which the judge looks at knowing only the
//! contract.

mod clients;
pub mod history;
pub mod invariants;
pub mod judge;
pub mod plan;
pub mod prove;
pub mod proxy;
pub mod run;
pub mod shrink;
pub mod totals;
mod world;
