//! Many viewers on one thread: they follow, come back, and end with the table's map.

use std::time::{Duration, Instant};

use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::Format;
use seatmap_loadtest::audience::{Audience, AudienceSettings, Resume, Slow};
use seatmap_loadtest::clock::Clock;
use seatmap_loadtest::latency::Timekeeper;

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{PATIENCE, events, eventually};

/// Waits until all prompt viewers have a version.
async fn reach(audience: &Audience, event: i64, version: u64) {
    eventually("all viewers have it", async || audience.behind(event, version) == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_follow_two_events_on_two_nodes_and_come_back_after_a_storm() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let ids = [events::create(&one, 20).await, events::create(&one, 30).await];
    for format in Format::ALL {
        let (timekeeper, _joining) = Timekeeper::start(Clock::start());
        let mut settings = AudienceSettings::new(one.address, ids[0], 60);
        settings.targets.push(other.address);
        settings.events = ids.to_vec();
        settings.threads = 2;
        settings.format = format;
        let audience = Audience::start(settings, &timekeeper).expect("an audience");
        reach(&audience, ids[0], 0).await;
        reach(&audience, ids[1], 0).await;
        let mut versions = [0; 2];
        for (place, event) in ids.into_iter().enumerate() {
            timekeeper.expect(event, 30);
            for seat in ["S001", "S007", "S001"] {
                let anna = one.buyer("anna");
                let verb = if versions[place] > 0 && seat == "S001" { "unlock" } else { "lock" };
                let path = format!("/events/{event}/seats/{seat}/{verb}");
                let answer = anna.post(&path, serde_json::json!({})).await.expect(200);
                let version = answer["version"].as_u64().expect("a version");
                timekeeper.note(event, version, Instant::now());
                reach(&audience, event, version).await;
                versions[place] = version;
            }
        }
        for resume in [Resume::Since, Resume::Anew] {
            audience.drop_all();
            eventually("all are gone", async || audience.open() == 0).await;
            let anna = one.buyer("anna");
            let path = format!("/events/{}/seats/S007/unlock", ids[0]);
            let gone = anna.post(&path, serde_json::json!({})).await.expect(200);
            let locked = anna.lock(ids[0], "S007").await.expect(200);
            audience.reconnect_all(resume);
            reach(&audience, ids[0], locked["version"].as_u64().expect("a version")).await;
            reach(&audience, ids[1], versions[1]).await;
            assert!(gone["version"].as_u64() < locked["version"].as_u64());
            versions[0] = locked["version"].as_u64().expect("a version");
        }
        for event in ids {
            one.buyer("anna")
                .post(&format!("/events/{event}/seats/S007/unlock"), serde_json::json!({}))
                .await
                .expect(200);
            versions[usize::from(event == ids[1])] += 1;
        }
        reach(&audience, ids[0], versions[0]).await;
        reach(&audience, ids[1], versions[1]).await;
        let (maps, stats) = audience.stop();
        assert_eq!(stats.violations, []);
        assert_eq!(
            (stats.numbers.gaps, stats.numbers.divergences, stats.numbers.resumes),
            (0, 0, 60)
        );
        assert_eq!(maps.iter().map(|map| map.viewers).sum::<usize>(), 60);
        for map in maps {
            let place = usize::from(map.event == ids[1]);
            assert_eq!(map.version, versions[place]);
            assert_eq!(map.statuses, vec![SeatStatus::Available; [20, 30][place]]);
        }
        let figures = timekeeper.finish();
        assert!(figures.updates.len() >= 3 * 30 * 2, "{figures:?}");
        assert_eq!(figures.last_of_all.len(), 6);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_that_do_not_read_are_waited_for_and_end_with_the_map_too() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 2_000).await;
    let (timekeeper, _joining) = Timekeeper::start(Clock::start());
    let mut settings = AudienceSettings::new(server.address, event, 20);
    settings.format = Format::Json;
    settings.slow = Some(Slow { share: 0.5, bytes_per_second: 0, leap_max: u64::MAX });
    settings.reconnect_after = Some(Duration::from_millis(1));
    let audience = Audience::start(settings, &timekeeper).expect("an audience");
    let began = Instant::now();
    let mut version = 0;
    let anna = server.buyer("anna");
    for turn in 0..20 {
        let answer = match turn % 2 {
            0 => anna.lock(event, "S001").await,
            _ => anna.unlock(event, "S001").await,
        };
        version = answer.expect(200)["version"].as_u64().expect("a version");
        reach(&audience, event, version).await;
    }
    audience.hurry();
    reach(&audience, event, version).await;
    let (maps, stats) = audience.stop();
    assert!(began.elapsed() < PATIENCE, "nothing waits for the slow");
    assert_eq!(stats.violations, []);
    assert_eq!(maps.iter().map(|map| map.viewers).sum::<usize>(), 20);
    assert!(maps.iter().all(|map| map.version == version));
}
