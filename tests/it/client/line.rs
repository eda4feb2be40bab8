//! What a client's line does: read, write, and prove that nothing is missed.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::{Notify, mpsc, oneshot},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Error, Message},
};

use super::packet::Packet;

/// Bytes the kernel may hold for a client that does not read, so that a slow reader is soon found out.
const RECEIVE_BUFFER_BYTES: u32 = 16 * 1024;

/// What the log never holds.
const VOLATILE: [&str; 5] = ["driver.device", "driver.location", "driver.reach", "order.reach", "server.stopping"];

/// One event of the log, as it came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) seq: i64,
    pub(crate) body: Value,
}

impl Event {
    fn of(body: Value) -> Event {
        let word = |name: &str| body.get(name).unwrap_or_else(|| panic!("an event without {name}: {body}"));
        let (kind, seq) = (word("type").as_str().unwrap_or_default().to_owned(), word("seq").as_i64().unwrap_or(-1));
        Event { kind, seq, body }
    }

    pub(crate) fn order(&self) -> &Value {
        &self.body["order"]
    }

    pub(crate) fn data(&self) -> &Value {
        &self.body["data"]
    }
}

/// What told of a place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    Answer(i64),
    Event(i64),
}

#[derive(Default)]
pub(super) struct Seen {
    pub(super) next_id: u64,
    pub(super) waiting: HashMap<u64, oneshot::Sender<Value>>,
    /// The ids of acknowledgements in the order they came.
    pub(super) answered: Vec<u64>,
    /// The places in the log that answers and events told of, in the order they came.
    pub(super) came: Vec<Came>,
    pub(super) sync: Option<Value>,
    pub(super) events: VecDeque<Event>,
    pub(super) volatile: VecDeque<(String, Value)>,
    pub(super) cursor: Option<(String, i64)>,
    /// What is sent at the moment the namespace lets in.
    pub(super) in_haste: Option<String>,
    /// Everything that was said, for the report of a story that fails.
    pub(super) story: Vec<String>,
    pub(super) fault: Option<String>,
    pub(super) ended: Option<String>,
    pub(super) refused: Option<String>,
}

#[derive(Default)]
pub(super) struct Shared {
    pub(super) seen: Mutex<Seen>,
    pub(super) changed: Notify,
    pub(super) reading: Notify,
    pub(super) paused: AtomicBool,
}

impl Shared {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) async fn transport(addr: SocketAddr) -> Result<WebSocketStream<TcpStream>, Error> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    let stream = socket.connect(addr).await?;
    stream.set_nodelay(true)?;
    let url = format!("ws://{addr}/socket.io/?EIO=4&transport=websocket");
    tokio_tungstenite::client_async(url, stream).await.map(|(ws, _)| ws)
}

/// The task that reads and writes for a client.
pub(super) struct Line {
    pub(super) shared: Arc<Shared>,
    pub(super) namespace: &'static str,
    pub(super) out: mpsc::UnboundedSender<Vec<Message>>,
}

impl Line {
    pub(super) async fn run(self, ws: WebSocketStream<TcpStream>, mut outbox: mpsc::UnboundedReceiver<Vec<Message>>) {
        let (mut sink, mut stream) = ws.split();
        let end = loop {
            let reads = !self.shared.paused.load(Ordering::Relaxed);
            tokio::select! {
                biased;
                Some(messages) = outbox.recv() => {
                    let mut sent = Ok(());
                    for message in messages {
                        sent = sink.feed(message).await;
                    }
                    if let Err(fault) = sent.and(sink.flush().await) && !reads {
                        break format!("the line broke: {fault}");
                    }
                }
                () = self.shared.reading.notified() => {}
                frame = stream.next(), if reads => match frame {
                    Some(Ok(Message::Text(text))) => {
                        if let Some(end) = self.heard(text.as_str()) {
                            break end;
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => break "the line was closed".to_owned(),
                    Some(Ok(_)) => {}
                    Some(Err(fault)) => break format!("the line broke: {fault}"),
                },
            }
        };
        let mut seen = self.shared.seen();
        seen.story.push(format!("[{end}]"));
        seen.ended = Some(end);
        seen.waiting.clear();
        drop(seen);
        self.shared.changed.notify_waiters();
    }

    /// Takes a frame in; answers how the connection ended, if it did.
    fn heard(&self, text: &str) -> Option<String> {
        let mut seen = self.shared.seen();
        let packet = Packet::parse(text);
        if !matches!(packet, Packet::Ping | Packet::Open) {
            seen.story.push(text.chars().take(240).collect());
        }
        match packet {
            Packet::Ping => self.reply("3".to_owned()),
            Packet::Open => {}
            Packet::Connected => seen.in_haste.take().into_iter().for_each(|packet| self.reply(packet)),
            Packet::Refused(message) => seen.refused = Some(message),
            Packet::Ended => return Some("the hub ended it".to_owned()),
            Packet::Ack(id, answer) => {
                seen.answered.push(id);
                seen.came.extend(answer["seq"].as_i64().map(Came::Answer));
                match seen.waiting.remove(&id) {
                    // Whoever asked may not care for the answer.
                    Some(tell) => drop(tell.send(answer)),
                    None => {
                        seen.fault =
                            Some(format!("an answer to {id}, which nobody asked or which was answered before"));
                    }
                }
            }
            Packet::Event { name, body, ack } => {
                if let Some(ack) = ack {
                    self.reply(format!("43{},{ack}[]", self.namespace));
                }
                let fault = take_event(&mut seen, name, body).err();
                seen.fault = seen.fault.take().or(fault);
            }
            Packet::Other => seen.fault = Some(format!("what is this? {text}")),
        }
        drop(seen);
        self.shared.changed.notify_waiters();
        None
    }

    fn reply(&self, packet: String) {
        // The line may just have ended.
        let _ = self.out.send(vec![Message::text(packet)]);
    }
}

fn take_event(seen: &mut Seen, name: String, body: Value) -> Result<(), String> {
    if name == "sync" {
        let cursor = &body["cursor"];
        let place = cursor["epoch"].as_str().zip(cursor["seq"].as_i64());
        let (epoch, seq) = place.ok_or_else(|| format!("a sync without a cursor: {body}"))?;
        if seen.sync.is_some() {
            return Err("a second sync on one connection".to_owned());
        }
        seen.cursor = Some((epoch.to_owned(), seq));
        seen.sync = Some(body);
        return Ok(());
    }
    let Some((_, last)) = &mut seen.cursor else { return Err(format!("`{name}` came before the sync")) };
    if VOLATILE.contains(&name.as_str()) {
        seen.volatile.push_back((name, body));
        return Ok(());
    }
    let prev = body["prev"].as_i64();
    let event = Event::of(body);
    if event.kind != name {
        return Err(format!("an event called `{name}` says that it is `{}`", event.kind));
    }
    if prev != Some(*last) || event.seq <= *last {
        return Err(format!("a gap: `{name}` has seq {} and prev {prev:?}, but the last was {last}", event.seq));
    }
    *last = event.seq;
    seen.came.push(Came::Event(event.seq));
    seen.events.push_back(event);
    Ok(())
}
