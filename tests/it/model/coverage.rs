//! What the sequences got to: a test that never gets anywhere agrees with everything.

use std::collections::BTreeMap;

use waypost::domain::order::Status::{self, *};

use super::{
    plain::{Answer, Step, ZONES},
    town::Plain,
};

const ANY: &[Status] = &Status::ALL;

/// In which statuses each command is somebody's to give, by section 4 of the contract, asking again included.
const LEGAL: [(&str, &[Status]); 21] = [
    ("update", &[Scheduled, Submitted, ReadyForPickup]),
    ("ready", &[Scheduled, Submitted, ReadyForPickup, Assigned, EnrouteToPickup, ArrivedAtPickup]),
    ("withdraw", &[ReadyForPickup]),
    (
        "claim",
        &[ReadyForPickup, Assigned, EnrouteToPickup, ArrivedAtPickup, PickedUp, ArrivedAtDropoff, Returning, Delivered],
    ),
    ("decline", &[ReadyForPickup]),
    ("seen", &[ReadyForPickup, Assigned, EnrouteToPickup, ArrivedAtPickup, PickedUp, ArrivedAtDropoff, Delivered]),
    ("assign", &[Submitted, ReadyForPickup, Expired, Assigned, EnrouteToPickup, ArrivedAtPickup]),
    ("release", &[Assigned, EnrouteToPickup, ArrivedAtPickup]),
    ("start", &[Assigned, EnrouteToPickup]),
    ("arrive", &[EnrouteToPickup, ArrivedAtPickup, PickedUp, ArrivedAtDropoff, Returning, Delivered]),
    ("pick_up", &[Assigned, EnrouteToPickup, ArrivedAtPickup, PickedUp]),
    ("hand_over", &[Assigned, EnrouteToPickup, ArrivedAtPickup, PickedUp]),
    ("deliver", &[PickedUp, ArrivedAtDropoff, Delivered]),
    ("return", &[PickedUp, ArrivedAtDropoff, Returning]),
    ("confirm_return", &[Returning, Returned]),
    ("fail", &[PickedUp, ArrivedAtDropoff, Returning, Failed]),
    ("cancel", &[Scheduled, Submitted, ReadyForPickup, Assigned, EnrouteToPickup, ArrivedAtPickup, Cancelled]),
    ("reopen", &[Expired, Cancelled]),
    ("undo", &[ArrivedAtPickup, PickedUp, ArrivedAtDropoff, Delivered]),
    ("problem", ANY),
    ("message", ANY),
];

/// Every refusal that a command can have.
const REFUSALS: [&str; 13] = [
    "already_claimed",
    "at_capacity",
    "duplicate",
    "forbidden",
    "idempotency_key_reused",
    "invalid",
    "invalid_transition",
    "not_found",
    "offer_closed",
    "outside_service_area",
    "proof_required",
    "version_conflict",
    "wrong_code",
];

/// How often each refusal has to come, at the least.
const REFUSALS_MIN: usize = 10;

/// Every event that tells of an order or of a driver's duty.
const EVENTS: [&str; 25] = [
    "alert.cleared",
    "alert.raised",
    "driver.blocked",
    "driver.declined",
    "driver.zones_changed",
    "order.arrived_at_dropoff",
    "order.arrived_at_pickup",
    "order.assigned",
    "order.cancelled",
    "order.delivered",
    "order.enroute_to_pickup",
    "order.expired",
    "order.failed",
    "order.message",
    "order.picked_up",
    "order.problem",
    "order.ready_for_pickup",
    "order.released",
    "order.reopened",
    "order.returned",
    "order.returning",
    "order.submitted",
    "order.undone",
    "order.updated",
    "order.withdrawn",
];

/// How often everything happened.
pub(crate) struct Coverage {
    pub(crate) sequences: usize,
    pub(crate) steps: usize,
    /// Commands that were not refused, and the status they met.
    done: BTreeMap<(&'static str, &'static str), usize>,
    refused: BTreeMap<&'static str, usize>,
    told: BTreeMap<&'static str, usize>,
    /// The same key and the same body.
    same_key: usize,
    restarts: usize,
    /// Rounds of offers that asked every zone.
    everywhere: usize,
    /// Orders that were taken back from a driver who was lost.
    taken_back: usize,
    /// Pauses that ended by themselves.
    came_back: usize,
}

impl Coverage {
    /// Nothing happened yet.
    pub(crate) const fn new() -> Coverage {
        Coverage {
            sequences: 0,
            steps: 0,
            done: BTreeMap::new(),
            refused: BTreeMap::new(),
            told: BTreeMap::new(),
            same_key: 0,
            restarts: 0,
            everywhere: 0,
            taken_back: 0,
            came_back: 0,
        }
    }

    /// Counts what another counted, too.
    pub(crate) fn add(&mut self, other: &Coverage) {
        self.sequences += other.sequences;
        self.steps += other.steps;
        self.same_key += other.same_key;
        self.restarts += other.restarts;
        self.everywhere += other.everywhere;
        self.taken_back += other.taken_back;
        self.came_back += other.came_back;
        for (pair, n) in &other.done {
            *self.done.entry(*pair).or_default() += n;
        }
        for (mine, others) in [(&mut self.refused, &other.refused), (&mut self.told, &other.told)] {
            for (what, n) in others {
                *mine.entry(what).or_default() += n;
            }
        }
    }

    /// Counts a step, by how things were before and are after it.
    pub(crate) fn count(&mut self, before: Option<Status>, step: &Step, after: &Plain) {
        self.steps += 1;
        match (step, before, &after.answer) {
            (_, _, Answer::Refused(code)) => *self.refused.entry(code).or_default() += 1,
            (Step::Ask { verb, .. }, Some(status), _) => {
                *self.done.entry((verb.name(), status.as_str())).or_default() += 1;
            }
            (Step::Submit { .. }, _, _) => self.same_key += usize::from(after.told.is_empty()),
            (Step::Restart, _, _) => self.restarts += 1,
            _ => {}
        }
        for told in &after.told {
            *self.told.entry(told.kind).or_default() += 1;
        }
        if matches!(step, Step::RunDue) {
            let told = |kind| after.told.iter().filter(|told| told.kind == kind).count();
            self.taken_back += told("order.released");
            self.came_back += told("driver.zones_changed");
            let offers = after.orders.iter().filter_map(|order| order.on_offer());
            self.everywhere += offers.filter(|offer| offer.zones.len() == ZONES.len()).count();
        }
    }

    /// Says what never happened although it can, and what hardly did.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let pairs =
            LEGAL.iter().flat_map(|(verb, statuses)| statuses.iter().map(move |status| (*verb, status.as_str())));
        let pairs =
            pairs.filter(|pair| !self.done.contains_key(pair)).map(|(verb, status)| format!("{verb} while {status}"));
        let refusals = REFUSALS.iter().filter(|code| self.refused.get(**code).is_none_or(|n| *n < REFUSALS_MIN));
        let events = EVENTS.iter().filter(|kind| !self.told.contains_key(**kind));
        let others = [
            ("a same key", self.same_key),
            ("a restart", self.restarts),
            ("a round for all", self.everywhere),
            ("a lost driver", self.taken_back),
            ("a pause that ends", self.came_back),
        ];
        let others = others.iter().filter(|(_, n)| *n == 0).map(|(what, _)| (*what).to_owned());
        pairs.chain(refusals.map(ToString::to_string)).chain(events.map(ToString::to_string)).chain(others).collect()
    }

    /// Everything it counted, to be read by people.
    pub(crate) fn print(&self) {
        println!(
            "{} sequences, {} steps, {} restarts, {} same keys, {} rounds everywhere, {} orders taken back, {} pauses over",
            self.sequences, self.steps, self.restarts, self.same_key, self.everywhere, self.taken_back, self.came_back
        );
        println!("done: {:?}", self.done);
        println!("refused: {:?}", self.refused);
        println!("told: {:?}", self.told);
    }
}
