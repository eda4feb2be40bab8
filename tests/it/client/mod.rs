//! A small Socket.IO 5 client over WebSocket, which proves as it listens that it misses nothing.
#![expect(clippy::disallowed_methods, reason = "a client's line is read in a task of its own, as a browser would")]

mod line;
mod packet;

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_tungstenite::tungstenite::Message;

pub(crate) use self::line::{Came, Event};
use self::line::{Line, Seen, Shared, transport};

/// How long a test waits for what must come before it says what came instead.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A command's good answer.
#[derive(Clone, Debug)]
pub(crate) struct Ack {
    pub(crate) data: Value,
    pub(crate) seq: Option<i64>,
}

/// A refusal: the same object over sockets and REST.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) body: Value,
}

impl Problem {
    pub(crate) fn of(body: Value) -> Problem {
        let word =
            |name: &str| body[name].as_str().unwrap_or_else(|| panic!("a problem without {name}: {body}")).into();
        Problem { code: word("code"), detail: word("detail"), body }
    }

    /// The fields it names.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["field"].as_str()).collect()
    }
}

/// One connection to one namespace.
pub(crate) struct Client {
    shared: Arc<Shared>,
    out: mpsc::UnboundedSender<Vec<Message>>,
    task: JoinHandle<()>,
    namespace: &'static str,
}

/// An answer that is still to come.
pub(crate) struct Pending {
    shared: Arc<Shared>,
    told: oneshot::Receiver<Value>,
    name: String,
    pub(crate) id: u64,
}

impl Client {
    /// Connects and waits for the first `sync`; `Err` is the `connect_error`'s message.
    pub(crate) async fn connect(addr: SocketAddr, namespace: &'static str, auth: &Value) -> Result<Client, String> {
        let client = Client::open(addr, namespace).await;
        client.raw(&[format!("40{namespace},{auth}")]);
        let refused = client.until("a sync", |seen| match (&seen.sync, &seen.refused) {
            (Some(_), _) => Some(None),
            (None, Some(message)) => Some(Some(message.clone())),
            _ => None,
        });
        match refused.await {
            None => Ok(client),
            Some(message) => Err(message),
        }
    }

    /// Opens the transport, and goes into no namespace.
    pub(crate) async fn open(addr: SocketAddr, namespace: &'static str) -> Client {
        let ws = transport(addr).await.unwrap_or_else(|fault| panic!("{addr} lets nobody in: {fault}"));
        let shared = Arc::new(Shared::default());
        let (out, outbox) = mpsc::unbounded_channel();
        let line = Line { shared: shared.clone(), namespace, out: out.clone() };
        Client { shared, out, task: tokio::spawn(line.run(ws, outbox)), namespace }
    }

    /// Connects, and gives a command at the moment it is let in, before any `sync`.
    pub(crate) async fn connect_in_haste(
        addr: SocketAddr,
        namespace: &'static str,
        auth: &Value,
        (name, payload): (&str, &Value),
    ) -> (Client, Pending) {
        let client = Client::open(addr, namespace).await;
        let (pending, packet) = client.prepare(name, payload);
        client.shared.seen().in_haste = Some(packet);
        client.raw(&[format!("40{namespace},{auth}")]);
        (client, pending)
    }

    /// Gives a command, and its answer once it is there. Commands go out in the order of the calls.
    pub(crate) fn send(&self, name: &str, payload: &Value) -> Pending {
        let (pending, packet) = self.prepare(name, payload);
        self.raw(&[packet]);
        pending
    }

    /// Gives many commands in one segment.
    pub(crate) fn send_all(&self, commands: &[(&str, Value)]) -> Vec<Pending> {
        let (pending, packets): (Vec<_>, Vec<_>) =
            commands.iter().map(|(name, payload)| self.prepare(name, payload)).unzip();
        self.raw(&packets);
        pending
    }

    /// A command as it would be sent, and its answer once it is there.
    pub(crate) fn prepare(&self, name: &str, payload: &Value) -> (Pending, String) {
        let (tell, told) = oneshot::channel();
        let mut seen = self.shared.seen();
        let id = seen.next_id;
        seen.next_id += 1;
        seen.waiting.insert(id, tell);
        let packet = format!("42{},{id}{}", self.namespace, json!([name, payload]));
        (Pending { shared: self.shared.clone(), told, name: name.to_owned(), id }, packet)
    }

    pub(crate) async fn command(&self, name: &str, payload: &Value) -> Result<Ack, Problem> {
        self.send(name, payload).answer().await
    }

    /// Sends frames as they are.
    pub(crate) fn raw(&self, packets: &[String]) {
        // A line that has ended says so to whoever listens for the answer.
        let _ = self.out.send(packets.iter().map(|packet| Message::text(packet.clone())).collect());
    }

    /// The next event of the log, which must be of this type.
    pub(crate) async fn expect(&self, kind: &str) -> Event {
        let event = self.next(&format!("`{kind}`")).await;
        assert_eq!(event.kind, kind, "{}", self.story());
        event
    }

    /// The next event of the log, whatever it is.
    pub(crate) async fn next(&self, what: &str) -> Event {
        self.until(what, |seen| seen.events.pop_front()).await
    }

    /// The next of what is not kept.
    pub(crate) async fn expect_volatile(&self, name: &str) -> Value {
        self.until(&format!("the passing `{name}`"), |seen| {
            let at = seen.volatile.iter().position(|(given, _)| given == name)?;
            seen.volatile.remove(at).map(|(_, body)| body)
        })
        .await
    }

    /// How many passing messages of this name came and were not asked for.
    pub(crate) fn passing(&self, name: &str) -> usize {
        self.shared.seen().volatile.iter().filter(|(given, _)| given == name).count()
    }

    /// The first `sync` of this connection.
    pub(crate) fn sync(&self) -> Value {
        self.shared.seen().sync.clone().unwrap_or_else(|| panic!("no sync came: {}", self.story()))
    }

    /// Up to where this client has heard.
    pub(crate) fn cursor(&self) -> Value {
        let (epoch, seq) = self.shared.seen().cursor.clone().expect("a sync has come");
        json!({ "epoch": epoch, "seq": seq })
    }

    /// The ids of acknowledged commands, in the order the answers came.
    pub(crate) fn answered(&self) -> Vec<u64> {
        self.shared.seen().answered.clone()
    }

    /// What told of places in the log, in the order it came.
    pub(crate) fn came(&self) -> Vec<Came> {
        self.shared.seen().came.clone()
    }

    /// What came and was not yet asked for.
    pub(crate) fn unread(&self) -> Vec<Event> {
        self.shared.seen().events.iter().cloned().collect()
    }

    /// Waits until so many events have come that were not yet asked for.
    pub(crate) async fn has_unread(&self, count: usize) {
        self.until(&format!("{count} events"), |seen| (seen.events.len() >= count).then_some(())).await;
    }

    /// Waits for the end of the connection, and says how it ended.
    pub(crate) async fn ended(&self) -> String {
        self.until("the end of the connection", |seen| seen.ended.clone()).await
    }

    /// Waits for the end of the connection, or for an event.
    pub(crate) async fn has_ended_or_heard(&self, what: impl Fn(&Event) -> bool) {
        let what = |seen: &mut Seen| (seen.ended.is_some() || seen.events.iter().any(&what)).then_some(());
        self.until("the end of the connection, or an event", what).await;
    }

    /// Waits for the first `sync`.
    pub(crate) async fn synced(&self) {
        self.until("a sync", |seen| seen.sync.as_ref().map(|_| ())).await;
    }

    /// Leaves everything that comes in the kernel's buffers.
    pub(crate) fn stop_reading(&self) {
        self.shared.paused.store(true, Ordering::Relaxed);
        self.shared.reading.notify_one();
    }

    pub(crate) fn read_on(&self) {
        self.shared.paused.store(false, Ordering::Relaxed);
        self.shared.reading.notify_one();
    }

    /// Drops the connection without a word, as a tunnel does.
    pub(crate) fn drop_link(&self) {
        self.task.abort();
    }

    /// Everything that was said on this line, and what was not yet read of it.
    pub(crate) fn story(&self) -> String {
        let seen = self.shared.seen();
        let from = seen.story.len().saturating_sub(60);
        format!("\non {}:\n  {}\n", self.namespace, seen.story[from..].join("\n  "))
    }

    async fn until<T>(&self, what: &str, mut found: impl FnMut(&mut Seen) -> Option<T>) -> T {
        let search = async {
            loop {
                let changed = self.shared.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                let (fault, found, ended) = {
                    let mut seen = self.shared.seen();
                    (seen.fault.clone(), found(&mut seen), seen.ended.clone())
                };
                assert!(fault.is_none(), "{}{}", fault.unwrap_or_default(), self.story());
                if let Some(found) = found {
                    return found;
                }
                assert!(ended.is_none(), "waited for {what}, but the line has ended{}", self.story());
                changed.await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, search).await;
        found.unwrap_or_else(|_| panic!("waited in vain for {what}{}", self.story()))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Pending {
    /// Whether the answer has come.
    pub(crate) fn was_answered(mut self) -> bool {
        self.told.try_recv().is_ok()
    }

    pub(crate) async fn answer(self) -> Result<Ack, Problem> {
        let (shared, name) = (self.shared.clone(), self.name.clone());
        let answer = self.outcome().await;
        let story = || shared.seen().story.join("\n  ");
        answer.unwrap_or_else(|| panic!("the line ended before `{name}` was answered:\n  {}", story()))
    }

    /// The answer; none if the line ended before it came.
    pub(crate) async fn outcome(self) -> Option<Result<Ack, Problem>> {
        let Pending { shared, told, name, .. } = self;
        let story = || shared.seen().story.join("\n  ");
        let answer = tokio::time::timeout(PATIENCE, told).await;
        let answer = answer.unwrap_or_else(|_| panic!("`{name}` was never answered:\n  {}", story())).ok()?;
        assert!(answer["server_time"].is_string(), "an answer without server_time: {answer}");
        Some(match answer.get("error") {
            Some(error) => Err(Problem::of(error.clone())),
            None => Ok(Ack { data: answer["data"].clone(), seq: answer["seq"].as_i64() }),
        })
    }
}
