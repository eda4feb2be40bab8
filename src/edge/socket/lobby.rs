//! Where connections come in: what every handler has at hand, and what happens once somebody is in.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use socketioxide::{
    extract::{SocketRef, State},
    socket::DisconnectReason,
};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use super::{SocketConfig, feed, link::Link, mailbox::Begin};
use crate::{
    domain::{
        actor::{Actor, Role},
        id::DriverId,
    },
    edge::{Base, push::Reachable, wire::Me},
    hub::{Hub, Origin, Result, Viewer},
};

/// What every handler has at hand.
pub struct Lobby {
    pub(super) hub: Hub,
    pub(super) tasks: TaskTracker,
    /// Commands that are being answered.
    pub(super) answers: TaskTracker,
    pub(super) feed: mpsc::Sender<feed::Request>,
    public_url: Option<String>,
    pub(super) push: Reachable,
    connections: AtomicU64,
    stopping: AtomicBool,
}

impl Lobby {
    pub(super) fn new(hub: Hub, tasks: TaskTracker, feed: mpsc::Sender<feed::Request>, config: &SocketConfig) -> Lobby {
        Lobby {
            hub,
            tasks,
            answers: TaskTracker::new(),
            feed,
            public_url: config.public_url.clone(),
            push: config.push,
            connections: AtomicU64::new(1),
            stopping: AtomicBool::new(false),
        }
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    pub(super) fn next_origin(&self) -> Origin {
        Origin(self.connections.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn base(&self, headers: &axum::http::HeaderMap) -> Base {
        Base::from_headers(self.public_url.as_deref(), headers)
    }
}

/// Registers where a socket's commands go and what happens when it goes.
///
/// Called in the last middleware, before the CONNECT packet goes out: in the connect handler it would be too late, and what
/// a client sends along with its CONNECT would vanish without an answer. One handler for all names: a map of them would
/// cost each idle socket 1.6 kB.
pub(super) fn register(socket: &SocketRef, lobby: &Arc<Lobby>, begin: Begin) {
    socket.on_fallback(super::mailbox::Inbox { lobby: lobby.clone(), begin });
    // Extractors that cannot fail and nothing that can panic: otherwise the socket would stay in its rooms for ever.
    match Link::of(socket).map(|link| link.viewer) {
        Some(Viewer::Driver(driver)) if lobby.hub.comes(driver) => look_after(lobby, driver),
        Some(Viewer::Vendor(vendor)) => lobby.hub.vendor_comes(vendor),
        _ => {}
    }
    let lobby = lobby.clone();
    socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| gone(&lobby, &socket, reason));
}

/// Catches up with the log and asks the feed to go on from there.
pub(super) async fn connected(socket: SocketRef, State(lobby): State<Arc<Lobby>>) {
    let Some(link) = Link::of(&socket) else { return };
    let actor = &link.session.actor;
    info!(role = role_of(actor), owner = %actor.owner(), namespace = socket.ns(), "{} connected to {}", actor.name(), socket.ns());
    if let Err(fault) = attach(&lobby, &socket, &link).await {
        warn!(fault = &fault as &dyn std::error::Error, "a connection could not be brought up to date");
        link.cut(socket.clone(), &lobby.tasks, "it could not be brought up to date");
    }
    if lobby.hub.flaws().register_late() {
        register(&socket, &lobby, super::commands::begin_of(socket.ns()));
    }
}

/// Reads how things are, and hands the connection to the feed.
pub(super) async fn attach(lobby: &Arc<Lobby>, socket: &SocketRef, link: &Arc<Link>) -> Result<()> {
    let catch_up = lobby.hub.catch_up(link.viewer, link.cursor.as_ref()).await?;
    let me = Me::of(&lobby.hub, &link.session).await?;
    // A key that was revoked after the gate and before this place in the log; what comes later the feed sees to.
    lobby.hub.check_again(&link.session).await?;
    let request =
        feed::Request::Attach(Box::new(feed::Attach { socket: socket.clone(), link: link.clone(), catch_up, me }));
    // The feed only ends with the hub, and then this connection ends too.
    let _ = lobby.feed.send(request).await;
    Ok(())
}

fn gone(lobby: &Lobby, socket: &SocketRef, reason: DisconnectReason) {
    let Some(link) = Link::of(socket) else { return };
    match link.viewer {
        Viewer::Driver(driver) if lobby.hub.goes(driver) => look_after(lobby, driver),
        Viewer::Vendor(vendor) => lobby.hub.vendor_goes(vendor),
        _ => {}
    }
    let actor = &link.session.actor;
    info!(role = role_of(actor), owner = %actor.owner(), namespace = socket.ns(), %reason, "{} left {}: {reason}", actor.name(), socket.ns());
}

/// The orders that a driver is to pick up wait for who is there, and not for ever for who is not.
fn look_after(lobby: &Lobby, driver: DriverId) {
    let hub = lobby.hub.clone();
    lobby.tasks.spawn(async move {
        // While nothing can be written, or the hub stops, this is left to the timer and to the next start.
        if let Err(fault) = hub.look_after(driver, hub.now()).await {
            debug!(%fault, %driver, "the orders of driver {driver} are looked at later");
        }
    });
}

fn role_of(actor: &Actor) -> &'static str {
    actor.role().map_or("hub", Role::as_str)
}
