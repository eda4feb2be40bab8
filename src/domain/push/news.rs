//! Which events are worth a push to whom, beside offers: to people whose page is not open, and never of what they did
//! themselves.

use super::{Notice, Subscriber};
use crate::domain::{
    event::{Event, EventType},
    order::Order,
};

/// What an event is to be told by push, to whoever has no live connection.
#[must_use]
pub fn news(event: &Event) -> Vec<(Subscriber, Notice)> {
    let Some(order) = event.order.as_deref() else { return vec![] };
    let said = |field: &str| event.data.get(field).and_then(|said| said.as_str());
    let vendor = Subscriber::Vendor(order.vendor.id);
    let holder = order.driver_id().map(Subscriber::Driver);
    let mut news = Vec::new();
    match event.kind {
        EventType::OrderAssigned => {
            news.extend(holder.map(|driver| (driver, Notice::assigned(order, driver))));
            news.extend(unassigned(event, order, None));
        }
        EventType::OrderReleased | EventType::OrderCancelled => news.extend(unassigned(event, order, said("reason"))),
        EventType::OrderMessage => {
            let text = said("text").unwrap_or_default();
            let both = holder.into_iter().chain([vendor]);
            news.extend(both.map(|to| (to, Notice::message(order, to, &event.actor, text))));
        }
        EventType::OrderProblem => {
            // One that is resolved has no reason.
            let both = holder.into_iter().chain([vendor]).filter_map(|to| Some((to, said("reason")?)));
            news.extend(both.map(|(to, reason)| (to, Notice::problem(order, to, reason, said("note")))));
        }
        EventType::OrderArrivedAtPickup => news.push((vendor, Notice::arrived(order, vendor))),
        EventType::OrderExpired => news.push((vendor, Notice::expired(order, vendor))),
        _ => {}
    }
    news.retain(|(to, _)| Subscriber::of(&event.actor) != Some(*to));
    news
}

/// To those who had the order until now, and have it no longer.
fn unassigned<'e>(
    event: &'e Event,
    order: &'e Order,
    reason: Option<&'e str>,
) -> impl Iterator<Item = (Subscriber, Notice)> + 'e {
    let has = order.driver_id().filter(|_| !order.status().is_closed());
    let had = event.routing.drivers.iter().copied().filter(move |driver| Some(*driver) != has);
    had.map(Subscriber::Driver).map(move |to| (to, Notice::unassigned(order, to, reason)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Map, Value, json};

    use super::{Event, EventType as Is, Subscriber, news};
    use crate::domain::{
        actor::Actor,
        event::Routing,
        id::{DriverId, EventId, Id, VendorId},
        time::Time,
    };

    fn id<I: Id>(n: u8) -> I {
        I::new(Time::from_ms(1), [n; 10])
    }

    /// Ann (3) has the order or had it, Bob (4) had it before her.
    fn event(kind: Is, actor: Actor, state: &Value, had: &[u8], data: Value) -> Event {
        let order = json!({
            "id": id::<EventId>(1), "code": "K7Q4", "version": 1, "zone": "mitte", "pickup_code_required": false,
            "vendor": { "id": id::<VendorId>(2), "name": "Ramen Bar", "phone": null }, "pickup": {}, "items": [],
            "package_count": 1, "size": "small", "needs": [], "tracking_token": "t", "times": {}, "state": state,
        });
        let order = Some(Arc::new(serde_json::from_value(order).expect("an order")));
        let Value::Object(data) = data else { unreachable!("data is an object") };
        let routing = Routing { drivers: had.iter().map(|n| id(*n)).collect(), ..Routing::default() };
        Event { id: id(9), seq: 7, kind, at: Time::from_ms(1), actor, order, data, routing }
    }

    fn told(event: &Event) -> Vec<String> {
        let name = |to: Subscriber| match to {
            Subscriber::Vendor(_) => "vendor",
            Subscriber::Driver(driver) if driver == id::<DriverId>(3) => "ann",
            Subscriber::Driver(_) => "bob",
        };
        news(event)
            .into_iter()
            .map(|(to, notice)| format!("{}: {} / {}", name(to), notice.title, notice.body))
            .collect()
    }

    #[test]
    fn each_event_is_told_to_whom_it_concerns_and_not_to_whom_it_is_owed() {
        let vendor = || Actor::Vendor { id: id(2), name: "Ramen Bar".to_owned() };
        let ann = || Actor::Driver { id: id(3), name: "Ann".to_owned() };
        let admin = || Actor::Admin { id: None, name: "Dee".to_owned() };
        let card = json!({ "id": id::<DriverId>(3), "name": "Ann", "phone": null, "vehicle": null });
        let held = json!({ "state": "held", "step": "assigned", "driver": card });
        let free = json!({ "state": "submitted" });
        let none = || Value::Object(Map::new());
        let (text, reason) =
            (json!({ "text": "the bell is broken" }), json!({ "reason": "late", "note": "flat tyre" }));
        let table: [(Event, &[&str]); 12] = [
            (event(Is::OrderAssigned, ann(), &held, &[3], none()), &[]),
            (event(Is::OrderAssigned, admin(), &held, &[3], none()), &["ann: K7Q4 is yours: Ramen Bar / "]),
            (
                event(Is::OrderAssigned, admin(), &held, &[4, 3], none()),
                &["ann: K7Q4 is yours: Ramen Bar / ", "bob: K7Q4 is no longer yours: Ramen Bar / "],
            ),
            (event(Is::OrderReleased, ann(), &free, &[3], reason.clone()), &[]),
            (
                event(Is::OrderReleased, admin(), &free, &[3], reason.clone()),
                &["ann: K7Q4 is no longer yours: Ramen Bar / late"],
            ),
            (
                event(Is::OrderMessage, vendor(), &held, &[3], text.clone()),
                &["ann: Ramen Bar, K7Q4 / the bell is broken"],
            ),
            (
                event(Is::OrderMessage, admin(), &held, &[3], text.clone()),
                &["ann: Dee, K7Q4 / the bell is broken", "vendor: Dee, K7Q4 / the bell is broken"],
            ),
            (event(Is::OrderMessage, vendor(), &free, &[], text), &[]),
            (event(Is::OrderProblem, ann(), &held, &[3], reason), &["vendor: A problem with K7Q4 / late: flat tyre"]),
            (event(Is::OrderProblem, ann(), &held, &[3], json!({ "resolved": true })), &[]),
            (event(Is::OrderArrivedAtPickup, ann(), &held, &[3], none()), &["vendor: Ann is here for K7Q4 / "]),
            (
                event(Is::OrderExpired, Actor::Hub, &free, &[], none()),
                &["vendor: No driver took K7Q4 / Offer it again, or call the dispatcher."],
            ),
        ];
        for (event, expected) in table {
            assert_eq!(told(&event), expected, "{:?} by {:?}", event.kind, event.actor);
        }
    }
}
