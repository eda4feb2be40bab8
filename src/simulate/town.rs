//! The town: made through REST with the dispatcher's key, and taken away again at the end.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use super::{
    Failure,
    chance::Chance,
    client::{Client, Ground},
    people::{DRIVER_NAMES, HABITS, VEHICLES, VENDOR_NAMES},
    picture::Picture,
    place::Place,
    rest::{Fault, Rest},
};
use crate::config::Simulation;

/// Where the town lies unless it plays in zones of the hub: in the middle of the demo's.
const MIDDLE: Place = Place { lat: 52.52, lng: 13.40 };

/// Zones of its own: their id and name, and how far east of the middle each lies, in degrees; neighbours stand beside
/// each other. They cover no ground, so that no order but a simulated one falls into them.
const ZONES: [(&str, &str, f64); 3] =
    [("sim-west", "West", -0.04), ("sim-mitte", "Mitte", 0.0), ("sim-east", "East", 0.04)];

/// How many towns may live beside each other on one hub.
const TOWNS_MAX: u32 = 20;

/// How far from its zone's middle a vendor is, at most, in metres.
const VENDOR_M: f64 = 1_200.0;

/// How many orders a driver may carry at once.
const ROOM: usize = 2;

/// A zone people work in.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub(super) id: String,
    pub(super) middle: Place,
    /// Its offers ask nobody: a dispatcher gives out its orders.
    pub(super) is_manual: bool,
}

/// A simulated vendor.
pub(super) struct VendorSeat {
    pub(super) client: Arc<Client>,
    pub(super) zone: String,
    pub(super) place: Place,
    pub(super) sells: &'static str,
}

/// A simulated driver.
pub(super) struct DriverSeat {
    pub(super) client: Arc<Client>,
    pub(super) zones: Vec<String>,
    pub(super) place: Place,
    pub(super) speed_mps: f64,
}

/// The town, and what of it was made on the hub.
pub(super) struct Town {
    pub(super) rest: Rest,
    pub(super) vendors: Vec<Arc<VendorSeat>>,
    pub(super) drivers: Vec<Arc<DriverSeat>>,
    pub(super) zones: Vec<Zone>,
    /// Paths of what was made, in the order it was.
    made: Vec<String>,
}

impl Town {
    /// The same hub, with nothing on it yet. The key must be a dispatcher's.
    ///
    /// # Errors
    /// A hub that is not there, or a key that is not good for this.
    pub(super) async fn survey(ground: &Ground, key: &str, tasks: TaskTracker) -> Result<Town, Failure> {
        let rest = Rest::with_key(ground.door.clone(), key, tasks);
        let me = rest.get("/me").await.map_err(|fault| match fault {
            Fault::Refused { code, .. } if code == "unauthorized" => {
                Failure("the hub does not know this admin key".to_owned())
            }
            fault => Failure(fault.to_string()),
        })?;
        match me["role"].as_str() {
            Some("admin") => Ok(Town { rest, vendors: vec![], drivers: vec![], zones: vec![], made: vec![] }),
            Some(role) => Err(Failure(format!("the key must be a dispatcher's, and this is a {role}'s"))),
            None => Err(Failure(format!("http://{} is no Waypost hub", ground.door.authority()))),
        }
    }

    /// Makes zones, people and keys.
    ///
    /// # Errors
    /// What the hub does not do. What was made until then is for [`Town::take_away`].
    pub(super) async fn build(&mut self, ground: &Ground, plan: &Simulation) -> Result<(), Failure> {
        let said = |fault: Fault| Failure(format!("the town cannot be built: {fault}"));
        self.find_zones(plan).await.map_err(said)?;
        if self.zones.is_empty() {
            return Err(Failure("the town cannot be built: there is no zone to play in".to_owned()));
        }
        for nth in 0..plan.vendors {
            let seat = self.make_vendor(ground, plan.seed, u64::from(nth)).await.map_err(said)?;
            self.vendors.push(Arc::new(seat));
        }
        for nth in 0..plan.drivers {
            let seat = self.make_driver(ground, plan.seed, u64::from(nth)).await.map_err(said)?;
            self.drivers.push(Arc::new(seat));
        }
        Ok(())
    }

    async fn find_zones(&mut self, plan: &Simulation) -> Result<(), Fault> {
        if plan.zones.is_empty() {
            return self.make_zones(plan).await;
        }
        for id in &plan.zones {
            let zone = self.rest.get(&format!("/zones/{id}")).await?;
            let middle = middle_of(&zone["area"]).unwrap_or(MIDDLE);
            self.zones.push(Zone { id: id.clone(), middle, is_manual: is_manual(&zone) });
        }
        Ok(())
    }

    async fn make_zones(&mut self, plan: &Simulation) -> Result<(), Fault> {
        // Another town may stand on the hub, or be left of one whose simulator was killed.
        let listed = self.rest.get("/zones").await?;
        let taken: Vec<&str> = listed["data"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(|zone| zone["id"].as_str())
            .collect();
        let name_of = |id: &str, nth: u32| if nth == 1 { id.to_owned() } else { format!("{id}-{nth}") };
        let is_free = |nth: &u32| ZONES.iter().all(|(id, ..)| !taken.contains(&name_of(id, *nth).as_str()));
        let nth = (1..=TOWNS_MAX).find(is_free).unwrap_or(TOWNS_MAX + 1);
        let ids = ZONES.map(|(id, ..)| name_of(id, nth));
        for (at, (_, name, east)) in ZONES.iter().enumerate() {
            let beside = [at.checked_sub(1), Some(at + 1)];
            let neighbours: Vec<&String> = beside.into_iter().flatten().filter_map(|at| ids.get(at)).collect();
            let mut rules = json!(plan.rules.clone().unwrap_or_default());
            if let Some(round_s) = plan.round_s {
                rules["offer_round_s"] = json!(round_s);
            }
            if let Some(give_up_min) = plan.give_up_min {
                rules["offer_give_up_min"] = json!(give_up_min);
            }
            let zone = json!({
                "id": ids[at], "name": format!("{name} (simulated)"), "neighbours": neighbours, "rules": rules,
            });
            let made = self.make("/zones", &zone).await?;
            let middle = Place { lng: MIDDLE.lng + east, ..MIDDLE };
            self.zones.push(Zone { id: ids[at].clone(), middle, is_manual: is_manual(&made) });
        }
        Ok(())
    }

    async fn make_vendor(&mut self, ground: &Ground, seed: u64, nth: u64) -> Result<VendorSeat, Fault> {
        let mut chance = Chance::of(seed, "vendor's seat", nth);
        let at = usize::try_from(nth).unwrap_or_default();
        // The middle is where most shops are.
        let zone = self.zones[(at + self.zones.len() / 2) % self.zones.len()].clone();
        let (name, sells) = VENDOR_NAMES[at % VENDOR_NAMES.len()];
        let place = zone.middle.near(VENDOR_M, &mut chance);
        let name = format!("{name} {} (simulated)", nth + 1);
        let vendor = json!({
            "name": name, "phone": "+49 30 5550 100", "address": format!("{} Simulated Street", nth + 1),
            "lat": place.lat, "lng": place.lng, "zone": zone.id,
            "require_pickup_code": chance.happens(HABITS.asks_for_code),
        });
        let made = self.make("/vendors", &vendor).await?;
        let id = word(&made, "id");
        let key = self.make_key(json!({ "role": "vendor", "vendor_id": id })).await?;
        let client = Client::new(ground, "/orders", (&name, &id, &key), Picture::of_vendor());
        Ok(VendorSeat { client, zone: zone.id, place, sells })
    }

    async fn make_driver(&mut self, ground: &Ground, seed: u64, nth: u64) -> Result<DriverSeat, Fault> {
        let mut chance = Chance::of(seed, "driver's seat", nth);
        let at = usize::try_from(nth).unwrap_or_default();
        let home = (at + self.zones.len() / 2) % self.zones.len();
        let (vehicle, speed_mps) = *chance.one_of(&VEHICLES);
        let name = format!("{} {} (simulated)", DRIVER_NAMES[at % DRIVER_NAMES.len()], nth + 1);
        let driver = json!({
            "name": name, "phone": "+49 30 5550 200", "vehicle": vehicle, "max_active_orders": ROOM,
        });
        let made = self.make("/drivers", &driver).await?;
        let id = word(&made, "id");
        let key = self.make_key(json!({ "role": "driver", "driver_id": id })).await?;
        let mut zones = vec![self.zones[home].id.clone()];
        if self.zones.len() > 1 && chance.happens(HABITS.second_zone) {
            zones.push(self.zones[(home + 1) % self.zones.len()].id.clone());
        }
        let place = self.zones[home].middle.near(VENDOR_M, &mut chance);
        let client = Client::new(ground, "/drivers", (&name, &id, &key), driver_picture(&id));
        Ok(DriverSeat { client, zones, place, speed_mps })
    }

    async fn make_key(&mut self, mut request: Value) -> Result<String, Fault> {
        request["name"] = json!("waypost simulate");
        let made = self.make("/keys", &request).await?;
        Ok(word(&made, "key"))
    }

    async fn make(&mut self, list: &str, thing: &Value) -> Result<Value, Fault> {
        let made = self.rest.post(list, thing).await?;
        self.made.push(format!("{list}/{}", word(&made, "id")));
        Ok(made)
    }

    /// Everybody's client.
    pub(super) fn clients(&self) -> impl Iterator<Item = &Arc<Client>> {
        let vendors = self.vendors.iter().map(|seat| &seat.client);
        vendors.chain(self.drivers.iter().map(|seat| &seat.client))
    }

    /// Takes away what was made, the last first. People who still have orders are blocked instead. Answers what is left.
    pub(super) async fn take_away(&mut self) -> Vec<String> {
        let mut left = Vec::new();
        // Keys first: whoever is connected with one is cut off.
        let (keys, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.made).into_iter().partition(|path| path.starts_with("/keys"));
        for path in keys.into_iter().chain(others.into_iter().rev()) {
            if let Err(fault) = self.rest.delete(&path).await {
                // A zone cannot be blocked.
                let blocked = self.rest.patch(&path, &json!({ "blocked": true })).await.is_ok();
                left.push(format!("{path}{}: {fault}", if blocked { " (blocked)" } else { "" }));
            }
        }
        left
    }
}

/// The picture of a driver of this town, who knows nothing.
pub(super) fn driver_picture(id: &str) -> Picture {
    Picture::of_driver(id, ROOM)
}

fn is_manual(zone: &Value) -> bool {
    zone["rules"]["mode"] == "manual"
}

fn word(thing: &Value, name: &str) -> String {
    thing[name].as_str().unwrap_or_default().to_owned()
}

/// The middle of a `GeoJSON` area: of the box around it.
fn middle_of(area: &Value) -> Option<Place> {
    fn corners(value: &Value, found: &mut Vec<Place>) {
        let Some(list) = value.as_array() else { return };
        match (list.first().and_then(Value::as_f64), list.get(1).and_then(Value::as_f64)) {
            (Some(lng), Some(lat)) => found.push(Place { lat, lng }),
            _ => list.iter().for_each(|inner| corners(inner, found)),
        }
    }
    let mut found = Vec::new();
    corners(&area["coordinates"], &mut found);
    let first = *found.first()?;
    let (low, high) = found.iter().fold((first, first), |(low, high), place| {
        let low = Place { lat: low.lat.min(place.lat), lng: low.lng.min(place.lng) };
        (low, Place { lat: high.lat.max(place.lat), lng: high.lng.max(place.lng) })
    });
    Some(low.towards(high, 0.5))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Place, middle_of};

    #[test]
    fn an_area_has_a_middle_and_nothing_has_none() {
        let ring = json!([[13.0, 52.0], [14.0, 52.0], [14.0, 53.0], [13.0, 53.0], [13.0, 52.0]]);
        let area = json!({ "type": "MultiPolygon", "coordinates": [[ring]] });
        assert_eq!(middle_of(&area), Some(Place { lat: 52.5, lng: 13.5 }));
        assert_eq!(middle_of(&json!(null)), None);
    }
}
