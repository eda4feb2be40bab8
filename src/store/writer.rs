//! The one writer: takes units of work off a queue, runs up to 256 of them in one transaction, each in its own
//! savepoint, stamps their events, commits once, and only then answers them all.
//!
//! There is no timer: a batch is what is queued when the writer is free, so a lone order waits for nobody, and under load
//! the commits grow instead of the queue.
//!
//! **Invariant:** no unit is answered before the commit that holds it, not even with a refusal: a refusal may rest on what an
//! earlier unit of the same batch did.

use std::{panic::AssertUnwindSafe, pin::Pin, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool, sqlite::SqliteConnectOptions};
use tokio::{
    sync::{broadcast, mpsc, oneshot},
    time::Instant,
};
use tracing::{error, info, warn};

use super::{
    Announced, BUSY_MS, Committed, Conn, Done, Flaws, Read, Result, StoreError, Write, both,
    health::{Health, in_words},
    unit::{Known, Savepoint},
    wake,
};

/// Units of work that may wait; more are refused, so that a wait stays short.
const QUEUE_MAX: usize = 4_096;

/// Units of work in one transaction.
const BATCH_MAX: usize = 256;

/// How often the database is tried again after a commit failed.
const RETRY: Duration = Duration::from_millis(250);

/// How long such a try waits for a lock that another process holds.
const RETRY_BUSY: Duration = Duration::from_millis(200);

/// A unit of work under way.
pub(super) type UnitFuture<'w, T> = Pin<Box<dyn Future<Output = T> + Send + 'w>>;

type Run = Box<dyn for<'w> FnOnce(&'w mut Write) -> UnitFuture<'w, Ran> + Send>;

/// What became of a unit's batch: the seq of the unit's last event, or why it is not known to be on disk.
type Verdict = Result<Option<i64>>;

enum Job {
    Unit(Run),
    /// Closes these readers, and then the database.
    Close(SqlitePool, oneshot::Sender<()>),
}

/// A unit of work that ran and waits for its commit.
struct Ran {
    keep: bool,
    answer: Box<dyn FnOnce(Verdict) + Send>,
}

/// The way back to a caller, and the last event that its unit wrote.
type Waiting = (Box<dyn FnOnce(Verdict) + Send>, Option<i64>);

/// The way to the writer.
#[derive(Clone)]
pub(super) struct Handle {
    jobs: mpsc::Sender<Job>,
    batches: broadcast::Sender<Arc<Committed>>,
    health: Arc<Health>,
}

impl Handle {
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Committed>> {
        self.batches.subscribe()
    }

    pub(super) fn waiting(&self) -> usize {
        QUEUE_MAX - self.jobs.capacity()
    }

    pub(super) fn health(&self) -> Result<(), Arc<str>> {
        self.health.check()
    }

    pub(super) async fn close(&self, readers: &SqlitePool) {
        let (tell, told) = oneshot::channel();
        if self.jobs.send(Job::Close(readers.clone(), tell)).await.is_ok() {
            // A writer that is gone has nothing left to finish.
            let _ = told.await;
        }
    }
}

impl super::Store {
    /// Queues a unit of work at once, in the order of the calls, and answers when it is on disk.
    ///
    /// # Errors
    /// What the unit answers; [`StoreError::Full`] if too much is waiting, [`StoreError::Unwritable`] if nothing of it is
    /// on disk, [`StoreError::Unconfirmed`] if that is not known, [`StoreError::Panicked`] if the unit did.
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
                            Err(fault) => Err(fault.into()),
                        };
                        // Nobody may be waiting any more; the work is done all the same.
                        let _ = tell.send(answer);
                    }),
                }
            })
        });
        let queued = self.writer.jobs.try_send(Job::Unit(run));
        let writer = self.writer.clone();
        async move {
            match queued {
                // A unit that was dropped unanswered never ran, or it panicked.
                Ok(()) => told.await.unwrap_or_else(|_| {
                    Err(match writer.health() {
                        Err(why) => StoreError::Unwritable(why).into(),
                        Ok(()) if writer.jobs.is_closed() => StoreError::Closed.into(),
                        Ok(()) => StoreError::Panicked.into(),
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
    let handle = Handle { jobs, batches: wake::channel(), health: Arc::default() };
    let write = Write {
        read,
        head,
        epoch,
        pending: Vec::new(),
        unit_head: head,
        own_end: None,
        flaws,
        known: Known::default(),
        savepoint: Savepoint::None,
    };
    let (batches, health) = (handle.batches.clone(), handle.health.clone());
    let writer = Writer { write, options, queue, batches, health, kept: head, retry_at: None };
    tokio::spawn(writer.run());
    handle
}

struct Writer {
    write: Write,
    options: SqliteConnectOptions,
    queue: mpsc::Receiver<Job>,
    batches: broadcast::Sender<Arc<Committed>>,
    health: Arc<Health>,
    /// The last event that is on disk.
    kept: i64,
    /// A commit failed: the connection's state is unknown, and when to try a new one.
    retry_at: Option<Instant>,
}

impl Writer {
    async fn run(mut self) {
        while let Some(job) = self.next().await {
            let mut units = Vec::new();
            let mut closing = None;
            let mut next = Some(job);
            while let Some(job) = next {
                match job {
                    Job::Unit(unit) => units.push(unit),
                    Job::Close(readers, tell) => closing = Some((readers, tell)),
                }
                next = if units.len() < BATCH_MAX && closing.is_none() { self.queue.try_recv().ok() } else { None };
            }
            if self.retry_at.is_none() {
                self.batch(units).await;
            }
            if let Some((readers, tell)) = closing {
                self.close(&readers).await;
                // Whoever asked may have gone.
                let _ = tell.send(());
                return;
            }
        }
    }

    /// Closes the database. The writer goes last: who goes last puts the write-ahead log into the database, which readers
    /// may not.
    async fn close(mut self, readers: &SqlitePool) {
        self.queue.close();
        readers.close().await;
        if let Conn::Own(conn) = self.write.read.0
            && let Err(fault) = conn.close().await
        {
            warn!(%fault, "the database could not be closed in order; nothing is lost by that");
        }
    }

    /// The next job. Meanwhile a database that failed is tried again, so that it recovers also where nobody asks, and
    /// those who do ask are not kept waiting: what is not run is answered at once.
    async fn next(&mut self) -> Option<Job> {
        while let Some(retry_at) = self.retry_at {
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(retry_at), if !self.write.flaws.never_try_again() => {}
                job = self.queue.recv() => return job,
            }
            match self.reopen().await {
                Ok(()) => {
                    self.retry_at = None;
                    self.health.note(None);
                    info!("the database can be written to again");
                }
                Err(fault) => {
                    self.retry_at = Some(Instant::now() + RETRY);
                    self.health.note(Some(in_words(&fault).into()));
                }
            }
        }
        self.queue.recv().await
    }

    /// Runs `units` in one transaction and answers them.
    async fn batch(&mut self, units: Vec<Run>) {
        if units.is_empty() {
            return;
        }
        let mut ran = Vec::with_capacity(units.len());
        let (fault, fails): (_, fn(Arc<str>) -> StoreError) = match self.attempt(units, &mut ran).await {
            Ok(Ok(())) => return self.committed(ran),
            Ok(Err(fault)) => (fault, StoreError::Unconfirmed),
            Err(fault) => (fault, StoreError::Unwritable),
        };
        self.write.pending.clear();
        self.write.known = Known::default();
        // Tried again at once: what passes as quickly as it came is not to be seen.
        self.retry_at = Some(Instant::now());
        let why: Arc<str> = in_words(&fault).into();
        error!(fault = %fault, units = ran.len(), "a commit failed, and nothing of this batch is told: {why}");
        for (answer, _) in ran {
            answer(Err(fails(why.clone())));
        }
    }

    fn committed(&mut self, ran: Vec<Waiting>) {
        self.kept = self.write.head;
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

    /// Runs `units` and commits them. The outer error is of what came before the commit, so that nothing is on disk; the
    /// inner one is the commit's own.
    async fn attempt(&mut self, units: Vec<Run>, ran: &mut Vec<Waiting>) -> Result<Result<()>> {
        self.write.savepoint = Savepoint::None;
        let mut begun = self.write.statement("begin immediate").await;
        let mut units = units.into_iter();
        while begun.is_ok()
            && let Some(unit) = units.next()
        {
            begun = unit_of(&mut self.write, unit, ran).await;
        }
        if begun.is_ok() {
            begun = self.write.flush().await;
        }
        let done = match begun {
            Ok(()) => Ok(self.write.statement("commit").await),
            Err(fault) => Err(fault),
        };
        if let Ok(Err(fault)) | Err(fault) = &done {
            // Noted before the units that did not run are dropped: it tells their callers why.
            self.health.note(Some(in_words(fault).into()));
        }
        done
    }

    /// After a failed commit the connection's state is unknown, and a failed fsync is not to be tried again: a new
    /// connection, which is used once something could be written and kept.
    async fn reopen(&mut self) -> Result<()> {
        let options = self.options.clone().create_if_missing(false).busy_timeout(RETRY_BUSY);
        // The old connection is closed by this, and what it had begun is undone.
        self.write.read = Read(Conn::Own(options.connect().await?));
        both!(self.write.read, conn => {
            sqlx::query("insert into meta (name, value) values ('written_again', '1')
                on conflict (name) do update set value = value + 1").execute(&mut *conn).await?;
            sqlx::query(sqlx::AssertSqlSafe(format!("pragma busy_timeout = {BUSY_MS}"))).execute(conn).await?
        });
        self.write.head = self.write.read.head().await?;
        if self.write.head > self.kept {
            self.kept = self.write.head;
            // What was not confirmed is there after all; whoever follows the log must look.
            let _ = self.batches.send(Arc::new(Committed { events: vec![] }));
        }
        Ok(())
    }
}

/// Runs one unit in a savepoint, which is only kept if the unit answers well.
async fn unit_of(write: &mut Write, unit: Run, ran: &mut Vec<Waiting>) -> Result<()> {
    let (head, pending) = (write.head, write.pending.len());
    write.unit_head = head;
    let outcome = AssertUnwindSafe(unit(write)).catch_unwind().await;
    let keep = outcome.as_ref().is_ok_and(|ran| ran.keep);
    if !keep {
        write.head = head;
        write.pending.truncate(pending);
        if write.savepoint == Savepoint::Set {
            write.known = Known::default();
        }
    }
    let own_end = write.own_end.take().unwrap_or(write.head).min(write.head);
    let seq = (own_end > head).then_some(own_end);
    write.pending[pending..].iter_mut().for_each(|event| event.unit_seq = own_end);
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
