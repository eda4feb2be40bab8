//! What the dispatcher and the drivers of the plain town see.

use std::collections::BTreeSet;

use super::{
    plain::{Board, Sight},
    town::{Order, Plain},
};

impl Plain {
    /// The orders as the dispatcher sees them.
    pub(crate) fn sights(&self) -> Vec<Sight> {
        let sight = |order: &Order| Sight {
            vendor: order.vendor,
            zone: order.zone,
            status: order.status,
            version: order.version,
            driver: order.driver,
            offer: order.on_offer().map(|offer| (offer.round, offer.zones.clone(), offer.ends_ms)),
            has_problem: order.has_problem,
            due_ms: order.due_ms,
            auto_ready: order.auto_ready,
            external_id: order.external_id,
            notes: order.notes,
            closed_ms: order.closed_ms,
        };
        self.orders.iter().map(sight).collect()
    }

    /// What a driver has before them.
    pub(crate) fn board(&self, driver: usize) -> Board {
        let (who, ids) = (&self.drivers[driver], 0..self.orders.len());
        let mut orders = self.offers_in(driver, &who.zones);
        orders.extend(ids.clone().filter(|order| {
            let order = &self.orders[*order];
            order.driver == Some(driver) && order.closed_ms.is_none()
        }));
        let lingering = ids.filter(|order| {
            let offer = self.orders[*order].on_offer();
            offer.is_some_and(|offer| !who.works_in(&offer.zones) && who.worked_in(&offer.zones, offer.since))
        });
        Board { zones: who.zones.clone(), orders, lingering: lingering.collect() }
    }

    /// What is on offer to a driver in these zones.
    pub(super) fn offers_in(&self, driver: usize, zones: &BTreeSet<usize>) -> Vec<usize> {
        let asks = |order: &Order| {
            let is_here = order.on_offer().is_some_and(|offer| !offer.zones.is_disjoint(zones));
            is_here && !self.drivers[driver].is_full && !order.declined.contains(&driver)
        };
        (0..self.orders.len()).filter(|order| asks(&self.orders[*order])).collect()
    }
}
