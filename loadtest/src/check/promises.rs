//! The promises that are checked, in the words that reports use.

/// What each viewer is sent leads on from what it has.
pub const FOLLOW: &str = "viewers follow every version without a gap, all seeing the same";
/// Nor does it lead all of them astray.
pub const SHOWN: &str = "what viewers are shown at a version is what the log tells of it";
/// They are held back, and let go of when they take nothing; nobody is lost to that.
pub const SLOW: &str = "slow viewers are caught up in one, or closed and come back";
/// At rest nobody shows anything else than the truth.
pub const END: &str = "viewers end with the map of the table";
/// All ways to read the map agree.
pub const TABLE: &str = "the table, mirrors and database tell what the log tells";
/// Seats move only as the state machine allows.
pub const LEGAL: &str = "every seat's history in the log is legal";
/// One seat, one buyer.
pub const ONCE: &str = "no seat is sold twice";
/// Holding comes before booking, booking before paying.
pub const HOLDER: &str = "no seat goes to somebody who did not hold it";
/// What was answered has happened.
pub const ACKNOWLEDGED: &str = "every acknowledged answer is in the log at its version";
/// "Taken" is said of taken seats only, and "gone" of what is gone.
pub const REFUSED: &str = "no request is refused while its seats are free, or held by who asks";
/// Nothing is answered that nobody could have expected.
pub const ANSWERED: &str = "every answer is one that the contract knows";
/// The tool looked at everything.
pub const COMPLETE: &str = "every answer was looked at";

/// All of them, in the order of reports.
pub const ALL: [&str; 12] = [
    FOLLOW,
    SHOWN,
    SLOW,
    END,
    TABLE,
    LEGAL,
    ONCE,
    HOLDER,
    ACKNOWLEDGED,
    REFUSED,
    ANSWERED,
    COMPLETE,
];

/// Those that nothing can be held against without the log.
pub(super) const BY_THE_LOG: [&str; 7] = [SHOWN, TABLE, LEGAL, ONCE, HOLDER, ACKNOWLEDGED, REFUSED];
