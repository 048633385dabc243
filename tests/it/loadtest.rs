//! The load generator against real servers: that it finds nothing where nothing is wrong, and
//! something where something is.

mod audience;
