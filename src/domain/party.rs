//! The people: vendors and drivers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    device::Device,
    geo::Point,
    id::{DriverId, VendorId, ZoneId},
    time::Time,
};

/// A shop that submits orders.
#[derive(Clone, Debug, PartialEq)]
pub struct Vendor {
    /// Its id.
    pub id: VendorId,
    /// What drivers and recipients see.
    pub name: String,
    /// Shown to the driver who comes, and on the tracking page.
    pub phone: Option<String>,
    /// Where orders are picked up unless an order says otherwise.
    pub address: Option<String>,
    /// The same place on the globe.
    pub point: Option<Point>,
    /// The zone of its orders; none: the zone that holds the pickup.
    pub zone: Option<ZoneId>,
    /// A blocked vendor's keys are refused.
    pub blocked: bool,
    /// The driver must name the order's code to pick it up.
    pub require_pickup_code: bool,
    /// When it was added.
    pub created_at: Time,
}

impl Vendor {
    /// What an order remembers of its vendor.
    #[must_use]
    pub fn card(&self) -> VendorCard {
        VendorCard { id: self.id, name: self.name.clone(), phone: self.phone.clone() }
    }
}

/// A driver.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    /// Their id.
    pub id: DriverId,
    /// What vendors see.
    pub name: String,
    /// Shown to the vendor of an order they carry.
    pub phone: Option<String>,
    /// What they ride, in a word: `bicycle`, `cargo_bike`, `moped`, `car`, `van`, …
    pub vehicle: Option<String>,
    /// What they bring, in the words that orders need: `hot_bag`, …
    pub equipment: Vec<String>,
    /// The zones they may join; none: every zone.
    pub zones_allowed: Option<Vec<ZoneId>>,
    /// How many orders they may carry at once.
    pub max_active_orders: u32,
    /// A blocked driver's keys are refused.
    pub blocked: bool,
    /// Since when they are off duty because they saw offers and did not answer.
    pub paused_at: Option<Time>,
    /// When the pause ends that they asked for; none: they did not.
    pub paused_until: Option<Time>,
    /// What their phone can do, as it said last.
    pub device: Option<Device>,
    /// When they were added.
    pub created_at: Time,
}

impl Driver {
    /// What an order remembers of its driver.
    #[must_use]
    pub fn card(&self) -> DriverCard {
        DriverCard { id: self.id, name: self.name.clone(), phone: self.phone.clone(), vehicle: self.vehicle.clone() }
    }

    /// Whether this driver may join `zone`.
    #[must_use]
    pub fn may_join(&self, zone: &ZoneId) -> bool {
        self.zones_allowed.as_ref().is_none_or(|allowed| allowed.contains(zone))
    }
}

/// A vendor as an order names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = OrderVendor)]
pub struct VendorCard {
    /// The vendor's id.
    pub id: VendorId,
    /// The shop's name.
    #[schema(example = "Ramen Bar")]
    pub name: String,
    /// The shop's phone number.
    pub phone: Option<String>,
}

/// A driver as an order remembers them, from the moment they were assigned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriverCard {
    /// The driver's id.
    pub id: DriverId,
    /// Their name.
    pub name: String,
    /// Their phone number.
    pub phone: Option<String>,
    /// What they ride.
    pub vehicle: Option<String>,
}

/// Whether a driver can be reached right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriverReach {
    /// Over a live connection, which answers.
    Live,
    /// By Web Push: there is no live connection, but at least one browser that takes pushes and says so.
    PushOnly,
    /// Perhaps not: a connection is open, but has not confirmed what was sent to it for 10 s, and there is no push.
    Stale,
    /// Not at all.
    Unreachable,
}

/// How a driver's connections are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// One at least answers.
    Answers,
    /// One at least is open, and none has confirmed what was sent to it.
    Silent,
    /// There is none.
    None,
}

/// Whether a browser of a driver takes pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushable {
    /// One at least does.
    Yes,
    /// None does.
    No,
}

impl DriverReach {
    /// How a driver with such connections is reached.
    #[must_use]
    pub const fn of(connection: Connection, pushable: Pushable) -> DriverReach {
        match (connection, pushable) {
            (Connection::Answers, _) => DriverReach::Live,
            (_, Pushable::Yes) => DriverReach::PushOnly,
            (Connection::Silent, Pushable::No) => DriverReach::Stale,
            (Connection::None, Pushable::No) => DriverReach::Unreachable,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            DriverReach::Live => "live",
            DriverReach::PushOnly => "push_only",
            DriverReach::Stale => "stale",
            DriverReach::Unreachable => "unreachable",
        }
    }
}

/// Where a driver last was. Never kept in the log.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Location {
    /// Degrees north, WGS 84.
    pub lat: f64,
    /// Degrees east, WGS 84.
    pub lng: f64,
    /// Radius of 68 % confidence, in metres, as the phone reports it.
    pub accuracy_m: Option<f64>,
    /// Direction of travel, in degrees clockwise from north.
    pub heading_deg: Option<f64>,
    /// Speed over ground, in metres per second.
    pub speed_mps: Option<f64>,
    /// When the phone measured it, by the phone's clock; else when it came in.
    pub recorded_at: Time,
}
