//! Places and areas on the globe, WGS 84.

use geo::{Area as _, Intersects, MultiPolygon, Polygon, algorithm::validation::Validation, coord};
use serde::{Deserialize, Serialize};

/// Mean radius of the earth, in metres (IUGG R₁).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Most positions in one area; a city's outline has a few hundred.
pub const AREA_POSITIONS_MAX: usize = 10_000;

/// A point on the globe, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lng: f64,
}

impl Point {
    /// The point, rounded to three decimals: 111 m north to south, less east to west. Near enough to judge a trip by,
    /// not near enough to find a door.
    #[must_use]
    pub fn blurred(self) -> Point {
        let round = |degrees: f64| (degrees * 1_000.0).round() / 1_000.0;
        Point { lat: round(self.lat), lng: round(self.lng) }
    }
}

/// Distance between two points along the earth's surface, in metres.
///
/// Haversine on a sphere of radius 6 371 008.8 m (IUGG mean radius R₁); off by at most 0.5 % against the
/// ellipsoid, which at 5 km is 25 m and less than a phone's own error in a city.
#[must_use]
pub fn distance_m(a: Point, b: Point) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let h = half(lat_a, lat_b) + lat_a.cos() * lat_b.cos() * half(a.lng.to_radians(), b.lng.to_radians());
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}

/// The direction in which the shortest way from `a` to `b` begins, in degrees clockwise from north, 0 to 360.
#[must_use]
pub fn bearing_deg(a: Point, b: Point) -> f64 {
    let (lat_a, lat_b, east) = (a.lat.to_radians(), b.lat.to_radians(), (b.lng - a.lng).to_radians());
    let y = east.sin() * lat_b.cos();
    let x = lat_a.cos() * lat_b.sin() - lat_a.sin() * lat_b.cos() * east.cos();
    y.atan2(x).to_degrees().rem_euclid(360.0)
}

/// The ground a zone covers: a GeoJSON Polygon or MultiPolygon that was checked.
///
/// **Invariant:** rings are closed and do not cross, positions are on the globe, no edge crosses the antimeridian.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    geometry: geojson::Geometry,
    shape: MultiPolygon<f64>,
}

impl Area {
    /// Reads a GeoJSON geometry (RFC 7946): a Polygon or a MultiPolygon, holes allowed, longitude first.
    ///
    /// # Errors
    /// A sentence that names what is wrong with it.
    pub fn parse(json: &serde_json::Value) -> Result<Area, String> {
        let geometry: geojson::Geometry = serde_json::from_value(json.clone())
            .map_err(|_| "must be a GeoJSON Polygon or MultiPolygon geometry".to_owned())?;
        let polygons: Vec<Vec<Vec<geojson::Position>>> = match &geometry.value {
            geojson::GeometryValue::Polygon { coordinates } => vec![coordinates.clone()],
            geojson::GeometryValue::MultiPolygon { coordinates } => coordinates.clone(),
            other => return Err(format!("must be a Polygon or a MultiPolygon, not a {}", other.type_name())),
        };
        let positions: usize = polygons.iter().flatten().map(Vec::len).sum();
        if positions > AREA_POSITIONS_MAX {
            return Err(format!("has {positions} positions, more than {AREA_POSITIONS_MAX}"));
        }
        let shapes = polygons.iter().map(|rings| polygon(rings)).collect::<Result<Vec<_>, _>>()?;
        let shape = MultiPolygon::new(shapes);
        if shape.0.is_empty() {
            return Err("has no polygon".to_owned());
        }
        if let Err(fault) = shape.check_validation() {
            return Err(format!("is not a valid area: {fault}"));
        }
        Ok(Area { geometry, shape })
    }

    /// Whether `point` is inside or on the border.
    #[must_use]
    pub fn holds(&self, point: Point) -> bool {
        self.shape.intersects(&geo::Point::new(point.lng, point.lat))
    }

    /// The extent in square degrees: only good for telling which of two areas at one place is the smaller.
    #[must_use]
    pub fn extent(&self) -> f64 {
        self.shape.unsigned_area()
    }

    /// The GeoJSON it was read from.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(&self.geometry).unwrap_or_default()
    }
}

fn polygon(rings: &[Vec<geojson::Position>]) -> Result<Polygon<f64>, String> {
    let mut lines = rings.iter().map(|ring| line(ring)).collect::<Result<Vec<_>, _>>()?.into_iter();
    let outer = lines.next().ok_or("has a polygon without a ring")?;
    Ok(Polygon::new(outer, lines.collect()))
}

fn line(ring: &[geojson::Position]) -> Result<geo::LineString<f64>, String> {
    if ring.len() < 4 || ring.first() != ring.last() {
        return Err("has a ring that is not closed: the last of at least 4 positions must equal the first".to_owned());
    }
    let mut coords = Vec::with_capacity(ring.len());
    for position in ring {
        let &[lng, lat, ..] = position.as_slice() else {
            return Err("has a position without longitude and latitude".to_owned());
        };
        if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lng) {
            return Err(format!("has a position off the globe: [{lng}, {lat}] (GeoJSON puts longitude first)"));
        }
        coords.push(coord! { x: lng, y: lat });
    }
    if coords.windows(2).any(|edge| (edge[0].x - edge[1].x).abs() > 180.0) {
        return Err("crosses the antimeridian: cut it there into a MultiPolygon (RFC 7946, section 3.1.9)".to_owned());
    }
    Ok(geo::LineString::new(coords))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Area, Point, bearing_deg, distance_m};

    fn at(lat: f64, lng: f64) -> Point {
        Point { lat, lng }
    }

    #[test]
    fn a_bearing_is_clockwise_from_north() {
        let at = |lat, lng| Point { lat, lng };
        let bearings = [at(53.0, 13.0), at(52.0, 13.1), at(51.0, 13.0), at(52.0, 12.9)];
        let found = bearings.map(|to| bearing_deg(at(52.0, 13.0), to));
        for (found, known) in found.into_iter().zip([0.0, 90.0, 180.0, 270.0]) {
            assert!((found - known).abs() < 0.1, "{found} is not {known}");
        }
    }

    #[test]
    fn distances_are_known_ones() {
        let (berlin, paris) = (at(52.5200, 13.4050), at(48.8566, 2.3522));
        assert!((distance_m(berlin, paris) - 877_464.0).abs() < 1_000.0);
        assert!(distance_m(berlin, berlin) < 0.001);
        assert!((distance_m(at(0.0, 0.0), at(0.0, 180.0)) - 20_015_115.0).abs() < 10.0);
    }

    #[test]
    fn an_area_holds_what_is_inside_it_and_not_in_its_holes() {
        let area = Area::parse(&json!({ "type": "Polygon", "coordinates": [
            [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]],
            [[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]],
        ] }))
        .expect("a square with a hole");
        assert!(area.holds(at(1.0, 1.0)));
        assert!(area.holds(at(0.0, 5.0)), "the border belongs to it");
        assert!(!area.holds(at(5.0, 5.0)), "the hole does not");
        assert!(!area.holds(at(11.0, 5.0)));
    }

    #[test]
    fn a_multipolygon_holds_what_any_part_holds() {
        let area = Area::parse(&json!({ "type": "MultiPolygon", "coordinates": [
            [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]],
            [[[179, 0], [180, 0], [180, 1], [179, 1], [179, 0]]],
        ] }))
        .expect("two squares");
        assert!(area.holds(at(0.5, 0.5)) && area.holds(at(0.5, 179.5)) && !area.holds(at(0.5, 90.0)));
    }

    #[test]
    fn what_is_wrong_with_an_area_is_named() {
        let wrong = |json, part: &str| {
            let fault = Area::parse(&json).expect_err("it is wrong");
            assert!(fault.contains(part), "{fault}");
        };
        let square = |ring| json!({ "type": "Polygon", "coordinates": [ring] });
        wrong(json!({ "type": "Point", "coordinates": [1, 2] }), "not a Point");
        wrong(json!("mitte"), "GeoJSON");
        wrong(square(json!([[0, 0], [1, 0], [1, 1], [0, 1]])), "not closed");
        wrong(square(json!([[0, 0], [1, 0], [1, 91], [0, 0]])), "off the globe");
        wrong(square(json!([[170, 0], [-170, 0], [-170, 5], [170, 5], [170, 0]])), "antimeridian");
        wrong(square(json!([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]])), "not a valid area");
    }

    #[test]
    fn a_blurred_point_is_near_and_not_exact() {
        let door = at(52.520_437, 13.401_912);
        assert_eq!(door.blurred(), at(52.52, 13.402));
    }
}
