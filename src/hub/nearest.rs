//! Who is asked one by one: the drivers of an order's zone, the nearest first.

use super::{Hub, Result, dispatch::could_ask, trips::trip_for};
use crate::{
    domain::{
        dispatch::{Candidate, in_turn},
        geo::{Point, distance_m},
        id::DriverId,
        offer::First,
        order::{Order, command::Command},
        time::Time,
        zone::{Mode, Rules},
    },
    store::{OnDuty, Read, Write},
};

impl Hub {
    /// The drivers whom an offer of this order would ask one by one if it began now, the first first.
    ///
    /// # Errors
    /// What the store says.
    pub async fn nearest(&self, order: &Order, rules: &Rules) -> Result<Vec<DriverId>> {
        nearest(&mut self.store.read().await?, order, rules, self, self.now()).await
    }
}

/// Whom to ask before everybody, if what is asked of the order wants to know.
pub(super) async fn first(
    write: &mut Write,
    order: &Order,
    command: &Command,
    rules: &Rules,
    hub: &Hub,
    now: Time,
) -> Result<First> {
    let opens = matches!(
        command,
        Command::Ready | Command::ComeReady | Command::Release { .. } | Command::TakeBack { .. } | Command::Reopen
    );
    let goes_on = matches!(command, Command::RoundOver { .. } | Command::TurnOver)
        && order.state.offer().is_some_and(|offer| offer.in_turn().is_some());
    let trip = if opens { trip_for(write, order, rules).await? } else { None };
    if write.flaws().ask_out_of_turn() || rules.mode != Mode::Nearest || !(opens || goes_on) {
        return Ok(First { nearest: vec![], trip });
    }
    Ok(First { nearest: nearest(write, order, rules, hub, now).await?, trip })
}

/// The drivers of an order's zone who can be asked for it, the nearest first.
async fn nearest(view: &mut Read, order: &Order, rules: &Rules, hub: &Hub, now: Time) -> Result<Vec<DriverId>> {
    let decliners = view.decliners(order.id).await?;
    let zones = std::slice::from_ref(&order.zone);
    let mut candidates = Vec::new();
    for OnDuty { driver, standing, free_since } in view.on_duty_in(&order.zone).await? {
        if could_ask(order, driver, zones, &standing, &decliners) {
            let at = hub.location(driver).map(|location| Point { lat: location.lat, lng: location.lng });
            let distance_m = at.zip(order.pickup.point).map(|(at, pickup)| distance_m(at, pickup));
            let waits_ms = free_since.map_or(0, |since| now.since_ms(since));
            candidates.push(Candidate { driver, distance_m, waits_ms });
        }
    }
    in_turn(&mut candidates, rules.nearest_wait_m);
    Ok(candidates.into_iter().map(|candidate| candidate.driver).collect())
}
