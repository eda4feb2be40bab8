//! 4: what each client saw, over all its connections, is exactly its share of the log.
//!
//! Whose an event is to hear is worked out here from the contract and from the log as a dispatcher reads it, not by the
//! hub's own rules.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Evidence, Logged};
use crate::{
    client::Person,
    picture::Picture,
    town::CARRIED_MAX,
    view::{Brief, Entry, Heard, Sync, View},
};

/// Most events in one replay.
const REPLAY_EVENTS_MAX: usize = 500;

/// Most orders in a dispatcher's snapshot.
const BOARD_ORDERS_MAX: usize = 2_000;

/// Faults of one client that are told; the rest follows from them.
const FAULTS_MAX: usize = 3;

pub(super) fn everybody_heard_their_share(evidence: &Evidence) -> Vec<String> {
    let told = evidence.views.iter().flat_map(|(person, views)| {
        let share = Share::of(person, &evidence.log);
        let mut faults = share.faults(views);
        faults.truncate(FAULTS_MAX);
        faults.into_iter().map(move |fault| format!("{}: {fault}", person.name))
    });
    told.collect()
}

/// Of the answers before a fault, how many are said with it.
const ANSWERS_SAID: usize = 8;

/// An order and its version and status: what is compared.
type Shown = BTreeMap<String, (i64, String)>;

/// Somebody's share of the log.
struct Share<'e> {
    person: &'e Person,
    log: &'e [Logged],
    /// Their events, in order.
    events: Vec<&'e Heard>,
}

/// A driver's work in a zone.
struct Work {
    zone: String,
    joined: i64,
    left: Option<i64>,
}

/// What a driver is to an order.
#[derive(Default)]
struct Known {
    before: Option<Brief>,
    /// The event that put it on offer.
    since: i64,
    /// They declined it or gave it back, and are not asked for it again.
    gave_back: bool,
}

/// A driver, as the log shows them up to some event.
#[derive(Default)]
struct Driver {
    work: Vec<Work>,
    orders: HashMap<String, Known>,
    /// The open orders that they carry.
    carried: HashSet<String>,
    /// From which events on their hands were full, and from which they were not.
    full: Vec<(i64, bool)>,
}

impl Driver {
    /// Takes in an event, and answers whether it is theirs to hear.
    fn hears(&mut self, me: &str, event: &Heard) -> bool {
        let hears = self.is_told(me, event);
        if let Some(order) = &event.order {
            if order.driver.as_deref() == Some(me) && !order.is_closed() {
                self.carried.insert(order.id.clone());
            } else {
                self.carried.remove(&order.id);
            }
            let is_full = self.carried.len() >= CARRIED_MAX;
            if is_full != self.is_full() {
                self.full.push((event.seq, is_full));
            }
        }
        hears
    }

    /// Whether their hands are full.
    fn is_full(&self) -> bool {
        self.full.last().is_some_and(|(_, is_full)| *is_full)
    }

    /// Whether there was a moment after the event at `from` and before the one at `to` when their hands were not full.
    fn was_free(&self, from: i64, to: i64) -> bool {
        let ends = self.full.iter().map(|(seq, _)| *seq).skip(1).chain([i64::MAX]);
        let was = self.full.iter().zip(ends).any(|((begin, full), end)| !full && (*begin).max(from) < end.min(to));
        was || self.full.first().is_none_or(|(first, _)| from < *first)
    }

    fn is_told(&mut self, me: &str, event: &Heard) -> bool {
        if let Some(asked) = event.data["asked"].as_str() {
            // Somebody is asked late; for everybody else nothing happened.
            return asked == me;
        }
        if event.kind == "driver.zones_changed" {
            let is_mine = event.data["driver_id"] == me;
            if is_mine {
                self.moved(event);
            }
            return is_mine;
        }
        if event.kind == "driver.declined" {
            let is_mine = event.data["driver_id"] == me;
            if let (true, Some(order)) = (is_mine, event.subject()) {
                self.orders.entry(order.to_owned()).or_default().gave_back = true;
            }
            return is_mine;
        }
        let Some(after) = &event.order else { return false };
        if event.kind.starts_with("alert.") {
            return false;
        }
        let known = self.orders.entry(after.id.clone()).or_default();
        let before = known.before.replace(after.clone());
        if event.kind == "order.released" && event.data["driver_id"] == me {
            known.gave_back = true;
        }
        let was_on_offer = before.as_ref().is_some_and(Brief::is_on_offer);
        if after.is_on_offer() && !was_on_offer {
            known.since = event.seq;
        }
        let holds = |order: Option<&Brief>| order.is_some_and(|order| order.driver.as_deref() == Some(me));
        if holds(before.as_ref()) || holds(Some(after)) {
            return true;
        }
        let is_between_two = ["order.message", "order.problem"].contains(&event.kind.as_str());
        if is_between_two || (!was_on_offer && !after.is_on_offer()) {
            return false;
        }
        let mut zones: Vec<&String> = before.iter().filter(|_| was_on_offer).flat_map(|order| &order.zones).collect();
        zones.extend(after.zones.iter().filter(|_| after.is_on_offer()));
        let ends = !after.is_on_offer();
        let (since, gave_back) = (known.since, known.gave_back);
        let mut work = self.work.iter().filter(|work| zones.contains(&&work.zone) && work.joined < event.seq);
        let is_or_was_asked = work.any(|work| {
            let left = work.left.unwrap_or(i64::MAX);
            if ends {
                let (from, to) = (work.joined.max(since), left.min(event.seq));
                from < to && self.was_free(from, to)
            } else {
                left >= event.seq && !self.is_full()
            }
        });
        if ends { is_or_was_asked || gave_back } else { is_or_was_asked && !gave_back }
    }

    fn moved(&mut self, event: &Heard) {
        let zones = event.data["zones"].as_array().map(Vec::as_slice).unwrap_or_default();
        let zones: Vec<&str> = zones.iter().filter_map(|zone| zone.as_str()).collect();
        for work in self.work.iter_mut().filter(|work| work.left.is_none() && !zones.contains(&work.zone.as_str())) {
            work.left = Some(event.seq);
        }
        for zone in zones {
            if !self.works_in(zone) {
                self.work.push(Work { zone: zone.to_owned(), joined: event.seq, left: None });
            }
        }
    }

    fn works_in(&self, zone: &str) -> bool {
        self.work.iter().any(|work| work.left.is_none() && work.zone == zone)
    }

    /// Whether an order is theirs to see without having heard of it.
    fn shows(&self, me: &str, order: &Brief) -> bool {
        let gave_back = self.orders.get(&order.id).is_some_and(|known| known.gave_back);
        let is_theirs = order.driver.as_deref() == Some(me) && !order.is_closed();
        is_theirs
            || (order.is_on_offer()
                && !gave_back
                && !self.is_full()
                && order.zones.iter().any(|zone| self.works_in(zone)))
    }
}

impl<'e> Share<'e> {
    fn of(person: &'e Person, log: &'e [Logged]) -> Share<'e> {
        let mut driver = Driver::default();
        let events = log.iter().map(|logged| &logged.event);
        let events = events.filter(|event| match person.namespace {
            "/dispatch" => true,
            "/orders" => {
                let is_own = event.order.as_ref().is_some_and(|order| order.vendor.as_ref() == Some(&person.id));
                // Alerts are the dispatcher's; a vendor is told of them beside the log.
                is_own && event.data["asked"].is_null() && !event.kind.starts_with("alert.")
            }
            _ => driver.hears(&person.id, event),
        });
        Share { person, log, events: events.collect() }
    }

    /// What somebody is shown who comes when the log ends at `seq`.
    fn board(&self, seq: i64) -> Shown {
        let mut driver = Driver::default();
        let mut orders: BTreeMap<&str, &Brief> = BTreeMap::new();
        for event in self.log.iter().map(|logged| &logged.event).take_while(|event| event.seq <= seq) {
            driver.hears(&self.person.id, event);
            orders.extend(event.order.iter().map(|order| (order.id.as_str(), order)));
        }
        let is_shown = |order: &Brief| match self.person.namespace {
            "/dispatch" => true,
            "/orders" => order.vendor.as_ref() == Some(&self.person.id),
            _ => driver.shows(&self.person.id, order),
        };
        orders.into_values().filter(|order| is_shown(order)).map(shown).collect()
    }

    /// Their events after `from` up to `to`.
    fn between(&self, from: i64, to: i64) -> &[&'e Heard] {
        let at = |seq: i64| self.events.partition_point(|event| event.seq <= seq);
        &self.events[at(from)..at(to).max(at(from))]
    }

    fn faults(&self, views: &[View]) -> Vec<String> {
        let mut faults: Vec<String> = views.iter().flat_map(|view| view.faults.clone()).collect();
        for (n, view) in views.iter().enumerate() {
            faults.extend(self.faults_of(view).into_iter().map(|fault| format!("connection {n}: {fault}")));
        }
        faults.extend(self.faults_of_picture(views));
        faults
    }

    fn faults_of(&self, view: &View) -> Vec<String> {
        let mut faults = Vec::new();
        let mut last = None;
        let mut acked: Vec<(i64, Option<&str>)> = Vec::new();
        for entry in &view.entries {
            match entry {
                Entry::Sync(sync) => {
                    faults.extend(self.fault_of_sync(view, sync));
                    last = Some(sync.cursor().seq);
                }
                Entry::Acked { seq, answer } => acked.extend(seq.map(|seq| (seq, answer.order()))),
                Entry::Heard(heard) => {
                    let Some(before) = last.replace(heard.seq) else {
                        faults.push(format!("{} at {} came before the sync", heard.kind, heard.seq));
                        continue;
                    };
                    faults.extend(self.fault_of_heard(before, heard, &acked));
                }
            }
        }
        faults
    }

    /// What is wrong with an event that came after the one at `before`.
    fn fault_of_heard(&self, before: i64, heard: &Heard, acked: &[(i64, Option<&str>)]) -> Option<String> {
        let expected = self.between(before, heard.seq);
        if expected.last().is_none_or(|last| !is_same(last, heard)) {
            return Some(format!("{} at {} is not theirs to hear, or was told otherwise", heard.kind, heard.seq));
        }
        // What a client did itself it knows by its answer, and that must have come before what came later.
        let knows = |event: &Heard| {
            event.actor.as_ref() == Some(&self.person.id)
                && acked.iter().any(|(seq, order)| *seq >= event.seq && *order == event.subject())
        };
        let missed = expected[..expected.len() - 1].iter().find(|event| !knows(event))?;
        let by = missed.actor.as_deref().unwrap_or("the hub");
        let (kind, seq) = (&missed.kind, missed.seq);
        let answers = &acked[acked.len().saturating_sub(ANSWERS_SAID)..];
        Some(format!("{kind} at {seq} by {by} was never told, and {} came after it (answers: {answers:?})", heard.seq))
    }

    fn fault_of_sync(&self, view: &View, sync: &Sync) -> Option<String> {
        match (sync, &view.from) {
            (Sync::Replay { cursor, events }, Some(from)) => {
                let expected = self.between(from.seq, cursor.seq);
                let is_whole = events.len() == expected.len()
                    && events.iter().zip(expected).all(|(told, event)| is_same(event, told));
                let seqs = |events: &mut dyn Iterator<Item = i64>| events.collect::<Vec<_>>();
                (!is_whole).then(|| {
                    format!(
                        "the replay from {} to {} holds {:?}, not {:?}",
                        from.seq,
                        cursor.seq,
                        seqs(&mut events.iter().map(|event| event.seq)),
                        seqs(&mut expected.iter().map(|event| event.seq))
                    )
                })
            }
            (Sync::Replay { .. }, None) => Some("a replay without a cursor".to_owned()),
            (Sync::Snapshot { cursor, orders, .. }, from) => {
                if let Some(from) = from.as_ref().filter(|from| from.epoch == cursor.epoch) {
                    let missed = self.between(from.seq, cursor.seq).len();
                    if missed <= REPLAY_EVENTS_MAX && from.seq <= cursor.seq {
                        return Some(format!("a snapshot where {missed} events could be replayed"));
                    }
                }
                let mut expected = self.board(cursor.seq);
                let found: Shown = orders.iter().map(shown).collect();
                if self.person.namespace == "/dispatch" {
                    let left_out = expected.len().saturating_sub(BOARD_ORDERS_MAX);
                    let newest: HashSet<String> = expected.keys().skip(left_out).cloned().collect();
                    expected.retain(|id, _| newest.contains(id));
                }
                difference(&expected, &found).map(|what| format!("the snapshot at {}: {what}", cursor.seq))
            }
        }
    }

    /// Replay then live leads to the same state as a snapshot: to what somebody new would be shown.
    fn faults_of_picture(&self, views: &[View]) -> Option<String> {
        let (_, views) = views.split_last()?;
        let driver = (self.person.namespace == "/drivers").then_some(self.person.id.as_str());
        let mut picture = Picture::of(driver);
        views.iter().flat_map(|view| &view.entries).for_each(|entry| picture.take(entry));
        // A zone that was joined with a lost answer is asked about again on the next occasion, which did not come.
        if !picture.unread_zones.is_empty() {
            return None;
        }
        let seq = views.last()?.cursor()?.seq;
        let mut found: Shown = picture.orders.values().map(shown).collect();
        let mut expected = self.board(seq);
        if self.person.namespace == "/drivers" {
            // What is said about an order on offer raises its version, and is not told to whom it is offered.
            for board in [&mut found, &mut expected] {
                board.values_mut().filter(|(_, status)| status == "ready_for_pickup").for_each(|shown| shown.0 = 0);
            }
        }
        if self.person.namespace == "/dispatch" {
            // A snapshot on the way may have left out the oldest.
            expected.retain(|id, _| found.contains_key(id));
        }
        difference(&expected, &found).map(|what| format!("what it shows at the end: {what}"))
    }
}

fn shown(order: &Brief) -> (String, (i64, String)) {
    (order.id.clone(), (order.version, order.status.clone()))
}

fn is_same(logged: &Heard, told: &Heard) -> bool {
    let order = |event: &Heard| event.order.as_ref().map(shown);
    logged.seq == told.seq && logged.kind == told.kind && order(logged) == order(told)
}

/// What is the first difference between two boards.
fn difference(expected: &Shown, found: &Shown) -> Option<String> {
    for (id, (version, status)) in expected {
        match found.get(id) {
            None => return Some(format!("order {id} is missing ({status}, version {version})")),
            Some(other) if *other != (*version, status.clone()) => {
                return Some(format!("order {id} is shown as {other:?}, and is {status} at version {version}"));
            }
            Some(_) => {}
        }
    }
    let extra = found.iter().find(|(id, _)| !expected.contains_key(*id))?;
    Some(format!("order {} is a ghost: {:?}", extra.0, extra.1))
}
