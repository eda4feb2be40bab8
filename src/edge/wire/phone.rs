//! What a driver's phone says and asks beside orders: pauses, what it can do, photos, and the driver's day.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        day::Sums,
        device::{Device, Permission, Sound},
        id::{DriverId, OrderId, PhotoId, ZoneId},
        order::{self, Money, Status},
        photo::Kind,
        time::Time,
    },
    hub,
};

/// For how long.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, Validate)]
pub struct PauseDriver {
    /// 5 to 120.
    #[garde(range(min = 5, max = 120))]
    #[schema(minimum = 5, maximum = 120)]
    pub minutes: u32,
}

/// A driver's pause.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DriverPaused {
    /// When it ends by itself.
    pub paused_until: Time,
    /// The zones that the driver goes back to then.
    pub zones: Vec<ZoneId>,
}

/// A pause is over.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DriverResumed {
    /// Where the driver works now.
    pub zones: Vec<ZoneId>,
}

/// What a driver's phone can do.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema, Validate)]
pub struct DeviceReport {
    /// Whether the page may know where the phone is.
    #[garde(skip)]
    pub location: Permission,
    /// Whether the page may show notices while it is closed.
    #[garde(skip)]
    pub notifications: Permission,
    /// Whether the driver hears an offer.
    #[garde(skip)]
    pub sound: Sound,
    /// Whether the page is on the home screen.
    #[garde(skip)]
    pub installed: bool,
}

impl DeviceReport {
    /// The device, as it is said at `now`.
    #[must_use]
    pub const fn device(self, now: Time) -> Device {
        let DeviceReport { location, notifications, sound, installed } = self;
        Device { location, notifications, sound, installed, at: now }
    }
}

/// `driver.device`: what a driver's phone can do, for dispatchers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DeviceChanged {
    /// Whose.
    pub driver_id: DriverId,
    /// What it can do now.
    pub device: Device,
}

/// A photo that is kept.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Photo {
    /// What `proof.photo` names it by.
    pub id: PhotoId,
    /// What kind of image it is, told by its content.
    pub r#type: Kind,
    /// How many bytes are kept of it, without its metadata.
    pub bytes: usize,
    /// When it came in.
    pub at: Time,
}

/// What a driver did, and what came of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyDay {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// How many orders arrived.
    pub delivered: u32,
    /// How many went back to the vendor.
    pub returned: u32,
    /// How long the driver was on duty, in seconds.
    pub on_duty_s: i64,
    /// What was collected at the doors, one amount for each currency.
    pub cash: Vec<Money>,
    /// What the delivered orders pay, one amount for each currency.
    pub pay: Vec<Money>,
    /// The orders that ended in this time or are still to be done, newest first, at most 200.
    pub jobs: Vec<MyJob>,
}

/// An order that a driver had to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyJob {
    /// The order.
    pub id: OrderId,
    /// Its spoken code.
    pub code: String,
    /// The vendor's name.
    pub vendor: String,
    /// Where it is in its life.
    pub status: Status,
    /// When the driver got it.
    #[schema(required)]
    pub assigned_at: Option<Time>,
    /// When the driver had it in the bag.
    #[schema(required)]
    pub picked_up_at: Option<Time>,
    /// When it was handed over.
    #[schema(required)]
    pub delivered_at: Option<Time>,
    /// When nothing more was expected to happen.
    #[schema(required)]
    pub closed_at: Option<Time>,
    /// What was to be collected at the door.
    #[schema(required)]
    pub cash_to_collect: Option<Money>,
    /// What it pays.
    #[schema(required)]
    pub driver_pay: Option<Money>,
}

impl From<hub::Day> for MyDay {
    fn from(day: hub::Day) -> MyDay {
        let hub::Day { from, to, on_duty_s, sums: Sums { delivered, returned, cash, pay }, jobs } = day;
        let jobs = jobs.into_iter().map(MyJob::from).collect();
        MyDay { from, to, delivered, returned, on_duty_s, cash, pay, jobs }
    }
}

impl From<order::Order> for MyJob {
    fn from(order: order::Order) -> MyJob {
        let (status, times) = (order.status(), order.times);
        MyJob {
            id: order.id,
            code: order.code,
            vendor: order.vendor.name,
            status,
            assigned_at: times.assigned_at,
            picked_up_at: times.picked_up_at,
            delivered_at: times.delivered_at,
            closed_at: times.closed_at,
            cash_to_collect: order.cash_to_collect,
            driver_pay: order.driver_pay,
        }
    }
}

impl From<&hub::PhotoRecord> for Photo {
    fn from(photo: &hub::PhotoRecord) -> Photo {
        Photo { id: photo.id, r#type: photo.kind, bytes: photo.bytes, at: photo.at }
    }
}
