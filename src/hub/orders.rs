//! Orders that exist: reading them, and every command on one.

use std::sync::Arc;

use futures_util::future::Either;

use super::{
    By, Done, Filter, Hub, Mark, Page, Result, RoundRecord,
    alerts::watch,
    declines::declined,
    dispatch::settle,
    feed::history_for,
    late::{Asked, is_repeated, stamp},
    nearest::first,
    photos::shows,
    presence::look,
    silence::round_passed,
    trips::suggest,
};
use crate::{
    domain::{
        actor::{Actor, Role},
        dispatch::Standing,
        event::Event,
        id::{DriverId, OrderId},
        offer::{self, Offer},
        order::{
            Order, State,
            command::{Changes, Command},
            machine::Terms,
        },
        party::DriverCard,
        receipt::RoundId,
        refusal::Refusal,
        time::Time,
        zone::{self, Rules, Zone},
    },
    store::{Read, StoreError, Write},
};

/// What is asked of an order. A claim and an assignment name who is to have it only by id; the hub knows the rest.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// The one who asks is to have it.
    Claim,
    /// This driver is to have it.
    Assign(DriverId),
    /// A round of its offer is over.
    EndRound,
    /// It has been on offer for long: is that to be said?
    Look,
    /// Anything else.
    Plain(Command),
}

/// What happened to an order.
#[derive(Debug)]
pub struct Timeline {
    /// In order.
    pub events: Vec<Event>,
    /// The rounds of offers that these events opened or went on with; none for a driver, who does not learn whom else was asked.
    pub rounds: Vec<RoundRecord>,
    /// The `seq` to go on after, if there may be more.
    pub next: Option<i64>,
}

impl Hub {
    /// Does with an order what is asked. A command that is repeated after a lost answer answers the same.
    ///
    /// Queued at once, in the order of the calls.
    ///
    /// # Errors
    /// A [`Refusal`], and the order is as it was.
    pub fn ask(&self, by: By, order: OrderId, ask: Ask) -> impl Future<Output = Result<Done<Arc<Order>>>> + use<> {
        self.ask_late(by, order, ask.into())
    }

    /// As [`Hub::ask`], for what may have been done a while ago. What the same driver says again with the same time is done
    /// once and answers the same, however far the order is by then.
    ///
    /// # Errors
    /// A [`Refusal`], and the order is as it was.
    pub fn ask_late(
        &self,
        by: By,
        order: OrderId,
        asked_for: Asked,
    ) -> impl Future<Output = Result<Done<Arc<Order>>>> + use<> {
        let Asked { ask, occurred_at } = asked_for;
        let hub = self.clone();
        let marked = mark_of(&ask).zip(by.actor.driver());
        let careless = ask == Ask::Claim && self.store.flaws().claim_unconditionally();
        let claimant = Some(by.clone()).filter(|_| ask == Ask::Claim);
        let store = self.store.clone();
        let here = self.clone();
        let queue = move |stale| {
            store.write(move |write| {
                Box::pin(async move { asked(&here, write, &by, order, Asked { ask, occurred_at }, stale).await })
            })
        };
        let unit = if careless {
            // Only a mutant looks first and leaps later.
            let store = self.store.clone();
            Either::Left(async move { queue(store.read().await?.order(order).await?).await })
        } else {
            Either::Right(queue(None))
        };
        async move {
            let done = match (unit.await, claimant) {
                (Err(refused), Some(by)) => {
                    hub.too_late_is_an_answer(&by, &refused);
                    return Err(refused);
                }
                (done, _) => done?,
            };
            if let (Some((mark, driver)), Some(round)) = (marked, RoundId::of(&done.value)) {
                hub.note(round, driver, mark);
            }
            Ok(done)
        }
    }

    /// An order that `actor` may know of.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if it does not exist or is not theirs to know of.
    pub async fn order(&self, actor: &Actor, id: OrderId) -> Result<Order> {
        let mut view = self.store.read().await?;
        let order = view.order(id).await?.ok_or(Refusal::NotFound("order"))?;
        knows_of(&mut view, actor, &order).await?;
        Ok(order)
    }

    /// The newest orders that fit `filter` and are `actor`'s to list.
    ///
    /// # Errors
    /// What the store says.
    pub async fn orders(&self, actor: &Actor, mut filter: Filter, page: Page) -> Result<Vec<Order>> {
        match actor {
            Actor::Vendor { id, .. } => filter.vendor = Some(*id),
            Actor::Driver { id, .. } => filter.driver = Some(*id),
            Actor::Admin { .. } | Actor::Hub => {}
        }
        Ok(self.store.read().await?.orders(&filter, page).await?)
    }

    /// What happened to an order that `actor` may know of: at most `limit` events after `after`. A driver sees the events
    /// that were theirs to hear.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if it does not exist or is not theirs to know of.
    pub async fn timeline(&self, actor: &Actor, id: OrderId, after: i64, limit: u32) -> Result<Timeline> {
        let mut view = self.store.read().await?;
        let order = view.order(id).await?.ok_or(Refusal::NotFound("order"))?;
        knows_of(&mut view, actor, &order).await?;
        let mut events = view.order_events_after(id, after, limit).await?;
        let next = events.last().map(|event| event.seq).filter(|_| events.len() >= limit as usize);
        if let Some(driver) = actor.driver() {
            let history = history_for(&mut view, driver, events.iter().map(|event| (event.seq, &event.routing)));
            let history = history.await?;
            events.retain(|event| event.routing.reaches(driver, event.seq, &history));
        }
        let rounds = if actor.driver().is_none() { self.rounds_of(&mut view, id, &events).await? } else { vec![] };
        Ok(Timeline { events, rounds, next })
    }
}

fn mark_of(ask: &Ask) -> Option<Mark> {
    match ask {
        Ask::Plain(Command::Decline { reason }) => Some(Mark::Declined(reason.clone())),
        Ask::Plain(Command::Seen) => Some(Mark::Seen),
        _ => None,
    }
}

/// One command, in its unit of work.
async fn asked(
    hub: &Hub,
    write: &mut Write,
    by: &By,
    id: OrderId,
    Asked { ask, occurred_at }: Asked,
    stale: Option<Order>,
) -> Result<Arc<Order>> {
    let order = match stale {
        Some(order) => Arc::new(order),
        None => write.known_order(id).await?.ok_or(Refusal::NotFound("order"))?,
    };
    if let Some(at) = occurred_at
        && is_repeated(write, by, id, &ask, at).await?
    {
        return Ok(order);
    }
    if !is_asked(write, &by.actor, &order).await? {
        knows_of(write, &by.actor, &order).await?;
    }
    if let Ask::Plain(Command::Message { text }) = &ask {
        assert!(!write.flaws().panic_hooks() || text != "!panic unit", "a test asked for this panic");
    }
    let now = judged_at(write, by, &order, &ask);
    if let (Ask::Claim, Some(_), Some(offer)) = (&ask, by.actor.driver(), order.state.offer()) {
        // First of all: where the driver works and what they carry no longer matters.
        offer.in_time(now)?;
    }
    let zones = write.all_zones().await?;
    let rules = zone::rules_of(&zones, &order.zone);
    if ask == Ask::Look {
        if order.awaited().is_some() {
            return look(hub, write, order, rules, by.now).await;
        }
        write.look_later(&order, by.now).await?;
        watch(hub, write, &order, by.now).await?;
        return Ok(order);
    }
    let command = match ask {
        Ask::Claim => claim(write, &by.actor, &order).await?,
        Ask::Assign(driver) => assignment(write, &by.actor, driver).await?,
        Ask::EndRound => {
            let next = order.state.offer().map_or(1, |offer| offer.round + 1);
            Command::RoundOver { zones: offer::zones_asked(next, &order.zone, &zones) }
        }
        Ask::Plain(command) => command,
        Ask::Look => unreachable!("it was looked at above"),
    };
    let first = first(write, &order, &command, rules, hub, now).await?;
    let mut facts = order.on(&command, &by.actor, Terms { now, rules, first: &first })?;
    stamp(&mut facts, occurred_at);
    // After the judgement, since which numbers a vendor uses is nobody's to learn who may not change the order.
    if let Command::Update { changes, .. } = &command {
        fits(write, changes, &order, &zones).await?;
    }
    if let Command::Deliver { proof } = &command {
        shows(write, id, proof).await?;
    }
    match (&command, &order.state) {
        (Command::Decline { reason }, State::ReadyForPickup { .. }) => {
            let driver = by.actor.driver().ok_or(Refusal::NotFound("driver"))?;
            declined(write, by, id, driver, (reason.as_deref(), occurred_at)).await?;
            if order.state.offer().and_then(Offer::in_turn) == Some(driver) {
                // The next driver is asked at once.
                return follow_up(hub, write, order, rules, &Command::TurnOver, by.now).await;
            }
        }
        (Command::Release { reason }, State::Held { driver, .. }) => {
            write.decline(id, driver.id, Some(reason), by.now).await?;
        }
        _ => {}
    }
    if facts.is_empty() {
        return Ok(order);
    }
    let changed = write.change_order(&order, facts, by).await?;
    // One writer judges and writes in one unit, so only another process can have been in between.
    let changed =
        changed.ok_or_else(|| StoreError::Unwritable(format!("another process changed order {id}").into()))?;
    if let Command::RoundOver { .. } = &command {
        round_passed(hub, write, (&order, &changed), rules, by.now).await?;
    }
    let load = |order: &Order| order.driver_id().filter(|_| !order.status().is_closed());
    let (had, has) = (load(&order), load(&changed));
    if had != has {
        settle(write, by, had.into_iter().chain(has)).await?;
    }
    if let Command::Claim(_) = &command {
        suggest(write, &changed, rules, by.now).await?;
    }
    watch(hub, write, &changed, by.now).await?;
    // Given to somebody who is not there, or back on the way to the pickup.
    if changed.away.is_none() && changed.awaited().is_some_and(|driver| !hub.presence(driver.id).0) {
        write.own_events_end();
        return look(hub, write, changed, rules, by.now).await;
    }
    Ok(changed)
}

/// Takes an order back from who is lost, and offers it to others.
pub(super) async fn take_back(
    hub: &Hub,
    write: &mut Write,
    order: Arc<Order>,
    rules: &Rules,
    reason: &'static str,
    now: Time,
) -> Result<Arc<Order>> {
    let driver = order.driver_id();
    if let Some(driver) = driver {
        write.decline(order.id, driver, Some(reason), now).await?;
    }
    follow_up(hub, write, order, rules, &Command::TakeBack { reason }, now).await
}

/// What the hub itself does with an order because of what somebody did: it is not part of that, nor of the answer to it.
async fn follow_up(
    hub: &Hub,
    write: &mut Write,
    order: Arc<Order>,
    rules: &Rules,
    command: &Command,
    now: Time,
) -> Result<Arc<Order>> {
    let by = By { actor: Actor::Hub, now, origin: None };
    let first = first(write, &order, command, rules, hub, now).await?;
    let facts = order.on(command, &by.actor, Terms { now, rules, first: &first })?;
    let had = order.driver_id();
    write.own_events_end();
    let order = write.change_order(&order, facts, &by).await?.unwrap_or(order);
    settle(write, &by, had).await?;
    watch(hub, write, &order, now).await?;
    Ok(order)
}

/// The time a command is judged by: that of its coming. Only mutants leave it to the timer to end an offer, or believe it.
fn judged_at(write: &Write, by: &By, order: &Order, ask: &Ask) -> Time {
    match order.state.offer() {
        Some(offer) if *ask == Ask::Claim && write.flaws().claim_until_the_timer_runs() => offer.opened_at,
        Some(offer) if *ask == Ask::EndRound && write.flaws().end_rounds_again() => offer.expires_at,
        _ => by.now,
    }
}

/// Whether this is a driver who works where the order is on offer, or was last.
async fn is_asked(write: &mut Write, actor: &Actor, order: &Order) -> Result<bool> {
    let (Actor::Driver { id, .. }, Some(offer)) = (actor, order.state.offer().or(order.last_offer.as_ref())) else {
        return Ok(false);
    };
    Ok(offer.may_ask(*id) && write.known_duty(*id).await?.iter().any(|zone| offer.zones.contains(zone)))
}

/// The claim of a driver who is on duty where the order is on offer, and has room for it.
async fn claim(write: &mut Write, actor: &Actor, order: &Order) -> Result<Command> {
    let Actor::Driver { id, name } = actor else {
        return Err(Refusal::only(&[Role::Driver], "order.claim").into());
    };
    if order.state.offer().is_none() {
        // It will be refused, or it is theirs already: who they are in full does not matter.
        return Ok(Command::Claim(DriverCard { id: *id, name: name.clone(), phone: None, vehicle: None }));
    }
    if !is_asked(write, actor, order).await? {
        return Err(Refusal::OfferClosed("you left the zone it is offered in").into());
    }
    let driver = write.driver(*id).await?.ok_or(Refusal::NotFound("driver"))?;
    let carries = write.load_of(*id).await?;
    if carries >= driver.max_active_orders && !write.flaws().ignore_capacity() {
        return Err(Refusal::AtCapacity { carries, allowed: driver.max_active_orders }.into());
    }
    // Also for who was asked and then was given another vehicle.
    let standing = Standing::of(&driver, carries);
    if order.size > standing.holds() {
        return Err(Refusal::Forbidden("your vehicle does not hold this order".to_owned()).into());
    }
    write.note_answer(driver.id).await?;
    Ok(Command::Claim(driver.card()))
}

async fn assignment(write: &mut Write, actor: &Actor, driver: DriverId) -> Result<Command> {
    if !matches!(actor, Actor::Admin { .. }) {
        return Err(Refusal::only(&[Role::Admin], "order.assign").into());
    }
    match write.driver(driver).await? {
        Some(driver) if driver.blocked => Err(Refusal::invalid("driver_id", "is a blocked driver's").into()),
        Some(driver) => Ok(Command::Assign(driver.card())),
        None => Err(Refusal::invalid("driver_id", "is no driver's").into()),
    }
}

/// Whether what an update names exists, and is free.
async fn fits(write: &mut Write, changes: &Changes, order: &Order, zones: &[Zone]) -> Result<()> {
    if let Some(named) = &changes.zone
        && !zones.iter().any(|zone| zone.id == *named)
    {
        return Err(Refusal::invalid("zone", format!("`{named}` does not exist")).into());
    }
    if let Some(Some(value)) = &changes.external_id
        && write.has_external_id(order.vendor.id, value).await?.is_some_and(|holder| holder != order.id)
    {
        return Err(Refusal::Duplicate { field: "external_id", value: value.clone() }.into());
    }
    Ok(())
}

/// A vendor knows of its own orders; a driver of those they have or had, and of those that were offered to them.
pub(super) async fn knows_of(read: &mut Read, actor: &Actor, order: &Order) -> Result<()> {
    let known = match actor {
        Actor::Admin { .. } | Actor::Hub => true,
        Actor::Vendor { id, .. } => order.vendor.id == *id,
        Actor::Driver { id, .. } if order.driver_id() == Some(*id) => true,
        Actor::Driver { id, .. } => match order.state.offer().or(order.last_offer.as_ref()) {
            None => false,
            Some(offer) if !offer.may_ask(*id) => false,
            Some(offer) => {
                let shifts = read.shifts_since(*id, offer.since_seq + 1).await?;
                shifts.iter().any(|shift| offer.zones.contains(&shift.zone))
            }
        },
    };
    if known { Ok(()) } else { Err(Refusal::NotFound("order").into()) }
}
