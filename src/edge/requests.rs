//! Around every request but the sockets': a name to find it by, a line in the log, and an answer even if a handler panics.

use std::borrow::Cow;

use axum::{
    Router,
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::{Level, Span, error, info_span};

use super::{
    Edge,
    fault::{Code, Fault},
};
use crate::hub::Hub;

#[derive(Clone)]
struct Names(Hub);

impl MakeRequestId for Names {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        HeaderValue::from_str(&self.0.request_id()).ok().map(RequestId::new)
    }
}

/// The same routes, each request with an `x-request-id` of the caller's or of ours.
pub(super) fn layered(routes: Router<Edge>, hub: &Hub) -> Router<Edge> {
    // What is added last is on the outside.
    routes
        .layer(CatchPanicLayer::custom(panicked))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_request(())
                .on_failure(())
                .on_response(DefaultOnResponse::new().level(Level::DEBUG)),
        )
        .layer(SetRequestIdLayer::x_request_id(Names(hub.clone())))
}

/// Opens no connection once the hub begins to stop. To a client this is a hub that cannot be reached, and it tries again;
/// a refusal inside of Socket.IO it would take for the last word.
pub(super) async fn still_open(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let is_new = !request.uri().query().is_some_and(|query| query.split('&').any(|word| word.starts_with("sid=")));
    if is_new && edge.draining.is_cancelled() {
        return Fault::new(Code::Unavailable, "the hub is stopping").into_response();
    }
    next.run(request).await
}

fn span(request: &Request) -> Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    // The path only: a query may hold what somebody searched for, such as a phone number.
    info_span!("request", request.id = id, method = %request.method(), path = %to_be_logged(request.uri().path()))
}

/// A path without the token of a tracking link, which is as good as a key.
fn to_be_logged(path: &str) -> Cow<'_, str> {
    let Some(link) = path.strip_prefix("/track/") else { return path.into() };
    let rest = link.find('/').map_or("", |end| &link[end..]);
    format!("/track/…{rest}").into()
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    error!("a request's handler panicked");
    Fault::new(Code::Internal, "the hub failed; the cause is in its log under the x-request-id").into_response()
}

#[cfg(test)]
mod tests {
    use super::to_be_logged;

    #[test]
    fn no_token_of_a_link_is_logged() {
        let paths = ["/track/00ff00ff", "/track/00ff00ff/events", "/track/", "/api/v1/orders", "/tracking"];
        assert_eq!(paths.map(to_be_logged), ["/track/…", "/track/…/events", "/track/…", "/api/v1/orders", "/tracking"]);
    }
}
