//! A driver's trips: to the pickup, to the door, and sometimes back.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{chance::Chance, client::Answer, driver::Driver, people::HABITS, place::Place};

/// How often a step is tried that the hub refuses, before a driver leaves the order alone.
const TRIES_MAX: u32 = 4;

/// Positions go out at most this often, in real seconds, however fast the town's time passes.
const POSITION_REAL_S: f64 = 0.1;

/// How far it is to a place of which nobody says where it is, in metres.
const UNKNOWN_M: f64 = 1_500.0;

/// What happens on one trip, decided before it begins.
struct Trip {
    gives_back: bool,
    says_wrong_code: bool,
    nobody_at_door: bool,
}

impl Driver {
    /// Carries what is theirs, one order after the other.
    pub(super) async fn carry(&self) {
        let mut left_alone: HashMap<String, u32> = HashMap::new();
        for nth in 0.. {
            let id = self
                .seat
                .client
                .until(|picture| {
                    let mut carried: Vec<_> = picture
                        .carried()
                        .filter(|(id, _)| left_alone.get(*id).copied().unwrap_or(0) < TRIES_MAX)
                        .collect();
                    carried.sort_by_key(|(_, known)| known.body["assigned_at"].to_string());
                    carried.first().map(|(id, _)| (*id).clone())
                })
                .await;
            let mut chance = Chance::of(self.seed, "trips", self.nth << 32 | nth);
            let trip = Trip {
                gives_back: chance.happens(HABITS.gives_back),
                says_wrong_code: chance.happens(HABITS.wrong_code),
                nobody_at_door: chance.happens(HABITS.nobody_at_door),
            };
            *left_alone.entry(id.clone()).or_default() += 1;
            self.deliver(&id, &trip, &mut chance).await;
        }
    }

    /// Does one step after the other, by what the order is at, until it is no longer theirs.
    async fn deliver(&self, id: &str, trip: &Trip, chance: &mut Chance) {
        let mut refusals = 0;
        while refusals < TRIES_MAX {
            let Some((status, order)) = self.carried(id) else { return };
            let done = match status.as_str() {
                "assigned" if trip.gives_back => {
                    self.clock.pass(chance.within(HABITS.counter_s)).await;
                    let why = json!({ "id": id, "reason": "a flat tyre" });
                    self.seat.client.give("order.release", why).await
                }
                "assigned" => self.seat.client.does("order.start", id).await,
                "enroute_to_pickup" => {
                    self.go(id, Place::of(&order["pickup"]), chance).await;
                    self.seat.client.does("order.arrive", id).await
                }
                "arrived_at_pickup" => {
                    self.clock.pass(chance.within(HABITS.counter_s)).await;
                    self.pick_up(id, &order, trip).await
                }
                "picked_up" => {
                    self.go(id, Place::of(&order["dropoff"]), chance).await;
                    self.seat.client.does("order.arrive", id).await
                }
                "arrived_at_dropoff" => {
                    self.clock.pass(chance.within(HABITS.door_s)).await;
                    if trip.nobody_at_door {
                        let why = json!({ "id": id, "reason": "nobody opens" });
                        self.seat.client.give("order.return", why).await
                    } else {
                        let proof = json!({ "id": id, "proof": { "name": "Simulated guest" } });
                        self.seat.client.give("order.deliver", proof).await
                    }
                }
                _ => {
                    // On the way back: the vendor says when it is there.
                    self.go(id, Place::of(&order["pickup"]), chance).await;
                    return self.until_gone(id).await;
                }
            };
            refusals += u32::from(matches!(done, Answer::Refused(_)));
        }
    }

    /// An order of theirs, as it is.
    fn carried(&self, id: &str) -> Option<(String, Value)> {
        self.seat.client.picture(|picture| {
            let (_, known) = picture.carried().find(|(carried, _)| *carried == id)?;
            Some((known.status.clone(), known.body.clone()))
        })
    }

    async fn until_gone(&self, id: &str) {
        self.seat.client.until(|picture| picture.carried().all(|(carried, _)| carried != id).then_some(())).await;
    }

    async fn pick_up(&self, id: &str, order: &Value, trip: &Trip) -> Answer {
        // The counter may have noted it meanwhile.
        if self.carried(id).is_none_or(|(status, _)| status != "arrived_at_pickup") {
            return Answer::Unknown;
        }
        let is_asked = order["pickup_code_required"] == true;
        if is_asked && trip.says_wrong_code {
            let answer = self.seat.client.give("order.pick_up", json!({ "id": id, "code": "WRONG" })).await;
            if !answer.is_refused_as("wrong_code") {
                return answer;
            }
        }
        let payload = if is_asked { json!({ "id": id, "code": order["code"] }) } else { json!({ "id": id }) };
        self.seat.client.give("order.pick_up", payload).await
    }

    /// Goes there, saying where they are, unless the order is theirs no longer on the way.
    async fn go(&self, id: &str, goal: Option<Place>, chance: &mut Chance) {
        let from = self.at();
        let goal = goal.unwrap_or_else(|| from.near(UNKNOWN_M, chance));
        let needs_s = from.distance_m(goal) / self.seat.speed_mps;
        let step_s = HABITS.position_s.max(self.clock.town_s(std::time::Duration::from_secs_f64(POSITION_REAL_S)));
        let began_s = self.clock.now_s();
        loop {
            let gone_s = self.clock.now_s() - began_s;
            self.moved_to(from.towards(goal, if needs_s > 0.0 { gone_s / needs_s } else { 1.0 }));
            if gone_s >= needs_s || self.carried(id).is_none() {
                return;
            }
            self.clock.pass(step_s.min(needs_s - gone_s)).await;
        }
    }
}
