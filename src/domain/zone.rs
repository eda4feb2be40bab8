//! Zones: where orders belong and drivers work, and the rules that hold there.

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
}

impl Default for Rules {
    fn default() -> Self {
        Rules { offer_round_s: 45, offer_give_up_min: 20 }
    }
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
