//! `/drivers`: drivers join zones, claim orders and carry them out.

use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::Value;
use socketioxide::extract::{SocketRef, State, TryData};

use super::{
    commands::{about_order, by, reply, shown},
    feed::Request,
    gate::{self, Refused},
    link::Link,
    lobby::{self, Lobby},
    mailbox::Answer,
    push,
};
use crate::{
    domain::{actor::Role, id::DriverId, receipt::RoundId},
    edge::{
        fault::{Code, Fault},
        wire,
    },
    hub::{Mark, Viewer},
};

/// The namespace's path.
pub(super) const NAMESPACE: &str = "/drivers";

/// Lets in who shows a driver's key.
pub(super) async fn gate(
    socket: SocketRef,
    TryData(auth): TryData<Value>,
    State(lobby): State<Arc<Lobby>>,
) -> Result<(), Refused> {
    gate::admit(&socket, &lobby, auth, Role::Driver).await
}

/// Registers the commands.
pub(super) async fn register(socket: SocketRef, State(lobby): State<Arc<Lobby>>) -> Result<(), Refused> {
    if !lobby.hub.flaws().register_late() {
        lobby::register(&socket, &lobby, begin);
    }
    Ok(())
}

/// Begins a driver's command.
pub(super) fn begin(lobby: &Arc<Lobby>, link: &Arc<Link>, name: &str, payload: Value) -> Result<Answer, Fault> {
    let Viewer::Driver(driver) = link.viewer else {
        return Err(Fault::new(Code::Forbidden, "this is for drivers"));
    };
    lobby.hub.has_word(driver);
    match name {
        "zone.join" => join(lobby, link, driver, payload),
        "zone.leave" => leave(lobby, link, driver, payload),
        "driver.location" => locate(lobby, driver, payload),
        "push.subscribe" => push::subscribe(lobby, link, payload),
        "push.unsubscribe" => push::unsubscribe(lobby, link, payload),
        "driver.pause" => pause(lobby, link, driver, payload),
        "driver.resume" => resume(lobby, link, driver, payload),
        "driver.device" => device(lobby, driver, payload),
        _ => about_order(lobby, link, name, payload),
    }
}

/// The feed joins the room when the event of this reaches it, so that nothing on offer falls in between.
fn join(lobby: &Arc<Lobby>, link: &Arc<Link>, driver: DriverId, payload: Value) -> Result<Answer, Fault> {
    let zone = wire::parse::<wire::ZoneName>(payload)?.zone;
    let joined = lobby.hub.join_zone(by(lobby, link), driver, zone);
    let (lobby, link) = (lobby.clone(), link.clone());
    Ok(async move {
        let done = joined.await?;
        for round in done.value.orders.iter().filter_map(RoundId::of) {
            lobby.hub.note(round, driver, Mark::Sent);
        }
        let orders = done.value.orders.iter().map(|order| shown(&lobby, &link, order)).collect();
        reply(&wire::ZoneJoined { zone: done.value.zone, orders }, done.seq)
    }
    .boxed())
}

fn leave(lobby: &Arc<Lobby>, link: &Arc<Link>, driver: DriverId, payload: Value) -> Result<Answer, Fault> {
    let zone = wire::parse::<wire::ZoneName>(payload)?.zone;
    let left = lobby.hub.leave_zone(by(lobby, link), driver, zone);
    Ok(async move {
        let done = left.await?;
        reply(&wire::ZoneLeft { zone: done.value }, done.seq)
    }
    .boxed())
}

fn locate(lobby: &Arc<Lobby>, driver: DriverId, payload: Value) -> Result<Answer, Fault> {
    let location = wire::parse::<wire::LocationReport>(payload)?.location(lobby.hub.now());
    let lobby = lobby.clone();
    Ok(async move {
        let moved = lobby.hub.locate(driver, location).await?;
        // A position is not worth waiting for, nor remembering: the next one comes soon.
        let _ = lobby.feed.try_send(Request::Moved(moved));
        reply(&serde_json::json!({}), None)
    }
    .boxed())
}

fn pause(lobby: &Arc<Lobby>, link: &Arc<Link>, driver: DriverId, payload: Value) -> Result<Answer, Fault> {
    let minutes = wire::parse::<wire::PauseDriver>(payload)?.minutes;
    let paused = lobby.hub.pause(by(lobby, link), driver, minutes);
    Ok(async move {
        let done = paused.await?;
        reply(&wire::DriverPaused { paused_until: done.value.until, zones: done.value.zones }, done.seq)
    }
    .boxed())
}

fn resume(lobby: &Arc<Lobby>, link: &Arc<Link>, driver: DriverId, payload: Value) -> Result<Answer, Fault> {
    wire::parse::<wire::Nothing>(payload)?;
    let resumed = lobby.hub.resume(by(lobby, link), driver);
    Ok(async move {
        let done = resumed.await?;
        reply(&wire::DriverResumed { zones: done.value }, done.seq)
    }
    .boxed())
}

fn device(lobby: &Arc<Lobby>, driver: DriverId, payload: Value) -> Result<Answer, Fault> {
    let device = wire::parse::<wire::DeviceReport>(payload)?.device(lobby.hub.now());
    let kept = lobby.hub.note_device(driver, device);
    let lobby = lobby.clone();
    Ok(async move {
        kept.await?;
        // Who looks later reads it in the driver's record.
        let _ = lobby.feed.try_send(Request::Device(driver, device));
        reply(&serde_json::json!({}), None)
    }
    .boxed())
}
