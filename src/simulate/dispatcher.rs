//! A dispatcher, for zones whose offers ask nobody: gives each order that is ready to the nearest driver who has room.

use std::{collections::HashSet, sync::Arc};

use serde_json::{Value, json};

use super::{
    clock::Clock,
    people::HABITS,
    place::Place,
    rest::{Fault, Rest},
    tally::Tally,
    town::Town,
};

/// Pages of 200 that are read of a list: more drivers than a town may have. Orders that wait longer are seen the next time.
const PAGES_MAX: u32 = 20;

/// A dispatcher at work, who knows what the hub's lists say.
pub(super) struct Dispatcher {
    rest: Rest,
    zones: Vec<String>,
    /// The people of the town, by id: nobody else's orders are given out, and to nobody else.
    people: HashSet<String>,
    clock: Clock,
    tally: Arc<Tally>,
}

impl Dispatcher {
    /// One for the town's zones where offers ask nobody, if there are any.
    pub(super) fn needed_in(town: &Town, clock: &Clock, tally: &Arc<Tally>) -> Option<Dispatcher> {
        let manual = town.zones.iter().filter(|zone| zone.is_manual);
        let zones: Vec<String> = manual.map(|zone| zone.id.clone()).collect();
        let people = town.clients().map(|client| client.id.clone()).collect();
        let dispatcher =
            Dispatcher { rest: town.rest.another(), zones, people, clock: clock.clone(), tally: tally.clone() };
        (!dispatcher.zones.is_empty()).then_some(dispatcher)
    }

    /// Looks again and again, until the day ends.
    pub(super) async fn work(self) {
        let stop = self.clock.stop.clone();
        let day = async {
            loop {
                self.clock.pass(HABITS.dispatcher_looks_s).await;
                // A hub that is away for a moment is asked again at the next look; the watch ends the day if it stays away.
                let _ = self.give_out().await;
            }
        };
        stop.run_until_cancelled(day).await;
    }

    /// Gives out what is ready, as far as there are drivers with room.
    async fn give_out(&self) -> Result<(), Fault> {
        let mut orders = Vec::new();
        for zone in &self.zones {
            orders.extend(
                self.rest.all(&format!("/orders?status=ready_for_pickup&zone={zone}&limit=200"), PAGES_MAX).await?,
            );
        }
        orders.retain(|order| self.is_of_town(&order["vendor"]));
        if orders.is_empty() {
            return Ok(());
        }
        orders.sort_by_key(|order| order["ready_at"].to_string());
        let mut drivers = self.rest.all("/drivers?limit=200", PAGES_MAX).await?;
        drivers.retain(|driver| self.is_of_town(driver));
        for order in orders {
            let Some(driver) = nearest(&order, &mut drivers) else { continue };
            let id = order["id"].as_str().unwrap_or_default();
            let given = self.rest.post(&format!("/orders/{id}/assign"), &json!({ "driver_id": driver["id"] })).await;
            match given {
                Ok(_) => {
                    driver["active_orders"] = json!(driver["active_orders"].as_u64().unwrap_or_default() + 1);
                    self.tally.counts().assigned += 1;
                }
                // The vendor withdrew it, or called it off, meanwhile.
                Err(Fault::Refused { code, .. }) => {
                    *self.tally.counts().refusals.entry(format!("order.assign {code}")).or_default() += 1;
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    fn is_of_town(&self, one: &Value) -> bool {
        one["id"].as_str().is_some_and(|id| self.people.contains(id))
    }
}

/// The nearest to the pickup who works in the order's zone, can be reached and has room.
fn nearest<'d>(order: &Value, drivers: &'d mut [Value]) -> Option<&'d mut Value> {
    let pickup = Place::of(&order["pickup"]);
    let far_m = |driver: &Value| {
        let there = pickup.zip(Place::of(&driver["location"]));
        there.map_or(f64::INFINITY, |(pickup, place)| pickup.distance_m(place))
    };
    let can = |driver: &Value| {
        driver["reach"] == "live"
            && driver["zones"].as_array().is_some_and(|zones| zones.contains(&order["zone"]))
            && driver["active_orders"].as_u64() < driver["max_active_orders"].as_u64()
    };
    drivers.iter_mut().filter(|driver| can(driver)).min_by(|a, b| far_m(a).total_cmp(&far_m(b)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::nearest;

    fn driver(id: &str, lng: f64, zone: &str, carries: u32, reach: &str) -> Value {
        json!({ "id": id, "location": { "lat": 52.5, "lng": lng }, "zones": [zone], "reach": reach,
            "active_orders": carries, "max_active_orders": 2 })
    }

    #[test]
    fn the_nearest_who_can_is_chosen() {
        let order = json!({ "zone": "mitte", "pickup": { "lat": 52.5, "lng": 13.4 } });
        let mut drivers = vec![
            driver("full", 13.4, "mitte", 2, "live"),
            driver("elsewhere", 13.4, "west", 0, "live"),
            driver("gone", 13.4, "mitte", 0, "unreachable"),
            driver("far", 13.5, "mitte", 0, "live"),
            driver("near", 13.41, "mitte", 1, "live"),
        ];
        assert_eq!(nearest(&order, &mut drivers).expect("two can")["id"], "near");
        assert!(nearest(&order, &mut drivers[..3]).is_none());
    }
}
