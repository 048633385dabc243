//! Counters of the live side. Plain atomics, so that counting costs nothing worth measuring;
//! whoever renders metrics reads a [`StatsSnapshot`].

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// The live counters of one hub.
        #[derive(Debug, Default)]
        pub struct HubStats {
            $($(#[$doc])* pub $name: Counter,)+
        }

        /// The counters at one moment.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct StatsSnapshot {
            $($(#[$doc])* pub $name: u64,)+
        }

        impl HubStats {
            /// Reads all counters. Not one instant for all, but each exact.
            #[must_use]
            pub fn snapshot(&self) -> StatsSnapshot {
                StatsSnapshot { $($name: self.$name.get(),)+ }
            }
        }
    };
}

counters! {
    /// Connections now.
    viewers,
    /// Those of them whose sockets a loop owns.
    viewers_direct,
    /// Events watched now.
    events,
    /// Merged frames published to viewers.
    frames_published,
    /// Messages encoded: frames, snapshots and catch-ups, each once per format.
    frames_encoded,
    /// Messages handed to connections.
    deliveries,
    /// Snapshots given because a connection fell off the ring.
    laggard_snapshots,
    /// Connections closed because the peer took nothing or answered nothing.
    stalled_closes,
    /// Connections refused for lack of room.
    refused,
    /// Audits that found a mirror unlike the table. Expected to stay 0.
    divergences,
    /// Reads of the change log because an announcement was missing or too big.
    repairs,
    /// Snapshots a client asked for.
    resyncs,
    /// Mirrors thrown away and read anew.
    reloads,
    /// Connections that resumed without a snapshot.
    resumes,
    /// Reads of the store that failed and were tried again.
    read_failures,
}

/// One counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts several.
    pub fn add_many(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// Takes one back; for counters of what is there now.
    pub fn sub(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// The count.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
