//! The HTTP side: routers, extractors, status codes. No SQL.

pub mod live;
