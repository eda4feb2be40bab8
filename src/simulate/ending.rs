//! The end of the day: everybody is there, what is open is closed, and what clients believe is held against what is.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::DateTime;
use serde_json::{Value, json};

use super::{
    client::Client,
    figures::Spread,
    picture::{Known, is_closed},
    promises::{Promise, Promises},
    report::{Funnel, Outcomes, Report},
    rest::Fault,
    town::{Town, driver_picture},
};

/// How long everybody has to hear of what ended. The contract gives a second; a loaded machine gets more.
const QUIET_MAX: Duration = Duration::from_secs(10);

/// How long where a promise was broken before, and what comes after it proves little.
const QUIET_BROKEN_MAX: Duration = Duration::from_secs(1);

/// How long to wait before it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How often somebody who is away is called back.
const CALLS_MAX: u32 = 50;

/// Most events of one order that are read: 60 min of rounds of 10 s, and its steps.
const EVENT_PAGES_MAX: u32 = 5;

/// The end of a town's day.
pub(super) struct Ending<'t> {
    pub(super) town: &'t Town,
    pub(super) promises: Arc<Promises>,
    /// Of each order that somebody was told of, how it is.
    truth: HashMap<String, Known>,
    closed_here: HashSet<String>,
}

impl<'t> Ending<'t> {
    pub(super) fn of(town: &'t Town, promises: Arc<Promises>) -> Ending<'t> {
        Ending { town, promises, truth: HashMap::new(), closed_here: HashSet::new() }
    }

    /// Calls everybody back who is away.
    pub(super) async fn gather(&self) {
        for client in self.town.clients() {
            let mut why = String::new();
            for _ in 0..CALLS_MAX {
                if client.is_live() {
                    break;
                }
                match client.connect().await {
                    Ok(()) => break,
                    Err(fault) => why = fault,
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            if !client.is_live() {
                let why = format!("{} could not come back at the end: {why}", client.name);
                self.promises.look(Promise::NothingMissed, Err::<(), _>(why));
            }
        }
    }

    /// Closes what vendors have open, as a dispatcher does.
    pub(super) async fn close_orders(&mut self) {
        let why = json!({ "reason": "the simulated day is over" });
        for id in self.own_orders() {
            let is_open = self.town.vendors.iter().any(|seat| {
                seat.client.picture(|picture| picture.orders.get(&id).is_some_and(|known| !is_closed(&known.status)))
            });
            if !is_open {
                continue;
            }
            let rest = &self.town.rest;
            let is_done = rest.post(&format!("/orders/{id}/cancel"), &why).await.is_ok()
                || rest.post(&format!("/orders/{id}/fail"), &why).await.is_ok();
            if is_done {
                self.closed_here.insert(id);
            }
        }
        // What others gave to the town's drivers, others are asked for again. What is in the bag stays there.
        for seat in &self.town.drivers {
            for id in seat.client.picture(|picture| picture.carried().map(|(id, _)| id.clone()).collect::<Vec<_>>()) {
                let _ = self.town.rest.post(&format!("/orders/{id}/release"), &why).await;
            }
        }
    }

    /// Every order of the town's vendors, by id, which is by age.
    pub(super) fn own_orders(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for seat in &self.town.vendors {
            ids.extend(seat.client.picture(|picture| picture.orders.keys().cloned().collect::<Vec<_>>()));
        }
        ids.sort();
        ids
    }

    /// Waits until everybody believes what is, and says who does not.
    pub(super) async fn check(&mut self) {
        let deadline = Instant::now() + if self.promises.broken() == 0 { QUIET_MAX } else { QUIET_BROKEN_MAX };
        loop {
            let is_last = Instant::now() >= deadline;
            let faults = self.faults().await;
            if faults.iter().all(|(_, outcome)| outcome.is_ok()) || is_last {
                for (promise, outcome) in faults {
                    self.promises.look(promise, outcome);
                }
                break;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        self.promises.close();
    }

    /// Everything that is looked at, and how it is broken if it is.
    async fn faults(&mut self) -> Vec<(Promise, Result<(), String>)> {
        self.truth.clear();
        let mut found = Vec::new();
        for client in self.town.clients() {
            let waits = client.waits_for();
            found.push((Promise::Answered, waits.map_or(Ok(()), Err)));
        }
        let vendors: Vec<Arc<Client>> = self.town.vendors.iter().map(|seat| seat.client.clone()).collect();
        for vendor in vendors {
            for id in vendor.picture(|picture| picture.orders.keys().cloned().collect::<Vec<_>>()) {
                self.check_order(&vendor, &id, &mut found).await;
            }
        }
        let drivers: Vec<Arc<Client>> = self.town.drivers.iter().map(|seat| seat.client.clone()).collect();
        for driver in drivers {
            self.check_offers(&driver, &mut found).await;
            self.check_screen(&driver, &mut found).await;
        }
        found
    }

    /// An order is there as its vendor knows it, and the vendor was told of all of its versions.
    async fn check_order(&mut self, vendor: &Client, id: &str, found: &mut Vec<(Promise, Result<(), String>)>) {
        let name = &vendor.name;
        let Some(is) = self.truth_of(id).await else {
            let why = format!("{name} was told of order {id}, and the hub has none");
            return found.push((Promise::Kept, Err(why)));
        };
        let (known, missing) = vendor.picture(|picture| {
            let known = picture.orders.get(id).cloned().unwrap_or_default();
            (known, picture.missing_versions(id, is.version))
        });
        let is_there = known.version <= is.version;
        let lost =
            format!("{name} was told of version {} of order {id}, and the hub has {}", known.version, is.version);
        found.push((Promise::Kept, if is_there { Ok(()) } else { Err(lost) }));
        let is_complete = missing.is_empty() && known.status == is.status;
        let missed = format!(
            "{name} takes order {id} for {}, which is {}, and was not told of its versions {missing:?}",
            known.status, is.status
        );
        found.push((Promise::NothingMissed, if is_complete { Ok(()) } else { Err(missed) }));
    }

    /// Every offer that a driver was told of and that is over, they know to be over.
    async fn check_offers(&mut self, driver: &Client, found: &mut Vec<(Promise, Result<(), String>)>) {
        let (told, open) = driver.picture(|picture| {
            (picture.offers_told(), picture.open_offers().into_iter().map(ToOwned::to_owned).collect::<Vec<_>>())
        });
        found.extend((open.len()..told).map(|_| (Promise::NoGhosts, Ok(()))));
        for id in open {
            let is_over = self.truth_of(&id).await.is_none_or(|is| !is.is_on_offer());
            let why = format!("{} never heard that the offer of order {id} is over", driver.name);
            found.push((Promise::NoGhosts, if is_over { Err(why) } else { Ok(()) }));
        }
    }

    /// What a driver's screen shows is what a new screen of theirs would show.
    async fn check_screen(&mut self, driver: &Arc<Client>, found: &mut Vec<(Promise, Result<(), String>)>) {
        let fresh = driver.fresh(driver_picture(&driver.id));
        if let Err(fault) = fresh.connect().await {
            return found.push((Promise::NoGhosts, Err(format!("no second screen: {fault}"))));
        }
        let (ghosts, missed) = fresh.picture(|fresh| driver.picture(|shown| shown.differs_from(fresh)));
        fresh.hang_up();
        let name = &driver.name;
        let outcome = match (ghosts.first(), missed.first()) {
            (Some(id), _) => Err(format!("{name} still shows order {id}, and a new screen does not")),
            (None, Some(id)) => Err(format!("{name} does not show order {id}, and a new screen does")),
            (None, None) => Ok(()),
        };
        found.push((Promise::NoGhosts, outcome));
    }

    async fn truth_of(&mut self, id: &str) -> Option<Known> {
        if let Some(known) = self.truth.get(id) {
            return Some(known.clone());
        }
        let order = self.town.rest.get(&format!("/orders/{id}")).await.ok()?;
        let (_, known) = Known::of(&order)?;
        self.truth.insert(id.to_owned(), known.clone());
        Some(known)
    }

    /// Fills in what the hub itself can say best: outcomes, waits, and whom offers reached.
    pub(super) async fn read_into(&mut self, report: &mut Report) -> Result<(), Fault> {
        let mut waits = Waits::default();
        for id in self.own_orders() {
            let status = self.truth_of(&id).await.map(|known| known.status).unwrap_or_default();
            count_outcome(&mut report.orders, &status, self.closed_here.contains(&id));
            let events = self.town.rest.all(&format!("/orders/{id}/events?limit=200"), EVENT_PAGES_MAX).await?;
            for event in &events {
                waits.take(&id, event);
            }
            let offers = self.town.rest.get(&format!("/orders/{id}/offers")).await?;
            let rounds = offers["data"].as_array().or(offers.as_array()).cloned().unwrap_or_default();
            for round in &rounds {
                count_round(report, round);
            }
        }
        report.time_to_claim_ms = Spread::of(&waits.claimed_ms);
        report.ready_to_pickup_ms = Spread::of(&waits.picked_up_ms);
        report.arrived_to_pickup_ms = Spread::of(&waits.at_counter_ms);
        Ok(())
    }
}

fn count_outcome(orders: &mut Outcomes, status: &str, is_closed_here: bool) {
    let count = match status {
        _ if is_closed_here => &mut orders.closed_at_end,
        "delivered" => &mut orders.delivered,
        "returned" => &mut orders.returned,
        "cancelled" => &mut orders.cancelled,
        "expired" => &mut orders.expired,
        _ => &mut orders.other,
    };
    *count += 1;
    orders.submitted += 1;
}

fn count_round(report: &mut Report, round: &Value) {
    report.rounds += 1;
    if round["ended_by"] == "claimed" {
        *report.claimed_in_round.entry(round["round"].as_u64().unwrap_or_default()).or_default() += 1;
    }
    let Funnel { offered, delivered, seen, answered, by_answer } = &mut report.reach;
    for driver in round["drivers"].as_array().into_iter().flatten() {
        let is_there = |name: &str| u64::from(!driver[name].is_null());
        *offered += 1;
        *delivered += is_there("delivered_at");
        *seen += is_there("seen_at");
        let answer = driver["answer"].as_str().unwrap_or("none");
        *answered += u64::from(["claimed", "declined"].contains(&answer));
        *by_answer.entry(answer.to_owned()).or_default() += 1;
    }
}

/// How long things took, from the timelines of orders.
#[derive(Default)]
struct Waits {
    claimed_ms: Vec<f64>,
    picked_up_ms: Vec<f64>,
    at_counter_ms: Vec<f64>,
    /// Of each order, when it was last ready, and when its driver came.
    ready_at: BTreeMap<String, i64>,
    arrived_at: BTreeMap<String, i64>,
}

impl Waits {
    fn take(&mut self, id: &str, event: &Value) {
        let Some(at_ms) = event["at"].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok()) else { return };
        let at_ms = at_ms.timestamp_millis();
        // A day has fewer milliseconds than an i32 holds.
        let since = |then: Option<&i64>| then.and_then(|then| i32::try_from(at_ms - then).ok()).map(f64::from);
        match event["type"].as_str().unwrap_or_default() {
            "order.ready_for_pickup" if event["order"]["offer"]["round"] == 1 && event["data"]["asked"].is_null() => {
                self.ready_at.insert(id.to_owned(), at_ms);
            }
            "order.assigned" => self.claimed_ms.extend(since(self.ready_at.get(id))),
            "order.arrived_at_pickup" => {
                self.arrived_at.insert(id.to_owned(), at_ms);
            }
            "order.picked_up" => {
                self.picked_up_ms.extend(since(self.ready_at.get(id)));
                self.at_counter_ms.extend(since(self.arrived_at.get(id)));
            }
            _ => {}
        }
    }
}
