//! Orders that go the same way, so that one driver can bring them on one trip.

use super::{
    geo::{Point, bearing_deg, distance_m},
    order::Order,
    zone::Rules,
};

/// Below this distance between pickup and drop-off there is no direction to speak of, in metres.
const DIRECTION_M_MIN: f64 = 50.0;

/// Whether `other` is picked up where `held` is, at the same vendor's or within `same_trip_m`, and goes the same way, within
/// `same_trip_deg`. Orders of which that is not known do not.
#[must_use]
pub fn is_same_trip(held: &Order, other: &Order, rules: &Rules) -> bool {
    let Some(((from, to), (other_from, other_to))) = way(held).zip(way(other)) else { return false };
    let is_near = held.vendor.id == other.vendor.id || distance_m(from, other_from) <= f64::from(rules.same_trip_m);
    let apart = (bearing_deg(from, to) - bearing_deg(other_from, other_to)).rem_euclid(360.0);
    is_near && apart.min(360.0 - apart) <= f64::from(rules.same_trip_deg)
}

fn way(order: &Order) -> Option<(Point, Point)> {
    let way = order.pickup.point.zip(order.dropoff.as_ref()?.point)?;
    (distance_m(way.0, way.1) >= DIRECTION_M_MIN).then_some(way)
}
