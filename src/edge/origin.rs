//! Where a request comes from, and where the hub is reached.

use axum::{
    extract::{OriginalUri, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    Edge,
    fault::{Code, Fault},
};

/// Where the hub is reached from outside: `https://hub.example`, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Base(pub String);

impl Base {
    /// From the configuration, else from the request.
    #[must_use]
    pub fn of(edge: &Edge, headers: &HeaderMap) -> Base {
        Base::from_headers(edge.public_url.as_deref(), headers)
    }

    /// From `public_url`, else from the headers of a request.
    #[must_use]
    pub fn from_headers(public_url: Option<&str>, headers: &HeaderMap) -> Base {
        if let Some(url) = public_url {
            return Base(url.trim_end_matches('/').to_owned());
        }
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = match text(HeaderName::from_static("x-forwarded-proto")) {
            Some("https") => "https",
            _ => "http",
        };
        Base(format!("{scheme}://{}", text(header::HOST).unwrap_or("localhost")))
    }
}

/// Lets a WebSocket in from no web page but the hub's own. Programs that are no browser name no origin.
pub(super) async fn same_origin(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let Some(origin) = headers.get(header::ORIGIN).filter(|_| !edge.hub.flaws().let_any_origin_in()) else {
        return next.run(request).await;
    };
    let authority = |text: &str| text.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string));
    let origin = origin.to_str().ok().and_then(authority);
    let ours = authority(&Base::of(&edge, headers).0);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(ToOwned::to_owned);
    if origin.is_some() && (origin == ours || (edge.public_url.is_none() && origin == host)) {
        return next.run(request).await;
    }
    Fault::new(Code::Forbidden, "this web page is not the hub's own: its origin may not connect").into_response()
}

/// Copies URI and headers out of hyper's read buffer: engineioxide keeps them as long as the socket lives, and a slice of
/// the buffer would keep all 16 KiB of it.
pub(super) async fn detach(mut request: Request) -> Request {
    if let Ok(uri) = request.uri().to_string().parse::<Uri>() {
        request.extensions_mut().insert(OriginalUri(uri.clone()));
        *request.uri_mut() = uri;
    }
    let mut headers = HeaderMap::with_capacity(request.headers().len());
    for (name, value) in request.headers() {
        let copied = (HeaderName::from_bytes(name.as_str().as_bytes()), HeaderValue::from_bytes(value.as_bytes()));
        if let (Ok(name), Ok(value)) = copied {
            headers.append(name, value);
        }
    }
    *request.headers_mut() = headers;
    request
}
