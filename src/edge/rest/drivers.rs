//! Drivers.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse,
};

use super::{
    Body, Query,
    body::{ListQuery, page_of},
    id_of,
};
use crate::{
    domain::id::DriverId,
    edge::{
        Edge,
        auth::{Admin, by},
        fault::Fault,
        wire::{self, Driver},
    },
    hub::{DriverRecord, PartyChange},
};

/// Drivers, in the order they were added.
#[utoipa::path(get, path = "/api/v1/drivers", tag = "drivers", params(ListQuery),
    responses((status = 200, body = wire::Page<Driver>)))]
pub(crate) async fn list(
    State(edge): State<Edge>,
    _: Admin,
    Query(query): Query<ListQuery>,
) -> Result<Json<wire::Page<Driver>>, Fault> {
    let limit = query.limit()?;
    let drivers = edge.hub.drivers(query.after::<DriverId>()?, limit + 1).await?;
    Ok(Json(page_of(drivers, limit, |record| record.driver.id.to_string(), |record| shown(&edge, record))))
}

/// One driver.
#[utoipa::path(get, path = "/api/v1/drivers/{id}", tag = "drivers", params(("id" = String, Path)),
    responses((status = 200, body = Driver)))]
pub(crate) async fn one(State(edge): State<Edge>, _: Admin, Path(id): Path<String>) -> Result<Json<Driver>, Fault> {
    Ok(Json(shown(&edge, edge.hub.driver(id_of(&id, "driver")?).await?)))
}

/// Adds a driver.
#[utoipa::path(post, path = "/api/v1/drivers", tag = "drivers", request_body = wire::DriverChange,
    responses((status = 201, body = Driver)))]
pub(crate) async fn make(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Body(body): Body,
) -> Result<impl IntoResponse, Fault> {
    let draft = wire::parse::<wire::DriverChange>(body)?.into();
    let made = edge.hub.make_driver(by(&edge, session.actor), draft).await?;
    let location = format!("/api/v1/drivers/{}", made.driver.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(shown(&edge, made))))
}

/// Changes a driver. One who is blocked leaves every zone and is cut off.
#[utoipa::path(patch, path = "/api/v1/drivers/{id}", tag = "drivers", params(("id" = String, Path)),
    request_body = wire::DriverChange, responses((status = 200, body = Driver)))]
pub(crate) async fn change(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<Json<Driver>, Fault> {
    let id = id_of(&id, "driver")?;
    let draft = wire::parse::<wire::DriverChange>(body)?.into();
    edge.hub.change_driver(by(&edge, session.actor), id, PartyChange::To(draft)).await?;
    Ok(Json(shown(&edge, edge.hub.driver(id).await?)))
}

/// Takes a driver away who has no open orders.
#[utoipa::path(delete, path = "/api/v1/drivers/{id}", tag = "drivers", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    edge.hub.change_driver(by(&edge, session.actor), id_of(&id, "driver")?, PartyChange::Gone).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(edge: &Edge, record: DriverRecord) -> Driver {
    Driver::of(record, &edge.hub)
}
