//! Zones.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse,
};

use super::{Body, id_of};
use crate::edge::{
    Edge,
    auth::{Admin, Anyone, by},
    fault::Fault,
    wire::{self, Zone},
};

/// Every zone.
#[utoipa::path(get, path = "/api/v1/zones", tag = "zones", responses((status = 200, body = wire::Page<Zone>)))]
pub(crate) async fn list(State(edge): State<Edge>, _: Anyone) -> Result<Json<wire::Page<Zone>>, Fault> {
    let zones = edge.hub.zones().await?;
    Ok(Json(wire::Page { data: zones.into_iter().map(Zone::from).collect(), next: None }))
}

/// One zone.
#[utoipa::path(get, path = "/api/v1/zones/{id}", tag = "zones", params(("id" = String, Path)),
    responses((status = 200, body = Zone)))]
pub(crate) async fn one(State(edge): State<Edge>, _: Anyone, Path(id): Path<String>) -> Result<Json<Zone>, Fault> {
    Ok(Json(edge.hub.zone(&id_of(&id, "zone")?).await?.into()))
}

/// Makes a zone.
#[utoipa::path(post, path = "/api/v1/zones", tag = "zones", request_body = wire::ZoneChange,
    responses((status = 201, body = Zone)))]
pub(crate) async fn make(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Body(body): Body,
) -> Result<impl IntoResponse, Fault> {
    let zone = wire::parse::<wire::ZoneChange>(body)?.zone(None)?;
    let made = edge.hub.make_zone(by(&edge, session.actor), zone).await?.value;
    let location = format!("/api/v1/zones/{}", made.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(Zone::from(made))))
}

/// Writes a zone anew.
#[utoipa::path(put, path = "/api/v1/zones/{id}", tag = "zones", params(("id" = String, Path)),
    request_body = wire::ZoneChange, responses((status = 200, body = Zone)))]
pub(crate) async fn change(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<Json<Zone>, Fault> {
    let zone = wire::parse::<wire::ZoneChange>(body)?.zone(Some(id_of(&id, "zone")?))?;
    Ok(Json(edge.hub.change_zone(by(&edge, session.actor), zone).await?.value.into()))
}

/// Takes a zone away in which no order is open; drivers who work there leave it.
#[utoipa::path(delete, path = "/api/v1/zones/{id}", tag = "zones", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    edge.hub.drop_zone(by(&edge, session.actor), id_of(&id, "zone")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
