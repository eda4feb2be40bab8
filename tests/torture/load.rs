//! What people do all day, each with one client that comes back: vendors, drivers, and those who only watch.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    client::{Client, Commands, Person},
    dice::Dice,
    history::Outcome,
    picture::Picture,
    town::{Rest, Town},
    view::{Answer, Entry},
};

/// Commands that a vendor has in flight.
const IN_FLIGHT_MAX: usize = 4;

/// Orders that a vendor has open before it takes no more.
const OPEN_MAX: usize = 12;

/// How long the clerk and the dispatcher rest between two requests.
const REST_PACE: Duration = Duration::from_millis(12);

/// What a vendor does.
#[derive(Clone, Debug)]
enum Task {
    Submit { key: String, payload: Value },
    On { verb: &'static str, order: String },
}

/// A vendor's plans.
struct Desk {
    dice: Dice,
    made: usize,
    /// Submissions whose fate is unknown: they are repeated, with their key, until it is known.
    unsure: VecDeque<Task>,
    todo: VecDeque<Task>,
}

impl Desk {
    fn next(&mut self, name: &str, open: usize, is_evening: bool) -> Option<Task> {
        if let Some(task) = self.unsure.pop_front() {
            return Some(task);
        }
        if is_evening {
            return None;
        }
        if let Some(task) = self.todo.pop_front() {
            return Some(task);
        }
        if open >= OPEN_MAX {
            return None;
        }
        self.made += 1;
        let key = format!("{name}/{}", self.made);
        let ready = self.dice.below(10) < 7;
        let payload = submission(&key, ready);
        Some(Task::Submit { key, payload })
    }

    /// What follows from what became of a task.
    fn take(&mut self, task: Task, outcome: &Outcome) {
        match (task, outcome) {
            (task @ Task::Submit { .. }, outcome) if outcome.may_be_asked_again() => self.unsure.push_back(task),
            (Task::Submit { payload, .. }, Outcome::Done(order)) => {
                let order = order["id"].as_str().unwrap_or_default().to_owned();
                let mut plan = |verb| self.todo.push_back(Task::On { verb, order: order.clone() });
                if payload["ready"] == false {
                    plan("order.ready");
                }
                match self.dice.below(12) {
                    0 => plan("order.cancel"),
                    1 => {
                        plan("order.withdraw");
                        plan("order.ready");
                    }
                    2 => plan("order.message"),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// An order that can be told from every other by its key.
pub(crate) fn submission(key: &str, ready: bool) -> Value {
    json!({
        "items": [{ "name": format!("soup for {key}"), "quantity": 2 }],
        "dropoff": { "address": format!("{key} Side St"), "lat": 52.53, "lng": 13.411, "phone": "+49303" },
        "idempotency_key": key,
        "ready": ready,
    })
}

/// A vendor at its till, until the evening, and then until the fate of every submission is known.
pub(crate) async fn vendor(town: Arc<Town>, person: Person, dice: Dice) -> Client {
    let mut client = Client::of(&person, town.door);
    let mut picture = Picture::of(None);
    let mut desk = Desk { dice, made: 0, unsure: VecDeque::new(), todo: VecDeque::new() };
    while let Some(mut line) = client.connect(&town.night).await {
        picture.take(&Entry::Sync(line.sync.clone()));
        let (commands, ended) = (line.commands(), line.ended());
        let mut under_way = FuturesUnordered::new();
        loop {
            let is_evening = town.evening.is_cancelled();
            let open = picture.orders.values().filter(|order| !order.is_closed()).count();
            while under_way.len() < IN_FLIGHT_MAX
                && !ended.is_cancelled()
                && let Some(task) = desk.next(&person.name, open + under_way.len(), is_evening)
            {
                under_way.push(given(&town, &person, &commands, task));
            }
            if under_way.is_empty() && (ended.is_cancelled() || is_evening) {
                break;
            }
            tokio::select! {
                Some((task, outcome)) = under_way.next() => {
                    if let Some(answer) = outcome.done().map(|data| Answer::of("", data)) {
                        answer.order().iter().for_each(|order| town.learn(order));
                        picture.take_answer(&answer);
                    }
                    desk.take(task, &outcome);
                }
                Some(heard) = line.events.recv() => picture.take(&Entry::Heard(heard)),
                () = ended.cancelled(), if under_way.is_empty() => {}
                () = town.evening.cancelled(), if !is_evening => {}
            }
        }
        if town.evening.is_cancelled() && desk.unsure.is_empty() {
            break;
        }
    }
    client
}

fn given<'a>(town: &'a Town, person: &'a Person, commands: &'a Commands, task: Task) -> BoxFuture<'a, (Task, Outcome)> {
    async move {
        let (verb, subject, payload) = match &task {
            Task::Submit { key, payload } => ("order.submit", key, payload.clone()),
            Task::On { verb, order } => (*verb, order, payload_of(verb, order)),
        };
        let given = commands.give(verb, &payload);
        let outcome = town.history.asked(&person.name, (verb, subject), &payload, given).await;
        breathe(&outcome).await;
        (task, outcome)
    }
    .boxed()
}

/// Who is asked to come back later does not come back at once.
async fn breathe(outcome: &Outcome) {
    if matches!(outcome, Outcome::Refused(_)) && outcome.may_be_asked_again() {
        sleep(REST_PACE).await;
    }
}

fn payload_of(verb: &str, order: &str) -> Value {
    match verb {
        "order.cancel" | "order.release" => json!({ "id": order, "reason": "so it goes" }),
        "order.message" => json!({ "id": order, "text": "is it ready?" }),
        _ => json!({ "id": order }),
    }
}

/// A driver who claims what comes and carries it out, until the evening.
pub(crate) async fn driver(town: Arc<Town>, person: Person, mut dice: Dice) -> Client {
    let mut client = Client::of(&person, town.door);
    let mut picture = Picture::of(Some(&person.id));
    while let Some(mut line) = client.connect(&town.night).await {
        picture.take(&Entry::Sync(line.sync.clone()));
        let (commands, ended) = (line.commands(), line.ended());
        let (mut under_way, mut busy_with) = (FuturesUnordered::new(), Vec::<String>::new());
        loop {
            let is_evening = town.evening.is_cancelled();
            if !is_evening && !ended.is_cancelled() {
                for (verb, subject) in ideas(&picture, &mut dice) {
                    if !busy_with.contains(&subject) {
                        busy_with.push(subject.clone());
                        under_way.push(done(&town, &person, &commands, verb, subject));
                    }
                }
            }
            if under_way.is_empty() && (ended.is_cancelled() || is_evening) {
                break;
            }
            tokio::select! {
                Some((verb, subject, outcome)) = under_way.next() => {
                    busy_with.retain(|busy| *busy != subject);
                    learn(&mut picture, verb, &subject, &outcome);
                }
                Some(heard) = line.events.recv() => picture.take(&Entry::Heard(heard)),
                () = ended.cancelled(), if under_way.is_empty() => {}
                () = town.evening.cancelled(), if !is_evening => {}
            }
        }
        if town.evening.is_cancelled() {
            break;
        }
    }
    client
}

/// What a driver would do next, and with which order or zone.
fn ideas(picture: &Picture, dice: &mut Dice) -> Vec<(&'static str, String)> {
    let mut ideas = Vec::new();
    for zone in &picture.unread_zones {
        ideas.push(("zone.join", zone.clone()));
    }
    if picture.zones.is_empty() {
        ideas.push(("zone.join", "mitte".to_owned()));
    }
    for order in picture.orders.values() {
        let verb = match (order.status.as_str(), dice.below(16)) {
            ("ready_for_pickup", 0) => "order.seen",
            ("ready_for_pickup", 1) => "order.decline",
            ("ready_for_pickup", _) => "order.claim",
            ("assigned" | "enroute_to_pickup", 0) => "order.release",
            ("assigned", 1..8) => "order.start",
            ("enroute_to_pickup", 1..8) | ("picked_up", 0..4) => "order.arrive",
            ("assigned" | "enroute_to_pickup" | "arrived_at_pickup", _) => "order.pick_up",
            ("picked_up" | "arrived_at_dropoff", _) => "order.deliver",
            _ => continue,
        };
        ideas.push((verb, order.id.clone()));
    }
    match (dice.below(60), picture.zones.iter().any(|zone| zone == "east")) {
        (0, true) => ideas.push(("zone.leave", "east".to_owned())),
        (0, false) => ideas.push(("zone.join", "east".to_owned())),
        _ => {}
    }
    ideas
}

fn done<'a>(
    town: &'a Town,
    person: &'a Person,
    commands: &'a Commands,
    verb: &'static str,
    subject: String,
) -> BoxFuture<'a, (&'static str, String, Outcome)> {
    async move {
        let payload = if verb.starts_with("zone.") { json!({ "zone": subject }) } else { payload_of(verb, &subject) };
        let given = commands.give(verb, &payload);
        let outcome = town.history.asked(&person.name, (verb, &subject), &payload, given).await;
        breathe(&outcome).await;
        (verb, subject, outcome)
    }
    .boxed()
}

fn learn(picture: &mut Picture, verb: &str, subject: &str, outcome: &Outcome) {
    match outcome {
        Outcome::Done(data) => picture.take_answer(&Answer::of(verb, data)),
        // What cannot be had is dropped; what it has become will be told, or is known already.
        Outcome::Refused(_)
            if ["order.claim", "order.decline", "order.seen"].contains(&verb) && !outcome.may_be_asked_again() =>
        {
            picture.orders.remove(subject);
        }
        _ => {}
    }
}

/// Somebody who only watches, until the night.
pub(crate) async fn watcher(town: Arc<Town>, person: Person) -> Client {
    let mut client = Client::of(&person, town.door);
    while let Some(mut line) = client.connect(&town.night).await {
        let ended = line.ended();
        loop {
            tokio::select! {
                () = ended.cancelled() => break,
                () = town.night.cancelled() => return client,
                heard = line.events.recv() => if heard.is_none() { break },
            }
        }
    }
    client
}

/// A till of an older kind, which submits by REST and asks again until it knows.
pub(crate) async fn clerk(town: Arc<Town>, person: Person) {
    let rest = Rest::at(town.door, &person.key);
    let name = format!("{} by REST", person.name);
    for n in 0.. {
        if town.evening.is_cancelled() {
            return;
        }
        let key = format!("{name}/{n}");
        let mut body = submission(&key, n % 2 == 0);
        body.as_object_mut().expect("an object").remove("idempotency_key");
        loop {
            let given = rest.command("/api/v1/orders", Some(&key), &body);
            let outcome = town.history.asked(&name, ("order.submit", &key), &body, given).await;
            if let Some(order) = outcome.done().and_then(|order| order["id"].as_str()) {
                town.learn(order);
            }
            if !outcome.may_be_asked_again() || town.night.is_cancelled() {
                break;
            }
            sleep(REST_PACE).await;
        }
        sleep(REST_PACE * 4).await;
    }
}

/// The dispatcher looks at orders, and now and then gives one to somebody.
pub(crate) async fn dispatcher(town: Arc<Town>, mut dice: Dice) {
    while !town.evening.is_cancelled() {
        sleep(REST_PACE).await;
        let Some(order) = town.recent_order(dice.below(30)) else { continue };
        let name = "dispatcher";
        if dice.below(20) == 0 {
            let driver = &town.drivers[dice.below(town.drivers.len())].id;
            let body = json!({ "driver_id": driver });
            let path = format!("/api/v1/orders/{order}/assign");
            town.history.asked(name, ("order.assign", &order), &body, town.rest.command(&path, None, &body)).await;
        } else {
            let path = format!("/api/v1/orders/{order}");
            let read = async { crate::town::outcome(town.rest.get(&path).await) };
            town.history.asked(name, ("read", &order), &Value::Null, read).await;
        }
    }
}
