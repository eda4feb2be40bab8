//! Receipts: rounds of offers, and what became of each at every driver who was asked.

use sqlx::QueryBuilder;

use super::{
    Read, Result, StoreError, Write, both, change,
    rows::{id, json, text},
};
use crate::domain::{
    id::{DriverId, OrderId},
    receipt::{Answer, Channel, Receipt, Round, RoundEnd, RoundId},
    time::Time,
};

/// Who said no to an order, when, and perhaps why.
pub type Decline = (DriverId, Time, Option<String>);

#[derive(sqlx::FromRow)]
struct RoundRow {
    order_id: String,
    offer_seq: i64,
    round: u32,
    zones: String,
    opened_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    ended_by: Option<String>,
}

/// Looks through the index `rounds_open`, and not through every round that is kept.
const ROUNDS_OPEN: &str = "select order_id, offer_seq, round, zones, opened_at, expires_at, ended_at, ended_by from rounds
    where ended_at is null and (order_id, offer_seq, round) > ($1, $2, $3) order by order_id, offer_seq, round limit $4";

#[derive(sqlx::FromRow)]
struct ReceiptRow {
    driver_id: String,
    channel: String,
    sent_at: i64,
    delivered_at: Option<i64>,
    seen_at: Option<i64>,
    answer: Option<String>,
    answered_at: Option<i64>,
    reason: Option<String>,
}

impl RoundRow {
    fn round(self) -> Result<Round> {
        let end = self.ended_by.map(|end| word("rounds", &end, RoundEnd::parse)).transpose()?;
        Ok(Round {
            id: RoundId { order: id("rounds", &self.order_id)?, offer_seq: self.offer_seq, round: self.round },
            zones: json("rounds", &self.zones)?,
            opened_at: Time::from_ms(self.opened_at),
            expires_at: Time::from_ms(self.expires_at),
            end: end.zip(self.ended_at.map(Time::from_ms)),
        })
    }
}

/// A word that is kept, or what is wrong with it.
fn word<T>(table: &'static str, word: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(word).ok_or_else(|| StoreError::Row { table, fault: format!("`{word}` is no word of it") })
}

impl Read {
    /// At most `limit` rounds of an order's offers after `after`, in order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn rounds(&mut self, order: OrderId, after: Option<RoundId>, limit: u32) -> Result<Vec<Round>> {
        let (offer_seq, round) = after.map_or((-1, 0), |after| (after.offer_seq, after.round));
        let rows: Vec<RoundRow> = both!(self, conn => {
            sqlx::query_as("select order_id, offer_seq, round, zones, opened_at, expires_at, ended_at, ended_by from rounds
                where order_id = $1 and (offer_seq, round) > ($2, $3) order by offer_seq, round limit $4")
                .bind(order.to_string()).bind(offer_seq).bind(round).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(RoundRow::round).collect()
    }

    /// At most `limit` rounds of all orders' offers after `after` of which no end is written, by order and in order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn rounds_open(&mut self, after: Option<RoundId>, limit: u32) -> Result<Vec<Round>> {
        let order = after.map(|after| after.order.to_string()).unwrap_or_default();
        let (offer_seq, round) = after.map_or((-1, 0), |after| (after.offer_seq, after.round));
        let rows: Vec<RoundRow> = both!(self, conn => {
            sqlx::query_as(ROUNDS_OPEN)
                .bind(order).bind(offer_seq).bind(round).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(RoundRow::round).collect()
    }

    /// Who does not want to be asked for an order.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn declines(&mut self, order: OrderId) -> Result<Vec<Decline>> {
        let rows: Vec<(String, i64, Option<String>)> = both!(self, conn => {
            sqlx::query_as("select driver_id, at, reason from declines where order_id = $1")
                .bind(order.to_string()).fetch_all(conn).await?
        });
        rows.into_iter().map(|(driver, at, reason)| Ok((id("declines", &driver)?, Time::from_ms(at), reason))).collect()
    }

    /// The receipts of a round, by driver.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn receipts(&mut self, round: RoundId) -> Result<Vec<Receipt>> {
        let rows: Vec<ReceiptRow> = both!(self, conn => {
            sqlx::query_as("select driver_id, channel, sent_at, delivered_at, seen_at, answer, answered_at, reason
                from receipts where order_id = $1 and offer_seq = $2 and round = $3 order by driver_id")
                .bind(round.order.to_string()).bind(round.offer_seq).bind(round.round).fetch_all(conn).await?
        });
        let receipts = rows.into_iter().map(|row| {
            let answer = row.answer.map(|answer| word("receipts", &answer, Answer::parse)).transpose()?;
            Ok(Receipt {
                driver: id::<DriverId>("receipts", &row.driver_id)?,
                channel: word("receipts", &row.channel, Channel::parse)?,
                sent_at: Time::from_ms(row.sent_at),
                delivered_at: row.delivered_at.map(Time::from_ms),
                seen_at: row.seen_at.map(Time::from_ms),
                answer: answer.zip(row.answered_at.map(Time::from_ms)),
                reason: row.reason,
            })
        });
        receipts.collect()
    }
}

impl Write {
    /// Writes a round as it is now, and those of its receipts that changed.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn keep_round(&mut self, round: &Round, receipts: &[Receipt]) -> Result<()> {
        let RoundId { order, offer_seq, round: number } = round.id;
        let zones = text("rounds", &round.zones)?;
        let (end, ended_at) = round.end.unzip();
        change!(self, conn => {
            sqlx::query("insert into rounds (order_id, offer_seq, round, zones, opened_at, expires_at, ended_at, ended_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                on conflict (order_id, offer_seq, round) do update set ended_at = excluded.ended_at, ended_by = excluded.ended_by")
                .bind(order.to_string()).bind(offer_seq).bind(number).bind(zones).bind(round.opened_at.ms())
                .bind(round.expires_at.ms()).bind(ended_at.map(Time::ms)).bind(end.map(RoundEnd::as_str))
                .execute(conn).await?
        });
        if receipts.is_empty() {
            return Ok(());
        }
        both!(self, conn => {
            let mut query = QueryBuilder::new("insert into receipts (order_id, offer_seq, round, driver_id, channel,
                sent_at, delivered_at, seen_at, answer, answered_at, reason) ");
            query.push_values(receipts, |mut row, receipt| {
                let (answer, answered_at) = receipt.answer.unzip();
                row.push_bind(order.to_string()).push_bind(offer_seq).push_bind(number)
                    .push_bind(receipt.driver.to_string()).push_bind(receipt.channel.as_str())
                    .push_bind(receipt.sent_at.ms()).push_bind(receipt.delivered_at.map(Time::ms))
                    .push_bind(receipt.seen_at.map(Time::ms)).push_bind(answer.map(Answer::as_str))
                    .push_bind(answered_at.map(Time::ms)).push_bind(receipt.reason.as_deref());
            });
            query.push(" on conflict (order_id, offer_seq, round, driver_id) do update set
                channel = excluded.channel, delivered_at = excluded.delivered_at, seen_at = excluded.seen_at, answer = excluded.answer,
                answered_at = excluded.answered_at, reason = excluded.reason");
            query.build().execute(conn).await?
        });
        Ok(())
    }

    /// Forgets rounds that began before `before`, at most `rows` of them, with their receipts. Answers how many.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn forget_rounds(&mut self, before: Time, rows: u32) -> Result<u64> {
        Ok(change!(self, conn => {
            sqlx::query("delete from rounds where (order_id, offer_seq, round) in
                (select order_id, offer_seq, round from rounds where opened_at < $1 order by opened_at limit $2)")
                .bind(before.ms()).bind(i64::from(rows)).execute(conn).await?.rows_affected()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{ROUNDS_OPEN, both};
    use crate::{flaws::Flaws, store::Store};

    #[tokio::test]
    async fn open_rounds_are_found_without_looking_through_those_that_ended() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let store = Store::open(&url, Flaws::default()).await.expect("it can be made");
        let mut view = store.read().await.expect("it can be read");
        let plan: Vec<(i64, i64, i64, String)> = both!(view, conn => {
            sqlx::query_as(sqlx::AssertSqlSafe(format!("explain query plan {ROUNDS_OPEN}")))
                .bind("").bind(-1).bind(0).bind(10).fetch_all(conn).await.expect("it has a plan")
        });
        let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
        assert!(matches!(&steps[..], [step] if step.contains("INDEX rounds_open")), "{steps:?}");
    }
}
