//! What was pushed, or is to be: a row for each push to each browser, written before it is sent.

use sqlx::QueryBuilder;

use super::{
    Read, Result, StoreError, Write, both, change,
    rows::{id, json, text},
    subscriptions::{columns, subscriber},
};
use crate::domain::{
    id::OrderId,
    push::{Push, PushId, PushKind, PushState},
    time::Time,
};

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    seq: i64,
    round: u32,
    subscription_id: String,
    driver_id: Option<String>,
    vendor_id: Option<String>,
    notice: String,
    expires_at: i64,
    receipt: String,
    made_at: i64,
    state: String,
}

impl Row {
    fn push(self) -> Result<Push> {
        let fault = |word: &str| StoreError::Row { table: "pushes", fault: format!("`{word}` is no word of it") };
        let kind = PushKind::parse(&self.kind).ok_or_else(|| fault(&self.kind))?;
        let states = [PushState::Waiting, PushState::Sent, PushState::GivenUp];
        let state = states.into_iter().find(|state| state.as_str() == self.state);
        Ok(Push {
            id: PushId { kind, seq: self.seq, round: self.round, subscription: id("pushes", &self.subscription_id)? },
            subscriber: subscriber("pushes", self.driver_id.as_deref(), self.vendor_id.as_deref())?,
            notice: json("pushes", &self.notice)?,
            expires_at: Time::from_ms(self.expires_at),
            receipt: self.receipt,
            made_at: Time::from_ms(self.made_at),
            state: state.ok_or_else(|| fault(&self.state))?,
        })
    }
}

/// The text of a query for whole pushes.
macro_rules! pushes_where {
    ($condition:literal) => {
        concat!(
            "select kind, seq, round, subscription_id, driver_id, vendor_id, notice, expires_at, receipt, made_at, state
                from pushes where ",
            $condition
        )
    };
}

impl Read {
    /// What is to be sent, oldest first, at most `limit`.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn pushes_waiting(&mut self, limit: u32) -> Result<Vec<Push>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as(pushes_where!("state = 'waiting' order by made_at limit $1"))
                .bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::push).collect()
    }

    /// What was pushed of an order, or is to be.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn pushes_of(&mut self, order: OrderId) -> Result<Vec<Push>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as(pushes_where!("order_id = $1")).bind(order.to_string()).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::push).collect()
    }

    /// The push that this receipt is of.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn push_with(&mut self, receipt: &str) -> Result<Option<Push>> {
        let row: Option<Row> = both!(self, conn => {
            sqlx::query_as(pushes_where!("receipt = $1")).bind(receipt).fetch_optional(conn).await?
        });
        row.map(Row::push).transpose()
    }

    /// Up to where the log was looked through for what is to be pushed.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn push_cursor(&mut self) -> Result<Option<i64>> {
        let seq: Option<String> = both!(self, conn => {
            sqlx::query_scalar("select value from meta where name = 'push_cursor'").fetch_optional(conn).await?
        });
        seq.map(|seq| json("meta", &seq)).transpose()
    }
}

impl Write {
    /// Writes pushes that are to be sent; those that there are already stay as they are.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn make_pushes(&mut self, pushes: &[Push]) -> Result<()> {
        if pushes.is_empty() {
            return Ok(());
        }
        let notices = pushes.iter().map(|push| text("pushes", &push.notice)).collect::<Result<Vec<_>>>()?;
        change!(self, conn => {
            let mut query = QueryBuilder::new("insert into pushes (kind, seq, round, subscription_id, driver_id, vendor_id,
                order_id, notice, expires_at, receipt, made_at, state) ");
            query.push_values(pushes.iter().zip(notices), |mut row, (push, notice)| {
                let (driver, vendor) = columns(push.subscriber);
                row.push_bind(push.id.kind.as_str()).push_bind(push.id.seq).push_bind(push.id.round)
                    .push_bind(push.id.subscription.to_string()).push_bind(driver).push_bind(vendor)
                    .push_bind(push.notice.order.to_string()).push_bind(notice).push_bind(push.expires_at.ms())
                    .push_bind(push.receipt.as_str()).push_bind(push.made_at.ms()).push_bind(push.state.as_str());
            });
            query.push(" on conflict (kind, seq, round, subscription_id) do nothing");
            query.build().execute(conn).await?
        });
        Ok(())
    }

    /// Writes what became of a push that waited.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn settle_push(&mut self, id: PushId, state: PushState, now: Time) -> Result<()> {
        let PushId { kind, seq, round, subscription } = id;
        change!(self, conn => {
            sqlx::query("update pushes set state = $5, settled_at = $6
                where kind = $1 and seq = $2 and round = $3 and subscription_id = $4 and state = 'waiting'")
                .bind(kind.as_str()).bind(seq).bind(round).bind(subscription.to_string())
                .bind(state.as_str()).bind(now.ms()).execute(conn).await?
        });
        Ok(())
    }

    /// Writes that a browser said that a push came. Whether it is the first time.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn note_push_delivered(&mut self, receipt: &str, now: Time) -> Result<bool> {
        Ok(change!(self, conn => {
            sqlx::query("update pushes set delivered_at = $2 where receipt = $1 and delivered_at is null")
                .bind(receipt).bind(now.ms()).execute(conn).await?.rows_affected() == 1
        }))
    }

    /// Writes up to where the log was looked through for what is to be pushed.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn keep_push_cursor(&mut self, seq: i64) -> Result<()> {
        change!(self, conn => {
            sqlx::query("insert into meta (name, value) values ('push_cursor', $1)
                on conflict (name) do update set value = excluded.value")
                .bind(seq.to_string()).execute(conn).await?
        });
        Ok(())
    }

    /// Forgets pushes that were decided before `before`, at most `rows` of them, oldest first. Answers how many.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn forget_pushes(&mut self, before: Time, rows: u32) -> Result<u64> {
        Ok(change!(self, conn => {
            sqlx::query("delete from pushes where (kind, seq, round, subscription_id) in
                (select kind, seq, round, subscription_id from pushes where made_at < $1 order by made_at limit $2)")
                .bind(before.ms()).bind(i64::from(rows)).execute(conn).await?.rows_affected()
        }))
    }
}
