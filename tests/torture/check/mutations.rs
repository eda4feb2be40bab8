//! The checks, checked: what was seen in a good round is falsified, and the falsified must be found out.

use serde_json::json;

use super::{Evidence, all};
use crate::{
    history::Outcome,
    view::{Entry, Sync, View},
};

/// Falsifies evidence; `None` where there is nothing in it to falsify that way.
type Falsify = fn(&mut Evidence) -> Option<()>;

/// What is falsified, and which check must find it.
const MUTATIONS: &[(&str, &str, Falsify)] = &[
    ("an acknowledged order is gone", "1", |evidence| {
        let at = evidence.orders.len() / 2;
        (at < evidence.orders.len()).then(|| drop(evidence.orders.remove(at)))
    }),
    ("an acknowledged order has other content", "1", |evidence| {
        evidence.orders.first_mut()?["items"][0]["quantity"] = json!(3);
        Some(())
    }),
    ("an order is there twice", "2", |evidence| {
        let mut copy = evidence.orders.first()?.clone();
        copy["id"] = json!("another");
        evidence.orders.push(copy);
        Some(())
    }),
    ("a repeated submission makes another order", "2", |evidence| {
        let mut again =
            evidence.ops.iter().find(|op| op.verb == "order.submit" && op.outcome.done().is_some())?.clone();
        again.outcome = Outcome::Done(json!({ "id": "another" }));
        evidence.ops.push(again);
        Some(())
    }),
    ("an event is gone from the log", "3", |evidence| {
        let at = evidence.log.len() / 2;
        (at < evidence.log.len()).then(|| drop(evidence.log.remove(at)))
    }),
    ("an order is ahead of its events", "3", |evidence| {
        let order = evidence.orders.first_mut()?;
        order["version"] = json!(order["version"].as_i64()? + 1);
        Some(())
    }),
    ("an event has no order", "3", |evidence| {
        let event = evidence.log.iter_mut().rev().find_map(|logged| logged.event.order.as_mut())?;
        "another".clone_into(&mut event.id);
        Some(())
    }),
    ("a client is not told an event", "4", |evidence| {
        let (view, at) = talkative(evidence)?;
        view.entries.remove(at);
        Some(())
    }),
    ("a client is told an event twice", "4", |evidence| {
        let (view, at) = talkative(evidence)?;
        let again = view.entries[at].clone();
        view.entries.insert(at, again);
        Some(())
    }),
    ("a client is told two events in the wrong order", "4", |evidence| {
        let (view, at) = talkative(evidence)?;
        view.entries.swap(at, at + 1);
        Some(())
    }),
    ("a client is told another's event", "4", |evidence| {
        let (view, at) = talkative(evidence)?;
        let Entry::Heard(heard) = &mut view.entries[at] else { return None };
        "another".clone_into(&mut heard.order.as_mut()?.id);
        Some(())
    }),
    ("somebody new is not shown an order", "4", |evidence| newcomer(evidence)?.pop().map(drop)),
    ("somebody new is shown an order as it was", "4", |evidence| {
        newcomer(evidence)?.last_mut()?.version -= 1;
        Some(())
    }),
    ("two drivers win the same offer", "5", |evidence| {
        let lost = Outcome::Refused("already_claimed".to_owned());
        // Where nobody gave it back or had it taken away, nobody else can have had it.
        let changed_hands = |op: &&crate::history::Op| ["order.release", "order.assign"].contains(&op.verb.as_str());
        let moved: Vec<String> = evidence.ops.iter().filter(changed_hands).map(|op| op.subject.clone()).collect();
        let mut claims = evidence.ops.iter_mut().filter(|op| op.verb == "order.claim" && op.outcome == lost);
        let op = claims.find(|op| !moved.contains(&op.subject))?;
        op.outcome = Outcome::Done(json!({}));
        Some(())
    }),
    ("a driver who won is told that another did", "5", |evidence| {
        let won = |op: &&mut crate::history::Op| op.verb == "order.claim" && op.outcome.done().is_some();
        let op = evidence.ops.iter_mut().find(won)?;
        op.outcome = Outcome::Refused("already_claimed".to_owned());
        Some(())
    }),
    ("an order is brought by somebody who never had it", "5", |evidence| {
        let order = evidence.orders.iter_mut().find(|order| order["status"] == "delivered")?;
        order["driver"]["id"] = json!("another");
        Some(())
    }),
    ("an order skips a status", "6", |evidence| {
        let mut events = evidence.log.iter_mut().map(|logged| &mut logged.event);
        let event = events.find(|event| event.kind == "order.picked_up")?;
        "delivered".clone_into(&mut event.order.as_mut()?.status);
        Some(())
    }),
];

/// A connection on which two events came one after the other, and where the first of them is.
fn talkative(evidence: &mut Evidence) -> Option<(&mut View, usize)> {
    let views = evidence.views.iter_mut().filter(|(person, _)| person.name.ends_with("watching"));
    views.flat_map(|(_, views)| views).find_map(|view| {
        let pairs = view.entries.windows(2);
        let is_order = |entry: &Entry| matches!(entry, Entry::Heard(heard) if heard.order.is_some());
        let at = pairs.into_iter().position(|pair| pair.iter().all(is_order))?;
        Some((view, at))
    })
}

/// The orders that somebody new is shown.
fn newcomer(evidence: &mut Evidence) -> Option<&mut Vec<crate::view::Brief>> {
    let views = evidence.views.iter_mut().filter(|(person, _)| person.namespace == "/orders");
    let entries = views.filter_map(|(_, views)| views.last_mut()).flat_map(|view| &mut view.entries);
    entries
        .filter_map(|entry| match entry {
            Entry::Sync(Sync::Snapshot { orders, .. }) => Some(orders),
            _ => None,
        })
        .find(|orders| !orders.is_empty())
}

/// Falsifies what was seen in every way that it allows. Answers with how many were found out, and with those that were
/// not.
pub(crate) fn found_out(evidence: &Evidence) -> (usize, Vec<String>) {
    let (mut caught, mut missed) = (0, Vec::new());
    for (name, invariant, falsify) in MUTATIONS {
        let mut falsified = evidence.clone();
        if falsify(&mut falsified).is_none() {
            missed.push(format!("there was nothing to falsify for: {name}"));
            continue;
        }
        if all(&falsified).iter().any(|violation| violation.invariant == *invariant) {
            caught += 1;
        } else {
            missed.push(format!("check {invariant} does not notice that {name}"));
        }
    }
    (caught, missed)
}
