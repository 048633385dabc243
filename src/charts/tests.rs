//! Round trips, sample charts of others, mistakes, and bytes of any kind.

mod bounds;
mod foreign;
mod mistakes;
mod names;
mod nothing_lost;
mod oddities;
mod paths;
mod round_trips;
mod seatlayer;
