//! The program. Everything it does is in the library.

use std::process::ExitCode;

/// Handshakes of thousands at once need memory that their sockets don't. This allocator gives it
/// back; how soon is set in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    seatmap::run::run()
}
