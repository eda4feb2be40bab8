//! A vendor: one order after the other, each with a story of its own.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tokio_util::task::TaskTracker;

use super::{
    chance::Chance,
    client::Answer,
    clock::Clock,
    people::HABITS,
    picture::{ON_OFFER, is_closed},
    tally::Tally,
    town::VendorSeat,
};

/// How long an order that is scheduled is for at least, in real seconds, since the hub's clock wakes it.
const SCHEDULED_S_MIN: f64 = 1.0;

/// How long a vendor waits for the end of an order at most: in seconds of the town's time, and real ones more. What is open
/// then is closed at the end of the day.
const ORDER_S_MAX: f64 = 6.0 * 3_600.0;
const ORDER_MORE_MAX: Duration = Duration::from_mins(1);

/// How often a submission whose answer was lost is tried again.
const TRIES_MAX: u32 = 20;

/// A vendor at work.
pub(super) struct Vendor {
    pub(super) seat: Arc<VendorSeat>,
    pub(super) nth: u64,
    pub(super) seed: u64,
    pub(super) clock: Clock,
    pub(super) tally: Arc<Tally>,
}

impl Vendor {
    /// Takes orders until the day ends: so many, or until so late; then waits until each is over.
    pub(super) async fn work(self: Arc<Self>, orders: u64, closes_s: f64) {
        let mut chance = Chance::of(self.seed, "vendor", self.nth);
        let stories = TaskTracker::new();
        for order in 0..orders {
            let (vendor, stop) = (self.clone(), self.clock.stop.clone());
            let gap = self.clock.pass(chance.until(HABITS.order_gap_s));
            if stop.run_until_cancelled(gap).await.is_none() || self.clock.now_s() > closes_s {
                break;
            }
            stories.spawn(async move {
                stop.run_until_cancelled(vendor.story(order)).await;
            });
        }
        stories.close();
        stories.wait().await;
    }

    /// The life of an order, from the till to its end.
    async fn story(&self, nth: u64) {
        let mut chance = Chance::of(self.seed, "order", self.nth << 32 | nth);
        let Some(id) = self.submit(nth, &mut chance).await else { return };
        self.tally.counts().submitted += 1;
        let over = self.seat.client.until(|picture| {
            let known = picture.orders.get(&id)?;
            is_closed(&known.status).then_some(())
        });
        tokio::select! {
            () = over => {}
            () = tokio::time::sleep(self.clock.real(ORDER_S_MAX) + ORDER_MORE_MAX) => return,
            () = self.counter(&id, &mut chance) => {}
        }
        self.tally.counts().ended += 1;
    }

    /// Submits an order. A submission whose answer is lost is said again with the same key.
    async fn submit(&self, nth: u64, chance: &mut Chance) -> Option<String> {
        let guest = self.seat.place.near(HABITS.guest_m, chance);
        let mut order = json!({
            "zone": self.seat.zone,
            "items": [{ "name": self.seat.sells, "quantity": 1 + chance.below(3) }],
            "dropoff": {
                "address": format!("{} Simulated Lane", 1 + chance.below(90)), "lat": guest.lat, "lng": guest.lng,
                "contact_name": "Simulated guest", "phone": "+49 30 5550 300",
            },
            "notes": "simulated",
            "idempotency_key": format!("sim-{nth}-{}", self.seat.client.id),
        });
        if chance.happens(HABITS.ready_at_once) {
            order["ready"] = json!(true);
        } else if chance.happens(HABITS.scheduled) {
            let later_s = self.clock.real(chance.within(HABITS.scheduled_s)).as_secs_f64().max(SCHEDULED_S_MIN);
            order["scheduled_for"] =
                self.seat.client.hub_time_in(later_s).map_or(Value::Null, |time| json!(said(time)));
        }
        for _ in 0..TRIES_MAX {
            match self.seat.client.give("order.submit", order.clone()).await {
                Answer::Done(data) => return data["id"].as_str().map(ToOwned::to_owned),
                Answer::Unknown => {}
                Answer::Refused(problem) if problem["retryable"] == true => self.clock.pass(10.0).await,
                Answer::Refused(_) => return None,
            }
        }
        None
    }

    /// All that a vendor does with an order; goes on until nobody waits for it.
    async fn counter(&self, id: &str, chance: &mut Chance) {
        let client = &self.seat.client;
        let status = || client.picture(|picture| picture.orders.get(id).map(|known| known.status.clone()));
        if status().as_deref() != Some(ON_OFFER) {
            let prep_s = chance.within(HABITS.prep_s);
            if chance.happens(HABITS.cancelled_in_kitchen) {
                self.clock.pass(prep_s / 2.0).await;
                self.cancel(id, "the guest changed their mind").await;
                return std::future::pending().await;
            }
            // One that is for later sleeps until the hub's clock wakes it; a kitchen that is done earlier says so.
            self.clock.pass(prep_s).await;
            self.ready(id).await;
        }
        if chance.happens(HABITS.withdrawn) {
            self.clock.pass(chance.within(HABITS.withdrawn_after_s)).await;
            self.surely("order.withdraw", json!({ "id": id })).await;
            // Unless a driver was quicker.
            if status().as_deref() == Some("submitted") {
                self.clock.pass(chance.within(HABITS.withdrawn_for_s)).await;
                self.ready(id).await;
            }
        }
        if chance.happens(HABITS.cancelled_later) {
            self.clock.pass(chance.within(HABITS.cancelled_after_s)).await;
            // Refused once the driver has it in the bag.
            self.cancel(id, "the guest called").await;
        }
        self.see_off(id, chance).await;
    }

    /// From the offer to the end: hands over, takes back, and gives up where nobody comes.
    async fn see_off(&self, id: &str, chance: &mut Chance) {
        let client = &self.seat.client;
        let hands_over = chance.happens(HABITS.handed_over);
        let mut was = String::new();
        loop {
            let changed = client.until(|picture| {
                let known = picture.orders.get(id)?;
                (known.status != was).then(|| known.status.clone())
            });
            let patience = async {
                if was != ON_OFFER {
                    std::future::pending::<()>().await;
                }
                self.clock.pass(HABITS.vendor_patience_s).await;
            };
            tokio::select! {
                status = changed => was = status,
                () = patience => {
                    self.cancel(id, "nobody came for it").await;
                    was = String::new();
                    self.clock.pass(1.0).await;
                }
            }
            match was.as_str() {
                "arrived_at_pickup" if hands_over => {
                    self.clock.pass(chance.within(HABITS.counter_s) / 2.0).await;
                    // The driver may have been quicker.
                    client.does("order.hand_over", id).await;
                }
                "returning" => {
                    self.clock.pass(chance.within(HABITS.takes_back_s) + HABITS.guest_m / 4.0).await;
                    self.surely("order.confirm_return", json!({ "id": id })).await;
                }
                _ => {}
            }
        }
    }

    async fn ready(&self, id: &str) {
        self.surely("order.ready", json!({ "id": id })).await;
    }

    async fn cancel(&self, id: &str, reason: &str) {
        self.surely("order.cancel", json!({ "id": id, "reason": reason })).await;
    }

    /// Gives a command again where its answer is lost: what was done the first time is refused, or answered the same.
    async fn surely(&self, command: &'static str, payload: Value) {
        for _ in 0..TRIES_MAX {
            if !matches!(self.seat.client.give(command, payload.clone()).await, Answer::Unknown) {
                return;
            }
        }
    }
}

fn said(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
