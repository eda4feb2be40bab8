//! The hub under test, with the people that a benchmark asks of it.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use crate::process::{ADMIN_KEY, Launch, Process};

/// How many requests for setting things up are under way at once.
const SETUP_IN_FLIGHT: usize = 64;

/// A hub that listens.
pub(crate) struct Hub {
    process: Process,
    pub(crate) addr: std::net::SocketAddr,
    /// From the start of the process until it listened.
    pub(crate) started_in: Duration,
    http: reqwest::Client,
}

/// A vendor's or a driver's key.
pub(crate) struct Person {
    pub(crate) key: String,
}

impl Hub {
    /// Starts a hub on `database`, which is made if it is missing.
    pub(crate) fn start(database: &Path) -> Hub {
        let process = Launch::of(database).start().unwrap_or_else(|fault| panic!("{fault}"));
        let (addr, started_in) = (process.addr, process.started_in);
        Hub { process, addr, started_in, http: reqwest::Client::new() }
    }

    /// Stops it as a service manager does, and waits until it is gone.
    pub(crate) fn stop(self) {
        self.process.stop();
    }

    /// Resident memory, in bytes.
    pub(crate) fn rss_bytes(&self) -> u64 {
        self.process.rss_bytes()
    }

    /// The processor time that it has used.
    pub(crate) fn cpu(&self) -> Duration {
        self.process.cpu()
    }

    /// A zone with an area, which every bench works in.
    pub(crate) async fn make_zone(&self) {
        let ring = json!([[13.38, 52.50], [13.42, 52.50], [13.42, 52.54], [13.38, 52.54], [13.38, 52.50]]);
        let area = json!({ "type": "Polygon", "coordinates": [ring] });
        self.post("zones", json!({ "id": "mitte", "name": "Mitte", "area": area })).await;
    }

    pub(crate) async fn make_vendors(&self, count: usize) -> Vec<Person> {
        self.make_people(
            count,
            "vendor",
            json!({ "name": "Ramen Bar", "address": "1 Main St", "lat": 52.52, "lng": 13.4 }),
        )
        .await
    }

    pub(crate) async fn make_drivers(&self, count: usize) -> Vec<Person> {
        self.make_people(count, "driver", json!({ "name": "Ann", "vehicle": "bicycle", "max_active_orders": 20 })).await
    }

    async fn make_people(&self, count: usize, role: &str, who: Value) -> Vec<Person> {
        use futures_util::{StreamExt as _, stream};
        let make = |_| {
            let who = who.clone();
            async move {
                let id = text(&self.post(&format!("{role}s"), who).await, "id");
                let request = json!({ "role": role, format!("{role}_id"): id });
                let key = text(&self.post("keys", request).await, "key");
                Person { key }
            }
        };
        stream::iter(0..count).map(make).buffer_unordered(SETUP_IN_FLIGHT).collect().await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("http://{}/api/v1/{path}", self.addr);
        let answer = self.http.post(&url).bearer_auth(ADMIN_KEY).json(&body).send().await;
        let answer = answer.unwrap_or_else(|fault| panic!("{url} does not answer: {fault}"));
        assert!(answer.status().is_success(), "{url} answers {}", answer.status());
        answer.json().await.expect("it answers with JSON")
    }
}

fn text(thing: &Value, field: &str) -> String {
    thing[field].as_str().unwrap_or_else(|| panic!("no {field} in {thing}")).to_owned()
}
