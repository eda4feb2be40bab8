//! The town of a round: who is in it, and the dispatcher's REST.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    client::Person,
    history::{History, Outcome},
    process::ADMIN_KEY,
};

/// Zones of the town: id, west, east, neighbours.
const ZONES: [(&str, f64, f64, &[&str]); 2] = [("mitte", 13.38, 13.42, &["east"]), ("east", 13.42, 13.46, &["mitte"])];

const VENDORS: usize = 3;
const DRIVERS: usize = 4;

/// Most orders that one driver carries.
pub(crate) const CARRIED_MAX: usize = 4;

/// How long an answer may take before it counts as unknown.
const ANSWER_MAX: Duration = Duration::from_secs(6);

/// What everybody in a round shares.
pub(crate) struct Town {
    /// Where clients connect: the proxy.
    pub(crate) door: SocketAddr,
    pub(crate) vendors: Vec<Person>,
    pub(crate) drivers: Vec<Person>,
    pub(crate) dispatcher: Person,
    pub(crate) history: History,
    /// The dispatcher's REST, by the same road as everybody's.
    pub(crate) rest: Rest,
    /// Orders that somebody knows of.
    pub(crate) orders: Mutex<Vec<String>>,
    /// Nobody begins anything new once it is set.
    pub(crate) evening: CancellationToken,
    /// Everybody goes home once it is set.
    pub(crate) night: CancellationToken,
}

impl Town {
    /// Builds the town by asking the hub itself at `hub`; clients are to use `door`.
    pub(crate) async fn build(hub: SocketAddr, door: SocketAddr) -> Arc<Town> {
        let rest = Rest::at(hub, ADMIN_KEY);
        for (id, west, east, neighbours) in ZONES {
            let ring = json!([[west, 52.5], [east, 52.5], [east, 52.54], [west, 52.54], [west, 52.5]]);
            let area = json!({ "type": "Polygon", "coordinates": [ring] });
            let zone = json!({ "id": id, "name": id, "area": area, "neighbours": neighbours });
            rest.make("zones", &zone).await;
        }
        let mut vendors = Vec::new();
        for n in 0..VENDORS {
            // The last one's orders belong to the other zone.
            let lng = if n + 1 == VENDORS { 13.44 } else { 13.4 };
            let who = json!({ "name": format!("vendor {n}"), "address": "1 Main St", "lat": 52.52, "lng": lng });
            vendors.push(rest.person("vendor", n, &who).await);
        }
        let mut drivers = Vec::new();
        for n in 0..DRIVERS {
            let who = json!({ "name": format!("driver {n}"), "max_active_orders": CARRIED_MAX });
            drivers.push(rest.person("driver", n, &who).await);
        }
        let dispatcher = Person {
            name: "dispatcher".to_owned(),
            id: String::new(),
            key: ADMIN_KEY.to_owned(),
            namespace: "/dispatch",
        };
        let (evening, night) = (CancellationToken::new(), CancellationToken::new());
        let (history, rest) = (History::new(), Rest::at(door, ADMIN_KEY));
        let orders = Mutex::default();
        Arc::new(Town { door, vendors, drivers, dispatcher, history, rest, orders, evening, night })
    }

    /// Notes that an order exists.
    pub(crate) fn learn(&self, order: &str) {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).push(order.to_owned());
    }

    /// One of the newest orders that somebody knows of.
    pub(crate) fn recent_order(&self, dice: usize) -> Option<String> {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.len().checked_sub(1 + dice.min(orders.len().saturating_sub(1))).map(|at| orders[at].clone())
    }
}

/// REST with one key.
#[derive(Clone)]
pub(crate) struct Rest {
    at: SocketAddr,
    key: String,
    http: reqwest::Client,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Rest {
    pub(crate) fn at(at: SocketAddr, key: &str) -> Rest {
        Rest { at, key: key.to_owned(), http: reqwest::Client::new() }
    }

    /// Asks, and answers with the status and the body; `None` if no whole answer came.
    pub(crate) async fn call(
        &self,
        method: reqwest::Method,
        path: &str,
        idempotency_key: Option<&str>,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let mut request = self.http.request(method, format!("http://{}{path}", self.at)).bearer_auth(&self.key);
        request = request.timeout(ANSWER_MAX);
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let text = response.text().await.ok()?;
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).ok()? };
        Some(Answer { status, body })
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Answer> {
        self.call(reqwest::Method::GET, path, None, None).await
    }

    /// A command, as the history keeps it.
    pub(crate) async fn command(&self, path: &str, idempotency_key: Option<&str>, body: &Value) -> Outcome {
        let answer = self.call(reqwest::Method::POST, path, idempotency_key, Some(body)).await;
        outcome(answer)
    }

    async fn make(&self, path: &str, body: &Value) -> Value {
        let answer = self.call(reqwest::Method::POST, &format!("/api/v1/{path}"), None, Some(body)).await;
        let answer = answer.unwrap_or_else(|| panic!("{path} is not answered"));
        assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
        answer.body
    }

    async fn person(&self, role: &str, n: usize, who: &Value) -> Person {
        let id = self.make(&format!("{role}s"), who).await["id"].as_str().unwrap_or_default().to_owned();
        let made = self.make("keys", &json!({ "role": role, format!("{role}_id"): id })).await;
        let key = made["key"].as_str().unwrap_or_default().to_owned();
        let namespace = if role == "vendor" { "/orders" } else { "/drivers" };
        Person { name: format!("{role} {n}"), id, key, namespace }
    }
}

/// What the history keeps of an answer.
pub(crate) fn outcome(answer: Option<Answer>) -> Outcome {
    match answer {
        None => Outcome::Unknown,
        Some(Answer { status: 200..300, body }) => Outcome::Done(body),
        Some(Answer { body, .. }) => Outcome::refused(&body).unwrap_or(Outcome::Unknown),
    }
}
