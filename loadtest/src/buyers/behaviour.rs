//! How customers behave, and how they fared.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// How customers come and behave. Shares are from 0 to 1.
#[derive(Clone, Debug)]
pub struct CustomersPlan {
    /// Customers a second.
    pub per_second: f64,
    /// How long they think before each step, in the mean.
    pub think: Duration,
    /// How many walk away after holding seats.
    pub abandon: f64,
    /// How many of those leave without a word, so that their hold has to end by itself.
    pub silent: f64,
    /// How many book but never pay.
    pub unpaid: f64,
    /// How many cancel after paying.
    pub cancel: f64,
    /// Who chooses the seats.
    pub chosen_by: ChosenBy,
    /// Repeats a run.
    pub seed: u64,
}

/// Who chooses a customer's seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenBy {
    /// They do, looking at the map.
    Customer,
    /// The server: the best there are.
    Server,
}

/// How customers fared.
#[derive(Debug, Default)]
pub struct Fared {
    /// They came.
    pub came: AtomicU64,
    /// They paid, and kept the seats.
    pub bought: AtomicU64,
    /// They walked away, or never paid.
    pub left: AtomicU64,
    /// They paid and cancelled.
    pub cancelled: AtomicU64,
    /// Others were faster, or there was nothing left.
    pub empty_handed: AtomicU64,
    /// They were turned away by an error.
    pub failed: AtomicU64,
    /// Races lost on the way.
    pub races_lost: AtomicU64,
}
