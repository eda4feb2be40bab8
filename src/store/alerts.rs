//! Alerts.

use super::{
    Read, Result, StoreError, Write, both, change,
    rows::{id, json},
};
use crate::domain::{
    alert::{Alert, AlertCode},
    id::{AlertId, OrderId, VendorId, ZoneId},
    order::Order,
    time::Time,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    order_id: String,
    code: String,
    detail: String,
    raised_at: i64,
    acknowledged_at: Option<i64>,
    acknowledged_by: Option<String>,
    cleared_at: Option<i64>,
}

impl Row {
    fn alert(self) -> Result<Alert> {
        let code = AlertCode::parse(&self.code);
        Ok(Alert {
            id: id("alerts", &self.id)?,
            order_id: id("alerts", &self.order_id)?,
            code: code
                .ok_or_else(|| StoreError::Row { table: "alerts", fault: format!("`{}` is no code", self.code) })?,
            detail: self.detail,
            raised_at: Time::from_ms(self.raised_at),
            acknowledged_at: self.acknowledged_at.map(Time::from_ms),
            acknowledged_by: self.acknowledged_by,
            cleared_at: self.cleared_at.map(Time::from_ms),
        })
    }
}

/// The text of a query for alerts.
macro_rules! alerts_where {
    ($condition:literal) => {
        concat!(
            "select alerts.id, order_id, alerts.code, detail, raised_at, acknowledged_at, acknowledged_by, cleared_at
             from alerts ",
            $condition
        )
    };
}

impl Read {
    /// The alert of that id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn alert(&mut self, alert: AlertId) -> Result<Option<Alert>> {
        let row: Option<Row> = both!(self, conn => {
            sqlx::query_as(alerts_where!("where alerts.id = $1")).bind(alert.to_string()).fetch_optional(conn).await?
        });
        row.map(Row::alert).transpose()
    }

    /// The alerts of an order that are not over.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn open_alerts_of(&mut self, order: OrderId) -> Result<Vec<Alert>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as(alerts_where!("where order_id = $1 and cleared_at is null order by alerts.id"))
                .bind(order.to_string()).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::alert).collect()
    }

    /// At most `limit` alerts that are not over after `after`, by id: all, or those about one vendor's orders.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn open_alerts(
        &mut self,
        vendor: Option<VendorId>,
        after: Option<AlertId>,
        limit: u32,
    ) -> Result<Vec<Alert>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as(alerts_where!("join orders on orders.id = alerts.order_id
                where cleared_at is null and alerts.id > $1 and (vendor_id = $2 or $2 is null) order by alerts.id limit $3"))
                .bind(after).bind(vendor.map(|id| id.to_string())).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::alert).collect()
    }

    /// The orders of whom it is said that nobody is on duty.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn orders_without_duty(&mut self) -> Result<Vec<Order>> {
        let bodies: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders join alerts on alerts.order_id = orders.id
                where cleared_at is null and alerts.code = 'nobody_on_duty' order by orders.id")
                .fetch_all(conn).await?
        });
        bodies.iter().map(|body| json("orders", body)).collect()
    }

    /// Whether somebody works in one of these zones.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn is_somebody_on_duty(&mut self, zones: &[ZoneId]) -> Result<bool> {
        for zone in zones {
            let found: bool = both!(self, conn => {
                sqlx::query_scalar("select exists (select 1 from shifts where zone_id = $1 and left_seq is null)")
                    .bind(zone.as_str()).fetch_one(conn).await?
            });
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Write {
    /// Writes an alert as it is now.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn keep_alert(&mut self, alert: &Alert) -> Result<()> {
        change!(self, conn => {
            sqlx::query("insert into alerts (id, order_id, code, detail, raised_at, acknowledged_at, acknowledged_by, cleared_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                on conflict (id) do update set acknowledged_at = excluded.acknowledged_at,
                    acknowledged_by = excluded.acknowledged_by, cleared_at = excluded.cleared_at")
                .bind(alert.id.to_string()).bind(alert.order_id.to_string()).bind(alert.code.as_str()).bind(&alert.detail)
                .bind(alert.raised_at.ms()).bind(alert.acknowledged_at.map(Time::ms)).bind(&alert.acknowledged_by)
                .bind(alert.cleared_at.map(Time::ms)).execute(conn).await?
        });
        Ok(())
    }

    /// Forgets alerts that were over before `before`, at most `rows` of them. Answers how many.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn forget_alerts(&mut self, before: Time, rows: u32) -> Result<u64> {
        Ok(change!(self, conn => {
            sqlx::query("delete from alerts where id in
                (select id from alerts where cleared_at < $1 order by cleared_at limit $2)")
                .bind(before.ms()).bind(i64::from(rows)).execute(conn).await?.rows_affected()
        }))
    }
}
