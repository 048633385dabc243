//! Somebody who carries out a plan of steps: a buyer, an organiser or a founder.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::asking::Asking;
use crate::history::{Answer, Call, Outcome, RENAMED};
use crate::plan::{ClientPlan, ORGANISER, Step, Verb};

/// How often a request in doubt is repeated at once; what is still in doubt is asked again at rest.
const REPEATS_MAX: usize = 3;
/// How long a client waits before it repeats a request.
const REPEAT_PAUSE: Duration = Duration::from_millis(150);
/// How many holds and bookings of each kind a client remembers, old ones included: they give no
/// right any more, and that is tried.
const REMEMBERED_MAX: usize = 6;
/// How often a request in doubt is repeated at rest.
const SETTLING_MAX: usize = 50;
/// How many seats an event has at most that is made during a run.
const NEW_SEATS_MAX: u32 = 60;

pub(crate) struct Buyer {
    asking: Asking,
    /// The same caller at the same time, elsewhere.
    twin: Asking,
    plan: ClientPlan,
    holds: Vec<(Uuid, Vec<u32>)>,
    bookings: Vec<i64>,
    /// The map that was read last: its history, version and letters.
    map: Option<(String, u64, String)>,
    /// What is in doubt, with its key.
    unsettled: Vec<(Call, String)>,
}

/// In how many ways somebody meddles.
const MEDDLINGS: usize = 7;

impl Buyer {
    pub(crate) fn new([asking, twin]: [Asking; 2], plan: ClientPlan) -> Self {
        let (holds, bookings, unsettled) = (Vec::new(), Vec::new(), Vec::new());
        Self { asking, twin, plan, holds, bookings, map: None, unsettled }
    }

    /// Acts until its steps are done or time is up.
    pub(crate) async fn act(mut self, until: Instant) -> Self {
        let steps = std::mem::take(&mut self.plan.steps);
        for (number, step) in steps.iter().enumerate() {
            sleep(Duration::from_millis(step.pause_ms)).await;
            if Instant::now() >= until {
                break;
            }
            if let Some(call) = self.call(step) {
                self.carry_out(number, step, call).await;
            }
        }
        self
    }

    /// At rest: asks again what is still in doubt, until it isn't. Answers what stays so.
    pub(crate) async fn settle(mut self) -> Vec<String> {
        let mut open = Vec::new();
        for (call, key) in std::mem::take(&mut self.unsettled) {
            let mut last = None;
            for attempt in 0..SETTLING_MAX {
                let outcome = self.asking.ask(attempt, &call, Some(&key)).await;
                if decides(&outcome) {
                    last = None;
                    break;
                }
                last = Some(outcome);
                sleep(REPEAT_PAUSE).await;
            }
            if let Some(outcome) = last {
                let session = &self.asking.session;
                open.push(format!("{session} never hears of {call:?}: {outcome:?}"));
            }
        }
        open
    }

    async fn carry_out(&mut self, number: usize, step: &Step, call: Call) {
        let keyed = step.keyed && !call.is_read();
        let key = keyed.then(|| format!("{}-{number}", self.asking.session));
        let mut outcome = match &key {
            Some(key) if step.repeated && step.pick.is_multiple_of(2) => {
                self.ask_at_once(step.node, &call, key).await
            }
            key => self.asking.ask(step.node, &call, key.as_deref()).await,
        };
        let Some(key) = key else { return self.learn(&outcome) };
        let mut repeats = 0;
        while !decides(&outcome) && repeats < REPEATS_MAX {
            sleep(REPEAT_PAUSE).await;
            repeats += 1;
            outcome = self.asking.ask(step.node + repeats, &call, Some(&key)).await;
        }
        if !decides(&outcome) {
            self.unsettled.push((call.clone(), key.clone()));
        }
        self.learn(&outcome);
        if step.repeated {
            self.asking.ask(step.node + 1, &call, Some(&key)).await;
        }
        if step.reused {
            // Refused, unless the key stands for nothing yet.
            let other = another(&call, &step.seats);
            let outcome = self.asking.ask(step.node + 1, &other, Some(&key)).await;
            self.learn(&outcome);
        }
    }

    /// Asks two nodes under one key; which of them decides is theirs to find out.
    async fn ask_at_once(&mut self, node: usize, call: &Call, key: &str) -> Outcome {
        let (first, second) = tokio::join!(
            self.asking.ask(node, call, Some(key)),
            self.twin.ask(node + 1, call, Some(key))
        );
        if decides(&first) { first } else { second }
    }

    /// What the step asks, with what there is by now.
    fn call(&self, step: &Step) -> Option<Call> {
        let seats = step.seats.clone();
        let first = *seats.first()?;
        let count = u32::try_from(seats.len()).unwrap_or(1);
        let hold = || self.holds.get(step.pick % self.holds.len().max(1)).cloned();
        let booking = || self.bookings.get(step.pick % self.bookings.len().max(1)).copied();
        Some(match step.verb {
            Verb::Lock => Call::Lock { seat: first },
            Verb::Unlock => {
                let own = hold().and_then(|(_, seats)| seats.first().copied());
                Call::Unlock { seat: own.unwrap_or(first) }
            }
            Verb::Hold => match step.pick % 6 {
                0 | 1 => Call::Hold { seats },
                2 | 3 if self.asking.event.places > 0 => Call::HoldPlaces { quantity: count },
                4 if self.asking.event.table > 0 => Call::HoldTable,
                _ => Call::HoldBest { quantity: count },
            },
            Verb::Extend => Call::Extend { hold: hold()?.0, seconds: 1 },
            Verb::Release => Call::Release { hold: hold()?.0 },
            Verb::ReadHold => Call::ReadHold { hold: hold()?.0 },
            Verb::BookSeats => Call::BookSeats { seats: hold()?.1 },
            Verb::BookHold => Call::BookHold { hold: hold()?.0 },
            Verb::BookQuantity => Call::BookQuantity { quantity: count },
            Verb::Confirm => {
                let booking = booking()?;
                // Sometimes the same reference as before, sometimes another, sometimes none.
                let reference = match step.pick % 5 {
                    0 => None,
                    1 => Some(format!("pay-{}", step.pick)),
                    _ => Some(format!("pay-for-{booking}")),
                };
                Call::Confirm { booking, reference }
            }
            Verb::Cancel => Call::Cancel { booking: booking()? },
            Verb::ReadBooking => Call::ReadBooking { booking: booking()? },
            Verb::ReadEvent => Call::ReadEvent,
            Verb::ReadTickets => Call::ReadTickets,
            Verb::ReadAvailableTickets => Call::ReadAvailableTickets,
            Verb::ReadAvailability => Call::ReadAvailability,
            Verb::ReadSince => {
                let (epoch, version, known) = self.map.clone()?;
                Call::ReadSince { epoch, version, known }
            }
            Verb::Meddle => self.meddling(step)?,
            _ => self.organisers_call(step)?,
        })
    }

    /// Lays hands on a hold or a booking of anybody's.
    fn meddling(&self, step: &Step) -> Option<Call> {
        let booking = || self.anybodys_booking(step).map(|(booking, _)| booking);
        let hold = || {
            let holds = self.asking.books().holds.lock().expect("not poisoned");
            let holds = holds.iter().filter(|(event, _)| *event == self.asking.event.id);
            let latest: Vec<Uuid> = holds.rev().take(REMEMBERED_MAX).map(|(_, id)| *id).collect();
            latest.get(step.pick / MEDDLINGS % latest.len().max(1)).copied()
        };
        Some(match step.pick % MEDDLINGS {
            0 => Call::Release { hold: hold()? },
            1 => Call::Extend { hold: hold()?, seconds: 1 },
            2 => Call::BookHold { hold: hold()? },
            3 => Call::ReadHold { hold: hold()? },
            4 => {
                Call::Confirm { booking: booking()?, reference: Some("pay-of-another".to_owned()) }
            }
            5 => Call::Cancel { booking: booking()? },
            _ => Call::ReadBooking { booking: booking()? },
        })
    }

    /// The same, of what only organisers do.
    fn organisers_call(&self, step: &Step) -> Option<Call> {
        let seats = step.seats.clone();
        let anybodys = || self.anybodys_booking(step);
        Some(match step.verb {
            Verb::ReadPast => {
                let (_, latest, _) = self.map.as_ref()?;
                Call::ReadPast { version: latest.saturating_sub(step.pick as u64 % 50) }
            }
            Verb::Rename => {
                Call::Rename { name: format!("{RENAMED}{}", self.asking.books().next_id()) }
            }
            Verb::CallOff => Call::CallOff { booking: anybodys()?.0 },
            Verb::InspectBooking => Call::InspectBooking { booking: anybodys()?.0 },
            Verb::CheckIn => {
                let (booking, seats) = anybodys()?;
                Call::CheckIn { booking, seats: some_of(step, &seats) }
            }
            Verb::CheckOut => {
                let (booking, seats) = anybodys()?;
                Call::CheckOut { booking, seats: some_of(step, &seats) }
            }
            Verb::Block => Call::Block { seats },
            Verb::Unblock => Call::Unblock { seats },
            _ => self.founders_call(step)?,
        })
    }

    /// The same, of what is about no event that is there.
    fn founders_call(&self, step: &Step) -> Option<Call> {
        let number = self.asking.books().next_id();
        Some(match step.verb {
            Verb::CreateEvent => {
                let seats = 1 + u32::try_from(step.pick).unwrap_or(0) % NEW_SEATS_MAX;
                Call::CreateEvent { name: format!("Opening {number}"), seats }
            }
            Verb::CreateUser => Call::CreateUser { name: format!("Visitor {number}") },
            _ => return None,
        })
    }

    /// One of the event's latest bookings, whosever it is.
    fn anybodys_booking(&self, step: &Step) -> Option<(i64, Vec<u32>)> {
        let bookings = self.asking.books().bookings.lock().expect("not poisoned");
        let of_event = bookings.iter().rev().filter(|(event, ..)| *event == self.asking.event.id);
        let latest: Vec<_> = of_event.take(REMEMBERED_MAX).collect();
        let (_, booking, seats) = latest.get(step.pick % latest.len().max(1))?;
        Some((*booking, seats.clone()))
    }

    fn learn(&mut self, outcome: &Outcome) {
        let Outcome::Done(answer) = outcome else { return };
        if let Answer::Booking(booking) = answer
            && self.plan.session != ORGANISER
            && (booking.status == "confirmed" || !self.bookings.contains(&booking.id))
        {
            let told = (self.asking.event.id, booking.id, booking.seats.clone());
            self.asking.books().bookings.lock().expect("not poisoned").push(told);
        }
        match answer {
            Answer::Locked { hold, seat, .. } => self.remember(*hold, vec![*seat]),
            Answer::Hold(hold) => self.remember(hold.id, hold.seats.clone()),
            Answer::Map { epoch, version, statuses } => {
                self.map = Some((epoch.clone(), *version, statuses.clone()));
            }
            Answer::Booking(_) if self.plan.session == ORGANISER => {}
            Answer::Booking(booking) if !self.bookings.contains(&booking.id) => {
                self.bookings.push(booking.id);
                if self.bookings.len() > REMEMBERED_MAX {
                    self.bookings.remove(0);
                }
            }
            _ => {}
        }
    }

    fn remember(&mut self, hold: Uuid, seats: Vec<u32>) {
        if self.holds.iter().any(|(id, _)| *id == hold) {
            return;
        }
        self.holds.push((hold, seats));
        let event = self.asking.event.id;
        self.asking.books().holds.lock().expect("not poisoned").push((event, hold));
        if self.holds.len() > REMEMBERED_MAX {
            self.holds.remove(0);
        }
    }
}

/// What else is asked under a key, with another body or elsewhere: never what it was made for.
fn another(call: &Call, seats: &[u32]) -> Call {
    match call {
        Call::Lock { seat } => Call::Unlock { seat: *seat },
        Call::HoldBest { quantity } => Call::HoldBest { quantity: quantity + 1 },
        Call::Hold { .. } | Call::HoldPlaces { .. } | Call::HoldTable => {
            Call::HoldBest { quantity: 1 }
        }
        Call::BookQuantity { quantity } => Call::BookQuantity { quantity: quantity + 1 },
        Call::BookSeats { .. } | Call::BookHold { .. } => Call::BookQuantity { quantity: 1 },
        Call::Confirm { booking, .. } => {
            Call::Confirm { booking: *booking, reference: Some("pay-twice".to_owned()) }
        }
        // A key that is about no event belongs to its route.
        Call::CreateEvent { name, seats } => {
            Call::CreateEvent { name: format!("{name}, again"), seats: *seats }
        }
        Call::CreateUser { name } => Call::CreateUser { name: format!("{name}, again") },
        _ => Call::Lock { seat: seats.first().copied().unwrap_or(0) },
    }
}

/// All seats of a booking, or one, or rarely one that it doesn't have.
fn some_of(step: &Step, seats: &[u32]) -> Option<Vec<u32>> {
    match step.pick % 8 {
        0 => Some(step.seats[..1].to_vec()),
        1..=4 => Some(vec![seats[step.pick % seats.len()]]),
        _ => None,
    }
}

/// Whether an outcome leaves nothing to ask.
fn decides(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Done(_) | Outcome::Refused(_) => true,
        Outcome::Nothing(turned) => turned.status < 500 && turned.status != 429,
        Outcome::Unknown { .. } => false,
    }
}
