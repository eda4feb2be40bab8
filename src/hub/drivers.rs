//! Drivers: who they are, where they work, where they are.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Map, Value, json};

use super::{
    By, Done, Hub, PartyChange, Result,
    alerts::watch_zone,
    dispatch::{on_offer_to, settle},
    lock,
    presence::look,
};
use crate::{
    domain::{
        event::{EventType, Routing},
        id::{DriverId, VendorId, ZoneId},
        order::Order,
        party::{Driver, Location},
        push::Subscriber,
        refusal::Refusal,
        time::Time,
        zone,
    },
    store::Write,
};

/// What a dispatcher says of a driver; `None` leaves it as it is, or at its default.
#[derive(Clone, Debug, Default)]
pub struct DriverDraft {
    /// What vendors see.
    pub name: Option<String>,
    /// Their number.
    pub phone: Option<Option<String>>,
    /// What they ride.
    pub vehicle: Option<Option<String>>,
    /// What they bring.
    pub equipment: Option<Vec<String>>,
    /// The zones they may join; `None` inside: every zone.
    pub zones_allowed: Option<Option<Vec<ZoneId>>>,
    /// How many orders they may carry at once.
    pub max_active_orders: Option<u32>,
    /// Whether their keys are refused.
    pub blocked: Option<bool>,
}

/// A driver with what the hub knows of them right now.
#[derive(Clone, Debug)]
pub struct DriverRecord {
    /// Who.
    pub driver: Driver,
    /// Where they work now; none: off duty.
    pub zones: Vec<ZoneId>,
    /// Where they were last.
    pub location: Option<Location>,
    /// How many open orders they have.
    pub active_orders: u32,
}

/// What a driver finds in a zone.
#[derive(Debug)]
pub struct Joined {
    /// The zone.
    pub zone: ZoneId,
    /// What is on offer to them there.
    pub orders: Vec<Order>,
}

/// A driver who moved, and the vendors who wait for them.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Who.
    pub driver: DriverId,
    /// Where they are now.
    pub location: Location,
    /// Whose orders they have.
    pub vendors: Vec<VendorId>,
}

/// How many orders a driver may carry at once unless the dispatcher says otherwise.
const MAX_ACTIVE_ORDERS: u32 = 2;

impl Hub {
    /// A driver with what is known of them.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none of that id.
    pub async fn driver(&self, id: DriverId) -> Result<DriverRecord> {
        let mut view = self.store.read().await?;
        let driver = view.driver(id).await?.ok_or(Refusal::NotFound("driver"))?;
        let active_orders = view.load_of(id).await?;
        Ok(DriverRecord { driver, zones: view.zones_of(id).await?, location: self.location(id), active_orders })
    }

    /// At most `limit` drivers after `after`, by id.
    ///
    /// # Errors
    /// What the store says.
    pub async fn drivers(&self, after: Option<DriverId>, limit: u32) -> Result<Vec<DriverRecord>> {
        let mut view = self.store.read().await?;
        let loads: HashMap<DriverId, u32> = view.loads().await?.into_iter().collect();
        let mut zones: HashMap<DriverId, Vec<ZoneId>> = HashMap::new();
        for (driver, zone) in view.everyones_zones().await? {
            zones.entry(driver).or_default().push(zone);
        }
        let drivers = view.drivers(after, limit).await?;
        Ok(drivers
            .into_iter()
            .map(|driver| DriverRecord {
                zones: zones.remove(&driver.id).unwrap_or_default(),
                location: self.location(driver.id),
                active_orders: loads.get(&driver.id).copied().unwrap_or(0),
                driver,
            })
            .collect())
    }

    /// Adds a driver.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a missing name or a zone that does not exist.
    pub async fn make_driver(&self, by: By, draft: DriverDraft) -> Result<DriverRecord> {
        let id: DriverId = self.new_id();
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                let name = draft.name.clone().ok_or_else(|| Refusal::invalid("name", "is required"))?;
                let mut driver = Driver {
                    id,
                    name,
                    phone: None,
                    vehicle: None,
                    equipment: vec![],
                    zones_allowed: None,
                    max_active_orders: MAX_ACTIVE_ORDERS,
                    blocked: false,
                    paused_at: None,
                    paused_until: None,
                    device: None,
                    created_at: by.now,
                };
                take(write, &mut driver, draft).await?;
                write.make_driver(&driver).await?;
                Ok::<_, super::HubError>(driver)
            })
        });
        let driver = unit.await?.value;
        Ok(DriverRecord { driver, zones: vec![], location: None, active_orders: 0 })
    }

    /// Changes what is known of a driver, or takes them away. One who is blocked or taken away leaves their zones, and
    /// their keys are refused. One who may carry more from now on, or rides something else, is asked for what is on offer.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none of that id, [`Refusal::Invalid`] for a zone that does not exist or for
    /// taking away somebody who carries orders.
    pub async fn change_driver(&self, by: By, id: DriverId, change: PartyChange<DriverDraft>) -> Result<()> {
        let hub = self.clone();
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                let mut driver = write.driver(id).await?.ok_or(Refusal::NotFound("driver"))?;
                let was_blocked = driver.blocked;
                match change {
                    PartyChange::To(draft) => {
                        take(write, &mut driver, draft).await?;
                        write.change_driver(&driver).await?;
                    }
                    PartyChange::Gone => {
                        let carries = write.load_of(id).await?;
                        if carries > 0 {
                            return Err(Refusal::invalid("id", format!("still has {carries} open orders")).into());
                        }
                        driver.blocked = true;
                        write.drop_driver(id, by.now).await?;
                    }
                }
                let allowed = |zone: &ZoneId| !driver.blocked && driver.may_join(zone);
                for zone in write.zones_of(id).await?.into_iter().filter(|zone| !allowed(zone)) {
                    leave(&hub, write, &by, id, &zone).await?;
                }
                if driver.blocked {
                    write.end_pause(id).await?;
                    write.drop_subscriptions_of(Subscriber::Driver(id)).await?;
                }
                if driver.blocked != was_blocked {
                    let data = object(json!({ "driver_id": id, "blocked": driver.blocked }));
                    write.append(EventType::DriverBlocked, &by, data, Routing::to_driver(id));
                }
                settle(write, &by, [id]).await?;
                if driver.blocked != was_blocked {
                    look_at_held(&hub, write, id, by.now).await?;
                }
                Ok::<_, super::HubError>(driver.blocked)
            })
        });
        if unit.await?.value { self.reread_browsers(Subscriber::Driver(id)).await } else { Ok(()) }
    }

    /// Begins a driver's work in a zone. Asking again answers the same.
    ///
    /// Queued at once, in the order of the calls.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is no such zone, [`Refusal::Forbidden`] if the driver may not work there.
    pub fn join_zone(&self, by: By, id: DriverId, zone: ZoneId) -> impl Future<Output = Result<Done<Joined>>> + use<> {
        let (hub, asked) = (self.clone(), zone.clone());
        let (here, there) = (self.clone(), zone.clone());
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                let driver = write.driver(id).await?.ok_or(Refusal::NotFound("driver"))?;
                if !write.all_zones().await?.iter().any(|known| known.id == asked) {
                    return Err(Refusal::NotFound("zone").into());
                }
                if driver.blocked || !driver.may_join(&asked) {
                    return Err(Refusal::Forbidden(format!("you may not work in zone {asked}")).into());
                }
                let mut zones = write.zones_of(id).await?;
                if !zones.contains(&asked) {
                    write.begin_shift(id, &asked).await?;
                    write.note_answer(id).await?;
                    write.end_pause(id).await?;
                    zones.push(asked);
                    zones.sort();
                    let data = object(json!({ "driver_id": id, "zones": zones }));
                    write.append(EventType::DriverZonesChanged, &by, data, Routing::to_driver(id));
                    watch_zone(&here, write, &there, by.now).await?;
                }
                Ok::<_, super::HubError>(())
            })
        });
        async move {
            let done = unit.await?;
            let mut view = hub.store.read().await?;
            let orders = on_offer_to(&mut view, id, std::slice::from_ref(&zone)).await?;
            Ok(Done { value: Joined { zone, orders }, seq: done.seq })
        }
    }

    /// Ends a driver's work in a zone. Asking again answers the same.
    ///
    /// Queued at once, in the order of the calls.
    ///
    /// # Errors
    /// What the store says.
    pub fn leave_zone(&self, by: By, id: DriverId, zone: ZoneId) -> impl Future<Output = Result<Done<ZoneId>>> + use<> {
        let hub = self.clone();
        self.store.write(move |write| {
            Box::pin(async move {
                if write.zones_of(id).await?.contains(&zone) {
                    leave(&hub, write, &by, id, &zone).await?;
                }
                Ok(zone)
            })
        })
    }

    /// Notes where a driver is.
    ///
    /// # Errors
    /// What the store says.
    pub async fn locate(&self, id: DriverId, location: Location) -> Result<Moved> {
        lock(&self.locations).insert(id, location);
        self.tell_followers_of_move(id);
        Ok(Moved { driver: id, location, vendors: self.vendors_waiting_for(id).await? })
    }

    /// Where a driver was last.
    #[must_use]
    pub fn location(&self, id: DriverId) -> Option<Location> {
        lock(&self.locations).get(&id).copied()
    }

    /// When a driver was last heard of by their position.
    #[must_use]
    pub fn located_at(&self, id: DriverId) -> Option<Time> {
        self.location(id).map(|location| location.recorded_at)
    }
}

/// Ends a driver's work in a zone.
pub(super) async fn leave(hub: &Hub, write: &mut Write, by: &By, driver: DriverId, zone: &ZoneId) -> Result<()> {
    let mut left = write.zones_of(driver).await?;
    left.retain(|kept| kept != zone);
    let data = object(json!({ "driver_id": driver, "zones": left }));
    leave_all(hub, write, by, driver, std::slice::from_ref(zone), data).await
}

/// Ends a driver's work in `zones`, with one event that says `data`. What is on offer there at this moment they were asked
/// for, so they must hear its end; also of what they declined or gave back, as they would have if they had stayed.
pub(super) async fn leave_all(
    hub: &Hub,
    write: &mut Write,
    by: &By,
    driver: DriverId,
    zones: &[ZoneId],
    data: Map<String, Value>,
) -> Result<()> {
    let mut lingering = write.orders_on_offer().await?;
    lingering
        .retain(|order| order.state.offer().is_some_and(|offer| offer.zones.iter().any(|zone| zones.contains(zone))));
    for zone in zones {
        write.end_shift(driver, zone).await?;
    }
    let lingering = lingering.iter().map(|order| order.id).collect();
    write.append(EventType::DriverZonesChanged, by, data, Routing { lingering, ..Routing::to_driver(driver) });
    for zone in zones {
        watch_zone(hub, write, zone, by.now).await?;
    }
    Ok(())
}

/// What a driver is to pick up waits for nobody once they are blocked, and for them again once they are let in.
async fn look_at_held(hub: &Hub, write: &mut Write, driver: DriverId, now: Time) -> Result<()> {
    let held = write.orders_held_by(driver).await?;
    let zones = write.all_zones().await?;
    for order in held.into_iter().filter(|order| order.awaited().is_some()) {
        write.own_events_end();
        // From here on they count as away anew.
        let order = write.note_away(&order, None).await?;
        let rules = zone::rules_of(&zones, &order.zone);
        look(hub, write, Arc::new(order), rules, now).await?;
    }
    Ok(())
}

async fn take(write: &mut Write, driver: &mut Driver, draft: DriverDraft) -> Result<()> {
    if let Some(Some(zones)) = &draft.zones_allowed {
        let known: Arc<Vec<_>> = write.all_zones().await?;
        if let Some(unknown) = zones.iter().find(|id| !known.iter().any(|zone| zone.id == **id)) {
            return Err(
                Refusal::invalid("zones_allowed", format!("names zone `{unknown}`, which does not exist")).into()
            );
        }
    }
    macro_rules! take {
        ($($field:ident),*) => { $( if let Some(value) = draft.$field { driver.$field = value; } )* };
    }
    take!(name, phone, vehicle, equipment, zones_allowed, max_active_orders, blocked);
    Ok(())
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
