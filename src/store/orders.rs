//! Orders: one row each, and every change with its events.

use std::sync::Arc;

use sqlx::QueryBuilder;

use super::{
    By, Read, Result, StoreError, Write, both, change,
    rows::{id, json},
    unit::remember,
};
use crate::domain::{
    event::{EventType, Routing},
    id::{DriverId, OrderId, VendorId, ZoneId},
    order::{Order, State, Status, machine::Fact},
    time::Time,
};

/// Which orders a list holds. What is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these statuses; empty: every status.
    pub statuses: Vec<Status>,
    /// In this zone.
    pub zone: Option<ZoneId>,
    /// Of this vendor.
    pub vendor: Option<VendorId>,
    /// Held by this driver.
    pub driver: Option<DriverId>,
    /// Text in the code, the vendor's number, or the recipient's name, phone or address; a phone however it is written.
    pub text: Option<String>,
    /// Submitted at or after.
    pub from: Option<Time>,
    /// Submitted before.
    pub to: Option<Time>,
}

/// The recipient's number without what people write between its digits.
const BARE_PHONE: &str = "replace(replace(replace(replace(replace(replace(\
    json_extract(body, '$.dropoff.phone'), ' ', ''), '-', ''), '/', ''), '.', ''), '(', ''), ')', '')";

/// The digits of what may be a part of a telephone number, without the zeros that stand for its country or area.
fn phone_digits(text: &str) -> Option<String> {
    let is_number = text.chars().all(|c| c.is_ascii_digit() || " +-/().".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').collect();
    (is_number && digits.len() > 2).then_some(digits)
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Older than this one.
    pub before: Option<OrderId>,
    /// At most so many.
    pub limit: u32,
}

/// Whether a new order could be written.
#[derive(Debug)]
pub enum Saved {
    /// It is written.
    Yes(Arc<Order>),
    /// Another order of this vendor has the same spoken code.
    CodeTaken,
    /// Another order of this vendor has the same `external_id`.
    ExternalIdTaken,
}

impl Read {
    /// The order of that id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn order(&mut self, id: OrderId) -> Result<Option<Order>> {
        let body: Option<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where id = $1").bind(id.to_string()).fetch_optional(conn).await?
        });
        body.map(|body| json("orders", &body)).transpose()
    }

    /// The newest orders that fit `filter`, newest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn orders(&mut self, filter: &Filter, page: Page) -> Result<Vec<Order>> {
        let bodies: Vec<String> = both!(self, conn => {
            let mut query = QueryBuilder::new("select body from orders where 1 = 1");
            if !filter.statuses.is_empty() {
                query.push(" and status in (");
                let mut list = query.separated(", ");
                filter.statuses.iter().for_each(|status| { list.push_bind(status.as_str()); });
                query.push(")");
            }
            if let Some(zone) = &filter.zone {
                query.push(" and zone_id = ").push_bind(zone.as_str());
            }
            if let Some(vendor) = filter.vendor {
                query.push(" and vendor_id = ").push_bind(vendor.to_string());
            }
            if let Some(driver) = filter.driver {
                query.push(" and driver_id = ").push_bind(driver.to_string());
            }
            if let Some(from) = filter.from {
                query.push(" and submitted_at >= ").push_bind(from.ms());
            }
            if let Some(to) = filter.to {
                query.push(" and submitted_at < ").push_bind(to.ms());
            }
            if let Some(text) = &filter.text {
                let like = format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
                query.push(" and (code = ").push_bind(text.to_uppercase());
                query.push(" or external_id = ").push_bind(text);
                for path in ["contact_name", "phone", "address"] {
                    // The path is one of ours, so nothing of a caller's becomes SQL.
                    query.push(" or json_extract(body, '$.dropoff.").push(path).push("') like ");
                    query.push_bind(like.clone()).push(" escape '\\'");
                }
                if let Some(digits) = phone_digits(text) {
                    query.push(" or ").push(BARE_PHONE).push(" like ").push_bind(format!("%{digits}%"));
                }
                query.push(")");
            }
            if let Some(before) = page.before {
                query.push(" and id < ").push_bind(before.to_string());
            }
            query.push(" order by id desc limit ").push_bind(i64::from(page.limit));
            query.build_query_scalar().fetch_all(conn).await?
        });
        read_all(&bodies)
    }

    /// A vendor's open orders and those closed since `since`, oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn vendor_board(&mut self, vendor: VendorId, since: Time) -> Result<Vec<Order>> {
        let bodies: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where vendor_id = $1 and (closed_at is null or closed_at >= $2) order by id")
                .bind(vendor.to_string()).bind(since.ms()).fetch_all(conn).await?
        });
        read_all(&bodies)
    }

    /// Every open order and those closed since `since`, oldest first: what a dispatcher looks at.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn whole_board(&mut self, since: Time) -> Result<Vec<Order>> {
        let bodies: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where closed_at is null or closed_at >= $1 order by id")
                .bind(since.ms()).fetch_all(conn).await?
        });
        read_all(&bodies)
    }

    /// Every order that is on offer, oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn orders_on_offer(&mut self) -> Result<Vec<Order>> {
        let bodies: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where status = 'ready_for_pickup' and closed_at is null order by id")
                .fetch_all(conn).await?
        });
        read_all(&bodies)
    }

    /// The open orders that a driver holds, oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn orders_held_by(&mut self, driver: DriverId) -> Result<Vec<Order>> {
        let bodies: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where driver_id = $1 and closed_at is null order by id")
                .bind(driver.to_string()).fetch_all(conn).await?
        });
        read_all(&bodies)
    }

    /// How many open orders a driver holds.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn load_of(&mut self, driver: DriverId) -> Result<u32> {
        let held: i64 = both!(self, conn => {
            sqlx::query_scalar("select count(*) from orders where driver_id = $1 and closed_at is null")
                .bind(driver.to_string())
                .fetch_one(conn)
                .await?
        });
        Ok(u32::try_from(held).unwrap_or(u32::MAX))
    }

    /// How many open orders each driver holds, of those who hold any.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn loads(&mut self) -> Result<Vec<(DriverId, u32)>> {
        let rows: Vec<(String, i64)> = both!(self, conn => {
            sqlx::query_as("select driver_id, count(*) from orders where driver_id is not null and closed_at is null group by driver_id")
                .fetch_all(conn).await?
        });
        rows.into_iter().map(|(driver, n)| Ok((id("orders", &driver)?, u32::try_from(n).unwrap_or(u32::MAX)))).collect()
    }

    /// The orders still open that a driver does not want to be asked for.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn declined_by(&mut self, driver: DriverId) -> Result<Vec<OrderId>> {
        let ids: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select declines.order_id from declines join orders on orders.id = declines.order_id
                where declines.driver_id = $1 and orders.closed_at is null")
                .bind(driver.to_string()).fetch_all(conn).await?
        });
        ids.iter().map(|order| id("declines", order)).collect()
    }

    /// The drivers who do not want to be asked for an order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn decliners(&mut self, order: OrderId) -> Result<Vec<DriverId>> {
        let ids: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select driver_id from declines where order_id = $1").bind(order.to_string()).fetch_all(conn).await?
        });
        ids.iter().map(|driver| id("declines", driver)).collect()
    }

    /// Which order of a vendor has this number of the vendor's own.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn has_external_id(&mut self, vendor: VendorId, external_id: &str) -> Result<Option<OrderId>> {
        let found: Option<String> = both!(self, conn => {
            sqlx::query_scalar("select id from orders where vendor_id = $1 and external_id = $2")
                .bind(vendor.to_string())
                .bind(external_id)
                .fetch_optional(conn)
                .await?
        });
        found.map(|text| id("orders", &text)).transpose()
    }

    /// The order that `owner` made with this idempotency key, and the hash of that request.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn idempotent(&mut self, owner: &str, key: &str) -> Result<Option<(Vec<u8>, OrderId)>> {
        let row: Option<(Vec<u8>, String)> = both!(self, conn => {
            sqlx::query_as("select hash, order_id from idempotency where owner = $1 and key = $2")
                .bind(owner).bind(key).fetch_optional(conn).await?
        });
        row.map(|(hash, order)| Ok((hash, id("idempotency", &order)?))).transpose()
    }
}

impl Write {
    /// Writes a new order and what happened to it.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn make_order(&mut self, facts: Vec<Fact>, by: &By) -> Result<Saved> {
        let (head, pending) = (self.head, self.pending.len());
        let (order, body) = self.append_facts(None, facts, by, &[])?;
        let written = change!(self, conn => {
            sqlx::query("insert into orders
                    (id, version, status, code, external_id, vendor_id, zone_id, driver_id, submitted_at, closed_at, due_at, body,
                    tracking_token)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing")
                .bind(order.id.to_string()).bind(order.version).bind(order.status().as_str()).bind(&order.code)
                .bind(&order.external_id).bind(order.vendor.id.to_string()).bind(order.zone.as_str())
                .bind(order.driver_id().map(|id| id.to_string())).bind(by.now.ms())
                .bind(order.times.closed_at.map(Time::ms)).bind(order.due_at().map(Time::ms)).bind(body)
                .bind(&order.tracking_token).execute(conn).await?.rows_affected()
        });
        if written == 1 {
            remember(&mut self.known.orders, order.id, order.clone());
            return Ok(Saved::Yes(order));
        }
        self.head = head;
        self.pending.truncate(pending);
        let taken = match &order.external_id {
            Some(value) => self.has_external_id(order.vendor.id, value).await?,
            None => None,
        };
        Ok(if taken.is_some() { Saved::ExternalIdTaken } else { Saved::CodeTaken })
    }

    /// Writes what happened to an order. `None` if somebody else changed it since `before` was read.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn change_order(&mut self, before: &Order, facts: Vec<Fact>, by: &By) -> Result<Option<Arc<Order>>> {
        // An order that a dispatcher assigned before it was ever on offer has somebody who may have given it back.
        let may_be_declined =
            before.last_offer.is_some() || before.state.offer().is_some() || before.state.driver().is_some();
        let decliners = if may_be_declined { self.decliners(before.id).await? } else { vec![] };
        let (order, body) = self.append_facts(Some(before), facts, by, &decliners)?;
        let unconditionally = self.flaws.claim_unconditionally();
        // Names no state but the version that was judged: if another unit was first, this one changes nothing.
        let written = change!(self, conn => {
            sqlx::query("update orders set version = $3, status = $4, external_id = $5, zone_id = $6, driver_id = $7,
                    closed_at = $8, due_at = $9, body = $10
                where id = $1 and (version = $2 or $11)")
                .bind(order.id.to_string()).bind(before.version).bind(order.version).bind(order.status().as_str())
                .bind(&order.external_id).bind(order.zone.as_str()).bind(order.driver_id().map(|id| id.to_string()))
                .bind(order.times.closed_at.map(Time::ms)).bind(order.due_at().map(Time::ms)).bind(body)
                .bind(unconditionally).execute(conn).await?.rows_affected()
        });
        if written == 1 {
            remember(&mut self.known.orders, order.id, order.clone());
            return Ok(Some(order));
        }
        self.known.orders.remove(&order.id);
        Ok(None)
    }

    /// The order of that id, as this unit of work sees it.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn known_order(&mut self, id: OrderId) -> Result<Option<Arc<Order>>> {
        if let Some(order) = self.known.orders.get(&id) {
            return Ok(Some(order.clone()));
        }
        let order = self.read.order(id).await?.map(Arc::new);
        if let Some(order) = &order {
            remember(&mut self.known.orders, id, order.clone());
        }
        Ok(order)
    }

    fn append_facts(
        &mut self,
        before: Option<&Order>,
        facts: Vec<Fact>,
        by: &By,
        decliners: &[DriverId],
    ) -> Result<(Arc<Order>, String)> {
        let mut before = before.cloned().map(Arc::new);
        let mut body = String::new();
        for mut fact in facts {
            let seq = self.next_seq();
            if let State::ReadyForPickup { offer } = &mut fact.order.state
                && fact.kind == EventType::OrderReadyForPickup
                && (offer.since_seq == 0 || (offer.round == 1 && self.flaws().begin_anew_each_turn()))
            {
                offer.since_seq = seq;
            }
            let is_left_out = self.flaws().leave_cards_with_decliners() && fact.order.state.offer().is_none();
            let routing = Routing::of(&fact, before.as_deref(), if is_left_out { &[] } else { decliners });
            let order = Arc::new(fact.order);
            self.append_order(fact.kind, by, order.clone(), fact.data, routing)?.clone_into(&mut body);
            before = Some(order);
        }
        let order = before.ok_or(StoreError::Row { table: "orders", fault: "nothing happened to it".to_owned() })?;
        Ok((order, body))
    }

    /// Remembers that `driver` does not want to be asked for `order` again. `false` if they said so before.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn decline(&mut self, order: OrderId, driver: DriverId, reason: Option<&str>, at: Time) -> Result<bool> {
        if self.flaws.forget_declines() {
            return Ok(true);
        }
        let written = change!(self, conn => {
            sqlx::query("insert into declines (order_id, driver_id, at, reason) values ($1, $2, $3, $4) on conflict do nothing")
                .bind(order.to_string()).bind(driver.to_string()).bind(at.ms()).bind(reason).execute(conn).await?.rows_affected()
        });
        Ok(written == 1)
    }

    /// Remembers which order an idempotency key made. `false` if the key was used before.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn remember(&mut self, owner: &str, key: &str, hash: &[u8], order: OrderId, now: Time) -> Result<bool> {
        let written = change!(self, conn => {
            sqlx::query("insert into idempotency (owner, key, hash, order_id, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing")
                .bind(owner).bind(key).bind(hash).bind(order.to_string()).bind(now.ms()).execute(conn).await?.rows_affected()
        });
        Ok(written == 1)
    }
}

pub(super) fn read_all(bodies: &[String]) -> Result<Vec<Order>> {
    bodies.iter().map(|body| json("orders", body)).collect()
}
