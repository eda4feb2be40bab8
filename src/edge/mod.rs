//! The network: REST, sockets and pages. Reads a request, asks the hub one question, answers.
//!
//! **Invariant:** the edge decides nothing about orders. It knows who asks, reads what they ask, and shows each role what is
//! theirs to see.

pub mod auth;
pub mod document;
pub mod fault;
mod origin;
mod pages;
pub mod push;
mod requests;
mod rest;
pub mod socket;
mod track;
pub mod wire;

use std::sync::Arc;

use axum::Router;
use tokio_util::sync::CancellationToken;

pub use self::origin::Base;
use self::socket::Sockets;
use crate::{config::TilesUrl, hub::Hub};

/// What every handler has at hand.
#[derive(Clone)]
pub struct Edge {
    /// What can be asked.
    pub hub: Hub,
    /// The live connections.
    pub sockets: Sockets,
    /// Where the hub is reached from outside, if that is known beforehand.
    pub public_url: Option<Arc<str>>,
    /// What pages are told of how the hub is run.
    pub settings: Arc<Settings>,
    /// Set once the hub begins to stop.
    pub draining: CancellationToken,
    /// Set once nothing new is begun.
    pub stopping: CancellationToken,
}

/// What pages are told of how the hub is run.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where map tiles come from, if from anywhere.
    pub map_tiles_url: Option<TilesUrl>,
    /// Whom maps name for them.
    pub map_tiles_attribution: Option<String>,
    /// What browsers need to take the hub's pushes.
    pub push_public_key: Option<String>,
    /// The dispatcher's phone number.
    pub dispatch_phone: Option<String>,
}

impl Edge {
    /// Everything that is served: REST, sockets, pages.
    pub fn router(&self, sockets: Router) -> Router {
        let sockets = sockets
            .layer(axum::middleware::map_request(origin::detach))
            .layer(axum::middleware::from_fn_with_state(self.clone(), origin::same_origin))
            .layer(axum::middleware::from_fn_with_state(self.clone(), requests::still_open));
        let answers =
            Router::new().merge(rest::routes()).merge(pages::routes()).merge(track::routes()).fallback(rest::not_found);
        let answers = requests::layered(answers, &self.hub).with_state(self.clone());
        sockets.merge(answers)
    }
}
