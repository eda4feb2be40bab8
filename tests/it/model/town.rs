//! A town as the contract tells it: who is where, what is on offer to whom, and what time does.
//!
//! **Invariant:** nothing here asks the hub or its domain for a rule; only statuses are called by the same names.

use std::collections::BTreeSet;

use waypost::domain::order::Status;

use super::{
    away::Away,
    pause::Pause,
    plain::{About, Answer, DRIVERS, Draft, GIVE_UP_MIN, Pickup, ROUND_S, Step, Told, VENDORS, Verb, Who, ZONES},
};

/// How long an idempotency key is remembered, in milliseconds: 7 days, and an hour that nobody is promised.
const KEY_MS: i64 = (7 * 24 + 1) * 3_600_000;

/// How long nobody may claim an order before the dispatcher is alerted, in milliseconds.
pub(super) const UNCLAIMED_MS: i64 = 90_000;

/// A code of the contract that says no.
pub(super) type No = &'static str;

/// Everything there is to know.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    /// Milliseconds since the sequence began.
    pub(crate) now_ms: i64,
    /// Events since then.
    pub(crate) seq: i64,
    pub(crate) orders: Vec<Order>,
    pub(crate) drivers: Vec<Driver>,
    keys: Vec<Key>,
    /// What was last asked of an order.
    pub(crate) asked: Option<Step>,
    /// How the last step was answered.
    pub(crate) answer: Answer,
    /// What the last step put into the log.
    pub(crate) told: Vec<Told>,
    /// The places in the log that were each driver's to hear.
    pub(crate) heard: Vec<Vec<i64>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) vendor: usize,
    pub(crate) zone: usize,
    pub(crate) external_id: Option<u8>,
    pub(crate) notes: u8,
    /// When it came in.
    pub(super) came_ms: i64,
    pub(crate) due_ms: Option<i64>,
    pub(crate) prep_min: Option<u8>,
    pub(crate) auto_ready: bool,
    pub(crate) version: i64,
    pub(crate) status: Status,
    pub(crate) driver: Option<usize>,
    /// The offer that is open, or that ended last.
    pub(crate) offer: Option<Offer>,
    pub(crate) declined: BTreeSet<usize>,
    /// Whoever is to pick it up is out of reach.
    pub(super) away: Option<Away>,
    /// The driver's steps, for taking them back.
    pub(crate) steps: Vec<Taken>,
    pub(crate) has_problem: bool,
    /// What the dispatcher is alerted of.
    pub(super) alerts: Vec<&'static str>,
    pub(crate) closed_ms: Option<i64>,
}

/// A step that a driver took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) from: Status,
    pub(crate) at_ms: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) round: u32,
    pub(crate) zones: BTreeSet<usize>,
    pub(crate) ends_ms: i64,
    /// When its first round began, and when it is looked at for how long that is.
    pub(super) began_ms: i64,
    pub(super) alert_ms: Option<i64>,
    pub(super) gives_up_ms: i64,
    /// Where in the log its first round began.
    pub(super) since: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Driver {
    /// Where they work now.
    pub(crate) zones: BTreeSet<usize>,
    /// Which zones they left, and where in the log.
    left: Vec<(usize, i64)>,
    pub(crate) blocked: bool,
    pub(crate) orders_max: u32,
    /// They are off duty for a while.
    pub(crate) pause: Option<Pause>,
    /// Their phone is online.
    pub(super) is_here: bool,
    /// They carry as many orders as they may, and were found to.
    pub(super) is_full: bool,
    /// After every event, as far as there were any: where they worked, and whether their hands were full.
    pub(super) was: Vec<(i64, BTreeSet<usize>, bool)>,
}

/// An idempotency key that was used.
#[derive(Clone, Debug)]
struct Key {
    who: Who,
    number: u8,
    draft: Draft,
    order: usize,
    at_ms: i64,
}

impl Plain {
    /// A town without orders, whose drivers work where it is said.
    pub(crate) fn new(zones: [BTreeSet<usize>; DRIVERS], orders_max: [u32; DRIVERS]) -> Plain {
        let drivers = zones.into_iter().zip(orders_max);
        Plain {
            now_ms: 0,
            seq: 0,
            orders: vec![],
            drivers: drivers
                .map(|(zones, orders_max)| Driver {
                    was: vec![(0, zones.clone(), orders_max == 0)],
                    zones,
                    left: vec![],
                    blocked: false,
                    pause: None,
                    orders_max,
                    is_here: true,
                    is_full: orders_max == 0,
                })
                .collect(),
            keys: vec![],
            asked: None,
            answer: Answer::Done,
            told: vec![],
            heard: vec![vec![]; DRIVERS],
        }
    }

    /// Does one step, and notes how it is answered and what the log tells of it.
    pub(crate) fn does(&mut self, step: &Step) {
        self.told.clear();
        self.asked = Some(step).filter(|step| matches!(step, Step::Ask { .. })).cloned();
        let answer = match *step {
            Step::Submit { who, ref draft, key } => self.submit(who, draft, key),
            Step::Ask { who, order, verb } => self.ask(who, order, verb),
            Step::Join { driver, zone } => self.join(driver, zone),
            Step::Leave { driver, zone } => self.leave(driver, zone),
            Step::Pause { driver, minutes } => self.pause(driver, minutes),
            Step::Resume { driver } => self.resume(driver),
            Step::Block { driver, blocked } => Ok(self.block(driver, blocked)),
            Step::Phone { driver, is_here } => Ok(self.phone(driver, is_here)),
            Step::Allow { driver, orders_max } => {
                self.drivers[driver].orders_max = orders_max;
                self.settle(&[driver], None);
                Ok(Answer::Done)
            }
            Step::Pass { ms } => {
                self.now_ms += ms;
                Ok(Answer::Done)
            }
            Step::RunDue => Ok(Answer::Count(self.run_due())),
            Step::TidyUp => {
                let now_ms = self.now_ms;
                self.keys.retain(|key| now_ms - key.at_ms <= KEY_MS);
                Ok(Answer::Done)
            }
            Step::Restart => Ok(Answer::Done),
        };
        self.answer = answer.unwrap_or_else(Answer::Refused);
    }

    fn submit(&mut self, who: Who, draft: &Draft, key: Option<u8>) -> Result<Answer, No> {
        self.is_let_in(who)?;
        if let Some(kept) = self.keys.iter().find(|kept| kept.who == who && Some(kept.number) == key) {
            return if kept.draft == *draft {
                Ok(self.order_answer(kept.order))
            } else {
                Err("idempotency_key_reused")
            };
        }
        let vendor = match (who, draft.vendor) {
            (Who::Driver(_), _) => return Err("forbidden"),
            (Who::Vendor(own), Some(named)) if named != own => return Err("forbidden"),
            (Who::Vendor(own), _) => own,
            (Who::Dispatcher, Some(named)) if named < VENDORS => named,
            (Who::Dispatcher, _) => return Err("invalid"),
        };
        let zone = match (draft.zone, draft.pickup) {
            (Some(named), _) if named < ZONES.len() => named,
            (Some(_), _) => return Err("invalid"),
            (None, Pickup::AtTheVendor) => [1, 2][vendor],
            (None, Pickup::In(zone)) => zone,
            (None, Pickup::Abroad) => return Err("outside_service_area"),
        };
        if draft.ready && draft.due_ms.is_some_and(|due_ms| due_ms > self.now_ms) {
            return Err("invalid");
        }
        if draft.auto_ready && draft.due_ms.is_none() && draft.prep_min.is_none() {
            return Err("invalid");
        }
        let begins_ms = draft.due_ms.map(|due_ms| due_ms - i64::from(draft.prep_min.unwrap_or_default()) * 60_000);
        let is_later = !draft.ready && begins_ms.is_some_and(|begins_ms| begins_ms > self.now_ms);
        if self.has_external_id(vendor, draft.external_id).is_some() {
            return Err("duplicate");
        }
        let order = self.orders.len();
        self.orders.push(Order {
            vendor,
            zone,
            external_id: draft.external_id,
            notes: draft.notes,
            came_ms: self.now_ms,
            due_ms: draft.due_ms,
            prep_min: draft.prep_min,
            auto_ready: draft.auto_ready,
            version: 0,
            status: if is_later { Status::Scheduled } else { Status::Submitted },
            driver: None,
            offer: None,
            declined: BTreeSet::new(),
            away: None,
            steps: vec![],
            has_problem: false,
            alerts: vec![],
            closed_ms: None,
        });
        self.change(order, "order.submitted", |_| ());
        if draft.ready {
            self.open_offer(order);
        }
        self.watch(order);
        if let Some(number) = key {
            self.keys.push(Key { who, number, draft: draft.clone(), order, at_ms: self.now_ms });
        }
        Ok(self.order_answer(order))
    }

    fn ask(&mut self, who: Who, order: usize, verb: Verb) -> Result<Answer, No> {
        self.is_let_in(who)?;
        if order >= self.orders.len() || !self.knows_of(who, order) {
            return Err("not_found");
        }
        let carrier = |order: &Order| order.driver.filter(|_| order.closed_ms.is_none());
        let (had, seq, version) = (carrier(&self.orders[order]), self.seq, self.orders[order].version);
        self.judge(who, order, verb)?;
        let has = carrier(&self.orders[order]);
        if had != has {
            let those: Vec<usize> = had.into_iter().chain(has).collect();
            self.settle(&those, Some(seq));
        }
        if self.orders[order].version != version {
            self.watch(order);
            let driver = self.orders[order].driver.filter(|driver| self.orders[order].awaits(*driver));
            if self.orders[order].away.is_none() && driver.is_some_and(|driver| !self.drivers[driver].is_here) {
                self.look_for_driver_of(order);
            }
        }
        Ok(self.order_answer(order))
    }

    /// A blocked driver's key is refused, whatever they want.
    fn is_let_in(&self, who: Who) -> Result<(), No> {
        match who {
            Who::Driver(driver) if self.drivers[driver].blocked => Err("forbidden"),
            _ => Ok(()),
        }
    }

    /// A vendor knows of its own orders; a driver of those they have or had, and of those they were ever asked for.
    fn knows_of(&self, who: Who, order: usize) -> bool {
        let order = &self.orders[order];
        match who {
            Who::Dispatcher => true,
            Who::Vendor(vendor) => order.vendor == vendor,
            Who::Driver(driver) => {
                order.driver == Some(driver)
                    || order.offer.as_ref().is_some_and(|offer| {
                        let driver = &self.drivers[driver];
                        driver.works_in(&offer.zones) || driver.worked_in(&offer.zones, offer.since)
                    })
            }
        }
    }

    fn order_answer(&self, order: usize) -> Answer {
        let Order { status, version, driver, .. } = self.orders[order];
        Answer::Order { order, status, version, driver }
    }

    /// The idempotency key that was used last, by whom, and for what.
    pub(crate) fn last_key(&self) -> Option<(Who, Draft, u8)> {
        self.keys.last().map(|key| (key.who, key.draft.clone(), key.number))
    }

    /// The order of the vendor's with this number.
    pub(super) fn has_external_id(&self, vendor: usize, number: Option<u8>) -> Option<usize> {
        number?;
        self.orders.iter().position(|order| order.vendor == vendor && order.external_id == number)
    }

    /// How many orders a driver carries.
    pub(super) fn load_of(&self, driver: usize) -> usize {
        self.orders.iter().filter(|order| order.driver == Some(driver) && order.closed_ms.is_none()).count()
    }

    /// Changes an order and tells of it: a version is one event.
    pub(super) fn change(&mut self, order: usize, kind: &'static str, how: impl FnOnce(&mut Order)) {
        let before = self.orders[order].clone();
        let after = &mut self.orders[order];
        how(after);
        after.version += 1;
        after.away = before.away.filter(|_| before.driver.is_some_and(|driver| after.awaits(driver)));
        if after.status != before.status || before.version == 0 {
            after.closed_ms = is_closed(after.status).then_some(self.now_ms);
        }
        self.seq += 1;
        let (version, status) = (after.version, after.status);
        self.told.push(Told { seq: self.seq, kind, about: About::Order { order, version, status } });
        for driver in 0..DRIVERS {
            if self.hears(driver, kind, &before, &self.orders[order]) {
                self.heard[driver].push(self.seq);
            }
        }
        self.note();
    }

    /// Opens an offer, with its first round in the order's own zone.
    pub(super) fn open_offer(&mut self, order: usize) {
        let (now_ms, since) = (self.now_ms, self.seq + 1);
        self.change(order, "order.ready_for_pickup", |order| {
            let gives_up_ms = now_ms + i64::from(GIVE_UP_MIN[order.zone]) * 60_000;
            let ends_ms = gives_up_ms.min(now_ms + i64::from(ROUND_S[order.zone]) * 1_000);
            let zones = BTreeSet::from([order.zone]);
            order.status = Status::ReadyForPickup;
            let alert_ms = Some(now_ms + UNCLAIMED_MS);
            let began_ms = now_ms;
            order.offer = Some(Offer { round: 1, zones, ends_ms, began_ms, alert_ms, gives_up_ms, since });
        });
    }
}

impl Order {
    /// The offer that is open.
    pub(crate) fn on_offer(&self) -> Option<&Offer> {
        self.offer.as_ref().filter(|_| self.status == Status::ReadyForPickup)
    }
}

impl Driver {
    pub(super) fn works_in(&self, zones: &BTreeSet<usize>) -> bool {
        !self.zones.is_disjoint(zones)
    }

    /// Whether they left one of these zones after that place in the log.
    pub(super) fn worked_in(&self, zones: &BTreeSet<usize>, since: i64) -> bool {
        self.left.iter().any(|(zone, left)| zones.contains(zone) && *left > since)
    }

    pub(super) fn leaves(&mut self, zone: usize, seq: i64) {
        self.zones.remove(&zone);
        self.left.push((zone, seq));
    }
}

/// Whether nothing more is expected to happen.
const fn is_closed(status: Status) -> bool {
    matches!(status, Status::Delivered | Status::Returned | Status::Cancelled | Status::Expired | Status::Failed)
}
