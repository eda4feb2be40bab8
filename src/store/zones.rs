//! Zones.

use std::sync::Arc;

use super::{
    Read, Result, StoreError, Write, both, change,
    rows::{id, json, text},
};
use crate::domain::{geo::Area, id::ZoneId, time::Time, zone::Zone};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    area: Option<String>,
    neighbours: String,
    color: Option<String>,
    rules: String,
}

impl Row {
    fn zone(self) -> Result<Zone> {
        let area = self.area.map(|area| json::<serde_json::Value>("zones", &area)).transpose()?;
        let area = area.map(|area| Area::parse(&area)).transpose();
        Ok(Zone {
            id: id("zones", &self.id)?,
            name: self.name,
            area: area.map_err(|fault| StoreError::Row { table: "zones", fault })?,
            neighbours: json("zones", &self.neighbours)?,
            color: self.color,
            rules: json("zones", &self.rules)?,
        })
    }
}

impl Read {
    /// Every zone, by id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn zones(&mut self) -> Result<Vec<Zone>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as("select id, name, area, neighbours, color, rules from zones order by id").fetch_all(conn).await?
        });
        rows.into_iter().map(Row::zone).collect()
    }

    /// How many open orders belong to the zone.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn open_orders_in(&mut self, zone: &ZoneId) -> Result<i64> {
        Ok(both!(self, conn => {
            sqlx::query_scalar("select count(*) from orders where zone_id = $1 and closed_at is null")
                .bind(zone.as_str()).fetch_one(conn).await?
        }))
    }
}

impl Write {
    /// Every zone, by id, as this unit of work sees them.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn all_zones(&mut self) -> Result<Arc<Vec<Zone>>> {
        if let Some(zones) = &self.known.zones {
            return Ok(zones.clone());
        }
        let zones = Arc::new(self.read.zones().await?);
        self.known.zones = Some(zones.clone());
        Ok(zones)
    }

    /// Writes a new zone. `false` if the id is taken.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn make_zone(&mut self, zone: &Zone, now: Time) -> Result<bool> {
        self.known.zones = None;
        let area = zone.area.as_ref().map(|area| text("zones", &area.to_json())).transpose()?;
        let (neighbours, rules) = (text("zones", &zone.neighbours)?, text("zones", &zone.rules)?);
        let written = change!(self, conn => {
            sqlx::query("insert into zones (id, name, area, neighbours, color, rules, created_at)
                values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing")
                .bind(zone.id.as_str()).bind(&zone.name).bind(area).bind(neighbours).bind(&zone.color).bind(rules).bind(now.ms())
                .execute(conn).await?.rows_affected()
        });
        Ok(written == 1)
    }

    /// Writes a zone anew. `false` if there is none of that id.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn change_zone(&mut self, zone: &Zone) -> Result<bool> {
        self.known.zones = None;
        let area = zone.area.as_ref().map(|area| text("zones", &area.to_json())).transpose()?;
        let (neighbours, rules) = (text("zones", &zone.neighbours)?, text("zones", &zone.rules)?);
        let written = change!(self, conn => {
            sqlx::query("update zones set name = $2, area = $3, neighbours = $4, color = $5, rules = $6 where id = $1")
                .bind(zone.id.as_str()).bind(&zone.name).bind(area).bind(neighbours).bind(&zone.color).bind(rules)
                .execute(conn).await?.rows_affected()
        });
        Ok(written == 1)
    }

    /// Takes a zone away. `false` if there is none of that id.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn drop_zone(&mut self, zone: &ZoneId) -> Result<bool> {
        self.known.zones = None;
        Ok(change!(self, conn => {
            sqlx::query("delete from zones where id = $1").bind(zone.as_str()).execute(conn).await?.rows_affected() == 1
        }))
    }
}
