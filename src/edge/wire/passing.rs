//! Passing messages: in no log, without a `seq`, and they may be lost.

use serde::{Deserialize as _, Serialize};
use utoipa::ToSchema;

use super::Reach;
use crate::{
    domain::{
        alert::Alert,
        event::Event,
        id::{DriverId, OrderId},
        party::DriverReach,
        time::Time,
    },
    hub::{Moved, ReachChange},
};

/// `driver.location`: where a driver is, for the vendors whose orders they have and for dispatchers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DriverMoved {
    /// Who.
    pub driver_id: DriverId,
    /// Degrees north, WGS 84.
    pub lat: f64,
    /// Degrees east, WGS 84.
    pub lng: f64,
    /// Radius of 68 % confidence, in metres.
    #[schema(required)]
    pub accuracy_m: Option<f64>,
    /// Direction of travel, in degrees clockwise from north.
    #[schema(required)]
    pub heading_deg: Option<f64>,
    /// Speed over ground, in metres per second.
    #[schema(required)]
    pub speed_mps: Option<f64>,
    /// When it was measured.
    pub recorded_at: Time,
}

impl From<&Moved> for DriverMoved {
    fn from(moved: &Moved) -> DriverMoved {
        let crate::domain::party::Location { lat, lng, accuracy_m, heading_deg, speed_mps, recorded_at } =
            moved.location;
        DriverMoved { driver_id: moved.driver, lat, lng, accuracy_m, heading_deg, speed_mps, recorded_at }
    }
}

/// `driver.reach`: by what way a driver is reached from now on, for the vendors whose orders they have and for dispatchers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DriverReached {
    /// Who.
    pub driver_id: DriverId,
    /// By what way.
    pub reach: DriverReach,
}

/// `order.reach`: how many drivers an offer reached by now, and what is the matter with it, for its vendor and for
/// dispatchers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReachChanged {
    /// The order on offer.
    pub order_id: OrderId,
    /// Which round; 0 once it is not on offer.
    pub round: u32,
    /// How many drivers.
    pub reach: Reach,
    /// An alert about it that was raised, acknowledged or cleared; what else is the matter is as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub alert: Option<Alert>,
}

impl From<&ReachChange> for ReachChanged {
    fn from(change: &ReachChange) -> ReachChanged {
        ReachChanged { order_id: change.order, round: change.round, reach: change.reach.into(), alert: None }
    }
}

impl ReachChanged {
    /// For what an event says of an alert.
    #[must_use]
    pub fn of_alert(event: &Event, reach: Reach) -> Option<ReachChanged> {
        let (order, alert) = (event.order.as_ref()?, Alert::deserialize(event.data.get("alert")?).ok()?);
        let round = order.state.offer().map_or(0, |offer| offer.round);
        Some(ReachChanged { order_id: order.id, round, reach, alert: Some(alert) })
    }
}

/// `server.stopping`: the hub stops.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ServerStopping {
    /// When to come back, in milliseconds; spread, so that not everyone comes at once.
    pub reconnect_after_ms: u64,
}
