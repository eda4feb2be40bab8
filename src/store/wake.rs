//! From the writer's commit to whoever follows the log.

use std::{collections::VecDeque, sync::Arc};

use tokio::sync::broadcast::{self, error::RecvError};

use super::{Result, Store, StoreError};
use crate::domain::event::Event;

/// Batches that may wait for a follower before it has to read them from the database.
const BATCHES_MAX: usize = 256;

/// Events a follower reads from the database at once.
const PAGE: u32 = 500;

/// Which connection gave a command, so that it is not told what it did. Not kept in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin(pub u64);

/// Proof that `events` are on disk. Only the writer's commit makes one; without events it says to look into the log.
#[derive(Debug)]
pub struct Committed {
    pub(super) events: Vec<Announced>,
}

/// An event that is on disk.
#[derive(Clone, Debug)]
pub struct Announced {
    /// The event.
    pub event: Arc<Event>,
    /// The connection that asked for it, if that is known here.
    pub origin: Option<Origin>,
    /// The `seq` of the last event of its unit of work, where the connection is known; it is what the answer tells.
    pub unit_seq: i64,
}

pub(super) fn channel() -> broadcast::Sender<Arc<Committed>> {
    broadcast::channel(BATCHES_MAX).0
}

/// Follows the log from a place on: every event after it, once, in order.
pub struct Follower {
    store: Store,
    batches: broadcast::Receiver<Arc<Committed>>,
    at: i64,
    ready: VecDeque<Announced>,
}

impl Store {
    /// Follows the log after `seq`.
    #[must_use]
    pub fn follow(&self, seq: i64) -> Follower {
        Follower { store: self.clone(), batches: self.writer.subscribe(), at: seq, ready: VecDeque::new() }
    }

    /// Follows the log from its end on.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn follow_from_end(&self) -> Result<Follower> {
        // Listens before it looks: what is committed in between comes twice, and is left out the second time.
        let mut follower = self.follow(0);
        follower.at = self.read().await?.log_head().await?;
        Ok(follower)
    }
}

impl Follower {
    /// The last event that was answered with.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.at
    }

    /// The next event. Waits for it; `None` once the store is closed and everything was told.
    ///
    /// # Errors
    /// What the driver says, where the event had to be read from the database. Asking again goes on at the same place.
    pub async fn next(&mut self) -> Result<Option<Announced>> {
        loop {
            if let Some(next) = self.ready.pop_front() {
                if next.event.seq <= self.at {
                    continue;
                }
                if next.event.seq > self.at + 1 {
                    // Batches were missed, so what lies between is in the database.
                    self.ready.push_front(next);
                    self.read_on().await?;
                    continue;
                }
                self.at = next.event.seq;
                return Ok(Some(next));
            }
            match self.batches.recv().await {
                Ok(batch) if !batch.events.is_empty() => self.ready.extend(batch.events.iter().cloned()),
                Ok(_) | Err(RecvError::Lagged(_)) => self.read_on().await?,
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    async fn read_on(&mut self) -> Result<()> {
        let events = self.store.read().await?.events_after(self.at, PAGE).await?;
        if let Some(first) = events.first().filter(|first| first.seq > self.at + 1) {
            // Only a clock that leapt ahead by days makes this possible. To go on would be to skip them in silence.
            let fault = format!("{} follows {}: what was between them was pruned unread", first.seq, self.at);
            return Err(StoreError::Row { table: "events", fault });
        }
        for event in events.into_iter().rev() {
            self.ready.push_front(Announced { unit_seq: event.seq, event: Arc::new(event), origin: None });
        }
        Ok(())
    }
}
