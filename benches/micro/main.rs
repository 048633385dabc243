//! Microbenchmarks of what every batch and every frame passes through: `decide`, the codecs, and
//! the merging of change sets for those who come back. Run by `cargo bench` and `make bench`.

mod choice;
mod codecs;
mod decide;
mod merge;

fn main() {
    divan::main();
}
