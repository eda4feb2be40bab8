//! Pauses that drivers ask for: off duty for a while, and back by themselves.

use std::sync::Arc;

use serde_json::{Map, json};
use tracing::info;

use super::{
    By, Done, Hub, HubError, Result,
    alerts::watch_zone,
    dispatch::on_offer_to,
    drivers::{leave_all, object},
};
use crate::{
    domain::{
        actor::Actor,
        device::Device,
        event::{EventType, Routing},
        id::{DriverId, ZoneId},
        refusal::Refusal,
        time::Time,
    },
    store::Write,
};

/// The words for it in `driver.zones_changed`.
const PAUSED: &str = "paused";
const RESUMED: &str = "resumed";

/// Pauses ended in one go.
const DUE_MAX: u32 = 200;

/// A driver's pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// When it ends by itself.
    pub until: Time,
    /// Where the driver goes back to then.
    pub zones: Vec<ZoneId>,
}

impl Hub {
    /// Takes a driver off duty for `minutes`. Asking again in a pause lets it last so long from now.
    ///
    /// Queued at once, in the order of the calls.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] if they are off duty anyway.
    pub fn pause(&self, by: By, id: DriverId, minutes: u32) -> impl Future<Output = Result<Done<Pause>>> + use<> {
        let hub = self.clone();
        self.store.write(move |write| {
            Box::pin(async move {
                let until = by.now.plus_s(minutes.saturating_mul(60));
                let here = write.zones_of(id).await?;
                let zones = match write.pause_of(id).await? {
                    Some((_, zones)) => zones,
                    None if here.is_empty() => {
                        return Err(Refusal::Forbidden("you are off duty: there is nothing to pause".to_owned()).into());
                    }
                    None => here.clone(),
                };
                write.begin_pause(id, until, &zones).await?;
                let data = json!({ "driver_id": id, "zones": [], "reason": PAUSED, "until": until });
                leave_all(&hub, write, &by, id, &here, object(data)).await?;
                Ok::<_, HubError>(Pause { until, zones })
            })
        })
    }

    /// Ends a driver's pause, and answers where they work now. Asking again answers the same.
    ///
    /// Queued at once, in the order of the calls.
    ///
    /// # Errors
    /// What the store says.
    pub fn resume(&self, by: By, id: DriverId) -> impl Future<Output = Result<Done<Vec<ZoneId>>>> + use<> {
        let hub = self.clone();
        self.store.write(move |write| Box::pin(async move { resumed(&hub, write, &by, id).await }))
    }

    /// Brings back whose pause is over at `now`. Answers how many that were.
    ///
    /// # Errors
    /// What the store says.
    pub(super) async fn end_pauses(&self, now: Time) -> Result<usize> {
        if self.flaws().forget_pause() {
            return Ok(0);
        }
        let due = self.store.read().await?.pauses_due(now, DUE_MAX).await?;
        let by = || By { actor: Actor::Hub, now, origin: None };
        let ends: Vec<_> = due.iter().map(|driver| self.end_pause(by(), *driver)).collect();
        for end in ends {
            end.await?;
        }
        Ok(due.len())
    }

    /// Brings a driver back, unless their pause was made longer meanwhile.
    fn end_pause(&self, by: By, id: DriverId) -> impl Future<Output = Result<Done<()>>> + use<> {
        let hub = self.clone();
        self.store.write(move |write| {
            Box::pin(async move {
                if write.pause_of(id).await?.is_some_and(|(until, _)| until <= by.now) {
                    info!(driver.id = %id, "the pause of driver {id} is over");
                    resumed(&hub, write, &by, id).await?;
                }
                Ok::<_, HubError>(())
            })
        })
    }

    /// Notes what a driver's phone can do.
    ///
    /// Queued at once, in the order of the calls.
    ///
    /// # Errors
    /// What the store says.
    pub fn note_device(&self, id: DriverId, device: Device) -> impl Future<Output = Result<Done<()>>> + use<> {
        self.store.write(move |write| Box::pin(async move { Ok(write.keep_device(id, &device).await?) }))
    }
}

/// Begins a driver's work again where they paused it, as far as they may still work there, and asks them for what is on offer.
async fn resumed(hub: &Hub, write: &mut Write, by: &By, id: DriverId) -> Result<Vec<ZoneId>> {
    let Some((_, mut zones)) = write.pause_of(id).await? else { return Ok(write.zones_of(id).await?) };
    write.end_pause(id).await?;
    let Some(driver) = write.driver(id).await?.filter(|driver| !driver.blocked) else { return Ok(vec![]) };
    let known = write.all_zones().await?;
    zones.retain(|zone| driver.may_join(zone) && known.iter().any(|known| known.id == *zone));
    for zone in &zones {
        write.begin_shift(id, zone).await?;
    }
    let data = json!({ "driver_id": id, "zones": zones, "reason": RESUMED });
    write.append(EventType::DriverZonesChanged, by, object(data), Routing::to_driver(id));
    for zone in &zones {
        watch_zone(hub, write, zone, by.now).await?;
    }
    let offers = on_offer_to(write, id, &zones).await?;
    write.own_events_end();
    for order in offers {
        write.ask_too(Arc::new(order), id, Map::new(), by.now)?;
    }
    Ok(zones)
}
