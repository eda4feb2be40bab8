//! Offers: an order that is ready is offered to the drivers of its zone, round after round, until somebody claims it or
//! nobody does.

use serde::{Deserialize, Serialize};

use super::{
    id::{DriverId, OrderId, ZoneId},
    refusal::Refusal,
    time::Time,
    zone::{Mode, Rules, Zone},
};

/// The round from which on every zone is asked.
const EVERYWHERE_ROUND: u32 = 3;

/// An order's offer to drivers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Counts from 1.
    pub round: u32,
    /// The zones that are asked in this round.
    pub zones: Vec<ZoneId>,
    /// When this round began.
    pub opened_at: Time,
    /// When this round ends.
    pub expires_at: Time,
    /// When the order expires if nobody claims it.
    pub gives_up_at: Time,
    /// The `seq` of the event that opened the first round: whoever worked in one of the zones since then was asked.
    pub since_seq: i64,
    /// When the first round began; offers of an older hub do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_at: Option<Time>,
    /// When it is to be looked at whether nobody has claimed it for too long; none: that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts_at: Option<Time>,
    /// Where only some are asked: who, the last one asked last. Nobody, where the dispatcher gives out the orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<DriverId>>,
}

/// A driver who is on the way to the pickup already, for another order that goes the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Who.
    pub driver: DriverId,
    /// For which order.
    pub order: OrderId,
}

/// Whom an offer asks before everybody, where the zone's rules want that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct First {
    /// The drivers to ask one by one, the first first.
    pub nearest: Vec<DriverId>,
    /// Who could bring it on the same trip as another.
    pub trip: Option<Trip>,
}

impl Offer {
    /// The first round, in the order's own zone.
    #[must_use]
    pub fn open(zone: &ZoneId, rules: &Rules, first: &First, now: Time) -> Offer {
        let gives_up_at = now.plus_s(rules.offer_give_up_min * 60);
        let (only, lasts_s) = match (rules.mode, first.nearest.first()) {
            (Mode::Manual, _) => (Some(vec![]), rules.offer_give_up_min * 60),
            _ if first.trip.is_some() => (first.trip.map(|trip| vec![trip.driver]), rules.same_trip_s),
            (Mode::Nearest, Some(first)) => (Some(vec![*first]), rules.nearest_turn_s),
            (Mode::Nearest, None) | (Mode::Broadcast, _) => (None, rules.offer_round_s),
        };
        Offer {
            round: 1,
            zones: vec![zone.clone()],
            opened_at: now,
            expires_at: now.plus_s(lasts_s).min(gives_up_at),
            gives_up_at,
            since_seq: 0,
            began_at: Some(now),
            alerts_at: Some(now.plus_s(rules.unclaimed_alert_s)),
            only,
        }
    }

    /// Whether the dispatcher gives out the order, and nobody is asked.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        self.only.as_ref().is_some_and(Vec::is_empty)
    }

    /// For how long it has been open, in milliseconds.
    #[must_use]
    pub fn waits_ms(&self, now: Time) -> i64 {
        now.since_ms(self.began_at.unwrap_or(self.opened_at))
    }

    /// Whether it may ask this driver at all.
    #[must_use]
    pub fn may_ask(&self, driver: DriverId) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&driver))
    }

    /// The driver who was asked last, one by one.
    #[must_use]
    pub fn in_turn(&self) -> Option<DriverId> {
        self.only.as_ref().and_then(|only| only.last().copied())
    }

    /// The same round with the next of `nearest` asked too, or everybody; `None` if it does not ask one by one.
    #[must_use]
    pub fn next_turn(&self, rules: &Rules, nearest: &[DriverId], now: Time) -> Option<Offer> {
        let mut asked = self.only.clone().filter(|only| !only.is_empty() && now < self.gives_up_at)?;
        let next = nearest.iter().find(|driver| !asked.contains(driver));
        let next = next.filter(|_| asked.len() < rules.nearest_drivers as usize);
        asked.extend(next);
        let (only, lasts_s) =
            if next.is_some() { (Some(asked), rules.nearest_turn_s) } else { (None, rules.offer_round_s) };
        Some(Offer { only, expires_at: now.plus_s(lasts_s).min(self.gives_up_at), ..self.looked_at(now) })
    }

    /// Whether it can be claimed at `now`: between two rounds it can, and once it is given up no longer, whether or not
    /// the timer has been by.
    ///
    /// # Errors
    /// [`Refusal::OfferClosed`] from `gives_up_at` on.
    pub fn in_time(&self, now: Time) -> Result<(), Refusal> {
        if now < self.gives_up_at { Ok(()) } else { Err(Refusal::OfferClosed("nobody claimed it in time")) }
    }

    /// The same offer after it was looked at for how long it has waited.
    #[must_use]
    pub fn looked_at(&self, now: Time) -> Offer {
        Offer { alerts_at: self.alerts_at.filter(|at| *at > now), ..self.clone() }
    }

    /// When a timer must look at it again.
    #[must_use]
    pub fn due_at(&self) -> Time {
        self.alerts_at.map_or(self.expires_at, |at| at.min(self.expires_at))
    }

    /// The round after this one in `zones`; `None` when the time for offers is over.
    #[must_use]
    pub fn next(&self, zones: Vec<ZoneId>, rules: &Rules, now: Time) -> Option<Offer> {
        (now < self.gives_up_at).then(|| Offer {
            round: self.round + 1,
            zones,
            opened_at: now,
            expires_at: now.plus_s(rules.offer_round_s).min(self.gives_up_at),
            ..self.looked_at(now)
        })
    }
}

/// The zones that round `round` of an order in `home` asks: its own, then the neighbours too, then every zone.
#[must_use]
pub fn zones_asked(round: u32, home: &ZoneId, zones: &[Zone]) -> Vec<ZoneId> {
    let mut asked = vec![home.clone()];
    let mut add = |id: &ZoneId| {
        if !asked.contains(id) {
            asked.push(id.clone());
        }
    };
    if round >= 2
        && let Some(zone) = zones.iter().find(|zone| zone.id == *home)
    {
        zone.neighbours.iter().filter(|id| zones.iter().any(|zone| zone.id == **id)).for_each(&mut add);
    }
    if round >= EVERYWHERE_ROUND {
        zones.iter().map(|zone| &zone.id).for_each(add);
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::{DriverId, First, Mode, Offer, Rules, Time, Zone, ZoneId, zones_asked};
    use crate::domain::id::Id as _;

    fn id(slug: &str) -> ZoneId {
        slug.parse().expect("a slug")
    }

    fn zone(slug: &str, neighbours: &[&str]) -> Zone {
        Zone {
            id: id(slug),
            name: slug.to_owned(),
            area: None,
            neighbours: neighbours.iter().map(|slug| id(slug)).collect(),
            color: None,
            rules: Rules::default(),
        }
    }

    #[test]
    fn each_round_asks_further_away() {
        let zones = [zone("a", &[]), zone("b", &["c", "gone"]), zone("c", &[]), zone("d", &[])];
        let asked = |round| zones_asked(round, &id("b"), &zones).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(asked(1), ["b"]);
        assert_eq!(asked(2), ["b", "c"]);
        assert_eq!(asked(3), ["b", "c", "a", "d"]);
        assert_eq!(asked(4), asked(3));
    }

    #[test]
    fn rounds_end_when_the_time_for_offers_is_over() {
        let rules = Rules { offer_round_s: 100, offer_give_up_min: 3, ..Rules::default() };
        let first = Offer::open(&id("b"), &rules, &First::default(), Time::from_ms(0));
        let second = first.next(vec![id("b")], &rules, first.expires_at).expect("80 s are left");
        assert_eq!((second.round, second.opened_at.ms(), second.expires_at.ms()), (2, 100_000, 180_000));
        assert_eq!(second.next(vec![], &rules, second.expires_at), None);
    }

    #[test]
    fn the_nearest_are_asked_one_by_one_and_then_everybody() {
        let rules = Rules { mode: Mode::Nearest, nearest_drivers: 2, ..Rules::default() };
        let near = [1, 2, 3].map(|n| DriverId::new(Time::from_ms(1), [n; 10]));
        let asked = |offer: &Offer| (offer.round, offer.only.clone(), offer.expires_at.ms());
        let all = First { nearest: near.to_vec(), trip: None };
        let first = Offer::open(&id("b"), &rules, &all, Time::from_ms(0));
        assert_eq!(asked(&first), (1, Some(vec![near[0]]), 15_000));
        let second = first.next_turn(&rules, &near, first.expires_at).expect("another is near");
        assert_eq!(asked(&second), (1, Some(vec![near[0], near[1]]), 30_000));
        let all = second.next_turn(&rules, &near, second.expires_at).expect("everybody is left");
        assert_eq!(asked(&all), (1, None, 75_000));
        assert_eq!(all.next_turn(&rules, &near, all.expires_at), None);
        assert_eq!(asked(&Offer::open(&id("b"), &rules, &First::default(), Time::from_ms(0))), (1, None, 45_000));
    }

    #[test]
    fn where_the_dispatcher_gives_out_the_orders_nobody_is_asked_and_no_round_follows() {
        let rules = Rules { mode: Mode::Manual, ..Rules::default() };
        let offer = Offer::open(&id("b"), &rules, &First::default(), Time::from_ms(0));
        assert_eq!((offer.only.as_deref(), offer.expires_at), (Some(&[][..]), offer.gives_up_at));
        assert_eq!(offer.next_turn(&rules, &[], Time::from_ms(1)), None);
        assert_eq!(offer.next(vec![], &rules, offer.expires_at), None);
    }
}
