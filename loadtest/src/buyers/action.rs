//! What buyers ask for, and what they are told.

/// A request of a buyer, and the seats it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Lock one seat.
    Lock,
    /// Unlock it.
    Unlock,
    /// Hold several.
    Hold,
    /// Hold the best there are.
    Best,
    /// Give the hold back.
    Release,
    /// Book what is held.
    Book,
    /// Pay.
    Confirm,
    /// Give the booking back.
    Cancel,
}

impl Action {
    /// All of them.
    pub const ALL: [Action; 8] = [
        Self::Lock,
        Self::Unlock,
        Self::Hold,
        Self::Best,
        Self::Release,
        Self::Book,
        Self::Confirm,
        Self::Cancel,
    ];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Hold => "hold",
            Self::Best => "hold the best",
            Self::Release => "release",
            Self::Book => "book",
            Self::Confirm => "confirm",
            Self::Cancel => "cancel",
        }
    }

    /// The status its seats have when it was carried out.
    #[must_use]
    pub fn leads_to(self) -> &'static str {
        match self {
            Self::Lock | Self::Hold | Self::Best => "locked",
            Self::Unlock | Self::Release | Self::Cancel => "available",
            Self::Book => "reserved",
            Self::Confirm => "sold",
        }
    }
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out, at this version.
    Done {
        /// The version at which it can be seen.
        version: u64,
    },
    /// It was refused.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The problem's code.
        code: String,
        /// Seats that stood in the way.
        conflicts: Vec<u32>,
        /// How many seats are free, if it was for want of them.
        free: Option<u32>,
    },
    /// Nobody knows: the connection broke, the server said so, or what it said is no answer that the
    /// contract knows.
    Unknown {
        /// What happened.
        why: String,
    },
}

impl Outcome {
    /// Whether it was carried out.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// The word that errors are counted under; `None` for success.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        match self {
            Self::Done { .. } => None,
            Self::Refused { status, code, .. } => Some(format!("{status} {code}")),
            Self::Unknown { why } => Some(format!("unknown: {why}")),
        }
    }
}

/// One line of the ledger: who asked for what, when, and what the answer was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// When it was sent, in nanoseconds of the run's clock.
    pub sent: u64,
    /// When the answer was read.
    pub at: u64,
    /// Who asked: the server's id of them.
    pub user: i64,
    /// The event.
    pub event: i64,
    /// What was asked.
    pub action: Action,
    /// For which seats; where the server chooses them, those it chose.
    pub seats: Vec<u32>,
    /// How many were asked for.
    pub asked: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// The highest version that anybody had been told of when it was sent.
    pub known: u64,
}
