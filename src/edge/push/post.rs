//! HTTP to push services: by TLS, to public addresses, and wherever they would send the hub on to, it does not go.

use std::{
    error::Error,
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{
            HttpConnector,
            dns::{GaiResolver, Name},
        },
    },
    rt::{TokioExecutor, TokioTimer},
};
use tower::Service;

use super::{Endpoint, Reachable, endpoint::is_public};
use crate::hub::PushOutcome;

/// How long a connection may take to open.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long a push service may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// How long an unused connection is kept.
const IDLE_MAX: Duration = Duration::from_mins(1);

/// Bytes of a refusal that are read, for the log.
const WHY_BYTES_MAX: usize = 300;

/// Longest that a push service may ask to be left alone, in seconds. By then nothing that waits is of use.
const RETRY_AFTER_S_MAX: i64 = 24 * 3_600;

/// A push, as it goes out.
pub(super) struct Message {
    /// Who sends it.
    pub(super) authorization: String,
    /// For how long it is worth delivering, in seconds.
    pub(super) ttl_s: i64,
    /// Whether it may wake the device.
    pub(super) urgency: &'static str,
    /// A newer push of the same topic takes its place while it waits at the push service.
    pub(super) topic: String,
    /// What only the browser can read.
    pub(super) sealed: Vec<u8>,
}

/// The way to all push services.
pub(super) struct Post {
    client: Client<HttpsConnector<HttpConnector<Guarded>>, Full<Bytes>>,
}

impl Post {
    /// # Errors
    /// If this build has no TLS.
    pub(super) fn new(reachable: Reachable) -> Result<Post, rustls::Error> {
        let mut http = HttpConnector::new_with_resolver(Guarded { names: GaiResolver::new(), reachable });
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_MAX));
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_idle_timeout(IDLE_MAX).pool_timer(TokioTimer::new());
        Ok(Post { client: builder.build(tls) })
    }

    /// Hands a push to its push service, and says what that answered.
    pub(super) async fn send(&self, endpoint: &Endpoint, message: Message) -> PushOutcome {
        let Message { authorization, ttl_s, urgency, topic, sealed } = message;
        let request = Request::post(endpoint.uri.clone())
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", ttl_s)
            .header("urgency", urgency)
            .header("topic", topic)
            .body(Full::new(Bytes::from(sealed)));
        let request = match request {
            Ok(request) => request,
            Err(fault) => return PushOutcome::Refused(fault.to_string()),
        };
        let answered = async {
            let answer = self.client.request(request).await.map_err(|fault| outcome_of(&fault))?;
            let (parts, body) = answer.into_parts();
            let why = Limited::new(body, WHY_BYTES_MAX).collect().await;
            let why = why.map(|why| String::from_utf8_lossy(&why.to_bytes()).into_owned()).unwrap_or_default();
            Ok(outcome(parts.status, &parts.headers, why.trim()))
        };
        match tokio::time::timeout(ANSWER_MAX, answered).await {
            Ok(Ok(outcome) | Err(outcome)) => outcome,
            Err(_) => PushOutcome::Later(format!("no answer within {ANSWER_MAX:?}"), None),
        }
    }
}

/// What an answer means.
fn outcome(status: StatusCode, headers: &HeaderMap, why: &str) -> PushOutcome {
    let said = format!("{status} {}", why.replace(char::is_control, " "));
    match status {
        status if status.is_success() => PushOutcome::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => PushOutcome::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => PushOutcome::Later(said, after_ms(headers)),
        status if status.is_server_error() => PushOutcome::Later(said, after_ms(headers)),
        _ => PushOutcome::Refused(said),
    }
}

/// How long a push service wants to be left alone, in milliseconds, where it says so in seconds.
fn after_ms(headers: &HeaderMap) -> Option<i64> {
    let after_s: i64 = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(after_s.clamp(0, RETRY_AFTER_S_MAX) * 1_000)
}

/// What it means that there was no answer.
fn outcome_of(fault: &(dyn Error + 'static)) -> PushOutcome {
    let (mut said, mut is_near) = (fault.to_string(), false);
    let mut source = fault.source();
    while let Some(cause) = source {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        is_near |= inner.is_some_and(<dyn Error + Send + Sync>::is::<Near>);
        said = cause.to_string();
        source = cause.source();
    }
    if is_near { PushOutcome::Refused(said) } else { PushOutcome::Later(said, None) }
}

/// Finds the addresses of names, and among them only those that pushes may go to. The connection is made to what is found
/// here, so that a name cannot lead elsewhere a moment later.
#[derive(Clone)]
struct Guarded {
    names: GaiResolver,
    reachable: Reachable,
}

/// A name of nothing but private addresses.
#[derive(Debug)]
struct Near;

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its name leads into a private network")
    }
}

impl Error for Near {}

impl Service<Name> for Guarded {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.names.poll_ready(cx)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (found, reachable) = (self.names.call(name), self.reachable);
        Box::pin(async move {
            let mut addrs: Vec<SocketAddr> = found.await?.collect();
            addrs.retain(|addr| reachable == Reachable::Private || is_public(addr.ip()));
            if addrs.is_empty() { Err(io::Error::other(Near)) } else { Ok(addrs.into_iter()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};

    use super::{Endpoint, Message, Post, PushOutcome, Reachable, outcome};

    #[test]
    fn an_answer_says_whether_to_try_again() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("120"));
        let said = |status: u16| match outcome(StatusCode::from_u16(status).expect("a status"), &headers, "because") {
            PushOutcome::Taken => "taken".to_owned(),
            PushOutcome::Gone => "gone".to_owned(),
            PushOutcome::Refused(why) => format!("refused: {why}"),
            PushOutcome::Later(why, after_ms) => format!("later: {why}, {after_ms:?}"),
        };
        assert_eq!([201, 200, 204].map(said), ["taken", "taken", "taken"]);
        assert_eq!([404, 410].map(said), ["gone", "gone"]);
        assert_eq!(said(429), "later: 429 Too Many Requests because, Some(120000)");
        assert_eq!(said(503), "later: 503 Service Unavailable because, Some(120000)");
        // Elsewhere is never where a browser said it is.
        assert_eq!(said(307), "refused: 307 Temporary Redirect because");
        assert_eq!(said(413), "refused: 413 Payload Too Large because");
    }

    /// What passed as a name may still lead to this machine.
    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_followed() {
        let endpoint = Endpoint::parse("http://localhost:9/a", Reachable::Private).expect("it may be near");
        let message = Message {
            authorization: "vapid".to_owned(),
            ttl_s: 1,
            urgency: "high",
            topic: "t".to_owned(),
            sealed: vec![],
        };
        let outcome = Post::new(Reachable::Public).expect("it has TLS").send(&endpoint, message).await;
        assert_eq!(outcome, PushOutcome::Refused("its name leads into a private network".to_owned()));
    }
}
