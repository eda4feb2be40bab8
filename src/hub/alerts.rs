//! Alerts: kept in step with what is the case, seen by dispatchers.

use std::sync::Arc;

use serde_json::{Map, json};

use super::{By, Done, Hub, Result, drivers::object};
use crate::{
    domain::{
        actor::{Actor, Role},
        alert::{Alert, Duty, Holder, Reached, in_words, matters},
        event::{EventType, Routing},
        id::{AlertId, ZoneId},
        order::Order,
        refusal::Refusal,
        time::Time,
        zone,
    },
    store::Write,
};

impl Hub {
    /// At most `limit` alerts that are not over after `after`, by id: a dispatcher's are all, a vendor's are those about its
    /// orders.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for a driver.
    pub async fn alerts(&self, actor: &Actor, after: Option<AlertId>, limit: u32) -> Result<Vec<Alert>> {
        if actor.driver().is_some() {
            return Err(Refusal::only(&[Role::Vendor, Role::Admin], "alerts").into());
        }
        Ok(self.store.read().await?.open_alerts(actor.vendor(), after, limit).await?)
    }

    /// Notes that a dispatcher saw an alert. Asking again answers the same.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody else, [`Refusal::NotFound`] if there is none of that id.
    pub fn acknowledge(&self, by: By, id: AlertId) -> impl Future<Output = Result<Done<Alert>>> + use<> {
        self.store.write(move |write| {
            Box::pin(async move {
                if !matches!(by.actor, Actor::Admin { .. }) {
                    return Err(Refusal::only(&[Role::Admin], "acknowledging an alert").into());
                }
                let mut alert = write.alert(id).await?.ok_or(Refusal::NotFound("alert"))?;
                if alert.acknowledged_at.is_none() && alert.cleared_at.is_none() {
                    alert.acknowledged_at = Some(by.now);
                    alert.acknowledged_by = Some(by.actor.name().to_owned());
                    let order = write.known_order(alert.order_id).await?.ok_or(Refusal::NotFound("order"))?;
                    write.keep_alert(&alert).await?;
                    tell(write, EventType::AlertAcknowledged, &by, order, &alert)?;
                }
                Ok(alert)
            })
        })
    }
}

/// Raises and clears alerts about an order as things are now. What follows from a command is not part of it.
pub(super) async fn watch(hub: &Hub, write: &mut Write, order: &Arc<Order>, now: Time) -> Result<()> {
    let open = write.open_alerts_of(order.id).await?;
    if write.flaws().raise_no_alerts() || (open.is_empty() && order.state.offer().is_none() && order.away.is_none()) {
        return Ok(());
    }
    let duty = match order.state.offer() {
        Some(offer) if write.is_somebody_on_duty(&offer.zones).await? => Duty::Somebody,
        _ => Duty::Nobody,
    };
    let zones = write.all_zones().await?;
    let rules = zone::rules_of(&zones, &order.zone);
    let holder = match order.awaited().filter(|_| order.away.is_some()) {
        Some(driver) if write.driver(driver.id).await?.is_none_or(|driver| driver.blocked) => Holder::Blocked,
        _ => Holder::Welcome,
    };
    let matters = matters(order, duty, holder, rules, now);
    let by = By { actor: Actor::Hub, now, origin: None };
    for mut alert in open.iter().filter(|alert| !matters.contains(&alert.code)).cloned() {
        alert.cleared_at = Some(now);
        write.keep_alert(&alert).await?;
        write.own_events_end();
        tell(write, EventType::AlertCleared, &by, order.clone(), &alert)?;
    }
    for code in matters.into_iter().filter(|code| !open.iter().any(|alert| alert.code == *code)) {
        let reached = match order.state.offer() {
            Some(offer) => hub.reached(write, order.id, offer.since_seq).await?,
            None => Reached::default(),
        };
        let detail = in_words(code, order, reached, now);
        let (id, order_id, raised_at) = (write.next_alert_id(now), order.id, now);
        let (acknowledged_at, acknowledged_by, cleared_at) = (None, None, None);
        let alert = Alert { id, order_id, code, detail, raised_at, acknowledged_at, acknowledged_by, cleared_at };
        write.keep_alert(&alert).await?;
        write.own_events_end();
        tell(write, EventType::AlertRaised, &by, order.clone(), &alert)?;
    }
    Ok(())
}

/// Somebody came to a zone or left it: is anybody there?
pub(super) async fn watch_zone(hub: &Hub, write: &mut Write, zone: &ZoneId, now: Time) -> Result<()> {
    let mut orders = if write.is_somebody_on_duty(std::slice::from_ref(zone)).await? {
        write.orders_without_duty().await?
    } else {
        write.orders_on_offer().await?
    };
    orders.retain(|order| order.state.offer().is_some_and(|offer| offer.zones.contains(zone)));
    for order in orders {
        watch(hub, write, &Arc::new(order), now).await?;
    }
    Ok(())
}

fn tell(write: &mut Write, kind: EventType, by: &By, order: Arc<Order>, alert: &Alert) -> Result<()> {
    let data: Map<_, _> = object(json!({ "alert": alert }));
    // For dispatchers alone; how things are with its order a vendor is told beside the log, like the reach.
    Ok(write.tell_of(kind, by, order, data, Routing::default())?)
}
