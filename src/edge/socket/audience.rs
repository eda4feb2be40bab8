//! Which live connections an event is for.
//!
//! The same rule as [`Routing::reaches`](crate::domain::event::Routing::reaches), asked of rooms: a socket is in a zone's
//! room from the event that began the driver's work there to the one that ended it.

use socketioxide::{SocketIo, extract::SocketRef, operators::BroadcastOperators};

use super::{
    dispatch, drivers,
    link::{driver_room, order_room, vendor_room, zone_room},
    orders,
};
use crate::domain::event::{Event, Routing};

/// Every socket that hears `event`.
pub(super) fn of(io: &SocketIo, event: &Event) -> Vec<SocketRef> {
    let Routing { vendor, drivers: concerned, offer, .. } = &event.routing;
    let mut sockets: Vec<SocketRef> = io.of(dispatch::NAMESPACE).map(BroadcastOperators::sockets).unwrap_or_default();
    if let Some(vendor) = vendor {
        sockets.extend(within(io, orders::NAMESPACE, vec![vendor_room(*vendor)]));
    }
    let mut rooms: Vec<String> = concerned.iter().copied().map(driver_room).collect();
    if let Some(offer) = offer {
        rooms.extend(offer.zones.iter().map(zone_room));
        if offer.ends {
            rooms.push(order_room(offer.order));
            rooms.extend(offer.declined.iter().copied().map(driver_room));
        }
    }
    sockets.extend(within(io, drivers::NAMESPACE, rooms));
    sockets
}

/// Every socket of a namespace that is in one of `rooms`, once.
pub(super) fn within(io: &SocketIo, namespace: &str, rooms: Vec<String>) -> Vec<SocketRef> {
    // Of no rooms the library would make all of them.
    if rooms.is_empty() {
        return vec![];
    }
    io.of(namespace).map(|operators| operators.within(rooms).sockets()).unwrap_or_default()
}
