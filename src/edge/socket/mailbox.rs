//! A socket's commands: carried out in the order they came, many at a time, answered in the same order.
//!
//! The library runs every event in a task of its own, unordered and without bound, and is silent where a payload does not
//! parse or a handler panics. Here a command enters the writer's queue while the packet is being read, so the order is the
//! client's, and every command is answered.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use serde_json::{Value, value::RawValue};
use socketioxide::{
    SendError, SocketError,
    adapter::LocalAdapter,
    extract::{AckSender, Data, Event, SocketRef},
    handler::{FromMessageParts, MessageHandler, Value as Packet},
    socket::Socket,
};
use tracing::error;

use super::{feed::Request, link::Link, lobby::Lobby};
use crate::edge::{
    fault::{Code, Fault},
    wire::{Ack, AckError},
};

/// Commands of one socket that may be under way; more are refused.
const UNDER_WAY_MAX: usize = 64;

/// How long a command may take. Commits take milliseconds; this is for a database that hangs.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// Largest command that is carried out, in bytes.
const COMMAND_BYTES_MAX: usize = 64 * 1024;

/// What a command answers with.
pub(super) struct Reply {
    /// The `data` of the acknowledgement.
    pub(super) data: Box<RawValue>,
    /// The last event that it wrote.
    pub(super) seq: Option<i64>,
}

/// A command under way.
pub(super) type Answer = BoxFuture<'static, Result<Reply, Fault>>;

/// Begins a command: reads its payload and queues it, without waiting.
pub(super) type Begin = fn(&Arc<Lobby>, &Arc<Link>, &str, Value) -> Result<Answer, Fault>;

struct Waiting {
    answer: Answer,
    ack: AckSender,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// Waiting, or being answered.
    under_way: usize,
    answering: bool,
}

/// The commands of one socket that are under way. An idle socket has an empty list and no task.
#[derive(Default)]
pub(super) struct Mailbox(Mutex<Queue>);

/// Puts what comes in into the socket's mailbox.
#[derive(Clone)]
pub(super) struct Inbox {
    pub(super) lobby: Arc<Lobby>,
    pub(super) begin: Begin,
}

/// Marks [`Inbox`] as a handler of messages.
pub(super) struct Mark;

impl MessageHandler<LocalAdapter, Mark> for Inbox {
    // Runs in the socket's reader, in the order of arrival, under a lock of the library: it must not wait and not panic.
    fn call(&self, socket: Arc<Socket>, mut packet: Packet, ack_id: Option<i64>) {
        let Ok(ack) = AckSender::from_message_parts(&socket, &mut packet, &ack_id);
        let Some(link) = socket.extensions.get::<Arc<Link>>() else { return };
        if !link.mailbox.has_room() {
            // Answered at once and out of turn: a place in the queue is what there is none of.
            let fault = Fault::new(Code::RateLimited, format!("more than {UNDER_WAY_MAX} commands are under way"));
            return send(&self.lobby, &socket.into(), &link, ack, Err(fault));
        }
        let answer = self.begin(&socket, packet, &link);
        let answer = answer.unwrap_or_else(|fault| futures_util::future::ready(Err(fault)).boxed());
        self.put(socket.into(), link, Waiting { answer, ack });
    }
}

impl Inbox {
    fn begin(&self, socket: &Arc<Socket>, mut packet: Packet, link: &Arc<Link>) -> Result<Answer, Fault> {
        let bytes = match &packet {
            Packet::Str(text, _) => text.len(),
            Packet::Bytes(bytes) => bytes.len(),
        };
        if bytes > COMMAND_BYTES_MAX {
            let detail = format!("the command has {bytes} bytes, more than {COMMAND_BYTES_MAX}");
            return Err(Fault::new(Code::PayloadTooLarge, detail));
        }
        let name = Event::from_message_parts(socket, &mut packet, &None).map(|Event(name)| name).unwrap_or_default();
        let payload = Data::<Value>::from_message_parts(socket, &mut packet, &None).map(|Data(payload)| payload);
        let payload = payload.map_err(|_| Fault::new(Code::Malformed, "the event needs one payload, a JSON object"))?;
        let begun = std::panic::catch_unwind(AssertUnwindSafe(|| (self.begin)(&self.lobby, link, &name, payload)));
        begun.unwrap_or_else(|_| Err(panicked()))
    }

    fn put(&self, socket: SocketRef, link: Arc<Link>, waiting: Waiting) {
        if self.lobby.hub.flaws().answer_out_of_order() {
            let lobby = self.lobby.clone();
            self.lobby.answers.spawn(async move {
                let answer = answered(waiting.answer).await;
                send(&lobby, &socket, &link, waiting.ack, answer);
                link.mailbox.lock().under_way -= 1;
            });
            return;
        }
        let mut queue = link.mailbox.lock();
        queue.waiting.push_back(waiting);
        if !std::mem::replace(&mut queue.answering, true) {
            self.lobby.answers.spawn(answer_all(self.lobby.clone(), socket, link.clone()));
        }
    }
}

impl Mailbox {
    /// Takes a place for one more command, if there is one. It counts from here on: what it writes may be told before it
    /// is even put into the queue.
    fn has_room(&self) -> bool {
        let mut queue = self.lock();
        let has_room = queue.under_way < UNDER_WAY_MAX;
        queue.under_way += usize::from(has_room);
        has_room
    }

    /// Whether nothing waits for an answer.
    pub(super) fn is_idle(&self) -> bool {
        self.lock().under_way == 0
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers until nothing waits.
async fn answer_all(lobby: Arc<Lobby>, socket: SocketRef, link: Arc<Link>) {
    loop {
        let next = {
            let mut queue = link.mailbox.lock();
            let next = queue.waiting.pop_front();
            queue.answering = next.is_some();
            if !queue.answering {
                // An idle socket keeps no room for commands.
                queue.waiting = VecDeque::new();
            }
            next
        };
        let Some(Waiting { answer, ack }) = next else { return };
        let answer = answered(answer).await;
        send(&lobby, &socket, &link, ack, answer);
        link.mailbox.lock().under_way -= 1;
    }
}

/// The answer, or what stands in its place when there will be none.
async fn answered(answer: Answer) -> Result<Reply, Fault> {
    match tokio::time::timeout(ANSWER_MAX, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(panicked()),
        Err(_) => Err(Fault::new(Code::Unavailable, "the hub did not answer in time; ask again, it is safe")),
    }
}

fn panicked() -> Fault {
    error!("a command's handler panicked");
    Fault::new(Code::Internal, "the hub failed; the cause is in its log")
}

/// A client that does not read its answers is cut off: one that is lost would be waited for in vain.
fn send(lobby: &Lobby, socket: &SocketRef, link: &Link, ack: AckSender, answer: Result<Reply, Fault>) {
    let server_time = lobby.hub.now();
    let seq = answer.as_ref().ok().and_then(|reply| reply.seq);
    let sent = match answer {
        Ok(Reply { data, seq }) => ack.send(&Ack { data, seq, server_time }),
        Err(error) => ack.send(&AckError { error, server_time }),
    };
    if let Err(SendError::Socket(SocketError::InternalChannelFull)) = sent {
        return link.cut(socket.clone(), &lobby.tasks, "it does not read its answers");
    }
    if link.answered(seq) {
        // A feed that is too busy to be told finds out by itself a little later.
        let _ = lobby.feed.try_send(Request::Answered(link.origin));
    }
}
