//! What needs a dispatcher.

use axum::{
    Json,
    extract::{Path, State},
};

use super::{
    Query,
    body::{ListQuery, page_of},
    id_of,
};
use crate::{
    domain::{alert::Alert, id::AlertId},
    edge::{
        Edge,
        auth::{Admin, Anyone, by},
        fault::Fault,
        wire::Page,
    },
};

/// Alerts that are not over, oldest first: all of them for a dispatcher, those about its orders for a vendor.
#[utoipa::path(get, path = "/api/v1/alerts", tag = "alerts", params(ListQuery),
    responses((status = 200, body = Page<Alert>)))]
pub(crate) async fn list(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Alert>>, Fault> {
    let limit = query.limit()?;
    let alerts = edge.hub.alerts(&session.actor, query.after::<AlertId>()?, limit + 1).await?;
    Ok(Json(page_of(alerts, limit, |alert| alert.id.to_string(), |alert| alert)))
}

/// Notes that a dispatcher saw an alert. It is cleared by itself once what it says is no longer so.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/acknowledge", tag = "alerts", params(("id" = String, Path)),
    responses((status = 200, body = Alert)))]
pub(crate) async fn acknowledge(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
) -> Result<Json<Alert>, Fault> {
    Ok(Json(edge.hub.acknowledge(by(&edge, session.actor), id_of(&id, "alert")?).await?.value))
}
