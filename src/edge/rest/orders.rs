//! Orders: read, submitted, and every command on one.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Body, Query,
    body::{ListQuery, cursor_of, limit_of, page_of},
    id_of,
};
use crate::{
    domain::{
        self,
        actor::Actor,
        id::{DriverId, OrderId, VendorId, ZoneId},
        receipt::RoundId,
        time::Time,
    },
    edge::{
        Base, Edge,
        auth::{Anyone, by},
        fault::{Code, Fault},
        wire::{self, Lens, OrderView},
    },
    hub::{Filter, Page, Viewer},
};

/// Which orders a list holds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersQuery {
    /// One status or several with commas between them.
    status: Option<String>,
    /// In this zone.
    zone: Option<String>,
    /// Of this vendor.
    vendor_id: Option<String>,
    /// Held by this driver.
    driver_id: Option<String>,
    /// Text in the code, the vendor's number, or the recipient's name, phone or address; a phone however it is written.
    q: Option<String>,
    /// Submitted at or after.
    from: Option<String>,
    /// Submitted before.
    to: Option<String>,
    /// At most so many, 1 to 200; 50 if absent.
    limit: Option<u32>,
    /// Where to go on: the `next` of the page before.
    cursor: Option<String>,
}

impl OrdersQuery {
    fn filter(&self) -> Result<Filter, Fault> {
        let time = |field: &str, text: &Option<String>| {
            text.as_deref().map(Time::parse).transpose().map_err(|fault| Fault::field(field, fault))
        };
        let statuses = wire::statuses(self.status.as_deref().unwrap_or_default());
        Ok(Filter {
            statuses: statuses.map_err(|fault| Fault::field("status", fault))?,
            zone: parsed::<ZoneId>("zone", self.zone.as_deref())?,
            vendor: parsed::<VendorId>("vendor_id", self.vendor_id.as_deref())?,
            driver: parsed::<DriverId>("driver_id", self.driver_id.as_deref())?,
            text: self.q.clone().filter(|text| !text.is_empty()),
            from: time("from", &self.from)?,
            to: time("to", &self.to)?,
        })
    }
}

fn parsed<I: std::str::FromStr>(field: &str, text: Option<&str>) -> Result<Option<I>, Fault> {
    text.map(|text| text.parse().map_err(|_| Fault::field(field, format!("`{text}` is no such id")))).transpose()
}

/// Orders, newest first. With `Accept: text/csv` all of them, as a table.
#[utoipa::path(get, path = "/api/v1/orders", tag = "orders", params(OrdersQuery),
    responses((status = 200, body = wire::Page<OrderView>)))]
pub(crate) async fn list(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    headers: HeaderMap,
    Query(query): Query<OrdersQuery>,
) -> Result<Response, Fault> {
    let (filter, limit) = (query.filter()?, limit_of(query.limit)?);
    let wants_csv = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/csv"));
    if wants_csv {
        return super::csv::export(&edge, &session.actor, filter).await;
    }
    let before: Option<OrderId> = cursor_of(query.cursor.as_deref())?;
    let orders = edge.hub.orders(&session.actor, filter, Page { before, limit: limit + 1 }).await?;
    let show = |order: domain::order::Order| shown(&edge, &session.actor, &headers, &order);
    Ok(Json(page_of(orders, limit, |order| order.id.to_string(), show)).into_response())
}

/// Submits an order. The same `Idempotency-Key` and the same body make one order, for 7 days.
#[utoipa::path(post, path = "/api/v1/orders", tag = "orders", request_body = wire::SubmitOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 64 printable characters")),
    responses((status = 201, body = wire::Order)))]
pub(crate) async fn submit(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<impl IntoResponse, Fault> {
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap_or("\u{fffd}"));
    let submission = wire::read_submission(body, key)?;
    let order = edge.hub.submit(by(&edge, session.actor.clone()), submission).await?.value;
    let location = format!("/api/v1/orders/{}", order.id);
    let order = shown(&edge, &session.actor, &headers, &order);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(order)))
}

/// One order, as much of it as the reader may see.
#[utoipa::path(get, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = String, Path)),
    responses((status = 200, body = OrderView)))]
pub(crate) async fn one(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<OrderView>, Fault> {
    let order = edge.hub.order(&session.actor, id_of(&id, "order")?).await?;
    Ok(Json(shown(&edge, &session.actor, &headers, &order)))
}

/// Changes what an order is, before a driver has it: `order.update`.
#[utoipa::path(patch, path = "/api/v1/orders/{id}", tag = "orders", params(("id" = String, Path)),
    request_body = wire::UpdateOrder, responses((status = 200, body = OrderView)))]
pub(crate) async fn update(
    State(edge): State<Edge>,
    anyone: Anyone,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<OrderView>, Fault> {
    command(State(edge), anyone, headers, Path((id, "update".to_owned())), body).await
}

/// A command on an order: its name without `order.`, its payload without `id`.
pub(crate) async fn command(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    headers: HeaderMap,
    Path((id, command)): Path<(String, String)>,
    Body(body): Body,
) -> Result<Json<OrderView>, Fault> {
    let ask = wire::ask(&format!("order.{command}"), body)?;
    let order = edge.hub.ask_late(by(&edge, session.actor.clone()), id_of(&id, "order")?, ask).await?.value;
    Ok(Json(shown(&edge, &session.actor, &headers, &order)))
}

/// Commands are posted; anything else at such a path is either a command asked for in another way, or nothing.
pub(super) async fn no_command(method: Method, Path((_, command)): Path<(String, String)>) -> Fault {
    let name = format!("order.{command}");
    if wire::COMMANDS.iter().any(|line| line.name == name) {
        return super::method_not_allowed(method).await;
    }
    super::not_found().await
}

/// What happened to an order, in order. For dispatchers and its vendor the first `order.ready_for_pickup` of each round on a
/// page says in `data.offer_round` who was asked and what became of it, as `GET /orders/{id}/offers` does.
#[utoipa::path(get, path = "/api/v1/orders/{id}/events", tag = "orders", params(("id" = String, Path), ListQuery),
    responses((status = 200, body = wire::Page<wire::Event>)))]
pub(crate) async fn events(
    State(edge): State<Edge>,
    Anyone(session): Anyone,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<wire::Page<wire::Event>>, Fault> {
    let viewer = viewer_of(&session.actor)?;
    let after = query.after::<i64>()?.unwrap_or(0);
    let timeline = edge.hub.timeline(&session.actor, id_of(&id, "order")?, after, query.limit()?).await?;
    let base = Base::of(&edge, &headers);
    let rounds = timeline.rounds.into_iter();
    let mut rounds: HashMap<RoundId, wire::OfferRound> =
        rounds.map(|record| (record.round.id, record.into())).collect();
    let show = |event: &domain::event::Event| {
        let mut shown = wire::Event::seen_by(viewer, event, &edge.hub, &base.0);
        let round = RoundId::opened_by(event).and_then(|id| rounds.remove(&id));
        shown.data.extend(round.and_then(|round| Some(("offer_round".to_owned(), serde_json::to_value(round).ok()?))));
        shown
    };
    let data = timeline.events.iter().map(show).collect();
    Ok(Json(wire::Page { data, next: timeline.next.map(|seq| seq.to_string()) }))
}

pub(super) fn viewer_of(actor: &Actor) -> Result<Viewer, Fault> {
    Viewer::of(actor).ok_or_else(|| Fault::new(Code::Forbidden, "this is for people"))
}

fn shown(edge: &Edge, actor: &Actor, headers: &HeaderMap, order: &domain::order::Order) -> OrderView {
    // The hub itself has no key, so somebody is always there to look.
    let viewer = Viewer::of(actor).unwrap_or(Viewer::Admin);
    Lens::of(viewer, order).view(order, &edge.hub, &Base::of(edge, headers).0)
}
