//! Checks while the run goes on: every few seconds the answers so far are held against the log, so
//! that memory stays bounded and a broken promise shows at once; at the end, maps and tables too.

mod finish;
mod untold;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::judge::Judge;
use super::ledger::{Ledger, Strange};
use super::log::{self, RestLog};
use super::promises;
use super::table::{self, DatabaseError, Table};
use super::verdict::Findings;
use crate::audience::ShownMap;
use crate::buyers::Answered;
use crate::rest::Token;
use crate::stage::{Hall, StageError};

/// Audits whose steps are remembered: requests that were under way then are answered by now.
const AUDITS_KEPT: usize = 60;
/// Pages of the log read in one audit, per event; the rest, and the answers, come next time.
const PAGES_MAX: usize = 2_000;
/// How often the end is waited for.
pub(super) const SETTLE_POLL: Duration = Duration::from_millis(100);
/// Times a table is asked for before its viewers are waited for without it.
const TABLE_TRIES_MAX: usize = 20;

/// Where the truth is read.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The nodes.
    pub targets: Vec<SocketAddr>,
    /// Whom the log is told, in token mode.
    pub token: Option<Token>,
    /// The database, if it may be asked.
    pub database: Option<tokio_postgres::Config>,
}

/// The checks of a run.
#[derive(Debug)]
pub struct Auditor {
    sources: Sources,
    ledger: Arc<Ledger>,
    events: Vec<Audited>,
    /// Why nobody may read the log here, if so.
    unreadable: Option<String>,
    /// Why the last audit could not be made, if so.
    trouble: Option<AuditError>,
    /// Answers that wait for one. The ledger counts them, and has an end.
    pending: Vec<Answered>,
    /// Answers that came, and those of them that were held against the log.
    answers: u64,
    judged: u64,
    /// What was found that is no single event's.
    findings: Findings,
    /// The version that each event's viewers must end with at least.
    least: HashMap<i64, u64>,
}

#[derive(Debug)]
struct Audited {
    hall: Arc<Hall>,
    judge: Judge,
    log: RestLog,
    heads: VecDeque<u64>,
}

/// Why an audit could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum AuditError {
    /// The server doesn't tell.
    #[error(transparent)]
    Rest(#[from] StageError),
    /// The database doesn't tell.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The log grows faster than it is read.
    #[error("the log is longer than an audit reads")]
    Behind,
}

impl Auditor {
    /// An auditor of these events.
    #[must_use]
    pub fn new(sources: Sources, ledger: &Arc<Ledger>, halls: &[Arc<Hall>]) -> Self {
        let target = sources.targets[0];
        let audited = |hall: &Arc<Hall>| Audited {
            judge: Judge::new(hall),
            log: RestLog::after(target, sources.token.clone(), hall.id, hall.version),
            heads: VecDeque::new(),
            hall: hall.clone(),
        };
        let events = halls.iter().map(audited).collect();
        Self {
            sources,
            ledger: ledger.clone(),
            events,
            unreadable: None,
            trouble: None,
            pending: Vec::new(),
            answers: 0,
            judged: 0,
            findings: Findings::default(),
            least: HashMap::new(),
        }
    }

    /// How many violations were found up to now.
    #[must_use]
    pub fn violations(&self) -> u64 {
        let of_events: u64 = self.events.iter().map(|event| event.judge.violations()).sum();
        of_events + self.findings.violations()
    }

    /// Holds the answers so far, and maps that viewers were shown, against the log. Where it can't
    /// be read to its end just now, the answers wait for the next audit; other maps will be shown.
    pub async fn audit(&mut self, shown: &[ShownMap]) {
        let answers = self.ledger.take();
        self.answers += answers.len() as u64;
        self.pending.extend(answers);
        self.tell_strange();
        if self.unreadable.is_none() {
            match self.read_logs().await {
                Ok(()) => {
                    self.judge();
                    self.look_at(shown);
                }
                Err(AuditError::Rest(StageError::Closed(closed))) => {
                    self.unreadable = Some(format!(
                        "the log can't be read: {closed}. By --database-url it is read from the \
                         database"
                    ));
                    self.trouble = None;
                }
                Err(error) => self.trouble = Some(error),
            }
        }
        if self.unreadable.is_some() {
            self.ledger.let_go(self.pending.len());
            self.pending.clear();
        }
    }

    /// Answers that the contract doesn't know need no log.
    fn tell_strange(&mut self) {
        let Strange { told, more } = self.ledger.take_strange();
        for (event, what) in told {
            self.findings.wrong(promises::ANSWERED, event, what);
        }
        if more > 0 {
            self.findings.uncounted(promises::ANSWERED, more);
        }
    }

    /// The logs are read to an end that lies behind all answers that wait.
    fn judge(&mut self) {
        self.trouble = None;
        self.judged += self.pending.len() as u64;
        self.ledger.let_go(self.pending.len());
        let mut by_event: HashMap<i64, Vec<_>> = HashMap::new();
        for answered in self.pending.drain(..) {
            by_event.entry(answered.event).or_default().push(answered);
        }
        for event in &mut self.events {
            event.judge.hear(by_event.remove(&event.hall.id).unwrap_or_default());
            event.heads.push_back(event.judge.head());
            if event.heads.len() > AUDITS_KEPT
                && let Some(floor) = event.heads.pop_front()
            {
                event.judge.prune(floor);
            }
        }
    }

    /// The logs are read to an end that lies behind all maps that were shown before.
    fn look_at(&mut self, shown: &[ShownMap]) {
        for map in shown {
            // Another history has another log; whether viewers end in it is seen at the end.
            let is_its =
                |event: &&mut Audited| event.hall.id == map.event && event.hall.epoch == map.epoch;
            let Some(event) = self.events.iter_mut().find(is_its) else { continue };
            let statuses: Vec<u8> = map.statuses.iter().map(|status| status.code()).collect();
            event.judge.look_at(map.version, &statuses);
        }
    }

    async fn read_logs(&mut self) -> Result<(), AuditError> {
        let database = self.database().await?;
        for event in &mut self.events {
            let mut pages = 0;
            loop {
                let lines = match &database {
                    Some(client) => {
                        let after = event.judge.head();
                        log::from_database(client, event.hall.id, after).await?
                    }
                    None => event.log.next().await?,
                };
                if lines.is_empty() {
                    break;
                }
                event.judge.read(&lines);
                pages += 1;
                if pages == PAGES_MAX {
                    return Err(AuditError::Behind);
                }
            }
        }
        Ok(())
    }

    async fn database(&self) -> Result<Option<tokio_postgres::Client>, DatabaseError> {
        match &self.sources.database {
            Some(config) => Ok(Some(table::connect(config).await?)),
            None => Ok(None),
        }
    }

    /// Makes sure that the database, if it may be asked, is the one behind the server.
    ///
    /// # Errors
    /// When it can't be asked, or holds other events.
    pub async fn know_database(&self) -> Result<(), DatabaseError> {
        let Some(client) = self.database().await? else { return Ok(()) };
        for event in &self.events {
            let (id, hall) = (event.hall.id, &event.hall);
            let table = table::from_database(&client, id).await?;
            if table.version < hall.version || table.statuses.len() != hall.initial.len() {
                return Err(DatabaseError::AnotherOne(id));
            }
        }
        Ok(())
    }

    /// Makes sure that the token, if there is one, opens the log.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn know_token(&self) -> Result<(), StageError> {
        if self.sources.token.is_some() && self.sources.database.is_none() {
            for event in &self.events {
                // A copy: what it reads is read again.
                event.log.clone().next().await?;
            }
        }
        Ok(())
    }

    /// Waits until all viewers have what the table has, or `patience` is over. `behind` tells how
    /// many lack a version of an event. What the table had then is the least they must end with;
    /// where it isn't told, what the log and the answers had.
    pub async fn settle(&mut self, patience: Duration, behind: impl Fn(i64, u64) -> usize) {
        for event in &self.events {
            let known = event.judge.head().max(self.ledger.known(event.hall.id));
            self.least.insert(event.hall.id, known);
        }
        let least = &mut self.least;
        let target = self.sources.targets[0];
        let asking = async {
            // All of them first: one event's viewers may take all the patience there is.
            for event in &self.events {
                let id = event.hall.id;
                let version = table_at_last(target, id).await.map_or(0, |table| table.version);
                let least = least.entry(id).or_default();
                *least = version.max(*least);
            }
            for (event, version) in &*least {
                while behind(*event, *version) > 0 {
                    tokio::time::sleep(SETTLE_POLL).await;
                }
            }
        };
        // Whoever is late is found by the comparison.
        let _ = tokio::time::timeout(patience, asking).await;
    }
}

/// An event's table, asked for again where the server doesn't tell it at first.
async fn table_at_last(target: SocketAddr, event: i64) -> Option<Table> {
    for _ in 0..TABLE_TRIES_MAX {
        if let Ok(table) = table::over_rest(target, event).await {
            return Some(table);
        }
        tokio::time::sleep(SETTLE_POLL).await;
    }
    None
}

#[cfg(test)]
mod tests;
