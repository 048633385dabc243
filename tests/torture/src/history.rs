//! What a run did and heard: a list of operations with invocation and answer, as a file of JSON
//! lines, so that a history that was found wrong can be kept and judged again. Holds facts only;
//! what they prove is the judge's business.
//!
//! Seats are named by `seat_index`; one at or above the event's number of seats is a seat that isn't
//! there. Moments of this program are nanoseconds since the run began, by one clock that never goes
//! back; moments that the server named are microseconds of Unix time, by the database's clock.

mod answers;
mod call;
mod door;
mod epochs;
mod file;
mod rest;
mod told;
mod trouble;

use serde::{Deserialize, Serialize};

pub use answers::{Said, out_of_contract, outcome, unread};
pub(crate) use call::{CHEAP_AT_MOST, PRICES, RENAMED, amount, terms_of};
pub use call::{Call, Only};
pub use door::woven;
pub use epochs::{Epochs, Sight};
pub use file::{HistoryError, read, write};
pub use rest::{Rest, RestBooking, RestHold};
pub use told::{
    Answer, BookingTold, Created, Creation, HoldTold, Outcome, Refusal, Status, Turned,
};
pub use trouble::{Healed, Trouble};

/// A moment of this program: nanoseconds since the run began.
pub type Nanos = u64;

/// A moment that the server named: microseconds of Unix time.
pub type UnixMicros = i64;

/// Everything that is known of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The events on sale.
    pub events: Vec<Event>,
    /// What was asked, in any order.
    pub operations: Vec<Operation>,
    /// Each event's change log, read whole at rest.
    pub logs: Vec<Log>,
    /// Each event's holds and bookings, read at rest.
    pub rests: Vec<Rest>,
    /// What can have kept the server from its work; none if nobody wrote that down.
    pub troubles: Option<Vec<Trouble>>,
    /// When nothing was in any node's way any more; none if nobody wrote that down.
    pub healed: Option<Healed>,
    /// All other events and customer records that were there at rest.
    pub created: Vec<Created>,
    /// Each event's histories; none of those of which nobody wrote that down.
    pub epochs: Vec<Epochs>,
    /// What viewers were shown, each viewer's in order.
    pub sights: Vec<Sight>,
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// An event.
    Event(Event),
    /// An operation.
    Operation(Box<Operation>),
    /// A change log.
    Log(Log),
    /// Holds and bookings at rest.
    Rest(Rest),
    /// What can have kept the server from its work.
    Troubles(Vec<Trouble>),
    /// When everything was healed.
    Healed(Healed),
    /// Something made during the run.
    Created(Created),
    /// An event's histories.
    Epochs(Epochs),
    /// What a viewer was shown.
    Sight(Sight),
}

/// An event as it was when the run began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: i64,
    /// How many seats it has.
    pub seats: u32,
    /// Its name then.
    #[serde(default)]
    pub name: String,
    /// Its version then; all seats were available.
    pub version: u64,
    /// How it is sold.
    pub rules: Rules,
    /// When the run began, in nanoseconds of Unix time: ties this program's clock to the database's.
    pub began_unix_ns: i64,
}

/// The rules of selling, as far as answers depend on them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// How long a lock lives, in seconds.
    pub lock_seconds: u32,
    /// How long a booking waits for its payment, in seconds.
    pub booking_seconds: u32,
    /// How long a hold may live in all, in seconds.
    pub hold_life_max_seconds: u32,
    /// How many seats one caller may have locked, reserved and sold together.
    pub max_seats_per_user: u32,
    /// Nothing is sold before; none means from the beginning.
    pub sales_start: Option<UnixMicros>,
    /// Nothing is sold from then on.
    pub sales_end: UnixMicros,
    /// Who may cancel what is paid.
    pub cancel_confirmed: CancelConfirmed,
    /// How many of the seats, the first ones, are places of an area.
    #[serde(default)]
    pub places: u32,
    /// How many of the seats, the last ones, are a table that is sold whole.
    #[serde(default)]
    pub table: u32,
    /// What each seat costs, in minor units; none: nobody says.
    #[serde(default)]
    pub prices: Vec<i64>,
}

/// Who may cancel what is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CancelConfirmed {
    /// Its owner.
    #[default]
    Owner,
    /// Organisers only.
    Organiser,
    /// Nobody.
    Never,
}

/// One request. A repetition under the same key is an operation of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Its number within the run, by which violations name it.
    pub id: u64,
    /// The client that sent it.
    pub client: String,
    /// The user it was sent as; none for organisers whom nobody named.
    pub caller: Option<i64>,
    /// The event it is about; 0: none.
    pub event: i64,
    /// The node it was sent to, for people to read.
    pub node: Option<u32>,
    /// The `X-Request-ID` it bore; no other operation's. The change log names it.
    pub request_id: String,
    /// Its `Idempotency-Key`.
    pub key: Option<String>,
    /// What was asked.
    pub call: Call,
    /// Before the first byte was sent.
    pub invoked: Nanos,
    /// After the answer was read, or given up.
    pub answered: Nanos,
    /// What came of it.
    pub outcome: Outcome,
}

/// An event's change log, read whole from its table when nothing moved any more, with the door's in
/// it: its steps leave a sold seat sold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// The event.
    pub event: i64,
    /// Its version when the log was read.
    pub version: u64,
    /// Its lines, in order.
    pub lines: Vec<LogLine>,
}

/// One step of one seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// The version it belongs to.
    pub version: u64,
    /// The seat.
    pub seat: u32,
    /// Where it stood.
    pub from: Status,
    /// Where it went.
    pub to: Status,
    /// What made it go.
    pub cause: String,
    /// Who did it; none for the clock and for organisers nobody named.
    pub actor: Option<i64>,
    /// The request that did it; none for the clock.
    pub request_id: Option<String>,
    /// When it was decided, by the database's clock.
    pub at: UnixMicros,
}
