//! Live connections: a gate for each namespace, a mailbox for each socket, and one feed for all of them.
//!
//! **Invariant:** handlers answer who asked and nobody else; whatever others hear comes from the feed, and the feed tells
//! only what is in the log, and a few volatile things, which it names.

mod audience;
mod commands;
mod dispatch;
mod drivers;
mod feed;
mod frames;
mod gate;
mod link;
mod lobby;
mod mailbox;
mod orders;
mod push;

use std::{sync::Arc, time::Duration};

use axum::Router;
use socketioxide::{ParserConfig, SocketIo, TransportType, handler::ConnectHandler as _};
use tokio::sync::mpsc;
use tracing::warn;

pub use self::{feed::Feed, lobby::Lobby};
use crate::{edge::push::Reachable, hub::Hub, lifecycle::Lifecycle};

/// Packets that wait for one socket; who does not read them is cut off.
const BUFFER_PACKETS: usize = 512;

/// Largest message that is read from a socket, in bytes. A larger one ends the connection, since nothing of it is read.
const MESSAGE_BYTES_MAX: usize = 128 * 1024;

/// What an idle socket keeps for reading, in bytes: less than the library's 4 KiB, since commands are short.
const READ_BUFFER_BYTES: usize = 1_024;

/// How long a driver's client may take to say that an offer came, in seconds.
const RECEIPT_S: u64 = 30;

/// Requests to the feed that may wait.
const FEED_REQUESTS_MAX: usize = 4_096;

/// How long closing every connection may take.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// Where Socket.IO is served.
const PATH: &str = "/socket.io/";

/// The live connections.
#[derive(Clone)]
pub struct Sockets {
    io: SocketIo,
    lobby: Arc<Lobby>,
}

/// How sockets are served.
#[derive(Clone, Debug, Default)]
pub struct SocketConfig {
    /// Where the hub is reached from outside, if that is known beforehand.
    pub public_url: Option<String>,
    /// Serve clients that cannot open a WebSocket, by long polling.
    pub long_polling: bool,
    /// Which push services browsers may name.
    pub push: Reachable,
}

/// Opens the namespaces. What is returned serves `/socket.io/`, and the feed must be run.
pub fn open(hub: &Hub, lifecycle: &Lifecycle, config: &SocketConfig) -> (Sockets, Router, Feed) {
    let (requests, inbox) = mpsc::channel(FEED_REQUESTS_MAX);
    let lobby = Arc::new(Lobby::new(hub.clone(), lifecycle.tasks.clone(), requests, config));
    let mut builder = SocketIo::builder()
        .with_state(lobby.clone())
        .with_parser(ParserConfig::common().max_incoming_binaries(0))
        .max_buffer_size(BUFFER_PACKETS)
        .ack_timeout(Duration::from_secs(RECEIPT_S))
        .ws_read_buffer_size(READ_BUFFER_BYTES)
        .max_payload(MESSAGE_BYTES_MAX as u64);
    if !hub.flaws().take_any_size() {
        builder = builder.ws_max_message_size(MESSAGE_BYTES_MAX).ws_max_frame_size(MESSAGE_BYTES_MAX);
    }
    if !config.long_polling {
        builder = builder.transports([TransportType::Websocket]);
    }
    let (service, io) = builder.build_svc();
    // The last `with` runs first: the gate lets in, then everything is registered, then the CONNECT packet goes out.
    io.ns(orders::NAMESPACE, lobby::connected.with(orders::register).with(orders::gate));
    io.ns(drivers::NAMESPACE, lobby::connected.with(drivers::register).with(drivers::gate));
    io.ns(dispatch::NAMESPACE, lobby::connected.with(dispatch::register).with(dispatch::gate));
    let feed = Feed::new(hub.clone(), io.clone(), lobby.clone(), inbox, lifecycle);
    (Sockets { io, lobby }, Router::new().route_service(PATH, service), feed)
}

impl Sockets {
    /// How many connections each namespace has.
    #[must_use]
    pub fn counts(&self) -> [(&'static str, usize); 3] {
        [orders::NAMESPACE, drivers::NAMESPACE, dispatch::NAMESPACE]
            .map(|namespace| (namespace, self.io.of(namespace).map_or(0, |operators| operators.sockets().len())))
    }

    /// Lets nobody in any more.
    pub fn stop_admitting(&self) {
        self.lobby.stop();
    }

    /// Waits until the commands under way are answered, at most `max`.
    pub async fn answered(&self, max: Duration) {
        self.lobby.answers.close();
        if tokio::time::timeout(max, self.lobby.answers.wait()).await.is_err() {
            warn!("some commands were not answered in time");
        }
    }

    /// Closes every connection. A peer that reads nothing cannot hold this up.
    pub async fn close(&self) {
        if tokio::time::timeout(CLOSE_MAX, self.io.close()).await.is_err() {
            warn!("some connections did not close in time; they are dropped");
        }
    }
}
