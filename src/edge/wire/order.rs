//! Orders as they are shown.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    self,
    geo::Point,
    id::{DriverId, OrderId, ZoneId},
    order::{Item, Money, Problem, Proof, Size, Status},
    party::{DriverReach, Location, VendorCard},
    time::Time,
};

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Order {
    /// Never changes.
    pub id: OrderId,
    /// 4 to 6 characters to be spoken at a counter.
    #[schema(example = "K7Q4")]
    pub code: String,
    /// The vendor's own number.
    #[schema(required)]
    pub external_id: Option<String>,
    /// Rises by one with every event of this order.
    pub version: i64,
    /// Where it is in its life.
    pub status: Status,
    /// The zone it belongs to.
    pub zone: ZoneId,
    /// Who submitted it.
    pub vendor: VendorCard,
    /// Where it is picked up.
    pub pickup: Place,
    /// Where it goes, if that is known.
    #[schema(required)]
    pub dropoff: Option<Place>,
    /// What is in it.
    pub items: Vec<Item>,
    /// How many packages the driver takes.
    pub package_count: u32,
    /// How large they are together.
    pub size: Size,
    /// What the driver must bring.
    pub needs: Vec<String>,
    /// For whoever handles it.
    #[schema(required)]
    pub notes: Option<String>,
    /// What the driver collects at the door.
    #[schema(required)]
    pub cash_to_collect: Option<Money>,
    /// What the driver earns.
    #[schema(required)]
    pub driver_pay: Option<Money>,
    /// How long the kitchen needs, in minutes.
    #[schema(required)]
    pub prep_minutes: Option<u32>,
    /// The driver must name `code` to pick it up.
    pub pickup_code_required: bool,
    /// Who has it, or had it when it ended.
    #[schema(required)]
    pub driver: Option<OrderDriver>,
    /// The offer, while there is one.
    #[schema(required)]
    pub offer: Option<Offer>,
    /// What somebody reported and nobody cleared.
    #[schema(required)]
    pub problem: Option<Problem>,
    /// Why it was called off.
    #[schema(required)]
    pub cancel_reason: Option<String>,
    /// What the driver showed for the delivery.
    #[schema(required)]
    pub proof: Option<Proof>,
    /// Where the recipient may follow it.
    #[schema(required)]
    pub tracking_url: Option<String>,
    /// When it came in.
    #[schema(required)]
    pub submitted_at: Option<Time>,
    /// When it is wanted, if later.
    #[schema(required)]
    pub scheduled_for: Option<Time>,
    /// It goes on offer by itself: at `scheduled_for`, or else `prep_minutes` after it came in.
    pub auto_ready: bool,
    /// When it was last put on offer.
    #[schema(required)]
    pub ready_at: Option<Time>,
    /// When a driver got it.
    #[schema(required)]
    pub assigned_at: Option<Time>,
    /// When the driver was at the pickup.
    #[schema(required)]
    pub arrived_at_pickup_at: Option<Time>,
    /// When the driver had it.
    #[schema(required)]
    pub picked_up_at: Option<Time>,
    /// When the driver was at the door.
    #[schema(required)]
    pub arrived_at_dropoff_at: Option<Time>,
    /// When it was handed over.
    #[schema(required)]
    pub delivered_at: Option<Time>,
    /// When nothing more was expected to happen.
    #[schema(required)]
    pub closed_at: Option<Time>,
}

/// What a driver sees of an order that another driver has.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OrderStub {
    /// Never changes.
    pub id: OrderId,
    /// Its spoken code.
    pub code: String,
    /// Its version.
    pub version: i64,
    /// Where it is in its life.
    pub status: Status,
    /// The zone it belongs to.
    pub zone: ZoneId,
}

/// An order, as much of it as the reader may see.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum OrderView {
    /// All of it, or an offer of it.
    Order(Box<Order>),
    /// That another driver has it.
    Stub(OrderStub),
}

/// A driver, as an order names them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OrderDriver {
    /// Their id.
    pub id: DriverId,
    /// Their name.
    pub name: String,
    /// Their number.
    #[schema(required)]
    pub phone: Option<String>,
    /// What they ride.
    #[schema(required)]
    pub vehicle: Option<String>,
    /// Where they were last.
    #[schema(required)]
    pub location: Option<Location>,
    /// Whether they can be reached, and how; null once the order is closed.
    #[schema(required)]
    pub reach: Option<DriverReach>,
}

/// An order's offer to drivers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Offer {
    /// Counts from 1.
    pub round: u32,
    /// The zones that are asked.
    pub zones: Vec<ZoneId>,
    /// When this round began.
    pub opened_at: Time,
    /// When this round ends, by the hub's clock.
    pub expires_at: Time,
    /// How many drivers it reached; not for drivers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub reach: Option<Reach>,
}

/// How many drivers an offer's round reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reach {
    /// It was put on their connection.
    pub sent: u32,
    /// Their client says it came.
    pub delivered: u32,
    /// It was on their screen.
    pub seen: u32,
    /// They do not want it.
    pub declined: u32,
}

/// A place somebody goes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(default)]
pub struct Place {
    /// As one writes it on a letter, at most 300 characters.
    #[garde(length(chars, max = 300))]
    #[schema(max_length = 300, example = "1 Main St")]
    pub address: Option<String>,
    /// Degrees north, WGS 84; goes with `lng`.
    #[garde(range(min = -90.0, max = 90.0))]
    #[schema(minimum = -90, maximum = 90)]
    pub lat: Option<f64>,
    /// Degrees east, WGS 84; goes with `lat`.
    #[garde(range(min = -180.0, max = 180.0))]
    #[schema(minimum = -180, maximum = 180)]
    pub lng: Option<f64>,
    /// Whom to ask for.
    #[garde(length(chars, max = 100))]
    #[schema(max_length = 100)]
    pub contact_name: Option<String>,
    /// Their number.
    #[garde(length(chars, max = 40))]
    #[schema(max_length = 40)]
    pub phone: Option<String>,
    /// How to find the door.
    #[garde(length(chars, max = 500))]
    #[schema(max_length = 500)]
    pub instructions: Option<String>,
}

impl From<&domain::order::Place> for Place {
    fn from(place: &domain::order::Place) -> Place {
        Place {
            address: place.address.clone(),
            lat: place.point.map(|point| point.lat),
            lng: place.point.map(|point| point.lng),
            contact_name: place.contact_name.clone(),
            phone: place.phone.clone(),
            instructions: place.instructions.clone(),
        }
    }
}

impl From<Place> for domain::order::Place {
    fn from(place: Place) -> domain::order::Place {
        domain::order::Place {
            address: place.address,
            point: place.lat.zip(place.lng).map(|(lat, lng)| Point { lat, lng }),
            contact_name: place.contact_name,
            phone: place.phone,
            instructions: place.instructions,
        }
    }
}

/// One page of a list of orders.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderPage {
    /// Newest first.
    pub orders: Vec<OrderView>,
    /// Where the next page begins: pass it as `before`.
    #[schema(required)]
    pub next: Option<OrderId>,
}
