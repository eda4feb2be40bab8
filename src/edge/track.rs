//! The recipient's link: a page, a stream of what there is to see, and the link itself as a QR code. No key.
//!
//! **Invariant:** the token stands in the address and nowhere else: no answer is kept, indexed, or named to another server,
//! and the log writes it off (see `requests`).

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::{self, Next},
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures_util::{Stream, stream};

use super::{
    Base, Edge,
    fault::{Code, Fault},
    pages::{self, qr_svg},
    wire,
};
use crate::{
    domain::refusal::Refusal,
    hub::{FOLLOWERS_MAX, FOLLOWERS_PER_LINK_MAX, Following, Full, HubError},
};

/// How long a stream says nothing at most: then it says the same again, so that a page knows that it is not cut off.
const BEAT: Duration = Duration::from_secs(15);

/// When to come back after the hub said that it stops, in milliseconds: spread, so that not everyone comes at once.
const RECONNECT_MS_MIN: u64 = 1_000;
const RECONNECT_MS_SPREAD: u64 = 3_000;

/// When to try again where there are too many streams, in seconds.
const FULL_RETRY_S: u32 = 10;

pub(super) fn routes() -> Router<Edge> {
    Router::new()
        .route("/track/{token}", get(page))
        .route("/track/{token}/events", get(events))
        .route("/track/{token}/qr.svg", get(qr))
        .layer(middleware::from_fn(kept_to_itself))
}

/// What holds for everything under a link.
async fn kept_to_itself(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    response
}

/// The page: the same for every link that leads somewhere, and another, with status 404, for all that do not.
async fn page(State(edge): State<Edge>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response, Fault> {
    match edge.hub.track(&token).await {
        Ok(_) => Ok(pages::page(&edge, &headers, "track/index.html")),
        Err(HubError::Refused(Refusal::NotFound(_))) => Ok(pages::page_of_nothing(&edge, &headers, "track/gone.html")),
        Err(fault) => Err(fault.into()),
    }
}

/// What there is to see of a delivery, now and as it changes, as server-sent events.
///
/// `track`: at once, whenever something changes, and at least every 15 s. `ended`: the link has ended, and so does the
/// stream. `stopping { reconnect_after_ms }`: the hub stops; come back then. 404 for every link that leads nowhere and from
/// 24 h after the order was closed; 429 for a ninth stream of one link, 503 where there are too many in all.
#[utoipa::path(get, path = "/track/{token}/events", tag = "tracking", security(()), params(("token" = String, Path)),
    responses((status = 200, body = wire::Track, content_type = "text/event-stream")))]
pub(crate) async fn events(State(edge): State<Edge>, Path(token): Path<String>) -> Result<Response, Fault> {
    if edge.draining.is_cancelled() {
        return Err(Fault::new(Code::Unavailable, "the hub is stopping"));
    }
    let following = edge.hub.follow_delivery(&token).await?.map_err(full)?;
    let mut response = Sse::new(told(edge, following, &token)).into_response();
    // A proxy that gathers what it passes on would hold it back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// The link as a QR code.
async fn qr(State(edge): State<Edge>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response, Fault> {
    edge.hub.track(&token).await?;
    let link = format!("{}/track/{token}", Base::of(&edge, &headers).0);
    let mut response = qr_svg(&link).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    pages::guard(&mut response, None, edge.hub.flaws());
    Ok(response)
}

fn full(full: Full) -> Fault {
    let (code, many) = match full {
        Full::OfLink => (Code::RateLimited, FOLLOWERS_PER_LINK_MAX),
        Full::OfHub => (Code::Unavailable, FOLLOWERS_MAX),
    };
    let detail = match full {
        Full::OfLink => format!("this delivery is followed {many} times already: close another page of it"),
        Full::OfHub => format!("{many} deliveries are followed already: try again in {FULL_RETRY_S} s"),
    };
    Fault { retry_after_s: Some(FULL_RETRY_S), ..Fault::new(code, detail) }
}

/// A stream, and what it said last.
struct Told {
    edge: Edge,
    following: Following,
    come_back_ms: u64,
    last: Option<wire::Track>,
    is_over: bool,
}

/// What a stream tells, one event after the other, until its link or the hub ends.
fn told(edge: Edge, following: Following, token: &str) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let come_back_ms = RECONNECT_MS_MIN + share_of(token) % RECONNECT_MS_SPREAD;
    let told = Told { edge, following, come_back_ms, last: None, is_over: false };
    stream::unfold(told, |mut told| async move { told.next().await.map(|event| (Ok(event), told)) })
}

impl Told {
    async fn next(&mut self) -> Option<Event> {
        if self.is_over {
            return None;
        }
        let mut is_due = self.last.is_none();
        let beat = tokio::time::sleep(BEAT);
        tokio::pin!(beat);
        loop {
            let Some(track) = self.following.seen().map(wire::Track::from) else {
                self.is_over = true;
                return Some(Event::default().event("ended").data("{}"));
            };
            // Much happens to an order that its recipient is not told of, not even that it happened.
            if is_due || self.last.as_ref().is_none_or(|last| track.differs_from(last)) {
                let event = Event::default().event("track").json_data(&track).ok();
                self.last = Some(track);
                return event;
            }
            tokio::select! {
                biased;
                () = self.edge.draining.cancelled() => {
                    self.is_over = true;
                    return Some(goodbye(self.come_back_ms));
                }
                () = self.edge.stopping.cancelled() => return None,
                () = self.following.changed() => {}
                () = &mut beat => is_due = true,
            }
        }
    }
}

fn goodbye(reconnect_after_ms: u64) -> Event {
    let stopping = wire::ServerStopping { reconnect_after_ms };
    let event = Event::default().event("stopping").retry(Duration::from_millis(reconnect_after_ms));
    event.json_data(stopping).unwrap_or_default()
}

/// A number that differs from link to link.
fn share_of(token: &str) -> u64 {
    token.get(..8).and_then(|part| u64::from_str_radix(part, 16).ok()).unwrap_or_default()
}
