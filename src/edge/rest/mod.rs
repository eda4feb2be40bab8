//! REST under `/api/v1`: the same questions as on the sockets, and the dispatcher's own.

pub(super) mod alerts;
mod body;
mod csv;
pub(super) mod day;
pub(super) mod drivers;
pub(super) mod events;
pub(super) mod health;
pub(super) mod keys;
pub(super) mod metrics;
pub(super) mod offers;
pub(super) mod orders;
pub(super) mod photos;
pub(super) mod push;
pub(super) mod settings;
pub(super) mod vendors;
pub(super) mod zones;

use axum::{
    Router,
    http::Method,
    routing::{get, post},
};

use self::body::{Body, Query, id_of};
use super::{
    Edge,
    fault::{Code, Fault},
};

/// Every path but the sockets' and the pages'.
pub(super) fn routes() -> Router<Edge> {
    let v1 = Router::new()
        .route("/me", get(keys::me))
        .route("/settings", get(settings::show))
        .route("/me/day", get(day::mine))
        .route("/zones", get(zones::list).post(zones::make))
        .route("/zones/{id}", get(zones::one).put(zones::change).delete(zones::remove))
        .route("/vendors", get(vendors::list).post(vendors::make))
        .route("/vendors/{id}", get(vendors::one).patch(vendors::change).delete(vendors::remove))
        .route("/drivers", get(drivers::list).post(drivers::make))
        .route("/drivers/{id}", get(drivers::one).patch(drivers::change).delete(drivers::remove))
        .route("/keys", get(keys::list).post(keys::make))
        .route("/keys/{id}", axum::routing::delete(keys::revoke))
        .route("/orders", get(orders::list).post(orders::submit))
        .route("/orders/{id}", get(orders::one).patch(orders::update))
        .route("/orders/{id}/events", get(orders::events))
        .route("/orders/{id}/offers", get(offers::offers))
        .route("/orders/{id}/why", get(offers::why))
        .route("/orders/{id}/photos", post(photos::add))
        .route("/orders/{id}/photos/{photo}", get(photos::show))
        .route("/orders/{id}/{command}", post(orders::command).fallback(orders::no_command))
        .route("/alerts", get(alerts::list))
        .route("/alerts/{id}/acknowledge", post(alerts::acknowledge))
        .route("/push/receipts", post(push::came))
        .route("/events", get(events::list));
    Router::new()
        .nest("/api/v1", v1)
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .method_not_allowed_fallback(method_not_allowed)
}

pub(super) async fn not_found() -> Fault {
    Fault::new(Code::NotFound, "there is nothing at this path")
}

async fn method_not_allowed(method: Method) -> Fault {
    Fault::new(Code::MethodNotAllowed, format!("{method} is not possible at this path"))
}
