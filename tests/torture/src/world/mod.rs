//! What a run is carried out on: PostgreSQL, nodes and clients' way to them, all of it real and all
//! of it in a folder of its own.

mod disk;
pub(crate) mod node;
pub(crate) mod postgres;

pub(crate) use disk::SmallDisk;
