//! Orders against acknowledgements and against the log.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::Evidence;

/// 1: every acknowledged order exists exactly once, with the content that was acknowledged.
pub(super) fn acknowledged_exist_once(evidence: &Evidence) -> Vec<String> {
    let mut by_content: HashMap<String, Vec<&Value>> = HashMap::new();
    for order in &evidence.orders {
        by_content.entry(content(order)).or_default().push(order);
    }
    let mut faults = Vec::new();
    for op in evidence.ops.iter().filter(|op| op.verb == "order.submit") {
        let Some(answer) = op.outcome.done() else { continue };
        let kept = by_content.get(&content(&op.argument)).map(Vec::as_slice).unwrap_or_default();
        match kept {
            [] => faults.push(format!("order {} was acknowledged ({}) and is gone", answer["id"], op.subject)),
            [kept] if kept["id"] != answer["id"] => {
                faults
                    .push(format!("{} was acknowledged as {} and is kept as {}", op.subject, answer["id"], kept["id"]));
            }
            [_] => {}
            many => faults.push(format!("{} is there {} times", op.subject, many.len())),
        }
    }
    faults
}

/// What tells an order from every other, whatever happened to it.
fn content(order: &Value) -> String {
    let (items, dropoff) = (&order["items"][0], &order["dropoff"]);
    format!("{} × {} to {}, {}", items["quantity"], items["name"], dropoff["address"], dropoff["phone"])
}

/// 2: the same key never makes two orders, and a repeated submission answers with the same one.
pub(super) fn one_order_per_key(evidence: &Evidence) -> Vec<String> {
    let mut faults = Vec::new();
    let mut answers: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    for op in evidence.ops.iter().filter(|op| op.verb == "order.submit") {
        if let Some(id) = op.outcome.done().and_then(|order| order["id"].as_str()) {
            answers.entry(&op.subject).or_default().insert(id);
        }
    }
    for (key, ids) in answers.iter().filter(|(_, ids)| ids.len() > 1) {
        faults.push(format!("key {key} was answered with {} orders", ids.len()));
    }
    let mut times: HashMap<String, usize> = HashMap::new();
    for order in &evidence.orders {
        *times.entry(content(order)).or_default() += 1;
    }
    for (what, times) in times.iter().filter(|(_, times)| **times > 1) {
        faults.push(format!("one key made {times} orders: {what}"));
    }
    faults
}

/// 3: no order without its events, no event without its order, no gap in `seq`, and every version is one event.
pub(super) fn state_and_log_agree(evidence: &Evidence) -> Vec<String> {
    let mut faults = Vec::new();
    let mut versions: HashMap<&str, Vec<i64>> = HashMap::new();
    let mut last: HashMap<&str, &Value> = HashMap::new();
    for (n, logged) in (1..).zip(&evidence.log) {
        if logged.event.seq != n {
            faults.push(format!("the log has seq {} where {n} should be", logged.event.seq));
            break;
        }
        if let Some(order) = &logged.event.order {
            // Who is asked late is told of the order as it is, and so is whoever is alerted.
            if logged.event.data["asked"].is_null() && !logged.event.kind.starts_with("alert.") {
                versions.entry(&order.id).or_default().push(order.version);
            }
            last.insert(&order.id, &logged.order);
        }
    }
    for order in &evidence.orders {
        let id = order["id"].as_str().unwrap_or_default();
        let versions = versions.remove(id).unwrap_or_default();
        let expected: Vec<i64> = (1..=order["version"].as_i64().unwrap_or(0)).collect();
        if versions != expected {
            faults.push(format!("order {id} is at version {}, and its events are {versions:?}", order["version"]));
        }
        if last.get(id).is_none_or(|logged| without_counts(logged) != without_counts(order)) {
            faults.push(format!("order {id} is not what its last event says: {:?} and {order}", last.get(id)));
        }
    }
    for id in versions.keys() {
        faults.push(format!("order {id} has events, and does not exist"));
    }
    faults
}

/// An order without the counts of whom its offer reached, which go on counting and are not in the log.
fn without_counts(order: &Value) -> Value {
    let mut order = order.clone();
    if let Some(offer) = order["offer"].as_object_mut() {
        offer.remove("reach");
    }
    // Where its driver is now is no part of it either.
    if let Some(driver) = order["driver"].as_object_mut() {
        driver.remove("location");
    }
    order
}
