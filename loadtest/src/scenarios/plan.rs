//! What each scenario consists of, and its defaults.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::audience::{Resume, Slow};
use crate::buyers::{ChosenBy, CustomersPlan, Keys, WritersPlan};
use crate::options::{Options, PEOPLE_MAX, count, rate, share, think};

/// Seconds a hold lives in events whose holds are to end by themselves during the run.
const SHORT_LOCK_SECONDS: u64 = 8;
/// Seconds to pay in such events.
const SHORT_BOOKING_SECONDS: u64 = 12;
/// The server's usual terms.
const LOCK_SECONDS: u64 = 180;
const BOOKING_SECONDS: u64 = 900;
/// Versions that one message may bring to a viewer who keeps up, at least.
const LEAP_MIN: f64 = 50.0;
/// Storms of a run, at most.
const STORMS_MAX: u64 = 10_000;

/// The scenarios.
#[derive(Clone, Debug, Subcommand)]
pub enum Scenario {
    /// Many viewers of an event that changes at a steady rate (5,000 viewers, on two cores
    /// 2,000, 30 s)
    Fanout {
        /// What all scenarios take.
        #[command(flatten)]
        options: Options,
        /// Changes a second, one request each
        #[arg(long, default_value_t = 50.0, value_parser = rate)]
        rate: f64,
        /// Writers who share them
        #[arg(long, default_value_t = 10, value_parser = count(PEOPLE_MAX))]
        writers: usize,
    },
    /// Customers who look, hold, hesitate, walk away, pay or cancel, before an audience (1,000
    /// viewers, 60 s)
    Onsale {
        /// What all scenarios take.
        #[command(flatten)]
        options: Options,
        /// How customers behave.
        #[command(flatten)]
        customers: Customers,
    },
    /// Everybody wants the same few seats (500 viewers, 20 s)
    Hotseat {
        /// What all scenarios take.
        #[command(flatten)]
        options: Options,
        /// Buyers who press all the time
        #[arg(long, default_value_t = 50, value_parser = count(PEOPLE_MAX))]
        buyers: usize,
        /// The seats they want
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        hot_seats: u32,
    },
    /// All viewers drop and come back at once, in turn naming what they have and as new (5,000
    /// viewers, 4 storms 15 s apart)
    Storm {
        /// What all scenarios take.
        #[command(flatten)]
        options: Options,
        /// Changes a second
        #[arg(long, default_value_t = 20.0, value_parser = rate)]
        rate: f64,
        /// How often they drop
        #[arg(long, default_value_t = 4, value_parser = count(STORMS_MAX))]
        storms: usize,
    },
    /// Some viewers read slowly, or not at all (2,000 viewers, half of them slow, 60 s)
    // In JSON sockets are full after seconds, and the server closes the slow half a minute later. In
    // the binary form it takes them half a minute to fill.
    #[command(mut_arg("format", |format| format.default_value("json")))]
    Slow {
        /// What all scenarios take.
        #[command(flatten)]
        options: Options,
        /// Changes a second
        #[arg(long, default_value_t = 100.0, value_parser = rate)]
        rate: f64,
        /// The slow viewers' share, 0 to 1
        #[arg(long, default_value_t = 0.5, value_parser = share)]
        share: f64,
        /// What they read, in bytes a second; 0: nothing
        #[arg(long, default_value_t = 0)]
        bytes_per_second: u32,
    },
    /// An on-sale for hours, with a storm every now and then (500 viewers, 1 h)
    Soak {
        /// What all scenarios take.
        #[command(flatten)]
        options: Options,
        /// How customers behave.
        #[command(flatten)]
        customers: Customers,
        /// Seconds between storms
        #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
        storm_every: u64,
    },
    /// Silent connections: what each costs the server (10,000 viewers, 20 s)
    Idle {
        /// What all scenarios take.
        #[command(flatten)]
        options: Options,
    },
}

/// How customers come and behave. Shares are from 0 to 1.
#[derive(Clone, Debug, Args)]
pub struct Customers {
    /// Customers who come in a second, whatever the server does
    #[arg(long, default_value_t = 40.0, value_parser = rate)]
    pub rate: f64,
    /// How long they think before each step, in the mean, in seconds
    #[arg(long, default_value_t = 1.0, value_parser = think)]
    pub think: f64,
    /// How many walk away after holding seats; on-sales see 0.3 to 0.7
    #[arg(long, default_value_t = 0.5, value_parser = share)]
    pub abandon: f64,
    /// How many of those leave without giving the seats back
    #[arg(long, default_value_t = 0.5, value_parser = share)]
    pub silent: f64,
    /// How many book and never pay
    #[arg(long, default_value_t = 0.1, value_parser = share)]
    pub unpaid: f64,
    /// How many cancel after paying
    #[arg(long, default_value_t = 0.15, value_parser = share)]
    pub cancel: f64,
    /// Let the server choose the best seats, instead of naming some; without a chart, where some
    /// seats may be kept back
    #[arg(long, conflicts_with = "chart")]
    pub best_available: bool,
}

/// Storms of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storms {
    /// How many; 0: until the end.
    pub count: usize,
    /// From one to the next.
    pub every: Duration,
}

impl Storms {
    /// How viewers come back from one of them.
    #[must_use]
    pub fn resume(number: usize) -> Resume {
        if number.is_multiple_of(2) { Resume::Since } else { Resume::Anew }
    }
}

/// A run, decided in every detail.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario's name.
    pub name: &'static str,
    /// The options, completed with the scenario's defaults.
    pub options: Options,
    /// Viewers.
    pub viewers: usize,
    /// Some of them may be slow.
    pub slow: Option<Slow>,
    /// Seats of new events.
    pub seats: u32,
    /// Life of a lock in new events, in seconds.
    pub lock_seconds: u64,
    /// Time to pay in new events, in seconds.
    pub booking_seconds: u64,
    /// The measured part.
    pub duration: Duration,
    /// Steady changes.
    pub writers: Option<WritersPlan>,
    /// Customers.
    pub customers: Option<CustomersPlan>,
    /// A crowd: buyers and the seats they want.
    pub crowd: Option<(usize, u32)>,
    /// Storms.
    pub storms: Option<Storms>,
    /// Whether it is to tell what a viewer costs the server in memory.
    pub weighs: bool,
    /// Whether requests carry keys.
    pub keys: Keys,
}

impl Scenario {
    /// The plan of it.
    #[must_use]
    pub fn plan(self) -> Plan {
        match self {
            Self::Fanout { options, rate, writers } => Plan {
                writers: Some(WritersPlan { per_second: rate, writers }),
                ..Plan::of("fanout", options, fanout_viewers(), 30)
            },
            Self::Onsale { options, customers } => {
                Plan::of("onsale", options, 1_000, 60).selling(&customers)
            }
            Self::Hotseat { options, buyers, hot_seats } => {
                Plan { crowd: Some((buyers, hot_seats)), ..Plan::of("hotseat", options, 500, 20) }
            }
            Self::Storm { options, rate, storms } => {
                let plan = Plan::of("storm", options, 5_000, 60);
                let every = plan.duration / u32::try_from(storms).unwrap_or(u32::MAX);
                Plan {
                    writers: Some(WritersPlan { per_second: rate, writers: 4 }),
                    storms: Some(Storms { count: storms, every }),
                    ..plan
                }
            }
            Self::Slow { options, rate, share, bytes_per_second } => Plan {
                writers: Some(WritersPlan { per_second: rate, writers: 10 }),
                // Frames are merged for less than a second: more in one is what somebody missed.
                slow: Some(Slow { share, bytes_per_second, leap_max: rate.max(LEAP_MIN) as u64 }),
                ..Plan::of("slow", options, 2_000, 60)
            },
            Self::Soak { options, customers, storm_every } => {
                let every = Duration::from_secs(storm_every);
                let plan = Plan::of("soak", options, 500, 3_600).selling(&customers);
                Plan { storms: Some(Storms { count: 0, every }), ..plan }
            }
            Self::Idle { options } => {
                Plan { weighs: true, ..Plan::of("idle", options, 10_000, 20) }
            }
        }
    }
}

impl Plan {
    fn of(name: &'static str, options: Options, viewers: usize, seconds: u64) -> Self {
        Self {
            name,
            viewers: options.viewers.unwrap_or(viewers),
            slow: None,
            seats: options.seats.unwrap_or(20_000),
            lock_seconds: options.lock_seconds.unwrap_or(LOCK_SECONDS),
            booking_seconds: options.booking_seconds.unwrap_or(BOOKING_SECONDS),
            duration: options.duration.unwrap_or(Duration::from_secs(seconds)),
            writers: None,
            customers: None,
            crowd: None,
            storms: None,
            weighs: false,
            keys: options.keys.unwrap_or(Keys::Without),
            options,
        }
    }

    /// With customers, whose holds and bookings may end by themselves before the run does.
    fn selling(self, customers: &Customers) -> Self {
        let customers = CustomersPlan {
            per_second: customers.rate,
            think: Duration::from_secs_f64(customers.think),
            abandon: customers.abandon,
            silent: customers.silent,
            unpaid: customers.unpaid,
            cancel: customers.cancel,
            chosen_by: match customers.best_available {
                true => ChosenBy::Server,
                false => ChosenBy::Customer,
            },
            seed: self.options.seed,
        };
        Self {
            customers: Some(customers),
            lock_seconds: self.options.lock_seconds.unwrap_or(SHORT_LOCK_SECONDS),
            booking_seconds: self.options.booking_seconds.unwrap_or(SHORT_BOOKING_SECONDS),
            keys: self.options.keys.unwrap_or(Keys::With),
            ..self
        }
    }
}

/// How many viewers of 50 changes a second the cores have time for, with a server, its database and
/// this tool on them: most of it is what the kernel does for each delivery.
fn fanout_viewers() -> usize {
    match std::thread::available_parallelism() {
        Ok(cores) if cores.get() <= 2 => 2_000,
        _ => 5_000,
    }
}
