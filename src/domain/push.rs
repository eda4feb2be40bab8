//! Web Push: who is reached without a live connection, and what they are told.

mod news;
mod notice;

use std::fmt;

pub use self::{
    news::news,
    notice::{Notice, PushKind},
};
use super::{
    actor::Actor,
    id::{DriverId, KeyId, SubscriptionId, VendorId},
    time::Time,
};

/// Bytes of a browser's public key: a point on P-256, uncompressed.
pub const P256DH_BYTES: usize = 65;

/// Bytes that only a browser and the hub know.
pub const AUTH_BYTES: usize = 16;

/// Browsers that one driver or vendor may have subscribed. The oldest makes room for one more: browsers change their
/// endpoints, and leave the old ones behind.
pub const SUBSCRIPTIONS_MAX: usize = 10;

/// How long a driver whose connection is open may leave an offer unanswered by it before it is pushed to them too, in
/// milliseconds.
pub const UNDELIVERED_MS: i64 = 3_000;

/// For how long a message that has no end of its own is worth delivering, in milliseconds.
pub const NEWS_MS: i64 = 30 * 60_000;

/// Whom a push is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subscriber {
    /// One driver, on every browser they subscribed.
    Driver(DriverId),
    /// One vendor, on every browser it subscribed.
    Vendor(VendorId),
}

impl Subscriber {
    /// Whose pushes `actor` may ask for: a dispatcher and the hub get none.
    #[must_use]
    pub fn of(actor: &Actor) -> Option<Subscriber> {
        match actor {
            Actor::Driver { id, .. } => Some(Subscriber::Driver(*id)),
            Actor::Vendor { id, .. } => Some(Subscriber::Vendor(*id)),
            Actor::Admin { .. } | Actor::Hub => None,
        }
    }

    /// The driver, if it is one.
    #[must_use]
    pub const fn driver(self) -> Option<DriverId> {
        match self {
            Subscriber::Driver(id) => Some(id),
            Subscriber::Vendor(_) => None,
        }
    }

    /// The vendor, if it is one.
    #[must_use]
    pub const fn vendor(self) -> Option<VendorId> {
        match self {
            Subscriber::Vendor(id) => Some(id),
            Subscriber::Driver(_) => None,
        }
    }

    /// The page that such people work with.
    #[must_use]
    pub const fn page(self) -> &'static str {
        match self {
            Subscriber::Driver(_) => "/driver",
            Subscriber::Vendor(_) => "/vendor",
        }
    }
}

impl fmt::Display for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subscriber::Driver(id) => write!(f, "driver {id}"),
            Subscriber::Vendor(id) => write!(f, "vendor {id}"),
        }
    }
}

/// A browser's address and keys, as it gives them.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Where its push service takes messages for it. Whoever knows it can send there, so it is in no log.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: [u8; P256DH_BYTES],
    /// What only it and the hub know.
    pub auth: [u8; AUTH_BYTES],
    /// When it says that this ends.
    pub expires_at: Option<Time>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A browser that takes pushes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose browser it is.
    pub subscriber: Subscriber,
    /// The key it was made with; it goes with that key.
    pub key: KeyId,
    /// Where it is.
    pub address: Address,
    /// When it was made.
    pub made_at: Time,
    /// When it ends: as the browser says, or with its key.
    pub ends_at: Option<Time>,
}

impl Subscription {
    /// Whether it can be used at `now`.
    #[must_use]
    pub fn lasts(&self, now: Time) -> bool {
        self.ends_at.is_none_or(|end| end > now)
    }
}

/// Which push: what it tells of, and to which browser. The same is never made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PushId {
    /// What it is about.
    pub kind: PushKind,
    /// The `seq` of the event that it tells of; for an offer and its end, of the event that opened it.
    pub seq: i64,
    /// Of an offer, which round; else 0.
    pub round: u32,
    /// To which browser.
    pub subscription: SubscriptionId,
}

/// Something that a browser is to be told, or was.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    /// Which.
    pub id: PushId,
    /// Whose browser it is.
    pub subscriber: Subscriber,
    /// What it is told.
    pub notice: Notice,
    /// Later it is of no use.
    pub expires_at: Time,
    /// Who knows this got it: 128 random bits, in hexadecimal.
    pub receipt: String,
    /// When it was decided.
    pub made_at: Time,
    /// What became of it.
    pub state: PushState,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushState {
    /// It is to be sent.
    Waiting,
    /// A push service took it.
    Sent,
    /// It was not sent: too late, not wanted any more, or refused.
    GivenUp,
}

impl PushState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            PushState::Waiting => "waiting",
            PushState::Sent => "sent",
            PushState::GivenUp => "given_up",
        }
    }
}
