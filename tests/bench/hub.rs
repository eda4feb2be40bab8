//! The hub under test, in a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

const ADMIN_KEY: &str = "wp_the-dispatcher-of-a-town-made-for-one-measurement";

/// How many requests for setting things up are under way at once.
const SETUP_IN_FLIGHT: usize = 64;

/// A hub that listens.
pub(crate) struct Hub {
    child: Child,
    pub(crate) addr: SocketAddr,
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
        let program = std::env::var("WAYPOST_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_waypost").to_owned());
        let began = Instant::now();
        let mut child = Command::new(&program)
            .env("WAYPOST_LISTEN", "127.0.0.1:0")
            .env("WAYPOST_DATABASE_URL", format!("sqlite://{}", database.display()))
            .env("WAYPOST_ADMIN_KEY", ADMIN_KEY)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("{program} does not start: {fault}"));
        let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
        let addr = listening(&mut log);
        let started_in = began.elapsed();
        // A log that nobody reads would stop the hub.
        std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
        Hub { child, addr, started_in, http: reqwest::Client::new() }
    }

    /// Stops it as a service manager does, and waits until it is gone.
    pub(crate) fn stop(mut self) {
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(told.is_ok_and(|status| status.success()), "the hub can be told to stop");
        self.child.wait().expect("the hub ends");
    }

    /// Resident memory, in bytes.
    pub(crate) fn rss_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("it has memory");
        let kib: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
        kib * 1_024
    }

    /// The processor time that it has used.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u64 =
            after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
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

impl Drop for Hub {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
    }
}

/// Reads the log until it says where the hub listens.
fn listening(log: &mut BufReader<ChildStderr>) -> SocketAddr {
    let mut seen = String::new();
    for line in log.lines().map_while(Result::ok) {
        let addr = line.split("listening on http://").nth(1).and_then(|rest| rest.split(['"', ' ']).next());
        if let Some(addr) = addr.and_then(|addr| addr.parse().ok()) {
            return addr;
        }
        seen.push_str(&line);
        seen.push('\n');
    }
    panic!("the hub ended before it listened:\n{seen}");
}

fn text(thing: &Value, field: &str) -> String {
    thing[field].as_str().unwrap_or_else(|| panic!("no {field} in {thing}")).to_owned()
}
