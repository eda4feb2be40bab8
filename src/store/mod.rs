//! The only SQL. State and the log, read in consistent views, written in units of work that commit with their events.
//!
//! **Invariant:** nothing reaches a reader of the log that is not committed: only the writer's commit makes a
//! [`Committed`], and only a [`Committed`] wakes a [`Follower`].

mod accounts;
mod alerts;
mod days;
mod drivers;
mod health;
mod log;
mod orders;
mod pauses;
mod photos;
mod prune;
mod pushes;
mod receipts;
mod repeats;
mod rows;
mod subscriptions;
#[cfg(test)]
mod tests;
mod timers;
mod tracking;
mod unit;
mod wake;
mod writer;
mod zones;

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use self::{
    drivers::OnDuty,
    orders::{Filter, Page, Saved},
    photos::PhotoRecord,
    receipts::Decline,
    repeats::Deed,
    unit::{By, Done, Write},
    wake::{Announced, Committed, Follower, Origin},
};
use crate::flaws::Flaws;

/// Connections of the read-only pool: two cores cannot use more.
const READERS_MAX: u32 = 4;

/// The write-ahead log's size once its content is in the database, in bytes. It grows past that while somebody reads for
/// long.
const WAL_BYTES: &str = "16777216";

/// How long SQLite waits for a lock that another process holds.
const BUSY_MS: u64 = 5_000;

/// The oldest SQLite that is safe with a write-ahead log: 3.51.3 mends a corruption of it.
const SQLITE_VERSION_MIN: (u32, u32, u32) = (3, 51, 3);

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the database failed: {0}")]
    Driver(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// What is kept cannot be read.
    #[error("a row of {table} cannot be read: {fault}")]
    Row {
        /// Which table.
        table: &'static str,
        /// What is wrong.
        fault: String,
    },
    /// More work is waiting than may wait.
    #[error("more than {0} units of work are waiting")]
    Full(usize),
    /// The hub is stopping.
    #[error("the store is closed")]
    Closed,
    /// Nothing is kept at the moment, and nothing of this work is on disk.
    #[error("nothing can be written: {0}")]
    Unwritable(Arc<str>),
    /// The disk did not confirm the batch that this work was in. It may be found there all the same.
    #[error("the commit failed: {0}")]
    Unconfirmed(Arc<str>),
    /// A bug in the unit of work.
    #[error("a unit of work panicked")]
    Panicked,
    /// This database is not for this program.
    #[error("{0}")]
    Unfit(String),
}

/// What every query answers with.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Runs `$body` on whichever backend holds the data; the body is written once and checked per backend.
macro_rules! both {
    ($read:expr, $conn:ident => $body:expr) => {
        match $read.backend() {
            $crate::store::Backend::Sqlite($conn) => $body,
        }
    };
}
pub(crate) use both;

/// As [`both!`], for what changes something: sets the unit's savepoint first, if this is its first change.
macro_rules! change {
    ($write:expr, $conn:ident => $body:expr) => {{
        $write.begin_changes().await?;
        $crate::store::both!($write, $conn => $body)
    }};
}
pub(crate) use change;

/// A connection of one of the backends.
pub(crate) enum Backend<'c> {
    Sqlite(&'c mut SqliteConnection),
}

enum Conn {
    /// The writer's own.
    Own(SqliteConnection),
    /// A reader's, for as long as its view lasts.
    View(Transaction<'static, Sqlite>),
}

/// A consistent view of the store. Reads only.
pub struct Read(Conn);

impl Read {
    pub(crate) fn backend(&mut self) -> Backend<'_> {
        Backend::Sqlite(match &mut self.0 {
            Conn::Own(conn) => conn,
            Conn::View(tx) => tx,
        })
    }
}

/// The database: a pool of readers and the one writer.
#[derive(Clone)]
pub struct Store {
    readers: SqlitePool,
    writer: writer::Handle,
    epoch: Arc<str>,
    flaws: Flaws,
}

impl Store {
    /// Opens the database at `url`, makes it if it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] for a URL of another kind, an SQLite too old or a schema too new; what the driver says otherwise.
    pub async fn open(url: &str, flaws: Flaws) -> Result<Store> {
        let mut options = sqlite_options(url)?;
        if flaws.synchronous_normal() {
            options = options.synchronous(SqliteSynchronous::Normal);
        }
        let mut own = options.clone().connect().await?;
        check_version(&mut own).await?;
        sqlx::migrate!("migrations/sqlite").run(&mut own).await.map_err(|fault| match fault {
            sqlx::migrate::MigrateError::VersionMissing(version) => StoreError::Unfit(format!(
                "the database has migration {version}, which this program does not know: it is newer"
            )),
            other => StoreError::Migrate(other),
        })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS_MAX)
            .connect_lazy_with(options.clone().read_only(true).create_if_missing(false));
        let mut view = Read(Conn::Own(own));
        let (epoch, head) = (view.epoch().await?, view.head().await?);
        let writer = writer::start(view, options, head, epoch.clone(), flaws);
        Ok(Store { readers, writer, epoch, flaws })
    }

    /// A view of everything as it is now, unchanged while it lasts.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn read(&self) -> Result<Read> {
        Ok(Read(Conn::View(self.readers.begin().await?)))
    }

    /// The name of this database's history. Places in the log mean nothing under another.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The deliberate faults that are switched on.
    pub(crate) fn flaws(&self) -> Flaws {
        self.flaws
    }

    /// Whether what is written is kept.
    ///
    /// # Errors
    /// Why not, in words for who runs it.
    pub fn health(&self) -> std::result::Result<(), Arc<str>> {
        self.writer.health()
    }

    /// How many units of work wait for the writer.
    #[must_use]
    pub fn writes_waiting(&self) -> usize {
        self.writer.waiting()
    }

    /// Finishes what is queued, and closes.
    pub async fn close(&self) {
        self.writer.close(&self.readers).await;
    }
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions> {
    if !url.starts_with("sqlite:") {
        let scheme = url.split(':').next().unwrap_or_default();
        return Err(StoreError::Unfit(format!(
            "WAYPOST_DATABASE_URL must begin with sqlite: (this version knows no other), not with {scheme}:"
        )));
    }
    Ok(SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL lost 3 771 of 237 489 acknowledged orders in 20 simulated power cuts; FULL lost none.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_millis(BUSY_MS))
        .pragma("journal_size_limit", WAL_BYTES)
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging())
}

async fn check_version(conn: &mut SqliteConnection) -> Result<()> {
    let text: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&mut *conn).await?;
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if version < SQLITE_VERSION_MIN {
        return Err(StoreError::Unfit(format!(
            "SQLite {text} can corrupt its write-ahead log; 3.51.3 is the oldest that is safe"
        )));
    }
    conn.ping().await?;
    Ok(())
}

impl StoreError {
    /// Whether the same work may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Full(_) | StoreError::Closed | StoreError::Unwritable(_) | StoreError::Unconfirmed(_) => true,
            StoreError::Driver(fault) => health::is_of_storage(fault),
            StoreError::Migrate(_) | StoreError::Row { .. } | StoreError::Panicked | StoreError::Unfit(_) => false,
        }
    }
}
