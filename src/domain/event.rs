//! Events: what happened, in one order, and whose it is to hear.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::{
    actor::Actor,
    dispatch::{Declined, Standing, Wanted, Zones},
    history::History,
    id::{DriverId, EventId, OrderId, VendorId, ZoneId},
    offer::Offer,
    order::{Order, Size, machine::Fact},
    receipt::{IsByDriver, RoundEnd},
    time::Time,
};

macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        /// What happened. The same word in the log, on the sockets, in webhooks and in the feed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventType { $(
            $(#[$doc])*
            #[serde(rename = $word)]
            $name,
        )* }

        impl EventType {
            /// Every type there is.
            pub const ALL: &[EventType] = &[$(EventType::$name),*];

            /// The word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(EventType::$name => $word),* }
            }
        }
    };
}

// By hand, as the derive does not see the words that the macro puts in.
impl PartialSchema for EventType {
    fn schema() -> RefOr<Schema> {
        let words: Vec<&str> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
        let object = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
        object.description(Some("What happened.")).into()
    }
}

impl ToSchema for EventType {}

event_types! {
    /// It came in, or its scheduled time came.
    OrderSubmitted = "order.submitted",
    /// What it is has changed; `data.changed` names the fields.
    OrderUpdated = "order.updated",
    /// It is on offer; once for every round.
    OrderReadyForPickup = "order.ready_for_pickup",
    /// The vendor took it off offer.
    OrderWithdrawn = "order.withdrawn",
    /// A driver has it.
    OrderAssigned = "order.assigned",
    /// Its driver gave it back, or the dispatcher took it; `data.reason`, `data.driver_id`.
    OrderReleased = "order.released",
    /// Its driver set out.
    OrderEnrouteToPickup = "order.enroute_to_pickup",
    /// Its driver is at the pickup.
    OrderArrivedAtPickup = "order.arrived_at_pickup",
    /// Its driver has it in the bag.
    OrderPickedUp = "order.picked_up",
    /// Its driver is at the door.
    OrderArrivedAtDropoff = "order.arrived_at_dropoff",
    /// It was handed over.
    OrderDelivered = "order.delivered",
    /// It is on the way back; `data.reason`.
    OrderReturning = "order.returning",
    /// It is back at the vendor.
    OrderReturned = "order.returned",
    /// It came to nothing; `data.reason`.
    OrderFailed = "order.failed",
    /// It was called off; `data.reason`.
    OrderCancelled = "order.cancelled",
    /// Nobody claimed it in time.
    OrderExpired = "order.expired",
    /// The dispatcher brought it back.
    OrderReopened = "order.reopened",
    /// A step was taken back; `data.from` is the status it had.
    OrderUndone = "order.undone",
    /// Something is wrong with it, or no longer; `data.reason`, `data.note`, `data.resolved`.
    OrderProblem = "order.problem",
    /// Somebody said something about it; `data.text`.
    OrderMessage = "order.message",
    /// A driver works in other zones now; `data.driver_id`, `data.zones`, and where they did not choose zones, `data.reason`:
    /// `auto_paused`, with `data.unanswered` offers; `paused`, with `data.until`; `resumed`.
    DriverZonesChanged = "driver.zones_changed",
    /// A driver does not want an order that is on offer, and is not asked for it again; `data.driver_id`, `data.order_id`,
    /// `data.reason`. For their other screens, and for dispatchers.
    DriverDeclined = "driver.declined",
    /// A driver was blocked or let in again; `data.driver_id`, `data.blocked`.
    DriverBlocked = "driver.blocked",
    /// A vendor was blocked or let in again; `data.vendor_id`, `data.blocked`.
    VendorBlocked = "vendor.blocked",
    /// A key was revoked; `data.key_id`.
    KeyRevoked = "key.revoked",
    /// A zone was made, changed or taken away; `data.zone_id`.
    ZoneChanged = "zone.changed",
    /// Something needs a dispatcher.
    AlertRaised = "alert.raised",
    /// A dispatcher saw it.
    AlertAcknowledged = "alert.acknowledged",
    /// It is over.
    AlertCleared = "alert.cleared",
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// For telling copies apart.
    pub id: EventId,
    /// Its place in the log; rises by one.
    pub seq: i64,
    /// What happened.
    pub kind: EventType,
    /// When.
    pub at: Time,
    /// Who did it.
    pub actor: Actor,
    /// The order after it, if it is about one.
    pub order: Option<Arc<Order>>,
    /// What the order does not hold.
    pub data: Map<String, Value>,
    /// Whose it is to hear, beside the dispatchers.
    pub routing: Routing,
}

impl Event {
    /// How it ended the offer of its order, if it did.
    #[must_use]
    pub fn offer_end(&self) -> Option<RoundEnd> {
        self.routing.offer.as_ref().filter(|offer| offer.ends)?;
        let is_by_driver = if self.actor.driver().is_some() { IsByDriver::Yes } else { IsByDriver::No };
        Some(RoundEnd::by(self.kind, is_by_driver))
    }

    /// Who does not want which order, where it says so.
    #[must_use]
    pub fn declined(&self) -> Option<(DriverId, OrderId)> {
        let id = |name| self.data.get(name).and_then(serde_json::Value::as_str);
        (self.kind == EventType::DriverDeclined).then_some(())?;
        Some((id("driver_id")?.parse().ok()?, id("order_id")?.parse().ok()?))
    }

    /// The zones that a driver works in after it, where it says so.
    #[must_use]
    pub fn zones(&self) -> Vec<ZoneId> {
        self.data.get("zones").and_then(|zones| Vec::deserialize(zones).ok()).unwrap_or_default()
    }
}

/// Whose an event is to hear. Dispatchers hear everything.
///
/// Written into the log with the event, so that live delivery and catching up ask the same question of the same facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Routing {
    /// The vendor it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<VendorId>,
    /// Drivers it concerns in person: who has the order, who had it until now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drivers: Vec<DriverId>,
    /// The offer it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offered>,
    /// Where a driver leaves a zone: the orders on offer there, of whose end they must still hear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lingering: Vec<OrderId>,
    /// Drivers who from this event on are asked for more, or for less.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standings: Vec<(DriverId, Standing)>,
}

/// To whom an order was on offer around an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The order.
    pub order: OrderId,
    /// The zones that were asked.
    pub zones: Vec<ZoneId>,
    /// The `seq` of the event that opened the offer.
    pub since_seq: i64,
    /// The offer is over with this event: whoever was ever asked, or gave the order back, must hear it.
    pub ends: bool,
    /// Who declined it before this event, and so hears only of its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<DriverId>,
    /// How large the order is.
    #[serde(default, skip_serializing_if = "Size::is_small")]
    pub size: Size,
    /// What its driver must bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Where only some are asked: who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<DriverId>>,
}

impl Routing {
    /// For a fact about an order that was `before`, and that `declined` do not want to be asked for.
    #[must_use]
    pub fn of(fact: &Fact, before: Option<&Order>, declined: &[DriverId]) -> Routing {
        let after = &fact.order;
        let mut drivers: Vec<DriverId> = before.and_then(Order::driver_id).into_iter().collect();
        drivers.extend(after.driver_id().filter(|id| !drivers.contains(id)));
        let between_two = matches!(fact.kind, EventType::OrderMessage | EventType::OrderProblem);
        let offer_before = before.and_then(|order| order.state.offer());
        let offer =
            if between_two { None } else { Offered::around(after, offer_before, after.state.offer(), declined) };
        Routing { vendor: Some(after.vendor.id), drivers, offer, ..Routing::default() }
    }

    /// For an event about one driver.
    #[must_use]
    pub fn to_driver(id: DriverId) -> Routing {
        Routing { drivers: vec![id], ..Routing::default() }
    }

    /// For an event about one vendor.
    #[must_use]
    pub fn to_vendor(id: VendorId) -> Routing {
        Routing { vendor: Some(id), ..Routing::default() }
    }

    /// Whether the event at `seq` is `driver`'s to hear, by how they stood and where they worked.
    ///
    /// A driver hears of an offer while they are asked for it; of its end also if they were asked at any time since it
    /// was opened, or declined it or gave it back, so that no card stays behind.
    #[must_use]
    pub fn reaches(&self, driver: DriverId, seq: i64, history: &History) -> bool {
        if self.drivers.contains(&driver) {
            return true;
        }
        let Some(offer) = &self.offer else { return false };
        let declined = if offer.declined.contains(&driver) { Declined::Yes } else { Declined::No };
        offer.asks(offer.wanted(), driver, declined, seq, history)
    }

    /// For an event at `seq`: what ended in a driver's history before this `seq` makes no difference to whom it reaches.
    #[must_use]
    pub fn history_matters_from(&self, seq: i64) -> i64 {
        self.offer.as_ref().filter(|offer| offer.ends).map_or(seq, |offer| seq.min(offer.since_seq + 1))
    }
}

impl Offered {
    /// What of it decides who is asked.
    #[must_use]
    pub fn wanted(&self) -> Wanted<'_> {
        Wanted { zones: Zones::Listed(&self.zones), size: self.size, needs: &self.needs, only: self.only.as_deref() }
    }

    /// Whether the event at `seq` that is about it is a driver's to hear.
    pub(super) fn asks(
        &self,
        wanted: Wanted<'_>,
        driver: DriverId,
        declined: Declined,
        seq: i64,
        history: &History,
    ) -> bool {
        if self.ends {
            // Who gave it back saw it go on offer, though it was never put before them.
            return declined == Declined::Yes || history.was_asked(driver, wanted, self.since_seq, seq);
        }
        history.is_asked(driver, wanted, declined, seq)
    }

    fn around(order: &Order, before: Option<&Offer>, after: Option<&Offer>, declined: &[DriverId]) -> Option<Offered> {
        let first = before.or(after)?;
        let mut zones = first.zones.clone();
        zones.extend(after.iter().flat_map(|offer| &offer.zones).filter(|zone| !first.zones.contains(zone)).cloned());
        Some(Offered {
            order: order.id,
            zones,
            since_seq: first.since_seq,
            ends: after.is_none(),
            declined: declined.to_vec(),
            size: order.size,
            needs: order.needs.clone(),
            // Who was asked stays asked, so the later list holds the earlier one.
            only: after.or(before)?.only.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{DriverId, Offered, OrderId, Routing, Size};
    use crate::domain::{
        history::{History, Shift},
        id::Id,
        time::Time,
    };

    const OPENED: i64 = 10;

    fn driver(n: u8) -> DriverId {
        DriverId::new(Time::from_ms(1), [n; 10])
    }

    fn order() -> OrderId {
        OrderId::new(Time::from_ms(1), [9; 10])
    }

    fn shift(joined_seq: i64, left_seq: Option<i64>) -> History {
        let shift = Shift { zone: "mitte".parse().expect("a slug"), joined_seq, left_seq };
        History { shifts: vec![shift], standings: vec![] }
    }

    fn about(ends: bool) -> Routing {
        let zones = vec!["mitte".parse().expect("a slug")];
        let (declined, size) = (vec![driver(3)], Size::Small);
        let offer =
            Offered { order: order(), zones, since_seq: OPENED, ends, declined, size, needs: vec![], only: None };
        let offer = Some(offer);
        Routing { drivers: vec![driver(1)], offer, ..Routing::default() }
    }

    #[test]
    fn who_holds_an_order_hears_of_it_wherever_they_work() {
        assert!(about(false).reaches(driver(1), 20, &History::default()));
        assert!(!about(false).reaches(driver(2), 20, &History::default()));
    }

    #[test]
    fn who_works_in_its_zone_hears_of_an_offer() {
        let hears = |ends, history: &History| about(ends).reaches(driver(2), 20, history);
        assert!(hears(false, &shift(5, None)));
        assert!(hears(false, &shift(15, None)), "joined while it was on offer");
        assert!(!hears(false, &shift(25, None)), "joined after it");
        assert!(!hears(false, &shift(5, Some(15))), "left before it");
        assert!(hears(true, &shift(5, Some(15))), "left while it was on offer, so the end is theirs to hear");
        assert!(!hears(true, &shift(5, Some(8))), "left before it was on offer");
    }

    /// Every shift around an offer that was opened at 10.
    #[test]
    fn the_earliest_shift_that_reaches_is_the_first_that_matters() {
        for (seq, ends) in [(10, false), (11, false), (20, false), (11, true), (20, true)] {
            let from = about(ends).history_matters_from(seq);
            let all = (0..25).flat_map(|joined| (joined..25).map(move |left| (joined, left)));
            let reaching =
                all.filter(|(joined, left)| about(ends).reaches(driver(2), seq, &shift(*joined, Some(*left))));
            assert_eq!(reaching.map(|(_, left)| left).min(), Some(from), "at {seq}, the end: {ends}");
        }
    }

    #[test]
    fn who_declined_an_order_hears_only_of_its_end() {
        assert!(!about(false).reaches(driver(3), 20, &shift(5, None)));
        assert!(about(true).reaches(driver(3), 20, &shift(5, None)));
        assert!(about(true).reaches(driver(3), 20, &History::default()), "gave it back, and went off duty");
    }
}
