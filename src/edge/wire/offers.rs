//! Rounds of offers, and what became of each at every driver who was asked.

use serde::Serialize;
use utoipa::ToSchema;

use super::Reach;
use crate::{
    domain::{
        id::{DriverId, ZoneId},
        receipt::{self, Answer, Channel, Receipt, RoundEnd},
        time::Time,
    },
    hub::RoundRecord,
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
