//! A driver's day.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Query;
use crate::{
    domain::time::Time,
    edge::{Edge, auth::Anyone, fault::Fault, wire::MyDay},
};

/// Which piece of time.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DayQuery {
    /// From when on; 24 h before `to` if absent, at most 7 days before it.
    from: Option<String>,
    /// Until before when; now if absent.
    to: Option<String>,
}

/// What a driver did, and what came of it: jobs, money and time on duty. For drivers.
#[utoipa::path(get, path = "/api/v1/me/day", tag = "day", params(DayQuery), responses((status = 200, body = MyDay)))]
pub(crate) async fn mine(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    Query(query): Query<DayQuery>,
) -> Result<Json<MyDay>, Fault> {
    let time = |field: &str, text: Option<String>| {
        text.as_deref().map(Time::parse).transpose().map_err(|fault| Fault::field(field, fault))
    };
    let (from, to) = (time("from", query.from)?, time("to", query.to)?);
    Ok(Json(edge.hub.day(&session.actor, from, to).await?.into()))
}
