//! Asking the server over REST: a cheap keep-alive HTTP/1.1 client, and the few calls buyers make.
//!
//! Own code because a load generator shares the machine with what it measures: a request is one
//! write and, nearly always, one read, without a task or an allocation of its own. Replies are
//! parsed by `httparse`. Buyers, drivers and checks use it.

mod client;
mod reply;
mod token;

pub use client::{Call, Client, RestError};
pub use reply::Reply;
pub use token::Token;
