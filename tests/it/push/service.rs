//! A push service of the story's own: it takes what is signed by the hub it knows, and opens it with the browser's keys.
#![expect(clippy::disallowed_methods, reason = "a push service runs in a task of its own")]

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::post,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

use super::browser::Browser;
use crate::{
    client::PATIENCE,
    town::{Town, TownClock},
};

/// Longest that a signature may be good for, in seconds.
const GOOD_S_MAX: i64 = 24 * 3_600;

/// A push, opened.
#[derive(Debug)]
pub(crate) struct Got {
    /// The browser's name.
    pub(crate) to: String,
    pub(crate) said: Value,
    pub(crate) ttl_s: i64,
    pub(crate) urgency: String,
    pub(crate) topic: String,
    /// What the service answered.
    pub(crate) status: u16,
}

pub(crate) struct PushService {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    origin: String,
    hub_key: String,
    clock: Arc<TownClock>,
    changed: Notify,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    browsers: HashMap<String, Browser>,
    got: VecDeque<Got>,
    faults: Vec<String>,
    /// What it answers to the next pushes to whom; then it takes them.
    answers: VecDeque<(String, u16, Option<&'static str>)>,
    /// Browsers that are gone.
    gone: Vec<String>,
    /// Browsers for which it takes a push and never answers.
    stalled: Vec<String>,
}

impl PushService {
    /// Opens a push service on this machine, which knows the town's hub.
    pub(crate) async fn open(town: &Town) -> PushService {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("it listens"));
        let (hub_key, clock) = (super::public_key(town).await, town.clock.clone());
        let shared = Shared { origin, hub_key, clock, changed: Notify::new(), seen: Mutex::default() };
        let shared = Arc::new(shared);
        let routes = Router::new().route("/{browser}", post(take)).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        PushService { shared, task }
    }

    /// A new browser of this service.
    pub(crate) fn browser(&self, name: &str) -> Browser {
        let name = name.replace(' ', "-");
        let browser = Browser::new(&format!("{}/{name}", self.shared.origin));
        self.shared.seen().browsers.insert(name, browser.clone());
        browser
    }

    /// From now on the service says that this browser is gone.
    pub(crate) fn forgets(&self, name: &str) {
        self.shared.seen().gone.push(name.to_owned());
    }

    /// From now on the service never answers where it is about this browser.
    pub(crate) fn stalls(&self, name: &str) {
        self.shared.seen().stalled.push(name.to_owned());
    }

    /// What it answers to the next push to a browser, and when the hub is to come back.
    pub(crate) fn answers(&self, name: &str, status: u16, retry_after: Option<&'static str>) {
        self.shared.seen().answers.push_back((name.to_owned(), status, retry_after));
    }

    /// The next push.
    pub(crate) async fn next(&self, what: &str) -> Got {
        let next = async {
            loop {
                let changed = self.shared.changed.notified();
                if let Some(got) = self.heard().pop_front() {
                    return got;
                }
                changed.await;
            }
        };
        let next = tokio::time::timeout(PATIENCE, next).await;
        next.unwrap_or_else(|_| panic!("waited in vain for a push: {what}"))
    }

    /// What came that was not asked for yet.
    pub(crate) fn rest(&self) -> Vec<String> {
        let mut heard = self.heard();
        heard.drain(..).map(|got| format!("{} to {}", got.said["kind"].as_str().unwrap_or_default(), got.to)).collect()
    }

    fn heard(&self) -> MappedGot<'_> {
        let seen = self.shared.seen();
        assert!(seen.faults.is_empty(), "what the hub sends is wrong: {:?}", seen.faults);
        MappedGot(seen)
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What came.
struct MappedGot<'s>(MutexGuard<'s, Seen>);

impl std::ops::Deref for MappedGot<'_> {
    type Target = VecDeque<Got>;

    fn deref(&self) -> &VecDeque<Got> {
        &self.0.got
    }
}

impl std::ops::DerefMut for MappedGot<'_> {
    fn deref_mut(&mut self) -> &mut VecDeque<Got> {
        &mut self.0.got
    }
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the hub signed for itself, to this service, for now: RFC 8292.
    fn check(&self, headers: &HeaderMap) -> Result<(), String> {
        let given = header(headers, "authorization");
        let (token, key) = given.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).ok_or(given)?;
        if key != self.hub_key {
            return Err(format!("the key is {key}, but browsers were given {}", self.hub_key));
        }
        let point = BASE64URL.decode(key).map_err(|fault| fault.to_string())?;
        let (signed, signature) = token.rsplit_once('.').ok_or("no signature")?;
        let signature = BASE64URL.decode(signature).map_err(|fault| fault.to_string())?;
        let signature = Signature::from_slice(&signature).map_err(|fault| fault.to_string())?;
        let key = VerifyingKey::from_sec1_bytes(&point).map_err(|fault| fault.to_string())?;
        key.verify(signed.as_bytes(), &signature).map_err(|_| "the signature is not the hub's")?;
        let (head, claims) = signed.split_once('.').ok_or("no claims")?;
        let part = |part: &str| -> Result<Value, String> {
            let bytes = BASE64URL.decode(part).map_err(|fault| fault.to_string())?;
            serde_json::from_slice(&bytes).map_err(|fault| fault.to_string())
        };
        let (head, claims, now) = (part(head)?, part(claims)?, self.clock.now().ms() / 1_000);
        let is_good = claims["exp"].as_i64().is_some_and(|end| (now..=now + GOOD_S_MAX).contains(&end));
        let contact = claims["sub"].as_str().unwrap_or_default();
        let is_contact = contact.starts_with("mailto:") || contact.starts_with("https://");
        if head["alg"] == "ES256" && claims["aud"] == self.origin && is_good && is_contact {
            return Ok(());
        }
        Err(format!("{head} {claims} is not for {} at {now}", self.origin))
    }
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn take(
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let mut fault = shared.check(&headers).err();
    let is_stalled = shared.seen().stalled.contains(&name);
    if is_stalled {
        std::future::pending::<()>().await;
    }
    let mut seen = shared.seen();
    let next = seen.answers.iter().position(|(to, ..)| *to == name);
    let (status, retry_after) = match next.and_then(|next| seen.answers.remove(next)) {
        Some((_, status, retry_after)) => (status, retry_after),
        None if seen.gone.contains(&name) => (410, None),
        None => (201, None),
    };
    let browser = seen.browsers.get(&name).ok_or_else(|| format!("there is no browser {name}"));
    match browser.and_then(|browser| browser.decrypt(&body)) {
        Ok(said) => {
            let ttl_s = header(&headers, "ttl").parse().unwrap_or(-1);
            let (urgency, topic) = (header(&headers, "urgency").to_owned(), header(&headers, "topic").to_owned());
            let is_topic = topic.len() <= 32 && topic.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            if !is_topic || ttl_s < 0 || header(&headers, "content-encoding") != "aes128gcm" {
                fault = fault.or_else(|| Some(format!("no such headers: {headers:?}")));
            }
            seen.got.push_back(Got { to: name, said, ttl_s, urgency, topic, status });
        }
        Err(why) => fault = fault.or(Some(why)),
    }
    seen.faults.extend(fault);
    drop(seen);
    shared.changed.notify_waiters();
    let retry_after: HeaderMap = retry_after
        .into_iter()
        .filter_map(|after| Some((axum::http::header::RETRY_AFTER, after.parse().ok()?)))
        .collect();
    (StatusCode::from_u16(status).expect("a status"), retry_after)
}
