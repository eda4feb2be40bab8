//! Places, and the ways between them, flat as a town is.

use serde_json::Value;

use super::chance::Chance;

/// Metres of one degree of latitude (a meridian of 40 008 km over 360).
const DEGREE_M: f64 = 111_133.0;

/// A place on the globe, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) lat: f64,
    pub(super) lng: f64,
}

impl Place {
    /// What a value with `lat` and `lng` names, if it does.
    pub(super) fn of(value: &Value) -> Option<Place> {
        Some(Place { lat: value["lat"].as_f64()?, lng: value["lng"].as_f64()? })
    }

    /// How far it is, in metres.
    pub(super) fn distance_m(self, other: Place) -> f64 {
        let north = (other.lat - self.lat) * DEGREE_M;
        let east = (other.lng - self.lng) * DEGREE_M * self.lat.to_radians().cos();
        north.hypot(east)
    }

    /// Where somebody is who has gone this part of the way to `other`, from 0 to 1.
    pub(super) fn towards(self, other: Place, part: f64) -> Place {
        let part = part.clamp(0.0, 1.0);
        Place { lat: self.lat + (other.lat - self.lat) * part, lng: self.lng + (other.lng - self.lng) * part }
    }

    /// Somewhere at most `radius_m` away.
    pub(super) fn near(self, radius_m: f64, chance: &mut Chance) -> Place {
        let (angle, far_m) = (chance.within((0.0, std::f64::consts::TAU)), chance.within((0.1, 1.0)) * radius_m);
        let (north, east) = (far_m * angle.sin() / DEGREE_M, far_m * angle.cos() / DEGREE_M);
        Place { lat: self.lat + north, lng: self.lng + east / self.lat.to_radians().cos().max(0.01) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Place};

    #[test]
    fn half_the_way_is_half_as_far() {
        let (here, there) = (Place { lat: 52.52, lng: 13.40 }, Place { lat: 52.53, lng: 13.42 });
        let whole = here.distance_m(there);
        assert!((1_740.0..1_770.0).contains(&whole), "{whole}");
        let half = here.distance_m(here.towards(there, 0.5));
        assert!((half * 2.0 - whole).abs() < 1.0, "{half}");
        let mut chance = Chance::of(1, "guest", 0);
        assert!((0..50).all(|_| here.distance_m(here.near(900.0, &mut chance)) <= 905.0));
    }
}
