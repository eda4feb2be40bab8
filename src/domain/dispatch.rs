//! Who is asked for an order on offer, and why somebody is not.
//!
//! **Invariant:** live delivery, catching up, snapshots, claims and the question why all ask [`objections`]; there is no
//! second rule.

use std::{collections::HashSet, iter::once_with};

use serde::{Deserialize, Serialize};

use super::{
    id::{DriverId, ZoneId},
    order::Size,
    party::Driver,
};

/// The zones of a round, to be looked up in.
#[derive(Clone, Copy, Debug)]
pub enum Zones<'o> {
    /// As they come: enough for asking about one driver.
    Listed(&'o [ZoneId]),
    /// Found at once: for asking about everybody.
    Indexed(&'o HashSet<&'o ZoneId>),
}

impl Zones<'_> {
    fn contains(self, zone: &ZoneId) -> bool {
        match self {
            Zones::Listed(zones) => zones.contains(zone),
            Zones::Indexed(zones) => zones.contains(zone),
        }
    }
}

/// What of an offer decides who is asked.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'o> {
    /// The zones of its round.
    pub zones: Zones<'o>,
    /// How large the order is.
    pub size: Size,
    /// What its driver must bring, in words.
    pub needs: &'o [String],
    /// Where only some are asked: who. Nobody, where the dispatcher gives out the orders.
    pub only: Option<&'o [DriverId]>,
}

/// What of a driver, beside where they work, decides whether they are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// They carry as many orders as they may.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_full: bool,
    /// What they ride, in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<String>,
    /// What they bring, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equipment: Vec<String>,
}

/// Whether a driver said no to an order, or gave it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declined {
    /// They did.
    Yes,
    /// They did not.
    No,
}

/// Why a driver is not asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection<'o> {
    /// They work in no zone.
    OffDuty,
    /// They work in none of the round's zones.
    OtherZone,
    /// They carry as many orders as they may.
    AtCapacity,
    /// Their vehicle holds less than the order's size.
    TooSmall,
    /// They lack what the order needs.
    Lacks(&'o str),
    /// They said no to it, or gave it back.
    Declined,
    /// Others are asked before them.
    NotInTurn,
    /// The dispatcher gives out the orders of this zone.
    Manual,
}

impl Standing {
    /// Of a driver who carries `orders` open orders.
    #[must_use]
    pub fn of(driver: &Driver, orders: u32) -> Standing {
        Standing {
            is_full: orders >= driver.max_active_orders,
            vehicle: driver.vehicle.clone(),
            equipment: driver.equipment.clone(),
        }
    }

    /// The largest order that the vehicle holds. One that is unknown, or called by a word of the dispatcher's own, holds
    /// any: what is not known keeps nobody from work.
    #[must_use]
    pub fn holds(&self) -> Size {
        let rides = |word: &&str| self.vehicle.as_deref().is_some_and(|vehicle| is_same_word(vehicle, word));
        HOLDS.iter().find(|(words, _)| words.iter().any(rides)).map_or(Size::Xlarge, |(_, size)| *size)
    }

    fn has(&self, need: &str) -> bool {
        self.vehicle.iter().chain(&self.equipment).any(|thing| is_same_word(thing, need))
    }
}

/// The largest order that vehicles hold, by what they are called.
const HOLDS: [(&[&str], Size); 3] = [
    (&["foot", "on_foot", "walker"], Size::Small),
    (&["bicycle", "bike", "e_bike", "scooter", "moped", "motorcycle", "motorbike"], Size::Medium),
    (&["cargo_bike", "car"], Size::Large),
];

/// Whether two words are the same as people write them: `Hot bag`, `hot-bag` and `hot_bag`.
fn is_same_word(one: &str, other: &str) -> bool {
    fn folded(word: &str) -> impl Iterator<Item = char> {
        word.trim().chars().map(|letter| if " -".contains(letter) { '_' } else { letter }).flat_map(char::to_lowercase)
    }
    one == other || folded(one).eq(folded(other))
}

/// Everything that keeps a driver who works in `duty` from being asked; nothing: they are asked.
pub fn objections<'o>(
    wanted: Wanted<'o>,
    driver: DriverId,
    mut duty: impl Iterator<Item = &'o ZoneId>,
    standing: &'o Standing,
    declined: Declined,
) -> impl Iterator<Item = Objection<'o>> {
    let place = match duty.next() {
        None => Some(Objection::OffDuty),
        Some(first) => {
            let is_there = wanted.zones.contains(first) || duty.any(|zone| wanted.zones.contains(zone));
            (!is_there).then_some(Objection::OtherZone)
        }
    };
    let room = standing.is_full.then_some(Objection::AtCapacity);
    // Not looked at before it is asked for: of most drivers only the first objection matters, and there are thousands.
    let size = once_with(move || (wanted.size > standing.holds()).then_some(Objection::TooSmall)).flatten();
    let lacks = wanted.needs.iter().filter(|need| !standing.has(need)).map(|need| Objection::Lacks(need));
    let said_no = (declined == Declined::Yes).then_some(Objection::Declined);
    let turn = wanted.only.filter(|only| !only.contains(&driver));
    let turn = turn.map(|only| if only.is_empty() { Objection::Manual } else { Objection::NotInTurn });
    place.into_iter().chain(room).chain(size).chain(lacks).chain(said_no).chain(turn)
}

impl Objection<'_> {
    /// The word for it on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Objection::OffDuty => "off_duty",
            Objection::OtherZone => "other_zone",
            Objection::AtCapacity => "at_capacity",
            Objection::TooSmall => "vehicle_too_small",
            Objection::Lacks(_) => "lacks_equipment",
            Objection::Declined => "declined",
            Objection::NotInTurn => "not_in_turn",
            Objection::Manual => "manual",
        }
    }
}

/// A driver who could be asked, and what speaks for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub driver: DriverId,
    /// How far they are from the pickup, if both are known, in metres.
    pub distance_m: Option<f64>,
    /// How long they have been without an order, in milliseconds.
    pub waits_ms: i64,
}

/// The longest wait that counts, in minutes.
const WAIT_MIN_MAX: f64 = 30.0;

/// Puts candidates in the order in which they are asked: the nearest first, where each minute of waiting counts as `wait_m`
/// metres nearer; then those of whom nobody knows where they are, the longest waiting first.
pub fn in_turn(candidates: &mut [Candidate], wait_m: u32) {
    // A wait of more than 2^53 ms does not come up.
    #[expect(clippy::cast_precision_loss, reason = "minutes of waiting are small numbers")]
    let waits_min = |candidate: &Candidate| (candidate.waits_ms.max(0) as f64 / 60_000.0).min(WAIT_MIN_MAX);
    let place = |candidate: &Candidate| {
        let nearer_m = waits_min(candidate) * f64::from(wait_m);
        candidate.distance_m.map_or((1, -waits_min(candidate)), |distance_m| (0, distance_m - nearer_m))
    };
    candidates.sort_by(|a, b| {
        let ((unknown_a, a_m), (unknown_b, b_m)) = (place(a), place(b));
        unknown_a.cmp(&unknown_b).then(a_m.total_cmp(&b_m)).then(a.driver.cmp(&b.driver))
    });
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Declined, DriverId, Objection, Size, Standing, Wanted, ZoneId, Zones, in_turn, objections};
    use crate::domain::{id::Id as _, time::Time};

    fn driver(n: u8) -> DriverId {
        DriverId::new(Time::from_ms(1), [n; 10])
    }

    #[test]
    fn the_nearest_goes_first_unless_another_has_waited() {
        let is =
            |n, distance_m, waits_min: i64| Candidate { driver: driver(n), distance_m, waits_ms: waits_min * 60_000 };
        let order = |wait_m| {
            let mut those = [is(1, None, 90), is(2, Some(900.0), 0), is(3, Some(2_000.0), 12), is(4, None, 5)];
            in_turn(&mut those, wait_m);
            those.map(|candidate| candidate.driver)
        };
        assert_eq!(order(0), [2, 3, 1, 4].map(driver));
        assert_eq!(order(100), [3, 2, 1, 4].map(driver));
    }

    fn id(slug: &str) -> ZoneId {
        slug.parse().expect("a slug")
    }

    fn codes(size: Size, needs: &[&str], duty: &[&str], standing: &Standing, declined: Declined) -> Vec<&'static str> {
        let zones = [id("mitte"), id("west")];
        let needs: Vec<String> = needs.iter().map(ToString::to_string).collect();
        let duty: Vec<ZoneId> = duty.iter().map(|zone| id(zone)).collect();
        let wanted = Wanted { zones: Zones::Listed(&zones), size, needs: &needs, only: None };
        objections(wanted, driver(1), duty.iter(), standing, declined).map(|objection| objection.code()).collect()
    }

    fn with(vehicle: &str, equipment: &[&str]) -> Standing {
        let equipment = equipment.iter().map(ToString::to_string).collect();
        Standing { is_full: false, vehicle: Some(vehicle.to_owned()), equipment }
    }

    #[test]
    fn everything_that_keeps_a_driver_from_an_order_is_named() {
        let (bike, free) = (with("bicycle", &["hot_bag"]), Standing::default());
        assert!(codes(Size::Medium, &["hot_bag"], &["east", "west"], &bike, Declined::No).is_empty());
        assert!(codes(Size::Xlarge, &[], &["mitte"], &free, Declined::No).is_empty(), "an unknown vehicle holds any");
        assert_eq!(codes(Size::Small, &[], &[], &free, Declined::No), ["off_duty"]);
        assert_eq!(codes(Size::Small, &[], &["east"], &free, Declined::Yes), ["other_zone", "declined"]);
        let full = Standing { is_full: true, ..with("foot", &[]) };
        assert_eq!(
            codes(Size::Medium, &["cooler", "car"], &["mitte"], &full, Declined::No),
            ["at_capacity", "vehicle_too_small", "lacks_equipment", "lacks_equipment"]
        );
    }

    #[test]
    fn words_count_as_people_write_them() {
        let bike = with("Cargo bike", &["Hot-bag"]);
        assert_eq!(bike.holds(), Size::Large);
        assert!(codes(Size::Small, &["hot_bag", "cargo_bike"], &["mitte"], &bike, Declined::No).is_empty());
        assert_eq!(codes(Size::Small, &["hotbag"], &["mitte"], &bike, Declined::No), ["lacks_equipment"]);
    }

    #[test]
    fn a_vehicle_may_itself_be_what_is_needed() {
        assert!(codes(Size::Small, &["car"], &["mitte"], &with("car", &[]), Declined::No).is_empty());
        let (zones, needs, standing) = ([id("a")], ["cooler".to_owned()], with("van", &[]));
        let only = [driver(2)];
        let wanted = Wanted { zones: Zones::Listed(&zones), size: Size::Xlarge, needs: &needs, only: Some(&only) };
        let said: Vec<Objection<'_>> = objections(wanted, driver(2), zones.iter(), &standing, Declined::No).collect();
        assert_eq!(said, [Objection::Lacks("cooler")]);
        let said = |only| {
            let wanted = Wanted { zones: Zones::Listed(&zones), size: Size::Small, needs: &[], only: Some(only) };
            objections(wanted, driver(1), zones.iter(), &standing, Declined::No).collect::<Vec<_>>()
        };
        assert_eq!((said(&only), said(&[])), (vec![Objection::NotInTurn], vec![Objection::Manual]));
    }
}
