//! What PostgreSQL can do by itself, driven by pgbench, with one connection listening. The bare
//! minimum that a change costs: one prepared statement that flips a seat and notifies. And the
//! textbook's own statements without its server, which tell what of its rate is PostgreSQL's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use super::Failed;
use super::database::Database;

/// Seats that the statements choose from.
const SEATS: u32 = 10_000;
/// The textbook's tables.
const TABLES: &str = include_str!("../textbook/schema.sql");
/// What the textbook runs for a lock and its unlock, the checks between its statements left out.
const PAIR: &str = include_str!("textbook_pair.sql");

/// A prepared database and the program.
pub(super) struct Pgbench {
    program: PathBuf,
    url: String,
    script: tempfile::NamedTempFile,
    _listener: tokio_postgres::Client,
}

impl Pgbench {
    /// One statement a change. `None` when the program isn't installed.
    pub(super) async fn bare(database: &Database) -> Result<Option<Self>, Failed> {
        let tables = format!(
            "create table seats (seat integer primary key, status integer not null);
             insert into seats select n, 0 from generate_series(1, {SEATS}) n;
             listen bare"
        );
        let script = "with changed as (update seats set status = 1 - status where seat = :seat \
                      returning seat) select pg_notify('bare', seat::text) from changed;\n";
        Self::prepare(database, "bench_bare", &tables, script).await
    }

    /// Two of the textbook's transactions, a lock and its unlock, on one event. `None` when the
    /// program isn't installed.
    pub(super) async fn textbook(database: &Database) -> Result<Option<Self>, Failed> {
        let tables = format!(
            "{TABLES}
             insert into events (name, venue, price, total_tickets, available_tickets)
             values ('Hot', 'Hall', '10.00', {SEATS}, {SEATS});
             insert into tickets (event_id, seat_index, seat_no)
             select 1, n, 'S' || n from generate_series(1, {SEATS}) n;
             analyze tickets;
             listen textbook_changes"
        );
        Self::prepare(database, "bench_textbook_pair", &tables, PAIR).await
    }

    async fn prepare(
        database: &Database,
        name: &str,
        tables: &str,
        statements: &str,
    ) -> Result<Option<Self>, Failed> {
        let Some(program) = database.program("pgbench")? else { return Ok(None) };
        database.create(name).await?;
        let listener = database.connect(name).await?;
        listener.batch_execute(tables).await?;
        let script = tempfile::NamedTempFile::new()?;
        std::fs::write(script.path(), format!("\\set seat random(1, {SEATS})\n{statements}"))?;
        let url = database.url(name)?;
        Ok(Some(Self { program, url, script, _listener: listener }))
    }

    /// Runs of the script a second.
    pub(super) async fn rate(&self, clients: usize, time: Duration) -> Result<f64, Failed> {
        let seconds = time.as_secs().max(1).to_string();
        let script: &Path = self.script.path();
        let output = Command::new(&self.program)
            .args(["-n", "-M", "prepared", "-c", &clients.to_string(), "-j", "1", "-T", &seconds])
            .arg("-f")
            .arg(script)
            .arg(&self.url)
            .kill_on_drop(true)
            .output()
            .await?;
        let said = String::from_utf8_lossy(&output.stdout);
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split(' ').next()?.parse().ok());
        rate.ok_or_else(|| {
            format!("pgbench said: {}", String::from_utf8_lossy(&output.stderr)).into()
        })
    }
}
