//! Whom an order was offered to, round by round.

use axum::{
    Json,
    extract::{Path, State},
};

use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Query,
    body::{ListQuery, page_of},
    id_of,
};
use crate::{
    domain::{
        id::{DriverId, OrderId},
        receipt::RoundId,
    },
    edge::{
        Edge,
        auth::{Admin, Anyone},
        fault::Fault,
        wire::{OfferRound, Page, Why},
    },
};

/// The rounds of an order's offers, oldest first: who was asked, on which way, when it was sent, delivered and seen, and
/// what they answered. For dispatchers and the order's vendor.
#[utoipa::path(get, path = "/api/v1/orders/{id}/offers", tag = "orders", params(("id" = String, Path), ListQuery),
    responses((status = 200, body = Page<OfferRound>)))]
pub(crate) async fn offers(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<OfferRound>>, Fault> {
    let (order, limit): (OrderId, u32) = (id_of(&id, "order")?, query.limit()?);
    let after = query.after::<Place>()?.map(|Place(offer_seq, round)| RoundId { order, offer_seq, round });
    let rounds = edge.hub.rounds(&session.actor, order, after, limit + 1).await?;
    let place = |record: &crate::hub::RoundRecord| Place(record.round.id.offer_seq, record.round.id.round).to_string();
    Ok(Json(page_of(rounds, limit, place, OfferRound::from)))
}

/// Of which driver one wonders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhyQuery {
    /// The driver.
    #[param(required)]
    driver_id: Option<String>,
}

/// Why a driver is asked for an order at this moment, or is not, from the rule that decides it; and the rounds in which
/// they were asked.
#[utoipa::path(get, path = "/api/v1/orders/{id}/why", tag = "orders", params(("id" = String, Path), WhyQuery),
    responses((status = 200, body = Why)))]
pub(crate) async fn why(
    State(edge): State<Edge>,
    Admin(session): Admin,
    Path(id): Path<String>,
    Query(query): Query<WhyQuery>,
) -> Result<Json<Why>, Fault> {
    let named = query.driver_id.ok_or_else(|| Fault::field("driver_id", "is required"))?;
    let driver: DriverId = id_of(&named, "driver")?;
    Ok(Json(edge.hub.why(&session.actor, id_of(&id, "order")?, driver).await?.into()))
}

/// Which round of which offer of an order, as a cursor says it.
struct Place(i64, u32);

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl std::str::FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Place, ()> {
        let (offer, round) = text.split_once('.').ok_or(())?;
        Ok(Place(offer.parse().map_err(|_| ())?, round.parse().map_err(|_| ())?))
    }
}
