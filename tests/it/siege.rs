//! Stories of those who mean no good, or can't do better: connections that never say what they
//! want, thousands that come and go, and requests with anything in any place.

mod churn;
mod downloads;
mod edges;
mod ends;
mod slow;
