//! What can be asked of Waypost. One question is one unit of work; time, ids and chance are passed in.
//!
//! **Invariant:** the hub tells nobody anything. It answers who asked, and what it wrote into the log is told by
//! whoever follows the log.

mod accounts;
mod alerts;
mod day;
mod declines;
mod demo;
mod dispatch;
mod drivers;
mod due;
mod error;
mod feed;
mod late;
mod nearest;
mod orders;
mod pause;
mod photos;
mod presence;
mod push;
mod reach;
mod retention;
mod silence;
mod submit;
mod track;
mod trips;
mod zones;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

pub use self::{
    accounts::{KeyDraft, MadeKey, PartyChange, Session, VendorDraft},
    day::Day,
    demo::Invitation,
    dispatch::Why,
    drivers::{DriverDraft, DriverRecord, Joined, Moved},
    error::HubError,
    feed::{Board, CatchUp, Piece, REPLAY_EVENTS_MAX, Viewer},
    late::Asked,
    orders::{Ask, Timeline},
    pause::Pause,
    presence::ReachedBy,
    push::{Posting, PushCounts, PushOutcome},
    reach::{Mark, Reach, ReachChange, RoundRecord},
    submit::Submission,
    track::{FOLLOWERS_MAX, FOLLOWERS_PER_LINK_MAX, Following, Full, Track, TrackedDriver},
};
pub use crate::store::{Announced, By, Done, Filter, Follower, Origin, Page, PhotoRecord, StoreError};
use crate::{
    domain::{
        id::{DriverId, Id},
        key,
        party::Location,
        time::Time,
    },
    flaws::Flaws,
    store::Store,
};

/// What every question answers with.
pub type Result<T, E = HubError> = std::result::Result<T, E>;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The moment it is.
    fn now(&self) -> Time;
}

/// Gives what cannot be foreseen.
pub trait Chance: Send + Sync {
    /// Fills `bytes` with random ones, fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

/// Everything that can be asked.
#[derive(Clone)]
pub struct Hub {
    store: Store,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    /// SHA-256 of the admin key from the environment.
    given_key: Option<[u8; 32]>,
    /// Where drivers last were. Not worth remembering over a restart.
    locations: Arc<Mutex<HashMap<DriverId, Location>>>,
    reach: Arc<Mutex<reach::Ledger>>,
    presence: Arc<Mutex<presence::Presence>>,
    pushes: Arc<Mutex<push::Pushes>>,
    push_counters: Arc<push::Counters>,
    /// Drivers who let an offer pass without an answer, and perhaps answered since: only they are worth a look.
    silent: Arc<Mutex<HashSet<DriverId>>>,
    uploads: Arc<Mutex<photos::Uploads>>,
    /// Who follows deliveries by their links.
    followers: Arc<Mutex<track::Followers>>,
}

impl Hub {
    /// Opens the store at `url`.
    ///
    /// # Errors
    /// [`HubError::Store`] with what is wrong with the database.
    pub async fn open(
        url: &str,
        given_key: Option<&str>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        flaws: Flaws,
    ) -> Result<Hub> {
        let store = Store::open(url, flaws).await?;
        let mut view = store.read().await?;
        let silent = view.silent_drivers().await?;
        let pushes = push::Pushes::of(view.subscriptions().await?);
        drop(view);
        Ok(Hub {
            store,
            clock,
            chance,
            given_key: given_key.map(key::hash),
            locations: Arc::default(),
            reach: Arc::default(),
            presence: Arc::default(),
            pushes: Arc::new(Mutex::new(pushes)),
            push_counters: Arc::default(),
            silent: Arc::new(Mutex::new(silent.into_iter().collect())),
            uploads: Arc::default(),
            followers: Arc::default(),
        })
    }

    /// The deliberate faults that are switched on.
    #[must_use]
    pub fn flaws(&self) -> Flaws {
        self.store.flaws()
    }

    /// The moment it is.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Whether questions can be answered and changes be kept.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub async fn ready(&self) -> Result<(), String> {
        self.store.health().map_err(|why| format!("nothing can be written: {why}"))?;
        let view = async { self.store.read().await?.log_head().await };
        view.await.map(|_| ()).map_err(|fault: StoreError| format!("the database cannot be read: {fault}"))
    }

    /// How many units of work wait to be written.
    #[must_use]
    pub fn writes_waiting(&self) -> usize {
        self.store.writes_waiting()
    }

    /// Finishes what is queued, and closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }

    fn new_id<I: Id>(&self) -> I {
        let mut chance = [0; 10];
        self.chance.fill(&mut chance);
        I::new(self.clock.now(), chance)
    }

    /// A name for one request, for finding it in the log.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.new_token()
    }

    fn new_token(&self) -> String {
        let mut bits = [0; 16];
        self.chance.fill(&mut bits);
        format!("{:032x}", u128::from_be_bytes(bits))
    }
}

/// Locks what no panic leaves half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
