//! People, zones and keys, as they are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::schemas;
use crate::{
    domain::{
        self,
        actor::Role,
        device::Device,
        id::{DriverId, KeyId, VendorId, ZoneId},
        key::Owner,
        party::{DriverReach, Location},
        time::Time,
        zone::Rules,
    },
    hub::{DriverRecord, Hub, HubError, Session},
};

/// A vendor.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Vendor {
    /// Its id.
    pub id: VendorId,
    /// What drivers and recipients see.
    pub name: String,
    /// Its number.
    #[schema(required)]
    pub phone: Option<String>,
    /// Where orders are picked up unless an order says otherwise.
    #[schema(required)]
    pub address: Option<String>,
    /// Degrees north, WGS 84.
    #[schema(required)]
    pub lat: Option<f64>,
    /// Degrees east, WGS 84.
    #[schema(required)]
    pub lng: Option<f64>,
    /// The zone of its orders; none: the zone that holds the pickup.
    #[schema(required)]
    pub zone: Option<ZoneId>,
    /// Its keys are refused.
    pub blocked: bool,
    /// The driver must name the order's code to pick it up.
    pub require_pickup_code: bool,
}

impl From<domain::party::Vendor> for Vendor {
    fn from(vendor: domain::party::Vendor) -> Vendor {
        Vendor {
            id: vendor.id,
            name: vendor.name,
            phone: vendor.phone,
            address: vendor.address,
            lat: vendor.point.map(|point| point.lat),
            lng: vendor.point.map(|point| point.lng),
            zone: vendor.zone,
            blocked: vendor.blocked,
            require_pickup_code: vendor.require_pickup_code,
        }
    }
}

/// A driver.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Driver {
    /// Their id.
    pub id: DriverId,
    /// What vendors see.
    pub name: String,
    /// Their number.
    #[schema(required)]
    pub phone: Option<String>,
    /// What they ride, in a word.
    #[schema(required)]
    pub vehicle: Option<String>,
    /// What they bring, in the words that orders need.
    pub equipment: Vec<String>,
    /// The zones they may join; none: every zone.
    #[schema(required)]
    pub zones_allowed: Option<Vec<ZoneId>>,
    /// How many orders they may carry at once.
    pub max_active_orders: u32,
    /// Their keys are refused.
    pub blocked: bool,
    /// Where they work now; empty: off duty.
    pub zones: Vec<ZoneId>,
    /// Since when they are off duty because they saw offers and did not answer; joining a zone ends it.
    #[schema(required)]
    pub auto_paused_at: Option<Time>,
    /// When the pause ends that they asked for; joining a zone ends it too.
    #[schema(required)]
    pub paused_until: Option<Time>,
    /// What their phone can do, as it said last.
    #[schema(required)]
    pub device: Option<Device>,
    /// Whether they can be reached.
    pub reach: DriverReach,
    /// Where they were last.
    #[schema(required)]
    pub location: Option<Location>,
    /// When they were last connected or sent their position.
    #[schema(required)]
    pub last_seen_at: Option<Time>,
    /// How many open orders they have.
    pub active_orders: u32,
}

impl Driver {
    /// A driver with whether they are connected, and since when they are not.
    #[must_use]
    pub fn of(record: DriverRecord, hub: &Hub) -> Driver {
        let reach = hub.reach_of(record.driver.id);
        let (_, last_seen_at) = hub.presence(record.driver.id);
        let DriverRecord { driver, zones, location, active_orders } = record;
        Driver {
            id: driver.id,
            name: driver.name,
            phone: driver.phone,
            vehicle: driver.vehicle,
            equipment: driver.equipment,
            zones_allowed: driver.zones_allowed,
            max_active_orders: driver.max_active_orders,
            blocked: driver.blocked,
            zones,
            auto_paused_at: driver.paused_at,
            paused_until: driver.paused_until,
            device: driver.device,
            reach,
            location,
            last_seen_at,
            active_orders,
        }
    }
}

/// A zone.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Zone {
    /// The slug that the dispatcher chose.
    pub id: ZoneId,
    /// What people call it.
    pub name: String,
    /// The ground it covers: a GeoJSON Polygon or MultiPolygon.
    #[schema(schema_with = schemas::area, required)]
    pub area: Option<serde_json::Value>,
    /// The zones that are asked in an offer's second round, in this order.
    pub neighbours: Vec<ZoneId>,
    /// Its colour on maps, `#rrggbb`.
    #[schema(required)]
    pub color: Option<String>,
    /// How offers go here.
    pub rules: Rules,
    /// The same in sentences.
    pub rules_in_words: Vec<String>,
}

impl From<domain::zone::Zone> for Zone {
    fn from(zone: domain::zone::Zone) -> Zone {
        let domain::zone::Zone { id, name, area, neighbours, color, rules } = zone;
        let rules_in_words = rules.in_words();
        Zone { id, name, area: area.map(|area| area.to_json()), neighbours, color, rules, rules_in_words }
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// What it is good for.
    pub role: Role,
    /// Whose it is, if a vendor's.
    #[schema(required)]
    pub vendor_id: Option<VendorId>,
    /// Whose it is, if a driver's.
    #[schema(required)]
    pub driver_id: Option<DriverId>,
    /// What the dispatcher calls it.
    #[schema(required)]
    pub name: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// From when on it is refused.
    #[schema(required)]
    pub expires_at: Option<Time>,
    /// When it was revoked.
    #[schema(required)]
    pub revoked_at: Option<Time>,
}

impl From<domain::key::Key> for Key {
    fn from(key: domain::key::Key) -> Key {
        let (vendor_id, driver_id) = match key.owner {
            Owner::Admin => (None, None),
            Owner::Vendor(id) => (Some(id), None),
            Owner::Driver(id) => (None, Some(id)),
        };
        Key {
            id: key.id,
            role: key.owner.role(),
            vendor_id,
            driver_id,
            name: key.name,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A key that was just made: the only time that `key` and `link` are shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeKey {
    /// Its id.
    pub id: KeyId,
    /// What it is good for.
    pub role: Role,
    /// Whose it is, if a vendor's.
    #[schema(required)]
    pub vendor_id: Option<VendorId>,
    /// Whose it is, if a driver's.
    #[schema(required)]
    pub driver_id: Option<DriverId>,
    /// What the dispatcher calls it.
    #[schema(required)]
    pub name: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// From when on it is refused.
    #[schema(required)]
    pub expires_at: Option<Time>,
    /// What its owner signs in with.
    pub key: String,
    /// Opens the owner's page signed in.
    pub link: String,
    /// The link as a QR code, an SVG image.
    pub qr_svg: String,
}

/// Who the key belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Me {
    /// What the key is good for.
    pub role: Role,
    /// The vendor's, the driver's or the dispatcher's key's id; none for the key from the environment.
    #[schema(required)]
    pub id: Option<String>,
    /// Their name.
    pub name: String,
    /// Which key it is; none for the key from the environment.
    #[schema(required)]
    pub key_id: Option<KeyId>,
    /// The vendor, if it is one.
    #[schema(required)]
    pub vendor: Option<Vendor>,
    /// The driver, if it is one.
    #[schema(required)]
    pub driver: Option<Driver>,
}

impl Me {
    /// Who `session` is.
    ///
    /// # Errors
    /// What the hub says, such as that the owner was taken away meanwhile.
    pub async fn of(hub: &Hub, session: &Session) -> Result<Me, HubError> {
        let mut me = Me {
            role: session.actor.role().unwrap_or(Role::Admin),
            id: session.key.map(|key| key.to_string()),
            name: session.actor.name().to_owned(),
            key_id: session.key,
            vendor: None,
            driver: None,
        };
        if let Some(id) = session.actor.vendor() {
            (me.id, me.vendor) = (Some(id.to_string()), Some(hub.vendor(id).await?.into()));
        }
        if let Some(id) = session.actor.driver() {
            (me.id, me.driver) = (Some(id.to_string()), Some(Driver::of(hub.driver(id).await?, hub)));
        }
        Ok(me)
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T: ToSchema> {
    /// The things.
    pub data: Vec<T>,
    /// Where the next page begins: pass it as `cursor`.
    #[schema(required)]
    pub next: Option<String>,
}
