//! The life of an order: every command in every state, as a pure function.
//!
//! ```text
//! scheduled ─▶ submitted ⇄ ready_for_pickup ─▶ assigned ─▶ enroute_to_pickup ─▶ arrived_at_pickup ─▶ picked_up ─▶ arrived_at_dropoff ─▶ delivered
//!                 │              │   ▲              └─────────── release ───────────────┘  │            │                 │
//!                 │              ▼   └──────────────────────────────────────────────────────┘            └──▶ returning ◀──┘──▶ returned
//!                 │           expired                                                                          └──▶ failed
//!                 └──── cancel, from any status before picked_up ────▶ cancelled
//! ```
//!
//! **Invariant:** every fact raises the order's version by one, so a version is one event.

mod photo;
mod undo;

use serde_json::{Map, Value, json};

use super::{
    Order, Problem, State, Step, Stop,
    command::{Command, Report},
};
use crate::domain::{
    actor::{Actor, Role},
    event::EventType,
    id::ZoneId,
    offer::{First, Offer},
    party::DriverCard,
    refusal::Refusal,
    time::Time,
    zone::Rules,
};

/// How long a driver may take a step back, in milliseconds.
pub const UNDO_MS_MAX: i64 = 10_000;

/// How long a cancelled order may be reopened, in milliseconds.
pub const REOPEN_MS_MAX: i64 = 30 * 60_000;

/// How long after the delivery its driver may still show a photo of it, in milliseconds.
pub const PHOTO_MS_MAX: i64 = 24 * 3_600_000;

/// What an order is judged by, beside itself.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The time of judging.
    pub now: Time,
    /// The rules of its zone.
    pub rules: &'a Rules,
    /// Whom to ask before everybody.
    pub first: &'a First,
}

/// Something that happened to an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What happened.
    pub kind: EventType,
    /// The order after it.
    pub order: Order,
    /// What the order does not hold: a message's text, a reason.
    pub data: Map<String, Value>,
}

impl Order {
    /// What `command` from `actor` makes of this order: facts in the order they happen, none if all is already as
    /// asked. A command repeated after a lost answer is no error.
    ///
    /// # Errors
    /// [`Refusal`], and the order is as it was.
    #[expect(
        clippy::too_many_lines,
        clippy::match_same_arms,
        reason = "it is one table, and reads in the order of an order's life"
    )]
    pub fn on(&self, command: &Command, actor: &Actor, terms: Terms<'_>) -> Result<Vec<Fact>, Refusal> {
        use Command as C;
        use State as S;
        self.permits(command, actor)?;
        let now = terms.now;
        match (&self.state, command) {
            // Preparing.
            (S::Scheduled | S::Submitted | S::ReadyForPickup { .. }, C::Update { version, changes }) => {
                self.update(*version, changes)
            }
            (S::Scheduled | S::Submitted, C::Ready) => Ok(vec![self.offered(terms)]),
            (S::ReadyForPickup { .. }, C::Ready | C::Decline { .. } | C::Seen) => Ok(vec![]),
            (S::Held { step: Step::Assigned | Step::EnrouteToPickup | Step::ArrivedAtPickup, .. }, C::Ready) => {
                Ok(vec![])
            }
            (S::Scheduled, C::ComeDue) if self.begins_at().is_none_or(|due| due <= now) => {
                Ok(vec![self.next(EventType::OrderSubmitted, S::Submitted, now)])
            }
            (S::Submitted, C::ComeReady) if self.auto_ready && self.due_at().is_some_and(|due| due <= now) => {
                Ok(vec![self.offered(terms)])
            }

            // On offer.
            (S::ReadyForPickup { .. }, C::Withdraw) => {
                let mut withdrawn = self.next(EventType::OrderWithdrawn, S::Submitted, now);
                // It was not ready, whatever the clock said: from here on the vendor says when it is.
                withdrawn.order.auto_ready = false;
                Ok(vec![withdrawn])
            }
            (S::ReadyForPickup { offer }, C::Claim(driver)) => {
                offer.in_time(now)?;
                Ok(vec![self.assigned(driver, now)])
            }
            (S::Submitted | S::ReadyForPickup { .. } | S::Expired, C::Assign(driver)) => {
                Ok(vec![self.assigned(driver, now)])
            }
            (S::ReadyForPickup { offer }, C::RoundOver { zones }) if offer.expires_at <= now => {
                Ok(vec![self.round_over(offer, zones, terms)])
            }
            (S::ReadyForPickup { offer }, C::TurnOver) if offer.in_turn().is_some() => {
                Ok(vec![self.round_over(offer, &offer.zones, terms)])
            }

            // The offer has ended.
            (S::Held { .. } | S::Delivered { .. }, C::Claim(_)) | (_, C::Seen)
                if self.driver_id() == actor.driver() =>
            {
                Ok(vec![])
            }
            (state, C::Claim(_) | C::Decline { .. })
                if state.driver().is_some() && self.driver_id() == actor.driver() =>
            {
                Err(self.refuses(command))
            }
            (
                S::Held { .. } | S::Delivered { .. } | S::Returned { .. } | S::Failed { .. },
                C::Claim(_) | C::Decline { .. } | C::Seen,
            ) => {
                Err(Refusal::AlreadyClaimed { before_ms: self.times.assigned_at.map_or(0, |then| now.since_ms(then)) })
            }
            (S::Scheduled | S::Submitted, C::Claim(_) | C::Decline { .. } | C::Seen) if self.last_offer.is_some() => {
                Err(Refusal::OfferClosed("the order was withdrawn"))
            }
            (S::Scheduled | S::Submitted, C::Claim(_) | C::Decline { .. } | C::Seen) => Err(Refusal::NotFound("order")),
            (S::Cancelled { .. }, C::Claim(_) | C::Decline { .. } | C::Seen) => {
                Err(Refusal::OfferClosed("the order was cancelled"))
            }
            (S::Expired, C::Claim(_) | C::Decline { .. } | C::Seen) => {
                Err(Refusal::OfferClosed("nobody claimed it in time"))
            }

            // On the way to the pickup.
            (
                S::Held { step: Step::Assigned | Step::EnrouteToPickup | Step::ArrivedAtPickup, driver },
                C::Assign(other),
            ) => Ok(if driver.id == other.id { vec![] } else { vec![self.assigned(other, now)] }),
            (
                S::Held { step: Step::Assigned | Step::EnrouteToPickup | Step::ArrivedAtPickup, driver },
                C::Release { reason },
            ) => Ok(self.released(reason, driver, terms)),
            (S::Held { driver, .. }, C::TakeBack { reason }) if self.awaited().is_some() => {
                Ok(self.released(reason, driver, terms))
            }
            (S::Held { step: Step::Assigned, .. }, C::Start) => Ok(vec![self.stepped(Step::EnrouteToPickup, now)]),
            (S::Held { step: Step::EnrouteToPickup, .. }, C::Start) => Ok(vec![]),
            (S::Held { step: Step::EnrouteToPickup, .. }, C::Arrive { place: None | Some(Stop::Pickup) }) => {
                Ok(vec![self.stepped(Step::ArrivedAtPickup, now)])
            }
            (S::Held { step: Step::ArrivedAtPickup, .. }, C::Arrive { place: None | Some(Stop::Pickup) }) => Ok(vec![]),
            // It comes late, and is no arrival at the door.
            (S::Held { .. } | S::Delivered { .. }, C::Arrive { place: Some(Stop::Pickup) })
                if self.times.picked_up_at.is_some() =>
            {
                Ok(vec![])
            }
            (
                S::Held { step: Step::Assigned | Step::EnrouteToPickup | Step::ArrivedAtPickup, .. },
                C::PickUp { .. } | C::HandOver,
            ) => {
                self.check_code(command)?;
                Ok(vec![self.stepped(Step::PickedUp, now)])
            }
            (S::Held { step: Step::PickedUp, .. }, C::PickUp { .. } | C::HandOver) => Ok(vec![]),

            // On the way to the door.
            (S::Held { step: Step::PickedUp, .. }, C::Arrive { .. }) => {
                Ok(vec![self.stepped(Step::ArrivedAtDropoff, now)])
            }
            (S::Held { step: Step::ArrivedAtDropoff, .. }, C::Arrive { .. })
            | (S::Delivered { .. }, C::Arrive { place: Some(Stop::Dropoff) }) => Ok(vec![]),
            (S::Held { step: from @ (Step::PickedUp | Step::ArrivedAtDropoff), driver }, C::Deliver { proof }) => {
                let state = S::Delivered { driver: driver.clone(), proof: proof.clone(), from: *from };
                Ok(vec![self.next(EventType::OrderDelivered, state, now)])
            }
            (S::Delivered { .. }, C::Deliver { .. }) | (S::Held { .. }, C::Photo(_)) => Ok(vec![]),
            (S::Delivered { .. }, C::Photo(photo)) => self.shown_later(*photo, now),
            (S::Held { step: Step::PickedUp | Step::ArrivedAtDropoff, .. }, C::Return { reason }) => {
                Ok(vec![self.stepped(Step::Returning, now).with(json!({ "reason": reason }))])
            }
            (S::Held { step: Step::Returning, .. }, C::Return { .. }) => Ok(vec![]),
            (S::Held { step: Step::Returning, driver }, C::ConfirmReturn) => {
                Ok(vec![self.next(EventType::OrderReturned, S::Returned { driver: driver.clone() }, now)])
            }
            (S::Returned { .. }, C::ConfirmReturn) => Ok(vec![]),
            (
                S::Held { step: Step::PickedUp | Step::ArrivedAtDropoff | Step::Returning, driver },
                C::Fail { reason },
            ) => {
                let failed = self.next(EventType::OrderFailed, S::Failed { driver: driver.clone() }, now);
                Ok(vec![failed.with(json!({ "reason": reason }))])
            }
            (S::Failed { .. }, C::Fail { .. }) => Ok(vec![]),

            // Ending it, and thinking better of it.
            (
                S::Scheduled
                | S::Submitted
                | S::ReadyForPickup { .. }
                | S::Held { step: Step::Assigned | Step::EnrouteToPickup | Step::ArrivedAtPickup, .. },
                C::Cancel { reason },
            ) => {
                let state = S::Cancelled { reason: reason.clone(), driver: self.state.driver().cloned() };
                Ok(vec![self.next(EventType::OrderCancelled, state, now).with(json!({ "reason": reason }))])
            }
            (S::Cancelled { .. }, C::Cancel { .. }) => Ok(vec![]),
            (S::Expired, C::Reopen) => Ok(self.reopened(terms)),
            (S::Cancelled { .. }, C::Reopen)
                if self.times.closed_at.is_none_or(|then| now.since_ms(then) <= REOPEN_MS_MAX)
                    && self.times.picked_up_at.is_none() =>
            {
                Ok(self.reopened(terms))
            }
            (_, C::Undo { from: Some(from), .. }) if *from != self.status() => Err(self.refuses(command)),
            (_, C::Undo { reason, .. }) => self.undone(reason.as_deref(), actor, now),

            // Talking about it.
            (_, C::Problem(report)) => Ok(self.reported(report, actor, now)),
            (_, C::Message { text }) => Ok(vec![self.same(EventType::OrderMessage).with(json!({ "text": text }))]),

            _ => Err(self.refuses(command)),
        }
    }

    /// Who may give this command about this order, whatever state it is in.
    fn permits(&self, command: &Command, actor: &Actor) -> Result<(), Refusal> {
        let named = command.named();
        match actor.role() {
            None if named.who.is_empty() => return Ok(()),
            Some(role) if named.who.contains(&role) => {}
            _ => return Err(Refusal::only(named.who, named.name)),
        }
        match actor {
            Actor::Vendor { id, .. } if self.vendor.id != *id => Err(Refusal::NotFound("order")),
            Actor::Driver { id, .. }
                if !matches!(command, Command::Claim(_) | Command::Decline { .. } | Command::Seen) =>
            {
                match self.driver_id() {
                    Some(holder) if holder == *id => Ok(()),
                    Some(_) => Err(Refusal::Forbidden(format!("{} is for the driver who has the order", named.name))),
                    None => Err(self.refuses(command)),
                }
            }
            _ => Ok(()),
        }
    }

    fn refuses(&self, command: &Command) -> Refusal {
        Refusal::InvalidTransition { command: command.named().name, status: self.status() }
    }

    fn check_code(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::PickUp { code: None } if self.pickup_code_required => {
                Err(Refusal::ProofRequired("this vendor hands over only for the order's code: send it as `code`"))
            }
            Command::PickUp { code: Some(code) } if !code.trim().eq_ignore_ascii_case(&self.code) => {
                Err(Refusal::WrongCode)
            }
            _ => Ok(()),
        }
    }

    /// The fact that leaves the state as it is.
    pub(super) fn same(&self, kind: EventType) -> Fact {
        let order = Order { version: self.version + 1, ..self.clone() };
        Fact { kind, order, data: Map::new() }
    }

    fn next(&self, kind: EventType, state: State, now: Time) -> Fact {
        let mut fact = self.same(kind);
        let order = &mut fact.order;
        if let State::ReadyForPickup { offer } = &self.state {
            order.last_offer = Some(offer.clone());
        }
        order.state = state;
        let awaited = |order: &Order| order.awaited().map(|driver| driver.id);
        order.away = self.away.filter(|_| awaited(order).is_some() && awaited(order) == awaited(self));
        let status = order.status();
        order.times.closed_at = status.is_closed().then_some(now);
        let times = &mut order.times;
        match &order.state {
            State::Scheduled | State::Submitted | State::Expired => {
                (times.assigned_at, times.enroute_at, times.arrived_at_pickup_at) = (None, None, None);
            }
            State::ReadyForPickup { .. } => times.ready_at = Some(now),
            State::Held { step: Step::Assigned, .. } => {
                (times.assigned_at, times.enroute_at, times.arrived_at_pickup_at) = (Some(now), None, None);
            }
            State::Held { step: Step::EnrouteToPickup, .. } => times.enroute_at = Some(now),
            State::Held { step: Step::ArrivedAtPickup, .. } => times.arrived_at_pickup_at = Some(now),
            State::Held { step: Step::PickedUp, .. } => times.picked_up_at = Some(now),
            State::Held { step: Step::ArrivedAtDropoff, .. } => times.arrived_at_dropoff_at = Some(now),
            State::Delivered { .. } => times.delivered_at = Some(now),
            State::Held { step: Step::Returning, .. }
            | State::Returned { .. }
            | State::Failed { .. }
            | State::Cancelled { .. } => {}
        }
        fact
    }

    fn offered(&self, terms: Terms<'_>) -> Fact {
        let offer = Offer::open(&self.zone, terms.rules, terms.first, terms.now);
        let offered = self.next(EventType::OrderReadyForPickup, State::ReadyForPickup { offer }, terms.now);
        match terms.first.trip {
            Some(trip) => offered.with(json!({ "same_trip_as": trip.order })),
            None => offered,
        }
    }

    fn assigned(&self, driver: &DriverCard, now: Time) -> Fact {
        self.next(EventType::OrderAssigned, State::Held { step: Step::Assigned, driver: driver.clone() }, now)
    }

    fn stepped(&self, step: Step, now: Time) -> Fact {
        let driver = self.state.driver().expect("only an order that a driver holds takes a step").clone();
        let kind = match step {
            Step::Assigned => EventType::OrderAssigned,
            Step::EnrouteToPickup => EventType::OrderEnrouteToPickup,
            Step::ArrivedAtPickup => EventType::OrderArrivedAtPickup,
            Step::PickedUp => EventType::OrderPickedUp,
            Step::ArrivedAtDropoff => EventType::OrderArrivedAtDropoff,
            Step::Returning => EventType::OrderReturning,
        };
        self.next(kind, State::Held { step, driver }, now)
    }

    fn round_over(&self, offer: &Offer, zones: &[ZoneId], terms: Terms<'_>) -> Fact {
        let Terms { now, rules, first } = terms;
        let next = offer.next_turn(rules, &first.nearest, now).or_else(|| offer.next(zones.to_vec(), rules, now));
        match next {
            Some(offer) => {
                let mut fact = self.same(EventType::OrderReadyForPickup);
                fact.order.state = State::ReadyForPickup { offer };
                fact
            }
            None => self.next(EventType::OrderExpired, State::Expired, terms.now),
        }
    }

    fn released(&self, reason: &str, driver: &DriverCard, terms: Terms<'_>) -> Vec<Fact> {
        let data = json!({ "reason": reason, "driver_id": driver.id });
        let released = self.next(EventType::OrderReleased, State::Submitted, terms.now).with(data);
        let offered = released.order.offered(terms);
        vec![released, offered]
    }

    fn reopened(&self, terms: Terms<'_>) -> Vec<Fact> {
        let reopened = self.next(EventType::OrderReopened, State::Submitted, terms.now);
        let offered = reopened.order.offered(terms);
        vec![reopened, offered]
    }

    fn reported(&self, report: &Report, actor: &Actor, now: Time) -> Vec<Fact> {
        let mut fact = self.same(EventType::OrderProblem);
        match report {
            Report::Resolved if self.problem.is_none() => vec![],
            Report::Resolved => {
                fact.order.problem = None;
                vec![fact.with(json!({ "resolved": true }))]
            }
            Report::Raised { reason, note } => {
                let reported_by = actor.role().unwrap_or(Role::Admin);
                fact.order.problem = Some(Problem { reason: reason.clone(), note: note.clone(), reported_by, at: now });
                vec![fact.with(json!({ "resolved": false, "reason": reason, "note": note }))]
            }
        }
    }
}

impl Fact {
    /// This fact, with what the order does not hold.
    pub(super) fn with(mut self, data: Value) -> Fact {
        if let Value::Object(data) = data {
            self.data = data;
        }
        self
    }
}

#[cfg(test)]
mod tests;
