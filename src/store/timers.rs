//! Timers of orders: what is due, what waits for its driver, and what is to be looked at later.

use super::{
    Read, Result, Write, both, change,
    orders::read_all,
    rows::{id, text},
};
use crate::domain::{
    id::{OrderId, VendorId, ZoneId},
    order::{Away, Order, State},
    time::Time,
};

impl Read {
    /// The orders whose timer has run out, at most `limit`.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn orders_due(&mut self, now: Time, limit: u32) -> Result<Vec<OrderId>> {
        let ids: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select id from orders where due_at <= $1 order by due_at limit $2")
                .bind(now.ms()).bind(i64::from(limit)).fetch_all(conn).await?
        });
        ids.iter().map(|text| id("orders", text)).collect()
    }

    /// The orders that somebody is to pick up, oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn orders_awaited(&mut self) -> Result<Vec<OrderId>> {
        let ids: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select id from orders where closed_at is null
                and status in ('assigned', 'enroute_to_pickup', 'arrived_at_pickup') order by id")
                .fetch_all(conn).await?
        });
        ids.iter().map(|text| id("orders", text)).collect()
    }

    /// The orders that somebody is to pick up, of one vendor or of these zones, oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn orders_awaited_near(&mut self, vendor: VendorId, zones: &[ZoneId]) -> Result<Vec<Order>> {
        let zones = text("orders", &zones)?;
        let bodies: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where closed_at is null
                and status in ('assigned', 'enroute_to_pickup', 'arrived_at_pickup')
                and (vendor_id = $1 or zone_id in (select value from json_each($2))) order by id")
                .bind(vendor.to_string()).bind(zones).fetch_all(conn).await?
        });
        read_all(&bodies)
    }
}

impl Write {
    /// Notes that an offer was looked at for how long it has waited: no event, and the order's version stays.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn look_later(&mut self, order: &Order, now: Time) -> Result<()> {
        let State::ReadyForPickup { offer } = &order.state else { return Ok(()) };
        self.keep_timer(&Order { state: State::ReadyForPickup { offer: offer.looked_at(now) }, ..order.clone() }).await
    }

    /// Writes that whoever is to pick an order up is away, or is not: no event, since the order is as it was. Answers with
    /// the order.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn note_away(&mut self, order: &Order, away: Option<Away>) -> Result<Order> {
        let order = Order { away, ..order.clone() };
        self.keep_timer(&order).await?;
        Ok(order)
    }

    /// Writes an order whose timer alone is different.
    async fn keep_timer(&mut self, order: &Order) -> Result<()> {
        let body = text("orders", order)?;
        change!(self, conn => {
            sqlx::query("update orders set due_at = $3, body = $4 where id = $1 and version = $2")
                .bind(order.id.to_string()).bind(order.version).bind(order.due_at().map(Time::ms)).bind(body)
                .execute(conn).await?
        });
        self.known.orders.remove(&order.id);
        Ok(())
    }
}
