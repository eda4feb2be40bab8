//! The gate of a namespace: who are you, may you be here.

use std::{fmt, sync::Arc};

use serde::Deserialize;
use serde_json::Value;
use socketioxide::{ParserError, extract::SocketRef};
use tracing::info;

use super::{link::Link, lobby::Lobby};
use crate::{
    domain::{actor::Role, log::Cursor},
    edge::{
        fault::{Code, Fault},
        wire,
    },
    hub::Viewer,
};

/// Why somebody was not let in: the error's code is all that fits into a `connect_error`.
#[derive(Debug)]
pub(super) struct Refused(Code);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Auth {
    token: Option<String>,
    cursor: Option<Value>,
}

/// Lets in who shows a key of `role`, and links the socket to them.
pub(super) async fn admit(
    socket: &SocketRef,
    lobby: &Arc<Lobby>,
    auth: Result<Value, ParserError>,
    role: Role,
) -> Result<(), Refused> {
    let auth: Auth = auth.ok().and_then(|auth| serde_json::from_value(auth).ok()).unwrap_or_default();
    let refused = |fault: Fault| {
        info!(
            namespace = socket.ns(),
            code = fault.code.as_str(),
            "refused a connection to {}: {}",
            socket.ns(),
            fault.detail
        );
        Refused(fault.code)
    };
    if lobby.is_stopping() {
        return Err(refused(Fault::new(Code::Unavailable, "the hub is stopping")));
    }
    let token = auth.token.ok_or_else(|| refused(Fault::new(Code::Unauthorized, "no `auth.token`")))?;
    let session = lobby.hub.authenticate(&token).await.map_err(|error| refused(error.into()))?;
    let viewer = Viewer::of(&session.actor).filter(|_| session.actor.role() == Some(role));
    let wrong_role =
        || refused(Fault::new(Code::Forbidden, format!("{} is not for {}", socket.ns(), session.actor.owner())));
    let viewer = viewer.ok_or_else(wrong_role)?;
    // A cursor that cannot be read is none: a snapshot says so.
    let cursor = auth.cursor.and_then(|cursor| serde_json::from_value::<wire::Cursor>(cursor).ok());
    let cursor = cursor.map(|wire::Cursor { epoch, seq }| Cursor { epoch, seq });
    let base = Arc::new(lobby.base(&socket.req_parts().headers));
    socket.extensions.insert(Link::new(lobby.next_origin(), session, viewer, cursor, base));
    Ok(())
}
