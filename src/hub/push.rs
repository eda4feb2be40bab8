//! Web Push: which browsers take pushes, and what they are to be told.
//!
//! The log is the bus: what is to be pushed is decided by reading it, behind everything that somebody waits for. What is
//! decided is written down, together with the place in the log up to which was decided, before it is sent, so that a restart
//! neither forgets a push nor makes it again. Only that a push was sent is written after it was: a hub that is killed in
//! between sends it once more, and the browser's push service puts it in the place of the first.

mod browsers;
mod decide;
mod offers;
mod outbox;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

pub use self::outbox::{Posting, PushOutcome};
use self::{browsers::Browsers, offers::Waiting, outbox::Queued};
use super::{Hub, HubError, Result, lock};
use crate::domain::{
    id::DriverId,
    push::{PushId, Subscription},
    receipt::RoundId,
};

/// What is known of pushes: a picture of the database, and what need not be in it.
#[derive(Default)]
pub(super) struct Pushes {
    browsers: Browsers,
    /// Offers that drivers are still to be told of: at once by push, or first on their connection.
    offers: BTreeMap<(RoundId, DriverId), Waiting>,
    /// What is to be sent.
    outbox: BTreeMap<PushId, Queued>,
    /// Up to where the log was looked through, and up to where that is written down.
    at: i64,
    kept: i64,
}

/// How many pushes became what, since the hub was started.
#[derive(Default)]
pub(super) struct Counters {
    sent: AtomicU64,
    failed: AtomicU64,
    retried: AtomicU64,
    delivered: AtomicU64,
    dropped: AtomicU64,
}

/// How many pushes became what, since the hub was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushCounts {
    /// Push services took them.
    pub sent: u64,
    /// They were not sent: refused, or no push service took them in time.
    pub failed: u64,
    /// Push services did not take them at once.
    pub retried: u64,
    /// Browsers said that they came.
    pub delivered: u64,
    /// Browsers that take no more pushes, as their push service said.
    pub dropped: u64,
    /// They are to be sent.
    pub waiting: usize,
}

impl Counters {
    fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Hub {
    /// The key by which push services know this hub: `new`, if there is none yet.
    ///
    /// # Errors
    /// What the store says.
    pub async fn push_key(&self, new: String) -> Result<String> {
        let unit =
            self.store.write(move |write| Box::pin(async move { Ok::<_, HubError>(write.keep_push_key(&new).await?) }));
        Ok(unit.await?.value)
    }

    /// How many pushes became what, since the hub was started.
    #[must_use]
    pub fn push_counts(&self) -> PushCounts {
        let Counters { sent, failed, retried, delivered, dropped } = &*self.push_counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        PushCounts {
            sent: read(sent),
            failed: read(failed),
            retried: read(retried),
            delivered: read(delivered),
            dropped: read(dropped),
            waiting: lock(&self.pushes).outbox.len(),
        }
    }
}

impl Pushes {
    pub(super) fn of(subscriptions: Vec<Subscription>) -> Pushes {
        Pushes { browsers: Browsers::of(subscriptions), ..Pushes::default() }
    }
}
