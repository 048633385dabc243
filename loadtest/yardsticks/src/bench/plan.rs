//! How much is measured: the full run for figures, the quick one to see that it works.

use std::time::Duration;

use super::samples::short;
use super::write_path::CONNECTIONS;

/// Rounds, cases and times.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Rounds of everything that isn't named otherwise.
    pub(super) rounds: usize,
    /// How long each case of the write path is driven.
    pub(super) write: Duration,
    /// The clients of the write path.
    pub(super) clients: &'static [usize],
    /// Viewers of single frames, and in how many rounds.
    pub(super) fan_out: &'static [(usize, usize)],
    /// Single frames a turn.
    pub(super) frames: usize,
    /// Viewers of streams, and the changes a second they see.
    pub(super) changes: &'static [(usize, &'static [usize])],
    /// Rounds of what goals compare closely: streams with the floor, viewers that don't read with
    /// idle ones.
    pub(super) judged_rounds: usize,
    /// How long a stream flows before it counts.
    pub(super) stream_warm_up: Duration,
    /// How long it counts.
    pub(super) stream: Duration,
    /// Rounds of the rest of memory.
    pub(super) memory_rounds: usize,
    /// Idle viewers, ascending.
    pub(super) idle: &'static [usize],
    /// Viewers that each get a snapshot of an arena.
    pub(super) snapshots: usize,
    /// Viewers that stop reading, and as many that read or are idle beside them. The more, the less
    /// counts what the server keeps for itself; each takes some 70 KB of the kernel's memory.
    pub(super) silent: usize,
    /// Viewers that join at once.
    pub(super) joining: usize,
    /// Viewers of the ten writers.
    pub(super) rival: &'static [usize],
    /// How often the ten writers take their holds in a turn.
    pub(super) rival_times: usize,
}

impl Plan {
    pub(super) fn full() -> Self {
        Self {
            rounds: 3,
            write: Duration::from_secs(3),
            clients: &[1, 50, 200],
            fan_out: &[(1_000, 3), (10_000, 7), (19_000, 7)],
            frames: 20,
            changes: &[
                (1_000, &[50, 500, 5_000]),
                (5_000, &[50, 500]),
                (10_000, &[50, 500, 5_000]),
                (19_000, &[50, 500, 5_000]),
            ],
            judged_rounds: 7,
            stream_warm_up: Duration::from_secs(1),
            stream: Duration::from_secs(4),
            memory_rounds: 3,
            idle: &[10_000, 19_000],
            snapshots: 10_000,
            silent: 10_000,
            joining: 10_000,
            rival: &[100, 1_000, 5_000, 10_000],
            rival_times: 5,
        }
    }

    pub(super) fn quick() -> Self {
        Self {
            rounds: 1,
            write: Duration::from_secs(1),
            clients: &[1, 50],
            fan_out: &[(1_000, 1), (10_000, 1)],
            frames: 10,
            changes: &[(1_000, &[500]), (10_000, &[500])],
            judged_rounds: 1,
            stream_warm_up: Duration::from_millis(500),
            stream: Duration::from_secs(2),
            memory_rounds: 1,
            idle: &[5_000],
            snapshots: 5_000,
            silent: 1_000,
            joining: 5_000,
            rival: &[1_000],
            rival_times: 2,
        }
    }

    /// What a reader has to know about how it was measured.
    pub(super) fn settings(&self) -> Vec<String> {
        let Self { rounds, frames, .. } = self;
        let (write, stream) = (self.write.as_secs(), self.stream.as_secs());
        let silent = short(self.silent as f64);
        vec![
            format!(
                "One PostgreSQL for all, made for the run, default settings, fsync on, over its \
                 Unix socket. Both servers with {CONNECTIONS} connections and LOG_LEVEL=warn; \
                 the server with RATE_LIMIT_RPS=0 and VIEWERS_MAX=20000; otherwise as they come."
            ),
            "Write path: clients, server and PostgreSQL share all cores. Everything with viewers: \
             the server, the floor or the textbook has the first core to itself; viewers, writers \
             and PostgreSQL share the others."
                .to_owned(),
            format!(
                "Contenders take turns, another one first each round; {rounds} rounds unless the \
                 counts of a goal say more. Values are medians with the least and the greatest. \
                 Goals that compare contenders are medians of ratios within a round."
            ),
            format!(
                "Write path: {write} s a case, few clients first, each after a checkpoint of \
                 PostgreSQL. A turn is a lock and its unlock, or a hold, its \
                 booking and its confirmation, one request after the other; turns/s are those that \
                 all clients completed in the time. pgbench runs at most {CONNECTIONS} clients, as \
                 many as either server has connections, on one event or each time on one of 16, \
                 with as many seats in all. The bare statement changes a seat's row and no event's; \
                 a second's are divided by the requests in a turn, so that the lines of pairs and \
                 flows are one measurement. The textbook's statements are those of a lock and its \
                 unlock, two transactions, each with its event's row locked."
            ),
            format!(
                "Single frames: {frames} a turn, each after the last viewer had the one before and \
                 a pause. Streams: {stream} s after a warm-up, REST locks and unlocks of single \
                 seats in an open loop; the textbook has a database there. Who is late is given as \
                 long again, and the rest isn't asked; where less than nine tenths of the changes \
                 were carried, the table says so in place of ratios. Viewers and writers go before \
                 PostgreSQL there (nice, where root runs it), as if they had machines of their own. \
                 Seconds that a server or the viewers wait are those in which a thread was ready \
                 and others had the core. A batch of requests makes one version, however many \
                 changes; each stream stands between two turns of the floor and is compared with \
                 their mean."
            ),
            "Update latency: from the answer that names the version (ten writers: from the \
             request) until a viewer has it, one clock; frames that came before the answer count \
             as the least. Viewers pause for 0.1 to 0.2 ms after each look at their sockets, \
             whoever sends: a sender would wake them for every message else, as no sender to \
             another machine does. CPU is that of the server's process alone."
                .to_owned(),
            format!(
                "Memory: resident bytes of the server's process once they stay within 64 KiB for \
                 2 s, or after 16 s. What a viewer takes is the difference to before anybody came, \
                 when the server had worked already. Idle viewers arrive at 2,000 a second, those \
                 who get snapshots at once; in the storm all leave and come back at once; of each \
                 group that came together at most 512 shake hands at a time. The storm's goal \
                 compares all of the memory after it with all of it before it; what a viewer takes \
                 more stands beside it. Beside {silent} that don't read, until their sockets are \
                 full, the same changes happen to {silent} that read and, to another event, beside \
                 {silent} that are idle; these arrive at 2,000 a second too, and when such changes \
                 had happened before."
            ),
            "Goals are those of the server as it comes, its sockets owned by hub loops (direct)."
                .to_owned(),
            "The server brings its own allocator, the textbook has the system's. The floor and, for \
             single frames, the textbook have no database behind them: a \
             trigger changes their map."
                .to_owned(),
        ]
    }
}
