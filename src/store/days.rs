//! What a driver did in a piece of time.

use super::{Read, Result, both, orders::read_all};
use crate::domain::{day::Worked, id::DriverId, order::Order, time::Time};

impl Read {
    /// The orders that a driver has, and those of theirs that ended from `from` on and before `to`, the last assigned first,
    /// at most `limit`.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn jobs_of(&mut self, driver: DriverId, from: Time, to: Time, limit: u32) -> Result<Vec<Order>> {
        let bodies: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where driver_id = $1
                and (closed_at is null or (closed_at >= $2 and closed_at < $3))
                order by json_extract(body, '$.times.assigned_at') desc, id desc limit $4")
                .bind(driver.to_string()).bind(from.ms()).bind(to.ms()).bind(i64::from(limit)).fetch_all(conn).await?
        });
        read_all(&bodies)
    }

    /// From when to when a driver worked, by zone, as far as it lasted to `from` or longer. Of what began before the log it is
    /// only known that it lasted.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn worked_since(&mut self, driver: DriverId, from: Time) -> Result<Vec<Worked>> {
        let rows: Vec<(Option<i64>, Option<i64>)> = both!(self, conn => {
            sqlx::query_as("select began.at, ended.at from shifts
                left join events as began on began.seq = joined_seq left join events as ended on ended.seq = left_seq
                where driver_id = $1 and (left_seq is null or ended.at >= $2)")
                .bind(driver.to_string()).bind(from.ms()).fetch_all(conn).await?
        });
        Ok(rows
            .into_iter()
            .map(|(began, ended)| (began.map_or(from, Time::from_ms), ended.map(Time::from_ms)))
            .collect())
    }
}
