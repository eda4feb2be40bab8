//! The town's REST API, as a program of somebody else's would use it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::{Method, header::HeaderMap};
use serde_json::Value;

use crate::client::Problem;

/// Where the server is found, also after it was started again.
#[derive(Clone)]
pub(crate) struct Door {
    addr: Arc<Mutex<SocketAddr>>,
    http: reqwest::Client,
}

impl Door {
    pub(crate) fn at(addr: SocketAddr) -> Door {
        Door { addr: Arc::new(Mutex::new(addr)), http: reqwest::Client::new() }
    }

    pub(crate) fn moved_to(&self, addr: SocketAddr) {
        *self.addr.lock().unwrap_or_else(PoisonError::into_inner) = addr;
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        *self.addr.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn with_key(&self, key: &str) -> Rest {
        Rest { door: self.clone(), key: Some(key.to_owned()) }
    }

    pub(crate) fn without_key(&self) -> Rest {
        Rest { door: self.clone(), key: None }
    }
}

/// REST with one key.
#[derive(Clone)]
pub(crate) struct Rest {
    door: Door,
    key: Option<String>,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("an answer that is no JSON: {self:?}"))
    }

    /// What it answers with, or the problem that it is, which must be a whole one.
    pub(crate) fn outcome(self) -> Result<Value, Problem> {
        if (200..300).contains(&self.status) {
            return Ok(if self.text.is_empty() { Value::Null } else { self.json() });
        }
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = Problem::of(self.json());
        assert_eq!(problem.body["status"], self.status, "{problem:?}");
        Err(problem)
    }
}

impl Rest {
    /// A request whose path is below `/api/v1`.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        self.at(method, &format!("/api/v1{path}"), headers, body).await
    }

    /// A request for any path.
    pub(crate) async fn at(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let mut request = self.door.http.request(method, format!("http://{}{path}", self.door.addr()));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap_or_else(|fault| panic!("{path} was not answered: {fault}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("an answer is text") }
    }

    /// Sends bytes as they are.
    pub(crate) async fn upload(&self, path: &str, bytes: &[u8]) -> Result<Value, Problem> {
        let url = format!("http://{}/api/v1{path}", self.door.addr());
        let mut request = self.door.http.post(url).body(bytes.to_vec());
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.unwrap_or_else(|fault| panic!("{path} was not answered: {fault}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("an answer is text") }.outcome()
    }

    /// Bytes as they are, and the headers they come with.
    pub(crate) async fn download(&self, path: &str) -> (HeaderMap, Vec<u8>) {
        let url = format!("http://{}/api/v1{path}", self.door.addr());
        let request = self.door.http.get(url).bearer_auth(self.key.as_deref().unwrap_or_default());
        let response = request.send().await.unwrap_or_else(|fault| panic!("{path} was not answered: {fault}"));
        assert_eq!(response.status().as_u16(), 200, "{path}");
        (response.headers().clone(), response.bytes().await.expect("a whole answer").to_vec())
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, Problem> {
        self.call(Method::GET, path, &[], None).await.outcome()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Problem> {
        self.call(Method::POST, path, &[], Some(body.to_string())).await.outcome()
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value, Problem> {
        self.call(Method::PUT, path, &[], Some(body.to_string())).await.outcome()
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Result<Value, Problem> {
        self.call(Method::PATCH, path, &[], Some(body.to_string())).await.outcome()
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Value, Problem> {
        self.call(Method::DELETE, path, &[], None).await.outcome()
    }
}
