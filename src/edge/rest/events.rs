//! The log, for programs that would rather ask than listen.

use std::time::Duration;

use axum::{Json, extract::State, http::HeaderMap};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Query, body::limit_of, orders::viewer_of};
use crate::{
    edge::{
        Base, Edge,
        auth::Anyone,
        fault::{Code, Fault},
        wire::{self, EventPage},
    },
    hub::Viewer,
};

/// Longest wait for something new, in seconds.
const WAIT_S_MAX: u32 = 30;

/// Which part of the log is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Events after this `seq`; from the oldest that is kept if absent. Where one of them is no longer kept, the answer is
    /// 410 `cursor_expired`.
    after: Option<i64>,
    /// At most so many, 1 to 200; 50 if absent.
    limit: Option<u32>,
    /// Wait so long for something new, at most 30 seconds.
    wait_s: Option<u32>,
}

/// The log: all of it for a dispatcher, its own events for a vendor.
///
/// It is kept for at least 7 days. Who comes later is refused with `cursor_expired`, and its `detail` says from where the
/// log is kept: read `GET /api/v1/orders`, then go on from there.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(EventsQuery),
    responses(
        (status = 200, body = EventPage),
        (status = 410, description = "What follows `after` is no longer kept.", body = Fault,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn list(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    headers: HeaderMap,
    Query(query): Query<EventsQuery>,
) -> Result<Json<EventPage>, Fault> {
    let viewer = viewer_of(&session.actor)?;
    if let Viewer::Driver(_) = viewer {
        return Err(Fault::new(Code::Forbidden, "the log is for admin or vendor"));
    }
    let (limit, after) = (limit_of(query.limit)?, query.after);
    let wait_s = query.wait_s.unwrap_or(0);
    let is_negative = after.is_some_and(|after| after < 0);
    if is_negative || wait_s > WAIT_S_MAX {
        let (field, message) =
            if is_negative { ("after", "must be at least 0") } else { ("wait_s", "must be at most 30") };
        return Err(Fault::field(field, message));
    }
    // Follows before it reads, so that nothing is written in between unseen.
    let mut follower = edge.hub.follow().await?;
    let mut piece = edge.hub.events_after(viewer, after, limit).await?;
    let waiting = async {
        while piece.events.is_empty() && wait_s > 0 && follower.next().await.is_ok_and(|next| next.is_some()) {
            piece = edge.hub.events_after(viewer, after, limit).await?;
        }
        Ok::<_, Fault>(())
    };
    tokio::select! {
        waited = tokio::time::timeout(Duration::from_secs(wait_s.into()), waiting) => waited.unwrap_or(Ok(()))?,
        () = edge.stopping.cancelled() => {}
    }
    let base = Base::of(&edge, &headers);
    let seq = piece.up_to;
    let data = piece.events.iter().map(|event| wire::Event::seen_by(viewer, event, &edge.hub, &base.0)).collect();
    let cursor = wire::Cursor { epoch: edge.hub.epoch().to_owned(), seq };
    Ok(Json(EventPage { data, next: Some(seq.to_string()), cursor }))
}
