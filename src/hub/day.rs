//! A driver's day.

use super::{Hub, Result};
use crate::domain::{
    actor::{Actor, Role},
    day::{DAY_MS_MAX, Sums, on_duty_ms},
    order::Order,
    refusal::Refusal,
    time::Time,
};

/// Jobs that are counted.
const JOBS_MAX: u32 = 5_000;

/// Jobs that are listed.
const LISTED_MAX: usize = 200;

/// How far back a question goes that does not say, in milliseconds.
const FROM_MS: i64 = 24 * 3_600_000;

/// What a driver did in a piece of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// How long they were on duty, in seconds.
    pub on_duty_s: i64,
    /// What came of it.
    pub sums: Sums,
    /// The orders that ended in this time or are still to be done, the last assigned first.
    pub jobs: Vec<Order>,
}

impl Hub {
    /// What a driver did from `from` on and before `to`; in the last 24 h, if that is not said.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but a driver, [`Refusal::Invalid`] for a time that ends before it begins or is
    /// longer than 7 days.
    pub async fn day(&self, actor: &Actor, from: Option<Time>, to: Option<Time>) -> Result<Day> {
        let driver = actor.driver().ok_or_else(|| Refusal::only(&[Role::Driver], "a driver's day"))?;
        let now = self.now();
        let to = to.unwrap_or(now);
        let from = from.unwrap_or(to.plus_ms(-FROM_MS));
        match to.since_ms(from) {
            ..0 => return Err(Refusal::invalid("from", "must not be after `to`").into()),
            DAY_MS_MAX.. if to.since_ms(from) > DAY_MS_MAX => {
                return Err(Refusal::invalid("from", "must not be more than 7 days before `to`").into());
            }
            _ => {}
        }
        let mut view = self.store.read().await?;
        let mut jobs = view.jobs_of(driver, from, to, JOBS_MAX).await?;
        let worked = view.worked_since(driver, from).await?;
        let on_duty_s = on_duty_ms(worked, from, to.min(now)) / 1_000;
        let sums = Sums::of(&jobs);
        jobs.truncate(LISTED_MAX);
        Ok(Day { from, to, on_duty_s, sums, jobs })
    }
}
