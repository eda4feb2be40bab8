//! How the hub is doing, as an operator would look: ready or not and why, and what it uses.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::time::sleep;

use crate::{
    client::{Client, Person},
    load::submission,
    process::{ADMIN_KEY, Process},
    stage::Stage,
    town::Rest,
};

/// How often the hub is asked again.
const PACE: Duration = Duration::from_millis(5);

/// How long the hub has to let go of what nobody uses any more.
const REST_MAX: Duration = Duration::from_secs(20);

/// Memory that a hub whose caches are full may still take on, in bytes: what the allocator keeps differs that much.
const MEMORY_KEPT_MAX: u64 = 24 * 1_024 * 1_024;

/// Memory that caches take when they are full, in bytes: after two minutes of load it no longer grows.
const CACHES_MAX: u64 = 72 * 1_024 * 1_024;

/// Tasks that may be left over: of a connection that is just being closed.
const LEFT_OVER_MAX: usize = 2;

/// Files likewise, and three for each reader of the database that was not open at first: one was, and there are four.
const FILES_LEFT_MAX: usize = LEFT_OVER_MAX + 3 * 3;

/// Requests at once that make the hub open all the readers it may have.
const READERS: usize = 32;

/// The write-ahead log's size at rest, in bytes.
const WAL_BYTES_MAX: u64 = 17 * 1_024 * 1_024;

/// Bytes that the system holds for a client that does not read.
const SLEEPER_BYTES: u32 = 16 * 1_024;

/// Words that are said at once.
const SAID_AT_ONCE: usize = 24;

/// What a hub uses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resources {
    memory_bytes: u64,
    files: usize,
    tasks: usize,
    wal_bytes: u64,
}

impl Resources {
    /// What a hub uses while nobody is connected, once it has come to rest.
    pub(crate) async fn at_rest(hub: &Process, database: &Path) -> Resources {
        // Every reader of the database that the hub ever opens is to be open when it is counted.
        let http = reqwest::Client::new();
        let read = || http.get(format!("http://{}/readyz", hub.addr)).send();
        futures_util::future::join_all((0..READERS).map(|_| read())).await;
        drop(http);
        let mut last = Resources::of(hub, database).await;
        loop {
            sleep(PACE * 20).await;
            let next = Resources::of(hub, database).await;
            if (next.files, next.tasks) == (last.files, last.tasks) {
                return next;
            }
            last = next;
        }
    }

    async fn of(hub: &Process, database: &Path) -> Resources {
        let http = reqwest::Client::new();
        let metrics = http.get(format!("http://{}/metrics", hub.addr)).send().await.expect("the hub is up");
        let metrics = metrics.text().await.expect("metrics are text");
        let tasks = metrics.lines().find_map(|line| line.strip_prefix("waypost_tasks "));
        let tasks = tasks.and_then(|count| count.parse().ok()).expect("the hub counts its tasks");
        let wal = database.with_file_name("hub.db-wal");
        Resources {
            memory_bytes: hub.rss_bytes(),
            files: hub.open_files(),
            tasks,
            wal_bytes: std::fs::metadata(wal).map_or(0, |file| file.len()),
        }
    }

    /// What of it is more than it was at first, or with full caches in the middle of the faults.
    fn excess(self, first: Resources, warm_bytes: u64) -> Option<String> {
        let Resources { memory_bytes, files, tasks, wal_bytes } = self;
        let warm_bytes = warm_bytes.max(first.memory_bytes + CACHES_MAX);
        let is_much = memory_bytes > warm_bytes + MEMORY_KEPT_MAX
            || files > first.files + FILES_LEFT_MAX
            || tasks > first.tasks + LEFT_OVER_MAX
            || wal_bytes > WAL_BYTES_MAX;
        is_much.then(|| format!("at first {first:?}, halfway {warm_bytes} bytes, in the end {self:?}"))
    }
}

impl Stage {
    fn direct(&self) -> Rest {
        Rest::at(self.hub().addr, ADMIN_KEY)
    }

    /// Asks the hub itself whether it is ready, until it is; else what it said last.
    pub(crate) async fn until_ready(&self, max: Duration) -> Result<(), String> {
        let (rest, began) = (self.direct(), Instant::now());
        loop {
            let answer = rest.get("/readyz").await;
            if answer.as_ref().is_some_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if began.elapsed() > max {
                return Err(format!("{answer:?}"));
            }
            sleep(PACE).await;
        }
    }

    /// Asks the hub itself whether it is ready, until it is not, and answers why.
    pub(crate) async fn until_unready(&self, max: Duration) -> Option<String> {
        let (rest, began) = (self.direct(), Instant::now());
        while began.elapsed() < max {
            if let Some(answer) = rest.get("/readyz").await.filter(|answer| answer.status == 503) {
                return Some(answer.body["detail"].as_str().unwrap_or_default().to_owned());
            }
            sleep(PACE).await;
        }
        None
    }

    /// Whether orders can be read.
    pub(crate) async fn can_read(&self) -> bool {
        let list = self.direct().get("/api/v1/orders?limit=5").await;
        list.is_some_and(|answer| answer.status == 200 && answer.body["data"].is_array())
    }

    /// Tries to write, and answers what the hub says.
    pub(crate) async fn write_refusal(&self) -> Option<String> {
        let mut body = submission("nobody's", false);
        body["vendor_id"] = json!(self.town.vendors[0].id);
        body.as_object_mut()?.remove("idempotency_key");
        let answer = self.direct().call(reqwest::Method::POST, "/api/v1/orders", None, Some(&body)).await?;
        Some(format!("{} {}", answer.status, answer.body["code"].as_str().unwrap_or("without a code")))
    }

    /// Notes what the hub uses halfway through the faults, when its caches are full.
    pub(crate) fn is_halfway(&mut self) {
        self.warm_bytes = self.hub().rss_bytes();
    }

    /// Notes what the hub still holds on to after everybody left.
    pub(crate) async fn is_as_at_first(&mut self, first: Resources) {
        let (database, warm_bytes) = (self.database(), self.warm_bytes);
        let began = Instant::now();
        loop {
            let excess = Resources::of(self.hub(), &database).await.excess(first, warm_bytes);
            match excess {
                None => return,
                Some(what) if began.elapsed() > REST_MAX => return self.found.violation("7", what),
                Some(_) => sleep(PACE * 20).await,
            }
        }
    }

    /// An order so large that a few hundred words about it are more than anything holds for a client.
    pub(crate) async fn big_order(&self) -> String {
        let items = vec![json!({ "name": "soup", "note": "x".repeat(480) }); 100];
        let body = json!({ "vendor_id": self.town.vendors[0].id, "items": items });
        let answer = self.direct().call(reqwest::Method::POST, "/api/v1/orders", None, Some(&body)).await;
        answer.and_then(|answer| answer.body["id"].as_str().map(ToOwned::to_owned)).expect("an order can be made")
    }

    /// Says so many words about an order.
    pub(crate) async fn say(&self, order: &str, words: usize) {
        let (rest, path) = (self.direct(), format!("/api/v1/orders/{order}/message"));
        let body = json!({ "text": "is it ready?" });
        let said = stream::iter((0..words).map(|_| rest.command(&path, None, &body)));
        said.buffer_unordered(SAID_AT_ONCE).for_each(async |_| ()).await;
    }

    /// Another screen of a vendor's, which is slow and on no bad road.
    pub(crate) fn sleeper(&self) -> Client {
        let vendor = &self.town.vendors[0];
        let person = Person { name: format!("{} sleeping", vendor.name), ..vendor.clone() };
        let mut client = Client::of(&person, self.hub().addr);
        client.receive_bytes = Some(SLEEPER_BYTES);
        client
    }
}
