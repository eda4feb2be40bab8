//! Commands over sockets: read the payload, ask the hub one question, show the answer as its reader may see it.

use std::sync::Arc;

use futures_util::FutureExt as _;
use serde::Serialize;
use serde_json::Value;

use super::{
    dispatch, drivers,
    link::Link,
    lobby::Lobby,
    mailbox::{Answer, Begin, Reply},
    orders,
};
use crate::{
    domain::{self, id::OrderId},
    edge::{
        fault::{Code, Fault},
        wire::{self, COMMANDS, Lens, OrderView},
    },
    hub::By,
};

/// Where the commands of a namespace begin.
pub(super) fn begin_of(namespace: &str) -> Begin {
    match namespace {
        orders::NAMESPACE => orders::begin,
        drivers::NAMESPACE => drivers::begin,
        _ => dispatch::begin,
    }
}

/// Who asks, now, over this connection.
pub(super) fn by(lobby: &Lobby, link: &Link) -> By {
    let origin = (!lobby.hub.flaws().tell_the_sender()).then_some(link.origin);
    By { actor: link.session.actor.clone(), now: lobby.hub.now(), origin }
}

/// A command on an order that exists, whatever the namespace.
pub(super) fn about_order(
    lobby: &Arc<Lobby>,
    link: &Arc<Link>,
    name: &str,
    mut payload: Value,
) -> Result<Answer, Fault> {
    let command = COMMANDS.iter().find(|known| known.name == name);
    let command = command.ok_or_else(|| Fault::new(Code::NotFound, format!("there is no command `{name}`")))?;
    if !link.session.actor.role().is_some_and(|role| command.who.contains(&role)) {
        return Err(Fault::new(Code::Forbidden, format!("{name} is not for you")));
    }
    let order: OrderId = wire::take_id(&mut payload)?;
    if lobby.hub.flaws().panic_hooks() {
        assert!(payload.get("text").is_none_or(|text| text != "!panic handler"), "a test asked for this panic");
    }
    // Queued here, while the packet is being read, so that the order of commands is the client's.
    let asked = lobby.hub.ask_late(by(lobby, link), order, wire::ask(name, payload)?);
    let (lobby, link) = (lobby.clone(), link.clone());
    Ok(async move {
        let done = asked.await?;
        reply(&shown(&lobby, &link, &done.value), done.seq)
    }
    .boxed())
}

/// An order as its reader may see it.
pub(super) fn shown(lobby: &Lobby, link: &Link, order: &domain::order::Order) -> OrderView {
    Lens::of(link.viewer, order).view(order, &lobby.hub, &link.base.0)
}

/// What a command answers with.
pub(super) fn reply<T: Serialize>(data: &T, seq: Option<i64>) -> Result<Reply, Fault> {
    let data = serde_json::value::to_raw_value(data);
    let data = data.map_err(|fault| Fault::new(Code::Internal, format!("the answer cannot be written: {fault}")))?;
    Ok(Reply { data, seq })
}
