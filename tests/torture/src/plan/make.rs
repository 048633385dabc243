//! From a seed to a plan. The same seed makes the same plan.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::{
    ClientPlan, EventPlan, FOUNDER, Fault, Kept, NodePlan, ORGANISER, Plan, Step, Timed, Verb,
    ViewerPlan, Way,
};
use crate::proxy::{At, Cut, How};

/// How many steps a client has at most; time is up before.
const STEPS_MAX: usize = 400;
/// One seed in so many has a standby that takes over, another one a small disk.
const SPECIAL_EVERY: u64 = 4;
/// One seat in so many is a place of the area, in events that have one.
const AREA_SHARE: u32 = 4;
/// One seed in so many has something that lasts for half of its load or more.
const LONG_SHARE: f64 = 0.3;
/// One node in so many has a wrong clock.
const WRONG_CLOCK_SHARE: f64 = 0.35;
/// What is drawn for other parts of a plan, so that a new part leaves the older ones as they were.
const OTHER_CHANCE: u64 = 0x5ea7_0a1e;
/// One event in so many is on sale for a part of the load only.
const ON_SALE_SHARE: f64 = 0.25;
/// One seed in so many ends with nobody listening, until all holds and bookings have run out.
const KEPT_AWAY_SHARE: f64 = 0.15;
/// How many COMMITs of a run are kept back at most, besides those that are cut.
const SPOILT_COMMITS_MAX: u32 = 2;
/// How often a run has requests, or their answers, that come later at one of their steps, at most.
const LATE_REQUESTS_MAX: u32 = 3;
/// How long after the load that lasts, in milliseconds: longer than a hold may live.
const KEPT_AWAY_MS: u64 = 9_000;

/// What buyers do, and how often compared with the others.
const BUYERS_VERBS: [(Verb, u32); 18] = [
    (Verb::Lock, 30),
    (Verb::Unlock, 6),
    (Verb::Hold, 14),
    (Verb::Extend, 6),
    (Verb::Release, 5),
    (Verb::ReadHold, 3),
    (Verb::BookSeats, 6),
    (Verb::BookHold, 12),
    (Verb::BookQuantity, 7),
    (Verb::Confirm, 12),
    (Verb::Cancel, 7),
    (Verb::ReadBooking, 3),
    (Verb::ReadEvent, 3),
    (Verb::ReadTickets, 2),
    (Verb::ReadAvailableTickets, 1),
    (Verb::ReadAvailability, 2),
    (Verb::ReadSince, 2),
    (Verb::Meddle, 3),
];

const FOUNDERS_VERBS: [(Verb, u32); 4] =
    [(Verb::CreateEvent, 1), (Verb::CreateUser, 2), (Verb::CreateChart, 1), (Verb::OpenSession, 1)];

const ORGANISERS_VERBS: [(Verb, u32); 12] = [
    (Verb::Block, 6),
    (Verb::Unblock, 8),
    (Verb::ReadPast, 2),
    (Verb::Rename, 6),
    (Verb::ReadEvent, 2),
    (Verb::ReadTickets, 2),
    (Verb::ReadAvailability, 1),
    (Verb::ReadSince, 1),
    (Verb::CallOff, 4),
    (Verb::CheckIn, 10),
    (Verb::CheckOut, 4),
    (Verb::InspectBooking, 3),
];

impl Plan {
    /// The plan of a seed, with so much load.
    #[must_use]
    pub fn of_seed(seed: u64, load_ms: u64) -> Self {
        let mut chance = StdRng::seed_from_u64(seed);
        let (standby, small_disk) = (seed % SPECIAL_EVERY == 1, seed % SPECIAL_EVERY == 3);
        let nodes = (0..chance.random_range(2..=3)).map(|_| node(&mut chance)).collect::<Vec<_>>();
        let events =
            (0..chance.random_range(1..=2)).map(|_| event(&mut chance)).collect::<Vec<_>>();
        let mut plan = Self {
            seed,
            load_ms,
            nodes,
            standby,
            small_disk,
            events,
            clients: Vec::new(),
            viewers: Vec::new(),
            faults: Vec::new(),
        };
        for number in 0..chance.random_range(5..=9) {
            let client = plan.client(&mut chance, format!("buyer-{number}"), &BUYERS_VERBS);
            plan.clients.push(client);
        }
        let organiser = plan.client(&mut chance, ORGANISER.to_owned(), &ORGANISERS_VERBS);
        plan.clients.push(organiser);
        for number in 0..chance.random_range(4..=8) {
            let viewer = plan.viewer(&mut chance, number);
            plan.viewers.push(viewer);
        }
        plan.faults = plan.schedule(&mut chance);
        plan.add_others(&mut StdRng::seed_from_u64(seed ^ OTHER_CHANCE));
        plan
    }

    /// Sales that open and close, somebody who makes events and customer records, a time without
    /// listeners in which an event falls quiet, and COMMITs and requests that come late.
    fn add_others(&mut self, chance: &mut StdRng) {
        let load_ms = self.load_ms;
        for event in &mut self.events {
            let opens = chance.random_range(0..load_ms / 4);
            let closes = chance.random_range(load_ms / 2..load_ms);
            event.on_sale_ms = chance.random_bool(ON_SALE_SHARE).then_some((opens, closes));
        }
        let founder = self.client(chance, FOUNDER.to_owned(), &FOUNDERS_VERBS);
        self.clients.push(founder);
        if chance.random_bool(KEPT_AWAY_SHARE) {
            let (at_ms, ms) = (load_ms * 9 / 10, load_ms / 10 + KEPT_AWAY_MS);
            self.faults.push(Timed { at_ms, fault: Fault::ListenersKeptAway { ms } });
        }
        for _ in 0..chance.random_range(0..=SPOILT_COMMITS_MAX) {
            let at_ms = chance.random_range(load_ms / 20..load_ms * 9 / 10);
            self.faults.push(Timed { at_ms, fault: spoilt_commit(chance, self.nodes.len()) });
        }
        for _ in 0..chance.random_range(0..=LATE_REQUESTS_MAX) {
            let at_ms = chance.random_range(load_ms / 20..load_ms * 9 / 10);
            let node = chance.random_range(0..self.nodes.len());
            let (at, count) = (step(chance), chance.random_range(1..=4));
            let fault = Fault::RequestsSpoilt { node, at, how: How::Late, count };
            self.faults.push(Timed { at_ms, fault });
        }
    }

    fn client(&self, chance: &mut StdRng, session: String, verbs: &[(Verb, u32)]) -> ClientPlan {
        let event = chance.random_range(0..self.events.len());
        let seats = self.events[event].seats;
        let (organises, hurries) =
            (session == ORGANISER, session != ORGANISER && session != FOUNDER);
        let steps = (0..STEPS_MAX)
            .map(|_| {
                let count = chance.random_range(1..=if organises { 6 } else { 3 });
                // Mostly the first few seats, so that many want the same; rarely one that isn't.
                let first = match chance.random_range(0..100) {
                    0 => seats,
                    1..60 => chance.random_range(0..seats.min(8)),
                    _ => chance.random_range(0..seats),
                };
                let seats = (first..first + count).take_while(|seat| *seat <= seats).collect();
                let keyed = chance.random_bool(0.5);
                Step {
                    verb: weighted(chance, verbs),
                    seats,
                    pick: chance.random_range(0..1_000),
                    node: chance.random_range(0..self.nodes.len()),
                    keyed,
                    repeated: keyed && chance.random_bool(0.1),
                    reused: keyed && chance.random_bool(0.04),
                    pause_ms: chance.random_range(0..if hurries { 80 } else { 200 }),
                }
            })
            .collect();
        ClientPlan { session, event, steps }
    }

    fn viewer(&self, chance: &mut StdRng, number: usize) -> ViewerPlan {
        let restless = chance.random_bool(0.5).then(|| chance.random_range(2..60));
        ViewerPlan {
            event: chance.random_range(0..self.events.len()),
            node: chance.random_range(0..self.nodes.len()),
            way: [Way::Json, Way::Binary, Way::Stream][number % 3],
            restless_after: restless,
            forgetful: chance.random_bool(0.3),
            resync_after: chance.random_bool(0.3).then(|| chance.random_range(5..40)),
        }
    }

    fn schedule(&self, chance: &mut StdRng) -> Vec<Timed> {
        let mut faults = Vec::new();
        let first = self.load_ms / 20;
        for _ in 0..chance.random_range(8..=16) {
            let at_ms = chance.random_range(first..self.load_ms * 9 / 10);
            faults.push(Timed { at_ms, fault: self.fault(chance) });
        }
        if self.standby {
            let at_ms = chance.random_range(self.load_ms / 4..self.load_ms * 3 / 4);
            faults.push(Timed { at_ms, fault: Fault::FailedOver });
        }
        if chance.random_bool(LONG_SHARE) {
            faults.push(self.long(chance));
        }
        if self.small_disk {
            let at_ms = chance.random_range(first..self.load_ms * 3 / 4);
            let ms = chance.random_range(300..2_000);
            faults.push(Timed { at_ms, fault: Fault::DiskFull { ms } });
        }
        faults.sort_by_key(|timed| timed.at_ms);
        faults
    }

    /// Something that lasts longer than anybody's patience with a request.
    fn long(&self, chance: &mut StdRng) -> Timed {
        let at_ms = chance.random_range(self.load_ms / 20..self.load_ms / 3);
        let node = chance.random_range(0..self.nodes.len());
        let event = chance.random_range(0..self.events.len());
        let ms = chance.random_range(self.load_ms / 2..=self.load_ms * 6 / 5);
        let fault = match chance.random_range(0..6) {
            0 | 1 => Fault::NodeStopped { node, ms },
            2 => Fault::ClientsHalfOpen { node, ms },
            3 => Fault::DatabaseAway { node, ms },
            4 => Fault::EventLocked { event, ms },
            _ => Fault::DatabaseHalfOpen { node, ms },
        };
        Timed { at_ms, fault }
    }

    fn fault(&self, chance: &mut StdRng) -> Fault {
        let node = chance.random_range(0..self.nodes.len());
        let event = chance.random_range(0..self.events.len());
        let seat = chance.random_range(0..self.events[event].seats.min(8));
        let ms = chance.random_range(100..2_500);
        let by_ms = chance.random_range(5..80);
        match chance.random_range(0..31) {
            0 => Fault::NodeKilled { node, ms: ms / 4 },
            1 => Fault::NodeStopped { node, ms },
            2 => Fault::NodeShutDown { node, ms: ms / 4 },
            3 => Fault::PostgresCrashed { ms: ms / 4 },
            4 => Fault::PostgresRestarted { ms: ms / 4 },
            5 => Fault::BackendsTerminated {
                count: chance.random_range(1..6),
                pick: chance.random_range(0..100),
            },
            6 => Fault::ListenersTerminated,
            7 | 8 => Fault::CutBeforeCommit { node },
            9..12 => Fault::CutAfterCommit { node },
            12 => Fault::DatabaseCut { node },
            13 => Fault::DatabaseAway { node, ms },
            14 => Fault::DatabaseSlow { node, ms, by_ms: by_ms / 4 },
            15 => Fault::DatabaseHalfOpen { node, ms },
            16 | 17 | 27..30 => spoilt(chance, node),
            18 => Fault::ClientsCut { node },
            19 => match chance.random_bool(0.5) {
                true => Fault::ClientsSlow { node, ms, by_ms },
                false => Fault::ClientsHalfOpen { node, ms },
            },
            20 => Fault::NotifiesDropped { node, ms },
            21 => Fault::NotifiesDoubled { node, ms },
            22 => Fault::NotifiesLate { node, ms, by_ms: by_ms * 10 },
            23 => Fault::PoolsExhausted { ms: ms / 2 },
            24 => match chance.random_bool(0.5) {
                true => Fault::EventLocked { event, ms },
                false => Fault::SeatsLocked { event, from: seat, to: seat + 3, ms },
            },
            25 => Fault::WriteFails { event, seat, ms },
            30 => Fault::LocksLate { node, ms, by_ms },
            _ => Fault::CommitFails { event, seat, ms },
        }
    }
}

/// Some come after everybody's patience.
fn spoilt_commit(chance: &mut StdRng, nodes: usize) -> Fault {
    let node = chance.random_range(0..nodes);
    let cut = *[Cut::BeforeCommit, Cut::AfterCommit].choose(chance).expect("a place");
    let how = *[Kept::Late, Kept::Late, Kept::HalfOpen, Kept::Away].choose(chance).expect("a way");
    Fault::CommitSpoilt { node, cut, how, ms: chance.random_range(300..6_000) }
}

fn spoilt(chance: &mut StdRng, node: usize) -> Fault {
    let at = step(chance);
    let how = *[How::Cut, How::Cut, How::HalfOpen].choose(chance).expect("a way");
    Fault::RequestsSpoilt { node, at, how, count: chance.random_range(1..=4) }
}

fn step(chance: &mut StdRng) -> At {
    let all = [At::BeforeSent, At::HalfSent, At::AfterSent, At::BeforeAnswer, At::HalfAnswer];
    *all.choose(chance).expect("a step")
}

fn node(chance: &mut StdRng) -> NodePlan {
    let wrong = chance.random_bool(WRONG_CLOCK_SHARE);
    let minutes = chance.random_range(1..=30) * if chance.random_bool(0.5) { 1 } else { -1 };
    NodePlan {
        clock_minutes: if wrong { minutes } else { 0 },
        sockets: (*["direct", "portable"].choose(chance).expect("a way")).to_owned(),
        connections: chance.random_range(4..=8),
    }
}

fn event(chance: &mut StdRng) -> EventPlan {
    let cancel = *["owner", "owner", "organiser", "never"].choose(chance).expect("a rule");
    let seats = chance.random_range(8..=40);
    let table = if chance.random_bool(0.4) { chance.random_range(2..=4) } else { 0 };
    EventPlan {
        seats,
        // Half of the events have an area, where most of what buyers want is.
        places: if seats % 2 == 0 { seats / AREA_SHARE } else { 0 },
        table,
        lock_seconds: chance.random_range(1..=3),
        booking_seconds: chance.random_range(1..=3),
        max_seats_per_user: chance.random_range(3..=10),
        cancel_confirmed: cancel.to_owned(),
        on_sale_ms: None,
    }
}

fn weighted(chance: &mut StdRng, verbs: &[(Verb, u32)]) -> Verb {
    let all: u32 = verbs.iter().map(|(_, weight)| weight).sum();
    let mut left = chance.random_range(0..all);
    for (verb, weight) in verbs {
        if left < *weight {
            return *verb;
        }
        left -= weight;
    }
    Verb::ReadEvent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_one_plan_and_a_plan_survives_its_file() {
        for seed in 0..50 {
            let plan = Plan::of_seed(seed, 10_000);
            assert_eq!(plan, Plan::of_seed(seed, 10_000));
            let text = serde_json::to_string(&plan).unwrap();
            assert_eq!(plan, serde_json::from_str(&text).unwrap());
        }
    }
}
