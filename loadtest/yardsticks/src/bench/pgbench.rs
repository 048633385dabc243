//! The bare minimum that a change costs in PostgreSQL: one prepared statement that flips a seat and
//! notifies, driven by pgbench, with one connection listening.

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use super::Failed;
use super::database::Database;

/// The database pgbench has to itself.
const DATABASE: &str = "bench_bare";
/// Its seats.
const SEATS: u32 = 10_000;

/// A prepared database and the program.
pub(super) struct Pgbench {
    program: std::path::PathBuf,
    url: String,
    script: tempfile::NamedTempFile,
    _listener: tokio_postgres::Client,
}

impl Pgbench {
    /// `None` when the program isn't installed.
    pub(super) async fn prepare(database: &Database) -> Result<Option<Self>, Failed> {
        let Some(program) = database.program("pgbench")? else { return Ok(None) };
        database.create(DATABASE).await?;
        let listener = database.connect(DATABASE).await?;
        listener
            .batch_execute(&format!(
                "create table seats (seat integer primary key, status integer not null);
                 insert into seats select n, 0 from generate_series(1, {SEATS}) n;
                 listen bare"
            ))
            .await?;
        let script = tempfile::NamedTempFile::new()?;
        std::fs::write(
            script.path(),
            format!(
                "\\set seat random(1, {SEATS})\n\
                 with changed as (update seats set status = 1 - status where seat = :seat \
                 returning seat) select pg_notify('bare', seat::text) from changed;\n"
            ),
        )?;
        let url = database.url(DATABASE)?;
        Ok(Some(Self { program, url, script, _listener: listener }))
    }

    /// Statements a second.
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
