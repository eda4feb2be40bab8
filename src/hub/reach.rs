//! Whom an offer reached: counted while it is open, told as it changes, and not kept over a restart.

use std::collections::{HashMap, HashSet};

use super::{Hub, lock};
use crate::domain::id::{DriverId, OrderId};

/// How many drivers an offer's round reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// It was put on their connection.
    pub sent: u32,
    /// Their client says it came.
    pub delivered: u32,
    /// It was on their screen.
    pub seen: u32,
    /// They do not want it.
    pub declined: u32,
}

/// What became of an offer at one driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It was put on their connection.
    Sent,
    /// Their client says it came.
    Delivered,
    /// It was on their screen.
    Seen,
    /// They do not want it.
    Declined,
}

#[derive(Default)]
struct Round {
    number: u32,
    marks: HashSet<(DriverId, Mark)>,
    reach: Reach,
    told: Reach,
}

/// Every offer that is open.
#[derive(Default)]
pub(super) struct Ledger(HashMap<OrderId, Round>);

impl Hub {
    /// Notes what became of an offer's round at one driver. What is seen was delivered, what is delivered was sent.
    pub fn note(&self, order: OrderId, round: u32, driver: DriverId, mark: Mark) {
        let mut ledger = lock(&self.reach);
        let kept = ledger.0.entry(order).or_default();
        if kept.number < round {
            *kept = Round { number: round, ..Round::default() };
        }
        let implied: &[Mark] = match mark {
            Mark::Sent => &[Mark::Sent],
            Mark::Delivered => &[Mark::Sent, Mark::Delivered],
            Mark::Seen => &[Mark::Sent, Mark::Delivered, Mark::Seen],
            Mark::Declined => &[Mark::Sent, Mark::Delivered, Mark::Seen, Mark::Declined],
        };
        for mark in implied {
            if kept.number == round && kept.marks.insert((driver, *mark)) {
                match mark {
                    Mark::Sent => kept.reach.sent += 1,
                    Mark::Delivered => kept.reach.delivered += 1,
                    Mark::Seen => kept.reach.seen += 1,
                    Mark::Declined => kept.reach.declined += 1,
                }
            }
        }
    }

    /// How many drivers an offer reached in its round.
    #[must_use]
    pub fn reach(&self, order: OrderId, round: u32) -> Reach {
        let ledger = lock(&self.reach);
        ledger.0.get(&order).filter(|kept| kept.number == round).map_or(Reach::default(), |kept| kept.reach)
    }

    /// The offers whose reach changed since this was last asked.
    #[must_use]
    pub fn reach_changes(&self) -> Vec<(OrderId, u32, Reach)> {
        let mut ledger = lock(&self.reach);
        let changed = ledger.0.iter_mut().filter(|(_, kept)| kept.reach != kept.told);
        changed
            .map(|(order, kept)| {
                kept.told = kept.reach;
                (*order, kept.number, kept.reach)
            })
            .collect()
    }

    /// Forgets an offer that ended.
    pub fn forget_reach(&self, order: OrderId) {
        lock(&self.reach).0.remove(&order);
    }
}
