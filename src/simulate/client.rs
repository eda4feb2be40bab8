//! Somebody's client over all its connections: it keeps a picture, comes back with its cursor, and gives commands.

mod reader;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(super) use self::reader::Reader;
use super::{
    line,
    packet::Packet,
    picture::Picture,
    promises::{Promise, Promises},
    rest::Door,
    tally::Tally,
};

/// How long a command on a living connection may take, which is longer than the hub gives itself.
const ANSWER_MAX: Duration = Duration::from_secs(25);

/// How long a hub may take to say how things are.
const SYNC_MAX: Duration = Duration::from_secs(15);

/// What came of a command.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was done; the answer's `data`.
    Done(Value),
    /// It was refused; the problem.
    Refused(Value),
    /// The link was lost before the answer came.
    Unknown,
}

/// What all clients of a town share.
#[derive(Clone)]
pub(super) struct Ground {
    pub(super) door: Door,
    pub(super) tally: Arc<Tally>,
    pub(super) promises: Arc<Promises>,
    pub(super) tasks: TaskTracker,
}

/// Somebody's client.
pub(super) struct Client {
    pub(super) name: String,
    pub(super) id: String,
    key: String,
    pub(super) namespace: &'static str,
    ground: Ground,
    mind: Mutex<Mind>,
    /// Rises with whatever changes.
    changed: watch::Sender<u64>,
}

struct Mind {
    picture: Picture,
    line: Option<Line>,
    lines: u64,
    next_id: u64,
    waiting: HashMap<u64, Asked>,
    /// What the hub's clock showed, and when that was heard.
    hub_time: Option<(DateTime<Utc>, Instant)>,
}

/// A connection that is up to date.
struct Line {
    number: u64,
    out: mpsc::UnboundedSender<String>,
    end: CancellationToken,
}

/// A command whose answer is still to come.
struct Asked {
    command: &'static str,
    order: Option<String>,
    since: Instant,
    tell: oneshot::Sender<Answer>,
}

impl Answer {
    /// Whether it was refused with this code.
    pub(super) fn is_refused_as(&self, code: &str) -> bool {
        matches!(self, Answer::Refused(problem) if problem["code"] == code)
    }
}

impl Client {
    /// A client that is not connected yet.
    pub(super) fn new(
        ground: &Ground,
        namespace: &'static str,
        who: (&str, &str, &str),
        picture: Picture,
    ) -> Arc<Client> {
        let (name, id, key) = who;
        let mind = Mind { picture, line: None, lines: 0, next_id: 0, waiting: HashMap::new(), hub_time: None };
        Arc::new(Client {
            name: name.to_owned(),
            id: id.to_owned(),
            key: key.to_owned(),
            namespace,
            ground: ground.clone(),
            mind: Mutex::new(mind),
            changed: watch::Sender::new(0),
        })
    }

    /// Another client of the same person, who knows nothing and has no cursor.
    pub(super) fn fresh(&self, picture: Picture) -> Arc<Client> {
        Client::new(&self.ground, self.namespace, (&self.name, &self.id, &self.key), picture)
    }

    fn mind(&self) -> MutexGuard<'_, Mind> {
        self.mind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it believes now.
    pub(super) fn picture<T>(&self, look: impl FnOnce(&Picture) -> T) -> T {
        look(&self.mind().picture)
    }

    /// Whether it is connected and up to date.
    pub(super) fn is_live(&self) -> bool {
        self.mind().line.is_some()
    }

    /// Waits until something is to be seen in the picture.
    pub(super) async fn until<T>(&self, mut look: impl FnMut(&Picture) -> Option<T>) -> T {
        self.until_mind(|mind| look(&mind.picture)).await
    }

    async fn until_mind<T>(&self, mut look: impl FnMut(&mut Mind) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        loop {
            if let Some(found) = look(&mut self.mind()) {
                return found;
            }
            // The sender lives as long as this client.
            let _ = changes.changed().await;
        }
    }

    /// Waits until the connection of now is no more.
    pub(super) async fn until_cut(&self) {
        self.until_mind(|mind| mind.line.is_none().then_some(())).await;
    }

    /// Connects with the cursor of the last connection, and waits until it is up to date.
    ///
    /// # Errors
    /// Why it is not.
    pub(super) async fn connect(self: &Arc<Self>) -> Result<(), String> {
        let (cursor, number) = {
            let mut mind = self.mind();
            mind.lines += 1;
            (mind.picture.cursor(), mind.lines)
        };
        let had_cursor = cursor.is_some();
        let mut auth = json!({ "token": self.key });
        if let Some(cursor) = cursor {
            auth["cursor"] = cursor;
        }
        let ws = line::open(&self.ground.door).await?;
        let (out, outbox) = mpsc::unbounded_channel();
        let (synced, sync) = oneshot::channel();
        let end = CancellationToken::new();
        // A line that nobody takes over ends here.
        let guard = end.clone().drop_guard();
        let _ = out.send(Packet::connect(self.namespace, &auth));
        let line = Line { number, out, end: end.clone() };
        let reader = Reader { client: self.clone(), line, synced: Some(synced), had_cursor };
        self.ground.tasks.spawn(line::run(ws, outbox, end, reader));
        let outcome = tokio::time::timeout(SYNC_MAX, sync).await;
        match outcome {
            Ok(Ok(Ok(()))) => {
                guard.disarm();
                self.ground.tally.counts().connections += 1;
                Ok(())
            }
            Ok(Ok(Err(code))) => Err(format!("{} is refused on {}: {code}", self.name, self.namespace)),
            Ok(Err(_)) => Err("the connection ended before the sync".to_owned()),
            Err(_) => Err(format!("no sync came within {} s", SYNC_MAX.as_secs())),
        }
    }

    /// Drops the connection without a word, as a phone in a cellar does.
    pub(super) fn hang_up(&self) {
        let Some(line) = self.mind().line_lost() else { return };
        line.end.cancel();
        self.bump();
    }

    fn bump(&self) {
        self.changed.send_modify(|n| *n += 1);
    }

    /// Gives a command on the first connection there is, and waits for its answer.
    pub(super) async fn give(&self, command: &'static str, payload: Value) -> Answer {
        let (id, told) = self.until_mind(|mind| mind.ask(self.namespace, command, &payload)).await;
        self.ground.tally.given(command, &payload);
        match tokio::time::timeout(ANSWER_MAX, told).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => {
                self.ground.tally.counts().unanswered += 1;
                Answer::Unknown
            }
            Err(_) => {
                self.mind().waiting.remove(&id);
                let why =
                    format!("{} was not told within {} s what came of {command}", self.name, ANSWER_MAX.as_secs());
                self.ground.promises.look(Promise::Answered, Err::<(), _>(why));
                Answer::Unknown
            }
        }
    }

    /// A command on an order that needs no more than its id.
    pub(super) async fn does(&self, command: &'static str, order: &str) -> Answer {
        self.give(command, json!({ "id": order })).await
    }

    /// Says something that nobody waits for, if the line is there.
    pub(super) fn mention(&self, name: &str, payload: &Value) {
        if let Some(line) = &self.mind().line {
            let _ = line.out.send(format!("42{},{}", self.namespace, json!([name, payload])));
        }
    }

    /// What the hub's clock will show in so many seconds, as far as its last `sync` tells.
    pub(super) fn hub_time_in(&self, seconds: f64) -> Option<DateTime<Utc>> {
        let (said, at) = self.mind().hub_time?;
        said.checked_add_signed(chrono::Duration::from_std(at.elapsed() + Duration::from_secs_f64(seconds)).ok()?)
    }

    /// Whether every command on the line of now is answered, and otherwise which waits longest.
    pub(super) fn waits_for(&self) -> Option<String> {
        let mind = self.mind();
        let oldest = mind.waiting.values().min_by_key(|asked| asked.since)?;
        Some(format!(
            "{} of {} was not answered for {:.1} s",
            oldest.command,
            self.name,
            oldest.since.elapsed().as_secs_f64()
        ))
    }
}

impl Mind {
    fn ask(
        &mut self,
        namespace: &str,
        command: &'static str,
        payload: &Value,
    ) -> Option<(u64, oneshot::Receiver<Answer>)> {
        let line = self.line.as_ref()?;
        let (tell, told) = oneshot::channel();
        let id = self.next_id;
        self.next_id += 1;
        let order = payload["id"].as_str().map(ToOwned::to_owned);
        self.waiting.insert(id, Asked { command, order, since: Instant::now(), tell });
        // A line that ends drops whoever waits.
        let _ = line.out.send(Packet::command(namespace, id, command, payload));
        Some((id, told))
    }

    /// The line of now, which is none from here on.
    fn line_lost(&mut self) -> Option<Line> {
        self.waiting.clear();
        self.line.take()
    }
}
