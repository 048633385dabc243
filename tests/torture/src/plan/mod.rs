//! A plan: everything a run does, as a value that can be kept, read again and made smaller. Chance
//! is used only in making one.

mod faults;
mod make;
mod parts;

use serde::{Deserialize, Serialize};

pub use faults::{Fault, Kept, Timed};
pub use parts::Part;

/// The session of whoever organises; the others buy.
pub const ORGANISER: &str = "organiser";

/// The session of whoever makes events and customer records.
pub const FOUNDER: &str = "founder";

/// Everything a run does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What it was made from.
    pub seed: u64,
    /// How long clients act, in milliseconds; they may be done before.
    pub load_ms: u64,
    /// The nodes.
    pub nodes: Vec<NodePlan>,
    /// PostgreSQL has a standby that it waits for.
    pub standby: bool,
    /// PostgreSQL's disk is small enough to be filled.
    pub small_disk: bool,
    /// The events on sale.
    pub events: Vec<EventPlan>,
    /// Buyers, organisers and founders.
    pub clients: Vec<ClientPlan>,
    /// Those who watch.
    pub viewers: Vec<ViewerPlan>,
    /// What goes wrong, and when.
    pub faults: Vec<Timed>,
}

impl Plan {
    /// Has requests repeated only where their answers are lost, and keys used for nothing else.
    pub fn make_plain(&mut self) {
        for step in self.clients.iter_mut().flat_map(|client| &mut client.steps) {
            (step.repeated, step.reused) = (false, false);
        }
    }

    /// Sets every node's clock right.
    pub fn set_clocks_right(&mut self) {
        self.nodes.iter_mut().for_each(|node| node.clock_minutes = 0);
    }
}

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodePlan {
    /// How wrong its clock is, in minutes.
    pub clock_minutes: i32,
    /// `direct` or `portable`.
    pub sockets: String,
    /// How many connections to PostgreSQL it may have.
    pub connections: u32,
}

/// An event on sale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventPlan {
    /// How many seats it has.
    pub seats: u32,
    /// How many of them, the first ones, are places of an area.
    #[serde(default)]
    pub places: u32,
    /// How many of them, the last ones, are a table that is sold whole.
    #[serde(default)]
    pub table: u32,
    /// How long a lock lives, in seconds.
    pub lock_seconds: u32,
    /// How long a booking waits for its payment, in seconds.
    pub booking_seconds: u32,
    /// The seat cap.
    pub max_seats_per_user: u32,
    /// `owner`, `organiser` or `never`.
    pub cancel_confirmed: String,
    /// From when until when it is on sale, in milliseconds since it was made; none: always.
    #[serde(default)]
    pub on_sale_ms: Option<(u64, u64)>,
}

/// Somebody who asks one thing after another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientPlan {
    /// Its session.
    pub session: String,
    /// Which event it is about.
    pub event: usize,
    /// What it does, until time is up.
    pub steps: Vec<Step>,
}

/// One request; what it is about depends on what its client has by then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What is asked.
    pub verb: Verb,
    /// The seats, where seats are named.
    pub seats: Vec<u32>,
    /// Which of several holds or bookings.
    pub pick: usize,
    /// The node asked.
    pub node: usize,
    /// It bears an `Idempotency-Key`, and is repeated while its outcome is in doubt.
    pub keyed: bool,
    /// It is repeated under its key even when it was answered, and if its pick is even it is sent
    /// to two nodes at once.
    pub repeated: bool,
    /// Something else is asked under its key.
    #[serde(default)]
    pub reused: bool,
    /// How long the client waits before, in milliseconds.
    pub pause_ms: u64,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the contract's calls")]
pub enum Verb {
    Lock,
    Unlock,
    /// Named seats, the best there are, places of the area, or the table, as its pick says.
    Hold,
    Extend,
    Release,
    ReadHold,
    BookSeats,
    BookHold,
    BookQuantity,
    Confirm,
    Cancel,
    ReadBooking,
    ReadEvent,
    ReadTickets,
    ReadAvailableTickets,
    ReadAvailability,
    /// What has changed since the map that was read last.
    ReadSince,
    /// The map as it was at a version.
    ReadPast,
    Block,
    Unblock,
    /// Gives the event another name, other times and prices, and another sales window, at once.
    Rename,
    /// Cancels anybody's booking.
    CallOff,
    CheckIn,
    CheckOut,
    /// Reads anybody's booking.
    InspectBooking,
    /// Lays hands on somebody else's hold or booking: releases, extends, books, reads, confirms or
    /// cancels it.
    Meddle,
    CreateEvent,
    CreateUser,
    CreateChart,
    OpenSession,
}

/// Somebody who watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewerPlan {
    /// Which event.
    pub event: usize,
    /// The node it begins with; it comes back to any.
    pub node: usize,
    /// How it watches.
    pub way: Way,
    /// After so many messages it breaks off and comes back; none: only when it has to.
    pub restless_after: Option<u32>,
    /// It comes back knowing nothing.
    pub forgetful: bool,
    /// It asks for the whole map after so many messages, again and again.
    pub resync_after: Option<u32>,
}

/// How somebody watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A WebSocket with JSON.
    Json,
    /// A WebSocket with the binary format.
    Binary,
    /// Server-Sent Events.
    Stream,
}
