//! What may be asked of an order when, and what a driver may do, as sections 4 and 6 of the contract tell it.

use waypost::domain::order::Status as S;

use super::{
    away::BEFORE_PICKUP,
    plain::{ALLOWED, About, Answer, At, Change, Code, DRIVERS, Told, Verb, Who, ZONES},
    town::{No, Order, Plain, Taken},
};

/// How long a driver may take a step back, in milliseconds.
const UNDO_MS: i64 = 10_000;

/// How long a cancelled order may be reopened, in milliseconds.
const REOPEN_MS: i64 = 30 * 60_000;

const NOT_NOW: Result<(), No> = Err("invalid_transition");

/// No driver has it yet.
const BEFORE_CLAIM: [S; 3] = [S::Scheduled, S::Submitted, S::ReadyForPickup];

/// The driver has it in the bag, and is not on the way back.
const CARRIED: [S; 2] = [S::PickedUp, S::ArrivedAtDropoff];

impl Plain {
    /// Judges a command of somebody who knows of the order, and carries it out.
    pub(super) fn judge(&mut self, who: Who, at: usize, verb: Verb) -> Result<(), No> {
        if !verb.is_for(who) {
            return Err("forbidden");
        }
        if let Verb::Assign(driver) = verb
            && (driver >= DRIVERS || self.drivers[driver].blocked)
        {
            return Err("invalid");
        }
        if let (Who::Driver(driver), false) = (who, matches!(verb, Verb::Claim | Verb::Decline | Verb::Seen)) {
            match self.orders[at].driver {
                Some(holder) if holder == driver => {}
                Some(_) => return Err("forbidden"),
                None => return NOT_NOW,
            }
        }
        match (verb, who) {
            (Verb::Claim | Verb::Decline | Verb::Seen, Who::Driver(driver)) => self.answer_offer(driver, at, verb),
            (Verb::Undo { with_reason }, _) => self.undo(at, who, with_reason),
            (Verb::Problem | Verb::Resolve | Verb::Message, _) => {
                self.talk(at, verb);
                Ok(())
            }
            (Verb::Update { version, change }, _) => self.update(at, version, change),
            (Verb::Ready | Verb::Withdraw | Verb::Assign(_) | Verb::Release | Verb::Cancel | Verb::Reopen, _) => {
                self.prepare(at, verb)
            }
            _ => self.carry(at, verb),
        }
    }

    fn update(&mut self, at: usize, version: i64, change: Change) -> Result<(), No> {
        let order = &self.orders[at];
        if !BEFORE_CLAIM.contains(&order.status) {
            return NOT_NOW;
        }
        if version != order.version {
            return Err("version_conflict");
        }
        let changes = match change {
            Change::Nothing => false,
            Change::NoNotes => return Err("invalid"),
            Change::Zone(zone) if zone >= ZONES.len() || order.status == S::ReadyForPickup => return Err("invalid"),
            Change::Due(_) if order.status != S::Scheduled => return Err("invalid"),
            Change::ExternalId(number) => match self.has_external_id(order.vendor, Some(number)) {
                Some(other) if other != at => return Err("duplicate"),
                holder => holder.is_none(),
            },
            Change::AutoReady(true) if order.status == S::ReadyForPickup => return Err("invalid"),
            Change::AutoReady(true) if order.due_ms.is_none() && order.prep_min.is_none() => return Err("invalid"),
            Change::Prep(None) if order.auto_ready && order.due_ms.is_none() => return Err("invalid"),
            Change::AutoReady(auto_ready) => auto_ready != order.auto_ready,
            Change::Prep(prep_min) => prep_min != order.prep_min,
            Change::Notes(notes) => notes != order.notes,
            Change::Zone(zone) => zone != order.zone,
            Change::Due(due_ms) => Some(due_ms) != order.due_ms,
        };
        if changes {
            self.change(at, "order.updated", |order| match change {
                Change::Notes(notes) => order.notes = notes,
                Change::Zone(zone) => order.zone = zone,
                Change::ExternalId(number) => order.external_id = Some(number),
                Change::Due(due_ms) => order.due_ms = Some(due_ms),
                Change::Prep(prep_min) => order.prep_min = prep_min,
                Change::AutoReady(auto_ready) => order.auto_ready = auto_ready,
                Change::Nothing | Change::NoNotes => {}
            });
        }
        Ok(())
    }

    /// What a driver says to an offer.
    fn answer_offer(&mut self, driver: usize, at: usize, verb: Verb) -> Result<(), No> {
        let order = &self.orders[at];
        let is_theirs = order.driver == Some(driver);
        let is_carried = is_theirs && order.closed_ms.is_none();
        match (order.status, verb) {
            (S::ReadyForPickup, Verb::Claim) => self.claim(driver, at),
            (S::ReadyForPickup, Verb::Decline) => {
                if self.orders[at].declined.insert(driver) {
                    self.tell_driver(driver, "driver.declined");
                }
                Ok(())
            }
            (S::ReadyForPickup, _) => Ok(()),
            (_, Verb::Seen) if is_theirs => Ok(()),
            (status, Verb::Claim) if is_carried || (is_theirs && status == S::Delivered) => Ok(()),
            _ if is_theirs => NOT_NOW,
            (S::Cancelled | S::Expired, _) => Err("offer_closed"),
            (S::Scheduled | S::Submitted, _) if order.offer.is_some() => Err("offer_closed"),
            (S::Scheduled | S::Submitted, _) => Err("not_found"),
            _ => Err("already_claimed"),
        }
    }

    fn claim(&mut self, driver: usize, at: usize) -> Result<(), No> {
        // Its time is over, whether or not the hub has looked at it since.
        if self.orders[at].on_offer().is_some_and(|offer| offer.gives_up_ms <= self.now_ms) {
            return Err("offer_closed");
        }
        let asks_here = self.orders[at].on_offer().is_some_and(|offer| self.drivers[driver].works_in(&offer.zones));
        if !asks_here {
            return Err("offer_closed");
        }
        if self.load_of(driver) >= self.drivers[driver].orders_max as usize {
            return Err("at_capacity");
        }
        self.assign(at, driver);
        Ok(())
    }

    fn assign(&mut self, at: usize, driver: usize) {
        self.change(at, "order.assigned", |order| {
            (order.status, order.driver) = (S::Assigned, Some(driver));
            order.steps.clear();
        });
    }

    /// Whatever brings an order nearer to a driver, or away from one, before it is picked up.
    fn prepare(&mut self, at: usize, verb: Verb) -> Result<(), No> {
        let Order { status, driver: holder, closed_ms, .. } = self.orders[at];
        let is_held = BEFORE_PICKUP.contains(&status);
        match (verb, status) {
            (Verb::Ready, S::Scheduled | S::Submitted) => self.open_offer(at),
            (Verb::Withdraw, S::ReadyForPickup) => {
                self.change(at, "order.withdrawn", |order| (order.status, order.auto_ready) = (S::Submitted, false));
            }
            (Verb::Assign(driver), S::Submitted | S::ReadyForPickup | S::Expired) => self.assign(at, driver),
            (Verb::Assign(driver), _) if is_held => {
                if holder != Some(driver) {
                    self.assign(at, driver);
                }
            }
            (Verb::Release, _) if is_held => {
                // The new offer is without whoever had it.
                self.orders[at].declined.extend(holder);
                self.change(at, "order.released", |order| (order.status, order.driver) = (S::Submitted, None));
                self.open_offer(at);
            }
            (Verb::Cancel, _) if is_held || BEFORE_CLAIM.contains(&status) => {
                self.change(at, "order.cancelled", |order| order.status = S::Cancelled);
            }
            (Verb::Reopen, S::Expired | S::Cancelled)
                if status == S::Expired || closed_ms.is_some_and(|then| self.now_ms - then <= REOPEN_MS) =>
            {
                self.change(at, "order.reopened", |order| (order.status, order.driver) = (S::Submitted, None));
                self.open_offer(at);
            }
            // Asked again, all is as it was asked.
            (Verb::Ready, S::ReadyForPickup) | (Verb::Cancel, S::Cancelled) => {}
            _ if verb == Verb::Ready && is_held => {}
            _ => return NOT_NOW,
        }
        Ok(())
    }

    /// What its driver does, or others do with what is in the bag.
    fn carry(&mut self, at: usize, verb: Verb) -> Result<(), No> {
        let status = self.orders[at].status;
        let (kind, to) = match (verb, status) {
            (Verb::Start, S::Assigned) => ("order.enroute_to_pickup", S::EnrouteToPickup),
            (Verb::Arrive(At::Unsaid | At::Pickup), S::EnrouteToPickup) => {
                ("order.arrived_at_pickup", S::ArrivedAtPickup)
            }
            (Verb::Arrive(At::Unsaid | At::Dropoff), S::PickedUp) => ("order.arrived_at_dropoff", S::ArrivedAtDropoff),
            (Verb::PickUp(code), _) if BEFORE_PICKUP.contains(&status) => {
                self.orders[at].check(code)?;
                ("order.picked_up", S::PickedUp)
            }
            (Verb::HandOver, _) if BEFORE_PICKUP.contains(&status) => ("order.picked_up", S::PickedUp),
            (Verb::Deliver, _) if CARRIED.contains(&status) => ("order.delivered", S::Delivered),
            (Verb::Return, _) if CARRIED.contains(&status) => ("order.returning", S::Returning),
            (Verb::ConfirmReturn, S::Returning) => ("order.returned", S::Returned),
            (Verb::Fail, S::PickedUp | S::ArrivedAtDropoff | S::Returning) => ("order.failed", S::Failed),
            // Asked again, all is as it was asked.
            (Verb::Arrive(at), _) if at.is_told_again(status) => return Ok(()),
            (Verb::Start, S::EnrouteToPickup)
            | (Verb::PickUp(_) | Verb::HandOver, S::PickedUp)
            | (Verb::Deliver, S::Delivered)
            | (Verb::Return, S::Returning)
            | (Verb::ConfirmReturn, S::Returned)
            | (Verb::Fail, S::Failed) => return Ok(()),
            _ => return NOT_NOW,
        };
        let taken = Taken { from: status, at_ms: self.now_ms };
        self.change(at, kind, |order| {
            order.status = to;
            order.steps.push(taken);
        });
        Ok(())
    }

    fn undo(&mut self, at: usize, who: Who, with_reason: bool) -> Result<(), No> {
        let order = &self.orders[at];
        let can_be = [S::ArrivedAtPickup, S::PickedUp, S::ArrivedAtDropoff, S::Delivered].contains(&order.status);
        let Some(taken) = order.steps.last().copied().filter(|_| can_be) else { return NOT_NOW };
        match who {
            Who::Dispatcher if !with_reason => return Err("invalid"),
            Who::Driver(_) if self.now_ms - taken.at_ms > UNDO_MS => return Err("forbidden"),
            _ => {}
        }
        self.change(at, "order.undone", |order| {
            order.status = taken.from;
            order.steps.pop();
        });
        Ok(())
    }

    fn talk(&mut self, at: usize, verb: Verb) {
        match verb {
            Verb::Message => self.change(at, "order.message", |_| ()),
            Verb::Problem => self.change(at, "order.problem", |order| order.has_problem = true),
            _ if self.orders[at].has_problem => self.change(at, "order.problem", |order| order.has_problem = false),
            _ => {}
        }
    }

    pub(super) fn join(&mut self, driver: usize, zone: usize) -> Result<Answer, No> {
        let who = &self.drivers[driver];
        if who.blocked {
            return Err("forbidden");
        }
        if zone >= ZONES.len() {
            return Err("not_found");
        }
        if driver == DRIVERS - 1 && !ALLOWED.contains(&zone) {
            return Err("forbidden");
        }
        if self.drivers[driver].zones.insert(zone) {
            self.drivers[driver].pause = None;
            self.tell_driver(driver, "driver.zones_changed");
            self.watch_zone(zone);
        }
        Ok(Answer::Offers(self.offers_in(driver, &[zone].into())))
    }

    pub(super) fn leave(&mut self, driver: usize, zone: usize) -> Result<Answer, No> {
        if self.drivers[driver].blocked {
            return Err("forbidden");
        }
        self.go(driver, zone);
        Ok(Answer::Done)
    }

    /// Who is blocked leaves every zone, and keeps what they carry.
    pub(super) fn block(&mut self, driver: usize, blocked: bool) -> Answer {
        let was_blocked = std::mem::replace(&mut self.drivers[driver].blocked, blocked);
        if blocked {
            self.drivers[driver].pause = None;
            (0..ZONES.len()).for_each(|zone| self.go(driver, zone));
        }
        if blocked != was_blocked {
            self.tell_driver(driver, "driver.blocked");
            self.look_for(driver, true);
        }
        Answer::Done
    }

    fn go(&mut self, driver: usize, zone: usize) {
        if self.drivers[driver].zones.contains(&zone) {
            self.drivers[driver].leaves(zone, self.seq + 1);
            self.tell_driver(driver, "driver.zones_changed");
            self.watch_zone(zone);
        }
    }

    pub(super) fn tell_driver(&mut self, driver: usize, kind: &'static str) {
        self.seq += 1;
        self.heard[driver].push(self.seq);
        self.told.push(Told { seq: self.seq, kind, about: About::Driver(driver) });
        self.note();
    }
}

impl At {
    /// Whether whoever has got this far was there already. That they were at the pickup may be said late, by a phone that was
    /// without a network.
    const fn is_told_again(self, status: S) -> bool {
        match self {
            At::Unsaid => matches!(status, S::ArrivedAtPickup | S::ArrivedAtDropoff),
            At::Pickup => {
                matches!(status, S::ArrivedAtPickup | S::PickedUp | S::ArrivedAtDropoff | S::Returning | S::Delivered)
            }
            At::Dropoff => matches!(status, S::ArrivedAtDropoff | S::Delivered),
        }
    }
}

impl Order {
    /// The second vendor hands over only for the code; a wrong one is refused by both.
    fn check(&self, code: Code) -> Result<(), No> {
        match code {
            Code::None if self.vendor == 1 => Err("proof_required"),
            Code::Wrong => Err("wrong_code"),
            Code::None | Code::Right => Ok(()),
        }
    }
}
