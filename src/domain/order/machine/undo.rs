//! Taking the last step back.

use serde_json::json;

use super::{Command, Fact, Order, State, Step, UNDO_MS_MAX};
use crate::domain::{
    actor::{Actor, Role},
    event::EventType,
    refusal::Refusal,
    time::Time,
};

impl Order {
    pub(super) fn undone(&self, reason: Option<&str>, actor: &Actor, now: Time) -> Result<Vec<Fact>, Refusal> {
        let times = &self.times;
        let (taken_at, back_to, driver) = match &self.state {
            State::Held { step: Step::ArrivedAtPickup, driver } => {
                (times.arrived_at_pickup_at, Step::EnrouteToPickup, driver)
            }
            State::Held { step: Step::PickedUp, driver } => {
                let before = match (times.arrived_at_pickup_at, times.enroute_at) {
                    (Some(_), _) => Step::ArrivedAtPickup,
                    (None, Some(_)) => Step::EnrouteToPickup,
                    (None, None) => Step::Assigned,
                };
                (times.picked_up_at, before, driver)
            }
            State::Held { step: Step::ArrivedAtDropoff, driver } => {
                (times.arrived_at_dropoff_at, Step::PickedUp, driver)
            }
            State::Delivered { driver, from, .. } => (times.delivered_at, *from, driver),
            _ => return Err(self.refuses(&Command::Undo { reason: None, from: None })),
        };
        match actor.role() {
            Some(Role::Admin) if reason.is_none() => {
                return Err(Refusal::invalid("reason", "is required of a dispatcher"));
            }
            Some(Role::Driver) if taken_at.is_none_or(|then| now.since_ms(then) > UNDO_MS_MAX) => {
                return Err(Refusal::Forbidden(
                    "a driver may undo a step for 10 s; the dispatcher can still do it".to_owned(),
                ));
            }
            _ => {}
        }
        let mut fact = self.same(EventType::OrderUndone).with(json!({ "reason": reason, "from": self.status() }));
        let times = &mut fact.order.times;
        match self.state {
            State::Held { step: Step::ArrivedAtPickup, .. } => times.arrived_at_pickup_at = None,
            State::Held { step: Step::PickedUp, .. } => times.picked_up_at = None,
            State::Held { step: Step::ArrivedAtDropoff, .. } => times.arrived_at_dropoff_at = None,
            _ => (times.delivered_at, times.closed_at) = (None, None),
        }
        fact.order.state = State::Held { step: back_to, driver: driver.clone() };
        Ok(vec![fact])
    }
}
