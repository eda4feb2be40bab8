//! Drivers of the plain town who are out of reach, and the orders that they were to pick up.

use waypost::domain::order::Status as S;

use super::{
    plain::{Answer, TAKES_BACK},
    town::{Order, Plain},
};

/// How long a driver may be away before they count as lost, in milliseconds.
const LOST_MS: i64 = 300_000;

/// A driver has it, and not yet in the bag.
pub(super) const BEFORE_PICKUP: [S; 3] = [S::Assigned, S::EnrouteToPickup, S::ArrivedAtPickup];

/// Whoever is to pick an order up is out of reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Away {
    /// When they count as lost; none: they do.
    pub(super) lost_ms: Option<i64>,
}

impl Plain {
    /// A driver's phone finds the network again, or loses it.
    pub(super) fn phone(&mut self, driver: usize, is_here: bool) -> Answer {
        if std::mem::replace(&mut self.drivers[driver].is_here, is_here) != is_here {
            self.look_for(driver, false);
        }
        Answer::Done
    }

    /// Looks where a driver is, for each order that they are to pick up; `anew` if what was noted before is void.
    pub(super) fn look_for(&mut self, driver: usize, anew: bool) {
        for at in 0..self.orders.len() {
            if self.orders[at].awaits(driver) {
                self.orders[at].away = self.orders[at].away.filter(|_| !anew);
                self.look_for_driver_of(at);
            }
        }
    }

    /// Looks where the driver is who is to pick an order up.
    pub(super) fn look_for_driver_of(&mut self, at: usize) {
        let Some(driver) = self.orders[at].driver.filter(|driver| self.orders[at].awaits(*driver)) else { return };
        let (now_ms, who) = (self.now_ms, &self.drivers[driver]);
        let away = &mut self.orders[at].away;
        *away = match *away {
            _ if who.is_here && !who.blocked => None,
            None => Some(Away { lost_ms: Some(now_ms + LOST_MS) }),
            Some(Away { lost_ms }) => Some(Away { lost_ms: lost_ms.filter(|lost_ms| *lost_ms > now_ms) }),
        };
        self.watch(at);
        if TAKES_BACK[self.orders[at].zone] && self.matter_with_driver(&self.orders[at]).is_some() {
            let seq = self.seq;
            self.orders[at].declined.insert(driver);
            self.change(at, "order.released", |order| (order.status, order.driver) = (S::Submitted, None));
            self.open_offer(at);
            self.settle(&[driver], Some(seq));
            self.watch(at);
        }
    }

    /// What of an order's driver needs a dispatcher.
    pub(super) fn matter_with_driver(&self, order: &Order) -> Option<&'static str> {
        let (away, driver) = (order.away?, order.driver?);
        if self.drivers[driver].blocked {
            return Some("driver_blocked");
        }
        away.lost_ms.is_none_or(|lost_ms| lost_ms <= self.now_ms).then_some("driver_lost")
    }
}

impl Order {
    /// Whether this driver is to pick it up.
    pub(super) fn awaits(&self, driver: usize) -> bool {
        self.driver == Some(driver) && BEFORE_PICKUP.contains(&self.status)
    }
}
