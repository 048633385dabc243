//! Everything that speaks to PostgreSQL. Knows nothing of HTTP or sockets; called by the
//! sequencer, the hub and the composition root.

pub mod embedded;
