//! Who is connected, and what becomes of an order when whoever is to pick it up is not.
//!
//! Connections are counted in memory, since none outlives the hub; that a driver is away is written to the orders they are to
//! pick up, with the time when they count as lost, so that the timer for it is data like every other.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tracing::debug;

use super::{Ask, By, Hub, Result, alerts::watch, lock, orders::take_back};
use crate::{
    domain::{
        actor::Actor,
        alert::AlertCode,
        id::{DriverId, OrderId, VendorId},
        order::{Away, Order},
        party::{Connection, DriverReach},
        push::Subscriber,
        time::Time,
        zone::Rules,
    },
    store::Write,
};

/// How long what was sent to a driver may stay unconfirmed before their connection no longer counts as one that answers,
/// in milliseconds.
const UNCONFIRMED_MS_MAX: i64 = 10_000;

/// Who is connected, and when drivers who are not were last.
#[derive(Default)]
pub(super) struct Presence {
    live: HashMap<DriverId, Lines>,
    last_seen: HashMap<DriverId, Time>,
    /// How many connections vendors have.
    vendors: HashMap<VendorId, usize>,
    /// By what way drivers are reached, as it was last told. Who is not in here is not reached, or was never connected.
    told: HashMap<DriverId, DriverReach>,
    /// Drivers with whom something changed since: what was so for a moment was in no message, but somebody may have read it.
    unsettled: HashSet<DriverId>,
}

/// By what way a driver is reached from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedBy {
    /// Who.
    pub driver: DriverId,
    /// By what way.
    pub reach: DriverReach,
    /// The vendors whose orders they have.
    pub vendors: Vec<VendorId>,
}

/// A driver's connections.
#[derive(Clone, Copy, Default)]
struct Lines {
    count: usize,
    /// When that was sent which nothing has confirmed since, and nothing was heard since either.
    silent_since: Option<Time>,
}

impl Hub {
    /// Notes that a driver has one connection more. Whether it is their first: then [`look_after`](Hub::look_after) them.
    #[must_use]
    pub fn comes(&self, driver: DriverId) -> bool {
        let mut presence = lock(&self.presence);
        let lines = presence.live.entry(driver).or_default();
        *lines = Lines { count: lines.count + 1, silent_since: None };
        let is_first = lines.count == 1;
        if is_first {
            presence.unsettled.insert(driver);
        }
        is_first
    }

    /// Notes that a driver has one connection less. Whether it was their last: then [`look_after`](Hub::look_after) them.
    #[must_use]
    pub fn goes(&self, driver: DriverId) -> bool {
        let now = self.now();
        let mut presence = lock(&self.presence);
        presence.last_seen.insert(driver, now);
        let Lines { count, silent_since } = presence.live.get(&driver).copied().unwrap_or_default();
        if count > 1 {
            presence.live.insert(driver, Lines { count: count - 1, silent_since });
        } else {
            presence.live.remove(&driver);
            presence.unsettled.insert(driver);
        }
        count <= 1
    }

    /// Notes that a vendor has one connection more.
    pub fn vendor_comes(&self, vendor: VendorId) {
        *lock(&self.presence).vendors.entry(vendor).or_default() += 1;
    }

    /// Notes that a vendor has one connection less.
    pub fn vendor_goes(&self, vendor: VendorId) {
        let mut presence = lock(&self.presence);
        if let Some(count) = presence.vendors.get_mut(&vendor) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                presence.vendors.remove(&vendor);
            }
        }
    }

    /// Notes that something was sent to these drivers which their clients are to confirm.
    pub fn awaits_word(&self, drivers: impl Iterator<Item = DriverId>) {
        let (now, mut presence) = (self.now(), lock(&self.presence));
        for driver in drivers {
            if let Some(lines) = presence.live.get_mut(&driver) {
                lines.silent_since.get_or_insert(now);
            }
        }
    }

    /// Notes that a driver's client said something, whatever it was: it is there.
    pub fn has_word(&self, driver: DriverId) {
        let now = self.now();
        let presence = &mut *lock(&self.presence);
        let since = presence.live.get_mut(&driver).and_then(|lines| lines.silent_since.take());
        if since.is_some_and(|since| is_silent(since, now)) {
            presence.unsettled.insert(driver);
        }
    }

    /// Whether a driver can be reached, and how. Wherever it matters, this decides.
    #[must_use]
    pub fn reach_of(&self, driver: DriverId) -> DriverReach {
        let now = self.now();
        let lines = lock(&self.presence).live.get(&driver).copied();
        let connection = match lines {
            None => Connection::None,
            Some(lines) if lines.silent_since.is_some_and(|since| is_silent(since, now)) => Connection::Silent,
            Some(_) => Connection::Answers,
        };
        DriverReach::of(connection, self.pushable(Subscriber::Driver(driver), now))
    }

    /// At most `most` drivers who are reached by another way than was last told, or were for a moment. From here on it counts
    /// as told.
    #[must_use]
    pub fn reach_news(&self, most: usize) -> Vec<DriverId> {
        if self.flaws().keep_reach_quiet() {
            return vec![];
        }
        // Whoever answers and was told to stays so until something else is noted: of a whole town only a few are asked for.
        let in_doubt: HashSet<DriverId> = {
            let Presence { live, told, unsettled, .. } = &*lock(&self.presence);
            let silent = live.iter().filter(|(_, lines)| lines.silent_since.is_some()).map(|(driver, _)| driver);
            let otherwise = told.iter().filter(|(_, reach)| **reach != DriverReach::Live).map(|(driver, _)| driver);
            unsettled.iter().chain(silent).chain(otherwise).copied().collect()
        };
        let is_news = |driver: &DriverId| {
            let now = self.reach_of(*driver);
            let presence = &mut *lock(&self.presence);
            let before = match now {
                DriverReach::Unreachable => presence.told.remove(driver),
                _ => presence.told.insert(*driver, now),
            };
            presence.unsettled.remove(driver) || before.unwrap_or(DriverReach::Unreachable) != now
        };
        in_doubt.into_iter().filter(is_news).take(most).collect()
    }

    /// By what way a driver is reached, for who waits for them.
    ///
    /// # Errors
    /// What the store says.
    pub async fn reached_by(&self, driver: DriverId) -> Result<ReachedBy> {
        let vendors = self.vendors_waiting_for(driver).await?;
        Ok(ReachedBy { driver, reach: self.reach_of(driver), vendors })
    }

    /// The vendors whose orders a driver has.
    pub(super) async fn vendors_waiting_for(&self, driver: DriverId) -> Result<Vec<VendorId>> {
        let orders = self.store.read().await?.orders_held_by(driver).await?;
        let mut vendors: Vec<VendorId> = orders.iter().map(|order| order.vendor.id).collect();
        vendors.sort_unstable();
        vendors.dedup();
        Ok(vendors)
    }

    /// Whether somebody sees on a live connection what happens.
    pub(super) fn is_live(&self, subscriber: Subscriber) -> bool {
        match subscriber {
            Subscriber::Driver(driver) => self.reach_of(driver) == DriverReach::Live,
            Subscriber::Vendor(vendor) => lock(&self.presence).vendors.contains_key(&vendor),
        }
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

/// Whether nothing was confirmed for too long.
fn is_silent(since: Time, now: Time) -> bool {
    now.since_ms(since) > UNCONFIRMED_MS_MAX
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
    let is_here = !is_blocked
        && match hub.reach_of(driver) {
            DriverReach::Live | DriverReach::Stale => true,
            // Off duty, their phone is nobody's to ring.
            DriverReach::PushOnly => !write.zones_of(driver).await?.is_empty(),
            DriverReach::Unreachable => false,
        };
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
