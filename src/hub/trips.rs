//! Orders on one trip: a driver who is on the way to a pickup is asked first for what goes the same way from there.

use std::sync::Arc;

use serde_json::{Map, json};

use super::{
    Result,
    dispatch::{asks, could_ask},
    drivers::object,
};
use crate::{
    domain::{
        offer::Trip,
        order::Order,
        time::Time,
        trip::is_same_trip,
        zone::{Mode, Rules},
    },
    store::Write,
};

/// The driver to ask first for an order that comes on offer: the last of those who are to pick up another that goes the same
/// way, and could take this one along.
pub(super) async fn trip_for(write: &mut Write, order: &Order, rules: &Rules) -> Result<Option<Trip>> {
    if !rules.same_trip || rules.mode == Mode::Manual || write.flaws().forget_trips() {
        return Ok(None);
    }
    let zones = write.all_zones().await?;
    let mut near = vec![order.zone.clone()];
    near.extend(zones.iter().filter(|zone| zone.id == order.zone).flat_map(|zone| zone.neighbours.clone()));
    let mut held = write.orders_awaited_near(order.vendor.id, &near).await?;
    held.retain(|held| held.id != order.id && held.away.is_none() && is_same_trip(held, order, rules));
    held.sort_by_key(|held| std::cmp::Reverse(held.times.assigned_at));
    let decliners = if held.is_empty() { vec![] } else { write.decliners(order.id).await? };
    for held in held {
        let Some(driver) = held.awaited().map(|driver| driver.id) else { continue };
        let (zones, standing) = (write.zones_of(driver).await?, write.standing_of(driver).await?);
        if could_ask(order, driver, &zones, &standing, &decliners) {
            return Ok(Some(Trip { driver, order: held.id }));
        }
    }
    Ok(None)
}

/// What is on offer already and goes the same way as an order that a driver just claimed is put before them once more.
pub(super) async fn suggest(write: &mut Write, claimed: &Order, rules: &Rules, now: Time) -> Result<()> {
    let Some(driver) = claimed.awaited().map(|driver| driver.id).filter(|_| rules.same_trip) else { return Ok(()) };
    let mut offers = write.orders_on_offer().await?;
    offers.retain(|order| is_same_trip(claimed, order, rules));
    if offers.is_empty() {
        return Ok(());
    }
    let (zones, standing) = (write.zones_of(driver).await?, write.standing_of(driver).await?);
    let declined = write.declined_by(driver).await?;
    write.own_events_end();
    for order in offers.into_iter().filter(|order| asks(order, driver, &zones, &standing, &declined)) {
        let data: Map<_, _> = object(json!({ "same_trip_as": claimed.id }));
        write.ask_too(Arc::new(order), driver, data, now)?;
    }
    Ok(())
}
