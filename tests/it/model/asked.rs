//! Who of the plain town is asked, and who hears of what.

use std::collections::BTreeSet;

use super::{
    plain::{About, Told},
    town::{Order, Plain, UNCLAIMED_MS},
};

impl Plain {
    /// Whether what happened to an order is a driver's to hear.
    pub(super) fn hears(&self, driver: usize, kind: &str, before: &Order, after: &Order) -> bool {
        if before.driver == Some(driver) || after.driver == Some(driver) {
            return true;
        }
        let (was, is) = (before.on_offer(), after.on_offer());
        let Some(offer) = was.or(is).filter(|_| !["order.message", "order.problem"].contains(&kind)) else {
            return false;
        };
        let zones = offer.zones.union(&is.unwrap_or(offer).zones).copied().collect();
        let who = &self.drivers[driver];
        if is.is_some() {
            return who.works_in(&zones) && !who.is_full && !after.declined.contains(&driver);
        }
        // An end is for everybody who was asked at any time since it was put on offer, and for who said no.
        let was_asked = |(seq, worked_in, was_full): &(i64, BTreeSet<usize>, bool)| {
            *seq >= offer.since && !was_full && !worked_in.is_disjoint(&zones)
        };
        after.declined.contains(&driver) || who.was.iter().any(was_asked)
    }

    /// A round that is over ends; one that is not is looked at for how long the order has waited.
    pub(super) fn look(&mut self, order: usize) {
        let now_ms = self.now_ms;
        match &mut self.orders[order].offer {
            Some(offer) if offer.ends_ms > now_ms => offer.alert_ms = offer.alert_ms.filter(|at_ms| *at_ms > now_ms),
            _ => self.end_round(order),
        }
    }

    /// The dispatcher is alerted of what is the matter with an order, and told when it is over.
    pub(super) fn watch(&mut self, at: usize) {
        let order = &self.orders[at];
        let mut matters = vec![];
        if let Some(offer) = order.on_offer() {
            if !self.drivers.iter().any(|driver| driver.works_in(&offer.zones)) {
                matters.push("nobody_on_duty");
            }
            if self.now_ms - offer.began_ms >= UNCLAIMED_MS {
                matters.push("unclaimed");
            }
        }
        matters.extend(self.matter_with_driver(order));
        let over: Vec<_> = order.alerts.iter().copied().filter(|alert| !matters.contains(alert)).collect();
        let new: Vec<_> = matters.into_iter().filter(|matter| !order.alerts.contains(matter)).collect();
        for _ in &over {
            self.tell_alert(at, "alert.cleared");
        }
        for _ in &new {
            self.tell_alert(at, "alert.raised");
        }
        let alerts = &mut self.orders[at].alerts;
        alerts.retain(|alert| !over.contains(alert));
        alerts.extend(new);
    }

    /// Somebody came to a zone or left it.
    pub(super) fn watch_zone(&mut self, zone: usize) {
        let is_staffed = self.drivers.iter().any(|driver| driver.zones.contains(&zone));
        for at in 0..self.orders.len() {
            let order = &self.orders[at];
            let is_there = order.on_offer().is_some_and(|offer| offer.zones.contains(&zone));
            if is_there && (!is_staffed || order.alerts.contains(&"nobody_on_duty")) {
                self.watch(at);
            }
        }
    }

    fn tell_alert(&mut self, order: usize, kind: &'static str) {
        let Order { version, status, .. } = self.orders[order];
        self.seq += 1;
        self.told.push(Told { seq: self.seq, kind, about: About::Order { order, version, status } });
        self.note();
    }

    /// Notes how everybody stands after an event, or after what came with one.
    pub(super) fn note(&mut self) {
        for driver in &mut self.drivers {
            driver.was.retain(|(seq, ..)| *seq != self.seq);
            driver.was.push((self.seq, driver.zones.clone(), driver.is_full));
        }
    }

    /// Whose hands are full is asked no more; whose are not any longer is asked for what is on offer. If nothing told them
    /// of it since `told_since`, they are told that something is different.
    pub(super) fn settle(&mut self, drivers: &[usize], told_since: Option<i64>) {
        let mut freer = vec![];
        for driver in drivers.iter().copied() {
            let is_full = self.load_of(driver) >= self.drivers[driver].orders_max as usize;
            if is_full == self.drivers[driver].is_full {
                continue;
            }
            if told_since.is_none() {
                self.tell_driver(driver, "driver.zones_changed");
            }
            self.drivers[driver].is_full = is_full;
            self.note();
            freer.extend((!is_full).then_some(driver));
        }
        for driver in freer {
            self.ask_too(driver);
        }
    }

    /// Asks a driver alone for what is on offer where they work.
    pub(super) fn ask_too(&mut self, driver: usize) {
        for order in self.offers_in(driver, &self.drivers[driver].zones.clone()) {
            let Order { version, status, .. } = self.orders[order];
            self.seq += 1;
            let about = About::Order { order, version, status };
            self.told.push(Told { seq: self.seq, kind: "order.ready_for_pickup", about });
            self.heard[driver].push(self.seq);
            self.note();
        }
    }
}
