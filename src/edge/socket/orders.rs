//! `/orders`: vendors submit orders and follow them.

use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::Value;
use socketioxide::extract::{SocketRef, State, TryData};

use super::{
    commands::{about_order, by, reply, shown},
    gate::{self, Refused},
    link::Link,
    lobby::{self, Lobby},
    mailbox::Answer,
    push,
};
use crate::{
    domain::actor::Role,
    edge::{fault::Fault, wire},
    hub::Page,
};

/// The namespace's path.
pub(super) const NAMESPACE: &str = "/orders";

/// Lets in who shows a vendor's key.
pub(super) async fn gate(
    socket: SocketRef,
    TryData(auth): TryData<Value>,
    State(lobby): State<Arc<Lobby>>,
) -> Result<(), Refused> {
    gate::admit(&socket, &lobby, auth, Role::Vendor).await
}

/// Registers the commands.
pub(super) async fn register(socket: SocketRef, State(lobby): State<Arc<Lobby>>) -> Result<(), Refused> {
    if !lobby.hub.flaws().register_late() {
        lobby::register(&socket, &lobby, begin);
    }
    Ok(())
}

/// Begins a vendor's command.
pub(super) fn begin(lobby: &Arc<Lobby>, link: &Arc<Link>, name: &str, payload: Value) -> Result<Answer, Fault> {
    match name {
        "order.submit" => submit(lobby, link, payload),
        "orders.list" => list(lobby, link, payload),
        "push.subscribe" => push::subscribe(lobby, link, payload),
        "push.unsubscribe" => push::unsubscribe(lobby, link, payload),
        _ => about_order(lobby, link, name, payload),
    }
}

fn submit(lobby: &Arc<Lobby>, link: &Arc<Link>, payload: Value) -> Result<Answer, Fault> {
    let submission = wire::read_submission(payload, None)?;
    let submitted = lobby.hub.submit(by(lobby, link), submission);
    let (lobby, link) = (lobby.clone(), link.clone());
    Ok(async move {
        let done = submitted.await?;
        reply(&shown(&lobby, &link, &done.value), done.seq)
    }
    .boxed())
}

fn list(lobby: &Arc<Lobby>, link: &Arc<Link>, payload: Value) -> Result<Answer, Fault> {
    let query: wire::OrdersQuery = wire::parse(payload)?;
    let filter = query.filter()?;
    let limit = query.limit.unwrap_or(wire::LIMIT_DEFAULT);
    let (lobby, link) = (lobby.clone(), link.clone());
    Ok(async move {
        // One more than asked for shows whether there is a next page.
        let page = Page { before: query.before, limit: limit + 1 };
        let mut orders = lobby.hub.orders(&link.session.actor, filter, page).await?;
        let more = orders.len() > limit as usize;
        orders.truncate(limit as usize);
        let next = orders.last().map(|order| order.id).filter(|_| more);
        let orders = orders.iter().map(|order| shown(&lobby, &link, order)).collect();
        reply(&wire::OrderPage { orders, next }, None)
    }
    .boxed())
}
