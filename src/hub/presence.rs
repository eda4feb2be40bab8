//! Who is connected, and what becomes of an order when whoever is to pick it up is not.
//!
//! Connections are counted in memory, since none outlives the hub; that a driver is away is written to the orders they are to
//! pick up, with the time when they count as lost, so that the timer for it is data like every other.

use std::{collections::HashMap, sync::Arc};

use tracing::debug;

use super::{Ask, By, Hub, Result, alerts::watch, lock, orders::take_back};
use crate::{
    domain::{
        actor::Actor,
        alert::AlertCode,
        id::{DriverId, OrderId},
        order::{Away, Order},
        time::Time,
        zone::Rules,
    },
    store::Write,
};

/// How many connections drivers have, and when those who have none had their last.
#[derive(Default)]
pub(super) struct Presence {
    live: HashMap<DriverId, usize>,
    last_seen: HashMap<DriverId, Time>,
}

impl Hub {
    /// Notes that a driver has one connection more. Whether it is their first: then [`look_after`](Hub::look_after) them.
    #[must_use]
    pub fn comes(&self, driver: DriverId) -> bool {
        let mut presence = lock(&self.presence);
        let live = presence.live.entry(driver).or_default();
        *live += 1;
        *live == 1
    }

    /// Notes that a driver has one connection less. Whether it was their last: then [`look_after`](Hub::look_after) them.
    #[must_use]
    pub fn goes(&self, driver: DriverId) -> bool {
        let now = self.now();
        let mut presence = lock(&self.presence);
        presence.last_seen.insert(driver, now);
        let left = presence.live.get(&driver).copied().unwrap_or_default().saturating_sub(1);
        if left > 0 {
            presence.live.insert(driver, left);
        } else {
            presence.live.remove(&driver);
        }
        left == 0
    }

    /// Whether a driver is connected, and when they last were or said where they are.
    #[must_use]
    pub fn presence(&self, driver: DriverId) -> (bool, Option<Time>) {
        let presence = lock(&self.presence);
        if presence.live.contains_key(&driver) {
            return (true, Some(self.now()));
        }
        let last_seen = presence.last_seen.get(&driver).copied();
        drop(presence);
        (false, last_seen.max(self.located_at(driver)))
    }

    /// Notes at the orders that a driver is to pick up whether they are away.
    ///
    /// # Errors
    /// What the store says; the timer looks again.
    pub async fn look_after(&self, driver: DriverId, now: Time) -> Result<()> {
        let held = self.store.read().await?.orders_held_by(driver).await?;
        self.look_at(held.iter().filter(|order| order.awaited().is_some()).map(|order| order.id), now).await
    }

    /// Notes at every order that is to be picked up that its driver is away, since nobody can be connected yet. To be
    /// called once, before anybody is let in.
    ///
    /// # Errors
    /// What the store says.
    pub async fn look_for_drivers(&self, now: Time) -> Result<()> {
        let awaited = self.store.read().await?.orders_awaited().await?;
        self.look_at(awaited.into_iter(), now).await
    }

    async fn look_at(&self, orders: impl Iterator<Item = OrderId>, now: Time) -> Result<()> {
        let by = || By { actor: Actor::Hub, now, origin: None };
        let looks: Vec<_> = orders.map(|order| self.ask(by(), order, Ask::Look)).collect();
        for look in looks {
            look.await?;
        }
        Ok(())
    }
}

/// Notes whether the driver who is to pick an order up is away, and does what follows from it.
pub(super) async fn look(
    hub: &Hub,
    write: &mut Write,
    order: Arc<Order>,
    rules: &Rules,
    now: Time,
) -> Result<Arc<Order>> {
    let Some(driver) = order.awaited().map(|driver| driver.id).filter(|_| !write.flaws().wait_for_ever()) else {
        return Ok(order);
    };
    let is_blocked = write.driver(driver).await?.is_none_or(|driver| driver.blocked);
    let is_here = hub.presence(driver).0 && !is_blocked;
    let away = match order.away {
        _ if is_here => None,
        Some(away) => Some(away.looked_at(now)),
        None => Some(Away::from(now, rules.driver_lost_after_s)),
    };
    let order = if away == order.away { order } else { Arc::new(write.note_away(&order, away).await?) };
    debug!(order.id = %order.id, driver = %driver, ?away, "looked for the driver of order {}", order.id);
    watch(hub, write, &order, now).await?;
    let lost = match away {
        Some(_) if is_blocked => AlertCode::DriverBlocked,
        Some(Away { lost_at: None, .. }) => AlertCode::DriverLost,
        _ => return Ok(order),
    };
    if rules.release_when_lost { take_back(hub, write, order, rules, lost.as_str(), now).await } else { Ok(order) }
}
