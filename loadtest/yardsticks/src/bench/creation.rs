//! Creating an event from the largest chart: 100,000 seats, from the request to the answer, over
//! a real PostgreSQL. For the first event of a chart the chart has to be read; both are measured.

use seatmap::charts;
use seatmap::domain::venues;
use seatmap_loadtest::rest::{Call, Client};
use serde::Deserialize;
use tokio::time::Instant;

use super::cores::Share;
use super::goals::Bound::AtMost;
use super::goals::Goal;
use super::samples::Contender::Seatmap;
use super::samples::Place;
use super::{Bench, Failed};

const SUITE: &str = "Creating an event";
const CASE: &str = "100,000 seats of a chart";
const CHART: &str = "bowl-100000";
/// What it may take, in seconds.
const SECONDS_MAX: f64 = 1.0;
const FIRST: &str = "first of the chart s";
const NEXT: &str = "next s";

#[derive(Deserialize)]
struct Chart {
    id: i64,
}

#[derive(Deserialize)]
struct Made {
    total_tickets: u32,
}

pub(super) async fn run(bench: &mut Bench) -> Result<(), Failed> {
    bench.together()?;
    for round in 0..bench.plan.rounds {
        bench.database.create("bench_creation").await?;
        let url = bench.database.url("bench_creation")?;
        let server = bench.programs.seatmap(Share::All, &url, &[]).await?;
        let mut client = Client::new(server.address, None);
        let chart = chart(&mut client).await?;
        let mut taken = Vec::new();
        for _ in 0..2 {
            let began = Instant::now();
            make(&mut client, chart).await?;
            taken.push(began.elapsed().as_secs_f64());
        }
        server.stop().await?;
        let place = Place { suite: SUITE, case: CASE.to_owned(), contender: Seatmap, round };
        bench.samples.add(&place, &[(FIRST, taken[0]), (NEXT, taken[1])]);
    }
    for metric in [FIRST, NEXT] {
        let measured = bench.samples.spread(SUITE, CASE, Seatmap, metric);
        bench.goals.push(Goal::new(
            format!("{SUITE}, {CASE}: {metric}"),
            AtMost(SECONDS_MAX),
            measured,
        ));
    }
    Ok(())
}

/// Brings the chart in, as an organiser would.
async fn chart(client: &mut Client) -> Result<i64, Failed> {
    let venue = venues::by_key(CHART).ok_or_else(|| format!("there is no venue {CHART}"))?;
    let document = charts::export(venue.name, &venue.layout());
    let (session, body) = (Some("organiser"), Some(document.as_bytes()));
    let call = Call { method: "POST", path: "/api/v1/charts", session, body, ..Call::default() };
    let chart: Chart = serde_json::from_slice(client.ask(&call).await?.body)?;
    Ok(chart.id)
}

async fn make(client: &mut Client, chart: i64) -> Result<(), Failed> {
    let body = format!(
        r#"{{"name":"Final","venue":"Bowl","start_time":"2100-01-01T20:00:00Z",
            "end_time":"2100-01-01T22:00:00Z","chart_id":{chart},"price":"45.00"}}"#
    );
    let (session, body) = (Some("organiser"), Some(body.as_bytes()));
    let call = Call { method: "POST", path: "/api/v1/events", session, body, ..Call::default() };
    let reply = client.ask(&call).await?;
    let said = || String::from_utf8_lossy(reply.body).into_owned();
    let made: Result<Made, _> = serde_json::from_slice(reply.body);
    match made {
        Ok(made) if reply.status == 201 && made.total_tickets == 100_000 => Ok(()),
        _ => Err(format!("the event can't be made: {} {}", reply.status, said()).into()),
    }
}
