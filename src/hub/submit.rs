//! Submitting an order.

use std::sync::Arc;

use serde_json::Map;

use super::{By, Done, Hub, HubError, Result, alerts::watch, nearest::first};
use crate::{
    domain::{
        actor::Actor,
        event::EventType,
        id::{OrderId, VendorId, ZoneId},
        offer::First,
        order::{
            CODE_ALPHABET, Item, Money, Order, Place, Size, State, Times,
            command::Command,
            machine::{Fact, Terms},
        },
        party::Vendor,
        refusal::Refusal,
        time::Time,
        zone::{self, Zone},
    },
    store::{Saved, Write},
};

/// How often a spoken code is drawn anew, and how long it is then: longer once the short ones are running out.
const CODE_CHARS: [usize; 8] = [4, 4, 4, 5, 5, 5, 6, 6];

/// An order as it comes in, its fields checked one by one.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Whose order it is; a dispatcher must say, a vendor may only name itself.
    pub vendor: Option<VendorId>,
    /// The vendor's own number.
    pub external_id: Option<String>,
    /// The zone, if not the one that holds the pickup.
    pub zone: Option<ZoneId>,
    /// Where it is picked up, if not at the vendor's.
    pub pickup: Option<Place>,
    /// Where it goes.
    pub dropoff: Option<Place>,
    /// What is in it.
    pub items: Vec<Item>,
    /// How many packages.
    pub package_count: u32,
    /// How large.
    pub size: Size,
    /// What the driver must bring.
    pub needs: Vec<String>,
    /// For whoever handles it.
    pub notes: Option<String>,
    /// What the driver collects.
    pub cash_to_collect: Option<Money>,
    /// What the driver earns.
    pub driver_pay: Option<Money>,
    /// How long the kitchen needs.
    pub prep_minutes: Option<u32>,
    /// When it is wanted, if later.
    pub scheduled_for: Option<Time>,
    /// Offer it by itself when it should be ready.
    pub auto_ready: bool,
    /// Offer it at once.
    pub ready: bool,
    /// The same key and the same request make one order.
    pub idempotency: Option<(String, [u8; 32])>,
}

impl Hub {
    /// Takes an order in. The same idempotency key with the same request answers with the order that it made.
    ///
    /// Queued at once, in the order of the calls.
    ///
    /// # Errors
    /// [`Refusal::OutsideServiceArea`] if no zone holds the pickup and none was named, [`Refusal::Duplicate`] if the
    /// `external_id` is taken, [`Refusal::IdempotencyKeyReused`], [`Refusal::Invalid`] for a vendor, zone or time that
    /// cannot be.
    pub fn submit(&self, by: By, mut submission: Submission) -> impl Future<Output = Result<Done<Arc<Order>>>> + use<> {
        if self.store.flaws().forget_idempotency_keys() {
            submission.idempotency = None;
        }
        let mut chance = [0; CODE_CHARS.len() * 6];
        self.chance.fill(&mut chance);
        let (id, token) = (self.new_id(), self.new_token());
        let hub = self.clone();
        self.store
            .write(move |write| Box::pin(async move { taken_in(&hub, write, by, submission, id, token, chance).await }))
    }
}

async fn taken_in(
    hub: &Hub,
    write: &mut Write,
    by: By,
    mut submission: Submission,
    id: OrderId,
    token: String,
    chance: [u8; CODE_CHARS.len() * 6],
) -> Result<Arc<Order>> {
    let owner = by.actor.owner();
    let idempotency = submission.idempotency.take();
    if let Some((key, hash)) = &idempotency
        && let Some((kept, order)) = write.idempotent(&owner, key).await?
    {
        if kept != hash {
            return Err(Refusal::IdempotencyKeyReused.into());
        }
        return Ok(Arc::new(write.order(order).await?.ok_or(Refusal::NotFound("order"))?));
    }
    let vendor = vendor_of(write, &by.actor, submission.vendor).await?;
    let zones = write.all_zones().await?;
    let ready = submission.ready;
    let mut order = order_of(submission, &vendor, &zones, by.now, id, token)?;
    let rules = zone::rules_of(&zones, &order.zone);
    let first = if ready { first(write, &order, &Command::Ready, rules, hub, by.now).await? } else { First::default() };
    for (chars, chance) in CODE_CHARS.iter().zip(chance.chunks_exact(6)) {
        order.code = chance[..*chars].iter().map(|byte| char::from(CODE_ALPHABET[usize::from(byte % 32)])).collect();
        let mut facts = vec![Fact { kind: EventType::OrderSubmitted, order: order.clone(), data: Map::new() }];
        if ready {
            let terms = Terms { now: by.now, rules, first: &first };
            facts.extend(order.on(&Command::Ready, &by.actor, terms)?);
        }
        match write.make_order(facts, &by).await? {
            Saved::Yes(order) => {
                if let Some((key, hash)) = &idempotency {
                    write.remember(&owner, key, hash, order.id, by.now).await?;
                }
                // About an order that is not on offer there is nothing to be alerted of yet.
                if ready {
                    watch(hub, write, &order, by.now).await?;
                }
                return Ok(order);
            }
            Saved::CodeTaken => {}
            Saved::ExternalIdTaken => {
                let value = order.external_id.unwrap_or_default();
                return Err(Refusal::Duplicate { field: "external_id", value }.into());
            }
        }
    }
    Err(HubError::Store(crate::store::StoreError::Row { table: "orders", fault: "no spoken code is free".to_owned() }))
}

async fn vendor_of(write: &mut Write, actor: &Actor, named: Option<VendorId>) -> Result<Vendor> {
    let id = match (actor, named) {
        (Actor::Vendor { id, .. }, None) => *id,
        (Actor::Vendor { id, .. }, Some(named)) if named == *id => *id,
        (Actor::Vendor { .. }, Some(_)) => {
            return Err(Refusal::Forbidden("a vendor submits its own orders".to_owned()).into());
        }
        (Actor::Admin { .. }, Some(named)) => named,
        (Actor::Admin { .. }, None) => return Err(Refusal::invalid("vendor_id", "is required of a dispatcher").into()),
        _ => return Err(Refusal::Forbidden("order.submit is for vendor or admin".to_owned()).into()),
    };
    let vendor = write.known_vendor(id).await?;
    vendor.ok_or_else(|| Refusal::invalid("vendor_id", "is no vendor's").into())
}

fn order_of(
    submission: Submission,
    vendor: &Vendor,
    zones: &[Zone],
    now: Time,
    id: OrderId,
    tracking_token: String,
) -> Result<Order, Refusal> {
    let own_pickup = submission.pickup.is_none();
    let pickup = submission.pickup.unwrap_or_else(|| Place {
        address: vendor.address.clone(),
        point: vendor.point,
        phone: vendor.phone.clone(),
        ..Place::default()
    });
    let zone = match (&submission.zone, &vendor.zone) {
        (Some(named), _) if zones.iter().any(|zone| zone.id == *named) => named.clone(),
        (Some(named), _) => return Err(Refusal::invalid("zone", format!("`{named}` does not exist"))),
        (None, Some(own)) if own_pickup => own.clone(),
        (None, _) => {
            let held = pickup.point.and_then(|point| zone::holding(zones, point));
            held.ok_or(Refusal::OutsideServiceArea)?.id.clone()
        }
    };
    if submission.ready && submission.scheduled_for.is_some_and(|due| due > now) {
        return Err(Refusal::invalid("ready", "and a later `scheduled_for` contradict each other"));
    }
    let mut order = Order {
        id,
        code: String::new(),
        external_id: submission.external_id,
        version: 1,
        zone,
        vendor: vendor.card(),
        pickup_code_required: vendor.require_pickup_code,
        pickup,
        dropoff: submission.dropoff,
        items: submission.items,
        package_count: submission.package_count,
        size: submission.size,
        needs: submission.needs,
        notes: submission.notes,
        cash_to_collect: submission.cash_to_collect,
        driver_pay: submission.driver_pay,
        prep_minutes: submission.prep_minutes,
        scheduled_for: submission.scheduled_for,
        auto_ready: submission.auto_ready,
        tracking_token,
        state: State::Submitted,
        times: Times { submitted_at: Some(now), ..Times::default() },
        last_offer: None,
        problem: None,
        away: None,
    };
    order.knows_when_ready()?;
    if !submission.ready && order.begins_at().is_some_and(|begin| begin > now) {
        order.state = State::Scheduled;
    }
    Ok(order)
}
