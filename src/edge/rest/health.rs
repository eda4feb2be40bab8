//! Whether it lives, and whether it can work.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::edge::{
    Edge,
    fault::{Code, Fault},
};

/// The process answers.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Questions can be answered and changes be kept.
pub(crate) async fn ready(State(edge): State<Edge>) -> Result<Json<Value>, Fault> {
    if edge.draining.is_cancelled() {
        return Err(Fault::new(Code::Unavailable, "the hub is stopping"));
    }
    edge.hub.ready().await.map_err(|why| Fault::new(Code::Unavailable, why))?;
    Ok(Json(json!({ "status": "ready", "server_time": edge.hub.now() })))
}
