//! Rounds of offers, and what became of each at every driver who was asked.

use serde::Serialize;
use utoipa::ToSchema;

use super::Reach;
use crate::{
    domain::{
        id::{DriverId, OrderId, ZoneId},
        order::Status,
        party::DriverReach,
        receipt::{self, Answer, Channel, Receipt, RoundEnd},
        time::Time,
    },
    hub::{self, RoundRecord},
};

/// A round of an order's offer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfferRound {
    /// Counts from 1 with each offer.
    pub round: u32,
    /// The zones that were asked.
    pub zones: Vec<ZoneId>,
    /// When it began.
    pub opened_at: Time,
    /// When it was to end.
    pub expires_at: Time,
    /// When it ended.
    #[schema(required)]
    pub ended_at: Option<Time>,
    /// How it ended.
    #[schema(required)]
    pub ended_by: Option<RoundEnd>,
    /// How many drivers it reached.
    pub reach: Reach,
    /// Who was asked.
    pub drivers: Vec<AskedDriver>,
}

/// A driver who was asked, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskedDriver {
    /// Who.
    pub id: DriverId,
    /// What they are called.
    pub name: String,
    /// On which way they were asked.
    pub channel: Channel,
    /// When it was put on that way.
    pub sent_at: Time,
    /// When their client said that it came.
    #[schema(required)]
    pub delivered_at: Option<Time>,
    /// When it was first on their screen.
    #[schema(required)]
    pub seen_at: Option<Time>,
    /// What they answered, or what took the answer from them.
    #[schema(required)]
    pub answer: Option<Answer>,
    /// When.
    #[schema(required)]
    pub answered_at: Option<Time>,
    /// Why they declined.
    #[schema(required)]
    pub reason: Option<String>,
}

impl From<RoundRecord> for OfferRound {
    fn from(record: RoundRecord) -> OfferRound {
        let RoundRecord { round, asked } = record;
        let (ended_by, ended_at) = round.end.unzip();
        OfferRound {
            round: round.id.round,
            zones: round.zones,
            opened_at: round.opened_at,
            expires_at: round.expires_at,
            ended_at,
            ended_by,
            reach: receipt::Reach::of(asked.iter().map(|(receipt, _)| receipt)).into(),
            drivers: asked.into_iter().map(|(receipt, name)| AskedDriver::of(receipt, name)).collect(),
        }
    }
}

impl AskedDriver {
    fn of(receipt: Receipt, name: String) -> AskedDriver {
        let Receipt { driver: id, channel, sent_at, delivered_at, seen_at, answer, reason } = receipt;
        let (answer, answered_at) = answer.unzip();
        AskedDriver { id, name, channel, sent_at, delivered_at, seen_at, answer, answered_at, reason }
    }
}

/// Why a driver is asked for an order at this moment, or is not.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Why {
    /// The order.
    pub order_id: OrderId,
    /// Where it is in its life.
    pub status: Status,
    /// The round it is on offer in.
    #[schema(required)]
    pub round: Option<u32>,
    /// The zones of that round.
    pub zones: Vec<ZoneId>,
    /// The driver.
    pub driver_id: DriverId,
    /// What they are called.
    pub driver_name: String,
    /// Where they work now.
    pub driver_zones: Vec<ZoneId>,
    /// Whether they can be reached at this moment, and how.
    pub driver_reach: DriverReach,
    /// How many open orders they have.
    pub active_orders: u32,
    /// How many they may have.
    pub max_active_orders: u32,
    /// Whether they are asked.
    pub asked: bool,
    /// Everything that keeps them from being asked; empty: they are asked.
    pub reasons: Vec<WhyNot>,
    /// The rounds in which they were asked, oldest first, and what became of each at them.
    pub history: Vec<AskedRound>,
}

/// What keeps a driver from being asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WhyNot {
    /// `blocked`, `not_on_offer`, `off_duty`, `other_zone`, `at_capacity`, `vehicle_too_small`, `lacks_equipment`, `declined`.
    #[schema(example = "at_capacity")]
    pub code: &'static str,
    /// The same in words.
    #[schema(example = "Ann carries 2 of 2 orders")]
    pub detail: String,
}

/// A round in which a driver was asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskedRound {
    /// Counts from 1 with each offer.
    pub round: u32,
    /// When it began.
    pub opened_at: Time,
    /// What became of it at the driver.
    pub receipt: AskedDriver,
}

impl From<hub::Why> for Why {
    fn from(why: hub::Why) -> Why {
        let offer = why.order.state.offer();
        let name = &why.driver.name;
        let history = why.receipts.into_iter().map(|(round, receipt)| AskedRound {
            round: round.id.round,
            opened_at: round.opened_at,
            receipt: AskedDriver::of(receipt, name.clone()),
        });
        Why {
            history: history.collect(),
            order_id: why.order.id,
            status: why.order.status(),
            round: offer.map(|offer| offer.round),
            zones: offer.map(|offer| offer.zones.clone()).unwrap_or_default(),
            driver_id: why.driver.id,
            driver_name: name.clone(),
            driver_zones: why.zones,
            driver_reach: why.reach,
            active_orders: why.carries,
            max_active_orders: why.driver.max_active_orders,
            asked: why.reasons.is_empty(),
            reasons: why.reasons.into_iter().map(|(code, detail)| WhyNot { code, detail }).collect(),
        }
    }
}
