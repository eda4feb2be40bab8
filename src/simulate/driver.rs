//! A driver: looks at offers, answers them or does not, takes breaks.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::json;
use tokio_util::task::TaskTracker;

use super::{
    chance::Chance,
    client::Answer,
    clock::Clock,
    people::{DECLINE_REASONS, HABITS},
    place::Place,
    tally::Tally,
    town::DriverSeat,
};

/// How often a driver looks at the same round of an offer before they forget it.
const LOOKS_MAX: u32 = 6;

/// A driver at work.
pub(super) struct Driver {
    pub(super) seat: Arc<DriverSeat>,
    pub(super) nth: u64,
    pub(super) seed: u64,
    pub(super) clock: Clock,
    pub(super) tally: Arc<Tally>,
    at: Mutex<Place>,
}

impl Driver {
    /// A driver who stands where their seat is.
    pub(super) fn new(seat: Arc<DriverSeat>, nth: u64, seed: u64, clock: Clock, tally: Arc<Tally>) -> Arc<Driver> {
        let at = Mutex::new(seat.place);
        Arc::new(Driver { seat, nth, seed, clock, tally, at })
    }

    /// Where they are.
    pub(super) fn at(&self) -> Place {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// They are somewhere else now, and say so if they can.
    pub(super) fn moved_to(&self, place: Place) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = place;
        self.seat.client.mention("driver.location", &json!({ "lat": place.lat, "lng": place.lng, "accuracy_m": 8 }));
    }

    /// Works until the day ends.
    pub(super) async fn work(self: Arc<Self>) {
        let stop = self.clock.stop.clone();
        stop.run_until_cancelled(async {
            self.join_zones().await;
            self.moved_to(self.at());
            tokio::join!(self.clone().listen(), self.carry(), self.take_breaks());
        })
        .await;
    }

    async fn join_zones(&self) {
        for zone in &self.seat.zones {
            // Asking again is harmless, if the answer was lost.
            while matches!(self.seat.client.give("zone.join", json!({ "zone": zone })).await, Answer::Unknown) {}
        }
    }

    /// From time to time they leave their zones for a while. Whom the hub sends off duty for saying nothing comes back.
    async fn take_breaks(&self) {
        let mut chance = Chance::of(self.seed, "breaks", self.nth);
        let mut works_s = chance.until(HABITS.works_s);
        loop {
            let began_s = self.clock.now_s();
            tokio::select! {
                () = self.clock.pass(works_s) => works_s = chance.until(HABITS.works_s),
                () = self.seat.client.until(|picture| picture.zones.is_empty().then_some(())) => {
                    self.tally.counts().paused += 1;
                    self.clock.pass(chance.within(HABITS.wakes_up_s)).await;
                    self.join_zones().await;
                    works_s = (works_s - (self.clock.now_s() - began_s)).max(0.0);
                    continue;
                }
            }
            for zone in &self.seat.zones {
                self.seat.client.give("zone.leave", json!({ "zone": zone })).await;
            }
            self.clock.pass(chance.within(HABITS.break_s)).await;
            self.join_zones().await;
        }
    }

    /// Considers every round of every offer, each for itself.
    async fn listen(self: Arc<Self>) {
        let mut heard: HashSet<(String, String)> = HashSet::new();
        // Each thought is bound to the end of the day.
        let thoughts = TaskTracker::new();
        for nth in 0.. {
            let (id, round) = self
                .seat
                .client
                .until(|picture| {
                    let offers = picture.offers().map(|(id, known)| (id.clone(), known.round_key()));
                    offers.into_iter().find(|offer| !heard.contains(offer))
                })
                .await;
            heard.insert((id.clone(), round));
            let (driver, stop) = (self.clone(), self.clock.stop.clone());
            thoughts.spawn(async move {
                stop.run_until_cancelled(driver.consider(&id, nth)).await;
            });
        }
    }

    /// Whether an offer is still there to be answered.
    fn is_on_offer(&self, id: &str) -> bool {
        self.seat.client.picture(|picture| picture.offers().any(|(offer, _)| offer == id))
    }

    async fn consider(&self, id: &str, nth: u64) {
        let client = &self.seat.client;
        let mut chance = Chance::of(self.seed, "offers", self.nth << 32 | nth);
        self.clock.pass(chance.within(HABITS.look_s)).await;
        for look in 0..LOOKS_MAX {
            if !self.is_on_offer(id) {
                return self.try_late(id, &mut chance).await;
            }
            if look == 0 {
                client.does("order.seen", id).await;
            }
            let pickup = client.picture(|picture| Place::of(&picture.orders.get(id)?.body["pickup"]));
            let far_m = pickup.map_or(HABITS.keen_m / 2.0, |pickup| self.at().distance_m(pickup));
            let wants = chance.within(HABITS.keen) * (1.0 / 3.0_f64).powf(far_m / HABITS.keen_m);
            self.clock.pass(chance.within(HABITS.answer_s)).await;
            if !self.is_on_offer(id) {
                return self.try_late(id, &mut chance).await;
            }
            if chance.happens(wants) {
                client.does("order.claim", id).await;
                return;
            }
            if chance.happens(HABITS.declines) {
                let reason = chance.one_of(&DECLINE_REASONS);
                client.give("order.decline", json!({ "id": id, "reason": reason })).await;
                return;
            }
            self.clock.pass(chance.within(HABITS.looks_again_s)).await;
        }
    }

    /// Once in a while somebody claims what they could see is gone.
    async fn try_late(&self, id: &str, chance: &mut Chance) {
        if chance.happens(HABITS.tries_late) {
            self.clock.pass(chance.within(HABITS.tries_late_s)).await;
            let is_elsewhere = |picture: &super::picture::Picture| {
                picture.orders.get(id).is_some_and(|known| known.status == "assigned" && known.holder.is_none())
            };
            if self.seat.client.picture(is_elsewhere) {
                self.tally.counts().late_tries += 1;
                self.seat.client.does("order.claim", id).await;
            }
        }
    }
}
