//! `/dispatch`: the live feed of everything.

use std::sync::Arc;

use serde_json::Value;
use socketioxide::extract::{SocketRef, State, TryData};

use super::{
    gate::{self, Refused},
    link::Link,
    lobby::{self, Lobby},
    mailbox::Answer,
};
use crate::{
    domain::actor::Role,
    edge::fault::{Code, Fault},
};

/// The namespace's path.
pub(super) const NAMESPACE: &str = "/dispatch";

/// Lets in who shows a admin's key.
pub(super) async fn gate(
    socket: SocketRef,
    TryData(auth): TryData<Value>,
    State(lobby): State<Arc<Lobby>>,
) -> Result<(), Refused> {
    gate::admit(&socket, &lobby, auth, Role::Admin).await
}

/// Registers the commands.
pub(super) async fn register(socket: SocketRef, State(lobby): State<Arc<Lobby>>) -> Result<(), Refused> {
    if !lobby.hub.flaws().register_late() {
        lobby::register(&socket, &lobby, begin);
    }
    Ok(())
}

/// A dispatcher's commands go by REST.
pub(super) fn begin(_: &Arc<Lobby>, _: &Arc<Link>, name: &str, _: Value) -> Result<Answer, Fault> {
    Err(Fault::new(Code::NotFound, format!("there is no command `{name}` here: dispatchers give commands by REST")))
}
