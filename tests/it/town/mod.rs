//! A town of its own for each story: a server on a free port, its database, its clock, and the people in it.

mod clock;
mod person;
mod rest;

use std::sync::Arc;

use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use waypost::{
    app::{self, Running, World},
    config::Config,
    domain::time::Time,
    flaws::Flaws,
};

pub(crate) use self::{
    clock::TownClock,
    person::{Heard, Person, order},
    rest::{Answer, Door, Rest},
};
use crate::client::{Client, Problem};

/// The admin key that the server is started with.
pub(crate) const ADMIN_KEY: &str = "wp_the-dispatcher-of-a-town-made-for-one-story";

/// Zones of the town: id, west, east, south, neighbours. Each is 0.04 degrees high; `south` is nobody's neighbour.
const ZONES: [(&str, f64, f64, f64, &[&str]); 4] = [
    ("west", 13.34, 13.38, 52.50, &["mitte"]),
    ("mitte", 13.38, 13.42, 52.50, &["west"]),
    ("east", 13.42, 13.46, 52.50, &["mitte"]),
    ("south", 13.38, 13.42, 52.46, &[]),
];

/// The zone without an area, where nobody works: fences stand there.
const NOWHERE: &str = "nowhere";

/// A place in `mitte`.
pub(crate) const MAIN_STREET: (f64, f64) = (52.52, 13.40);

/// A server and the town it serves.
pub(crate) struct Town {
    running: Option<Running>,
    config: Config,
    flaws: Flaws,
    folder: tempfile::TempDir,
    pub(crate) clock: Arc<TownClock>,
    pub(crate) door: Door,
    /// The vendor of fences.
    fences: String,
}

impl Town {
    pub(crate) async fn open() -> Town {
        Town::flawed(Flaws::default()).await
    }

    /// A town whose server breaks a guarantee on purpose.
    pub(crate) async fn flawed(flaws: Flaws) -> Town {
        Town::told(flaws, |_| {}).await
    }

    /// A town whose server is run in another way.
    pub(crate) async fn told(flaws: Flaws, how: impl FnOnce(&mut Config)) -> Town {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut config = Config {
            listen: "127.0.0.1:0".to_owned(),
            database_url: format!("sqlite://{}", folder.path().join("town.db").display()),
            admin_key: Some(ADMIN_KEY.to_owned()),
            drain_ms: 0,
            ..Config::default()
        };
        how(&mut config);
        let clock = Arc::new(TownClock::default());
        let running = start(&config, &clock, flaws).await;
        let door = Door::at(running.addr());
        let mut town = Town { running: Some(running), config, flaws, folder, clock, door, fences: String::new() };
        for (id, west, east, south, neighbours) in ZONES {
            let zone = json!({ "id": id, "name": id, "area": square(west, south, east), "neighbours": neighbours });
            town.rest().post("/zones", &zone).await.expect("a zone can be made");
        }
        let nowhere = json!({ "id": NOWHERE, "name": "Nowhere" });
        town.rest().post("/zones", &nowhere).await.expect("a zone can be made");
        town.fences = town.make_vendor("Fences & Sons").await;
        town
    }

    /// Stops the server, with how it is done for every socket it has.
    pub(crate) async fn stop(&mut self) {
        let running = self.running.take().expect("it is running");
        let stopped = tokio::time::timeout(crate::client::PATIENCE, running.stop()).await;
        stopped.expect("a stop takes seconds, whoever is connected");
    }

    /// Ends the server without a goodbye: it is started again on what is on disk at this moment. What a stop writes down is
    /// written into a database that nobody looks at any more.
    pub(crate) async fn kill(&mut self) {
        let left = self.folder.path().join("left.db");
        assert!(!left.exists(), "a town is killed once");
        let options = SqliteConnectOptions::new().filename(self.database()).read_only(true);
        let mut conn = options.connect().await.expect("it can be opened");
        let copy = sqlx::query("vacuum into $1").bind(left.to_str().expect("a path is text"));
        copy.execute(&mut conn).await.expect("it can be copied");
        conn.close().await.expect("it can be closed");
        self.stop().await;
        self.config.database_url = format!("sqlite://{}", left.display());
    }

    /// Starts the server again on the database it had; it listens on another port then.
    pub(crate) async fn start_again(&mut self) {
        self.start_flawed(self.flaws).await;
    }

    /// Starts it again with other flaws than it had.
    pub(crate) async fn start_flawed(&mut self, flaws: Flaws) {
        let running = start(&self.config, &self.clock, flaws).await;
        self.door.moved_to(running.addr());
        self.running = Some(running);
    }

    /// A second server on the same database and clock.
    pub(crate) async fn another_node(&self) -> Running {
        start(&self.config, &self.clock, self.flaws).await
    }

    /// Moves the town's clock on, and lets this server and another run the timers beside each other until both are done. One
    /// that finds what it would write already written says so, and comes again.
    pub(crate) async fn pass_s_on_both(&self, seconds: i64, other: &Running) {
        self.clock.pass_ms(seconds * 1_000);
        let now = self.clock.now();
        let run = |node: &Running| {
            let hub = node.hub().clone();
            Box::pin(async move { hub.run_due(now).await })
        };
        while let (Err(_), _) | (_, Err(_)) = tokio::join!(run(self.running()), run(other)) {}
    }

    pub(crate) fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("town.db")
    }

    /// Takes the last migration back on the database of a hub that is stopped, as if an older one had written it.
    pub(crate) async fn undo_migration(&self, version: i64, steps: &[&'static str]) {
        let mut conn = SqliteConnectOptions::new().filename(self.database()).connect().await.expect("it can be opened");
        for step in steps {
            sqlx::query(*step).execute(&mut conn).await.expect("it can be taken back");
        }
        let forget = sqlx::query("delete from _sqlx_migrations where version = $1").bind(version);
        forget.execute(&mut conn).await.expect("it can be forgotten");
        conn.close().await.expect("it can be closed");
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("it is running")
    }

    /// Moves the town's clock on, and lets the timers that ran out do their work.
    pub(crate) async fn pass_s(&self, seconds: i64) {
        self.clock.pass_ms(seconds * 1_000);
        let now = self.clock.now();
        self.running().hub().run_due(now).await.expect("the timers can run");
    }

    /// Waits until the server knows that a driver's last connection is gone, and has noted it at their orders.
    pub(crate) async fn is_gone(&self, driver: &Person) {
        self.is_noticed(driver, "unreachable").await;
    }

    /// Waits until the server knows that a driver is connected again, and has noted it at their orders.
    pub(crate) async fn is_back(&self, driver: &Person) {
        self.is_noticed(driver, "live").await;
    }

    /// Waits until the server says that a driver is reached so, and has noted it at their orders.
    pub(crate) async fn is_noticed(&self, driver: &Person, reach: &str) {
        let path = format!("/drivers/{}", driver.id);
        let notice = async {
            while self.rest().get(&path).await.expect("a dispatcher may look")["reach"] != reach {
                tokio::task::yield_now().await;
            }
        };
        let noticed = tokio::time::timeout(crate::client::PATIENCE, notice).await;
        noticed.unwrap_or_else(|_| panic!("waited in vain for {} to be {reach}", driver.name));
        // What the server does of its own accord right now is done by then too: looking twice is looking once.
        let id = driver.id.parse().expect("an id");
        self.running().hub().look_after(id, self.clock.now()).await.expect("the storage is good");
    }

    /// Moves the town's clock on by days, as [`Town::pass_s`] does.
    pub(crate) async fn pass_days(&self, days: i64) {
        self.pass_s(days * 24 * 3_600).await;
    }

    /// Deletes what the hub need not keep any longer. Answers how many events that were.
    pub(crate) async fn prune(&self) -> u64 {
        let now = self.clock.now();
        self.running().hub().prune(now, self.config.log_days).await.expect("the log can be pruned")
    }

    /// Writes down whom offers reached, as the server does every few seconds.
    pub(crate) async fn keep_receipts(&self) {
        self.running().hub().keep_receipts().await.expect("the storage is good");
    }

    /// From its next start on, the server keeps its log for so many days.
    pub(crate) fn keep_log_for(&mut self, days: &str) {
        self.config.log_days = days.parse().expect("as many days as a log may be kept");
    }

    /// The town's time, so many seconds from now, as the wire has it.
    pub(crate) fn in_s(&self, seconds: i64) -> String {
        Time::from_ms(self.clock.now().ms() + seconds * 1_000).to_string()
    }

    /// REST with the dispatcher's key.
    pub(crate) fn rest(&self) -> Rest {
        self.door.with_key(ADMIN_KEY)
    }

    /// The rules of `mitte` from now on; what is not said has its default.
    pub(crate) async fn has_rules(&self, rules: Value) -> Value {
        // What was read may be written back, with what is to be different.
        let mut zone = self.rest().get("/zones/mitte").await.expect("it exists");
        zone["rules"] = rules;
        self.rest().put("/zones/mitte", &zone).await.expect("a dispatcher may say how offers go")
    }

    pub(crate) async fn make_vendor(&self, name: &str) -> String {
        let (lat, lng) = MAIN_STREET;
        let vendor = json!({ "name": name, "phone": "+49301", "address": "1 Main St", "lat": lat, "lng": lng });
        let made = self.rest().post("/vendors", &vendor).await.expect("a vendor can be made");
        id_of(&made)
    }

    pub(crate) async fn make_driver(&self, name: &str) -> String {
        let driver = json!({ "name": name, "phone": "+49302", "vehicle": "bicycle", "max_active_orders": 20 });
        let made = self.rest().post("/drivers", &driver).await.expect("a driver can be made");
        id_of(&made)
    }

    /// A new key: its id and its text.
    pub(crate) async fn make_key(&self, request: &Value) -> (String, String) {
        let made = self.rest().post("/keys", request).await.expect("a key can be made");
        (id_of(&made), made["key"].as_str().expect("a key that was made is shown").to_owned())
    }

    /// A vendor in `mitte`, at its till.
    pub(crate) async fn vendor(&self) -> Person {
        self.vendor_named("Ramen Bar").await
    }

    pub(crate) async fn vendor_named(&self, name: &str) -> Person {
        let id = self.make_vendor(name).await;
        let (key_id, key) = self.make_key(&json!({ "role": "vendor", "vendor_id": id })).await;
        self.person("/orders", name, id, key_id, key).await
    }

    /// A driver on duty in `mitte`.
    pub(crate) async fn driver(&self, name: &str) -> Person {
        self.driver_in(name, "mitte").await
    }

    pub(crate) async fn driver_in(&self, name: &str, zone: &str) -> Person {
        let driver = self.driver_off_duty(name).await;
        driver.command("zone.join", &json!({ "zone": zone })).await.expect("a driver may work anywhere");
        driver
    }

    pub(crate) async fn driver_off_duty(&self, name: &str) -> Person {
        let id = self.make_driver(name).await;
        let (key_id, key) = self.make_key(&json!({ "role": "driver", "driver_id": id })).await;
        self.person("/drivers", name, id, key_id, key).await
    }

    /// The dispatcher at a screen.
    pub(crate) async fn admin(&self) -> Person {
        self.person("/dispatch", "environment", String::new(), String::new(), ADMIN_KEY.to_owned()).await
    }

    async fn person(&self, namespace: &'static str, name: &str, id: String, key_id: String, key: String) -> Person {
        let line = self.connect(namespace, &json!({ "token": key })).await;
        let line = line.unwrap_or_else(|message| panic!("{name} is refused: {message}"));
        let (door, fences) = (self.door.clone(), self.fences.clone());
        Person { id, name: name.to_owned(), key_id, key, namespace, line, door, fences }
    }

    /// A connection, or the `connect_error`'s message.
    pub(crate) async fn connect(&self, namespace: &'static str, auth: &Value) -> Result<Client, String> {
        Client::connect(self.door.addr(), namespace, auth).await
    }

    /// A command of the dispatcher's on an order.
    pub(crate) async fn does(&self, command: &str, order: &str, body: &Value) -> Result<Value, Problem> {
        self.rest().post(&format!("/orders/{order}/{command}"), body).await
    }
}

async fn start(config: &Config, clock: &Arc<TownClock>, flaws: Flaws) -> Running {
    let world = World { clock: clock.clone(), flaws, ..World::real() };
    app::start(config.clone(), world).await.expect("the server starts")
}

/// A `GeoJSON` square of 0.04 degrees' height.
pub(crate) fn square(west: f64, south: f64, east: f64) -> Value {
    let north = south + 0.04;
    json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
}

pub(crate) fn id_of(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("a thing without an id: {thing}")).to_owned()
}
