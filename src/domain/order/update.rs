//! Changing what an order is, while nobody has it.

use serde_json::json;

use super::{Order, State, command::Changes, machine::Fact};
use crate::domain::{event::EventType, refusal::Refusal};

impl Order {
    /// The order with `changes`. A place, a zone, a size or what it needs can only change while the order is not
    /// on offer, since other drivers were asked.
    ///
    /// # Errors
    /// [`Refusal::VersionConflict`] if the caller saw another version, [`Refusal::Invalid`] for a field that cannot
    /// change now.
    pub(super) fn update(&self, version: i64, changes: &Changes) -> Result<Vec<Fact>, Refusal> {
        if version != self.version {
            return Err(Refusal::VersionConflict { given: version, current: self.version });
        }
        let on_offer = self.state.offer().is_some();
        let decide_who_is_asked = [
            ("pickup", changes.pickup.is_some()),
            ("zone", changes.zone.is_some()),
            ("size", changes.size.is_some_and(|size| size != self.size)),
            ("needs", changes.needs.as_ref().is_some_and(|needs| *needs != self.needs)),
        ];
        for (field, given) in decide_who_is_asked {
            if given && on_offer {
                return Err(Refusal::invalid(field, "cannot change while the order is on offer: withdraw it first"));
            }
        }
        if changes.scheduled_for.is_some() && self.state != State::Scheduled {
            return Err(Refusal::invalid("scheduled_for", "can only change while the order is scheduled"));
        }
        if changes.auto_ready == Some(true) && !matches!(self.state, State::Scheduled | State::Submitted) {
            return Err(Refusal::invalid("auto_ready", "can only be switched on while the order is not ready"));
        }
        let mut fact = self.same(EventType::OrderUpdated);
        let fields = fact.order.take(changes.clone(), self);
        if fact.order.items.is_empty() && fact.order.notes.is_none() {
            return Err(Refusal::invalid("items", "or notes must say what the order is"));
        }
        fact.order.knows_when_ready()?;
        Ok(if fields.is_empty() { vec![] } else { vec![fact.with(json!({ "changed": fields }))] })
    }

    /// Takes `changes` over and names the fields that are now different from `before`.
    fn take(&mut self, changes: Changes, before: &Order) -> Vec<&'static str> {
        let mut fields = Vec::new();
        macro_rules! take {
            ($($field:ident),*) => { $(
                if let Some(value) = changes.$field {
                    self.$field = value;
                    if self.$field != before.$field {
                        fields.push(stringify!($field));
                    }
                }
            )* };
        }
        take!(external_id, zone, pickup, dropoff, items, package_count, size, needs, notes);
        take!(cash_to_collect, driver_pay, prep_minutes, auto_ready);
        if let Some(due) = changes.scheduled_for.filter(|due| self.scheduled_for != Some(*due)) {
            self.scheduled_for = Some(due);
            fields.push("scheduled_for");
        }
        fields
    }
}
