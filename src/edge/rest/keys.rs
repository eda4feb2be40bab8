//! Keys, and who one's own key belongs to.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};

use super::{
    Body, Query,
    body::{ListQuery, page_of},
    id_of,
};
use crate::{
    domain::{actor::Role, id::KeyId},
    edge::{
        Base, Edge,
        auth::{Admin, Anyone, by},
        fault::Fault,
        pages::qr_svg,
        wire::{self, Key, MadeKey, Me},
    },
};

/// Who the key belongs to.
#[utoipa::path(get, path = "/api/v1/me", tag = "keys", responses((status = 200, body = Me)))]
pub(crate) async fn me(State(edge): State<Edge>, Anyone(session): Anyone) -> Result<Json<Me>, Fault> {
    Ok(Json(Me::of(&edge.hub, &session).await?))
}

/// Keys, in the order they were made, without their secrets.
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys", params(ListQuery),
    responses((status = 200, body = wire::Page<Key>)))]
pub(crate) async fn list(
    State(edge): State<Edge>,
    _: Admin,
    Query(query): Query<ListQuery>,
) -> Result<Json<wire::Page<Key>>, Fault> {
    let limit = query.limit()?;
    let keys = edge.hub.keys(query.after::<KeyId>()?, limit + 1).await?;
    Ok(Json(page_of(keys, limit, |key| key.id.to_string(), Key::from)))
}

/// Makes a key. `key`, `link` and `qr_svg` are shown only here.
#[utoipa::path(post, path = "/api/v1/keys", tag = "keys", request_body = wire::KeyRequest,
    responses((status = 201, body = MadeKey)))]
pub(crate) async fn make(
    State(edge): State<Edge>,
    Admin(session): Admin,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<impl IntoResponse, Fault> {
    let draft = wire::parse::<wire::KeyRequest>(body)?.draft()?;
    let made = edge.hub.make_key(by(&edge, session.actor), draft).await?;
    let page = match made.key.owner.role() {
        Role::Admin => "admin",
        Role::Vendor => "vendor",
        Role::Driver => "driver",
    };
    let link = format!("{}/{page}#key={}", Base::of(&edge, &headers).0, made.text);
    let Key { id, role, vendor_id, driver_id, name, created_at, expires_at, .. } = Key::from(made.key);
    let location = format!("/api/v1/keys/{id}");
    let qr_svg = qr_svg(&link);
    let key = made.text;
    let made = MadeKey { id, role, vendor_id, driver_id, name, created_at, expires_at, key, link, qr_svg };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(made)))
}

/// Revokes a key; whoever is connected with it is cut off within 2 seconds.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "keys", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn revoke(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    edge.hub.revoke_key(by(&edge, session.actor), id_of(&id, "key")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
