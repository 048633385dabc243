//! The end of a run: maps, mirrors and tables against the log, and the verdict.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::super::promises;
use super::super::slow;
use super::super::table;
use super::super::verdict::{CheckOutcome, Findings, Verdict, Violation};
use super::untold::{Read, accuse, is_beyond, silence};
use super::{AuditError, Auditor, SETTLE_POLL};
use crate::audience::{AudienceStats, FinalMap};

/// How often an audit is tried at the end, while the log can't be read, and for how long: a server
/// that has gone says so at once, one that hangs after a while.
const LAST_AUDITS_MAX: usize = 50;
const LAST_AUDITS_TIME: Duration = Duration::from_secs(60);

impl Auditor {
    /// The last audit, with the maps that viewers had in the end; `expected` says how many viewers
    /// each event must have then, `required` which promises the run was there to check.
    pub async fn finish(
        &mut self,
        maps: &[FinalMap],
        expected: &BTreeMap<i64, u64>,
        stats: &AudienceStats,
        required: &[&'static str],
    ) -> Verdict {
        let tables = self.tables().await;
        let until = Instant::now() + LAST_AUDITS_TIME;
        for _ in 0..LAST_AUDITS_MAX {
            self.audit(&[]).await;
            if self.trouble.is_none() || Instant::now() >= until {
                break;
            }
            tokio::time::sleep(SETTLE_POLL).await;
        }
        let mut findings = std::mem::take(&mut self.findings);
        follow(&mut findings, stats);
        slow::judge(&mut findings, &stats.numbers);
        self.complete(&mut findings);
        self.compare_tables(&tables);
        self.compare_viewers(maps, &tables);
        self.miss_viewers(maps, expected, stats, &tables);
        self.verdict(findings, required)
    }

    /// What of the answers could be looked at.
    fn complete(&mut self, findings: &mut Findings) {
        findings.looked_at(promises::ANSWERED, self.answers);
        findings.looked_at(promises::COMPLETE, self.judged);
        let lost = self.ledger.lost();
        if lost > 0 {
            findings.unchecked(promises::COMPLETE, format!("{lost} found no room to wait in"));
        }
        let unseen = self.answers - self.judged;
        match self.missing_log() {
            Some(why) if unseen > 0 => {
                findings.unchecked(promises::COMPLETE, format!("{unseen} were not: {why}"));
            }
            Some(_) => {}
            None => self.events.iter_mut().for_each(|event| event.judge.close()),
        }
        if let Some(error) = &self.trouble {
            accuse(findings, promises::COMPLETE, 0, "the log", error);
        }
    }

    /// Why the log wasn't read, or not to its end.
    fn missing_log(&self) -> Option<String> {
        let to_its_end = |error| format!("the log can't be read to its end: {error}");
        self.unreadable.clone().or_else(|| self.trouble.as_ref().map(to_its_end))
    }

    fn compare_tables(&mut self, tables: &[Read]) {
        let missing_log = self.missing_log();
        for (event, who, table) in tables {
            let Some(event) = self.events.iter_mut().find(|each| each.hall.id == *event) else {
                continue;
            };
            match table {
                Ok(table) if is_beyond(&event.judge, table.version, missing_log.as_ref()) => {}
                Ok(table) => {
                    event.judge.compare(promises::TABLE, who, table.version, &table.statuses);
                }
                Err(error) => {
                    let findings = event.judge.findings();
                    findings.unchecked(promises::TABLE, format!("{who} can't be read: {error}"));
                    accuse(findings, promises::TABLE, event.hall.id, who, error);
                }
            }
        }
    }

    /// Whoever isn't there at the end never came, or never came back, and has no map to compare.
    /// That is the server's doing, unless it has gone: then nobody could come back.
    fn miss_viewers(
        &mut self,
        maps: &[FinalMap],
        expected: &BTreeMap<i64, u64>,
        stats: &AudienceStats,
        tables: &[Read],
    ) {
        for event in &mut self.events {
            let id = event.hall.id;
            let expected = expected.get(&id).copied().unwrap_or(0);
            let of_event = maps.iter().filter(|map| map.event == id);
            let there: usize = of_event.map(|map| map.viewers + map.slow_viewers).sum();
            let missing = expected.saturating_sub(there as u64);
            if missing == 0 {
                continue;
            }
            let what = format!("{missing} of {expected} viewers were not there at the end");
            if let Some(error) = silence(tables, id) {
                event.judge.findings().unchecked(promises::END, format!("{what}: {error}"));
                continue;
            }
            let failures = stats.failures.iter().map(|(why, count)| format!("{why} × {count}"));
            let closes = stats.closes.iter();
            let closes = closes.map(|(code, count)| format!("closed with {code} × {count}"));
            let (promise, evidence) = (String::new(), failures.chain(closes).collect());
            let violation = Violation { promise, event: id, seat: None, what, evidence };
            let findings = event.judge.findings();
            findings.looked_at(promises::END, missing);
            findings.violation(promises::END, violation);
            findings.uncounted(promises::END, missing - 1);
        }
    }

    fn compare_viewers(&mut self, maps: &[FinalMap], tables: &[Read]) {
        let missing_log = self.missing_log();
        for map in maps.iter().filter(|map| map.viewers > 0) {
            let Some(event) = self.events.iter_mut().find(|each| each.hall.id == map.event) else {
                continue;
            };
            let statuses: Vec<u8> = map.statuses.iter().map(|status| status.code()).collect();
            let who = format!("{} viewers", map.viewers);
            // They were waited for up to a version that the table, the log or an answer had before.
            let least = self.least.get(&map.event).copied().unwrap_or(0);
            if map.version < least {
                let what = format!("{who} ended at version {}, below {least}", map.version);
                let findings = event.judge.findings();
                match silence(tables, map.event) {
                    Some(error) => findings.unchecked(promises::END, format!("{what}: {error}")),
                    None => findings.wrong(promises::END, map.event, what),
                }
                continue;
            }
            let of_event = |(id, ..): &&Read| *id == map.event;
            let first = tables.iter().find(of_event).and_then(|(.., table)| table.as_ref().ok());
            if let Some(table) = first {
                if map.epoch != table.epoch {
                    let what = format!("{who} ended in epoch {}", map.epoch);
                    event.judge.findings().wrong(promises::END, map.event, what);
                }
                if map.version == table.version && statuses != table.statuses {
                    let what = format!("{who} ended with another map than the table's");
                    event.judge.findings().wrong(promises::END, map.event, what);
                }
                let lacks_log = is_beyond(&event.judge, map.version, missing_log.as_ref());
                if lacks_log && map.version == table.version {
                    event.judge.findings().looked_at(promises::END, map.viewers as u64);
                    continue;
                }
            }
            if let Some(why) = missing_log.as_ref()
                && is_beyond(&event.judge, map.version, Some(why))
            {
                let why = format!("{who} ended at another version than was read, and {why}");
                event.judge.findings().unchecked(promises::END, why);
                continue;
            }
            event.judge.compare(promises::END, &who, map.version, &statuses);
            event.judge.findings().looked_at(promises::END, map.viewers as u64 - 1);
        }
    }

    /// Every way to read the maps: the nodes' tables and mirrors, and the database.
    async fn tables(&self) -> Vec<Read> {
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

    /// The refusals that were looked at, by what was said.
    fn refusals(&self) -> String {
        let mut sum: BTreeMap<&str, u64> = BTreeMap::new();
        for (said, count) in self.events.iter().flat_map(|event| &event.judge.refusals) {
            *sum.entry(said).or_default() += count;
        }
        let shown: Vec<_> = sum.iter().map(|(said, count)| format!("{said} × {count}")).collect();
        shown.join(", ")
    }

    fn verdict(&mut self, mut findings: Findings, required: &[&'static str]) -> Verdict {
        let refusals = self.refusals();
        let unknown: u64 = self.events.iter().map(|event| event.judge.unknown).sum();
        let events = self.events.len();
        for event in &mut self.events {
            findings.merge(std::mem::take(event.judge.findings()));
        }
        let (missing_log, unreadable) = (self.missing_log(), self.unreadable.take());
        for &promise in required {
            if let Some(why) = missing_log.as_ref().filter(|_| is_by_the_log(promise)) {
                findings.unchecked(promise, why.clone());
            }
            findings.require(promise);
        }
        let has_database = self.sources.database.is_some();
        let detail = |promise: &str| match (promise, &unreadable) {
            (promise, Some(why)) if is_by_the_log(promise) => why.clone(),
            (promises::REFUSED, _) => refusals.clone(),
            (promises::ACKNOWLEDGED, _) => format!("{unknown} outcomes are unknown"),
            (promises::TABLE, _) if !has_database => "the database wasn't asked".to_owned(),
            (promises::LEGAL, _) => format!("steps of seats of {events} events"),
            (promises::FOLLOW, _) => "messages".to_owned(),
            (promises::SHOWN, _) => "maps, some of all".to_owned(),
            _ => String::new(),
        };
        let checks: Vec<_> =
            promises::ALL.map(|promise| findings.check(promise, detail(promise))).into();
        debug_assert!(checks.iter().any(|check| check.outcome != CheckOutcome::Skipped));
        findings.verdict(checks)
    }
}

/// What viewers themselves said while they followed.
fn follow(findings: &mut Findings, stats: &AudienceStats) {
    findings.looked_at(promises::FOLLOW, stats.numbers.messages);
    for breach in &stats.violations {
        findings.wrong(promises::FOLLOW, breach.event, breach.what.clone());
    }
    let unsaid = stats.violation_count.saturating_sub(stats.violations.len() as u64);
    findings.uncounted(promises::FOLLOW, unsaid);
}

fn is_by_the_log(promise: &str) -> bool {
    promises::BY_THE_LOG.contains(&promise)
}
