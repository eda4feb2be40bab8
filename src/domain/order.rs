//! An order: what is to be carried, from where to where, and where it is in its life.
//!
//! The life itself, every command in every state, is [`machine`].

pub mod command;
pub mod machine;
mod parts;
mod update;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::parts::{Away, Item, Money, Place, Problem, Proof, Size, Stop};
use super::{
    id::{DriverId, OrderId, ZoneId},
    offer::Offer,
    party::{DriverCard, VendorCard},
    refusal::Refusal,
    time::Time,
};

const MINUTE_MS: i64 = 60_000;

/// The alphabet of spoken codes: nothing that sounds or looks like another.
pub const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// An order with everything the hub knows of it. Who may see what of it is the edge's to decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Never changes.
    pub id: OrderId,
    /// 4 to 6 characters to be spoken at a counter; unique among the vendor's open orders.
    pub code: String,
    /// The vendor's own number, unique per vendor.
    pub external_id: Option<String>,
    /// Rises by one with every event of this order.
    pub version: i64,
    /// Where it belongs.
    pub zone: ZoneId,
    /// Who submitted it.
    pub vendor: VendorCard,
    /// The driver must name `code` to pick it up.
    pub pickup_code_required: bool,
    /// Where it is picked up.
    pub pickup: Place,
    /// Where it goes, if that is known.
    pub dropoff: Option<Place>,
    /// What is in it.
    pub items: Vec<Item>,
    /// How many packages the driver takes.
    pub package_count: u32,
    /// How large they are together.
    pub size: Size,
    /// What the driver must bring, in words such as `hot_bag`.
    pub needs: Vec<String>,
    /// For whoever handles it.
    pub notes: Option<String>,
    /// What the driver collects at the door.
    pub cash_to_collect: Option<Money>,
    /// What the driver earns.
    pub driver_pay: Option<Money>,
    /// How long the kitchen needs.
    pub prep_minutes: Option<u32>,
    /// When it is wanted, if later.
    pub scheduled_for: Option<Time>,
    /// It goes on offer by itself when it should be ready.
    #[serde(default)]
    pub auto_ready: bool,
    /// 128 random bits, in hexadecimal: who has them may follow the delivery.
    pub tracking_token: String,
    /// Where it is in its life.
    pub state: State,
    /// What happened when.
    pub times: Times,
    /// The offer that ended last.
    pub last_offer: Option<Offer>,
    /// What somebody reported and nobody cleared.
    pub problem: Option<Problem>,
    /// Whoever is to pick it up is out of reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<Away>,
}

/// Where an order is in its life, with what is only known there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Wanted later; due when the kitchen has to begin with it.
    Scheduled,
    /// The vendor is preparing it.
    Submitted,
    /// It is on offer.
    ReadyForPickup {
        /// To whom and until when.
        offer: Offer,
    },
    /// A driver has it to do.
    Held {
        /// How far they are.
        step: Step,
        /// Who.
        driver: DriverCard,
    },
    /// It arrived.
    Delivered {
        /// Who brought it.
        driver: DriverCard,
        /// What they showed for it.
        proof: Proof,
        /// Whether they had said that they were at the door.
        from: Step,
    },
    /// It is back at the vendor.
    Returned {
        /// Who brought it back.
        driver: DriverCard,
    },
    /// It was picked up and came to nothing.
    Failed {
        /// Who had it.
        driver: DriverCard,
    },
    /// Called off before it was picked up.
    Cancelled {
        /// Why.
        reason: String,
        /// Who was on the way to it.
        driver: Option<DriverCard>,
    },
    /// Nobody claimed it in time.
    Expired,
}

/// How far the driver who holds an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Has it, has not set out.
    Assigned,
    /// On the way to the pickup.
    EnrouteToPickup,
    /// At the pickup.
    ArrivedAtPickup,
    /// Has it in the bag.
    PickedUp,
    /// At the door.
    ArrivedAtDropoff,
    /// On the way back to the vendor.
    Returning,
}

/// An order's status, one word for each place in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderStatus)]
pub enum Status {
    /// Wanted later.
    Scheduled,
    /// Being prepared.
    Submitted,
    /// On offer to drivers.
    ReadyForPickup,
    /// A driver has it to do.
    Assigned,
    /// The driver is on the way to the pickup.
    EnrouteToPickup,
    /// The driver is at the pickup.
    ArrivedAtPickup,
    /// The driver has it.
    PickedUp,
    /// The driver is at the door.
    ArrivedAtDropoff,
    /// Done.
    Delivered,
    /// The driver brings it back.
    Returning,
    /// Back at the vendor.
    Returned,
    /// Called off.
    Cancelled,
    /// Nobody claimed it in time.
    Expired,
    /// It came to nothing after the pickup.
    Failed,
}

impl Status {
    /// Every status, in the order of an order's life.
    pub const ALL: [Status; 14] = [
        Status::Scheduled,
        Status::Submitted,
        Status::ReadyForPickup,
        Status::Assigned,
        Status::EnrouteToPickup,
        Status::ArrivedAtPickup,
        Status::PickedUp,
        Status::ArrivedAtDropoff,
        Status::Delivered,
        Status::Returning,
        Status::Returned,
        Status::Cancelled,
        Status::Expired,
        Status::Failed,
    ];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Scheduled => "scheduled",
            Status::Submitted => "submitted",
            Status::ReadyForPickup => "ready_for_pickup",
            Status::Assigned => "assigned",
            Status::EnrouteToPickup => "enroute_to_pickup",
            Status::ArrivedAtPickup => "arrived_at_pickup",
            Status::PickedUp => "picked_up",
            Status::ArrivedAtDropoff => "arrived_at_dropoff",
            Status::Delivered => "delivered",
            Status::Returning => "returning",
            Status::Returned => "returned",
            Status::Cancelled => "cancelled",
            Status::Expired => "expired",
            Status::Failed => "failed",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether nothing more is expected to happen to the order.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Status::Delivered | Status::Returned | Status::Cancelled | Status::Expired | Status::Failed)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl State {
    /// The one word for it.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            State::Scheduled => Status::Scheduled,
            State::Submitted => Status::Submitted,
            State::ReadyForPickup { .. } => Status::ReadyForPickup,
            State::Held { step: Step::Assigned, .. } => Status::Assigned,
            State::Held { step: Step::EnrouteToPickup, .. } => Status::EnrouteToPickup,
            State::Held { step: Step::ArrivedAtPickup, .. } => Status::ArrivedAtPickup,
            State::Held { step: Step::PickedUp, .. } => Status::PickedUp,
            State::Held { step: Step::ArrivedAtDropoff, .. } => Status::ArrivedAtDropoff,
            State::Held { step: Step::Returning, .. } => Status::Returning,
            State::Delivered { .. } => Status::Delivered,
            State::Returned { .. } => Status::Returned,
            State::Failed { .. } => Status::Failed,
            State::Cancelled { .. } => Status::Cancelled,
            State::Expired => Status::Expired,
        }
    }

    /// Who has the order, or had it when it ended.
    #[must_use]
    pub const fn driver(&self) -> Option<&DriverCard> {
        match self {
            State::Held { driver, .. }
            | State::Delivered { driver, .. }
            | State::Returned { driver }
            | State::Failed { driver } => Some(driver),
            State::Cancelled { driver, .. } => driver.as_ref(),
            State::Scheduled | State::Submitted | State::ReadyForPickup { .. } | State::Expired => None,
        }
    }

    /// The offer, while there is one.
    #[must_use]
    pub const fn offer(&self) -> Option<&Offer> {
        match self {
            State::ReadyForPickup { offer } => Some(offer),
            _ => None,
        }
    }
}

impl Order {
    /// The one word for where it is.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.state.status()
    }

    /// Who has it, or had it when it ended.
    #[must_use]
    pub fn driver_id(&self) -> Option<DriverId> {
        self.state.driver().map(|driver| driver.id)
    }

    /// Who is to pick it up, while that is still to come.
    #[must_use]
    pub const fn awaited(&self) -> Option<&DriverCard> {
        match &self.state {
            State::Held { step: Step::Assigned | Step::EnrouteToPickup | Step::ArrivedAtPickup, driver } => {
                Some(driver)
            }
            _ => None,
        }
    }

    /// When the kitchen has to begin with it, if it is wanted at a certain time: `prep_minutes` earlier.
    #[must_use]
    pub fn begins_at(&self) -> Option<Time> {
        self.scheduled_for.map(|due| due.plus_ms(-self.prep_ms()))
    }

    /// When it should be ready, as far as that is known: at the time it is wanted, or `prep_minutes` after it came in.
    #[must_use]
    pub fn should_be_ready_at(&self) -> Option<Time> {
        let after_prep = || self.times.submitted_at.map(|came| came.plus_ms(self.prep_ms()));
        self.scheduled_for.or_else(|| self.prep_minutes.and_then(|_| after_prep()))
    }

    fn prep_ms(&self) -> i64 {
        i64::from(self.prep_minutes.unwrap_or_default()) * MINUTE_MS
    }

    /// An order that goes on offer by itself has to say when.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if it does not.
    pub fn knows_when_ready(&self) -> Result<(), Refusal> {
        if self.auto_ready && self.prep_minutes.is_none() && self.scheduled_for.is_none() {
            return Err(Refusal::invalid(
                "auto_ready",
                "needs `prep_minutes` or `scheduled_for`, to say when it is ready",
            ));
        }
        Ok(())
    }

    /// When a timer must look at it again.
    #[must_use]
    pub fn due_at(&self) -> Option<Time> {
        match &self.state {
            State::Scheduled => self.begins_at(),
            State::Submitted if self.auto_ready => self.should_be_ready_at(),
            State::ReadyForPickup { offer } => Some(offer.due_at()),
            State::Held { .. } => self.away.and_then(|away| away.lost_at),
            _ => None,
        }
    }
}

/// What happened when. A step that was undone has no time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// When it came in.
    pub submitted_at: Option<Time>,
    /// When it was first on offer.
    pub ready_at: Option<Time>,
    /// When a driver got it.
    pub assigned_at: Option<Time>,
    /// When the driver set out.
    pub enroute_at: Option<Time>,
    /// When the driver was at the pickup.
    pub arrived_at_pickup_at: Option<Time>,
    /// When the driver had it.
    pub picked_up_at: Option<Time>,
    /// When the driver was at the door.
    pub arrived_at_dropoff_at: Option<Time>,
    /// When it was handed over.
    pub delivered_at: Option<Time>,
    /// When nothing more was expected to happen.
    pub closed_at: Option<Time>,
}
