//! Whether what was seen from outside is what was promised.

mod claims;
mod linear;
mod machine;
pub(crate) mod mutations;
mod orders;
mod share;

use serde_json::Value;

use crate::{
    client::Person,
    history::Op,
    view::{Entry, Heard, Sync, View},
};

pub(crate) use linear::is_sound as checker_is_sound;

/// An event as the log has it.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) event: Heard,
    /// The order after it, whole.
    pub(crate) order: Value,
}

/// Everything that is known after a round.
#[derive(Clone)]
pub(crate) struct Evidence {
    /// What was asked.
    pub(crate) ops: Vec<Op>,
    /// What each client saw, connection by connection; the last one is as of somebody new.
    pub(crate) views: Vec<(Person, Vec<View>)>,
    /// The whole log.
    pub(crate) log: Vec<Logged>,
    /// Every order, whole.
    pub(crate) orders: Vec<Value>,
}

/// Something that is not as promised.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    /// Which promise, by its number, or a word.
    pub(crate) invariant: &'static str,
    pub(crate) what: String,
}

impl Evidence {
    /// How many operations of this kind were acknowledged.
    pub(crate) fn acknowledged(&self, verb: &str) -> usize {
        self.ops.iter().filter(|op| op.verb == verb && op.outcome.done().is_some()).count()
    }

    /// How many events clients were told.
    pub(crate) fn heard(&self) -> usize {
        let entries = self.views.iter().flat_map(|(_, views)| views).flat_map(|view| &view.entries);
        let told = entries.map(|entry| match entry {
            Entry::Heard(_) => 1,
            Entry::Sync(Sync::Replay { events, .. }) => events.len(),
            Entry::Sync(Sync::Snapshot { .. }) | Entry::Acked { .. } => 0,
        });
        told.sum()
    }
}

/// Everything that is not as promised.
pub(crate) fn all(evidence: &Evidence) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut found = |invariant: &'static str, faults: Vec<String>| {
        violations.extend(faults.into_iter().map(|what| Violation { invariant, what }));
    };
    found("1", orders::acknowledged_exist_once(evidence));
    found("2", orders::one_order_per_key(evidence));
    found("3", orders::state_and_log_agree(evidence));
    found("4", share::everybody_heard_their_share(evidence));
    found("5", claims::are_linearizable(evidence));
    found("6", machine::statuses_move_along(evidence));
    violations
}
