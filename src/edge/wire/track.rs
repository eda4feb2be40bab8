//! A delivery as its recipient sees it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{geo::Point, order::Status, time::Time},
    hub,
};

/// A delivery as its recipient sees it. There is nothing else that a tracking link shows.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Track {
    /// Where the order is in its life.
    pub status: Status,
    /// Who made it.
    pub vendor: TrackVendor,
    /// Who brings it, once somebody does.
    #[schema(required)]
    pub driver: Option<TrackDriver>,
    /// Where it was picked up; from `picked_up` until `delivered`.
    #[schema(required)]
    pub pickup: Option<TrackPoint>,
    /// Where it goes; from `picked_up` until `delivered`.
    #[schema(required)]
    pub dropoff: Option<TrackPoint>,
    /// When it came in.
    #[schema(required)]
    pub submitted_at: Option<Time>,
    /// When it is wanted, if later.
    #[schema(required)]
    pub scheduled_for: Option<Time>,
    /// When the driver had it.
    #[schema(required)]
    pub picked_up_at: Option<Time>,
    /// When it was handed over.
    #[schema(required)]
    pub delivered_at: Option<Time>,
    /// When nothing more was expected to happen; a day later the link ends.
    #[schema(required)]
    pub ended_at: Option<Time>,
    /// The moment of which this is true.
    pub server_time: Time,
}

/// A vendor as a recipient knows it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TrackVendor {
    /// Its name.
    #[schema(example = "Ramen Bar")]
    pub name: String,
    /// Its number.
    #[schema(required)]
    pub phone: Option<String>,
}

/// A driver as a recipient knows them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TrackDriver {
    /// The first word of their name.
    #[schema(example = "Ann")]
    pub first_name: String,
    /// What they ride.
    #[schema(required)]
    pub vehicle: Option<String>,
    /// Where they are; from `picked_up` until `delivered`, and if they said so in the last three minutes.
    #[schema(required)]
    pub location: Option<TrackPoint>,
}

/// A place on the globe.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct TrackPoint {
    /// Degrees north, WGS 84.
    pub lat: f64,
    /// Degrees east, WGS 84.
    pub lng: f64,
}

impl Track {
    /// Whether there is something else to see than there was.
    #[must_use]
    pub fn differs_from(&self, before: &Track) -> bool {
        let Track { server_time, .. } = before;
        Track { server_time: *server_time, ..self.clone() } != *before
    }
}

impl From<Point> for TrackPoint {
    fn from(Point { lat, lng }: Point) -> TrackPoint {
        TrackPoint { lat, lng }
    }
}

impl From<hub::Track> for Track {
    fn from(track: hub::Track) -> Track {
        let driver = track.driver.map(|driver| TrackDriver {
            first_name: driver.first_name,
            vehicle: driver.vehicle,
            location: driver.location.map(TrackPoint::from),
        });
        Track {
            status: track.status,
            vendor: TrackVendor { name: track.vendor_name, phone: track.vendor_phone },
            driver,
            pickup: track.pickup.map(TrackPoint::from),
            dropoff: track.dropoff.map(TrackPoint::from),
            submitted_at: track.submitted_at,
            scheduled_for: track.scheduled_for,
            picked_up_at: track.picked_up_at,
            delivered_at: track.delivered_at,
            ended_at: track.ended_at,
            server_time: track.server_time,
        }
    }
}
