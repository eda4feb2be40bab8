//! Photos of deliveries.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, Request, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::id_of;
use crate::{
    domain::{
        id::{OrderId, PhotoId},
        photo::{Kind, PHOTO_BYTES_MAX},
    },
    edge::{
        Edge,
        auth::{Anyone, by},
        fault::{Code, Fault},
        wire::Photo,
    },
};

/// How long a phone may take to send a photo.
const UPLOAD_MAX: Duration = Duration::from_mins(1);

/// Keeps a photo of a delivery: the body is the image, a JPEG, a PNG or a still WebP of at most 2 MiB and 8192 pixels a side,
/// told by its content. What the camera wrote beside the picture is taken out. For the driver who carries the order, or
/// delivered it within 24 h; the same bytes again answer the same photo. At most 4 for an order, 12 a minute from a driver.
/// `order.deliver` names it as `proof.photo`; if the order was delivered without one, it becomes part of its proof and
/// `order.updated` says so (`data.changed`: `proof`).
#[utoipa::path(post, path = "/api/v1/orders/{id}/photos", tag = "photos", params(("id" = String, Path)),
    request_body(content = Vec<u8>, content_type = "image/*"), responses((status = 201, body = Photo)))]
pub(crate) async fn add(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    Path(id): Path<String>,
    request: Request,
) -> Result<impl IntoResponse, Fault> {
    let order: OrderId = id_of(&id, "order")?;
    edge.hub.may_upload(&session.actor)?;
    let sent = tokio::time::timeout(UPLOAD_MAX, axum::body::to_bytes(request.into_body(), PHOTO_BYTES_MAX)).await;
    let sent = sent.map_err(|_| Fault::new(Code::Unavailable, "the photo did not come in time; send it again"))?;
    let sent = sent.map_err(|_| {
        Fault::new(Code::PayloadTooLarge, format!("the photo has more than {PHOTO_BYTES_MAX} bytes, or broke off"))
    })?;
    let photo = edge.hub.keep_photo(by(&edge, session.actor), order, &sent).await?;
    let location = format!("/api/v1/orders/{order}/photos/{}", photo.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(Photo::from(&photo))))
}

/// A photo of a delivery, for the order's vendor and for dispatchers. It is kept as long as the log.
#[utoipa::path(get, path = "/api/v1/orders/{id}/photos/{photo}", tag = "photos",
    params(("id" = String, Path), ("photo" = String, Path)),
    responses((status = 200, description = "The image.", body = Vec<u8>, content_type = "image/*")))]
pub(crate) async fn show(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    Path((id, photo)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (order, photo): (OrderId, PhotoId) = (id_of(&id, "order")?, id_of(&photo, "photo")?);
    let (kind, image) = edge.hub.photo(&session.actor, order, photo).await?;
    Ok((headers(kind), image).into_response())
}

/// What was sent by a phone is shown as the image that it is, and as nothing else, whatever is hidden in it.
fn headers(kind: Kind) -> [(HeaderName, &'static str); 6] {
    let name = match kind {
        Kind::Jpeg => "inline; filename=\"proof.jpg\"",
        Kind::Png => "inline; filename=\"proof.png\"",
        Kind::Webp => "inline; filename=\"proof.webp\"",
    };
    [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ]
}
