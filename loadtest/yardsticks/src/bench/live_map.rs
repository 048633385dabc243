//! A contender's live map on the server's core, and somebody who changes one seat at a time: by the
//! trigger at the yardsticks, by REST at the server.

use std::time::Instant;

use seatmap_loadtest::rest::{Call, Client};
use seatmap_loadtest::write::make_event;
use serde::Deserialize;

use super::cores::Share;
use super::samples::Contender;
use super::server::Server;
use super::{Bench, Failed};
use crate::control::Trigger;

/// The event that yardsticks without a database have.
const BOARD: i64 = 1;

/// A running contender with one event.
pub(super) struct LiveMap {
    pub(super) server: Server,
    pub(super) event: i64,
    way: Way,
}

/// How a seat is changed.
enum Way {
    Trigger(Trigger),
    Rest { client: Client, turn: u32, seats: u32 },
}

/// A change that was answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changed {
    /// The version at which it can be seen.
    pub(super) version: u64,
    /// When it was asked for.
    pub(super) asked: Instant,
    /// When the answer had come.
    pub(super) answered: Instant,
}

impl LiveMap {
    /// Starts a contender, without a database where it can do without.
    pub(super) async fn start(bench: &Bench, who: Contender, seats: u32) -> Result<Self, Failed> {
        match who {
            Contender::Floor => {
                Self::triggered(bench.programs.floor(Share::Server, seats).await?).await
            }
            Contender::Textbook => {
                Self::triggered(bench.programs.textbook(Share::Server, None, seats).await?).await
            }
            _ => Self::seatmap(bench, who, seats).await,
        }
    }

    async fn triggered(server: Server) -> Result<Self, Failed> {
        let control = server.control.ok_or("a yardstick has a control port")?;
        let way = Way::Trigger(Trigger::connect(control).await?);
        Ok(Self { server, event: BOARD, way })
    }

    async fn seatmap(bench: &Bench, who: Contender, seats: u32) -> Result<Self, Failed> {
        let server = start_seatmap(bench, who, Share::Server).await?;
        let event = make_event(server.address, seats).await?;
        let client = Client::new(server.address, None);
        Ok(Self { server, event, way: Way::Rest { client, turn: 0, seats } })
    }

    /// Changes one seat.
    pub(super) async fn change(&mut self) -> Result<Changed, Failed> {
        let asked = Instant::now();
        let version = match &mut self.way {
            Way::Trigger(trigger) => trigger.change(1).await?,
            Way::Rest { client, turn, seats } => {
                let verb = if *turn % 2 == 0 { "lock" } else { "unlock" };
                let seat = (*turn / 2) % *seats + 1;
                *turn += 1;
                let path = format!("/api/v1/events/{}/seats/S{seat:03}/{verb}", self.event);
                post(client, &path, "changer", None).await?
            }
        };
        Ok(Changed { version, asked, answered: Instant::now() })
    }

    /// A count of the server's own.
    ///
    /// # Errors
    /// When it has none of that name.
    pub(super) async fn metric(&self, name: &str) -> Result<f64, Failed> {
        let mut client = Client::new(self.server.address, None);
        let call = Call { method: "GET", path: "/metrics", ..Call::default() };
        let text = String::from_utf8_lossy(client.ask(&call).await?.body).into_owned();
        let named = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
        text.lines().find_map(named).ok_or_else(|| format!("there is no metric {name}").into())
    }

    pub(super) async fn stop(self) -> Result<(), Failed> {
        self.server.stop().await
    }
}

/// Starts a server that sells seats, on an empty database of its own.
pub(super) async fn start_selling(bench: &Bench, who: Contender) -> Result<Server, Failed> {
    const DATABASE: &str = "bench_textbook";
    if who != Contender::Textbook {
        return start_seatmap(bench, who, Share::Server).await;
    }
    bench.database.create(DATABASE).await?;
    let url = bench.database.url(DATABASE)?;
    bench.programs.textbook(Share::Server, Some(&url), 1).await
}

/// Starts the server on an empty database of its own, its sockets owned one way or the other.
async fn start_seatmap(bench: &Bench, who: Contender, share: Share) -> Result<Server, Failed> {
    const DATABASE: &str = "bench_live";
    bench.database.create(DATABASE).await?;
    let url = bench.database.url(DATABASE)?;
    let sockets = if who == Contender::Portable { "portable" } else { "direct" };
    bench.programs.seatmap(share, &url, &[("LIVE_SOCKETS", sockets)]).await
}

/// Asks for a change and answers its version.
pub(super) async fn post(
    client: &mut Client,
    path: &str,
    session: &str,
    body: Option<&str>,
) -> Result<u64, Failed> {
    #[derive(Deserialize)]
    struct Answered {
        version: u64,
    }
    let (session, body) = (Some(session), body.map(str::as_bytes));
    let reply =
        client.ask(&Call { method: "POST", path, session, body, ..Call::default() }).await?;
    if !(200..300).contains(&reply.status) {
        let said = String::from_utf8_lossy(reply.body);
        return Err(format!("POST {path}: {} {said}", reply.status).into());
    }
    Ok(serde_json::from_slice::<Answered>(reply.body)?.version)
}
