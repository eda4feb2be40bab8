//! Drivers, and where they work.

use super::{
    Read, Result, Write, both, change,
    rows::{id, json, text},
    unit::remember,
};
use crate::domain::{
    dispatch::Standing,
    history::{History, Shift, Stand},
    id::{DriverId, VendorId, ZoneId},
    party::Driver,
    time::Time,
};

/// A driver who works in a zone.
#[derive(Debug)]
pub struct OnDuty {
    /// Who.
    pub driver: DriverId,
    /// How they stand.
    pub standing: Standing,
    /// Since when they have had nothing to do, if that is known.
    pub free_since: Option<Time>,
}

#[derive(sqlx::FromRow)]
struct OnDutyRow {
    driver_id: String,
    standing: Option<String>,
    closed_at: Option<i64>,
    joined_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    phone: Option<String>,
    vehicle: Option<String>,
    equipment: String,
    zones_allowed: Option<String>,
    max_active_orders: i64,
    blocked: bool,
    paused_at: Option<i64>,
    paused_until: Option<i64>,
    device: Option<String>,
    created_at: i64,
}

impl Row {
    fn driver(self) -> Result<Driver> {
        Ok(Driver {
            id: id("drivers", &self.id)?,
            name: self.name,
            phone: self.phone,
            vehicle: self.vehicle,
            equipment: json("drivers", &self.equipment)?,
            zones_allowed: self.zones_allowed.map(|zones| json("drivers", &zones)).transpose()?,
            max_active_orders: u32::try_from(self.max_active_orders).unwrap_or(0),
            blocked: self.blocked,
            paused_at: self.paused_at.map(Time::from_ms),
            paused_until: self.paused_until.map(Time::from_ms),
            device: self.device.map(|device| json("drivers", &device)).transpose()?,
            created_at: Time::from_ms(self.created_at),
        })
    }
}

impl Read {
    /// The driver of that id, unless taken away.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn driver(&mut self, driver: DriverId) -> Result<Option<Driver>> {
        let row: Option<Row> = both!(self, conn => {
            sqlx::query_as("select id, name, phone, vehicle, equipment, zones_allowed, max_active_orders, blocked,
                paused_at, device, (select due_at from pauses where driver_id = drivers.id) as paused_until, created_at
                from drivers where id = $1 and deleted_at is null")
                .bind(driver.to_string()).fetch_optional(conn).await?
        });
        row.map(Row::driver).transpose()
    }

    /// What a driver is called, also one who was taken away.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn driver_name(&mut self, driver: DriverId) -> Result<Option<String>> {
        Ok(both!(self, conn => {
            sqlx::query_scalar("select name from drivers where id = $1")
                .bind(driver.to_string()).fetch_optional(conn).await?
        }))
    }

    /// At most `limit` drivers after `after`, by id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn drivers(&mut self, after: Option<DriverId>, limit: u32) -> Result<Vec<Driver>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as("select id, name, phone, vehicle, equipment, zones_allowed, max_active_orders, blocked,
                paused_at, device, (select due_at from pauses where driver_id = drivers.id) as paused_until, created_at
                from drivers where id > $1 and deleted_at is null order by id limit $2")
                .bind(after).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::driver).collect()
    }

    /// The drivers who have an open order of this vendor, by id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn drivers_for(&mut self, vendor: VendorId) -> Result<Vec<DriverId>> {
        let drivers: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select distinct driver_id from orders
                where vendor_id = $1 and closed_at is null and driver_id is not null order by driver_id")
                .bind(vendor.to_string()).fetch_all(conn).await?
        });
        drivers.iter().map(|driver| id("orders", driver)).collect()
    }

    /// The zones that a driver works in now, by id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn zones_of(&mut self, driver: DriverId) -> Result<Vec<ZoneId>> {
        let zones: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select zone_id from shifts where driver_id = $1 and left_seq is null order by zone_id")
                .bind(driver.to_string()).fetch_all(conn).await?
        });
        zones.iter().map(|zone| id("shifts", zone)).collect()
    }

    /// Where every driver works now.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn everyones_zones(&mut self) -> Result<Vec<(DriverId, ZoneId)>> {
        let rows: Vec<(String, String)> = both!(self, conn => {
            sqlx::query_as("select driver_id, zone_id from shifts where left_seq is null order by driver_id, zone_id")
                .fetch_all(conn).await?
        });
        rows.iter().map(|(driver, zone)| Ok((id("shifts", driver)?, id("shifts", zone)?))).collect()
    }

    /// How a driver stands now.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn standing_of(&mut self, driver: DriverId) -> Result<Standing> {
        let standing: Option<String> = both!(self, conn => {
            sqlx::query_scalar("select standing from standings where driver_id = $1 and to_seq is null")
                .bind(driver.to_string()).fetch_optional(conn).await?
        });
        Ok(standing.map(|text| json("standings", &text)).transpose()?.unwrap_or_default())
    }

    /// A driver's history from the event at `seq` on.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn history_since(&mut self, driver: DriverId, seq: i64) -> Result<History> {
        let rows: Vec<(i64, Option<i64>, String)> = both!(self, conn => {
            sqlx::query_as("select from_seq, to_seq, standing from standings
                where driver_id = $1 and (to_seq is null or to_seq >= $2) order by from_seq")
                .bind(driver.to_string()).bind(seq).fetch_all(conn).await?
        });
        let standings = rows.into_iter().map(|(from_seq, to_seq, standing)| {
            Ok(Stand { standing: json("standings", &standing)?, from_seq, to_seq })
        });
        let standings = standings.collect::<Result<_>>()?;
        Ok(History { shifts: self.shifts_since(driver, seq).await?, standings })
    }

    /// Who works in a zone now: how each stands, and since when they have been on duty without an order of theirs ending, if
    /// the log still knows. One question, since the writer asks it before an order goes on offer.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn on_duty_in(&mut self, zone: &ZoneId) -> Result<Vec<OnDuty>> {
        let rows: Vec<OnDutyRow> = both!(self, conn => {
            sqlx::query_as("select here.driver_id, standings.standing,
                    (select max(closed_at) from orders where orders.driver_id = here.driver_id) as closed_at,
                    (select max(events.at) from shifts join events on events.seq = shifts.joined_seq
                        where shifts.driver_id = here.driver_id and shifts.left_seq is null) as joined_at
                from shifts as here
                left join standings on standings.driver_id = here.driver_id and standings.to_seq is null
                where here.zone_id = $1 and here.left_seq is null order by here.driver_id")
                .bind(zone.as_str()).fetch_all(conn).await?
        });
        let on_duty = rows.into_iter().map(|row| {
            Ok(OnDuty {
                driver: id("shifts", &row.driver_id)?,
                standing: row.standing.map(|text| json("standings", &text)).transpose()?.unwrap_or_default(),
                free_since: row.closed_at.max(row.joined_at).map(Time::from_ms),
            })
        });
        on_duty.collect()
    }

    /// The drivers who let an offer pass without an answer, and answered none since.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn silent_drivers(&mut self) -> Result<Vec<DriverId>> {
        let ids: Vec<String> = both!(self, conn => {
            sqlx::query_scalar("select id from drivers where unanswered <> '[]'").fetch_all(conn).await?
        });
        ids.iter().map(|text| id("drivers", text)).collect()
    }

    /// Where a driver worked at or after `seq`.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn shifts_since(&mut self, driver: DriverId, seq: i64) -> Result<Vec<Shift>> {
        let rows: Vec<(String, i64, Option<i64>)> = both!(self, conn => {
            sqlx::query_as("select zone_id, joined_seq, left_seq from shifts
                where driver_id = $1 and (left_seq is null or left_seq >= $2)")
                .bind(driver.to_string()).bind(seq).fetch_all(conn).await?
        });
        rows.into_iter()
            .map(|(zone, joined_seq, left_seq)| Ok(Shift { zone: id("shifts", &zone)?, joined_seq, left_seq }))
            .collect()
    }
}

impl Write {
    /// The zones that a driver works in now, as this unit of work sees it.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn known_duty(&mut self, driver: DriverId) -> Result<&[ZoneId]> {
        if !self.known.duty.contains_key(&driver) {
            let zones = self.read.zones_of(driver).await?;
            remember(&mut self.known.duty, driver, zones);
        }
        Ok(&self.known.duty[&driver])
    }

    /// Writes a new driver.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn make_driver(&mut self, driver: &Driver) -> Result<()> {
        let zones = driver.zones_allowed.as_ref().map(|zones| text("drivers", zones)).transpose()?;
        let equipment = text("drivers", &driver.equipment)?;
        change!(self, conn => {
            sqlx::query("insert into drivers (id, name, phone, vehicle, zones_allowed, max_active_orders, blocked, created_at, equipment)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                .bind(driver.id.to_string()).bind(&driver.name).bind(&driver.phone).bind(&driver.vehicle).bind(zones)
                .bind(i64::from(driver.max_active_orders)).bind(i64::from(driver.blocked)).bind(driver.created_at.ms())
                .bind(equipment).execute(conn).await?
        });
        self.begin_standing(driver.id, self.head, &Standing::of(driver, 0)).await
    }

    /// Writes a driver anew.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn change_driver(&mut self, driver: &Driver) -> Result<()> {
        let zones = driver.zones_allowed.as_ref().map(|zones| text("drivers", zones)).transpose()?;
        let equipment = text("drivers", &driver.equipment)?;
        change!(self, conn => {
            sqlx::query("update drivers set name = $2, phone = $3, vehicle = $4, zones_allowed = $5, max_active_orders = $6, blocked = $7,
                    equipment = $8
                where id = $1")
                .bind(driver.id.to_string()).bind(&driver.name).bind(&driver.phone).bind(&driver.vehicle).bind(zones)
                .bind(i64::from(driver.max_active_orders)).bind(i64::from(driver.blocked)).bind(equipment)
                .execute(conn).await?
        });
        Ok(())
    }

    /// Writes that a driver stands otherwise from the last event of this unit on that is theirs to hear, and has it say so.
    /// `false` if there is none.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn change_standing(&mut self, driver: DriverId, standing: &Standing) -> Result<bool> {
        let Some(seq) = self.told_in_person(driver) else { return Ok(false) };
        change!(self, conn => {
            sqlx::query("update standings set to_seq = $2 where driver_id = $1 and to_seq is null")
                .bind(driver.to_string()).bind(seq).execute(conn).await?
        });
        self.begin_standing(driver, seq, standing).await?;
        self.tell_standing(seq, driver, standing.clone());
        Ok(true)
    }

    async fn begin_standing(&mut self, driver: DriverId, seq: i64, standing: &Standing) -> Result<()> {
        let standing = text("standings", standing)?;
        change!(self, conn => {
            sqlx::query("insert into standings (driver_id, from_seq, standing) values ($1, $2, $3)")
                .bind(driver.to_string()).bind(seq).bind(standing).execute(conn).await?
        });
        Ok(())
    }

    /// Notes that a driver saw an offer, named by the `seq` that opened it, and did not answer. Answers how many that are in a
    /// row.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn note_silence(&mut self, driver: DriverId, offer_seq: i64) -> Result<usize> {
        let kept: Option<String> = both!(self, conn => {
            sqlx::query_scalar("select unanswered from drivers where id = $1")
                .bind(driver.to_string()).fetch_optional(conn).await?
        });
        let mut offers: Vec<i64> = kept.map(|text| json("drivers", &text)).transpose()?.unwrap_or_default();
        if !offers.contains(&offer_seq) {
            offers.push(offer_seq);
            let text = text("drivers", &offers)?;
            change!(self, conn => {
                sqlx::query("update drivers set unanswered = $2 where id = $1")
                    .bind(driver.to_string()).bind(text).execute(conn).await?
            });
        }
        Ok(offers.len())
    }

    /// Notes that a driver answered an offer, or came to work.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn note_answer(&mut self, driver: DriverId) -> Result<()> {
        change!(self, conn => {
            sqlx::query("update drivers set unanswered = '[]', paused_at = null
                where id = $1 and (unanswered <> '[]' or paused_at is not null)")
                .bind(driver.to_string()).execute(conn).await?
        });
        Ok(())
    }

    /// Notes that a driver is off duty because they did not answer, which begins to count anew.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn pause(&mut self, driver: DriverId, now: Time) -> Result<()> {
        change!(self, conn => {
            sqlx::query("update drivers set unanswered = '[]', paused_at = $2 where id = $1")
                .bind(driver.to_string()).bind(now.ms()).execute(conn).await?
        });
        Ok(())
    }

    /// Takes a driver away; orders keep what they remember of them.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn drop_driver(&mut self, driver: DriverId, now: Time) -> Result<()> {
        change!(self, conn => {
            sqlx::query("update drivers set deleted_at = $2 where id = $1").bind(driver.to_string()).bind(now.ms()).execute(conn).await?
        });
        Ok(())
    }

    /// Begins a driver's work in a zone, with the next event.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn begin_shift(&mut self, driver: DriverId, zone: &ZoneId) -> Result<()> {
        self.known.duty.remove(&driver);
        let seq = self.next_seq();
        change!(self, conn => {
            sqlx::query("insert into shifts (driver_id, zone_id, joined_seq) values ($1, $2, $3)")
                .bind(driver.to_string()).bind(zone.as_str()).bind(seq).execute(conn).await?
        });
        Ok(())
    }

    /// Ends a driver's work in a zone, with the next event.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn end_shift(&mut self, driver: DriverId, zone: &ZoneId) -> Result<()> {
        self.known.duty.remove(&driver);
        let seq = self.next_seq();
        change!(self, conn => {
            sqlx::query("update shifts set left_seq = $3 where driver_id = $1 and zone_id = $2 and left_seq is null")
                .bind(driver.to_string()).bind(zone.as_str()).bind(seq).execute(conn).await?
        });
        Ok(())
    }
}
