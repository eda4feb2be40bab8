//! What a client makes of all that it was told, by the one rule that the contract gives it: a driver keeps an order
//! while it is on offer where they work and they have room for it, or theirs; a vendor keeps every order of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    town::CARRIED_MAX,
    view::{Answer, Brief, Entry, Heard, Sync},
};

/// The orders that a client shows, and the zones its driver works in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    /// The driver whose picture it is; none for a vendor's and a dispatcher's.
    driver: Option<String>,
    pub(crate) orders: BTreeMap<String, Brief>,
    pub(crate) zones: Vec<String>,
    /// The newest version seen of every order, also of those that are shown no more.
    versions: HashMap<String, i64>,
    /// Orders that the driver declined or gave back.
    passed: HashSet<String>,
    /// Zones that were joined without an answer that says what is on offer there.
    pub(crate) unread_zones: Vec<String>,
}

impl Picture {
    pub(crate) fn of(driver: Option<&str>) -> Picture {
        Picture { driver: driver.map(ToOwned::to_owned), ..Picture::default() }
    }

    /// Takes in whatever came.
    pub(crate) fn take(&mut self, entry: &Entry) {
        match entry {
            Entry::Sync(Sync::Snapshot { zones, orders, .. }) => {
                self.orders.clear();
                self.versions.clear();
                self.unread_zones.clear();
                self.zones.clone_from(zones);
                for order in orders {
                    self.take_order(order);
                }
            }
            Entry::Sync(Sync::Replay { events, .. }) => events.iter().for_each(|event| self.take_heard(event)),
            Entry::Heard(event) => self.take_heard(event),
            Entry::Acked { answer, .. } => self.take_answer(answer),
        }
    }

    /// Takes in an order as it was at some version. One that is older than what is known changes nothing.
    fn take_order(&mut self, order: &Brief) {
        let newest = self.versions.entry(order.id.clone()).or_insert(0);
        if order.version < *newest {
            return;
        }
        *newest = order.version;
        if self.keeps(order) {
            self.orders.insert(order.id.clone(), order.clone());
        } else {
            self.orders.remove(&order.id);
        }
        if self.is_full() {
            // What is still on offer once there is room again is told then.
            self.orders.retain(|_, order| !order.is_on_offer());
        }
    }

    /// Whether the driver carries as many orders as allowed.
    fn is_full(&self) -> bool {
        self.driver.is_some() && self.orders.values().filter(|order| !order.is_on_offer()).count() >= CARRIED_MAX
    }

    /// Takes in the answer to a command of this client's.
    pub(crate) fn take_answer(&mut self, answer: &Answer) {
        match answer {
            Answer::Order(order) => self.take_order(order),
            Answer::GaveBack(order) => {
                self.pass(&order.id);
                self.take_order(order);
            }
            Answer::Joined { zone, orders } => {
                if !self.zones.contains(zone) {
                    self.zones.push(zone.clone());
                }
                self.unread_zones.retain(|unread| unread != zone);
                for order in orders {
                    self.take_order(order);
                }
            }
            Answer::Left { zone } => {
                let kept = self.zones.iter().filter(|known| *known != zone).cloned().collect();
                self.take_zones(kept);
            }
            Answer::Other => {}
        }
    }

    /// The driver is not asked for this order again.
    fn pass(&mut self, order: &str) {
        self.passed.insert(order.to_owned());
        self.orders.retain(|id, held| id != order || !held.is_on_offer());
    }

    /// Takes in that the driver works in these zones and no other.
    fn take_zones(&mut self, zones: Vec<String>) {
        let new = zones.iter().filter(|zone| !self.zones.contains(zone)).cloned();
        self.unread_zones.extend(new);
        self.unread_zones.retain(|zone| zones.contains(zone));
        self.zones = zones;
        let gone: Vec<String> =
            self.orders.values().filter(|order| !self.keeps(order)).map(|order| order.id.clone()).collect();
        for id in gone {
            self.orders.remove(&id);
        }
    }

    fn take_heard(&mut self, event: &Heard) {
        if let Some(order) = &event.order {
            self.take_order(order);
        }
        if event.kind == "driver.declined" && self.driver.is_some() {
            self.pass(event.subject().unwrap_or_default());
        }
        if event.kind == "driver.zones_changed" && self.driver.is_some() {
            let zones = event.data["zones"].as_array().map(Vec::as_slice).unwrap_or_default();
            self.take_zones(zones.iter().filter_map(|zone| zone.as_str().map(ToOwned::to_owned)).collect());
        }
    }

    fn keeps(&self, order: &Brief) -> bool {
        let Some(driver) = &self.driver else { return true };
        let is_theirs = order.driver.as_ref() == Some(driver) && !order.is_closed();
        is_theirs
            || (order.is_on_offer()
                && !self.passed.contains(&order.id)
                && !self.is_full()
                && order.zones.iter().any(|zone| self.zones.contains(zone)))
    }
}
