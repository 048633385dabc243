//! Round trips, sample charts of others, mistakes, and bytes of any kind.

mod foreign;
mod mistakes;
mod nothing_lost;
mod round_trips;
