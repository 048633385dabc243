//! Tests of the decision. Random commands run against `decide`, with a database that reads and
//! writes as the store does, and against a model written from the contract; the examples show
//! the rules one at a time.

mod checks;
mod database;
mod examples;
mod model;
mod plans;
mod properties;
mod requests;
mod whole;
