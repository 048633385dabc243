//! What the server is measured against, and the measuring. `textbook` is what a good programmer
//! would write in a day, `floor` the least a program can do to reach every socket, `bench` runs
//! them beside the server and writes the table. Nothing here is part of the product.

pub mod bench;
pub mod board;
pub mod control;
pub mod floor;
pub mod limits;
pub mod textbook;
