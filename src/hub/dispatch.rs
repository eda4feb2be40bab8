//! Who is asked: kept true as drivers take orders on, get free, and change what they ride; and answered when somebody
//! wonders why.

use std::sync::Arc;

use serde_json::{Map, json};

use super::{By, Hub, Result, drivers::object, reach::ROUNDS_MAX};
use crate::{
    domain::{
        actor::{Actor, Role},
        dispatch::{Declined, Objection, Standing, Wanted, Zones, objections},
        event::{EventType, Routing},
        id::{DriverId, OrderId, ZoneId},
        order::Order,
        party::{Driver, DriverReach},
        receipt::{Receipt, Round},
        refusal::Refusal,
    },
    store::{OnDuty, Read, Write},
};

/// Why a driver is asked for an order, or is not.
#[derive(Debug)]
pub struct Why {
    /// The order as it is.
    pub order: Order,
    /// The driver.
    pub driver: Driver,
    /// Where they work now.
    pub zones: Vec<ZoneId>,
    /// Whether they can be reached, and how.
    pub reach: DriverReach,
    /// How many open orders they have.
    pub carries: u32,
    /// What keeps them from being asked, as a code and in words; nothing: they are asked.
    pub reasons: Vec<(&'static str, String)>,
    /// What became of each round at them, if they were asked in it.
    pub receipts: Vec<(Round, Receipt)>,
}

impl Hub {
    /// Why a driver is asked for an order at this moment, or is not, from the rule that decides it.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but a dispatcher, [`Refusal::NotFound`] if there is no such order or driver.
    pub async fn why(&self, actor: &Actor, order: OrderId, driver: DriverId) -> Result<Why> {
        if !matches!(actor, Actor::Admin { .. }) {
            return Err(Refusal::only(&[Role::Admin], "why somebody is asked").into());
        }
        let mut view = self.store.read().await?;
        let order = view.order(order).await?.ok_or(Refusal::NotFound("order"))?;
        let driver = view.driver(driver).await?.ok_or(Refusal::NotFound("driver"))?;
        let (zones, carries) = (view.zones_of(driver.id).await?, view.load_of(driver.id).await?);
        let mut reasons = Vec::new();
        if driver.blocked {
            reasons.push(("blocked", format!("{} is blocked", driver.name)));
        }
        match order.state.offer() {
            None => reasons.push(("not_on_offer", format!("the order is {}", order.status()))),
            Some(offer) => {
                let standing = view.standing_of(driver.id).await?;
                let declined = view.decliners(order.id).await?.contains(&driver.id);
                let declined = if declined { Declined::Yes } else { Declined::No };
                let wanted = wanted(&order, &offer.zones, offer.only.as_deref());
                let found = objections(wanted, driver.id, zones.iter(), &standing, declined);
                reasons.extend(found.map(|why| (why.code(), in_words(&why, &driver, carries, &order))));
            }
        }
        let rounds = self.rounds(actor, order.id, None, ROUNDS_MAX).await?.into_iter().filter_map(|record| {
            let mine = record.asked.into_iter().find(|(receipt, _)| receipt.driver == driver.id);
            mine.map(|(receipt, _)| (record.round, receipt))
        });
        let reach = self.reach_of(driver.id);
        Ok(Why { receipts: rounds.collect(), order, reach, driver, zones, carries, reasons })
    }
}

fn in_words(why: &Objection<'_>, driver: &Driver, carries: u32, order: &Order) -> String {
    let name = &driver.name;
    match why {
        Objection::OffDuty => match driver.paused_until {
            Some(until) => format!("{name} works in no zone, and pauses until {until}"),
            None => format!("{name} works in no zone"),
        },
        Objection::OtherZone => {
            let zones =
                order.state.offer().map(|offer| offer.zones.iter().map(ToString::to_string).collect::<Vec<_>>());
            format!("{name} works in none of the round's zones: {}", zones.unwrap_or_default().join(", "))
        }
        Objection::AtCapacity => format!("{name} carries {carries} of {} orders", driver.max_active_orders),
        Objection::TooSmall => {
            let size = serde_json::to_value(order.size).unwrap_or_default();
            let vehicle = driver.vehicle.as_deref().unwrap_or("vehicle");
            format!("{name}'s {vehicle} does not hold a {} order", size.as_str().unwrap_or_default())
        }
        Objection::Lacks(need) => format!("{name} does not bring `{need}`"),
        Objection::NotInTurn => format!("others are asked before {name}"),
        Objection::Manual => "the dispatcher gives out the orders of this zone".to_owned(),
        Objection::Declined => format!("{name} declined this order or gave it back"),
    }
}

/// What is on offer to a driver in `zones`, oldest first.
pub(super) async fn on_offer_to(view: &mut Read, driver: DriverId, zones: &[ZoneId]) -> Result<Vec<Order>> {
    let standing = view.standing_of(driver).await?;
    let declined = view.declined_by(driver).await?;
    let mut orders = view.orders_on_offer().await?;
    orders.retain(|order| asks(order, driver, zones, &standing, &declined));
    Ok(orders)
}

/// The drivers whom an order on offer asks at this moment.
pub(super) async fn asked(view: &mut Read, order: &Order) -> Result<Vec<DriverId>> {
    let Some(offer) = order.state.offer().filter(|offer| !offer.is_manual()) else { return Ok(vec![]) };
    let decliners = view.decliners(order.id).await?;
    let mut asked = Vec::new();
    for zone in &offer.zones {
        for OnDuty { driver, standing, .. } in view.on_duty_in(zone).await? {
            let declined = if decliners.contains(&driver) { Declined::Yes } else { Declined::No };
            let wanted = wanted(order, &offer.zones, offer.only.as_deref());
            if objections(wanted, driver, std::iter::once(zone), &standing, declined).next().is_none() {
                asked.push(driver);
            }
        }
    }
    asked.sort_unstable();
    asked.dedup();
    Ok(asked)
}

/// Whether an order that comes on offer in its own zone could ask a driver who works in `zones`. Who has it now is about to
/// give it back.
pub(super) fn could_ask(
    order: &Order,
    driver: DriverId,
    zones: &[ZoneId],
    standing: &Standing,
    decliners: &[DriverId],
) -> bool {
    let is_out = decliners.contains(&driver) || order.driver_id() == Some(driver);
    let declined = if is_out { Declined::Yes } else { Declined::No };
    let home = std::slice::from_ref(&order.zone);
    objections(wanted(order, home, None), driver, zones.iter(), standing, declined).next().is_none()
}

/// What of an order decides who is asked for it in `zones`.
fn wanted<'o>(order: &'o Order, zones: &'o [ZoneId], only: Option<&'o [DriverId]>) -> Wanted<'o> {
    Wanted { zones: Zones::Listed(zones), size: order.size, needs: &order.needs, only }
}

/// Whether an order on offer asks a driver who works in `zones`.
pub(super) fn asks(
    order: &Order,
    driver: DriverId,
    zones: &[ZoneId],
    standing: &Standing,
    declined: &[OrderId],
) -> bool {
    order.state.offer().is_some_and(|offer| {
        let declined = if declined.contains(&order.id) { Declined::Yes } else { Declined::No };
        objections(wanted(order, &offer.zones, offer.only.as_deref()), driver, zones.iter(), standing, declined)
            .next()
            .is_none()
    })
}

/// Notes how these drivers stand after what this unit of work did, and asks them for what is on offer to them only now.
pub(super) async fn settle(write: &mut Write, by: &By, drivers: impl IntoIterator<Item = DriverId>) -> Result<()> {
    let mut freer = Vec::new();
    for id in drivers {
        // One who was taken away is asked for nothing.
        let Some(driver) = write.driver(id).await? else { continue };
        let before = write.standing_of(id).await?;
        let after = Standing::of(&driver, write.load_of(id).await?);
        if before == after || write.flaws().forget_standings() {
            continue;
        }
        if !write.change_standing(id, &after).await? {
            let zones = write.zones_of(id).await?;
            let data = json!({ "driver_id": id, "zones": zones, "max_active_orders": driver.max_active_orders });
            write.append(EventType::DriverZonesChanged, by, object(data), Routing::to_driver(id));
            write.change_standing(id, &after).await?;
        }
        freer.push((id, before, after));
    }
    if freer.is_empty() || write.flaws().ask_nobody_anew() {
        return Ok(());
    }
    write.own_events_end();
    let offers = write.orders_on_offer().await?;
    for (id, before, after) in freer {
        let (zones, declined) = (write.zones_of(id).await?, write.declined_by(id).await?);
        for order in &offers {
            let is_asked = |standing| asks(order, id, &zones, standing, &declined);
            if is_asked(&after) && !is_asked(&before) {
                write.ask_too(Arc::new(order.clone()), id, Map::new(), by.now)?;
            }
        }
    }
    Ok(())
}
