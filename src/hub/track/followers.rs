//! Who follows which delivery over an open stream.
//!
//! **Invariant:** a stream hears of its own order and of nothing else, and costs nothing while that order rests: the reader
//! of the log and the drivers' positions find it by the order and by who carries it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tokio::sync::watch;

use super::{Track, is_on_the_way};
use crate::{
    domain::{
        id::{DriverId, OrderId},
        order::Order,
    },
    hub::{Hub, lock},
};

/// Most streams at once.
pub const FOLLOWERS_MAX: usize = 1_000;

/// Most streams at once for one link: a family's phones, and a tab that was forgotten.
pub const FOLLOWERS_PER_LINK_MAX: usize = 8;

/// Why there is no room for one more stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// Too many follow this delivery.
    OfLink,
    /// Too many follow deliveries.
    OfHub,
}

/// The deliveries that are followed.
#[derive(Default)]
pub(in crate::hub) struct Followers {
    followed: HashMap<OrderId, Followed>,
    /// Whose moves matter, for which orders.
    carriers: HashMap<DriverId, HashSet<OrderId>>,
}

struct Followed {
    /// The newest that is known of it; none before it was read.
    order: watch::Sender<Option<Arc<Order>>>,
    streams: usize,
}

impl Followers {
    pub(super) fn count(&self) -> usize {
        self.followed.values().map(|followed| followed.streams).sum()
    }

    fn begin(&mut self, id: OrderId, is_limited: bool) -> Result<watch::Receiver<Option<Arc<Order>>>, Full> {
        if is_limited && self.count() >= FOLLOWERS_MAX {
            return Err(Full::OfHub);
        }
        let followed =
            self.followed.entry(id).or_insert_with(|| Followed { order: watch::Sender::new(None), streams: 0 });
        if is_limited && followed.streams >= FOLLOWERS_PER_LINK_MAX {
            return Err(Full::OfLink);
        }
        followed.streams += 1;
        Ok(followed.order.subscribe())
    }

    fn end(&mut self, id: OrderId) {
        let Some(followed) = self.followed.get_mut(&id) else { return };
        followed.streams -= 1;
        if followed.streams == 0 {
            let carrier = followed.order.borrow().as_deref().and_then(carrier);
            self.followed.remove(&id);
            self.carried_no_more(carrier, id);
        }
    }

    /// Notes how an order is now, unless something newer is known of it.
    pub(super) fn changed(&mut self, order: &Arc<Order>) {
        let Some(followed) = self.followed.get(&order.id) else { return };
        let known = followed.order.borrow().clone();
        if known.as_ref().is_some_and(|known| known.version >= order.version) {
            return;
        }
        followed.order.send_replace(Some(order.clone()));
        let (before, now) = (known.as_deref().and_then(carrier), carrier(order));
        if before != now {
            self.carried_no_more(before, order.id);
            if let Some(driver) = now {
                self.carriers.entry(driver).or_default().insert(order.id);
            }
        }
    }

    fn carried_no_more(&mut self, driver: Option<DriverId>, id: OrderId) {
        let Some(driver) = driver else { return };
        if let Some(orders) = self.carriers.get_mut(&driver) {
            orders.remove(&id);
            if orders.is_empty() {
                self.carriers.remove(&driver);
            }
        }
    }

    /// A driver is somewhere else now.
    pub(super) fn moved(&self, driver: DriverId) {
        for id in self.carriers.get(&driver).into_iter().flatten() {
            if let Some(followed) = self.followed.get(id) {
                followed.order.send_modify(|_| {});
            }
        }
    }

    /// Has the streams of the orders that `is_meant` look again.
    pub(super) fn wake(&self, is_meant: impl Fn(&Order) -> bool) {
        for followed in self.followed.values() {
            let meant = followed.order.borrow().as_deref().is_some_and(&is_meant);
            if meant {
                followed.order.send_modify(|_| {});
            }
        }
    }
}

/// Whose position belongs to what a link shows.
fn carrier(order: &Order) -> Option<DriverId> {
    order.driver_id().filter(|_| is_on_the_way(order))
}

/// One stream that follows a delivery, until it is dropped.
pub struct Following {
    hub: Hub,
    id: OrderId,
    order: watch::Receiver<Option<Arc<Order>>>,
}

impl Following {
    pub(super) fn begin(hub: &Hub, id: OrderId) -> Result<Following, Full> {
        let order = lock(&hub.followers).begin(id, !hub.flaws().follow_without_limit())?;
        Ok(Following { hub: hub.clone(), id, order })
    }

    /// What there is to see at this moment. `None` once the link has ended.
    pub fn seen(&mut self) -> Option<Track> {
        let order = self.order.borrow_and_update().clone()?;
        self.hub.seen_by_link(&order)
    }

    /// Waits until there may be something else to see.
    pub async fn changed(&mut self) {
        if self.order.changed().await.is_err() {
            // Its sender lives as long as a stream is counted, and this one is.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        lock(&self.hub.followers).end(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::{FOLLOWERS_MAX, FOLLOWERS_PER_LINK_MAX, Followers, Full};
    use crate::domain::{
        id::{Id as _, OrderId},
        time::Time,
    };

    fn order(n: usize) -> OrderId {
        let mut chance = [0; 10];
        chance[..8].copy_from_slice(&n.to_be_bytes());
        OrderId::new(Time::from_ms(0), chance)
    }

    #[test]
    fn streams_are_limited_for_a_link_and_in_all_and_make_room_when_they_end() {
        let mut followers = Followers::default();
        let links = FOLLOWERS_MAX / FOLLOWERS_PER_LINK_MAX;
        for n in 0..links {
            for _ in 0..FOLLOWERS_PER_LINK_MAX {
                followers.begin(order(n), true).expect("there is room");
            }
        }
        let full = |outcome: Result<_, Full>| outcome.map(|_| ()).err();
        assert_eq!(followers.count(), FOLLOWERS_MAX, "the limits go into each other");
        assert_eq!(full(followers.begin(order(links), true)), Some(Full::OfHub));
        followers.end(order(0));
        assert_eq!(full(followers.begin(order(1), true)), Some(Full::OfLink), "room for others is none for this link");
        assert_eq!(full(followers.begin(order(links), true)), None);
        for n in 1..=links {
            (0..FOLLOWERS_PER_LINK_MAX).for_each(|_| followers.end(order(n)));
        }
        (0..FOLLOWERS_PER_LINK_MAX).for_each(|_| followers.end(order(0)));
        assert_eq!((followers.count(), followers.followed.len()), (0, 0), "nothing is left of them");
    }
}
