//! What PostgreSQL can do by itself, driven by pgbench, with one connection listening. The bare
//! minimum that a change costs: one prepared statement that flips a seat and notifies. And the
//! textbook's own statements without its server, which tell what of its rate is PostgreSQL's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;

use super::Failed;
use super::database::Database;

/// Seats that the statements choose from, of all events together.
const SEATS: usize = 10_000;
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
    /// One statement a change, to the seats of so many events. `None` when the program isn't
    /// installed.
    pub(super) async fn bare(database: &Database, events: usize) -> Result<Option<Self>, Failed> {
        let seats = seats(events);
        let tables = format!(
            "create table seats (event integer, seat integer, status integer not null,
                                 primary key (event, seat));
             insert into seats select e, n, 0
             from generate_series(1, {events}) e, generate_series(1, {seats}) n;
             listen bare"
        );
        let script = "with changed as (update seats set status = 1 - status \
                      where event = :event and seat = :seat returning seat) \
                      select pg_notify('bare', seat::text) from changed;\n";
        Self::prepare(database, ("bench_bare", events), &tables, script).await
    }

    /// Two of the textbook's transactions, a lock and its unlock, on one of so many events. `None`
    /// when the program isn't installed.
    pub(super) async fn textbook(
        database: &Database,
        events: usize,
    ) -> Result<Option<Self>, Failed> {
        let seats = seats(events);
        let tables = format!(
            "{TABLES}
             insert into events (name, venue, price, total_tickets, available_tickets)
             select 'Hot', 'Hall', '10.00', {seats}, {seats} from generate_series(1, {events});
             insert into tickets (event_id, seat_index, seat_no)
             select e.id, n, 'S' || n from events e, generate_series(1, {seats}) n;
             analyze tickets;
             listen textbook_changes"
        );
        Self::prepare(database, ("bench_textbook_pair", events), &tables, PAIR).await
    }

    async fn prepare(
        database: &Database,
        (name, events): (&str, usize),
        tables: &str,
        statements: &str,
    ) -> Result<Option<Self>, Failed> {
        let Some(program) = database.program("pgbench")? else { return Ok(None) };
        let name = &format!("{name}_{events}");
        database.create(name).await?;
        let listener = database.connect(name).await?;
        listener.batch_execute(tables).await?;
        let script = tempfile::NamedTempFile::new()?;
        let seats = seats(events);
        let chosen = format!("\\set event random(1, {events})\n\\set seat random(1, {seats})\n");
        std::fs::write(script.path(), chosen + statements)?;
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

/// Of each event, so that the tables are as large for several as for one.
fn seats(events: usize) -> usize {
    SEATS / events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::write_path::EVENTS;

    #[tokio::test]
    async fn the_statements_run_on_all_events() {
        let database = Database::start().await.unwrap();
        for events in EVENTS {
            let bare = Pgbench::bare(&database, events).await.unwrap();
            let pair = Pgbench::textbook(&database, events).await.unwrap();
            let (Some(bare), Some(pair)) = (bare, pair) else { return };
            assert!(bare.rate(2, Duration::from_secs(1)).await.unwrap() > 0.0);
            assert!(pair.rate(2, Duration::from_secs(1)).await.unwrap() > 0.0);
            let client = database.connect(&format!("bench_textbook_pair_{events}")).await.unwrap();
            let rows = client.query("select version, available_tickets from events", &[]).await;
            let rows: Vec<(i64, i32)> =
                rows.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect();
            let changed = rows.iter().filter(|row| row.0 > 0).count();
            assert!(rows.len() == events && changed > events / 2, "{rows:?}");
            // Every lock has had its unlock.
            assert!(rows.iter().all(|row| row.0 % 2 == 0 && row.1 as usize == seats(events)));
        }
        database.stop().await.unwrap();
    }
}
