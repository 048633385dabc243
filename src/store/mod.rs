//! Everything that speaks to PostgreSQL: pools, migrations, the one transaction that changes
//! seats, reads, the listener, the embedded cluster. Knows nothing of HTTP and sockets.

pub mod announcement;
pub mod batch;
pub mod error;
pub mod migrations;
pub mod pool;
mod rows;
