//! 5: an order is a register that drivers compete for, and every history of it could have happened one step at a time.
//! So at most one wins an offer, what was won is never lost, and who lost never holds it.

use std::collections::{BTreeMap, HashMap};

use super::{
    Evidence,
    linear::{Call, Register, is_linearizable},
};
use crate::history::{Op, Outcome};

/// An order as far as drivers compete for it.
struct Order;

/// Who has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Holder {
    /// It does not exist yet.
    Missing,
    Preparing,
    OnOffer,
    /// Somebody is on the way to it.
    Held(String),
    /// Somebody has it in the bag.
    Carried(String),
    /// Somebody brought it.
    Brought(String),
    Cancelled,
}

/// A step, who took it, and its answer.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    verb: String,
    /// The driver it is about.
    driver: String,
    /// Whether a submission was to be on offer at once.
    ready: bool,
    outcome: Outcome,
}

impl Register for Order {
    type State = Holder;
    type Op = Step;

    fn after(state: &Holder, step: &Step) -> Vec<Holder> {
        match &step.outcome {
            Outcome::Refused(code) if step.verb == "order.claim" && code == "already_claimed" => {
                let is_anothers = state.driver().is_some_and(|holder| holder != step.driver);
                if is_anothers { vec![state.clone()] } else { vec![] }
            }
            // Any other refusal leaves the order as it is, whatever that is.
            Outcome::Refused(_) => vec![state.clone()],
            Outcome::Done(answer) if step.verb == "read" => {
                let driver = answer["driver"]["id"].as_str().unwrap_or_default();
                let read = Holder::read(answer["status"].as_str().unwrap_or_default(), driver);
                if read.as_ref() == Some(state) { vec![state.clone()] } else { vec![] }
            }
            Outcome::Done(_) | Outcome::Unknown => step.effect(state).into_iter().collect(),
        }
    }
}

impl Holder {
    fn driver(&self) -> Option<&str> {
        match self {
            Holder::Held(driver) | Holder::Carried(driver) | Holder::Brought(driver) => Some(driver),
            Holder::Missing | Holder::Preparing | Holder::OnOffer | Holder::Cancelled => None,
        }
    }

    fn read(status: &str, driver: &str) -> Option<Holder> {
        Some(match status {
            "submitted" => Holder::Preparing,
            "ready_for_pickup" => Holder::OnOffer,
            "assigned" | "enroute_to_pickup" | "arrived_at_pickup" => Holder::Held(driver.to_owned()),
            "picked_up" | "arrived_at_dropoff" => Holder::Carried(driver.to_owned()),
            "delivered" => Holder::Brought(driver.to_owned()),
            "cancelled" => Holder::Cancelled,
            _ => return None,
        })
    }
}

impl Step {
    #[expect(clippy::match_same_arms, reason = "steps that change something, then those that do not")]
    /// What a step that was carried out makes of an order; none if it cannot have been carried out.
    fn effect(&self, state: &Holder) -> Option<Holder> {
        use Holder::{Brought, Cancelled, Carried, Held, Missing, OnOffer, Preparing};
        let me = &self.driver;
        let is_mine = state.driver() == Some(me.as_str());
        match (self.verb.as_str(), state) {
            ("order.submit", Missing) => Some(if self.ready { OnOffer } else { Preparing }),
            ("order.ready", Preparing) => Some(OnOffer),
            ("order.withdraw", OnOffer) => Some(Preparing),
            ("order.cancel", Preparing | OnOffer | Held(_)) => Some(Cancelled),
            ("order.claim", OnOffer) | ("order.assign", Preparing | OnOffer | Held(_)) => Some(Held(me.clone())),
            ("order.release", Held(_)) if is_mine => Some(OnOffer),
            ("order.pick_up", Held(_)) if is_mine => Some(Carried(me.clone())),
            ("order.deliver", Carried(_)) if is_mine => Some(Brought(me.clone())),
            // Asked again, and steps on the way that change nothing here.
            ("order.submit", _) | ("order.ready", OnOffer | Held(_)) | ("order.cancel", Cancelled) => {
                Some(state.clone())
            }
            ("order.decline", OnOffer) => Some(state.clone()),
            ("order.claim", _) | ("order.arrive", Held(_) | Carried(_)) if is_mine => Some(state.clone()),
            ("order.start", Held(_)) | ("order.pick_up", Carried(_)) if is_mine => Some(state.clone()),
            ("order.deliver", Brought(_)) if is_mine => Some(state.clone()),
            _ => None,
        }
    }
}

pub(super) fn are_linearizable(evidence: &Evidence) -> Vec<String> {
    let drivers: HashMap<&str, &str> =
        evidence.views.iter().map(|(person, _)| (person.name.as_str(), person.id.as_str())).collect();
    let ids = ids_by_key(&evidence.ops);
    let mut histories: BTreeMap<&str, Vec<Call<Step>>> = BTreeMap::new();
    for op in &evidence.ops {
        let subject =
            if op.verb == "order.submit" { ids.get(op.subject.as_str()).copied() } else { Some(op.subject.as_str()) };
        let is_step = !["order.message", "order.seen"].contains(&op.verb.as_str()) && !op.verb.starts_with("zone.");
        let Some(order) = subject.filter(|_| is_step) else { continue };
        let assigned = op.argument["driver_id"].as_str();
        let driver = assigned.or_else(|| drivers.get(op.process.as_str()).copied()).unwrap_or_default().to_owned();
        let ready = op.argument["ready"] == true;
        let step = Step { verb: op.verb.clone(), driver, ready, outcome: op.outcome.clone() };
        histories.entry(order).or_default().push(Call { called: op.called_us, returned: op.returned_us, op: step });
    }
    // What the hub says after everything is the last read.
    for order in &evidence.orders {
        let Some(calls) = order["id"].as_str().and_then(|id| histories.get_mut(id)) else { continue };
        let outcome = Outcome::Done(order.clone());
        let step = Step { verb: "read".to_owned(), driver: String::new(), ready: false, outcome };
        calls.push(Call { called: u64::MAX - 1, returned: Some(u64::MAX), op: step });
    }
    let faulty = histories.iter().filter(|(_, calls)| !is_linearizable::<Order>(Holder::Missing, calls));
    faulty
        .map(|(order, calls)| format!("order {order} cannot have come about one step at a time:{}", told(calls)))
        .collect()
}

/// Which order each idempotency key made, where that is known.
fn ids_by_key(ops: &[Op]) -> HashMap<&str, &str> {
    let submitted = ops.iter().filter(|op| op.verb == "order.submit");
    submitted.filter_map(|op| Some((op.subject.as_str(), op.outcome.done()?["id"].as_str()?))).collect()
}

/// A history as lines to be read.
fn told(calls: &[Call<Step>]) -> String {
    let lines = calls.iter().map(|call| {
        let outcome = match &call.op.outcome {
            Outcome::Done(answer) => format!("{} {}", answer["status"], answer["driver"]["name"]),
            Outcome::Refused(code) => code.clone(),
            Outcome::Unknown => "?".to_owned(),
        };
        format!("\n    {}–{:?} {} {}: {outcome}", call.called, call.returned, call.op.verb, call.op.driver)
    });
    lines.collect()
}
