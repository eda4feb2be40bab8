//! Drivers who asked for a pause, and what their phones can do.

use super::{
    Read, Result, Write, both, change,
    rows::{id, json, text},
};
use crate::domain::{
    device::Device,
    id::{DriverId, ZoneId},
    time::Time,
};

impl Read {
    /// The drivers whose pause is over, at most `limit`, the longest ago first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn pauses_due(&mut self, now: Time, limit: u32) -> Result<Vec<DriverId>> {
        let ids: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select driver_id from pauses where due_at <= $1 order by due_at limit $2")
                .bind(now.ms()).bind(i64::from(limit)).fetch_all(conn).await?
        });
        ids.iter().map(|text| id("pauses", text)).collect()
    }

    /// When a driver's pause ends, and which zones they go back to; none: they asked for none.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn pause_of(&mut self, driver: DriverId) -> Result<Option<(Time, Vec<ZoneId>)>> {
        let row: Option<(i64, String)> = both!(self, conn => {
            sqlx::query_as("select due_at, zones from pauses where driver_id = $1")
                .bind(driver.to_string()).fetch_optional(conn).await?
        });
        row.map(|(due_at, zones)| Ok((Time::from_ms(due_at), json("pauses", &zones)?))).transpose()
    }
}

impl Write {
    /// Writes that a driver pauses until `due_at` and then goes back to `zones`.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn begin_pause(&mut self, driver: DriverId, due_at: Time, zones: &[ZoneId]) -> Result<()> {
        let zones = text("pauses", &zones)?;
        change!(self, conn => {
            sqlx::query("insert into pauses (driver_id, due_at, zones) values ($1, $2, $3)
                on conflict (driver_id) do update set due_at = excluded.due_at, zones = excluded.zones")
                .bind(driver.to_string()).bind(due_at.ms()).bind(zones).execute(conn).await?
        });
        Ok(())
    }

    /// Forgets a driver's pause.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn end_pause(&mut self, driver: DriverId) -> Result<()> {
        change!(self, conn => {
            sqlx::query("delete from pauses where driver_id = $1").bind(driver.to_string()).execute(conn).await?
        });
        Ok(())
    }

    /// Writes what a driver's phone can do.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn keep_device(&mut self, driver: DriverId, device: &Device) -> Result<()> {
        let device = text("drivers", device)?;
        change!(self, conn => {
            sqlx::query("update drivers set device = $2 where id = $1")
                .bind(driver.to_string()).bind(device).execute(conn).await?
        });
        Ok(())
    }
}
