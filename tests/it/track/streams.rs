//! A reader of server-sent events, as a browser would be one.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::{
    client::{PATIENCE, Problem},
    town::Town,
};

pub(crate) struct Stream {
    response: reqwest::Response,
    headers: HeaderMap,
    /// What came and is no whole event yet.
    text: String,
}

impl Stream {
    /// Follows a link, or what the hub says instead.
    pub(crate) async fn open(town: &Town, link: &str) -> Result<Stream, Problem> {
        let address = format!("http://{}{link}/events", town.door.addr());
        let response = reqwest::get(&address).await.expect("the hub answers");
        if response.status() != 200 {
            let retry_after = response.headers().get("retry-after").cloned();
            let body: Value = response.json().await.expect("a problem");
            assert_eq!(retry_after.is_some(), body["retryable"] == true, "{body}");
            return Err(Problem::of(body));
        }
        let headers = response.headers().clone();
        Ok(Stream { response, headers, text: String::new() })
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The next `track`, which is told of as `what`.
    pub(crate) async fn track(&mut self, what: &str) -> Value {
        let (name, data) = self.next(what).await.unwrap_or_else(|| panic!("the stream ended before {what}"));
        assert_eq!(name, "track", "{what}: {data}");
        data
    }

    /// The last event, which has this name; then there is nothing more.
    pub(crate) async fn ends_with(&mut self, last: &str) -> Value {
        loop {
            let (name, data) = self.next(last).await.unwrap_or_else(|| panic!("it ended without `{last}`"));
            if name == last {
                assert_eq!(self.next("the end").await, None, "`{last}` is the last");
                return data;
            }
        }
    }

    /// The name and the data of the next event; `None` at the end.
    async fn next(&mut self, what: &str) -> Option<(String, Value)> {
        loop {
            if let Some((event, _)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    line.unwrap_or_default().to_owned()
                };
                let (name, data) = (field("event"), field("data"));
                let whole_bytes = event.len() + "\n\n".len();
                self.text.drain(..whole_bytes);
                if data.is_empty() {
                    continue;
                }
                return Some((name, serde_json::from_str(&data).expect("data is JSON")));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.unwrap_or_else(|_| panic!("waited in vain for {what}"));
            self.text.push_str(&String::from_utf8_lossy(&chunk.expect("the stream goes on")?));
        }
    }
}
