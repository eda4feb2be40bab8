//! What a client believes: all that it was told, merged by the contract's rules, and what it finds wrong with it.
//!
//! **Invariant:** nothing gets in but a `sync`, an event or an answer. A driver keeps an order that is on offer where they
//! work and have room for it, or that is theirs; a vendor keeps every order of its own.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

/// Statuses after which nothing more is expected.
const CLOSED: [&str; 5] = ["delivered", "returned", "cancelled", "expired", "failed"];

/// The status of an order on offer.
pub(super) const ON_OFFER: &str = "ready_for_pickup";

/// Whether an order of this status is over.
pub(super) fn is_closed(status: &str) -> bool {
    CLOSED.contains(&status)
}

/// An order as it was when a client last heard of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) version: i64,
    pub(super) status: String,
    /// Who holds it, where the reader may know.
    pub(super) holder: Option<String>,
    /// The zones it is on offer in.
    zones: Vec<String>,
    /// All of it that was told.
    pub(super) body: Value,
}

impl Known {
    /// The order in `body`, with its id, if there is one.
    pub(super) fn of(body: &Value) -> Option<(String, Known)> {
        let zones = body["offer"]["zones"].as_array().map(Vec::as_slice).unwrap_or_default();
        let known = Known {
            version: body["version"].as_i64()?,
            status: body["status"].as_str()?.to_owned(),
            holder: body["driver"]["id"].as_str().map(ToOwned::to_owned),
            zones: zones.iter().filter_map(|zone| zone.as_str().map(ToOwned::to_owned)).collect(),
            body: body.clone(),
        };
        Some((body["id"].as_str()?.to_owned(), known))
    }

    /// Tells one round of an offer from all others of the same order.
    pub(super) fn round_key(&self) -> String {
        format!("{} {}", self.body["offer"]["opened_at"], self.body["ready_at"])
    }

    pub(super) fn is_on_offer(&self) -> bool {
        self.status == ON_OFFER
    }
}

/// Whose picture it is.
#[derive(Clone, Debug)]
enum Whose {
    Vendor,
    Driver { id: String, room: usize },
}

/// What a client believes.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    whose: Whose,
    cursor: Option<(String, i64)>,
    /// The zones its driver works in.
    pub(super) zones: Vec<String>,
    /// Every order it was ever told of, as it was last.
    pub(super) orders: HashMap<String, Known>,
    /// The orders it shows.
    shown: BTreeSet<String>,
    /// The orders that were ever on offer to its driver.
    told: HashSet<String>,
    /// Of each order, the versions that events and own commands told of, and from where on all must be told of.
    versions: HashMap<String, BTreeSet<i64>>,
    first_version: HashMap<String, i64>,
    /// Of each order, the version of the last event.
    last_event: HashMap<String, i64>,
}

impl Picture {
    /// A vendor's, who knows nothing yet.
    pub(super) fn of_vendor() -> Picture {
        Picture::new(Whose::Vendor)
    }

    /// A driver's, who may carry `room` orders and knows nothing yet.
    pub(super) fn of_driver(id: &str, room: usize) -> Picture {
        Picture::new(Whose::Driver { id: id.to_owned(), room })
    }

    fn new(whose: Whose) -> Picture {
        Picture {
            whose,
            cursor: None,
            zones: vec![],
            orders: HashMap::new(),
            shown: BTreeSet::new(),
            told: HashSet::new(),
            versions: HashMap::new(),
            first_version: HashMap::new(),
            last_event: HashMap::new(),
        }
    }

    /// The cursor to come back with.
    pub(super) fn cursor(&self) -> Option<Value> {
        self.cursor.as_ref().map(|(epoch, seq)| json!({ "epoch": epoch, "seq": seq }))
    }

    /// Takes in the first word of a connection; answers how many events it made up for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn take_sync(&mut self, body: &Value) -> Result<usize, String> {
        let place = body["cursor"]["epoch"].as_str().zip(body["cursor"]["seq"].as_i64());
        let (epoch, seq) = place.ok_or("a sync came without a cursor")?;
        let part = |name: &str| body[name].as_array().map(Vec::as_slice).unwrap_or_default();
        let before = self.cursor.replace((epoch.to_owned(), seq));
        if body["mode"] == "snapshot" {
            self.shown.clear();
            self.told.clear();
            self.last_event.clear();
            self.take_zones(part("zones"));
            for (id, known) in part("orders").iter().filter_map(Known::of) {
                self.first_version.insert(id.clone(), known.version);
                self.orders.remove(&id);
                self.take_order(id, known);
            }
            return Ok(0);
        }
        let (log_before, mut last) = before.ok_or("a replay came to a client that asked for none")?;
        if log_before != epoch {
            return Err(format!("a replay of another log, {epoch}, came to a client of {log_before}"));
        }
        let events = part("events");
        for event in events {
            let place = event["seq"].as_i64().unwrap_or(-1);
            if place <= last || place > seq {
                return Err(format!("a replay from {last} to {seq} holds the event {place} there"));
            }
            last = place;
            self.take_event(event)?;
        }
        self.take_zones(part("zones"));
        Ok(events.len())
    }

    /// Takes in an event of a live connection.
    ///
    /// # Errors
    /// A gap, or an event for the second time.
    pub(super) fn take_live(&mut self, event: &Value) -> Result<(), String> {
        let (_, last) = self.cursor.as_mut().ok_or("an event came before the sync")?;
        let (seq, prev) = (event["seq"].as_i64(), event["prev"].as_i64());
        if prev != Some(*last) || seq <= prev {
            let kind = event["type"].as_str().unwrap_or("an event");
            return Err(format!("a gap: {kind} has seq {seq:?} and prev {prev:?}, but the last was {last}"));
        }
        *last = seq.unwrap_or(*last);
        self.take_event(event)
    }

    fn take_event(&mut self, event: &Value) -> Result<(), String> {
        if event["type"] == "driver.zones_changed" {
            self.take_zones(event["data"]["zones"].as_array().map(Vec::as_slice).unwrap_or_default());
        }
        if event["type"] == "driver.declined" {
            // On another connection, or on one that was lost before the answer came.
            self.shown.remove(event["data"]["order_id"].as_str().unwrap_or_default());
        }
        let Some((id, known)) = Known::of(&event["order"]) else { return Ok(()) };
        // Who gets free is asked for what is on offer already, by one more event of the same version.
        let is_asked_anew = !event["data"]["asked"].is_null();
        let last = self.last_event.insert(id.clone(), known.version);
        if last.is_some_and(|last| known.version < last || (known.version == last && !is_asked_anew)) {
            let kind = event["type"].as_str().unwrap_or("an event");
            return Err(format!(
                "{kind} of order {id} says version {}, after version {} was told",
                known.version,
                last.unwrap_or_default()
            ));
        }
        self.versions.entry(id.clone()).or_default().insert(known.version);
        self.take_order(id, known);
        Ok(())
    }

    /// Takes in the good answer to a command of this client's; `wrote` says whether the command changed anything.
    pub(super) fn take_answer(&mut self, command: &str, data: &Value, wrote: bool) {
        match command {
            "zone.join" => {
                if let Some(zone) = data["zone"].as_str().filter(|zone| !self.zones.iter().any(|known| known == zone)) {
                    self.zones.push(zone.to_owned());
                }
                for (id, known) in
                    data["orders"].as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(Known::of)
                {
                    self.take_order(id, known);
                }
            }
            "zone.leave" => {
                let kept: Vec<Value> =
                    self.zones.iter().filter(|zone| data["zone"] != **zone).map(|zone| json!(zone)).collect();
                self.take_zones(&kept);
            }
            _ => self.take_answered_order(command, data, wrote),
        }
    }

    fn take_answered_order(&mut self, command: &str, data: &Value, wrote: bool) {
        let Some((id, known)) = Known::of(data) else { return };
        if wrote {
            let first = if command == "order.submit" { 1 } else { known.version };
            self.versions.entry(id.clone()).or_default().extend(first..=known.version);
        }
        self.take_order(id.clone(), known);
        if ["order.decline", "order.release"].contains(&command) {
            self.shown.remove(&id);
        }
    }

    fn take_order(&mut self, id: String, known: Known) {
        if self.orders.get(&id).is_some_and(|newest| newest.version > known.version) {
            return;
        }
        if known.is_on_offer() && !self.is_vendor() {
            self.told.insert(id.clone());
        }
        if self.keeps(&known) {
            self.shown.insert(id.clone())
        } else {
            self.shown.remove(&id)
        };
        self.orders.insert(id, known);
        if !self.has_room() {
            // What is still on offer once there is room again is told then.
            let orders = &self.orders;
            self.shown.retain(|id| !orders[id].is_on_offer());
        }
    }

    fn take_zones(&mut self, zones: &[Value]) {
        self.zones = zones.iter().filter_map(|zone| zone.as_str().map(ToOwned::to_owned)).collect();
        let gone: Vec<String> = self.shown.iter().filter(|id| !self.keeps(&self.orders[*id])).cloned().collect();
        for id in gone {
            self.shown.remove(&id);
        }
    }

    fn keeps(&self, known: &Known) -> bool {
        if self.is_vendor() {
            return true;
        }
        let works_there = known.zones.iter().any(|zone| self.zones.contains(zone));
        self.is_mine(known) || (known.is_on_offer() && works_there && self.has_room())
    }

    fn is_vendor(&self) -> bool {
        matches!(self.whose, Whose::Vendor)
    }

    fn is_mine(&self, known: &Known) -> bool {
        let Whose::Driver { id, .. } = &self.whose else { return false };
        known.holder.as_ref() == Some(id) && !is_closed(&known.status)
    }

    fn has_room(&self) -> bool {
        let Whose::Driver { room, .. } = &self.whose else { return true };
        self.shown().filter(|(_, known)| self.is_mine(known)).count() < *room
    }

    fn shown(&self) -> impl Iterator<Item = (&String, &Known)> {
        self.shown.iter().filter_map(|id| Some((id, self.orders.get(id)?)))
    }

    /// What is on offer to its driver.
    pub(super) fn offers(&self) -> impl Iterator<Item = (&String, &Known)> {
        self.shown().filter(|(_, known)| known.is_on_offer())
    }

    /// What its driver carries.
    pub(super) fn carried(&self) -> impl Iterator<Item = (&String, &Known)> {
        self.shown().filter(|(_, known)| self.is_mine(known))
    }

    /// Orders of whose offer its driver was told, that are still on offer for all that the client knows.
    pub(super) fn open_offers(&self) -> Vec<&str> {
        let open = self.told.iter().filter(|id| self.orders.get(*id).is_some_and(Known::is_on_offer));
        open.map(String::as_str).collect()
    }

    /// How many offers its driver was ever told of.
    pub(super) fn offers_told(&self) -> usize {
        self.told.len()
    }

    /// The versions of an order up to `head` that were never told of.
    pub(super) fn missing_versions(&self, id: &str, head: i64) -> Vec<i64> {
        let first = self.first_version.get(id).map_or(1, |first| first + 1);
        let told = self.versions.get(id);
        (first..=head).filter(|version| told.is_none_or(|told| !told.contains(version))).collect()
    }

    /// What this picture and a fresh one, of a connection without a cursor, show and the other does not.
    pub(super) fn differs_from(&self, fresh: &Picture) -> (Vec<String>, Vec<String>) {
        let ghosts = self.shown.difference(&fresh.shown).cloned().collect();
        (ghosts, fresh.shown.difference(&self.shown).cloned().collect())
    }
}

#[cfg(test)]
mod tests;
