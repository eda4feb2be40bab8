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
    /// Events after this `seq`; from the beginning if absent.
    after: Option<i64>,
    /// At most so many, 1 to 200; 50 if absent.
    limit: Option<u32>,
    /// Wait so long for something new, at most 30 seconds.
    wait_s: Option<u32>,
}

/// The log: all of it for a dispatcher, its own events for a vendor.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(EventsQuery),
    responses((status = 200, body = EventPage)))]
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
    let (limit, after) = (limit_of(query.limit)?, query.after.unwrap_or(0));
    let wait_s = query.wait_s.unwrap_or(0);
    if after < 0 || wait_s > WAIT_S_MAX {
        let (field, message) =
            if after < 0 { ("after", "must be at least 0") } else { ("wait_s", "must be at most 30") };
        return Err(Fault::field(field, message));
    }
    // Follows before it reads, so that nothing is written in between unseen.
    let mut follower = edge.hub.follow().await?;
    let mut events = edge.hub.events_after(viewer, after, limit).await?;
    let waiting = async {
        while events.is_empty() && wait_s > 0 && follower.next().await.is_ok_and(|next| next.is_some()) {
            events = edge.hub.events_after(viewer, after, limit).await?;
        }
        Ok::<_, Fault>(())
    };
    tokio::select! {
        waited = tokio::time::timeout(Duration::from_secs(wait_s.into()), waiting) => waited.unwrap_or(Ok(()))?,
        () = edge.stopping.cancelled() => {}
    }
    let base = Base::of(&edge, &headers);
    let seq = events.last().map_or(after, |event| event.seq);
    let data = events.iter().map(|event| wire::Event::seen_by(viewer, event, &edge.hub, &base.0)).collect();
    let cursor = wire::Cursor { epoch: edge.hub.epoch().to_owned(), seq };
    Ok(Json(EventPage { data, next: Some(seq.to_string()), cursor }))
}
