//! Checks while the run goes on: every few seconds the answers so far are held against the log, so
//! that memory stays bounded and a broken promise shows at once; at the end, maps and tables too.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::NoTls;

use super::judge::Judge;
use super::ledger::Ledger;
use super::log::{self, RestLog};
use super::promises;
use super::table::{self, DatabaseError, Table};
use super::verdict::{CheckOutcome, Findings, Verdict};
use crate::audience::{AudienceStats, FinalMap};
use crate::stage::{Hall, StageError};

/// Audits whose steps are remembered: requests that were under way then are answered by now.
const AUDITS_KEPT: usize = 60;
/// Pages of the log read in one audit, per event; the rest comes next time.
const PAGES_MAX: usize = 2_000;
/// How often the end is waited for.
const SETTLE_POLL: Duration = Duration::from_millis(100);

/// Where the truth is read.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The nodes.
    pub targets: Vec<SocketAddr>,
    /// The database, if it may be asked.
    pub database: Option<tokio_postgres::Config>,
}

/// The checks of a run.
#[derive(Debug)]
pub struct Auditor {
    sources: Sources,
    ledger: Arc<Ledger>,
    events: Vec<Audited>,
    /// Why the log can't be read, if so.
    unreadable: Option<String>,
    answers: u64,
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
}

impl Auditor {
    /// An auditor of these events.
    #[must_use]
    pub fn new(sources: Sources, ledger: &Arc<Ledger>, halls: &[Arc<Hall>]) -> Self {
        let audited = |hall: &Arc<Hall>| Audited {
            judge: Judge::new(hall.id, hall.version, &hall.initial),
            log: RestLog::after(sources.targets[0], hall.id, hall.version),
            heads: VecDeque::new(),
            hall: hall.clone(),
        };
        let events = halls.iter().map(audited).collect();
        Self {
            sources,
            ledger: ledger.clone(),
            events,
            unreadable: None,
            answers: 0,
            least: HashMap::new(),
        }
    }

    /// How many violations were found up to now.
    #[must_use]
    pub fn violations(&self) -> u64 {
        self.events.iter().map(|event| event.judge.violations()).sum()
    }

    /// Holds the answers so far against the log.
    pub async fn audit(&mut self) {
        let answers = self.ledger.take();
        self.answers += answers.len() as u64;
        if self.unreadable.is_some() {
            return;
        }
        let mut by_event: HashMap<i64, Vec<_>> = HashMap::new();
        for answered in answers {
            by_event.entry(answered.event).or_default().push(answered);
        }
        if let Err(error) = self.read_logs().await {
            self.unreadable = Some(error.to_string());
            return;
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

    async fn read_logs(&mut self) -> Result<(), AuditError> {
        let database = self.database().await?;
        for event in &mut self.events {
            for _ in 0..PAGES_MAX {
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
            }
        }
        Ok(())
    }

    async fn database(&self) -> Result<Option<tokio_postgres::Client>, DatabaseError> {
        let Some(config) = &self.sources.database else { return Ok(None) };
        let (client, connection) = config.connect(NoTls).await?;
        // Ends with the client.
        tokio::spawn(connection);
        Ok(Some(client))
    }

    /// Waits until all viewers have what the table has, or `patience` is over. `behind` tells how
    /// many lack a version of an event. What the table had then is the least they must end with.
    pub async fn settle(&mut self, patience: Duration, behind: impl Fn(i64, u64) -> usize) {
        let least = &mut self.least;
        let targets = &self.sources.targets;
        let asking = async {
            for event in &self.events {
                let id = event.hall.id;
                let Ok(table) = table::over_rest(targets[0], id).await else { return };
                least.insert(id, table.version);
                while behind(id, table.version) > 0 {
                    tokio::time::sleep(SETTLE_POLL).await;
                }
            }
        };
        // Whoever is late is found by the comparison.
        let _ = tokio::time::timeout(patience, asking).await;
    }

    /// The last audit, with the maps that viewers had in the end.
    pub async fn finish(&mut self, maps: &[FinalMap], stats: &AudienceStats) -> Verdict {
        let tables = self.tables().await;
        self.audit().await;
        let mut findings = Findings::default();
        findings.looked_at(promises::FOLLOW, stats.numbers.messages);
        for breach in &stats.violations {
            findings.wrong(promises::FOLLOW, breach.event, breach.what.clone());
        }
        let unsaid = stats.violation_count.saturating_sub(stats.violations.len() as u64);
        findings.uncounted(promises::FOLLOW, unsaid);
        findings.looked_at(promises::COMPLETE, self.answers);
        match self.ledger.lost() {
            0 => {}
            lost => findings.wrong(promises::COMPLETE, 0, format!("{lost} answers were not")),
        }
        for (event, who, table) in &tables {
            let Some(event) = self.events.iter_mut().find(|each| each.hall.id == *event) else {
                continue;
            };
            match table {
                Ok(table) if self.unreadable.is_none() => {
                    event.judge.compare(promises::TABLE, who, table.version, &table.statuses);
                }
                Ok(_) => {}
                Err(error) => {
                    let what = format!("{who} can't be read: {error}");
                    event.judge.findings().wrong(promises::TABLE, event.hall.id, what);
                }
            }
        }
        self.compare_viewers(maps, &tables);
        self.verdict(findings)
    }

    fn compare_viewers(
        &mut self,
        maps: &[FinalMap],
        tables: &[(i64, String, Result<Table, AuditError>)],
    ) {
        for map in maps.iter().filter(|map| map.viewers > 0) {
            let Some(event) = self.events.iter_mut().find(|each| each.hall.id == map.event) else {
                continue;
            };
            let statuses: Vec<u8> = map.statuses.iter().map(|status| status.code()).collect();
            let who = format!("{} viewers", map.viewers);
            let of_event = |(id, ..): &&(i64, String, _)| *id == map.event;
            let first = tables.iter().find(of_event).and_then(|(.., table)| table.as_ref().ok());
            if let Some(table) = first {
                // They were waited for up to a version that the table had before.
                let least = self.least.get(&map.event).copied().unwrap_or(0);
                if map.version < least {
                    let what = format!("{who} ended at version {}, below {least}", map.version);
                    event.judge.findings().wrong(promises::END, map.event, what);
                    continue;
                }
                if map.epoch != table.epoch {
                    let what = format!("{who} ended in epoch {}", map.epoch);
                    event.judge.findings().wrong(promises::END, map.event, what);
                }
                if self.unreadable.is_some() {
                    if map.version == table.version && statuses != table.statuses {
                        let what = format!("{who} ended with another map than the table's");
                        event.judge.findings().wrong(promises::END, map.event, what);
                    }
                    event.judge.findings().looked_at(promises::END, map.viewers as u64);
                    continue;
                }
            }
            event.judge.compare(promises::END, &who, map.version, &statuses);
            event.judge.findings().looked_at(promises::END, map.viewers as u64 - 1);
        }
    }

    /// Every way to read the maps: the nodes' tables and mirrors, and the database.
    async fn tables(&self) -> Vec<(i64, String, Result<Table, AuditError>)> {
        let mut tables = Vec::new();
        for event in &self.events {
            let id = event.hall.id;
            for target in &self.sources.targets {
                let table = table::over_rest(*target, id).await.map_err(AuditError::from);
                tables.push((id, format!("/tickets/all of {target}"), table));
                let mirror = table::mirrored(*target, id).await.map_err(AuditError::from);
                tables.push((id, format!("/availability of {target}"), mirror));
            }
            let database = match self.database().await {
                Ok(None) => continue,
                Ok(Some(client)) => table::from_database(&client, id).await,
                Err(error) => Err(error),
            };
            tables.push((id, "the database".to_owned(), database.map_err(AuditError::from)));
        }
        tables
    }

    fn verdict(&mut self, mut findings: Findings) -> Verdict {
        let races: u64 = self.events.iter().map(|event| event.judge.races_lost).sum();
        let unknown: u64 = self.events.iter().map(|event| event.judge.unknown).sum();
        let events = self.events.len();
        for event in &mut self.events {
            findings.merge(std::mem::take(event.judge.findings()));
        }
        let unreadable = self.unreadable.take();
        let has_database = self.sources.database.is_some();
        let detail = |promise: &str| match (promise, &unreadable) {
            (
                promises::LEGAL | promises::ONCE | promises::HOLDER | promises::ACKNOWLEDGED,
                Some(why),
            )
            | (promises::REFUSED, Some(why)) => format!("the log can't be read: {why}"),
            (promises::REFUSED, None) => format!("{races} lost a race for a taken seat"),
            (promises::ACKNOWLEDGED, None) => format!("{unknown} outcomes are unknown"),
            (promises::TABLE, _) if !has_database => "the database wasn't asked".to_owned(),
            (promises::LEGAL, None) => format!("steps of seats of {events} events"),
            (promises::FOLLOW, _) => "messages".to_owned(),
            _ => String::new(),
        };
        let checks: Vec<_> =
            promises::ALL.map(|promise| findings.check(promise, detail(promise))).into();
        debug_assert!(checks.iter().any(|check| check.outcome != CheckOutcome::Skipped));
        findings.verdict(checks)
    }
}
