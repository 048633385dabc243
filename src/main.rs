//! The program. Everything it does is in the library.

use std::process::ExitCode;

/// A request is a few hundred small allocations, made on one thread and often freed on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    seatmap::run::run()
}
