//! The hub's REST API with the dispatcher's key, over one connection that is made anew when it breaks.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, Uri, client::conn::http1::SendRequest, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, sync::Mutex};
use tokio_util::task::TaskTracker;

/// Where the hub is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Door {
    host: String,
    port: u16,
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// No answer.
    #[error("{0}")]
    Unreachable(String),
    /// A refusal, with its code and its words.
    #[error("{code}: {detail}")]
    Refused { code: String, detail: String },
}

impl Door {
    /// Reads `http://HOST:PORT`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(super) fn parse(url: &str) -> Result<Door, String> {
        let uri: Uri = url.parse().map_err(|fault| format!("{url} is no URL: {fault}"))?;
        let host = uri.host().ok_or_else(|| format!("{url} names no host"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(format!("{url}: the simulator speaks plain http only; give the hub's own address"));
            }
            _ => return Err(format!("{url} must begin with http://")),
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Door { host, port: uri.port_u16().unwrap_or(80) })
    }

    /// As a URL's authority.
    pub(super) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// A connection of its own.
    pub(super) async fn connect(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        let stream = stream.map_err(|fault| format!("no hub answers on http://{}: {fault}", self.authority()))?;
        // A command waits for nothing; without it a loopback would wait 40 ms.
        stream.set_nodelay(true).map_err(|fault| fault.to_string())?;
        Ok(stream)
    }
}

/// REST with one key.
pub(super) struct Rest {
    door: Door,
    key: String,
    tasks: TaskTracker,
    open: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

impl Rest {
    /// With this key. Nothing is sent yet.
    pub(super) fn with_key(door: Door, key: &str, tasks: TaskTracker) -> Rest {
        Rest { door, key: key.to_owned(), tasks, open: Mutex::default() }
    }

    /// With the same key, over a connection of its own.
    pub(super) fn another(&self) -> Rest {
        Rest::with_key(self.door.clone(), &self.key, self.tasks.clone())
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Fault> {
        self.call(Method::GET, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(super) async fn patch(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Result<(), Fault> {
        self.call(Method::DELETE, path, None).await.map(|_| ())
    }

    /// What a list holds on its first pages, at most `pages_max`. `list` has a query already.
    pub(super) async fn all(&self, list: &str, pages_max: u32) -> Result<Vec<Value>, Fault> {
        let mut things = Vec::new();
        let mut path = list.to_owned();
        for _ in 0..pages_max {
            let mut page = self.get(&path).await?;
            if let Some(data) = page["data"].as_array_mut() {
                things.append(data);
            }
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{list}&cursor={next}");
        }
        Ok(things)
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Fault> {
        let mut open = self.open.lock().await;
        let is_ready = match open.as_mut() {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !is_ready {
            *open = Some(self.connect().await?);
        }
        let sender = open.as_mut().ok_or_else(|| Fault::Unreachable("the connection is gone".to_owned()))?;
        let broke = |fault: &dyn std::error::Error| Fault::Unreachable(format!("{method} {path} broke off: {fault}"));
        let request = self.request(&method, path, body).map_err(|fault| broke(&fault))?;
        let answer = match sender.send_request(request).await {
            Ok(answer) => answer,
            Err(fault) => {
                *open = None;
                return Err(broke(&fault));
            }
        };
        let status = answer.status();
        let bytes = answer.into_body().collect().await.map_err(|fault| broke(&fault))?.to_bytes();
        let value: Value =
            if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_default() };
        if status.is_success() {
            return Ok(value);
        }
        let word = |name: &str, instead: &str| value[name].as_str().unwrap_or(instead).to_owned();
        let detail = word("detail", &format!("{method} {path} was answered {status}"));
        Err(Fault::Refused { code: word("code", status.as_str()), detail })
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Fault> {
        let stream = self.door.connect().await.map_err(Fault::Unreachable)?;
        let made = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = made.map_err(|fault| Fault::Unreachable(fault.to_string()))?;
        // It ends with the sender, and what broke it is told to whoever asks next.
        self.tasks.spawn(async { drop(connection.await) });
        Ok(sender)
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, self.door.authority())
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body.map(|body| Bytes::from(body.to_string())).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::Door;

    #[test]
    fn a_url_is_read_or_refused_in_words() {
        let read = |url| Door::parse(url).map(|door| door.authority());
        assert_eq!(read("http://127.0.0.1:8080"), Ok("127.0.0.1:8080".to_owned()));
        assert_eq!(read("http://[::1]:81/"), Ok("[::1]:81".to_owned()));
        assert_eq!(read("http://hub.example"), Ok("hub.example:80".to_owned()));
        assert!(read("https://hub.example").is_err_and(|why| why.contains("plain http only")));
        assert!(read("hub.example:80").is_err());
        assert!(read("").is_err());
    }
}
