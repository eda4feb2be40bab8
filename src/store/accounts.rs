//! Vendors, and the keys that vendors, drivers and dispatchers sign in with.

use super::{Read, Result, StoreError, Write, both, change, rows::id, unit::remember};
use crate::domain::{
    geo::Point,
    id::{KeyId, VendorId},
    key::{Key, Owner},
    party::Vendor,
    time::Time,
};

#[derive(sqlx::FromRow)]
struct VendorRow {
    id: String,
    name: String,
    phone: Option<String>,
    address: Option<String>,
    lat: Option<f64>,
    lng: Option<f64>,
    zone_id: Option<String>,
    blocked: bool,
    require_pickup_code: bool,
    created_at: i64,
}

impl VendorRow {
    fn vendor(self) -> Result<Vendor> {
        Ok(Vendor {
            id: id("vendors", &self.id)?,
            name: self.name,
            phone: self.phone,
            address: self.address,
            point: self.lat.zip(self.lng).map(|(lat, lng)| Point { lat, lng }),
            zone: self.zone_id.map(|zone| id("vendors", &zone)).transpose()?,
            blocked: self.blocked,
            require_pickup_code: self.require_pickup_code,
            created_at: Time::from_ms(self.created_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: String,
    role: String,
    vendor_id: Option<String>,
    driver_id: Option<String>,
    name: Option<String>,
    hash: Vec<u8>,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl KeyRow {
    fn key(self) -> Result<Key> {
        let fault = |fault: &str| StoreError::Row { table: "keys", fault: fault.to_owned() };
        let owner = match (self.role.as_str(), &self.vendor_id, &self.driver_id) {
            ("admin", None, None) => Owner::Admin,
            ("vendor", Some(vendor), None) => Owner::Vendor(id("keys", vendor)?),
            ("driver", None, Some(driver)) => Owner::Driver(id("keys", driver)?),
            _ => return Err(fault("its role and its owner do not go together")),
        };
        Ok(Key {
            id: id("keys", &self.id)?,
            owner,
            name: self.name,
            hash: self.hash.try_into().map_err(|_| fault("its hash is not 32 bytes"))?,
            created_at: Time::from_ms(self.created_at),
            expires_at: self.expires_at.map(Time::from_ms),
            revoked_at: self.revoked_at.map(Time::from_ms),
        })
    }
}

impl Read {
    /// The vendor of that id, unless taken away.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn vendor(&mut self, vendor: VendorId) -> Result<Option<Vendor>> {
        let row: Option<VendorRow> = both!(self, conn => {
            sqlx::query_as("select id, name, phone, address, lat, lng, zone_id, blocked, require_pickup_code, created_at
                from vendors where id = $1 and deleted_at is null")
                .bind(vendor.to_string()).fetch_optional(conn).await?
        });
        row.map(VendorRow::vendor).transpose()
    }

    /// How many open orders a vendor has.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn open_orders_of(&mut self, vendor: VendorId) -> Result<i64> {
        Ok(both!(self, conn => {
            sqlx::query_scalar("select count(*) from orders where vendor_id = $1 and closed_at is null")
                .bind(vendor.to_string())
                .fetch_one(conn)
                .await?
        }))
    }

    /// At most `limit` vendors after `after`, by id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn vendors(&mut self, after: Option<VendorId>, limit: u32) -> Result<Vec<Vendor>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<VendorRow> = both!(self, conn => {
            sqlx::query_as("select id, name, phone, address, lat, lng, zone_id, blocked, require_pickup_code, created_at
                from vendors where id > $1 and deleted_at is null order by id limit $2")
                .bind(after).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(VendorRow::vendor).collect()
    }

    /// The key of that id, revoked or not.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn key(&mut self, key: KeyId) -> Result<Option<Key>> {
        let row: Option<KeyRow> = both!(self, conn => {
            sqlx::query_as("select id, role, vendor_id, driver_id, name, hash, created_at, expires_at, revoked_at from keys where id = $1")
                .bind(key.to_string()).fetch_optional(conn).await?
        });
        row.map(KeyRow::key).transpose()
    }

    /// At most `limit` keys after `after`, by id.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn keys(&mut self, after: Option<KeyId>, limit: u32) -> Result<Vec<Key>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<KeyRow> = both!(self, conn => {
            sqlx::query_as("select id, role, vendor_id, driver_id, name, hash, created_at, expires_at, revoked_at
                from keys where id > $1 order by id limit $2")
                .bind(after).bind(i64::from(limit)).fetch_all(conn).await?
        });
        rows.into_iter().map(KeyRow::key).collect()
    }

    /// Whether this database was filled with the demo town.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn is_demo(&mut self) -> Result<bool> {
        Ok(both!(self, conn => {
            sqlx::query_scalar("select exists (select 1 from meta where name = 'demo')").fetch_one(conn).await?
        }))
    }

    /// Whether nothing was ever kept here: no zone, no person, no key.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn is_empty(&mut self) -> Result<bool> {
        let anything: bool = both!(self, conn => {
            sqlx::query_scalar("select exists (select 1 from keys) or exists (select 1 from zones) or exists (select 1 from vendors)
                or exists (select 1 from drivers)")
                .fetch_one(conn).await?
        });
        Ok(!anything)
    }
}

impl Write {
    /// The vendor of that id, unless taken away, as this unit of work sees it.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn known_vendor(&mut self, id: VendorId) -> Result<Option<Vendor>> {
        if let Some(vendor) = self.known.vendors.get(&id) {
            return Ok(Some(vendor.clone()));
        }
        let vendor = self.read.vendor(id).await?;
        if let Some(vendor) = &vendor {
            remember(&mut self.known.vendors, id, vendor.clone());
        }
        Ok(vendor)
    }

    /// Marks this database as one that is filled with the demo town.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn mark_demo(&mut self) -> Result<()> {
        change!(self, conn => {
            sqlx::query("insert into meta (name, value) values ('demo', 'yes') on conflict (name) do nothing")
                .execute(conn)
                .await?
        });
        Ok(())
    }

    /// Writes a new vendor.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn make_vendor(&mut self, vendor: &Vendor) -> Result<()> {
        change!(self, conn => {
            sqlx::query("insert into vendors (id, name, phone, address, lat, lng, zone_id, blocked, require_pickup_code, created_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
                .bind(vendor.id.to_string()).bind(&vendor.name).bind(&vendor.phone).bind(&vendor.address)
                .bind(vendor.point.map(|point| point.lat)).bind(vendor.point.map(|point| point.lng))
                .bind(vendor.zone.as_ref().map(ToString::to_string)).bind(i64::from(vendor.blocked))
                .bind(i64::from(vendor.require_pickup_code)).bind(vendor.created_at.ms())
                .execute(conn).await?
        });
        Ok(())
    }

    /// Writes a vendor anew.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn change_vendor(&mut self, vendor: &Vendor) -> Result<()> {
        self.known.vendors.remove(&vendor.id);
        change!(self, conn => {
            sqlx::query("update vendors set name = $2, phone = $3, address = $4, lat = $5, lng = $6, zone_id = $7, blocked = $8,
                require_pickup_code = $9 where id = $1")
                .bind(vendor.id.to_string()).bind(&vendor.name).bind(&vendor.phone).bind(&vendor.address)
                .bind(vendor.point.map(|point| point.lat)).bind(vendor.point.map(|point| point.lng))
                .bind(vendor.zone.as_ref().map(ToString::to_string)).bind(i64::from(vendor.blocked))
                .bind(i64::from(vendor.require_pickup_code))
                .execute(conn).await?
        });
        Ok(())
    }

    /// Takes a vendor away; orders keep what they remember of it.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn drop_vendor(&mut self, vendor: VendorId, now: Time) -> Result<()> {
        self.known.vendors.remove(&vendor);
        change!(self, conn => {
            sqlx::query("update vendors set deleted_at = $2 where id = $1").bind(vendor.to_string()).bind(now.ms()).execute(conn).await?
        });
        Ok(())
    }

    /// Writes a new key.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn make_key(&mut self, key: &Key) -> Result<()> {
        let (vendor, driver) = match key.owner {
            Owner::Admin => (None, None),
            Owner::Vendor(id) => (Some(id.to_string()), None),
            Owner::Driver(id) => (None, Some(id.to_string())),
        };
        change!(self, conn => {
            sqlx::query("insert into keys (id, role, vendor_id, driver_id, name, hash, created_at, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8)")
                .bind(key.id.to_string()).bind(key.owner.role().as_str()).bind(vendor).bind(driver).bind(&key.name)
                .bind(&key.hash[..]).bind(key.created_at.ms()).bind(key.expires_at.map(Time::ms))
                .execute(conn).await?
        });
        Ok(())
    }

    /// Revokes a key. `false` if it was revoked before or never was.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn revoke_key(&mut self, key: KeyId, now: Time) -> Result<bool> {
        Ok(change!(self, conn => {
            sqlx::query("update keys set revoked_at = $2 where id = $1 and revoked_at is null")
                .bind(key.to_string()).bind(now.ms()).execute(conn).await?.rows_affected() == 1
        }))
    }
}
