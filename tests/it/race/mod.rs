//! Many at once: what must hold while hundreds want the same seats on several nodes and hundreds
//! watch them. Whatever is left to chance comes from a seed, which is printed and can be set with
//! `SEATMAP_SEED`.

mod arena;
mod audience;
mod joins;
mod judge;
mod log;
mod one_seat;
mod own_seats;
mod resume;
mod trouble;
mod user;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// The seed of this run's chance.
fn seed() -> u64 {
    let given = std::env::var("SEATMAP_SEED").ok();
    let seed =
        given.map_or_else(rand::random, |text| text.parse().expect("SEATMAP_SEED: a number"));
    println!("SEATMAP_SEED={seed}");
    seed
}

/// The chance of one of many who act at once.
fn chance(seed: u64, number: usize) -> StdRng {
    StdRng::seed_from_u64(seed.wrapping_add(number as u64))
}
