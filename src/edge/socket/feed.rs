//! The feed: one task that follows the log and tells every connection its share of it, in order.
//!
//! Connections are attached in the same task, so that no event falls between what a connection was told when it came and
//! what it is told from then on. One that does not read fast enough is cut off: it comes back with its cursor and misses nothing.

mod attach;
mod held;
mod volatile;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use serde_json::{Value, json};
use socketioxide::{
    AckError, SendError, SocketError, SocketIo, ack::AckStream, extract::SocketRef, operators::BroadcastOperators,
};
use tokio::{sync::mpsc, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::error;

pub(super) use self::attach::Attach;
use self::held::{Held, Turn};
use super::{
    audience, dispatch, drivers,
    frames::Frames,
    link::{Link, order_room, zone_room},
    lobby::Lobby,
    orders,
};
use crate::{
    domain::{
        device::Device,
        event::{Event, EventType, Routing},
        id::{DriverId, KeyId},
        receipt::RoundId,
    },
    edge::wire::Lens,
    hub::{Announced, Follower, Hub, Mark, Moved, Origin, ReachedBy, Viewer},
    lifecycle::Lifecycle,
};

/// Events that are kept at hand for connections that attach a little behind.
const RECENT_EVENTS: usize = 1_024;

/// Events that are told before other tasks get a turn: the sockets' writers must empty what is put into their buffers.
const EVENTS_PER_TURN: usize = 16;

/// How often counts and keys are looked at.
const TICK: Duration = Duration::from_millis(500);

/// How long to wait after the log could not be read.
const RETRY: Duration = Duration::from_millis(200);

/// What is asked of the feed.
pub(super) enum Request {
    /// A connection is up to date and wants to stay so.
    Attach(Box<Attach>),
    /// A driver moved.
    Moved(Moved),
    /// A driver's phone said what it can do.
    Device(DriverId, Device),
    /// A driver is reached by another way.
    Reached(ReachedBy),
    /// A command was answered on a connection where events wait for that.
    Answered(Origin),
}

/// The feed, to be run.
pub struct Feed {
    hub: Hub,
    io: SocketIo,
    lobby: Arc<Lobby>,
    requests: mpsc::Receiver<Request>,
    recent: VecDeque<Announced>,
    /// The last event that was told.
    at: i64,
    /// Connections whose keys run out some time.
    expiring: Vec<SocketRef>,
    /// Connections where events wait for the answer to a command.
    held: HashMap<Origin, Held>,
    /// Set when the hub begins to stop, and when the feed must.
    soon: CancellationToken,
    stop: CancellationToken,
}

/// An offer that a driver's client is to say has come.
type Receipt = AckStream<Value>;

impl Feed {
    pub(super) fn new(
        hub: Hub,
        io: SocketIo,
        lobby: Arc<Lobby>,
        requests: mpsc::Receiver<Request>,
        lifecycle: &Lifecycle,
    ) -> Feed {
        let (soon, stop) = (lifecycle.draining.clone(), lifecycle.hard.clone());
        let (recent, expiring, held) = (VecDeque::new(), Vec::new(), HashMap::new());
        Feed { hub, io, lobby, requests, recent, at: 0, expiring, held, soon, stop }
    }

    /// Tells everybody their share of what `follower` reads, until it is told to stop.
    pub async fn run(mut self, mut follower: Follower) {
        self.at = follower.position();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut told, mut is_stopping) = (0, false);
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => break,
                () = self.soon.cancelled(), if !is_stopping => {
                    is_stopping = true;
                    self.say_goodbye();
                }
                Some(request) = self.requests.recv() => self.serve(request),
                next = follower.next() => match next {
                    Ok(Some(announced)) => self.tell(announced),
                    Ok(None) => break,
                    Err(fault) => {
                        error!(fault = &fault as &dyn std::error::Error, "the log cannot be read; trying again");
                        tokio::time::sleep(RETRY).await;
                    }
                },
                _ = tick.tick() => self.look_around(),
            }
            told += 1;
            if told % EVENTS_PER_TURN == 0 {
                tokio::task::yield_now().await;
            }
        }
        // What was committed while the hub stopped is told too.
        while let Some(Ok(Some(announced))) = follower.next().now_or_never() {
            self.tell(announced);
        }
        self.release_all();
        // Also to who came in the meantime.
        self.say_goodbye();
    }

    fn serve(&mut self, request: Request) {
        match request {
            Request::Attach(attach) => self.attach(*attach),
            Request::Moved(moved) => self.moved(&moved),
            Request::Device(driver, device) => self.device(driver, device),
            Request::Reached(reached) => self.reached(&reached),
            Request::Answered(origin) => self.release(origin),
        }
    }

    /// Tells an event to everyone whose it is.
    fn tell(&mut self, announced: Announced) {
        let event = announced.event.clone();
        self.at = event.seq;
        if let (EventType::OrderReadyForPickup, Some(order)) = (event.kind, &event.order) {
            self.hub.open_reach(order);
        }
        self.deliver(&announced, audience::of(&self.io, &event));
        if let Some(offer) = event.routing.offer.as_ref().filter(|offer| offer.ends) {
            self.hub.end_reach(&event);
            let room = order_room(offer.order);
            for socket in audience::within(&self.io, drivers::NAMESPACE, vec![room.clone()]) {
                socket.leave(room.clone());
            }
        }
        self.alert(&event);
        self.hub.tell_followers(&event);
        self.cut_off(&event);
        if self.recent.len() == RECENT_EVENTS {
            self.recent.pop_front();
        }
        self.recent.push_back(announced);
    }

    /// Tells an event to those of `sockets` that do not know of it yet.
    fn deliver(&mut self, announced: &Announced, sockets: Vec<SocketRef>) {
        let event = &announced.event;
        let hub = self.hub.clone();
        let mut frames = Frames::new(event, &hub);
        let audience = event.routing.audience();
        let mut receipts = Vec::new();
        for socket in sockets {
            let Some(link) = Link::of(&socket).filter(|link| link.awaits(event.seq)) else { continue };
            let driver = link.viewer.driver();
            let concerned = driver.is_some_and(|driver| event.routing.drivers.contains(&driver));
            // Rooms are only where to look; the history decides.
            if !link.is_to_hear(&audience, event.seq) && !hub.flaws().linger_for_ever() {
                continue;
            }
            if concerned {
                link.take(event, hub.offers_since().unwrap_or(event.seq));
            }
            if event.kind == EventType::DriverZonesChanged && concerned {
                change_rooms(&socket, event);
            }
            if self.turn_of(&socket, &link, announced) == Turn::Now {
                receipts.extend(self.tell_one(socket, &link, &mut frames));
            }
        }
        self.collect(event, receipts);
    }

    /// Tells an event to one connection. Answers with what will say that an offer came.
    fn tell_one(&self, socket: SocketRef, link: &Link, frames: &mut Frames<'_>) -> Option<(DriverId, Receipt)> {
        let is_offered = frames.is_offer() && frames.lens(link) == Some(Lens::Offered);
        let offered_to = link.viewer.driver().filter(|_| is_offered);
        match emit(&socket, link, frames, is_offered) {
            Ok(receipt) => offered_to.zip(receipt),
            Err(SendError::Socket(SocketError::InternalChannelFull)) if !self.hub.flaws().keep_slow_readers() => {
                link.cut(socket, &self.lobby.tasks, "it reads too slowly");
                None
            }
            // It is gone, and will come back with its cursor.
            Err(_) => None,
        }
    }

    /// Notes to whom an offer was sent, and waits for their clients to say that it came.
    fn collect(&self, event: &Event, receipts: Vec<(DriverId, Receipt)>) {
        let round = event.order.as_ref().and_then(|order| RoundId::of(order));
        let Some(round) = round.filter(|_| !receipts.is_empty()) else { return };
        self.hub.note_sent(round, receipts.iter().map(|(driver, _)| *driver));
        self.hub.awaits_word(receipts.iter().map(|(driver, _)| *driver));
        let (hub, stop) = (self.hub.clone(), self.stop.clone());
        self.lobby.tasks.spawn(stop.run_until_cancelled_owned(async move {
            let mut waiting: FuturesUnordered<_> =
                receipts.into_iter().map(|(driver, receipt)| async move { (driver, receipt.await) }).collect();
            while let Some((driver, answer)) = waiting.next().await {
                // An acknowledgement without a word in it is one all the same.
                if matches!(answer, Ok(_) | Err(AckError::Decode(_))) {
                    hub.has_word(driver);
                    hub.note(round, driver, Mark::Delivered);
                }
            }
        }));
    }

    /// Ends the connections of whom an event shuts out.
    fn cut_off(&self, event: &Event) {
        let blocked = event.data.get("blocked") == Some(&json!(true));
        let Routing { vendor, drivers, .. } = &event.routing;
        let key = event.data.get("key_id").and_then(|id| serde_json::from_value::<KeyId>(id.clone()).ok());
        let shut_out = |link: &Link| match (event.kind, link.viewer) {
            (EventType::DriverBlocked, Viewer::Driver(id)) => blocked && drivers.contains(&id),
            (EventType::VendorBlocked, Viewer::Vendor(id)) => blocked && *vendor == Some(id),
            (EventType::KeyRevoked, _) => link.session.key == key,
            _ => false,
        };
        if !matches!(event.kind, EventType::DriverBlocked | EventType::VendorBlocked | EventType::KeyRevoked) {
            return;
        }
        // Not by rooms: a connection that is not attached yet is in none.
        for socket in self.everyone() {
            if let Some(link) = Link::of(&socket).filter(|link| shut_out(link)) {
                link.cut(socket, &self.lobby.tasks, "its key is no longer good");
            }
        }
    }

    fn everyone(&self) -> Vec<SocketRef> {
        let namespaces = [orders::NAMESPACE, drivers::NAMESPACE, dispatch::NAMESPACE];
        namespaces
            .into_iter()
            .filter_map(|namespace| self.io.of(namespace))
            .flat_map(BroadcastOperators::sockets)
            .collect()
    }
}

/// Puts an event on a connection. Answers with what will say that it came, if that was asked for.
fn emit(
    socket: &SocketRef,
    link: &Link,
    frames: &mut Frames<'_>,
    with_receipt: bool,
) -> Result<Option<Receipt>, SendError> {
    let frame = frames.frame(link).map_err(|fault| {
        error!(%fault, "an event cannot be written");
        SendError::Socket(SocketError::Closed)
    })?;
    let (name, seq) = (frame.name(), frame.seq());
    // Also where it then cannot be sent: the next event, should there ever be one, shows the gap.
    link.sent(seq);
    let receipt = if with_receipt {
        Some(socket.emit_with_ack::<_, Value>(name, &frame)?)
    } else {
        socket.emit(name, &frame)?;
        None
    };
    Ok(receipt)
}

/// A driver works elsewhere from this event on.
fn change_rooms(socket: &SocketRef, event: &Event) {
    let rooms: Vec<String> = event.zones().iter().map(zone_room).collect();
    for room in socket.rooms() {
        if room.starts_with("zone:") && !rooms.iter().any(|kept| *kept == *room) {
            socket.leave(room);
        }
    }
    socket.join(rooms);
    event.routing.lingering.iter().for_each(|order| socket.join(order_room(*order)));
}
