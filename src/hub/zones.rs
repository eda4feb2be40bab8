//! Zones: made, changed and taken away by the dispatcher.

use serde_json::json;

use super::{By, Done, Hub, Result};
use crate::{
    domain::{
        event::{EventType, Routing},
        id::ZoneId,
        refusal::Refusal,
        zone::Zone,
    },
    store::Write,
};

impl Hub {
    /// Every zone, by id.
    ///
    /// # Errors
    /// What the store says.
    pub async fn zones(&self) -> Result<Vec<Zone>> {
        Ok(self.store.read().await?.zones().await?)
    }

    /// The zone of that id.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none.
    pub async fn zone(&self, id: &ZoneId) -> Result<Zone> {
        Ok(self.zones().await?.into_iter().find(|zone| zone.id == *id).ok_or(Refusal::NotFound("zone"))?)
    }

    /// Makes a zone.
    ///
    /// # Errors
    /// [`Refusal::Duplicate`] if the id is taken.
    pub fn make_zone(&self, by: By, zone: Zone) -> impl Future<Output = Result<Done<Zone>>> + use<> {
        self.store.write(move |write| {
            Box::pin(async move {
                if !write.make_zone(&zone, by.now).await? {
                    return Err(Refusal::Duplicate { field: "id", value: zone.id.to_string() }.into());
                }
                told(write, &by, &zone.id, "made");
                Ok(zone)
            })
        })
    }

    /// Writes a zone anew. Offers that are open keep the zones they asked.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none of that id.
    pub fn change_zone(&self, by: By, zone: Zone) -> impl Future<Output = Result<Done<Zone>>> + use<> {
        self.store.write(move |write| {
            Box::pin(async move {
                if !write.change_zone(&zone).await? {
                    return Err(Refusal::NotFound("zone").into());
                }
                told(write, &by, &zone.id, "changed");
                Ok(zone)
            })
        })
    }

    /// Takes a zone away; drivers who work there leave it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none of that id, [`Refusal::Invalid`] while orders are open there.
    pub fn drop_zone(&self, by: By, id: ZoneId) -> impl Future<Output = Result<Done<()>>> + use<> {
        let hub = self.clone();
        self.store.write(move |write| {
            Box::pin(async move {
                let open = write.open_orders_in(&id).await?;
                if open > 0 {
                    return Err(Refusal::invalid("id", format!("still has {open} open orders")).into());
                }
                if !write.drop_zone(&id).await? {
                    return Err(Refusal::NotFound("zone").into());
                }
                let drivers = write.everyones_zones().await?;
                for (driver, _) in drivers.into_iter().filter(|(_, zone)| *zone == id) {
                    super::drivers::leave(&hub, write, &by, driver, &id).await?;
                }
                told(write, &by, &id, "removed");
                Ok(())
            })
        })
    }
}

fn told(write: &mut Write, by: &By, zone: &ZoneId, change: &str) {
    let data = json!({ "zone_id": zone, "change": change });
    write.append(EventType::ZoneChanged, by, data.as_object().cloned().unwrap_or_default(), Routing::default());
}
