//! Who of the plain town is asked, and who hears of what.

use super::{
    plain::{About, Told},
    town::{Order, Plain},
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
        match is {
            Some(_) => who.works_in(&zones) && !who.is_full && !after.declined.contains(&driver),
            // An end is for everybody who was asked at any time since it was put on offer.
            None => who
                .was
                .iter()
                .any(|(seq, worked_in, was_full)| *seq >= offer.since && !was_full && !worked_in.is_disjoint(&zones)),
        }
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
            for order in self.offers_in(driver, &self.drivers[driver].zones.clone()) {
                let Order { version, status, .. } = self.orders[order];
                self.seq += 1;
                self.told.push(Told {
                    seq: self.seq,
                    kind: "order.ready_for_pickup",
                    about: About::Order { order, version, status },
                });
                self.heard[driver].push(self.seq);
                self.note();
            }
        }
    }
}
