//! How a round of an offer ended, from what the log says: live as it happens, and later for a round whose end was not
//! written down.

use super::{
    event::{Event, EventType},
    id::DriverId,
    order::Order,
    receipt::{RoundEnd, RoundId},
    time::Time,
};

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub end: RoundEnd,
    /// Who had the order then.
    pub holder: Option<DriverId>,
    /// When.
    pub at: Time,
}

impl Ending {
    /// Nobody took the order until then.
    #[must_use]
    pub const fn expired(at: Time) -> Ending {
        Ending { end: RoundEnd::Expired, holder: None, at }
    }

    /// Of the round that was open until this event, if it took `order` off offer.
    #[must_use]
    pub fn by(event: &Event, order: &Order) -> Option<Ending> {
        Some(Ending { end: event.offer_end()?, holder: order.driver_id(), at: event.at })
    }

    /// Of `round`, if it ended with this event: the next round began, or its offer was over.
    #[must_use]
    pub fn of(round: RoundId, event: &Event) -> Option<Ending> {
        let order = event.order.as_deref().filter(|order| order.id == round.order)?;
        if let Some(offer) = order.state.offer() {
            let is_next = offer.since_seq == round.offer_seq && offer.round == round.round + 1;
            // Of the events of a round the first one opens it.
            let opens = event.kind == EventType::OrderReadyForPickup && is_next;
            return opens.then(|| Ending::expired(offer.opened_at));
        }
        let is_last = |offer: &super::offer::Offer| offer.since_seq == round.offer_seq && offer.round == round.round;
        Ending::by(event, order).filter(|_| order.last_offer.as_ref().is_some_and(is_last))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::{Ending, Event, EventType, RoundEnd, RoundId, Time};
    use crate::domain::{
        actor::Actor,
        event::Routing,
        id::{EventId, Id, OrderId, VendorId},
        offer::First,
        order::{Order, Place, State, command::Command, machine::Terms},
        party::DriverCard,
        zone::Rules,
    };

    fn id<I: Id>(n: u8) -> I {
        I::new(Time::from_ms(1), [n; 10])
    }

    fn ann() -> DriverCard {
        DriverCard { id: id(3), name: "Ann".to_owned(), phone: None, vehicle: None }
    }

    fn submitted() -> Order {
        let order = json!({
            "id": id::<OrderId>(1), "code": "K7Q4", "version": 1, "zone": "mitte", "pickup_code_required": false,
            "vendor": { "id": id::<VendorId>(2), "name": "Ramen Bar", "phone": null }, "pickup": Place::default(),
            "items": [], "package_count": 1, "size": "small", "needs": [], "tracking_token": "t",
            "state": State::Submitted, "times": {},
        });
        serde_json::from_value(order).expect("an order")
    }

    /// The log of an order: a second at a time, somebody does something with it.
    fn log(deeds: &[(Command, Actor)]) -> Vec<Event> {
        let (mut order, mut events) = (submitted(), Vec::new());
        for (command, actor) in deeds {
            let at = Time::from_ms(order.version * 1_000);
            let terms =
                Terms { now: at, rules: &Rules { offer_round_s: 0, ..Rules::default() }, first: &First::default() };
            for mut fact in order.on(command, actor, terms).expect("it may be done") {
                let seq = fact.order.version;
                if let State::ReadyForPickup { offer } = &mut fact.order.state
                    && (fact.kind, offer.since_seq) == (EventType::OrderReadyForPickup, 0)
                {
                    offer.since_seq = seq;
                }
                let routing = Routing::of(&fact, Some(&order), &[]);
                order = fact.order.clone();
                let (order, data) = (Some(Arc::new(fact.order)), fact.data);
                let actor = actor.clone();
                events.push(Event { id: id::<EventId>(4), seq, kind: fact.kind, at, actor, order, data, routing });
            }
        }
        events
    }

    fn whole_life() -> Vec<Event> {
        let (vendor, hub) = (Actor::Vendor { id: id(2), name: "Ramen Bar".to_owned() }, Actor::Hub);
        let (driver, admin) = (
            Actor::Driver { id: id(3), name: "Ann".to_owned() },
            Actor::Admin { id: None, name: "a dispatcher".to_owned() },
        );
        let (zones, reason) = (vec!["mitte".parse().expect("a slug")], "late".to_owned());
        let said = |text: &str| Command::Message { text: text.to_owned() };
        log(&[
            (Command::Ready, vendor.clone()),
            (said("the bell is broken"), vendor.clone()),
            (Command::RoundOver { zones: zones.clone() }, hub.clone()),
            (Command::RoundOver { zones }, hub),
            (Command::Withdraw, vendor.clone()),
            (said("a minute"), vendor.clone()),
            (Command::Ready, vendor.clone()),
            (Command::Claim(ann()), driver.clone()),
            (Command::Start, driver.clone()),
            (Command::Release { reason: reason.clone() }, driver),
            (Command::Assign(ann()), admin.clone()),
            (Command::Release { reason: reason.clone() }, admin),
            (Command::Cancel { reason }, vendor),
        ])
    }

    /// How each round ended as far as a log says, as `offer/round how at holder`.
    fn ends(log: &[Event]) -> Vec<String> {
        let rounds = [(2, 1), (2, 2), (2, 3), (8, 1), (12, 1), (15, 1)];
        let end = |(offer_seq, round)| {
            let ending = log.iter().find_map(|event| Ending::of(RoundId { order: id(1), offer_seq, round }, event));
            let said = ending.map(|Ending { end, holder, at }| {
                assert_eq!(holder.is_some(), matches!(end, RoundEnd::Claimed | RoundEnd::Assigned));
                format!("{} {}", end.as_str(), at.ms() / 1_000)
            });
            format!("{offer_seq}/{round} {}", said.unwrap_or_else(|| "?".to_owned()))
        };
        rounds.map(end).to_vec()
    }

    #[test]
    fn the_log_says_how_every_round_ended() {
        let log = whole_life();
        let expected = [
            "2/1 expired 3",
            "2/2 expired 4",
            "2/3 withdrawn 5",
            "8/1 claimed 8",
            "12/1 assigned 12",
            "15/1 cancelled 15",
        ];
        assert_eq!(ends(&log), expected);
    }

    /// What begins after the end of a round says nothing of that end.
    #[test]
    fn a_log_without_the_end_of_a_round_does_not_invent_one() {
        let log = whole_life();
        for kept in 0..log.len() {
            for (whole, left) in ends(&log).iter().zip(ends(&log[kept..])) {
                assert!(
                    *whole == left || left.ends_with('?'),
                    "{left} and not {whole}, without the first {kept} events"
                );
            }
        }
        assert!(ends(&log[log.len()..]).iter().all(|end| end.ends_with('?')));
    }

    #[test]
    fn the_end_of_another_order_is_not_ones_own() {
        let log = whole_life();
        let another = RoundId { order: id(9), offer_seq: 2, round: 1 };
        assert_eq!(log.iter().find_map(|event| Ending::of(another, event)), None);
    }
}
