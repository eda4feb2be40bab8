//! Taking a connection in: it is told how things are or what it missed, and from then on everything.

use std::sync::Arc;

use socketioxide::{SendError, extract::SocketRef};
use tracing::{error, warn};

use super::Feed;
use crate::{
    domain::receipt::RoundId,
    edge::{
        socket::{
            audience,
            frames::replayed,
            link::{Link, driver_room, order_room, vendor_room, zone_room},
            lobby,
        },
        wire::{self, Lens, Me},
    },
    hub::{Announced, Board, CatchUp, Mark, Viewer},
};

/// A connection that was brought up to date.
pub(in crate::edge::socket) struct Attach {
    pub(in crate::edge::socket) socket: SocketRef,
    pub(in crate::edge::socket) link: Arc<Link>,
    pub(in crate::edge::socket) catch_up: CatchUp,
    pub(in crate::edge::socket) me: Me,
}

impl Feed {
    /// Takes a connection in at the place in the log where it was brought up to date.
    pub(super) fn attach(&mut self, attach: Attach) {
        let Attach { socket, link, mut catch_up, me } = attach;
        let head = catch_up.cursor.seq;
        let at_hand = self.recent.front().map_or(self.at, |first| first.event.seq - 1);
        if head < at_hand {
            // It took so long that events have gone by which are no longer at hand: once more.
            let lobby = self.lobby.clone();
            self.lobby.tasks.spawn(async move {
                if let Err(fault) = lobby::attach(&lobby, &socket, &link).await {
                    error!(fault = &fault as &dyn std::error::Error, "a connection could not be brought up to date");
                    link.cut(socket, &lobby.tasks, "it could not be brought up to date");
                }
            });
            return;
        }
        join_rooms(&socket, &link, &catch_up);
        link.begin(std::mem::take(&mut catch_up.history));
        self.expiring.extend(link.session.expires_at.map(|_| socket.clone()));
        if let Err(fault) = self.sync(&socket, &link, catch_up, me) {
            warn!(%fault, "a connection could not be told how things are");
            return link.cut(socket, &self.lobby.tasks, "it could not be told how things are");
        }
        link.attach(head);
        if self.hub.flaws().attach_without_catching_up() {
            return link.attach(self.at.max(head));
        }
        let since: Vec<Announced> = self.recent.iter().filter(|recent| recent.event.seq > head).cloned().collect();
        for announced in &since {
            if audience::of(&self.io, &announced.event).iter().any(|member| member.id == socket.id) {
                self.deliver(announced, vec![socket.clone()]);
            }
            // The room of an offer that has ended since; whoever was in it at that time has left it.
            let ended = announced.event.routing.offer.as_ref().filter(|offer| offer.ends);
            if let Some(offer) = ended.filter(|_| !self.hub.flaws().linger_for_ever()) {
                socket.leave(order_room(offer.order));
            }
        }
    }

    fn sync(&self, socket: &SocketRef, link: &Link, catch_up: CatchUp, me: Me) -> Result<(), SendError> {
        let server_time = self.hub.now();
        let cursor = wire::Cursor { epoch: catch_up.cursor.epoch, seq: catch_up.cursor.seq };
        let mut offered: Vec<RoundId> = Vec::new();
        let (zones, alerts) = (catch_up.zones, catch_up.alerts);
        let reached = |driver_id| wire::DriverReached { driver_id, reach: self.hub.reach_of(driver_id) };
        let reach = catch_up.drivers.into_iter().map(reached).collect();
        let sync = match catch_up.board {
            Board::Snapshot(reason, orders) => {
                offered.extend(orders.iter().filter_map(RoundId::of));
                let show = |order| Lens::of(link.viewer, order).view(order, &self.hub, &link.base.0);
                let orders = orders.iter().map(show).collect();
                let mode = wire::SnapshotMode::Snapshot;
                wire::Sync::Snapshot(wire::Snapshot {
                    mode,
                    reason,
                    cursor,
                    me,
                    zones,
                    orders,
                    alerts,
                    reach,
                    server_time,
                })
            }
            Board::Replay(events) => {
                offered.extend(events.iter().filter_map(RoundId::opened_by));
                let events = events.iter().map(|event| replayed(event, &self.hub, link)).collect();
                let mode = wire::ReplayMode::Replay;
                wire::Sync::Replay(wire::Replay { mode, cursor, me, zones, events, alerts, reach, server_time })
            }
        };
        socket.emit("sync", &sync)?;
        if let Viewer::Driver(driver) = link.viewer {
            for round in offered {
                self.hub.note(round, driver, Mark::Sent);
            }
        }
        Ok(())
    }
}

/// The rooms of a connection, by what the database says.
fn join_rooms(socket: &SocketRef, link: &Link, catch_up: &CatchUp) {
    match link.viewer {
        Viewer::Admin => {}
        Viewer::Vendor(vendor) => socket.join(vendor_room(vendor)),
        Viewer::Driver(driver) => {
            socket.join(driver_room(driver));
            catch_up.zones.iter().for_each(|zone| socket.join(zone_room(zone)));
            catch_up.lingering.iter().for_each(|order| socket.join(order_room(*order)));
        }
    }
}
