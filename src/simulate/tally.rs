//! What is counted while the town lives.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use serde_json::Value;

/// Counts, and durations in milliseconds of real time.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) orders_wanted: u64,
    pub(super) submitted: u64,
    pub(super) ended: u64,
    pub(super) connections: u64,
    pub(super) links_lost_on_purpose: u64,
    pub(super) links_cut: u64,
    pub(super) replays: u64,
    pub(super) events_made_up_for: u64,
    pub(super) snapshots_instead: u64,
    pub(super) events: u64,
    pub(super) passing: u64,
    pub(super) commands: u64,
    pub(super) unanswered: u64,
    pub(super) refusals: BTreeMap<String, u64>,
    pub(super) claims_won: u64,
    pub(super) claims_lost: u64,
    pub(super) lost_by_ms: Vec<f64>,
    pub(super) late_tries: u64,
    /// Orders that the dispatcher gave out.
    pub(super) assigned: u64,
    /// How often the hub sent a driver off duty.
    pub(super) paused: u64,
    pub(super) ready_heard_ms: Vec<f64>,
    /// When each order that is on offer was made ready.
    ready_at: HashMap<String, Instant>,
}

/// What is counted, shared by everybody.
#[derive(Default)]
pub(super) struct Tally(Mutex<Counts>);

impl Tally {
    pub(super) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A command was just given.
    pub(super) fn given(&self, command: &str, payload: &Value) {
        let mut counts = self.counts();
        counts.commands += 1;
        if let Some(order) = payload["id"].as_str().filter(|_| command == "order.ready") {
            counts.ready_at.insert(order.to_owned(), Instant::now());
        }
    }

    /// A driver heard something live.
    pub(super) fn heard(&self, event: &Value) {
        let mut counts = self.counts();
        // Later rounds, and offers of what was given back, are nobody's command just now.
        let is_first = event["order"]["offer"]["round"] == 1 && event["data"]["asked"].is_null();
        if event["type"] == "order.ready_for_pickup" && event["actor"]["role"] == "vendor" && is_first {
            let began = event["order"]["id"].as_str().and_then(|id| counts.ready_at.get(id)).copied();
            counts.ready_heard_ms.extend(began.map(|began| began.elapsed().as_secs_f64() * 1_000.0));
        }
    }

    /// A command was refused.
    pub(super) fn refused(&self, command: &str, problem: &Value) {
        let code = problem["code"].as_str().unwrap_or("without a code");
        let mut counts = self.counts();
        *counts.refusals.entry(format!("{command} {code}")).or_default() += 1;
        if command == "order.claim" && ["already_claimed", "offer_closed"].contains(&code) {
            counts.claims_lost += 1;
            counts.lost_by_ms.extend(problem["detail"].as_str().and_then(lost_by_ms));
        }
    }
}

/// By how much a claim came too late, from the hub's words: `another driver claimed this order 0.4 s before you`.
fn lost_by_ms(detail: &str) -> Option<f64> {
    let words: Vec<&str> = detail.strip_suffix(" before you")?.rsplit(' ').take(2).collect();
    let [unit, number] = words[..] else { return None };
    let unit_ms = match unit {
        "ms" => 1.0,
        "s" => 1_000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * unit_ms)
}

#[cfg(test)]
mod tests {
    use super::lost_by_ms;

    #[test]
    fn the_hub_says_by_how_much_a_claim_came_too_late() {
        let said = |ago: &str| lost_by_ms(&format!("another driver claimed this order {ago} before you"));
        assert_eq!(["7 ms", "0.4 s", "12 s", "3 min"].map(said), [7.0, 400.0, 12_000.0, 180_000.0].map(Some));
        assert_eq!((said("a while"), lost_by_ms("the offer expired")), (None, None));
    }
}
