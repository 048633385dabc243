//! Writers in an open loop: changes fall due at a given rate whatever the answers take, so that a
//! slow server isn't spared. Each writer has a connection and a seat, which it locks and unlocks.

use std::net::SocketAddr;
use std::time::Duration;

use seatmap_loadtest::latency::Timekeeper;
use seatmap_loadtest::rest::Client;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::Failed;
use super::live_map::post;

/// Changes a second that one writer can do, whatever the server: a tenth of a second each.
const RATE_PER_WRITER: usize = 10;
/// Writers, at least and at most.
const WRITERS_MIN: usize = 10;
const WRITERS_MAX: usize = 500;
/// For how many times the time asked for it is written: who can't keep up would be asked for changes
/// that fell due long ago, for minutes.
const TIMES_MAX: u32 = 2;

/// The writers of one event.
pub(super) struct Writers {
    writers: Vec<Writer>,
    event: i64,
    rate: usize,
}

struct Writer {
    client: Client,
    number: usize,
    turn: usize,
    seat_no: String,
}

/// What they have done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    /// Changes answered.
    pub(super) changes: u64,
    /// The highest version answered.
    pub(super) version: u64,
}

impl Writers {
    /// Writers for so many changes a second. The event needs [`WRITERS_MAX`] seats.
    pub(super) fn new(target: SocketAddr, event: i64, rate: usize) -> Self {
        let count = (rate / RATE_PER_WRITER).clamp(WRITERS_MIN, WRITERS_MAX);
        let writer = |number| Writer {
            client: Client::new(target, None),
            number,
            turn: 0,
            seat_no: format!("S{:03}", number + 1),
        };
        Self { writers: (0..count).map(writer).collect(), event, rate }
    }

    /// Writes for a while, and for longer what fell due and wasn't done; what is due after
    /// [`TIMES_MAX`] of it is left. Answers are noted if somebody keeps time.
    pub(super) async fn write(
        &mut self,
        duration: Duration,
        keeper: Option<&Timekeeper>,
    ) -> Result<Written, Failed> {
        let began = Instant::now();
        let (end, leave) = (began + duration, began + duration * TIMES_MAX);
        let (event, rate, count) = (self.event, self.rate as f64, self.writers.len());
        let mut working = JoinSet::new();
        for mut writer in self.writers.drain(..) {
            let keeper = keeper.cloned();
            working.spawn(async move {
                let mut written = Written::default();
                for turn in 0.. {
                    let number = (turn * count + writer.number) as f64;
                    let due = began + Duration::from_secs_f64(number / rate);
                    if due >= end || Instant::now() >= leave {
                        break;
                    }
                    sleep_until(due).await;
                    written.version = writer.change(event, keeper.as_ref()).await?;
                    written.changes += 1;
                }
                Ok::<_, Failed>((writer, written))
            });
        }
        let mut all = Written::default();
        while let Some(done) = working.join_next().await {
            let (writer, written) = done??;
            all.changes += written.changes;
            all.version = all.version.max(written.version);
            self.writers.push(writer);
        }
        Ok(all)
    }
}

impl Writer {
    async fn change(&mut self, event: i64, keeper: Option<&Timekeeper>) -> Result<u64, Failed> {
        let verb = if self.turn.is_multiple_of(2) { "lock" } else { "unlock" };
        self.turn += 1;
        let path = format!("/api/v1/events/{event}/seats/{}/{verb}", self.seat_no);
        let session = format!("writer-{}", self.number);
        let version = post(&mut self.client, &path, &session, None).await?;
        if let Some(keeper) = keeper {
            keeper.note(event, version, std::time::Instant::now());
        }
        Ok(version)
    }
}
