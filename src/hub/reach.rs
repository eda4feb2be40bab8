//! Whom an offer reached: counted while it is open, told as it changes, and not kept over a restart.

use std::collections::{HashMap, HashSet};

use super::{Hub, lock};
use crate::domain::id::{DriverId, OrderId, VendorId};

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

/// An offer that reached more drivers than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachChange {
    /// The order on offer.
    pub order: OrderId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Which round.
    pub round: u32,
    /// How many drivers.
    pub reach: Reach,
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

struct Round {
    number: u32,
    vendor: VendorId,
    marks: HashSet<(DriverId, Mark)>,
    reach: Reach,
    told: Reach,
}

/// Every offer that is open.
#[derive(Default)]
pub(super) struct Ledger(HashMap<OrderId, Round>);

impl Hub {
    /// Begins to count for a round of an offer. Rounds before it are forgotten.
    pub fn open_reach(&self, order: OrderId, vendor: VendorId, round: u32) {
        let mut ledger = lock(&self.reach);
        if ledger.0.get(&order).is_none_or(|kept| kept.number < round) {
            let (marks, reach, told) = (HashSet::new(), Reach::default(), Reach::default());
            ledger.0.insert(order, Round { number: round, vendor, marks, reach, told });
        }
    }

    /// Notes what became of an open offer's round at one driver. What is seen was delivered, what is delivered was sent.
    pub fn note(&self, order: OrderId, round: u32, driver: DriverId, mark: Mark) {
        let mut ledger = lock(&self.reach);
        let Some(kept) = ledger.0.get_mut(&order).filter(|kept| kept.number == round) else { return };
        let implied: &[Mark] = match mark {
            Mark::Sent => &[Mark::Sent],
            Mark::Delivered => &[Mark::Sent, Mark::Delivered],
            Mark::Seen => &[Mark::Sent, Mark::Delivered, Mark::Seen],
            Mark::Declined => &[Mark::Sent, Mark::Delivered, Mark::Seen, Mark::Declined],
        };
        for mark in implied {
            if kept.marks.insert((driver, *mark)) {
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
    pub fn reach_changes(&self) -> Vec<ReachChange> {
        let mut ledger = lock(&self.reach);
        let changed = ledger.0.iter_mut().filter(|(_, kept)| kept.reach != kept.told);
        changed
            .map(|(order, kept)| {
                kept.told = kept.reach;
                ReachChange { order: *order, vendor: kept.vendor, round: kept.number, reach: kept.reach }
            })
            .collect()
    }

    /// Forgets an offer that ended.
    pub fn forget_reach(&self, order: OrderId) {
        lock(&self.reach).0.remove(&order);
    }
}
