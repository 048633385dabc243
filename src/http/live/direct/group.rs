//! The viewers of one event that one loop looks after, and how far the loop has come in sending
//! them what is new.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use slab::Slab;

use super::inbox::{Bell, Inbox};
use crate::hub::subscription::Membership;
use crate::hub::watch::Watch;

/// Each flush starts at another viewer, so that nobody is always last: further along by this share
/// of them all, in thousandths. The golden section spreads the starts evenly however many follow.
const START_SHIFT_PERMILLE: usize = 618;

/// The viewers of one event.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) watch: Watch,
    event: usize,
    bell: Arc<Bell>,
    /// Numbers of sockets, mostly ascending.
    members: Vec<u32>,
    /// Where the last flush began.
    start: usize,
    pass: Option<Pass>,
    /// Whether there is news since the flush under way began.
    again: bool,
}

/// A flush under way.
#[derive(Clone, Copy, Debug)]
struct Pass {
    next: usize,
    left: usize,
}

/// All groups of a loop.
#[derive(Debug)]
pub(super) struct Groups {
    inbox: Arc<Inbox>,
    groups: Slab<Group>,
    by_event: HashMap<usize, usize>,
    /// Those with a flush under way, in turn.
    flushing: VecDeque<usize>,
}

impl Groups {
    pub(super) fn new(inbox: Arc<Inbox>) -> Self {
        Self { inbox, groups: Slab::new(), by_event: HashMap::new(), flushing: VecDeque::new() }
    }

    pub(super) fn get_mut(&mut self, group: usize) -> Option<&mut Group> {
        self.groups.get_mut(group)
    }

    /// Adds a socket to the group of its event; answers the group and the position in it.
    pub(super) fn join(&mut self, member: &Membership, socket: u32) -> (usize, usize) {
        let event = member.event_key();
        let group = *self.by_event.entry(event).or_insert_with(|| {
            let entry = self.groups.vacant_entry();
            let number = entry.key();
            let bell = Arc::new(Bell::new(Arc::clone(&self.inbox), number));
            let watch = member.watch(Waker::from(Arc::clone(&bell)));
            let members = Vec::new();
            entry.insert(Group { watch, event, bell, members, start: 0, pass: None, again: false });
            number
        });
        let members = &mut self.groups[group].members;
        members.push(socket);
        (group, members.len() - 1)
    }

    /// Takes a socket out of its group; answers who has its position now, if anybody.
    pub(super) fn leave(&mut self, (number, position): (usize, usize)) -> Option<u32> {
        let group = self.groups.get_mut(number)?;
        group.members.swap_remove(position);
        // Whoever moved there may have been moved out of the way of the flush under way.
        group.again |= group.pass.is_some();
        let moved = group.members.get(position).copied();
        if group.members.is_empty() {
            let emptied = self.groups.remove(number);
            self.by_event.remove(&emptied.event);
            self.flushing.retain(|flushing| *flushing != number);
        }
        moved
    }

    /// An event has news.
    pub(super) fn rung(&mut self, number: usize) {
        let Some(group) = self.groups.get_mut(number) else { return };
        if group.pass.is_some() {
            group.again = true;
        } else {
            group.begin();
            self.flushing.push_back(number);
        }
    }

    /// The group whose turn it is.
    pub(super) fn next_flushing(&mut self) -> Option<usize> {
        self.flushing.pop_front()
    }

    /// How many have a flush under way.
    pub(super) fn flushing(&self) -> usize {
        self.flushing.len()
    }

    /// Ends a group's turn: it gets another if its flush isn't over, or there is more news.
    pub(super) fn turn_over(&mut self, number: usize) {
        let Some(group) = self.groups.get_mut(number) else { return };
        if group.pass.is_some_and(|pass| pass.left > 0) {
            self.flushing.push_back(number);
            return;
        }
        group.watch.end();
        group.pass = None;
        if std::mem::take(&mut group.again) {
            group.begin();
            self.flushing.push_back(number);
        }
    }
}

impl Group {
    fn begin(&mut self) {
        self.bell.hush();
        self.watch.begin();
        let count = self.members.len();
        self.start = (self.start + (count * START_SHIFT_PERMILLE / 1_000).max(1)) % count.max(1);
        self.pass = Some(Pass { next: self.start, left: count });
    }

    /// The next socket of the flush under way.
    pub(super) fn next_member(&mut self) -> Option<usize> {
        let pass = self.pass.as_mut().filter(|pass| pass.left > 0)?;
        pass.left -= 1;
        let member = self.members.get(pass.next).or_else(|| {
            pass.next = 0;
            self.members.first()
        })?;
        pass.next += 1;
        Some(*member as usize)
    }
}
