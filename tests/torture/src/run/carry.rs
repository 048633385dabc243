//! A run from beginning to end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use seatmap::protocol::live::since::Since;
use seatmap_loadtest::rest::{Call as Ask, Client};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::clocks;
use super::healed;
use super::inject::inject;
use super::load::Load;
use super::logs;
use super::nodes;
use super::quiet::{self, Truth};
use super::stage::{HOLD_LIFE_MAX_SECONDS, Stage};
use super::tally::{CAME_TO_NOTHING, Counts, Tally};
use super::views;
use crate::clients::books::Books;
use crate::clients::request::{AREA, CATEGORIES, OnSale, SECTIONS, TABLE, new_event};
use crate::clients::viewer::Seen;
use crate::history::{CancelConfirmed, Epochs, Event, History, PRICES, Rules, amount};
use crate::invariants;
use crate::judge::{ENDS, UNEXCUSED, Verdict};
use crate::plan::{EventPlan, FOUNDER, Plan};
use crate::world::postgres::{Postgres, PostgresError, Programs, told};

/// What a run needs besides its plan.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server's program.
    pub program: PathBuf,
    /// Where runs have their folders; short, for there are sockets in them.
    pub folder: PathBuf,
}

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// What should not be.
    pub violations: Vec<String>,
    /// What went wrong on purpose, how often.
    pub injected: Counts,
    /// How requests were answered, how often.
    pub answers: Counts,
    /// What nodes warned of, how often.
    pub warnings: Counts,
    /// What else happened, how often.
    pub seen: Counts,
    /// What was asked and answered.
    pub history: History,
}

impl Settings {
    /// Makes the cluster that every run begins with a copy of.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it can't be run.
    pub async fn prepare(&self) -> Result<(), PostgresError> {
        let programs = Programs::find()?;
        programs.folder(&self.folder)?;
        Postgres::template(&programs, &self.folder.join("template")).await
    }
}

/// Carries out a plan; the settings have been prepared.
///
/// # Errors
/// When the stage can't be built; nothing was tried then.
pub async fn run(plan: &Plan, settings: &Settings) -> Result<Report, PostgresError> {
    let programs = Programs::find()?;
    let template = settings.folder.join("template");
    let folder = settings.folder.join(format!("r{}", plan.seed));
    // What an earlier run of this plan left.
    let _ = std::fs::remove_dir_all(&folder);
    programs.folder(&folder)?;
    let at = (settings.program.as_path(), folder.as_path());
    let stage = Stage::build(plan, &programs, &template, at).await?;
    let mut report = on_stage(plan, Arc::new(stage)).await?;
    let unread = |error: std::io::Error| PostgresError::new(error.to_string());
    report.violations.extend(logs::wrong(plan, &folder).map_err(unread)?);
    report.warnings = logs::warnings(plan, &folder).map_err(unread)?;
    remove(&folder, &report);
    Ok(report)
}

/// Keeps the logs of a run that failed, and nothing else.
fn remove(folder: &Path, report: &Report) {
    for part in ["p", "s"] {
        let _ = std::fs::remove_dir_all(folder.join(part).join("data"));
    }
    if report.violations.is_empty() {
        let _ = std::fs::remove_dir_all(folder);
    }
}

async fn on_stage(plan: &Plan, stage: Arc<Stage>) -> Result<Report, PostgresError> {
    let doors = stage.doors();
    let books = Arc::new(Books::new());
    let (mut events, mut epochs) = (Vec::new(), Vec::new());
    let mut history = History::default();
    let kept = healed::event(plan);
    for event in plan.events.iter().chain([&kept]) {
        let (made, epoch) = create(doors[0], event, books.began_unix_ns()).await?;
        events.push(made.id);
        epochs.push(epoch);
        history.events.push(made);
    }
    let began = Instant::now();
    let until = began + Duration::from_millis(plan.load_ms);
    let tally = Arc::new(Tally::default());
    if plan.small_disk && stage.disk.is_none() {
        tally.add(&format!("{CAME_TO_NOTHING}{NO_SMALL_DISK}"), 1);
    }
    clocks::count(plan, &stage, &tally).await;
    let mut load = Load::begin(plan, &events, &doors, (&books, until));
    let counted = (Arc::clone(&tally), Arc::clone(&books));
    let stalls = tokio::spawn(watch_machine(Arc::clone(&books)));
    let mut faults = JoinSet::new();
    for timed in plan.faults.clone() {
        faults.spawn(inject(Arc::clone(&stage), counted.clone(), timed, began));
    }
    let buyers = load.buyers().await;
    faults.join_all().await;
    let kept = events[plan.events.len()];
    let (healed, mut violations) = healed::heal(plan, &stage, (&tally, &books), kept).await;
    history.healed = Some(healed);
    for buyer in buyers {
        violations.extend(buyer.settle().await);
    }
    let rest = at_rest(&stage, &events, &mut history).await;
    let (truths, wrong) = rest.map_err(|error| PostgresError::new(told(&error)))?;
    violations.extend(wrong);
    let last: Vec<Since> = truths.iter().map(|truth| truth.at.clone()).collect();
    for door in &doors {
        for ((log, rest), truth) in history.logs.iter().zip(&history.rests).zip(&truths) {
            violations.extend(nodes::wrong(*door, truth, (log, rest)).await);
        }
    }
    let seen = load.viewers(&last).await;
    for (index, (log, truth)) in history.logs.iter().zip(&truths).enumerate() {
        let of_event: Vec<&Seen> = seen.iter().filter(|seen| seen.event == index).collect();
        violations.extend(views::wrong(&of_event, log, truth));
    }
    for ((event, first), last) in events.iter().zip(epochs).zip(last) {
        let (event, until) = (*event, tally.until(*event));
        history.epochs.push(Epochs { event, first, last: last.epoch, until });
    }
    history.sights = seen.iter().flat_map(|seen| seen.sights.iter().cloned()).collect();
    violations.extend(stage.close().await);
    stalls.abort();
    history.troubles = Some(books.troubles());
    let (operations, answers) = books.close();
    history.operations = operations;
    name_callers(&mut history, &users(&stage).await?);
    let judged = crate::judge::judge(&history);
    violations.extend(judged.violations.iter().map(|found| {
        let evidence = found.evidence.join("\n      ");
        format!("event {}: {}: {}\n      {evidence}", found.event, found.promise, found.what)
    }));
    let mut counts = counts((&history, &seen), &judged);
    counts.insert("PANICs of PostgreSQL".to_owned(), stage.said("PANIC:"));
    let (injected, warnings) = (tally.counts(), Counts::new());
    Ok(Report { violations, injected, answers, warnings, seen: counts, history })
}

/// How often the machine is looked at, and how much later that may come to pass before it counts as
/// overloaded.
const TICK: Duration = Duration::from_millis(100);
const STALLED: Duration = Duration::from_millis(400);

/// Writes down when the machine had no time for this program, and so hardly any for the server.
async fn watch_machine(books: Arc<Books>) {
    loop {
        let (from, before) = (books.now(), Instant::now());
        tokio::time::sleep(TICK).await;
        if before.elapsed() > TICK + STALLED {
            books.trouble("machine overloaded".to_owned(), None, from);
        }
    }
}

/// What totals say of runs whose disk could not be filled at all.
const NO_SMALL_DISK: &str = "disk full: no disk can be mounted here, so the class is left out";

fn counts((history, seen): (&History, &[Seen]), judged: &Verdict) -> Counts {
    let of = |count: fn(&Seen) -> u64| seen.iter().map(count).sum::<u64>();
    let versions = history.logs.iter().map(|log| log.version).sum();
    let lines = history.logs.iter().flat_map(|log| &log.lines);
    let passed = lines.filter(|line| line.cause.starts_with("check_")).count();
    let is_short = |event: &&Event| event.rules.sales_start.is_some();
    let windows = history.events.iter().filter(is_short).count();
    let counts = [
        ("operations", history.operations.len() as u64),
        ("versions", versions),
        ("steps at the door", passed as u64),
        ("events, charts, customer records and sessions made", history.created.len() as u64),
        ("events on sale for a while only", windows as u64),
        ("messages to viewers", of(|seen| seen.messages)),
        ("joins of viewers", of(|seen| seen.joins)),
        ("resumes", of(|seen| seen.resumes)),
        ("resumes by Last-Event-ID", of(|seen| seen.resumes_by_id)),
        ("resyncs", of(|seen| seen.resyncs)),
        (ENDS, judged.looked_at.get(ENDS).copied().unwrap_or_default()),
        (UNEXCUSED, judged.looked_at.get(UNEXCUSED).copied().unwrap_or_default()),
        ("epochs seen to change", of(|seen| seen.epochs.len().saturating_sub(1) as u64)),
    ];
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

async fn users(stage: &Stage) -> Result<std::collections::HashMap<String, i64>, PostgresError> {
    let failed = |error: tokio_postgres::Error| PostgresError::new(told(&error));
    quiet::users(&stage.connect().await.map_err(failed)?).await.map_err(failed)
}

fn name_callers(history: &mut History, users: &std::collections::HashMap<String, i64>) {
    for operation in &mut history.operations {
        operation.caller = users.get(&operation.client).copied();
    }
}

/// Everything that the database shows when nothing moves any more.
async fn at_rest(
    stage: &Stage,
    events: &[i64],
    history: &mut History,
) -> Result<(Vec<Truth>, Vec<String>), tokio_postgres::Error> {
    let client = stage.connect().await?;
    let mut wrong = quiet::settled(&client).await?;
    wrong.extend(invariants::broken(&client).await?);
    let mut truths = Vec::new();
    for event in events {
        let truth = quiet::truth(&client, *event).await?;
        history.logs.push(quiet::log(&client, *event, truth.at.version).await?);
        history.rests.push(quiet::rest(&client, *event).await?);
        truths.push(truth);
    }
    history.created = quiet::created(&client, events).await?;
    Ok((truths, wrong))
}

/// Puts an event on sale.
async fn create(
    door: std::net::SocketAddr,
    plan: &EventPlan,
    began_unix_ns: i64,
) -> Result<(Event, String), PostgresError> {
    let mut client = Client::new(door, None);
    let mut body = new_event("Matinée");
    body["lock_seconds"] = plan.lock_seconds.into();
    body["booking_seconds"] = plan.booking_seconds.into();
    body["max_seats_per_user"] = plan.max_seats_per_user.into();
    body["cancel_confirmed"] = plan.cancel_confirmed.as_str().into();
    if let Some((opens, closes)) = plan.on_sale_ms {
        let after = |ms: u64| (Timestamp::now() + Duration::from_millis(ms)).to_string();
        body["sales_start"] = after(opens).into();
        body["sales_end"] = after(closes).into();
    }
    if plan.places + plan.table > 0 {
        body["chart_id"] = post(&mut client, "/api/v1/charts", &chart(plan)).await?["id"].clone();
        let [cheap, dear] = PRICES.map(amount);
        body["prices"] = json!({ CATEGORIES[0]: cheap, CATEGORIES[1]: dear });
        body.as_object_mut().expect("an object").remove("price");
    } else {
        body["total_tickets"] = plan.seats.into();
    }
    let read = post(&mut client, "/api/v1/events", &body).await?;
    let failed = |why: String| PostgresError::new(format!("an event can't be made: {why}"));
    let (Some(id), Some(sales_end)) = (read["id"].as_i64(), read["sales_end"].as_str()) else {
        return Err(failed(read.to_string()));
    };
    let moment = |text: &str| match text.parse::<Timestamp>() {
        Ok(moment) => Ok(moment.as_microsecond()),
        Err(error) => Err(failed(error.to_string())),
    };
    let sales_end = moment(sales_end)?;
    let sales_start = read["sales_start"].as_str().map(moment).transpose()?;
    let epoch = read["epoch"].as_str().unwrap_or_default().to_owned();
    let event = Event {
        id,
        seats: plan.seats,
        name: read["name"].as_str().unwrap_or_default().to_owned(),
        version: read["version"].as_u64().unwrap_or_default(),
        began_unix_ns,
        rules: Rules {
            lock_seconds: plan.lock_seconds,
            booking_seconds: plan.booking_seconds,
            hold_life_max_seconds: HOLD_LIFE_MAX_SECONDS,
            max_seats_per_user: plan.max_seats_per_user,
            sales_start,
            sales_end,
            cancel_confirmed: match plan.cancel_confirmed.as_str() {
                "organiser" => CancelConfirmed::Organiser,
                "never" => CancelConfirmed::Never,
                _ => CancelConfirmed::Owner,
            },
            places: plan.places,
            table: plan.table,
            prices: prices(plan),
        },
    };
    Ok((event, epoch))
}

/// What each seat costs: places and the table belong to the second category; where there is no
/// chart, all cost as much as the first.
fn prices(plan: &EventPlan) -> Vec<i64> {
    let rows = plan.places..plan.seats - plan.table;
    (0..plan.seats).map(|seat| PRICES[usize::from(!rows.contains(&seat))]).collect()
}

/// What the organiser sends before anything goes wrong.
async fn post(client: &mut Client, path: &str, body: &Value) -> Result<Value, PostgresError> {
    let body = body.to_string();
    let (session, body) = (Some(FOUNDER), Some(body.as_bytes()));
    let reply = client.ask(&Ask { method: "POST", path, session, body, ..Ask::default() }).await;
    let reply = reply.map_err(|error| PostgresError::new(format!("{path}: {error}")))?;
    Ok(serde_json::from_slice(reply.body).unwrap_or_default())
}

/// How many seats a row has at most.
const ROW_SEATS_MAX: u32 = 10;

/// How far from the rows the table stands, in centimetres.
const TABLE_AT: [i32; 2] = [2_000, 0];

/// A hall whose first seats may be places of an area, and its last ones a table that is sold whole;
/// numbers run on from one to the other.
fn chart(plan: &EventPlan) -> Value {
    let EventPlan { seats, places, table, .. } = *plan;
    let on_sale = OnSale { id: 0, places, table };
    let numbered = |seats: std::ops::Range<u32>| -> Vec<String> {
        seats.map(|seat| on_sale.label(seat)[1..].to_owned()).collect()
    };
    let rows = numbered(places..seats - table);
    let row = |(at, numbers): (usize, &[String])| {
        let place = [0, 100 * at];
        json!({ "label": (at + 1).to_string(), "at": place, "count": numbers.len(), "category": CATEGORIES[0],
                "prefix": "S", "numbers": numbers })
    };
    let rows: Vec<Value> = rows.chunks(ROW_SEATS_MAX as usize).enumerate().map(row).collect();
    let mut hall = json!({ "label": SECTIONS[1], "rows": rows });
    if table > 0 {
        let numbers = numbered(seats - table..seats);
        let around = json!({ "at": TABLE_AT, "radius": 80, "count": table, "prefix": "S",
                             "category": CATEGORIES[1], "numbers": numbers });
        hall["tables"] = json!([{ "label": TABLE, "sale": "whole", "seats": around }]);
    }
    let mut sections = vec![hall];
    let outline = [[0, -900], [800, -900], [800, -300], [0, -300]];
    if places > 0 {
        let pit = json!({ "label": AREA, "capacity": places, "outline": outline,
                          "category": CATEGORIES[1] });
        sections.insert(0, json!({ "label": SECTIONS[0], "areas": [pit] }));
    }
    json!({
        "format": "seatmap.chart.v1",
        "name": format!("{places} places, {} seats, {table} at a table", seats - places - table),
        "categories": CATEGORIES.map(|key| json!({ "key": key, "label": key, "color": "#112233" })),
        "sections": sections,
    })
}
