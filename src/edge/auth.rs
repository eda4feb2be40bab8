//! Who asks: from a bearer key to a session.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use super::{
    Edge,
    fault::{Code, Fault},
};
use crate::{
    domain::actor::{Actor, Role},
    hub::{By, Session},
};

/// Somebody whose key was checked, whatever their role.
pub struct Anyone(pub Session);

/// A dispatcher.
pub struct Admin(pub Session);

impl FromRequestParts<Edge> for Anyone {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Fault> {
        let key = bearer(&parts.headers)?;
        Ok(Anyone(edge.hub.authenticate(key).await?))
    }
}

impl FromRequestParts<Edge> for Admin {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Fault> {
        let Anyone(session) = Anyone::from_request_parts(parts, edge).await?;
        match session.actor.role() {
            Some(Role::Admin) => Ok(Admin(session)),
            _ => Err(Fault::new(Code::Forbidden, "this is for admin")),
        }
    }
}

/// The actor, now, over REST.
#[must_use]
pub fn by(edge: &Edge, actor: Actor) -> By {
    By { actor, now: edge.hub.now(), origin: None }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Fault> {
    let given = headers.get(header::AUTHORIZATION).ok_or_else(|| {
        Fault::new(Code::Unauthorized, "a key is required: send the header `Authorization: Bearer KEY`")
    })?;
    let text = given.to_str().unwrap_or_default();
    let (scheme, key) = text.split_once(' ').unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(key.trim())
    } else {
        Err(Fault::new(Code::Unauthorized, "the header must be `Authorization: Bearer KEY`"))
    }
}
