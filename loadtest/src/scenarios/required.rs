//! Which promises a run is there to check.

use super::plan::Plan;
use crate::check::promises;

impl Plan {
    /// The promises that this run is there to check: without anything to hold against them it has
    /// not passed. What was left out by an option isn't among them.
    #[must_use]
    pub fn required(&self) -> Vec<&'static str> {
        let mut all = vec![promises::TABLE];
        if self.viewers > 0 {
            all.extend([promises::FOLLOW, promises::SHOWN, promises::END]);
        }
        if self.slow.is_some_and(|slow| self.viewers as f64 * slow.share >= 1.0) {
            all.push(promises::SLOW);
        }
        let (mut books, mut sells) = (self.crowd.is_some(), self.crowd.is_some());
        if let Some(customers) = &self.customers {
            books |= customers.abandon < 1.0;
            sells |= customers.abandon < 1.0 && customers.unpaid < 1.0;
        }
        if books {
            all.push(promises::HOLDER);
        }
        if sells {
            all.push(promises::ONCE);
        }
        if self.writers.is_some() || self.customers.is_some() || self.crowd.is_some() {
            all.extend([promises::LEGAL, promises::ACKNOWLEDGED]);
            all.extend([promises::ANSWERED, promises::COMPLETE]);
        }
        // Of more buyers than seats somebody is refused.
        let halls = self.options.event.len().max(self.options.events);
        if self.crowd.is_some_and(|(buyers, seats)| buyers > seats as usize * halls) {
            all.push(promises::REFUSED);
        }
        all
    }
}
