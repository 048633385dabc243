//! Carries out a plan and looks at what is left.

mod carry;
mod clocks;
mod healed;
mod inject;
mod load;
mod logs;
mod nodes;
mod quiet;
mod stage;
mod tally;
mod views;

pub use carry::{Report, Settings, run};
pub use clocks::WRONG_CLOCK;
pub use tally::{CAME_TO_NOTHING, Counts};

/// Whether a disk can be filled here: where mounting isn't allowed, that fault never happens.
#[must_use]
pub fn can_fill_disks(folder: &std::path::Path) -> bool {
    crate::world::SmallDisk::mount(folder).is_some()
}
