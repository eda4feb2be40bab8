//! Web Push over sockets: drivers' and vendors' browsers subscribe where they give their other commands.

use std::sync::Arc;

use futures_util::FutureExt as _;
use serde_json::{Value, json};

use super::{commands::reply, link::Link, lobby::Lobby, mailbox::Answer};
use crate::edge::{fault::Fault, wire};

/// Has a browser told by Web Push.
pub(super) fn subscribe(lobby: &Arc<Lobby>, link: &Arc<Link>, payload: Value) -> Result<Answer, Fault> {
    let address = wire::parse::<wire::PushSubscribe>(payload)?.address(lobby.push)?;
    let (lobby, link) = (lobby.clone(), link.clone());
    Ok(async move {
        lobby.hub.subscribe(&link.session, address).await?;
        reply(&json!({}), None)
    }
    .boxed())
}

/// Has it no longer told.
pub(super) fn unsubscribe(lobby: &Arc<Lobby>, link: &Arc<Link>, payload: Value) -> Result<Answer, Fault> {
    let endpoint = wire::parse::<wire::PushUnsubscribe>(payload)?.endpoint;
    let (lobby, link) = (lobby.clone(), link.clone());
    Ok(async move {
        lobby.hub.unsubscribe(&link.session, endpoint).await?;
        reply(&json!({}), None)
    }
    .boxed())
}
