//! What comes in, field by field, with the limits of each.

#![expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "the signature that garde asks of a check")]

mod dispatch;

use garde::Validate;
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

pub use self::dispatch::{DriverChange, KeyRequest, VendorChange, ZoneChange};
use super::{Place, parse, view::statuses};
use crate::{
    domain::{
        id::{OrderId, VendorId, ZoneId},
        order::{Item, Money, Size, command::Changes},
        party::Location,
        time::Time,
    },
    edge::fault::Fault,
    hub::{Filter, Submission},
};

/// Tells `null` from absent: `Some(None)` clears, `None` leaves as it is.
#[expect(clippy::option_option, reason = "null and absent are different answers")]
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// An order, to be submitted. Only `items` or `notes` are needed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(default)]
pub struct SubmitOrder {
    /// Whose order it is: required of a dispatcher.
    #[garde(skip)]
    pub vendor_id: Option<VendorId>,
    /// The vendor's own number, unique per vendor.
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    pub external_id: Option<String>,
    /// The zone, if not the one that holds the pickup.
    #[garde(skip)]
    pub zone: Option<ZoneId>,
    /// Where it is picked up, if not at the vendor's.
    #[garde(dive, custom(whole_point))]
    pub pickup: Option<Place>,
    /// Where it goes.
    #[garde(dive, custom(whole_point))]
    pub dropoff: Option<Place>,
    /// What is in it, at most 100 lines.
    #[garde(dive, length(max = 100))]
    #[schema(max_items = 100)]
    pub items: Vec<Item>,
    /// How many packages, 1 to 99.
    #[garde(range(min = 1, max = 99))]
    #[schema(minimum = 1, maximum = 99, default = 1)]
    pub package_count: Option<u32>,
    /// How large they are together.
    #[garde(skip)]
    pub size: Size,
    /// What the driver must bring, at most 10 words.
    #[garde(length(max = 10), inner(length(chars, min = 1, max = 32)))]
    #[schema(max_items = 10)]
    pub needs: Vec<String>,
    /// For whoever handles it.
    #[garde(length(chars, max = 1000))]
    #[schema(max_length = 1000)]
    pub notes: Option<String>,
    /// What the driver collects at the door.
    #[garde(dive)]
    pub cash_to_collect: Option<Money>,
    /// What the driver earns.
    #[garde(dive)]
    pub driver_pay: Option<Money>,
    /// How long the kitchen needs, in minutes, at most 1440.
    #[garde(range(max = 1440))]
    #[schema(maximum = 1440)]
    pub prep_minutes: Option<u32>,
    /// When it is wanted, if later.
    #[garde(skip)]
    pub scheduled_for: Option<Time>,
    /// Offer it by itself when it should be ready: at `scheduled_for`, or else `prep_minutes` after it came in. One of
    /// the two must be there.
    #[garde(skip)]
    pub auto_ready: bool,
    /// Offer it at once.
    #[garde(skip)]
    pub ready: bool,
    /// The same key and the same order make one order, for 7 days; 1 to 64 printable characters.
    #[garde(custom(printable))]
    #[schema(min_length = 1, max_length = 64)]
    pub idempotency_key: Option<String>,
}

impl SubmitOrder {
    /// The submission. `hash` is of the request without its idempotency key.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::edge::fault::Code::Invalid) if it does not say what the order is.
    pub fn submission(self, hash: [u8; 32]) -> Result<Submission, Fault> {
        if self.items.is_empty() && self.notes.as_deref().is_none_or(|notes| notes.trim().is_empty()) {
            return Err(Fault::field("items", "or notes must say what the order is"));
        }
        Ok(Submission {
            vendor: self.vendor_id,
            external_id: self.external_id,
            zone: self.zone,
            pickup: self.pickup.map(Into::into),
            dropoff: self.dropoff.map(Into::into),
            items: self.items,
            package_count: self.package_count.unwrap_or(1),
            size: self.size,
            needs: self.needs,
            notes: self.notes,
            cash_to_collect: self.cash_to_collect,
            driver_pay: self.driver_pay,
            prep_minutes: self.prep_minutes,
            scheduled_for: self.scheduled_for,
            auto_ready: self.auto_ready,
            ready: self.ready,
            idempotency: self.idempotency_key.map(|key| (key, hash)),
        })
    }
}

/// Reads a submission. `header` is the idempotency key from a REST header, which the body may also hold.
///
/// # Errors
/// [`Code::Malformed`](crate::edge::fault::Code::Malformed) or [`Code::Invalid`](crate::edge::fault::Code::Invalid) with
/// every field that cannot be.
pub fn read_submission(mut payload: serde_json::Value, header: Option<&str>) -> Result<Submission, Fault> {
    if let (Some(key), Some(body)) = (header, payload.as_object_mut()) {
        body.insert("idempotency_key".to_owned(), key.into());
    }
    let hash = {
        let mut body = payload.clone();
        body.as_object_mut().and_then(|body| body.remove("idempotency_key"));
        // Object keys are sorted by serde_json, so the order in which a client writes fields does not matter.
        Sha256::digest(body.to_string().as_bytes()).into()
    };
    parse::<SubmitOrder>(payload)?.submission(hash)
}

/// What is to be different about an order. What is absent stays as it is; `null` clears.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct UpdateOrder {
    /// The version that the caller saw.
    #[garde(skip)]
    pub version: i64,
    /// The vendor's own number.
    #[garde(length(chars, min = 1, max = 64))]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    pub external_id: Option<Option<String>>,
    /// The zone; not while it is on offer.
    #[garde(skip)]
    #[serde(default)]
    pub zone: Option<ZoneId>,
    /// Where it is picked up; not while it is on offer.
    #[garde(dive, custom(whole_point))]
    #[serde(default)]
    pub pickup: Option<Place>,
    /// Where it goes.
    #[garde(dive, custom(whole_point_inside))]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Place>)]
    pub dropoff: Option<Option<Place>>,
    /// What is in it, at most 100 lines.
    #[garde(dive, length(max = 100))]
    #[serde(default)]
    #[schema(max_items = 100)]
    pub items: Option<Vec<Item>>,
    /// How many packages, 1 to 99.
    #[garde(range(min = 1, max = 99))]
    #[serde(default)]
    #[schema(minimum = 1, maximum = 99)]
    pub package_count: Option<u32>,
    /// How large they are together.
    #[garde(skip)]
    #[serde(default)]
    pub size: Option<Size>,
    /// What the driver must bring, at most 10 words.
    #[garde(length(max = 10), custom(words))]
    #[serde(default)]
    #[schema(max_items = 10)]
    pub needs: Option<Vec<String>>,
    /// For whoever handles it.
    #[garde(length(chars, max = 1000))]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub notes: Option<Option<String>>,
    /// What the driver collects at the door.
    #[garde(dive)]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Money>)]
    pub cash_to_collect: Option<Option<Money>>,
    /// What the driver earns.
    #[garde(dive)]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Money>)]
    pub driver_pay: Option<Option<Money>>,
    /// How long the kitchen needs, in minutes, at most 1440.
    #[garde(range(max = 1440))]
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>, maximum = 1440)]
    pub prep_minutes: Option<Option<u32>>,
    /// When it is wanted; only while it is scheduled.
    #[garde(skip)]
    #[serde(default)]
    pub scheduled_for: Option<Time>,
    /// Offer it by itself when it should be ready; `true` only while it is not ready.
    #[garde(skip)]
    #[serde(default)]
    pub auto_ready: Option<bool>,
}

impl From<UpdateOrder> for Changes {
    fn from(update: UpdateOrder) -> Changes {
        Changes {
            external_id: update.external_id,
            zone: update.zone,
            pickup: update.pickup.map(Into::into),
            dropoff: update.dropoff.map(|place| place.map(Into::into)),
            items: update.items,
            package_count: update.package_count,
            size: update.size,
            needs: update.needs,
            notes: update.notes,
            cash_to_collect: update.cash_to_collect,
            driver_pay: update.driver_pay,
            prep_minutes: update.prep_minutes,
            scheduled_for: update.scheduled_for,
            auto_ready: update.auto_ready,
        }
    }
}

/// A zone, named.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct ZoneName {
    /// Which.
    #[garde(skip)]
    pub zone: ZoneId,
}

/// Where a driver is.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct LocationReport {
    /// Degrees north, WGS 84.
    #[garde(range(min = -90.0, max = 90.0))]
    #[schema(minimum = -90, maximum = 90)]
    pub lat: f64,
    /// Degrees east, WGS 84.
    #[garde(range(min = -180.0, max = 180.0))]
    #[schema(minimum = -180, maximum = 180)]
    pub lng: f64,
    /// Radius of 68 % confidence, in metres.
    #[garde(range(min = 0.0, max = 100_000.0))]
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    /// Direction of travel, in degrees clockwise from north.
    #[garde(range(min = 0.0, max = 360.0))]
    #[serde(default)]
    pub heading_deg: Option<f64>,
    /// Speed over ground, in metres per second.
    #[garde(range(min = 0.0, max = 200.0))]
    #[serde(default)]
    pub speed_mps: Option<f64>,
    /// When the phone measured it.
    #[garde(skip)]
    #[serde(default)]
    pub recorded_at: Option<Time>,
}

impl LocationReport {
    /// The location. A phone that does not say when, or says a time to come, is taken to mean now.
    #[must_use]
    pub fn location(&self, now: Time) -> Location {
        let LocationReport { lat, lng, accuracy_m, heading_deg, speed_mps, recorded_at } = *self;
        Location { lat, lng, accuracy_m, heading_deg, speed_mps, recorded_at: recorded_at.unwrap_or(now).min(now) }
    }
}

/// Which orders a list holds, over a socket.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(default)]
pub struct OrdersQuery {
    /// One status or several with commas between them.
    #[garde(length(max = 300))]
    #[schema(example = "picked_up,delivered")]
    pub status: Option<String>,
    /// Older than this order.
    #[garde(skip)]
    pub before: Option<OrderId>,
    /// At most so many, 1 to 200; 50 if absent.
    #[garde(range(min = 1, max = 200))]
    #[schema(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

impl OrdersQuery {
    /// The filter.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::edge::fault::Code::Invalid) for a word that is no status.
    pub fn filter(&self) -> Result<Filter, Fault> {
        let statuses = statuses(self.status.as_deref().unwrap_or_default());
        Ok(Filter { statuses: statuses.map_err(|fault| Fault::field("status", fault))?, ..Filter::default() })
    }
}

fn whole_point(place: &Option<Place>, _: &()) -> garde::Result {
    match place {
        Some(place) if place.lat.is_some() != place.lng.is_some() => {
            Err(garde::Error::new("must have both lat and lng, or neither"))
        }
        _ => Ok(()),
    }
}

#[expect(clippy::option_option, reason = "null and absent are different answers")]
fn whole_point_inside(place: &Option<Option<Place>>, context: &()) -> garde::Result {
    place.as_ref().map_or(Ok(()), |place| whole_point(place, context))
}

fn printable(key: &Option<String>, _: &()) -> garde::Result {
    match key {
        Some(key) if !(1..=64).contains(&key.len()) || !key.bytes().all(|b| (b' '..=b'~').contains(&b)) => {
            Err(garde::Error::new("must be 1 to 64 printable ASCII characters"))
        }
        _ => Ok(()),
    }
}

fn words(needs: &Option<Vec<String>>, _: &()) -> garde::Result {
    match needs {
        Some(needs) if needs.iter().any(|word| !(1..=32).contains(&word.chars().count())) => {
            Err(garde::Error::new("must be words of 1 to 32 characters"))
        }
        _ => Ok(()),
    }
}
