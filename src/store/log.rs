//! The log: every event once, in the order of commits.

use std::sync::Arc;

use serde_json::{Map, Value};
use sqlx::QueryBuilder;

use super::{Announced, By, Origin, Read, Result, StoreError, Write, both, rows::json};
use crate::domain::{
    actor::Actor,
    dispatch::Standing,
    event::{Event, EventType, Routing},
    id::{AlertId, DriverId, Id, OrderId, VendorId},
    order::Order,
    time::Time,
};

/// Rows in one insert. A power of two, and so are the rests: few different statements, all of them prepared once.
const INSERT_ROWS_MAX: usize = 64;

/// An event that waits for its commit.
pub(super) struct Pending {
    event: Arc<Event>,
    origin: Option<Origin>,
    /// The `seq` of the last event of its unit of work, once that has run.
    pub(super) unit_seq: i64,
    body: Option<String>,
}

impl Pending {
    pub(super) fn announce(self) -> Announced {
        Announced { event: self.event, origin: self.origin, unit_seq: self.unit_seq }
    }
}

/// The text of a query for whole events.
macro_rules! events_where {
    ($condition:literal) => {
        concat!("select seq, id, type, at, actor, routing, data, body from events where ", $condition)
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    id: String,
    r#type: String,
    at: i64,
    actor: String,
    routing: String,
    data: String,
    body: Option<String>,
}

impl Row {
    fn event(self) -> Result<Event> {
        let fault = |fault: String| StoreError::Row { table: "events", fault };
        Ok(Event {
            id: self.id.parse().map_err(|_| fault(format!("`{}` is no id", self.id)))?,
            seq: self.seq,
            kind: json("events", &format!("{:?}", self.r#type))?,
            at: Time::from_ms(self.at),
            actor: json("events", &self.actor)?,
            order: self.body.map(|body| json("events", &body)).transpose()?.map(Arc::new),
            data: json("events", &self.data)?,
            routing: json("events", &self.routing)?,
        })
    }
}

impl Read {
    /// The seq of the last event; 0 if there is none.
    pub(super) async fn head(&mut self) -> Result<i64> {
        Ok(both!(self, conn => sqlx::query_scalar("select coalesce(max(seq), 0) from events").fetch_one(conn).await?))
    }

    /// Where the log ends in this view.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn log_head(&mut self) -> Result<i64> {
        self.head().await
    }

    /// The name of this database's history, made with it.
    pub(super) async fn epoch(&mut self) -> Result<Arc<str>> {
        both!(self, conn => {
            sqlx::query("insert into meta (name, value) values ('epoch', lower(hex(randomblob(8)))) on conflict (name) do nothing")
                .execute(conn).await?
        });
        let epoch: String = both!(self, conn => sqlx::query_scalar("select value from meta where name = 'epoch'").fetch_one(conn).await?);
        Ok(epoch.into())
    }

    /// At most `limit` events after `seq`, in order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn events_after(&mut self, seq: i64, limit: u32) -> Result<Vec<Event>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as(events_where!("seq > $1 order by seq limit $2"))
                .bind(seq).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::event).collect()
    }

    /// At most `limit` events of a vendor after `seq`, in order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn vendor_events_after(&mut self, vendor: VendorId, seq: i64, limit: u32) -> Result<Vec<Event>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as(events_where!("vendor_id = $1 and seq > $2 order by seq limit $3"))
                .bind(vendor.to_string()).bind(seq).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::event).collect()
    }

    /// The seq and routing of at most `limit` events after `seq`: enough to tell whose they are.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn routings_after(&mut self, seq: i64, limit: u32) -> Result<Vec<(i64, Routing)>> {
        let rows: Vec<(i64, String)> = both!(self, conn => {
            sqlx::query_as("select seq, routing from events where seq > $1 order by seq limit $2")
                .bind(seq).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(|(seq, routing)| Ok((seq, json("events", &routing)?))).collect()
    }

    /// The events at these places, in order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn events_at(&mut self, seqs: &[i64]) -> Result<Vec<Event>> {
        let mut events = Vec::with_capacity(seqs.len());
        for seq in seqs {
            let row: Option<Row> = both!(self, conn => {
                sqlx::query_as(events_where!("seq = $1"))
                    .bind(seq).fetch_optional(conn).await?
            });
            events.extend(row.map(Row::event).transpose()?);
        }
        Ok(events)
    }

    /// At most `limit` events of an order after `seq`, in order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn order_events_after(&mut self, order: OrderId, seq: i64, limit: u32) -> Result<Vec<Event>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as(events_where!("order_id = $1 and seq > $2 order by seq limit $3"))
                .bind(order.to_string()).bind(seq).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::event).collect()
    }
}

impl Write {
    /// The place in the log of the next event of this unit.
    #[must_use]
    pub fn next_seq(&self) -> i64 {
        self.head + 1
    }

    /// Appends an event that is not about an order. It stands at [`Write::next_seq`].
    pub fn append(&mut self, kind: EventType, by: &By, data: Map<String, Value>, routing: Routing) {
        self.push(kind, by, None, data, routing);
    }

    /// Appends an event about an order, and answers with the order's JSON.
    pub(super) fn append_order(
        &mut self,
        kind: EventType,
        by: &By,
        order: Arc<Order>,
        data: Map<String, Value>,
        routing: Routing,
    ) -> Result<&str> {
        let body = super::rows::text("orders", &*order)?;
        self.push(kind, by, Some((order, body)), data, routing);
        Ok(self.pending.last().and_then(|last| last.body.as_deref()).unwrap_or_default())
    }

    fn push(
        &mut self,
        kind: EventType,
        by: &By,
        order: Option<(Arc<Order>, String)>,
        data: Map<String, Value>,
        routing: Routing,
    ) {
        self.head += 1;
        let seq = self.head;
        let (order, body) = order.unzip();
        let event = Event {
            id: self.unique_id(seq, by.now),
            seq,
            kind,
            at: by.now,
            actor: by.actor.clone(),
            order,
            data,
            routing,
        };
        self.pending.push(Pending { event: Arc::new(event), origin: by.origin, unit_seq: seq, body });
    }

    /// The events that wait for their commit, those of the units before this one among them.
    pub(super) fn waiting_events(&self) -> impl Iterator<Item = &Event> {
        self.pending.iter().map(|pending| &*pending.event)
    }

    /// Has the event at `seq`, which this unit wrote, say how a driver stands from it on.
    pub(super) fn tell_standing(&mut self, seq: i64, driver: DriverId, standing: Standing) {
        let event = self.pending.iter_mut().rev().find(|pending| pending.event.seq == seq);
        if let Some(event) = event.and_then(|pending| Arc::get_mut(&mut pending.event)) {
            event.routing.standings.push((driver, standing));
        }
    }

    /// The `seq` of the last event of this unit that is a driver's to hear in person.
    pub(super) fn told_in_person(&self, driver: DriverId) -> Option<i64> {
        let unit = self.pending.iter().rev().take_while(|pending| pending.event.seq > self.unit_head);
        unit.map(|pending| &pending.event).find(|event| event.routing.drivers.contains(&driver)).map(|event| event.seq)
    }

    /// What is appended from here on follows from what was done and was not asked for: whoever asked hears of it like
    /// everybody else, and the answer does not speak of it.
    pub fn own_events_end(&mut self) {
        self.own_end.get_or_insert(self.head);
    }

    /// Asks one more driver for an order that is on offer, as it stands, or puts it before them once more. It is told to nobody
    /// else but dispatchers.
    ///
    /// # Errors
    /// If the order cannot be written.
    pub fn ask_too(
        &mut self,
        order: Arc<Order>,
        driver: DriverId,
        mut data: Map<String, Value>,
        now: Time,
    ) -> Result<()> {
        let by = By { actor: Actor::Hub, now, origin: None };
        data.insert("asked".to_owned(), driver.to_string().into());
        self.tell_of(EventType::OrderReadyForPickup, &by, order, data, Routing::to_driver(driver))
    }

    /// The id of an alert that the next event raises.
    #[must_use]
    pub fn next_alert_id(&self, now: Time) -> AlertId {
        self.unique_id(self.next_seq(), now)
    }

    /// The epoch and the seq make it unique, so that no chance is needed here.
    fn unique_id<I: Id>(&self, seq: i64, now: Time) -> I {
        let mut unique = [0; 10];
        unique[..2].copy_from_slice(&self.epoch.as_bytes()[..2]);
        unique[2..].copy_from_slice(&seq.to_be_bytes());
        I::new(now, unique)
    }

    /// Appends an event about an order that leaves it as it is, its version too.
    ///
    /// # Errors
    /// If the order cannot be written.
    pub fn tell_of(
        &mut self,
        kind: EventType,
        by: &By,
        order: Arc<Order>,
        data: Map<String, Value>,
        routing: Routing,
    ) -> Result<()> {
        self.append_order(kind, by, order, data, routing).map(|_| ())
    }

    /// Puts the batch's events into the log.
    pub(super) async fn flush(&mut self) -> Result<()> {
        let Write { read, pending, .. } = self;
        let mut rest = &pending[..];
        while !rest.is_empty() {
            let rows = INSERT_ROWS_MAX.min(1 << rest.len().ilog2());
            let (chunk, later) = rest.split_at(rows);
            insert(read, chunk).await?;
            rest = later;
        }
        Ok(())
    }
}

async fn insert(read: &mut Read, events: &[Pending]) -> Result<()> {
    let rows = events
        .iter()
        .map(|Pending { event, body, .. }| {
            let texts = (
                super::rows::text("events", &event.actor)?,
                super::rows::text("events", &event.routing)?,
                super::rows::text("events", &event.data)?,
            );
            Ok((event, body, texts))
        })
        .collect::<Result<Vec<_>>>()?;
    both!(read, conn => {
        let mut query = QueryBuilder::new("insert into events (seq, id, type, at, actor, order_id, vendor_id, routing, data, body) ");
        query.push_values(rows, |mut row, (event, body, (actor, routing, data))| {
            row.push_bind(event.seq)
                .push_bind(event.id.to_string())
                .push_bind(event.kind.as_str())
                .push_bind(event.at.ms())
                .push_bind(actor)
                .push_bind(event.order.as_ref().map(|order| order.id.to_string()))
                .push_bind(event.routing.vendor.map(|id| id.to_string()))
                .push_bind(routing)
                .push_bind(data)
                .push_bind(body.as_deref());
        });
        query.build().execute(conn).await?
    });
    Ok(())
}
