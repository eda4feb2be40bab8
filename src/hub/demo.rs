//! The first start: a key for the dispatcher, or a whole demo town.

use serde_json::json;
use tracing::warn;

use super::{By, DriverDraft, Hub, HubError, KeyDraft, Result, VendorDraft};
use crate::domain::{
    actor::Actor,
    geo::{Area, Point},
    key::Owner,
    zone::{Rules, Zone},
};

/// A key that was made for somebody, to be printed once.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// For whom: `Ramen Bar (vendor)`.
    pub who: String,
    /// The page it opens: `/vendor`.
    pub page: &'static str,
    /// The key's text.
    pub key: String,
}

type Strip = (&'static str, &'static str, &'static str, f64, f64, &'static [&'static str]);

/// Zones of the demo town: id, name, colour, west, east, neighbours. Each spans the same strip from south to north.
const ZONES: [Strip; 3] = [
    ("west", "West End", "#0f766e", 13.340, 13.380, &["mitte"]),
    ("mitte", "Mitte", "#b45309", 13.380, 13.420, &["west", "east"]),
    ("east", "East Side", "#4338ca", 13.420, 13.460, &["mitte"]),
];

const SOUTH: f64 = 52.500;
const NORTH: f64 = 52.540;

/// Vendors of the demo town: name, phone, address, place.
const VENDORS: [(&str, &str, &str, f64, f64); 3] = [
    ("Ramen Bar", "+49 30 5550 101", "1 Main Street", 52.5200, 13.4000),
    ("Pizzeria Nonna", "+49 30 5550 102", "24 Chestnut Alley", 52.5300, 13.4080),
    ("Flower Corner", "+49 30 5550 103", "7 Garden Square", 52.5130, 13.4350),
];

/// Drivers of the demo town: name, phone, vehicle.
const DRIVERS: [(&str, &str, &str); 3] =
    [("Ann", "+49 30 5550 201", "bicycle"), ("Bob", "+49 30 5550 202", "moped"), ("Cleo", "+49 30 5550 203", "car")];

/// Vendors, and drivers, that are looked through for those of the town.
const TOWN_MAX: u32 = 100;

impl Hub {
    /// Whether nothing was ever kept here.
    ///
    /// # Errors
    /// What the store says.
    pub async fn is_new(&self) -> Result<bool> {
        Ok(self.store.read().await?.is_empty().await?)
    }

    /// Makes an admin key.
    ///
    /// # Errors
    /// What the store says.
    pub async fn invite_admin(&self, name: &str) -> Result<Invitation> {
        self.invite(Owner::Admin, name, "dispatcher", "/admin").await
    }

    /// Builds the demo town if nothing was ever kept here, and invites to it: its first vendor, two drivers, a dispatcher.
    /// A town that stands is invited to anew, since keys are not kept. Drivers of the town begin on duty. Nobody is invited
    /// to a database that holds anything else: its people are real.
    ///
    /// # Errors
    /// What the store says.
    pub async fn demo(&self) -> Result<Vec<Invitation>> {
        if self.is_new().await? {
            self.build_town().await?;
        } else if !self.store.read().await?.is_demo().await? {
            warn!("the database holds something other than the demo town: it is left as it is, and no links are made");
            return Ok(vec![]);
        }
        let mut invitations = Vec::new();
        // By name: those made within one millisecond have ids in any order.
        for vendor in self.vendors(None, TOWN_MAX).await?.into_iter().filter(|vendor| vendor.name == VENDORS[0].0) {
            invitations.push(self.invite(Owner::Vendor(vendor.id), "demo", &vendor.name, "/vendor").await?);
        }
        let drivers = self.drivers(None, TOWN_MAX).await?;
        for (name, ..) in &DRIVERS[..2] {
            for record in drivers.iter().filter(|record| record.driver.name == *name) {
                invitations.push(self.invite(Owner::Driver(record.driver.id), "demo", name, "/driver").await?);
            }
        }
        invitations.push(self.invite_admin("demo").await?);
        Ok(invitations)
    }

    async fn build_town(&self) -> Result<()> {
        let mark = self.store.write(|write| Box::pin(async move { Ok::<_, HubError>(write.mark_demo().await?) }));
        mark.await?;
        for (id, name, color, west, east, neighbours) in ZONES {
            let ring = json!([[west, SOUTH], [east, SOUTH], [east, NORTH], [west, NORTH], [west, SOUTH]]);
            let area =
                Area::parse(&json!({ "type": "Polygon", "coordinates": [ring] })).expect("the strip is a valid area");
            let zone = Zone {
                id: id.parse().expect("a slug"),
                name: name.to_owned(),
                area: Some(area),
                neighbours: neighbours.iter().map(|id| id.parse().expect("a slug")).collect(),
                color: Some(color.to_owned()),
                rules: Rules::default(),
            };
            self.make_zone(self.by_hub(), zone).await?;
        }
        for (name, phone, address, lat, lng) in VENDORS {
            let draft = VendorDraft {
                name: Some(name.to_owned()),
                phone: Some(Some(phone.to_owned())),
                address: Some(Some(address.to_owned())),
                point: Some(Some(Point { lat, lng })),
                ..VendorDraft::default()
            };
            self.make_vendor(self.by_hub(), draft).await?;
        }
        for (name, phone, vehicle) in DRIVERS {
            let draft = DriverDraft {
                name: Some(name.to_owned()),
                phone: Some(Some(phone.to_owned())),
                vehicle: Some(Some(vehicle.to_owned())),
                ..DriverDraft::default()
            };
            let id = self.make_driver(self.by_hub(), draft).await?.driver.id;
            self.join_zone(self.by_hub(), id, "mitte".parse().expect("a slug")).await?;
        }
        Ok(())
    }

    async fn invite(&self, owner: Owner, name: &str, who: &str, page: &'static str) -> Result<Invitation> {
        let draft = KeyDraft { owner, name: Some(name.to_owned()), expires_at: None };
        let made = self.make_key(self.by_hub(), draft).await?;
        Ok(Invitation { who: format!("{who} ({})", owner.role().as_str()), page, key: made.text })
    }

    fn by_hub(&self) -> By {
        By { actor: Actor::Hub, now: self.now(), origin: None }
    }
}
