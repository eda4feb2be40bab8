//! A client that comes back: one person's connections, one after the other, and all that was heard on them.
#![expect(clippy::disallowed_methods, reason = "a client's line is read in a task of its own, as a phone would")]

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::{mpsc, oneshot, watch},
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};
use tokio_util::sync::CancellationToken;

use crate::{
    history::Outcome,
    packet::Packet,
    view::{Answer, Cursor, Entry, Heard, Sync, View},
};

/// How long a client waits for an answer, or for a `sync`, before it gives the connection up.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long it waits before it connects again.
const BACKOFF: Duration = Duration::from_millis(15);

/// What a client notes whose key is refused.
const SHUT_OUT: &str = "the hub does not know this client's key";

/// What the log never holds.
const VOLATILE: [&str; 5] = ["driver.device", "driver.location", "driver.reach", "order.reach", "server.stopping"];

/// Somebody with a key.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// What the history calls them.
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) namespace: &'static str,
}

/// One person's client, over all its connections.
pub(crate) struct Client {
    pub(crate) person: Person,
    pub(crate) door: SocketAddr,
    /// Bytes the kernel may hold for it; its own choice if this is none.
    pub(crate) receive_bytes: Option<u32>,
    views: Vec<Arc<Mutex<View>>>,
}

/// A connection that is up to date.
pub(crate) struct Line {
    shared: Arc<Shared>,
    pub(crate) sync: Sync,
    /// What comes from now on.
    pub(crate) events: mpsc::UnboundedReceiver<Heard>,
}

/// What gives commands on a connection.
#[derive(Clone)]
pub(crate) struct Commands(Arc<Shared>);

struct Shared {
    namespace: &'static str,
    view: Arc<Mutex<View>>,
    out: mpsc::UnboundedSender<Message>,
    waiting: Mutex<Waiting>,
    reads: watch::Sender<bool>,
    ended: CancellationToken,
}

#[derive(Default)]
struct Waiting {
    next_id: u64,
    answers: HashMap<u64, (String, oneshot::Sender<Outcome>)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Client {
    pub(crate) fn of(person: &Person, door: SocketAddr) -> Client {
        Client { person: person.clone(), door, receive_bytes: None, views: Vec::new() }
    }

    /// Connects with the cursor of the last connection, again and again until that works or `until` says stop.
    pub(crate) async fn connect(&mut self, until: &CancellationToken) -> Option<Line> {
        let cursor = self.views.last().and_then(|view| lock(view).cursor());
        self.connect_with(cursor, until).await
    }

    /// Connects, with this cursor, until that works or `until` says stop.
    pub(crate) async fn connect_with(&mut self, cursor: Option<Cursor>, until: &CancellationToken) -> Option<Line> {
        loop {
            let tried = until.run_until_cancelled(timeout(PATIENCE, self.try_connect(cursor.clone()))).await?;
            if let Ok(Some(line)) = tried {
                return Some(line);
            }
            if self.is_shut_out() {
                return None;
            }
            until.run_until_cancelled(sleep(BACKOFF)).await?;
        }
    }

    /// Whether the hub does not know this client's key any more.
    pub(crate) fn is_shut_out(&self) -> bool {
        self.views.last().is_some_and(|view| lock(view).faults.iter().any(|fault| fault == SHUT_OUT))
    }

    /// What was heard on each connection that came to a `sync`.
    pub(crate) fn views(self) -> Vec<View> {
        self.views.into_iter().map(|view| lock(&view).clone()).collect()
    }

    async fn try_connect(&mut self, cursor: Option<Cursor>) -> Option<Line> {
        let namespace = self.person.namespace;
        let mut ws = transport(self.door, self.receive_bytes).await?;
        let mut auth = json!({ "token": self.person.key });
        if let Some(cursor) = &cursor {
            auth["cursor"] = json!({ "epoch": cursor.epoch, "seq": cursor.seq });
        }
        ws.send(Message::text(format!("40{namespace},{auth}"))).await.ok()?;
        let view = Arc::new(Mutex::new(View::new(cursor)));
        let (out, outbox) = mpsc::unbounded_channel();
        let (tell, events) = mpsc::unbounded_channel();
        let (reads, may_read) = watch::channel(true);
        let (synced, sync) = oneshot::channel();
        let (waiting, ended) = (Mutex::default(), CancellationToken::new());
        let shared = Arc::new(Shared { namespace, view: view.clone(), out, waiting, reads, ended });
        tokio::spawn(shared.clone().run(ws, outbox, may_read, Reader { tell, synced: Some(synced) }));
        let end = EndOnDrop(shared);
        let Ok(sync) = sync.await else {
            if lock(&view).faults.iter().any(|fault| fault == SHUT_OUT) {
                self.views.push(view);
            }
            return None;
        };
        self.views.push(view);
        let shared = end.keep();
        Some(Line { shared, sync, events })
    }
}

/// Ends a connection that nobody waits for any more.
struct EndOnDrop(Arc<Shared>);

impl EndOnDrop {
    fn keep(self) -> Arc<Shared> {
        let shared = self.0.clone();
        std::mem::forget(self);
        shared
    }
}

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.ended.cancel();
    }
}

async fn transport(addr: SocketAddr, receive_bytes: Option<u32>) -> Option<WebSocketStream<TcpStream>> {
    let socket = TcpSocket::new_v4().ok()?;
    if let Some(bytes) = receive_bytes {
        socket.set_recv_buffer_size(bytes).ok()?;
    }
    let stream = socket.connect(addr).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let url = format!("ws://{addr}/socket.io/?EIO=4&transport=websocket");
    tokio_tungstenite::client_async(url, stream).await.ok().map(|(ws, _)| ws)
}

impl Line {
    pub(crate) fn commands(&self) -> Commands {
        Commands(self.shared.clone())
    }

    /// Leaves everything that comes in the kernel's buffers, or reads on.
    pub(crate) fn read(&self, reads: bool) {
        self.shared.reads.send_replace(reads);
    }

    /// The end of the connection.
    pub(crate) fn ended(&self) -> CancellationToken {
        self.shared.ended.clone()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.ended.cancel();
    }
}

impl Commands {
    /// Gives a command. A connection that does not answer in time is given up.
    pub(crate) async fn give(&self, name: &str, payload: &Value) -> Outcome {
        let (tell, told) = oneshot::channel();
        {
            let mut waiting = lock(&self.0.waiting);
            if self.0.ended.is_cancelled() {
                return Outcome::Unknown;
            }
            let id = waiting.next_id;
            waiting.next_id += 1;
            waiting.answers.insert(id, (name.to_owned(), tell));
            // A line that has ended drops whoever waits.
            let _ = self.0.out.send(Message::text(format!("42{},{id}{}", self.0.namespace, json!([name, payload]))));
        }
        if let Ok(Ok(outcome)) = timeout(PATIENCE, told).await {
            return outcome;
        }
        self.0.ended.cancel();
        Outcome::Unknown
    }
}

/// Whom the reading task tells what came.
struct Reader {
    tell: mpsc::UnboundedSender<Heard>,
    synced: Option<oneshot::Sender<Sync>>,
}

impl Shared {
    async fn run(
        self: Arc<Self>,
        ws: WebSocketStream<TcpStream>,
        mut outbox: mpsc::UnboundedReceiver<Message>,
        mut may_read: watch::Receiver<bool>,
        mut reader: Reader,
    ) {
        let (mut sink, mut stream) = ws.split();
        loop {
            let reads = *may_read.borrow_and_update();
            tokio::select! {
                () = self.ended.cancelled() => break,
                _ = may_read.changed() => {}
                Some(message) = outbox.recv() => {
                    let sent = tokio::select! {
                        sent = sink.send(message) => sent.is_ok(),
                        () = self.ended.cancelled() => false,
                    };
                    if !sent {
                        break;
                    }
                }
                frame = stream.next(), if reads => match frame {
                    Some(Ok(Message::Text(text))) => {
                        if !self.heard(text.as_str(), &mut reader) {
                            break;
                        }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => {}
                },
            }
        }
        let mut waiting = lock(&self.waiting);
        self.ended.cancel();
        waiting.answers.clear();
    }

    /// Takes a frame in; answers whether the connection goes on.
    fn heard(&self, text: &str, reader: &mut Reader) -> bool {
        match Packet::parse(text) {
            Packet::Ping => self.reply("3".to_owned()),
            Packet::Open | Packet::Connected => {}
            Packet::Refused(code) => {
                if code == "unauthorized" {
                    lock(&self.view).faults.push(SHUT_OUT.to_owned());
                }
                return false;
            }
            Packet::Ended => return false,
            Packet::Ack(id, answer) => self.answered(id, &answer),
            Packet::Event { name, body, ack } => {
                if let Some(ack) = ack {
                    self.reply(format!("43{},{ack}[]", self.namespace));
                }
                return self.event(&name, &body, reader);
            }
            Packet::Other => {
                lock(&self.view).fault(format!("what is this? {text}"));
                return false;
            }
        }
        true
    }

    fn event(&self, name: &str, body: &Value, reader: &mut Reader) -> bool {
        if name == "sync" {
            let sync = Sync::of(body);
            lock(&self.view).entries.push(Entry::Sync(sync.clone()));
            return reader.synced.take().is_some_and(|synced| synced.send(sync).is_ok());
        }
        if VOLATILE.contains(&name) {
            return true;
        }
        let heard = Heard::of(body);
        // A client that finds a gap comes back with its cursor, and so does this one; the gap stays on record.
        let goes_on = lock(&self.view).hear(heard.clone());
        // Nobody may be listening any more.
        let _ = reader.tell.send(heard);
        goes_on
    }

    fn answered(&self, id: u64, answer: &Value) {
        let asked = lock(&self.waiting).answers.remove(&id);
        let outcome = Outcome::refused(&answer["error"]).unwrap_or_else(|| {
            let verb = asked.as_ref().map_or("", |(verb, _)| verb.as_str());
            let (seq, data) = (answer["seq"].as_i64(), Answer::of(verb, &answer["data"]));
            lock(&self.view).entries.push(Entry::Acked { seq, answer: data });
            Outcome::Done(answer["data"].clone())
        });
        match asked {
            // Whoever asked may not wait any more.
            Some((_, asked)) => drop(asked.send(outcome)),
            None => lock(&self.view).fault(format!("an answer to {id}, which was not asked or was answered before")),
        }
    }

    fn reply(&self, packet: String) {
        // The line may just have ended.
        let _ = self.out.send(Message::text(packet));
    }
}
