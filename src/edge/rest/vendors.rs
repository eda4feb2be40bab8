//! Vendors.

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
    domain::id::VendorId,
    edge::{
        Edge,
        auth::{Admin, by},
        fault::Fault,
        wire::{self, Vendor},
    },
    hub::PartyChange,
};

/// Vendors, in the order they were added.
#[utoipa::path(get, path = "/api/v1/vendors", tag = "vendors", params(ListQuery),
    responses((status = 200, body = wire::Page<Vendor>)))]
pub(crate) async fn list(
    State(edge): State<Edge>,
    _: Admin,
    Query(query): Query<ListQuery>,
) -> Result<Json<wire::Page<Vendor>>, Fault> {
    let limit = query.limit()?;
    let vendors = edge.hub.vendors(query.after::<VendorId>()?, limit + 1).await?;
    Ok(Json(page_of(vendors, limit, |vendor| vendor.id.to_string(), Vendor::from)))
}

/// One vendor.
#[utoipa::path(get, path = "/api/v1/vendors/{id}", tag = "vendors", params(("id" = String, Path)),
    responses((status = 200, body = Vendor)))]
pub(crate) async fn one(State(edge): State<Edge>, _: Admin, Path(id): Path<String>) -> Result<Json<Vendor>, Fault> {
    Ok(Json(edge.hub.vendor(id_of(&id, "vendor")?).await?.into()))
}

/// Adds a vendor.
#[utoipa::path(post, path = "/api/v1/vendors", tag = "vendors", request_body = wire::VendorChange,
    responses((status = 201, body = Vendor)))]
pub(crate) async fn make(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Body(body): Body,
) -> Result<impl IntoResponse, Fault> {
    let draft = wire::parse::<wire::VendorChange>(body)?.draft()?;
    let made = edge.hub.make_vendor(by(&edge, session.actor), draft).await?;
    let location = format!("/api/v1/vendors/{}", made.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(Vendor::from(made))))
}

/// Changes a vendor. One that is blocked is cut off.
#[utoipa::path(patch, path = "/api/v1/vendors/{id}", tag = "vendors", params(("id" = String, Path)),
    request_body = wire::VendorChange, responses((status = 200, body = Vendor)))]
pub(crate) async fn change(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<Json<Vendor>, Fault> {
    let id = id_of(&id, "vendor")?;
    let draft = wire::parse::<wire::VendorChange>(body)?.draft()?;
    edge.hub.change_vendor(by(&edge, session.actor), id, PartyChange::To(draft)).await?;
    Ok(Json(edge.hub.vendor(id).await?.into()))
}

/// Takes a vendor away that has no open orders.
#[utoipa::path(delete, path = "/api/v1/vendors/{id}", tag = "vendors", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    edge.hub.change_vendor(by(&edge, session.actor), id_of(&id, "vendor")?, PartyChange::Gone).await?;
    Ok(StatusCode::NO_CONTENT)
}
