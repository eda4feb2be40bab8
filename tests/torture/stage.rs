//! A round as it runs: the hub, the road to it, the people, and the faults.
#![expect(clippy::disallowed_methods, reason = "everybody in a round is a task of the test, which joins them itself")]

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    task::{JoinHandle, block_in_place},
    time::{sleep, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

use crate::{
    check::{Evidence, Violation, mutations},
    client::{Client, Person},
    dice::Dice,
    evidence, load,
    process::{ADMIN_KEY, Launch, Process},
    proxy::Proxy,
    town::{Rest, Town},
    view::View,
    vitals::Resources,
};

/// How long a hub may take until it is ready before the round gives up on it.
const READY_MAX: Duration = Duration::from_secs(20);

/// How long people may take to come to rest in the evening.
const EVENING_MAX: Duration = Duration::from_secs(30);

/// How a round is set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// Where the database and what is found out are kept.
    pub(crate) folder: PathBuf,
    /// Where the database is, if not there.
    pub(crate) disk: Option<PathBuf>,
    /// The mutant's name, if the hub is to be one.
    pub(crate) flaw: Option<String>,
    /// What else is set in the hub's environment.
    pub(crate) env: Vec<(String, String)>,
}

/// A round that runs.
pub(crate) struct Stage {
    launch: Launch,
    hub: Option<Process>,
    pub(crate) proxy: Proxy,
    pub(crate) town: Arc<Town>,
    pub(crate) dice: Dice,
    people: Vec<(Person, JoinHandle<Client>)>,
    busy: Vec<JoinHandle<()>>,
    /// Clients of the plan's own.
    guests: Vec<(Person, Client)>,
    folder: PathBuf,
    /// Whether what was seen is falsified in the end, to see that the checks notice.
    pub(crate) judges_the_checks: bool,
    /// What the hub used before anybody came.
    at_first: Resources,
    /// Memory that the hub used halfway through the faults, in bytes.
    pub(crate) warm_bytes: u64,
    pub(crate) found: Found,
}

/// What a round found out.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) violations: Vec<Violation>,
    /// From the start of the process until `/readyz` said yes, each time.
    pub(crate) ready: Vec<Duration>,
    pub(crate) kills: usize,
    pub(crate) cuts: usize,
    pub(crate) other_faults: usize,
    pub(crate) orders: usize,
    pub(crate) claims: usize,
    pub(crate) operations: usize,
    pub(crate) unknown: usize,
    pub(crate) connections: usize,
    pub(crate) heard: usize,
    pub(crate) events: usize,
    /// Falsified histories that the checks found out.
    pub(crate) falsified: usize,
    /// What could not be done here, and why.
    pub(crate) skipped: Vec<String>,
}

impl Found {
    /// Adds what another round found.
    pub(crate) fn add(&mut self, other: Found) {
        self.violations.extend(other.violations);
        self.ready.extend(other.ready);
        self.kills += other.kills;
        self.cuts += other.cuts;
        self.other_faults += other.other_faults;
        self.orders += other.orders;
        self.claims += other.claims;
        self.operations += other.operations;
        self.unknown += other.unknown;
        self.connections += other.connections;
        self.heard += other.heard;
        self.events += other.events;
        self.falsified += other.falsified;
        self.skipped.extend(other.skipped);
    }

    /// Notes that something is not as promised.
    pub(crate) fn violation(&mut self, invariant: &'static str, what: impl Into<String>) {
        self.violations.push(Violation { invariant, what: what.into() });
    }
}

impl Stage {
    /// Starts a hub and lets the town live on it.
    pub(crate) async fn open(setup: &Setup, mut dice: Dice) -> Stage {
        let database = setup.disk.as_ref().unwrap_or(&setup.folder).join("hub.db");
        let mut launch = Launch { log: Some(setup.folder.join("hub.log")), ..Launch::of(&database) };
        launch.env.extend(setup.env.clone());
        launch.env.push(("WAYPOST_LOG".to_owned(), "warn,waypost::app=info".to_owned()));
        launch.env.extend(setup.flaw.iter().map(|flaw| ("WAYPOST_FLAWS".to_owned(), flaw.clone())));
        let hub = block_in_place(|| launch.start()).unwrap_or_else(|fault| panic!("{fault}"));
        let proxy = Proxy::open(hub.addr).await;
        let town = Town::build(hub.addr, proxy.addr).await;
        let at_first = Resources::at_rest(&hub, &launch.database).await;
        let mut fork = || Dice::seeded(dice.below(usize::MAX >> 33) as u64);
        let mut people: Vec<(Person, JoinHandle<Client>)> = Vec::new();
        for vendor in &town.vendors {
            people.push((vendor.clone(), tokio::spawn(load::vendor(town.clone(), vendor.clone(), fork()))));
        }
        for driver in &town.drivers {
            people.push((driver.clone(), tokio::spawn(load::driver(town.clone(), driver.clone(), fork()))));
        }
        for person in [&town.vendors[0], &town.vendors[1], &town.drivers[0], &town.dispatcher] {
            let watcher = Person { name: format!("{} watching", person.name), ..person.clone() };
            people.push((watcher.clone(), tokio::spawn(load::watcher(town.clone(), watcher))));
        }
        let busy = vec![
            tokio::spawn(load::clerk(town.clone(), town.vendors[1].clone())),
            tokio::spawn(load::dispatcher(town.clone(), fork())),
        ];
        let (folder, found) = (setup.folder.clone(), Found::default());
        Stage {
            launch,
            hub: Some(hub),
            proxy,
            town,
            dice,
            people,
            busy,
            guests: Vec::new(),
            folder,
            judges_the_checks: false,
            at_first,
            warm_bytes: 0,
            found,
        }
    }

    /// The hub's process.
    pub(crate) fn hub(&self) -> &Process {
        self.hub.as_ref().expect("it runs")
    }

    /// Where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.launch.database.clone()
    }

    /// Takes the hub's process away, to end it.
    pub(crate) fn take_hub(&mut self) -> Process {
        self.hub.take().expect("it runs")
    }

    /// Another client of somebody's, which is judged like every other in the end.
    pub(crate) fn took_part(&mut self, client: Client) {
        self.guests.push((client.person.clone(), client));
    }

    /// Starts the hub again, and waits until it is ready.
    pub(crate) async fn start_again(&mut self) {
        let began = Instant::now();
        let hub = block_in_place(|| self.launch.start()).unwrap_or_else(|fault| panic!("{fault}"));
        self.proxy.lead_to(hub.addr);
        self.hub = Some(hub);
        match self.until_ready(READY_MAX).await {
            Ok(()) => self.found.ready.push(began.elapsed()),
            Err(last) => self.found.violation("ready", format!("not ready {READY_MAX:?} after a start: {last}")),
        }
    }

    /// Lets the town live for a random while.
    pub(crate) async fn live(&mut self, min_ms: usize, max_ms: usize) {
        let ms = min_ms + self.dice.below(max_ms - min_ms + 1);
        sleep(Duration::from_millis(ms as u64)).await;
    }

    /// Ends the round on the spot, where what it was for is known already.
    pub(crate) fn abandon(mut self) -> Found {
        self.town.evening.cancel();
        self.town.night.cancel();
        self.people.iter().for_each(|(_, task)| task.abort());
        self.busy.iter().for_each(JoinHandle::abort);
        self.take_hub().kill();
        self.found
    }

    /// Everybody comes to rest, everything is looked at once more, and the hub stops.
    pub(crate) async fn close(mut self) -> Found {
        self.proxy.clear();
        self.town.evening.cancel();
        let clients = self.everybody_home().await;
        let mut views: Vec<(Person, Vec<View>)> = Vec::new();
        for (person, mut client) in clients {
            let never = CancellationToken::new();
            // Once with the cursor, which brings the rest of its share; and once as if it were new.
            for is_new in [false, true] {
                let line = if is_new {
                    timeout(READY_MAX, client.connect_with(None, &never)).await
                } else {
                    timeout(READY_MAX, client.connect(&never)).await
                };
                if !matches!(line, Ok(Some(_))) {
                    self.found.violation("4", format!("{} cannot connect after the faults", person.name));
                }
            }
            views.push((person, client.views()));
        }
        let town = &self.town;
        let history = self.folder.join("history.jsonl");
        town.history.write(&history).expect("the folder is ours");
        let rest = Rest::at(self.hub().addr, ADMIN_KEY);
        let evidence = evidence::gather(&rest, town, views).await;
        evidence.write(&self.folder).expect("the folder is ours");
        if self.found.ready.is_empty() {
            self.proxy.end();
            self.is_as_at_first(self.at_first).await;
        }
        self.take_hub().stop();
        self.judge(&evidence).await;
        self.found
    }

    async fn everybody_home(&mut self) -> Vec<(Person, Client)> {
        let until = tokio::time::Instant::now() + EVENING_MAX;
        let (mut clients, mut watchers) = (Vec::new(), Vec::new());
        for (person, task) in std::mem::take(&mut self.people) {
            if person.name.ends_with("watching") {
                watchers.push((person, task));
                continue;
            }
            match timeout_at(until, task).await {
                Ok(client) => clients.push((person, client.expect("a client does not panic"))),
                Err(_) => self.found.violation("1", format!("{} does not come to rest", person.name)),
            }
        }
        clients.append(&mut self.guests);
        for task in std::mem::take(&mut self.busy) {
            task.await.expect("nobody panics");
        }
        self.town.night.cancel();
        for (person, task) in watchers {
            clients.push((person, task.await.expect("a watcher does not panic")));
        }
        clients
    }

    async fn judge(&mut self, evidence: &Evidence) {
        let found = &mut self.found;
        found.operations = evidence.ops.len();
        found.unknown = evidence.ops.iter().filter(|op| op.returned_us.is_none()).count();
        found.orders = evidence.acknowledged("order.submit");
        found.claims = evidence.acknowledged("order.claim");
        found.connections = evidence.views.iter().map(|(_, views)| views.len()).sum();
        found.events = evidence.log.len();
        found.heard = evidence.heard();
        found.violations.extend(crate::check::all(evidence));
        if self.judges_the_checks && found.violations.is_empty() {
            let (caught, missed) = mutations::found_out(evidence);
            found.falsified += caught;
            found.violations.extend(missed.into_iter().map(|what| Violation { invariant: "checks", what }));
        }
        let whole = evidence::is_whole(&self.launch.database).await;
        found.violations.extend(whole.err().map(|what| Violation { invariant: "1", what }));
    }
}

/// A folder of this name, made anew.
pub(crate) fn fresh(folder: &Path) -> PathBuf {
    crate::disk::forget(folder);
    // It may not be there.
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).unwrap_or_else(|fault| panic!("{} cannot be made: {fault}", folder.display()));
    folder.to_owned()
}
