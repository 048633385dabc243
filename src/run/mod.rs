//! The composition root: reads the options, puts the parts together, runs them, and takes them
//! apart in order.

mod acceptor;
mod chart;
mod database;
mod demo;
mod descriptors;
mod logging;
mod node;
mod token;

use std::process::ExitCode;

use clap::FromArgMatches as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Cli, Command, EpochCommand, Options, command, effective};
use crate::http::AuthMode;
use crate::store::Store;
use crate::store::migrations::migrate;
use crate::store::pool::Pools;
use database::RunningDatabase;
pub use node::{Node, NodeSettings};

/// Why the program ends with an error.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the program as its arguments say.
#[must_use]
pub fn run() -> ExitCode {
    let matches = command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    if let (Command::Config(options), Some((_, matches))) = (&cli.command, matches.subcommand()) {
        return show(options, matches);
    }
    if let Command::Token(options) = &cli.command {
        return token::print(options).map_or_else(|error| fail(&*error), |()| ExitCode::SUCCESS);
    }
    if let Command::Chart(command) = &cli.command {
        return chart::run(command).map_or_else(|error| fail(&*error), |()| ExitCode::SUCCESS);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(execute(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&*error),
    }
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("seatmap: {error}");
    ExitCode::FAILURE
}

fn show(options: &Options, matches: &clap::ArgMatches) -> ExitCode {
    for line in effective(matches) {
        println!("{line}");
    }
    match options.check() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => fail(&*Failure::from(reason)),
    }
}

async fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(options) => serve(&options, Audience::Everybody).await,
        Command::Demo(mut options) => {
            let known = options.server.jwt_secret.take();
            options.server.jwt_secret = Some(known.map_or_else(token::secret_of_this_run, Ok)?);
            serve(&options, Audience::Demo).await
        }
        Command::Migrate(options) => {
            let database = prepare(&options).await?;
            let result = bring_up_to_date(&database).await;
            database.stop().await;
            result
        }
        Command::Epoch(EpochCommand::Bump(options)) => {
            let database = prepare(&options).await?;
            let result = bump_epoch(&database, &options).await;
            database.stop().await;
            result
        }
        Command::Config(_) | Command::Chart(_) | Command::Token(_) => Ok(()),
    }
}

/// Checks the options, starts logging, and brings up the database.
async fn prepare(options: &Options) -> Result<RunningDatabase, Failure> {
    options.check()?;
    logging::start(&options.log);
    RunningDatabase::start(options.database.target()?).await
}

async fn bring_up_to_date(database: &RunningDatabase) -> Result<(), Failure> {
    let applied = migrate(&database.config()).await?;
    if applied.is_empty() {
        println!("the schema is up to date");
    }
    for name in applied {
        println!("applied {name}");
    }
    Ok(())
}

async fn bump_epoch(database: &RunningDatabase, options: &Options) -> Result<(), Failure> {
    let store = Store::new(Pools::new(&database.config(), options.pool())?);
    println!("{} events have a new epoch", store.bump_epoch().await?);
    Ok(())
}

/// For whom the server runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    Everybody,
    /// With demo events, and the page's address printed.
    Demo,
}

async fn serve(options: &Options, audience: Audience) -> Result<(), Failure> {
    // Before anything else, so that a signal during the start is not lost.
    let mut stop = StopSignal::new()?;
    options.check()?;
    if audience == Audience::Demo && options.server.auth_mode != AuthMode::Open {
        return Err(
            "--auth-mode (AUTH_MODE): the demo lets everybody buy and sell, so it runs in \
                    open mode only; use `seatmap serve` with tokens"
                .into(),
        );
    }
    // The port before the database: who runs the server already is told so at once.
    let listener = acceptor::bind((options.server.bind, options.server.port).into())?;
    let database = prepare(options).await?;
    let result = tokio::select! {
        result = serve_on(&database, listener, options, audience) => result,
        reason = stop.wait() => Err(format!("stopped by {reason} during the start").into()),
    };
    let node = match result {
        Ok(node) => node,
        Err(error) => {
            database.stop().await;
            return Err(error);
        }
    };
    let ended = tokio::select! {
        reason = stop.wait() => {
            tracing::info!(reason, "stopping");
            Ok(())
        }
        error = database.lost() => Err(error),
    };
    node.stop().await;
    database.stop().await;
    tracing::info!("stopped");
    ended
}

async fn serve_on(
    database: &RunningDatabase,
    listener: TcpListener,
    options: &Options,
    audience: Audience,
) -> Result<Node, Failure> {
    descriptors::raise(options.live.viewers_max, options.server.connections_max);
    let applied = migrate(&database.config()).await?;
    if !applied.is_empty() {
        tracing::info!(migrations = applied.len(), "schema brought up to date");
    }
    let settings = NodeSettings {
        database: database.config(),
        pool: options.pool(),
        http: options.http(),
        live: options.live(),
    };
    let node = Node::start(listener, settings).await?;
    if database.is_embedded() {
        node.store().ensure_demo_users().await?;
    }
    let url = format!("http://{}", node.address());
    if audience == Audience::Demo {
        let rest = demo::fill(&node).await?;
        node.run_beside(rest);
        let secret = options.server.jwt_secret.as_ref();
        let token = secret.map(token::for_an_organiser).transpose()?;
        demo::welcome(&url, database, token.as_deref());
    }
    tracing::info!(url, "serving");
    Ok(node)
}

/// SIGTERM or SIGINT.
struct StopSignal {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignal {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn wait(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
