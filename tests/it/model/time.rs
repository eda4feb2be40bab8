//! What time does by itself, as section 4 of the contract tells it.

use std::collections::BTreeSet;

use waypost::domain::order::Status;

use super::{
    away::BEFORE_PICKUP,
    plain::{NEIGHBOURS, ROUND_S, ZONES},
    town::{Order, Plain},
};

/// The round from which on every zone is asked.
const EVERYWHERE_ROUND: u32 = 3;

impl Plain {
    pub(super) fn run_due(&mut self) -> usize {
        let mut due: Vec<(i64, usize)> = (0..self.orders.len())
            .filter_map(|order| Some((self.orders[order].timer_ms()?, order)))
            .filter(|(at_ms, _)| *at_ms <= self.now_ms)
            .collect();
        due.sort_unstable();
        for (_, order) in &due {
            match self.orders[*order].status {
                Status::Scheduled => self.change(*order, "order.submitted", |order| order.status = Status::Submitted),
                Status::Submitted => self.open_offer(*order),
                status if BEFORE_PICKUP.contains(&status) => self.look_for_driver_of(*order),
                _ => self.look(*order),
            }
            self.watch(*order);
        }
        due.len() + self.end_pauses()
    }

    /// The next round asks further away, unless it is time to give up.
    pub(super) fn end_round(&mut self, order: usize) {
        let now_ms = self.now_ms;
        if self.orders[order].offer.as_ref().is_none_or(|offer| offer.gives_up_ms <= now_ms) {
            return self.change(order, "order.expired", |order| order.status = Status::Expired);
        }
        self.change(order, "order.ready_for_pickup", |order| {
            let Some(offer) = &mut order.offer else { return };
            offer.round += 1;
            offer.alert_ms = offer.alert_ms.filter(|at_ms| *at_ms > now_ms);
            offer.zones = BTreeSet::from([order.zone]);
            offer.zones.extend(NEIGHBOURS[order.zone]);
            if offer.round >= EVERYWHERE_ROUND {
                offer.zones.extend(0..ZONES.len());
            }
            offer.ends_ms = offer.gives_up_ms.min(now_ms + i64::from(ROUND_S[order.zone]) * 1_000);
        });
    }
}

impl Plain {
    /// When timers must look at something.
    pub(super) fn timers_ms(&self) -> impl Iterator<Item = i64> {
        let pauses = self.drivers.iter().filter_map(|driver| Some(driver.pause.as_ref()?.until_ms));
        self.orders.iter().filter_map(Order::timer_ms).chain(pauses)
    }
}

impl Order {
    /// When a timer must look at it: when the kitchen has to begin, when it should be ready, and while it is on offer.
    pub(crate) fn timer_ms(&self) -> Option<i64> {
        let prep_ms = |prep_min: u8| i64::from(prep_min) * 60_000;
        match self.status {
            Status::Scheduled => self.due_ms.map(|due_ms| due_ms - self.prep_min.map_or(0, prep_ms)),
            Status::Submitted if self.auto_ready => {
                self.due_ms.or_else(|| Some(self.came_ms + self.prep_min.map(prep_ms)?))
            }
            status if BEFORE_PICKUP.contains(&status) => self.away?.lost_ms,
            _ => self.on_offer().map(|offer| offer.alert_ms.map_or(offer.ends_ms, |at_ms| at_ms.min(offer.ends_ms))),
        }
    }
}
