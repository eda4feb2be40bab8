//! What every page is told of how the hub is run.

use axum::{Json, extract::State, http::header, response::IntoResponse};

use crate::edge::{Edge, wire::Settings};

/// How the hub is run, as far as pages need to know. No key is needed.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings", security(()), responses((status = 200, body = Settings)))]
pub(crate) async fn show(State(edge): State<Edge>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-cache")], Json(Settings::from(&*edge.settings)))
}
