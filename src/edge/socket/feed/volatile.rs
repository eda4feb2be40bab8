//! What is in no log and may be lost: counts, positions, and that the hub stops.

use serde::Serialize;
use socketioxide::{extract::SocketRef, operators::BroadcastOperators};

use tracing::debug;

use super::{Feed, Request};
use crate::{
    domain::{
        device::Device,
        event::Event,
        id::{DriverId, VendorId},
    },
    edge::{
        socket::{
            audience, dispatch,
            link::{Link, vendor_room},
            orders,
        },
        wire,
    },
    hub::{Moved, ReachedBy},
};

/// Within how long clients come back after the hub stops, spread evenly, in milliseconds.
const RECONNECT_MS_MAX: u64 = 3_000;

/// How soon the first of them comes back, in milliseconds.
const RECONNECT_MS_MIN: u64 = 200;

/// Drivers of whom it is told in one go by what way they are reached now: when everybody comes back at once, what is in the
/// log must still find room on its way to the dispatcher.
const REACH_NEWS_MAX: usize = 50;

impl Feed {
    /// Volatile: counts of whom offers reached, and how drivers are. Tells what waited in vain, and ends connections whose
    /// keys have run out.
    pub(super) fn look_around(&mut self) {
        self.release_all();
        for driver in self.hub.reach_news(REACH_NEWS_MAX) {
            self.find_out_who_waits_for(driver);
        }
        for change in self.hub.reach_changes() {
            self.volatile("order.reach", &wire::ReachChanged::from(&change), &[change.vendor]);
        }
        let now = self.hub.now();
        self.expiring.retain(|socket| {
            let Some(link) = Link::of(socket).filter(|_| socket.connected()) else { return false };
            let over = link.session.expires_at.is_some_and(|end| end <= now);
            if over {
                link.cut(socket.clone(), &self.lobby.tasks, "its key has expired");
            }
            !over
        });
    }

    /// Volatile: where a driver is, for those who wait for them.
    pub(super) fn moved(&self, moved: &Moved) {
        self.volatile("driver.location", &wire::DriverMoved::from(moved), &moved.vendors);
    }

    /// Volatile: what a driver's phone can do, for dispatchers.
    pub(super) fn device(&self, driver_id: DriverId, device: Device) {
        self.volatile("driver.device", &wire::DeviceChanged { driver_id, device }, &[]);
    }

    /// Volatile: by what way a driver is reached, for those who wait for them. Every `sync` says it anew to vendors.
    pub(super) fn reached(&self, reached: &ReachedBy) {
        let news = wire::DriverReached { driver_id: reached.driver, reach: reached.reach };
        self.volatile("driver.reach", &news, &reached.vendors);
    }

    /// Comes back with it as a request, since the feed does not wait for the store.
    fn find_out_who_waits_for(&self, driver: DriverId) {
        let lobby = self.lobby.clone();
        self.lobby.tasks.spawn(async move {
            match lobby.hub.reached_by(driver).await {
                Ok(reached) => drop(lobby.feed.send(Request::Reached(reached)).await),
                Err(fault) => debug!(%driver, %fault, "nobody hears by what way driver {driver} is reached now"),
            }
        });
    }

    /// Volatile: what is the matter with an order, for its vendor. Every `sync` says it anew.
    pub(super) fn alert(&self, event: &Event) {
        let Some(order) = &event.order else { return };
        if let Some(change) = wire::ReachChanged::of_alert(event, self.hub.reach(order).into()) {
            self.volatile("order.reach", &change, &[order.vendor.id]);
        }
    }

    /// Tells dispatchers and `vendors` something that is in no log. It may be lost.
    fn volatile(&self, name: &str, payload: &impl Serialize, vendors: &[VendorId]) {
        let rooms = vendors.iter().copied().map(vendor_room).collect();
        let mut sockets = audience::within(&self.io, orders::NAMESPACE, rooms);
        sockets.extend(self.io.of(dispatch::NAMESPACE).map(BroadcastOperators::sockets).unwrap_or_default());
        for socket in sockets.into_iter().filter(|socket| Link::of(socket).is_some_and(|link| link.awaits(i64::MAX))) {
            // A full buffer loses it, which is what volatile means.
            let _ = socket.emit(name, payload);
        }
    }

    /// Volatile: the hub stops, and when to come back, spread so that not everyone comes at once.
    pub(super) fn say_goodbye(&self) {
        let is_to_be_told = |socket: &SocketRef| Link::of(socket).is_some_and(|link| link.is_to_be_told_to_go());
        let sockets: Vec<SocketRef> = self.everyone().into_iter().filter(is_to_be_told).collect();
        let share = RECONNECT_MS_MAX / (sockets.len() as u64).max(1);
        for (n, socket) in (0..).zip(sockets) {
            // Who does not hear it finds out by the closing of the connection.
            let _ = socket
                .emit("server.stopping", &wire::ServerStopping { reconnect_after_ms: RECONNECT_MS_MIN + n * share });
        }
    }
}
