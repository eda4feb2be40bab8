//! What a dispatcher says of vendors, drivers, zones and keys.

use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    super::{
        commands::{said, said_if_given},
        schemas,
    },
    given,
};
use crate::{
    domain::{
        actor::Role,
        geo::{Area, Point},
        id::{DriverId, VendorId, ZoneId},
        key::Owner,
        time::Time,
        zone::{Rules, Zone},
    },
    edge::fault::Fault,
    hub::{DriverDraft, KeyDraft, VendorDraft},
};

/// A vendor, to be made or changed. What is absent stays as it is; `null` clears. A new one needs a `name`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(default)]
pub struct VendorChange {
    /// What drivers and recipients see.
    #[garde(length(chars, min = 1, max = 100), custom(said_if_given))]
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// Its number.
    #[garde(length(chars, max = 40))]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40)]
    pub phone: Option<Option<String>>,
    /// Where orders are picked up unless an order says otherwise.
    #[garde(length(chars, max = 300))]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 300)]
    pub address: Option<Option<String>>,
    /// Degrees north, WGS 84; goes with `lng`.
    #[garde(range(min = -90.0, max = 90.0))]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<f64>, minimum = -90, maximum = 90)]
    pub lat: Option<Option<f64>>,
    /// Degrees east, WGS 84; goes with `lat`.
    #[garde(range(min = -180.0, max = 180.0))]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<f64>, minimum = -180, maximum = 180)]
    pub lng: Option<Option<f64>>,
    /// The zone of its orders; `null`: the zone that holds the pickup.
    #[garde(skip)]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<ZoneId>)]
    pub zone: Option<Option<ZoneId>>,
    /// Refuse its keys.
    #[garde(skip)]
    pub blocked: Option<bool>,
    /// The driver must name the order's code to pick it up.
    #[garde(skip)]
    pub require_pickup_code: Option<bool>,
}

impl VendorChange {
    /// The draft.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::edge::fault::Code::Invalid) if only one of `lat` and `lng` is there.
    pub fn draft(self) -> Result<VendorDraft, Fault> {
        let point = match (self.lat, self.lng) {
            (None, None) => None,
            (Some(None), Some(None)) => Some(None),
            (Some(Some(lat)), Some(Some(lng))) => Some(Some(Point { lat, lng })),
            (None | Some(None), _) => return Err(Fault::field("lat", "is required with lng")),
            (Some(Some(_)), _) => return Err(Fault::field("lng", "is required with lat")),
        };
        Ok(VendorDraft {
            name: self.name,
            phone: self.phone,
            address: self.address,
            point,
            zone: self.zone,
            blocked: self.blocked,
            require_pickup_code: self.require_pickup_code,
        })
    }
}

/// A driver, to be made or changed. What is absent stays as it is; `null` clears. A new one needs a `name`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(default)]
pub struct DriverChange {
    /// What vendors see.
    #[garde(length(chars, min = 1, max = 100), custom(said_if_given))]
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// Their number.
    #[garde(length(chars, max = 40))]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40)]
    pub phone: Option<Option<String>>,
    /// What they ride, in a word: `foot` holds a small order, `bicycle` and `moped` a medium one, `cargo_bike` and `car` a
    /// large one, `van` and any other word every size.
    #[garde(length(chars, max = 40))]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 40)]
    pub vehicle: Option<Option<String>>,
    /// What they bring, in the words that orders need, such as `hot_bag`; at most 20.
    #[garde(length(max = 20), custom(super::words))]
    #[schema(max_items = 20)]
    pub equipment: Option<Vec<String>>,
    /// The zones they may join; `null`: every zone.
    #[garde(skip)]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Vec<ZoneId>>)]
    pub zones_allowed: Option<Option<Vec<ZoneId>>>,
    /// How many orders they may carry at once, 1 to 20; 2 if absent.
    #[garde(range(min = 1, max = 20))]
    #[schema(minimum = 1, maximum = 20, default = 2)]
    pub max_active_orders: Option<u32>,
    /// Refuse their keys.
    #[garde(skip)]
    pub blocked: Option<bool>,
}

impl From<DriverChange> for DriverDraft {
    fn from(change: DriverChange) -> DriverDraft {
        let DriverChange { name, phone, vehicle, equipment, zones_allowed, max_active_orders, blocked } = change;
        DriverDraft { name, phone, vehicle, equipment, zones_allowed, max_active_orders, blocked }
    }
}

/// A zone, to be made or written anew.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct ZoneChange {
    /// A slug; in `PUT` it may be left out, else it must be the path's.
    #[garde(skip)]
    #[serde(default)]
    pub id: Option<ZoneId>,
    /// What people call it.
    #[garde(length(chars, min = 1, max = 100), custom(said))]
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// The ground it covers: a GeoJSON Polygon or MultiPolygon, longitude first.
    #[garde(skip)]
    #[serde(default)]
    #[schema(schema_with = schemas::area, required = false)]
    pub area: Option<serde_json::Value>,
    /// The zones that are asked in an offer's second round, in this order; at most 50. One that does not exist is passed
    /// over.
    #[garde(length(max = 50))]
    #[serde(default)]
    #[schema(max_items = 50)]
    pub neighbours: Vec<ZoneId>,
    /// Its colour on maps, `#rrggbb`.
    #[garde(custom(rgb))]
    #[serde(default)]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$")]
    pub color: Option<String>,
    /// How offers go here.
    #[garde(dive)]
    #[serde(default)]
    pub rules: Rules,
    /// Passed over: a zone that was read may be written back as it is.
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = false)]
    pub rules_in_words: Option<serde_json::Value>,
}

impl ZoneChange {
    /// The zone.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::edge::fault::Code::Invalid) for an area that is none or an id that is missing.
    pub fn zone(self, path: Option<ZoneId>) -> Result<Zone, Fault> {
        let id = match (self.id, path) {
            (Some(id), Some(path)) if id != path => return Err(Fault::field("id", "must be the one in the path")),
            (given, path) => path.or(given).ok_or_else(|| Fault::field("id", "is required"))?,
        };
        let area = self.area.filter(|area| !area.is_null()).map(|area| Area::parse(&area)).transpose();
        Ok(Zone {
            id,
            name: self.name,
            area: area.map_err(|fault| Fault::field("area", fault))?,
            neighbours: self.neighbours,
            color: self.color,
            rules: self.rules,
        })
    }
}

/// A key, to be made.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct KeyRequest {
    /// What it is to be good for.
    #[garde(skip)]
    pub role: Role,
    /// Whose it is to be, if a vendor's.
    #[garde(skip)]
    #[serde(default)]
    pub vendor_id: Option<VendorId>,
    /// Whose it is to be, if a driver's.
    #[garde(skip)]
    #[serde(default)]
    pub driver_id: Option<DriverId>,
    /// What the dispatcher calls it, such as the device it is for.
    #[garde(length(chars, max = 100))]
    #[serde(default)]
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// From when on it is refused.
    #[garde(skip)]
    #[serde(default)]
    pub expires_at: Option<Time>,
}

impl KeyRequest {
    /// The draft.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::edge::fault::Code::Invalid) if the owner does not go with the role.
    pub fn draft(self) -> Result<KeyDraft, Fault> {
        let wrong = |field: &str, message: &str| Err(Fault::field(field, message));
        let owner = match (self.role, self.vendor_id, self.driver_id) {
            (Role::Admin, None, None) => Owner::Admin,
            (Role::Vendor, Some(id), None) => Owner::Vendor(id),
            (Role::Driver, None, Some(id)) => Owner::Driver(id),
            (Role::Vendor, None, _) => return wrong("vendor_id", "is required for a vendor's key"),
            (Role::Driver, _, None) => return wrong("driver_id", "is required for a driver's key"),
            (_, Some(_), _) => return wrong("vendor_id", "goes only with a vendor's key"),
            (_, _, Some(_)) => return wrong("driver_id", "goes only with a driver's key"),
        };
        Ok(KeyDraft { owner, name: self.name, expires_at: self.expires_at })
    }
}

fn rgb(color: &Option<String>, _: &()) -> garde::Result {
    match color {
        Some(color)
            if color.len() != 7 || !color.starts_with('#') || !color.bytes().skip(1).all(|b| b.is_ascii_hexdigit()) =>
        {
            Err(garde::Error::new("must be a colour such as #0f766e"))
        }
        _ => Ok(()),
    }
}
