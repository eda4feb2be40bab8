//! Who is asked one by one: the drivers of an order's zone, the nearest first.

use std::collections::HashMap;

use super::{Hub, Result, lock};
use crate::{
    domain::{
        dispatch::{Candidate, Declined, Wanted, in_turn, objections},
        geo::{Point, distance_m},
        id::DriverId,
        order::{Order, command::Command},
        time::Time,
        zone::{Mode, Rules},
    },
    store::Write,
};

/// Where drivers are.
pub(super) type Places = HashMap<DriverId, Point>;

impl Hub {
    /// Where drivers were last.
    pub(super) fn places(&self) -> Places {
        let at = |(driver, location): (&DriverId, &crate::domain::party::Location)| {
            (*driver, Point { lat: location.lat, lng: location.lng })
        };
        lock(&self.locations).iter().map(at).collect()
    }
}

/// The drivers to ask one by one, the first first, if what is asked of the order wants to know.
pub(super) async fn nearest(
    write: &mut Write,
    order: &Order,
    command: &Command,
    rules: &Rules,
    hub: &Hub,
    now: Time,
) -> Result<Vec<DriverId>> {
    let opens = matches!(command, Command::Ready | Command::Release { .. } | Command::Reopen);
    let goes_on = matches!(command, Command::RoundOver { .. } | Command::TurnOver);
    let is_one_by_one = order.state.offer().is_some_and(|offer| offer.in_turn().is_some());
    if write.flaws().ask_out_of_turn() || !(opens && rules.mode == Mode::Nearest || goes_on && is_one_by_one) {
        return Ok(vec![]);
    }
    let places = hub.places();
    let decliners = write.decliners(order.id).await?;
    let zones = std::slice::from_ref(&order.zone);
    let wanted = Wanted { zones, size: order.size, needs: &order.needs, only: None };
    let mut candidates = Vec::new();
    for driver in write.on_duty_in(&order.zone).await? {
        let standing = write.standing_of(driver).await?;
        // Who has it now is about to give it back.
        let is_out = decliners.contains(&driver) || order.driver_id() == Some(driver);
        let declined = if is_out { Declined::Yes } else { Declined::No };
        if objections(wanted, driver, zones.iter(), &standing, declined).next().is_none() {
            let place = places.get(&driver).zip(order.pickup.point);
            let waits_ms = write.free_since(driver).await?.map_or(0, |since| now.since_ms(since));
            candidates.push(Candidate {
                driver,
                distance_m: place.map(|(at, pickup)| distance_m(*at, pickup)),
                waits_ms,
            });
        }
    }
    in_turn(&mut candidates, rules.nearest_wait_m);
    Ok(candidates.into_iter().map(|candidate| candidate.driver).collect())
}
