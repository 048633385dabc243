//! A plan as a list of parts that can be left out one by one.

use super::Plan;

/// What can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A fault.
    Fault(usize),
    /// A buyer or an organiser.
    Client(usize),
    /// Somebody who watches.
    Viewer(usize),
}

impl Plan {
    /// All that can be left out.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let faults = (0..self.faults.len()).map(Part::Fault);
        let clients = (0..self.clients.len()).map(Part::Client);
        let viewers = (0..self.viewers.len()).map(Part::Viewer);
        faults.chain(clients).chain(viewers).collect()
    }

    /// The plan with these parts only.
    #[must_use]
    pub fn of_parts(&self, parts: &[Part]) -> Self {
        let mut less = self.clone();
        (less.faults, less.clients, less.viewers) = Default::default();
        for part in parts {
            match *part {
                Part::Fault(number) => less.faults.push(self.faults[number].clone()),
                Part::Client(number) => less.clients.push(self.clients[number].clone()),
                Part::Viewer(number) => less.viewers.push(self.viewers[number].clone()),
            }
        }
        less
    }
}
