//! The measurements. Each sets up its town, and asks of it what a busy day would.
#![expect(
    clippy::disallowed_methods,
    reason = "each connection is a task of the load client, which nothing shuts down"
)]

use std::{
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, future::join_all, stream};
use serde_json::json;
use tokio::{
    sync::{Barrier, broadcast, mpsc},
    time::{sleep, timeout},
};

use crate::{
    Plan, decision,
    hub::{Hub, Person},
    line::{Line, acknowledged, has},
    report::{Row, Spread, head, line},
};

/// How long anything may take before it counts as missing.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections that are opened at once.
const CONNECTS_IN_FLIGHT: usize = 64;

pub(crate) async fn run(plan: &Plan) -> ExitCode {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let used = folder.path().join("orders.db");
    let mut is_quick = true;
    head();
    if plan.wants("decision") {
        for row in decision::run(plan, &folder.path().join("decision.db")).await {
            is_quick &= row.met;
            line(&row);
        }
    }
    if plan.wants("heard") {
        line(&heard(plan, &folder.path().join("heard.db")).await);
    }
    if plan.wants("orders") || plan.wants("start") {
        let row = orders(plan, &used).await;
        line(&row);
    }
    if plan.wants("claim") {
        line(&claim(plan, &folder.path().join("claim.db")).await);
    }
    if plan.wants("idle") {
        line(&idle(plan, &folder.path().join("idle.db")).await);
    }
    if plan.wants("start") {
        start(&used).await.iter().for_each(line);
    }
    if is_quick { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One ready order, and every driver of its zone: from the vendor's command until the last has heard.
async fn heard(plan: &Plan, database: &Path) -> Row {
    const ROUNDS: usize = 100;
    let (drivers, rounds) = (plan.scaled(1_000), plan.scaled(ROUNDS));
    let hub = Hub::start(database);
    hub.make_zone().await;
    let mut vendor = vendor(&hub).await;
    let (tell, mut told) = mpsc::unbounded_channel();
    for mut driver in on_duty(&hub, drivers).await {
        let tell = tell.clone();
        tokio::spawn(async move {
            // Two things come: an offer, and its end.
            while let Ok(came) = driver.next(|text| text.starts_with(b"42").then(Instant::now)).await {
                if came.is_some_and(|came| tell.send(came).is_err()) {
                    return;
                }
            }
        });
    }
    let (mut first, mut last, mut missing) = (Vec::new(), Vec::new(), 0);
    for round in 0..rounds {
        let order = submitted(&mut vendor, round).await;
        let began = Instant::now();
        give(&mut vendor, "order.ready", &order, json!({})).await;
        let heard = everyone(&mut told, drivers).await;
        missing += drivers - heard.len();
        first.extend(heard.iter().min().map(|came| *came - began));
        last.extend(heard.iter().max().map(|came| *came - began));
        give(&mut vendor, "order.cancel", &order, json!({ "reason": "measured" })).await;
        missing += drivers - everyone(&mut told, drivers).await.len();
    }
    let (first, last) = (Spread::of(first), Spread::of(last));
    hub.stop();
    Row {
        what: format!("a ready order is heard by {drivers} drivers, the last of them ({rounds} orders)"),
        target: "p50 ≤ 25 ms, none missing",
        measured: format!(
            "p50 {:.1} ms, p95 {:.1} ms (the first: p50 {:.1} ms), {missing} missing",
            last.ms(50),
            last.ms(95),
            first.ms(50)
        ),
        met: last.ms(50) <= 25.0 && missing == 0,
    }
}

/// When each of so many said that something came; fewer if some say nothing for long.
async fn everyone(told: &mut mpsc::UnboundedReceiver<Instant>, count: usize) -> Vec<Instant> {
    let mut came = Vec::with_capacity(count);
    while came.len() < count
        && let Ok(Some(next)) = timeout(PATIENCE, told.recv()).await
    {
        came.push(next);
    }
    came
}

/// Vendors who each have 16 submissions in flight.
async fn orders(plan: &Plan, database: &Path) -> Row {
    const IN_FLIGHT: u64 = 16;
    let (vendors, seconds) = (plan.scaled(100), plan.scaled(10).max(2));
    let hub = Hub::start(database);
    hub.make_zone().await;
    let people = hub.make_vendors(vendors).await;
    let lines = connected(&hub, "/orders", &people).await;
    let (warm, length) = (Duration::from_secs(1), Duration::from_secs(seconds as u64));
    let payload: Arc<str> = order().into();
    let cpu = hub.cpu();
    let began = Instant::now();
    let tasks = lines.into_iter().map(|mut line| {
        let payload = payload.clone();
        tokio::spawn(async move {
            let (mut sent, mut latencies, mut refused) = (Vec::new(), Vec::new(), 0);
            for id in 0..IN_FLIGHT {
                line.command(id, "order.submit", &payload);
                sent.push(Instant::now());
            }
            line.flush().await.expect("the hub listens");
            while began.elapsed() < warm + length {
                loop {
                    let ack = line.next(acknowledged).await.expect("the hub answers");
                    if let Some((id, is_good)) = ack {
                        let (now, then) = (Instant::now(), sent[usize::try_from(id).expect("few")]);
                        refused += usize::from(!is_good);
                        if is_good && now - began > warm && now - began <= warm + length {
                            latencies.push(now - then);
                        }
                        line.command(sent.len() as u64, "order.submit", &payload);
                        sent.push(now);
                    }
                    if !line.has_frame() {
                        break;
                    }
                }
                line.flush().await.expect("the hub listens");
            }
            (latencies, refused)
        })
    });
    let results = join_all(tasks).await;
    let busy = hub.cpu().saturating_sub(cpu).as_secs_f64() / began.elapsed().as_secs_f64();
    let (mut latencies, mut refused) = (Vec::new(), 0);
    for result in results {
        let (more, no) = result.expect("a vendor does not panic");
        latencies.extend(more);
        refused += no;
    }
    let rate = number(latencies.len()) / length.as_secs_f64();
    let spread = Spread::of(latencies);
    hub.stop();
    Row {
        what: format!("durable orders acknowledged, {vendors} vendors with {IN_FLIGHT} in flight, {seconds} s"),
        target: "≥ 6,000/s, p99 ≤ 400 ms",
        measured: format!(
            "{rate:.0}/s, p50 {:.0} ms, p99 {:.0} ms, {refused} refused (hub: {busy:.2} cores)",
            spread.ms(50),
            spread.ms(99)
        ),
        met: rate >= 6_000.0 && spread.ms(99) <= 400.0 && refused == 0,
    }
}

/// Drivers who all claim one order at once: until the last has an answer.
async fn claim(plan: &Plan, database: &Path) -> Row {
    const ROUNDS: usize = 30;
    let (drivers, rounds) = (plan.scaled(200), plan.scaled(ROUNDS));
    let hub = Hub::start(database);
    hub.make_zone().await;
    let mut vendor = vendor(&hub).await;
    let (go, _) = broadcast::channel::<Arc<str>>(4);
    let (tell, mut told) = mpsc::unbounded_channel();
    let ready = Arc::new(Barrier::new(drivers + 1));
    for mut driver in on_duty(&hub, drivers).await {
        let (mut go, tell, ready) = (go.subscribe(), tell.clone(), ready.clone());
        tokio::spawn(async move {
            for id in 1.. {
                while driver.next(|text| has(text, "[\"order.ready_for_pickup\"").then_some(())).await.ok()?.is_none() {
                }
                ready.wait().await;
                let order = go.recv().await.ok()?;
                driver.command(id, "order.claim", &json!({ "id": &*order }).to_string());
                driver.flush().await.ok()?;
                let won = loop {
                    let ack = driver.next(acknowledged).await.ok()?;
                    if let Some((_, won)) = ack.filter(|(acked, _)| *acked == id) {
                        break won;
                    }
                };
                tell.send((Instant::now(), won)).ok()?;
            }
            Some(())
        });
    }
    let (mut all, mut winners) = (Vec::new(), 0);
    for round in 0..rounds {
        let order = submitted(&mut vendor, round).await;
        give(&mut vendor, "order.ready", &order, json!({})).await;
        ready.wait().await;
        let began = Instant::now();
        go.send(order.as_str().into()).expect("the drivers listen");
        let mut last = Duration::ZERO;
        for _ in 0..drivers {
            let (came, won) = timeout(PATIENCE, told.recv()).await.expect("every claim is answered").expect("it is");
            last = last.max(came - began);
            winners += usize::from(won);
        }
        all.push(last);
        give(&mut vendor, "order.cancel", &order, json!({ "reason": "measured" })).await;
    }
    let all = Spread::of(all);
    hub.stop();
    Row {
        what: format!("{drivers} drivers claim one order, until all are answered ({rounds} orders)"),
        target: "p50 ≤ 10 ms, one winner each",
        measured: format!("p50 {:.1} ms, p95 {:.1} ms, {winners} winners", all.ms(50), all.ms(95)),
        met: all.ms(50) <= 10.0 && winners == rounds,
    }
}

/// Drivers on duty with nothing to do: what each more of them costs in memory. The first thousand fill the pools and
/// caches, which are the hub's and grow no further.
async fn idle(plan: &Plan, database: &Path) -> Row {
    let warm = plan.scaled(1_000);
    let drivers = plan.scaled(5_000) + warm;
    let hub = Hub::start(database);
    hub.make_zone().await;
    let people = hub.make_drivers(drivers).await;
    let mut lines = duty(&hub, &people[..warm]).await;
    sleep(Duration::from_secs(2)).await;
    let before = hub.rss_bytes();
    lines.extend(duty(&hub, &people[warm..]).await);
    sleep(Duration::from_secs(3)).await;
    let each = number(hub.rss_bytes().saturating_sub(before)) / number(drivers - warm) / 1_000.0;
    drop(lines);
    hub.stop();
    Row {
        what: format!("memory of each more idle driver, {} beside {warm}", drivers - warm),
        target: "≤ 22 kB",
        measured: format!("{each:.1} kB"),
        met: each <= 22.0,
    }
}

/// Starts on the database that the orders left behind, and then rests.
async fn start(database: &Path) -> [Row; 2] {
    const STARTS: usize = 5;
    let bytes = std::fs::metadata(database).map(|file| file.len()).unwrap_or_default();
    let (mut starts, mut rests) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let hub = Hub::start(database);
        starts.push(hub.started_in);
        sleep(Duration::from_secs(1)).await;
        rests.push(hub.rss_bytes());
        hub.stop();
    }
    let starts = Spread::of(starts);
    let rest = number(rests.into_iter().max().unwrap_or_default()) / 1_000_000.0;
    let megabytes = bytes / 1_000_000;
    [
        Row {
            what: format!("from start to listening, on a database of {megabytes} MB"),
            target: "≤ 0.3 s",
            measured: format!(
                "p50 {:.3} s, slowest of {STARTS} {:.3} s",
                starts.ms(50) / 1_000.0,
                starts.ms(100) / 1_000.0
            ),
            met: starts.ms(50) <= 300.0,
        },
        Row {
            what: "memory at rest".to_owned(),
            target: "≤ 40 MB",
            measured: format!("{rest:.1} MB"),
            met: rest <= 40.0,
        },
    ]
}

/// A count, for dividing.
fn number<T: TryInto<u32>>(count: T) -> f64 {
    count.try_into().map_or(f64::NAN, f64::from)
}

/// An order such as a till sends.
fn order() -> String {
    json!({
        "items": [{ "name": "Ramen", "quantity": 2 }, { "name": "Gyoza", "quantity": 1, "note": "no garlic" }],
        "dropoff": {
            "address": "2 Side St", "lat": 52.53, "lng": 13.41, "contact_name": "Kim", "phone": "+4930123456",
            "instructions": "3rd floor",
        },
        "prep_minutes": 15,
    })
    .to_string()
}

async fn vendor(hub: &Hub) -> Line {
    let people = hub.make_vendors(1).await;
    Line::connect(hub.addr, "/orders", &people[0].key).await.expect("a vendor is let in")
}

/// Submits an order and answers its id.
async fn submitted(vendor: &mut Line, round: usize) -> String {
    let id = 10 * round as u64;
    vendor.command(id, "order.submit", &order());
    vendor.flush().await.expect("the hub listens");
    loop {
        let found = vendor.next(|text| {
            let (_, is_good) = acknowledged(text).filter(|(acked, _)| *acked == id)?;
            let text = std::str::from_utf8(text).expect("it is text");
            assert!(is_good, "an order was refused: {text}");
            text.split_once("\"id\":\"").and_then(|(_, rest)| rest.split('"').next()).map(ToOwned::to_owned)
        });
        if let Some(order) = found.await.expect("the hub answers") {
            return order;
        }
    }
}

/// Gives a command on an order and waits for its answer.
async fn give(vendor: &mut Line, name: &str, order: &str, mut payload: serde_json::Value) {
    payload["id"] = json!(order);
    vendor.command(u64::MAX >> 12, name, &payload.to_string());
    vendor.flush().await.expect("the hub listens");
    while vendor.next(acknowledged).await.expect("the hub answers").is_none() {}
}

async fn connected(hub: &Hub, namespace: &'static str, people: &[Person]) -> Vec<Line> {
    let connect = |key: String| async move { Line::connect(hub.addr, namespace, &key).await.expect("they are let in") };
    let keys: Vec<String> = people.iter().map(|person| person.key.clone()).collect();
    stream::iter(keys).map(connect).buffer_unordered(CONNECTS_IN_FLIGHT).collect().await
}

/// So many new drivers, at work in the zone.
async fn on_duty(hub: &Hub, count: usize) -> Vec<Line> {
    let people = hub.make_drivers(count).await;
    duty(hub, &people).await
}

async fn duty(hub: &Hub, people: &[Person]) -> Vec<Line> {
    let lines = connected(hub, "/drivers", people).await;
    let join = |mut line: Line| async move {
        line.command(0, "zone.join", r#"{"zone":"mitte"}"#);
        line.flush().await.expect("the hub listens");
        while line.next(acknowledged).await.expect("the hub answers").is_none() {}
        line
    };
    stream::iter(lines).map(join).buffer_unordered(CONNECTS_IN_FLIGHT).collect().await
}
