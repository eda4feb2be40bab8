//! The one writer: takes units of work off a queue, runs up to 256 of them in one transaction, each in its own
//! savepoint, stamps their events, commits once, and only then answers them all.
//!
//! There is no timer: a batch is what is queued when the writer is free, so a lone order waits for nobody, and under load
//! the commits grow instead of the queue.
//!
//! **Invariant:** no unit is answered before the commit that holds it, not even with a refusal: a refusal may rest on what an
//! earlier unit of the same batch did.

use std::{
    collections::HashMap,
    hash::Hash,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::FutureExt as _;
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};
use tokio::sync::{broadcast, mpsc, oneshot};
use tracing::{error, info};

use super::{Announced, Committed, Conn, Flaws, Origin, Read, Result, StoreError, both, wake};
use crate::domain::{
    actor::Actor,
    id::{DriverId, OrderId, VendorId, ZoneId},
    order::Order,
    party::Vendor,
    time::Time,
    zone::Zone,
};

/// Units of work that may wait; more are refused, so that a wait stays short.
const QUEUE_MAX: usize = 4_096;

/// Units of work in one transaction.
const BATCH_MAX: usize = 256;

/// A unit of work under way.
pub(super) type UnitFuture<'w, T> = Pin<Box<dyn Future<Output = T> + Send + 'w>>;

type Run = Box<dyn for<'w> FnOnce(&'w mut Write) -> UnitFuture<'w, Ran> + Send>;

/// What became of a unit's batch: the seq of the unit's last event, or why nothing is on disk.
type Verdict = Result<Option<i64>, String>;

enum Job {
    Unit(Run),
    Close(oneshot::Sender<()>),
}

/// A unit of work that ran and waits for its commit.
struct Ran {
    keep: bool,
    answer: Box<dyn FnOnce(Verdict) + Send>,
}

/// The way back to a caller, and the last event that its unit wrote.
type Waiting = (Box<dyn FnOnce(Verdict) + Send>, Option<i64>);

/// A unit of work that is on disk.
#[derive(Clone, Copy, Debug)]
pub struct Done<T> {
    /// What it answered.
    pub value: T,
    /// The last event that it wrote, if it wrote one.
    pub seq: Option<i64>,
}

/// Who does something, when, and over which connection.
#[derive(Clone, Debug)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Time,
    /// Over which connection; none for REST and for the hub itself.
    pub origin: Option<Origin>,
}

/// A unit of work: everything in it happens, with its events, or none of it does. Reads see what it wrote.
pub struct Write {
    pub(super) read: Read,
    pub(super) head: i64,
    pub(super) epoch: Arc<str>,
    pub(super) pending: Vec<super::log::Pending>,
    pub(super) flaws: Flaws,
    pub(super) known: Known,
    /// How far the unit under way, and those before it, are protected from each other.
    savepoint: Savepoint,
}

impl std::ops::Deref for Write {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl std::ops::DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

/// What every order asks for and what hardly ever changes, as this transaction sees it. Forgotten with any undone work.
#[derive(Default)]
pub(super) struct Known {
    pub(super) zones: Option<Arc<Vec<Zone>>>,
    pub(super) vendors: HashMap<VendorId, Vendor>,
    /// Orders that were read or written last: two hundred claims of one order read it once.
    pub(super) orders: HashMap<OrderId, Arc<Order>>,
    /// Where drivers work now.
    pub(super) duty: HashMap<DriverId, Vec<ZoneId>>,
}

/// Things of one kind that the writer remembers. Past that it forgets them all and begins anew.
const KNOWN_MAX: usize = 4_096;

/// Remembers one more thing.
pub(super) fn remember<K: Eq + Hash, V>(known: &mut HashMap<K, V>, key: K, value: V) {
    if known.len() >= KNOWN_MAX {
        known.clear();
    }
    known.insert(key, value);
}

/// Whether there is a savepoint, and whose.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    None,
    /// Of a unit that is to be kept: it is released together with the setting of the next.
    Kept,
    /// Of the unit under way.
    Set,
}

/// The way to the writer.
#[derive(Clone)]
pub(super) struct Handle {
    jobs: mpsc::Sender<Job>,
    batches: broadcast::Sender<Arc<Committed>>,
    healthy: Arc<AtomicBool>,
}

impl Handle {
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Committed>> {
        self.batches.subscribe()
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::Relaxed)
    }

    pub(super) async fn close(&self) {
        let (tell, told) = oneshot::channel();
        if self.jobs.send(Job::Close(tell)).await.is_ok() {
            // A writer that is gone has nothing left to finish.
            let _ = told.await;
        }
    }
}

impl super::Store {
    /// Queues a unit of work at once, in the order of the calls, and answers when it is on disk.
    ///
    /// # Errors
    /// What the unit answers; [`StoreError::Full`] if too much is waiting, [`StoreError::Commit`] if nothing of it is
    /// on disk, [`StoreError::Panicked`] if the unit did.
    pub fn write<T, E, F>(&self, unit: F) -> impl Future<Output = Result<Done<T>, E>> + Send + use<T, E, F>
    where
        F: for<'w> FnOnce(&'w mut Write) -> UnitFuture<'w, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel::<Result<Done<T>, E>>();
        let run: Run = Box::new(move |write| {
            Box::pin(async move {
                let result = unit(write).await;
                Ran {
                    keep: result.is_ok(),
                    answer: Box::new(move |verdict| {
                        let answer = match verdict {
                            Ok(seq) => result.map(|value| Done { value, seq }),
                            Err(fault) => Err(StoreError::Commit(fault).into()),
                        };
                        // Nobody may be waiting any more; the work is done all the same.
                        let _ = tell.send(answer);
                    }),
                }
            })
        });
        let queued = self.writer.jobs.try_send(Job::Unit(run));
        let healthy = self.writer.healthy.clone();
        async move {
            match queued {
                // A unit that was dropped unanswered never ran, or it panicked.
                Ok(()) => told.await.unwrap_or_else(|_| {
                    Err(if healthy.load(Ordering::Relaxed) {
                        StoreError::Panicked.into()
                    } else {
                        StoreError::Commit("the database is not available".to_owned()).into()
                    })
                }),
                Err(mpsc::error::TrySendError::Full(_)) => Err(StoreError::Full(QUEUE_MAX).into()),
                Err(mpsc::error::TrySendError::Closed(_)) => Err(StoreError::Closed.into()),
            }
        }
    }
}

/// Starts the writer on `read`'s connection.
#[expect(
    clippy::disallowed_methods,
    reason = "the writer outlives the task tracker: it commits what the last tasks ask for"
)]
pub(super) fn start(read: Read, options: SqliteConnectOptions, head: i64, epoch: Arc<str>, flaws: Flaws) -> Handle {
    let (jobs, queue) = mpsc::channel(QUEUE_MAX);
    let handle = Handle { jobs, batches: wake::channel(), healthy: Arc::new(AtomicBool::new(true)) };
    let write =
        Write { read, head, epoch, pending: Vec::new(), flaws, known: Known::default(), savepoint: Savepoint::None };
    let (batches, healthy) = (handle.batches.clone(), handle.healthy.clone());
    let writer = Writer { write, options, queue, batches, healthy, broken: false };
    tokio::spawn(writer.run());
    handle
}

struct Writer {
    write: Write,
    options: SqliteConnectOptions,
    queue: mpsc::Receiver<Job>,
    batches: broadcast::Sender<Arc<Committed>>,
    healthy: Arc<AtomicBool>,
    /// A commit failed, so the connection's state is unknown.
    broken: bool,
}

impl Writer {
    async fn run(mut self) {
        while let Some(job) = self.queue.recv().await {
            let mut units = Vec::new();
            let mut closing = None;
            let mut next = Some(job);
            while let Some(job) = next {
                match job {
                    Job::Unit(unit) => units.push(unit),
                    Job::Close(tell) => closing = Some(tell),
                }
                next = if units.len() < BATCH_MAX && closing.is_none() { self.queue.try_recv().ok() } else { None };
            }
            self.batch(units).await;
            if let Some(tell) = closing {
                self.queue.close();
                // Whoever asked may have gone.
                let _ = tell.send(());
                return;
            }
        }
    }

    /// Runs `units` in one transaction and answers them.
    async fn batch(&mut self, units: Vec<Run>) {
        if units.is_empty() {
            return;
        }
        let mut ran = Vec::with_capacity(units.len());
        match self.attempt(units, &mut ran).await {
            Ok(()) => {
                let events = std::mem::take(&mut self.write.pending);
                let events: Vec<Announced> = events.into_iter().map(super::log::Pending::announce).collect();
                if !events.is_empty() {
                    // Nobody may be following yet.
                    let _ = self.batches.send(Arc::new(Committed { events }));
                }
                for (answer, seq) in ran {
                    answer(Ok(seq));
                }
            }
            Err(fault) => {
                self.broken = true;
                self.write.pending.clear();
                self.write.known = Known::default();
                error!(fault = %fault, units = ran.len(), "a commit failed: nothing of this batch is on disk");
                for (answer, _) in ran {
                    answer(Err(fault.to_string()));
                }
            }
        }
    }

    async fn attempt(&mut self, units: Vec<Run>, ran: &mut Vec<Waiting>) -> Result<()> {
        let mut begun = if self.broken { self.reopen().await } else { Ok(()) };
        self.write.savepoint = Savepoint::None;
        if begun.is_ok() {
            begun = self.write.statement("begin immediate").await;
        }
        let mut units = units.into_iter();
        while begun.is_ok()
            && let Some(unit) = units.next()
        {
            begun = unit_of(&mut self.write, unit, ran).await;
        }
        if begun.is_ok() {
            begun = self.write.flush().await;
        }
        if begun.is_ok() {
            begun = self.write.statement("commit").await;
        }
        // Set before the units that did not run are dropped: it tells their callers why.
        self.healthy.store(begun.is_ok(), Ordering::Relaxed);
        begun
    }

    /// After a failed commit the connection's state is unknown, and a failed fsync is not to be tried again: a new one.
    async fn reopen(&mut self) -> Result<()> {
        let mut read = Read(Conn::Own(self.options.clone().create_if_missing(false).connect().await?));
        let head = read.head().await?;
        (self.write.read, self.write.head, self.broken) = (read, head, false);
        info!("the database is open again");
        Ok(())
    }
}

/// Runs one unit in a savepoint, which is only kept if the unit answers well.
async fn unit_of(write: &mut Write, unit: Run, ran: &mut Vec<Waiting>) -> Result<()> {
    let (head, pending) = (write.head, write.pending.len());
    let outcome = AssertUnwindSafe(unit(write)).catch_unwind().await;
    let keep = outcome.as_ref().is_ok_and(|ran| ran.keep);
    if !keep {
        write.head = head;
        write.pending.truncate(pending);
        if write.savepoint == Savepoint::Set {
            write.known = Known::default();
        }
    }
    let seq = (write.head > head).then_some(write.head);
    match outcome {
        Ok(Ran { answer, .. }) if write.flaws.answer_before_commit() => answer(Ok(seq)),
        Ok(Ran { answer, .. }) => ran.push((answer, seq)),
        // The caller's channel is dropped with the unit, so it hears of the panic too.
        Err(_) => error!("a unit of work panicked; it is undone, and the others of its batch are not"),
    }
    match (write.savepoint, keep) {
        (Savepoint::Set, true) => write.savepoint = Savepoint::Kept,
        (Savepoint::Set, false) => {
            write.savepoint = Savepoint::None;
            write.statement("rollback to unit; release unit").await?;
        }
        _ => {}
    }
    Ok(())
}

impl Write {
    /// The deliberate faults that are switched on.
    pub(crate) fn flaws(&self) -> Flaws {
        self.flaws
    }

    /// Sets the unit's savepoint before its first change. A unit that only reads, such as a lost claim, needs none.
    pub(super) async fn begin_changes(&mut self) -> Result<()> {
        match self.savepoint {
            Savepoint::None => self.statement("savepoint unit").await?,
            Savepoint::Kept => self.statement("release unit; savepoint unit").await?,
            Savepoint::Set => {}
        }
        self.savepoint = Savepoint::Set;
        Ok(())
    }

    async fn statement(&mut self, sql: &'static str) -> Result<()> {
        both!(self.read, conn => sqlx::query(sql).execute(conn).await?);
        Ok(())
    }
}
