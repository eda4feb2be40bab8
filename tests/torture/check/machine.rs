//! 6: statuses only move along the state machine, as the contract's table of commands gives it.

use std::collections::HashMap;

use super::Evidence;

/// On the way to the pickup.
const COMING: &[&str] = &["assigned", "enroute_to_pickup", "arrived_at_pickup"];

/// Event, the statuses before it (an empty word: it did not exist), the status after it (an empty word: as before).
const MOVES: &[(&str, &[&str], &str)] = &[
    ("order.submitted", &["", "scheduled"], "submitted"),
    ("order.updated", &["scheduled", "submitted", "ready_for_pickup", "delivered"], ""),
    ("order.ready_for_pickup", &["scheduled", "submitted", "ready_for_pickup"], "ready_for_pickup"),
    ("order.withdrawn", &["ready_for_pickup"], "submitted"),
    (
        "order.assigned",
        &["submitted", "ready_for_pickup", "expired", "assigned", "enroute_to_pickup", "arrived_at_pickup"],
        "assigned",
    ),
    ("order.released", COMING, "submitted"),
    ("order.enroute_to_pickup", &["assigned"], "enroute_to_pickup"),
    ("order.arrived_at_pickup", &["assigned", "enroute_to_pickup"], "arrived_at_pickup"),
    ("order.picked_up", COMING, "picked_up"),
    ("order.arrived_at_dropoff", &["picked_up"], "arrived_at_dropoff"),
    ("order.delivered", &["picked_up", "arrived_at_dropoff"], "delivered"),
    (
        "order.cancelled",
        &["scheduled", "submitted", "ready_for_pickup", "assigned", "enroute_to_pickup", "arrived_at_pickup"],
        "cancelled",
    ),
    ("order.expired", &["ready_for_pickup"], "expired"),
];

/// Events that leave the status as it is, whatever it is.
const STILL: &[&str] = &["order.message", "order.problem", "alert.raised", "alert.acknowledged", "alert.cleared"];

pub(super) fn statuses_move_along(evidence: &Evidence) -> Vec<String> {
    let mut statuses: HashMap<&str, &str> = HashMap::new();
    let mut faults = Vec::new();
    for event in evidence.log.iter().map(|logged| &logged.event) {
        let Some(order) = &event.order else { continue };
        let before = statuses.insert(&order.id, &order.status).unwrap_or_default();
        let moves = MOVES.iter().find(|(kind, ..)| *kind == event.kind);
        let is_legal = match moves {
            Some((_, from, "")) => from.contains(&before) && order.status == before,
            Some((_, from, to)) => from.contains(&before) && order.status == *to,
            None => STILL.contains(&event.kind.as_str()) && order.status == before,
        };
        if !is_legal {
            faults.push(format!("{} took order {} from `{before}` to `{}`", event.kind, order.id, order.status));
        }
    }
    faults
}
