//! A hub that is told to stop, as its service manager sees it: a process of its own, and signals.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::task::block_in_place;

use crate::{
    client::{Client, Pending},
    process::{ADMIN_KEY, Launch, Process},
    town::{Door, Rest, id_of, order},
};

/// After this a service manager would kill.
const STOP_MAX: Duration = Duration::from_secs(10);

/// A hub in a process of its own, on a database of its own.
struct House {
    launch: Launch,
    hub: Process,
    rest: Rest,
    vendor: String,
    _folder: tempfile::TempDir,
}

impl House {
    /// Starts it, with this in its environment.
    async fn open(env: &[(&str, &str)]) -> House {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut launch = Launch::of(&folder.path().join("hub.db"));
        launch.env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let hub = block_in_place(|| launch.start()).expect("it starts");
        let rest = Door::at(hub.addr).with_key(ADMIN_KEY);
        rest.post("/zones", &json!({ "id": "mitte", "name": "Mitte" })).await.expect("a zone can be made");
        let vendor = rest.post("/vendors", &json!({ "name": "Ramen Bar", "zone": "mitte" })).await;
        let vendor = id_of(&vendor.expect("a vendor can be made"));
        let key =
            rest.post("/keys", &json!({ "role": "vendor", "vendor_id": vendor })).await.expect("a key can be made");
        let vendor = key["key"].as_str().expect("it is shown").to_owned();
        House { launch, hub, rest, vendor, _folder: folder }
    }

    async fn tab(&self) -> Client {
        let auth = json!({ "token": self.vendor });
        Client::connect(self.hub.addr, "/orders", &auth).await.expect("the key is good")
    }

    /// What `/readyz` says.
    async fn readiness(&self) -> (u16, Value) {
        let answer = self.rest.at(reqwest::Method::GET, "/readyz", &[], None).await;
        (answer.status, answer.json())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_announced_before_it_comes() {
    stop_is_announced(&[]).await;
}

/// Who asks is told that the hub is not ready, every client that it goes and when to come back, not all at once; what is
/// given meanwhile is done and answered; then it ends well, and soon.
pub(crate) async fn stop_is_announced(env: &[(&str, &str)]) {
    const TABS: usize = 6;
    let mut house = House::open(&[env, &[("WAYPOST_DRAIN_MS", "3000")]].concat()).await;
    let tabs = join_all((0..TABS).map(|_| house.tab())).await;
    assert_eq!(house.readiness().await.0, 200);
    let began = Instant::now();
    house.hub.signal("TERM");
    let problem = loop {
        match house.readiness().await {
            (200, _) => {}
            (status, problem) => {
                assert_eq!((status, &problem["code"]), (503, &json!("unavailable")), "{problem}");
                break problem;
            }
        }
    };
    assert!(
        problem["detail"].as_str().is_some_and(|detail| detail.contains("stopping")),
        "/readyz was not answered with why: {problem}"
    );
    let mut waits = Vec::new();
    for tab in &tabs {
        let said = tab.expect_volatile("server.stopping").await;
        waits.push(said["reconnect_after_ms"].as_u64().expect("a number"));
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() == TABS && waits.iter().all(|ms| *ms <= 10_000), "they come back one by one: {waits:?}");
    let door = house.rest.at(reqwest::Method::GET, "/socket.io/?EIO=4&transport=websocket", &[], None).await;
    assert_eq!(door.status, 503, "nobody new is let in: {door:?}");
    let last = tabs[0].command("order.submit", &order("the last soup", json!({}))).await;
    let last = id_of(&last.expect("what is given meanwhile is done").data);
    let ended = block_in_place(|| house.hub.ended(STOP_MAX)).expect("it stops in time");
    assert!(ended.success(), "it ended with {ended}");
    assert!(began.elapsed() < STOP_MAX, "it took {:?}", began.elapsed());
    assert!(!house.launch.database.with_extension("db-wal").exists(), "everything is in the database itself");
    let again = block_in_place(|| house.launch.start()).expect("it starts again");
    let kept = Door::at(again.addr).with_key(ADMIN_KEY).get(&format!("/orders/{last}")).await;
    assert_eq!(kept.expect("it was acknowledged")["status"], "submitted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_queued_at_a_stop_is_done_and_answered_or_not_done() {
    let mut house = House::open(&[("WAYPOST_DRAIN_MS", "0")]).await;
    let tabs = join_all((0..4).map(|_| house.tab())).await;
    let keyed = |tab: usize, n: usize| order("soup", json!({ "external_id": format!("{tab}/{n}") }));
    let given: Vec<Vec<Pending>> = tabs
        .iter()
        .enumerate()
        .map(|(at, tab)| tab.send_all(&(0..60).map(|n| ("order.submit", keyed(at, n))).collect::<Vec<_>>()))
        .collect();
    house.hub.signal("TERM");
    let answers = join_all(given.into_iter().flatten().map(Pending::outcome)).await;
    let ended = block_in_place(|| house.hub.ended(STOP_MAX)).expect("it stops in time");
    assert!(ended.success(), "it ended with {ended}");
    let again = block_in_place(|| house.launch.start()).expect("it starts again");
    let rest = Door::at(again.addr).with_key(ADMIN_KEY);
    let (mut kept, mut next) = (Vec::new(), String::new());
    loop {
        let page = rest.get(&format!("/orders?limit=200{next}")).await.expect("orders can be listed");
        kept.extend(page["data"].as_array().expect("a list").iter().map(id_of));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    let mut acknowledged = 0;
    for answer in answers {
        match answer {
            Some(Ok(ack)) => {
                acknowledged += 1;
                assert!(kept.contains(&id_of(&ack.data)), "an acknowledged order is gone");
            }
            Some(Err(problem)) => assert_eq!(problem.code, "unavailable", "{problem:?}"),
            None => {}
        }
    }
    for order in &kept {
        let events = rest.get(&format!("/orders/{order}/events")).await.expect("it exists");
        assert_eq!(events["data"].as_array().map(Vec::len), Some(1), "no order is half done: {events}");
    }
    assert!(kept.len() >= acknowledged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_it_at_once() {
    let mut house = House::open(&[("WAYPOST_DRAIN_MS", "5000")]).await;
    let tab = house.tab().await;
    house.hub.signal("TERM");
    tab.expect_volatile("server.stopping").await;
    let began = Instant::now();
    house.hub.signal("TERM");
    let ended = block_in_place(|| house.hub.ended(STOP_MAX)).expect("it ends");
    assert_eq!(ended.code(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(2), "the first one alone takes five: {:?}", began.elapsed());
}
