//! A booking server of the textbook kind, written as well as its kind allows: axum as it comes, a
//! pool of 25 connections, cached statements, and one transaction per request that locks the
//! event's row and the tickets, checks, changes them, counts, notifies and commits. Its live map
//! is two tasks per socket on one `broadcast` channel per event, fed by a listening connection. It
//! answers the same paths with the same JSON as the server, as far as the benchmark asks.
//!
//! Without a database it only serves the live map, of a board that changes when triggered.

mod database;
mod failure;
mod live;
mod rest;
mod rooms;
mod transaction;
mod trigger;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use clap::Args;
use deadpool_postgres::Pool;
use tokio::net::TcpListener;

use crate::board::Board;
use crate::limits::raise_descriptors;
use rooms::Rooms;

/// Why the textbook doesn't run.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What the textbook is started with.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The loopback port of clients; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// The loopback port of the trigger; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub control_port: u16,
    /// The database. Without one only the live map is served.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Connections to the database.
    #[arg(long, default_value_t = 25)]
    pub connections: usize,
    /// How many seats the map without a database has.
    #[arg(long, default_value_t = 200)]
    pub seats: usize,
}

/// Where seats are kept.
enum Seats {
    Database(Pool),
    Board(Mutex<Board>),
}

struct App {
    seats: Seats,
    rooms: Rooms,
}

type Shared = Arc<App>;

/// Runs until it is killed. Says on standard output where it listens.
///
/// # Errors
/// When it can't listen or reach its database.
pub async fn run(options: Options) -> Result<(), Failed> {
    raise_descriptors()?;
    let seats = match &options.database_url {
        Some(url) => Seats::Database(database::open(url, options.connections).await?),
        None => Seats::Board(Mutex::new(Board::new(options.seats))),
    };
    let app = Arc::new(App { seats, rooms: Rooms::default() });
    if let Some(url) = &options.database_url {
        database::listen(url, Arc::clone(&app)).await?;
    }
    let clients = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let control = TcpListener::bind((Ipv4Addr::LOCALHOST, options.control_port)).await?;
    println!("viewers {} control {}", clients.local_addr()?, control.local_addr()?);
    tokio::spawn(trigger::obey(control, Arc::clone(&app)));
    // The one setting that is no default: without it every second frame waits for a client's word.
    let clients = clients.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(clients, router(app)).await?;
    Ok(())
}

fn router(app: Shared) -> Router {
    let api = Router::new()
        .route("/events", post(rest::create_event))
        .route("/events/{event}/seats/{seat_no}/lock", post(rest::lock))
        .route("/events/{event}/seats/{seat_no}/unlock", post(rest::unlock))
        .route("/events/{event}/holds", post(rest::hold))
        .route("/events/{event}/live", get(live::join))
        .route("/bookings", post(rest::book))
        .route("/bookings/{booking}/confirm", post(rest::confirm));
    Router::new().nest("/api/v1", api).route("/ready", get(async || "ready")).with_state(app)
}
