//! What a client saw on one connection, as it came.

use serde_json::Value;

/// A place in the log of one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) epoch: String,
    pub(crate) seq: i64,
}

impl Cursor {
    fn of(value: &Value) -> Cursor {
        let epoch = value["epoch"].as_str().unwrap_or_default().to_owned();
        Cursor { epoch, seq: value["seq"].as_i64().unwrap_or(-1) }
    }
}

/// What of an order is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Brief {
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) status: String,
    pub(crate) vendor: Option<String>,
    /// Who holds it, where the reader may know.
    pub(crate) driver: Option<String>,
    /// The zones it is on offer in.
    pub(crate) zones: Vec<String>,
}

impl Brief {
    /// The order in `value`, if it is one.
    pub(crate) fn of(value: &Value) -> Option<Brief> {
        let word = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let zones = value["offer"]["zones"].as_array().map(Vec::as_slice).unwrap_or_default();
        Some(Brief {
            id: word(&value["id"])?,
            version: value["version"].as_i64()?,
            status: word(&value["status"])?,
            vendor: word(&value["vendor"]["id"]),
            driver: word(&value["driver"]["id"]),
            zones: zones.iter().filter_map(word).collect(),
        })
    }

    /// Whether it is on offer.
    pub(crate) fn is_on_offer(&self) -> bool {
        self.status == "ready_for_pickup"
    }

    /// Whether nothing more is expected to happen to it.
    pub(crate) fn is_closed(&self) -> bool {
        ["delivered", "returned", "cancelled", "expired", "failed"].contains(&self.status.as_str())
    }
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heard {
    pub(crate) seq: i64,
    /// The event before it on this connection; none in a replay and in the log itself.
    pub(crate) prev: Option<i64>,
    pub(crate) kind: String,
    /// Who did it, where the reader may know.
    pub(crate) actor: Option<String>,
    pub(crate) order: Option<Brief>,
    pub(crate) data: Value,
}

impl Heard {
    pub(crate) fn of(body: &Value) -> Heard {
        Heard {
            seq: body["seq"].as_i64().unwrap_or(-1),
            prev: body["prev"].as_i64(),
            kind: body["type"].as_str().unwrap_or_default().to_owned(),
            actor: body["actor"]["id"].as_str().map(ToOwned::to_owned),
            order: Brief::of(&body["order"]),
            data: body["data"].clone(),
        }
    }
}

/// How a connection began.
#[derive(Clone, Debug)]
pub(crate) enum Sync {
    Snapshot { cursor: Cursor, zones: Vec<String>, orders: Vec<Brief> },
    Replay { cursor: Cursor, events: Vec<Heard> },
}

impl Sync {
    pub(crate) fn of(body: &Value) -> Sync {
        let cursor = Cursor::of(&body["cursor"]);
        let list = |name: &str| body[name].as_array().map(Vec::as_slice).unwrap_or_default();
        if body["mode"] == "replay" {
            return Sync::Replay { cursor, events: list("events").iter().map(Heard::of).collect() };
        }
        let zones = list("zones").iter().filter_map(|zone| zone.as_str().map(ToOwned::to_owned)).collect();
        Sync::Snapshot { cursor, zones, orders: list("orders").iter().filter_map(Brief::of).collect() }
    }

    pub(crate) fn cursor(&self) -> &Cursor {
        match self {
            Sync::Snapshot { cursor, .. } | Sync::Replay { cursor, .. } => cursor,
        }
    }
}

/// One thing that came on a connection.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Sync(Sync),
    Heard(Heard),
    /// A good answer, and the last event that the command wrote.
    Acked {
        seq: Option<i64>,
        answer: Answer,
    },
}

/// What a command was answered with.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// An order, as it is after the command.
    Order(Brief),
    /// A zone that the driver works in now, and what is on offer there.
    Joined { zone: String, orders: Vec<Brief> },
    /// A zone that the driver works in no more.
    Left { zone: String },
    /// An order that the driver does not want, or no longer. Others are asked for it now.
    GaveBack(Brief),
    /// Anything else.
    Other,
}

impl Answer {
    pub(crate) fn of(verb: &str, data: &Value) -> Answer {
        match Brief::of(data) {
            Some(order) if ["order.release", "order.decline"].contains(&verb) => return Answer::GaveBack(order),
            Some(order) => return Answer::Order(order),
            None => {}
        }
        match (data["zone"].as_str().map(ToOwned::to_owned), data["orders"].as_array()) {
            (Some(zone), Some(orders)) => {
                Answer::Joined { zone, orders: orders.iter().filter_map(Brief::of).collect() }
            }
            (Some(zone), None) => Answer::Left { zone },
            (None, _) => Answer::Other,
        }
    }

    /// The order that it is about.
    pub(crate) fn order(&self) -> Option<&str> {
        match self {
            Answer::Order(order) | Answer::GaveBack(order) => Some(&order.id),
            _ => None,
        }
    }
}

impl Heard {
    /// The order that it is about.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.order.as_ref().map(|order| order.id.as_str()).or_else(|| self.data["order_id"].as_str())
    }
}

/// One connection, as its client saw it.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The cursor it connected with.
    pub(crate) from: Option<Cursor>,
    /// What came, in order.
    pub(crate) entries: Vec<Entry>,
    /// What the client itself found wrong.
    pub(crate) faults: Vec<String>,
}

impl View {
    pub(crate) fn new(from: Option<Cursor>) -> View {
        View { from, entries: Vec::new(), faults: Vec::new() }
    }

    /// Up to where the client has heard, as it would say when it comes back.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Sync(sync) => Some(sync.cursor().clone()),
            Entry::Heard(heard) => Some(Cursor { seq: heard.seq, ..self.sync()?.cursor().clone() }),
            Entry::Acked { .. } => None,
        })
    }

    /// How the connection began.
    pub(crate) fn sync(&self) -> Option<&Sync> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Sync(sync) => Some(sync),
            _ => None,
        })
    }

    /// Takes an event in; answers whether it follows on the one before it.
    pub(crate) fn hear(&mut self, heard: Heard) -> bool {
        let last = self.cursor().map(|cursor| cursor.seq);
        if heard.prev.is_none() || heard.prev != last || Some(heard.seq) <= last {
            self.fault(format!(
                "a gap: {} has seq {} and prev {:?}, but the last was {last:?}",
                heard.kind, heard.seq, heard.prev
            ));
            return false;
        }
        self.entries.push(Entry::Heard(heard));
        true
    }

    pub(crate) fn fault(&mut self, what: String) {
        self.faults.push(what);
    }
}
