//! Browsers that take pushes, and the key by which push services know the hub.

use super::{Read, Result, StoreError, Write, both, change, rows::id};
use crate::domain::{
    id::{KeyId, SubscriptionId},
    push::{Address, Subscriber, Subscription},
    time::Time,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    driver_id: Option<String>,
    vendor_id: Option<String>,
    key_id: String,
    endpoint: String,
    p256dh: Vec<u8>,
    auth: Vec<u8>,
    made_at: i64,
    expires_at: Option<i64>,
    key_expires_at: Option<i64>,
}

impl Row {
    fn subscription(self) -> Result<Subscription> {
        let fault = |fault: &str| StoreError::Row { table: "push_subscriptions", fault: fault.to_owned() };
        let expires_at = self.expires_at.map(Time::from_ms);
        let ends = [expires_at, self.key_expires_at.map(Time::from_ms)];
        Ok(Subscription {
            id: id("push_subscriptions", &self.id)?,
            subscriber: subscriber("push_subscriptions", self.driver_id.as_deref(), self.vendor_id.as_deref())?,
            key: id("push_subscriptions", &self.key_id)?,
            address: Address {
                endpoint: self.endpoint,
                p256dh: self.p256dh.try_into().map_err(|_| fault("its p256dh is not 65 bytes"))?,
                auth: self.auth.try_into().map_err(|_| fault("its auth is not 16 bytes"))?,
                expires_at,
            },
            made_at: Time::from_ms(self.made_at),
            ends_at: ends.into_iter().flatten().min(),
        })
    }
}

/// Whose it is, from its two columns.
pub(super) fn subscriber(table: &'static str, driver: Option<&str>, vendor: Option<&str>) -> Result<Subscriber> {
    match (driver, vendor) {
        (Some(driver), None) => Ok(Subscriber::Driver(id(table, driver)?)),
        (None, Some(vendor)) => Ok(Subscriber::Vendor(id(table, vendor)?)),
        _ => Err(StoreError::Row { table, fault: "it is not of one driver or one vendor".to_owned() }),
    }
}

/// The two columns of whose it is.
pub(super) fn columns(subscriber: Subscriber) -> (Option<String>, Option<String>) {
    (subscriber.driver().map(|id| id.to_string()), subscriber.vendor().map(|id| id.to_string()))
}

impl Read {
    /// Every browser that takes pushes, by owner and oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn subscriptions(&mut self) -> Result<Vec<Subscription>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as("select subs.id, subs.driver_id, subs.vendor_id, subs.key_id, endpoint, p256dh, auth, made_at,
                    subs.expires_at, keys.expires_at as key_expires_at
                from push_subscriptions as subs join keys on keys.id = subs.key_id order by made_at, subs.id")
                .fetch_all(conn).await?
        });
        rows.into_iter().map(Row::subscription).collect()
    }

    /// The browsers of one driver or vendor, oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn subscriptions_of(&mut self, subscriber: Subscriber) -> Result<Vec<Subscription>> {
        let (driver, vendor) = columns(subscriber);
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as("select subs.id, subs.driver_id, subs.vendor_id, subs.key_id, endpoint, p256dh, auth, made_at,
                    subs.expires_at, keys.expires_at as key_expires_at
                from push_subscriptions as subs join keys on keys.id = subs.key_id
                where subs.driver_id = $1 or subs.vendor_id = $2 order by made_at, subs.id")
                .bind(driver).bind(vendor).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::subscription).collect()
    }

    /// Whose browser has this endpoint.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn subscriber_at(&mut self, endpoint: &str) -> Result<Option<Subscriber>> {
        let row: Option<(Option<String>, Option<String>)> = both!(self, conn => {
            sqlx::query_as("select driver_id, vendor_id from push_subscriptions where endpoint = $1")
                .bind(endpoint).fetch_optional(conn).await?
        });
        row.map(|(driver, vendor)| subscriber("push_subscriptions", driver.as_deref(), vendor.as_deref())).transpose()
    }
}

impl Write {
    /// Writes a browser's address, in the place of what was known at the same endpoint.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn subscribe(&mut self, subscription: &Subscription) -> Result<()> {
        let (driver, vendor) = columns(subscription.subscriber);
        let Subscription { id, key, address, made_at, .. } = subscription;
        change!(self, conn => {
            sqlx::query("insert into push_subscriptions
                    (id, driver_id, vendor_id, key_id, endpoint, p256dh, auth, made_at, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                on conflict (endpoint) do update set driver_id = excluded.driver_id, vendor_id = excluded.vendor_id,
                    key_id = excluded.key_id, p256dh = excluded.p256dh, auth = excluded.auth,
                    made_at = excluded.made_at, expires_at = excluded.expires_at")
                .bind(id.to_string()).bind(driver).bind(vendor).bind(key.to_string()).bind(&address.endpoint)
                .bind(&address.p256dh[..]).bind(&address.auth[..]).bind(made_at.ms())
                .bind(address.expires_at.map(Time::ms)).execute(conn).await?
        });
        Ok(())
    }

    /// Forgets the browser at this endpoint, if it is theirs. Whether it was.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn unsubscribe(&mut self, subscriber: Subscriber, endpoint: &str) -> Result<bool> {
        let (driver, vendor) = columns(subscriber);
        Ok(change!(self, conn => {
            sqlx::query("delete from push_subscriptions where endpoint = $1 and (driver_id = $2 or vendor_id = $3)")
                .bind(endpoint).bind(driver).bind(vendor).execute(conn).await?.rows_affected() == 1
        }))
    }

    /// Forgets one browser. Whether it was known.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn drop_subscription(&mut self, id: SubscriptionId) -> Result<bool> {
        Ok(change!(self, conn => {
            sqlx::query("delete from push_subscriptions where id = $1")
                .bind(id.to_string()).execute(conn).await?.rows_affected() == 1
        }))
    }

    /// Forgets every browser of somebody.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn drop_subscriptions_of(&mut self, subscriber: Subscriber) -> Result<()> {
        let (driver, vendor) = columns(subscriber);
        change!(self, conn => {
            sqlx::query("delete from push_subscriptions where driver_id = $1 or vendor_id = $2")
                .bind(driver).bind(vendor).execute(conn).await?
        });
        Ok(())
    }

    /// Forgets every browser that was subscribed with this key.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn drop_subscriptions_with(&mut self, key: KeyId) -> Result<()> {
        change!(self, conn => {
            sqlx::query("delete from push_subscriptions where key_id = $1").bind(key.to_string()).execute(conn).await?
        });
        Ok(())
    }

    /// Forgets browsers that said they end before `before`.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn forget_subscriptions(&mut self, before: Time) -> Result<()> {
        change!(self, conn => {
            sqlx::query("delete from push_subscriptions where expires_at < $1").bind(before.ms()).execute(conn).await?
        });
        Ok(())
    }

    /// Keeps the key by which push services know the hub, unless there is one. Answers the one that is kept.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn keep_push_key(&mut self, text: &str) -> Result<String> {
        change!(self, conn => {
            sqlx::query("insert into meta (name, value) values ('push_key', $1) on conflict (name) do nothing")
                .bind(text).execute(conn).await?
        });
        Ok(both!(self, conn => {
            sqlx::query_scalar("select value from meta where name = 'push_key'").fetch_one(conn).await?
        }))
    }
}
