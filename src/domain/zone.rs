//! Zones: where orders belong and drivers work, and the rules that hold there.

use std::sync::LazyLock;

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    geo::{Area, Point},
    id::ZoneId,
};

/// A part of town.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// The slug the dispatcher chose.
    pub id: ZoneId,
    /// What people call it.
    pub name: String,
    /// The ground it covers; none: only orders that name it belong to it.
    pub area: Option<Area>,
    /// The zones that are asked in an offer's second round, in this order.
    pub neighbours: Vec<ZoneId>,
    /// Its colour on maps, `#rrggbb`.
    pub color: Option<String>,
    /// How offers go here.
    pub rules: Rules,
}

/// Whom a zone's offers ask, and in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OfferMode)]
pub enum Mode {
    /// Everybody of the round at once.
    #[default]
    Broadcast,
    /// One driver of the order's own zone after the other, the nearest first; who was asked stays asked. Then everybody.
    Nearest,
    /// Nobody: the dispatcher gives every order to a driver.
    Manual,
}

/// How offers go in a zone. What is left out has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// How long one round of an offer lasts, in seconds, 10 to 600.
    #[garde(range(min = 10, max = 600))]
    #[schema(minimum = 10, maximum = 600, default = 45)]
    pub offer_round_s: u32,
    /// After how many minutes without a claim the order expires, 3 to 60.
    #[garde(range(min = 3, max = 60))]
    #[schema(minimum = 3, maximum = 60, default = 20)]
    pub offer_give_up_min: u32,
    /// After how many seconds without a claim dispatcher and vendor are alerted, 30 to 1800.
    #[garde(range(min = 30, max = 1800))]
    #[schema(minimum = 30, maximum = 1800, default = 90)]
    pub unclaimed_alert_s: u32,
    /// After how many seconds without a connection a driver who is to pick an order up counts as lost, 60 to 3600: dispatcher
    /// and vendor are alerted.
    #[garde(range(min = 60, max = 3600))]
    #[schema(minimum = 60, maximum = 3600, default = 300)]
    pub driver_lost_after_s: u32,
    /// Whether the order of a driver who is lost, or was blocked, is taken back and offered to others.
    #[garde(skip)]
    pub release_when_lost: bool,
    /// How many offers in a row a driver may see and not answer before they are off duty, 1 to 20; 0: any number.
    #[garde(range(max = 20))]
    #[schema(minimum = 0, maximum = 20, default = 3)]
    pub auto_pause_after: u32,
    /// Whom offers ask, and in which order.
    #[garde(skip)]
    pub mode: Mode,
    /// In mode `nearest`: how long one driver has before the next is asked too, in seconds, 5 to 120.
    #[garde(range(min = 5, max = 120))]
    #[schema(minimum = 5, maximum = 120, default = 15)]
    pub nearest_turn_s: u32,
    /// In mode `nearest`: how many drivers are asked one by one before everybody is, 1 to 20.
    #[garde(range(min = 1, max = 20))]
    #[schema(minimum = 1, maximum = 20, default = 3)]
    pub nearest_drivers: u32,
    /// In mode `nearest`: how many metres nearer a driver counts for each minute without an order, up to 30 min; 0 to 1000.
    #[garde(range(max = 1000))]
    #[schema(minimum = 0, maximum = 1000, default = 100)]
    pub nearest_wait_m: u32,
    /// Whether a driver who is on the way to a pickup is asked first for what goes the same way from there.
    #[garde(skip)]
    pub same_trip: bool,
    /// With `same_trip`: how far apart the pickups of two vendors may be, in metres, 50 to 2000.
    #[garde(range(min = 50, max = 2000))]
    #[schema(minimum = 50, maximum = 2000, default = 300)]
    pub same_trip_m: u32,
    /// With `same_trip`: how far the directions to the drop-offs may differ, in degrees, 5 to 90.
    #[garde(range(min = 5, max = 90))]
    #[schema(minimum = 5, maximum = 90, default = 30)]
    pub same_trip_deg: u32,
    /// With `same_trip`: for how long that driver alone is asked, in seconds, 5 to 60.
    #[garde(range(min = 5, max = 60))]
    #[schema(minimum = 5, maximum = 60, default = 10)]
    pub same_trip_s: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            offer_round_s: 45,
            offer_give_up_min: 20,
            unclaimed_alert_s: 90,
            driver_lost_after_s: 300,
            release_when_lost: false,
            auto_pause_after: 3,
            mode: Mode::Broadcast,
            nearest_turn_s: 15,
            nearest_drivers: 3,
            nearest_wait_m: 100,
            same_trip: false,
            same_trip_m: 300,
            same_trip_deg: 30,
            same_trip_s: 10,
        }
    }
}

impl Rules {
    /// The rules in sentences, for people who have to live by them.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        let Rules { offer_round_s, offer_give_up_min, nearest_turn_s, nearest_drivers, nearest_wait_m, .. } = self;
        let rounds = format!(
            "A round lasts {offer_round_s} s: the first asks the drivers of this zone, the second those of its neighbours too, \
             every further one those of all zones."
        );
        let end = format!("After {offer_give_up_min} min without a claim the order expires.");
        let alert = format!(
            "After {} s without a claim the dispatcher is alerted, and the vendor told.",
            self.unclaimed_alert_s
        );
        let mut words = match self.mode {
            Mode::Broadcast => vec!["Everybody of a round is asked at once.".to_owned(), rounds, end],
            Mode::Nearest => vec![
                format!(
                    "Up to {nearest_drivers} drivers of this zone are asked first, the nearest to the pickup first, one more \
                     every {nearest_turn_s} s; each may claim from then on."
                ),
                format!("Each minute without an order, up to 30, counts as {nearest_wait_m} m nearer."),
                format!("Then everybody is asked. {rounds}"),
                end,
            ],
            Mode::Manual => vec![
                "No driver is asked: the dispatcher gives each order to one.".to_owned(),
                format!("After {offer_give_up_min} min without that the order expires."),
            ],
        };
        words.insert(words.len() - 1, alert);
        let then = if self.release_when_lost {
            "; the order is taken back and offered to others"
        } else {
            "; the order stays theirs until the dispatcher decides"
        };
        words.push(format!(
            "When a driver who is to pick an order up is blocked, or has not been connected for {} s, the dispatcher is \
             alerted, and the vendor told{then}.",
            self.driver_lost_after_s
        ));
        if self.same_trip && self.mode != Mode::Manual {
            words.push(format!(
                "A driver who is on the way to a pickup is asked alone, for {} s, for an order of the same vendor, or from \
                 within {} m, that goes the same way within {}°, if they can carry it too.",
                self.same_trip_s, self.same_trip_m, self.same_trip_deg
            ));
        }
        words.push(match self.auto_pause_after {
            0 => "A driver who sees offers and does not answer stays on duty.".to_owned(),
            1 => "A driver who sees an offer and does not answer it is off duty until they join again.".to_owned(),
            n => format!("A driver who sees {n} offers in a row and answers none is off duty until they join again."),
        });
        words
    }
}

/// The rules of the zone `id`; the usual ones where it is not among `zones`.
#[must_use]
pub fn rules_of<'z>(zones: &'z [Zone], id: &ZoneId) -> &'z Rules {
    static USUAL: LazyLock<Rules> = LazyLock::new(Rules::default);
    zones.iter().find(|zone| zone.id == *id).map_or(&USUAL, |zone| &zone.rules)
}

/// The zone of `zones` that holds `point`: the one of least extent where several do, so that a zone inside a zone wins.
#[must_use]
pub fn holding(zones: &[Zone], point: Point) -> Option<&Zone> {
    zones
        .iter()
        .filter_map(|zone| zone.area.as_ref().filter(|area| area.holds(point)).map(|area| (zone, area.extent())))
        .min_by(|(a, extent_a), (b, extent_b)| extent_a.total_cmp(extent_b).then_with(|| a.id.cmp(&b.id)))
        .map(|(zone, _)| zone)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Area, Point, Rules, Zone, holding};

    fn zone(id: &str, west: f64, east: f64) -> Zone {
        let ring = json!([[west, 0], [east, 0], [east, 1], [west, 1], [west, 0]]);
        Zone {
            id: id.parse().expect("a slug"),
            name: id.to_owned(),
            area: Some(Area::parse(&json!({ "type": "Polygon", "coordinates": [ring] })).expect("a square")),
            neighbours: vec![],
            color: None,
            rules: Rules::default(),
        }
    }

    #[test]
    fn a_point_finds_the_smallest_zone_that_holds_it() {
        let zones = [zone("town", 0.0, 10.0), zone("market", 4.0, 6.0)];
        let found = |lng| holding(&zones, Point { lat: 0.5, lng }).map(|zone| zone.id.to_string());
        assert_eq!(found(5.0).as_deref(), Some("market"));
        assert_eq!(found(1.0).as_deref(), Some("town"));
        assert_eq!(found(11.0), None);
    }
}
