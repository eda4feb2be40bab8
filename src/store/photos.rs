//! Photos of deliveries: one row each, the image in it.

use super::{Read, Result, StoreError, Write, both, change, rows::id};
use crate::domain::{
    id::{DriverId, OrderId, PhotoId},
    photo::Kind,
    time::Time,
};

/// What is kept of a photo beside the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoRecord {
    /// Its id.
    pub id: PhotoId,
    /// Whose delivery it shows.
    pub driver: DriverId,
    /// What kind of image it is.
    pub kind: Kind,
    /// How large the image is.
    pub bytes: usize,
    /// When it came in.
    pub at: Time,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    driver_id: String,
    r#type: String,
    bytes: i64,
    at: i64,
}

impl Row {
    fn record(self) -> Result<PhotoRecord> {
        Ok(PhotoRecord {
            id: id("photos", &self.id)?,
            driver: id("photos", &self.driver_id)?,
            kind: kind(&self.r#type)?,
            bytes: usize::try_from(self.bytes).unwrap_or(0),
            at: Time::from_ms(self.at),
        })
    }
}

fn kind(word: &str) -> Result<Kind> {
    Kind::parse(word).ok_or_else(|| StoreError::Row { table: "photos", fault: format!("`{word}` is no type") })
}

impl Read {
    /// The photo of an order that was made from these bytes, by their hash.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn photo_by_hash(&mut self, order: OrderId, hash: &[u8]) -> Result<Option<PhotoRecord>> {
        let row: Option<Row> = both!(self, conn => {
            sqlx::query_as("select id, driver_id, type, length(image) as bytes, at from photos where order_id = $1 and hash = $2")
                .bind(order.to_string()).bind(hash).fetch_optional(conn).await?
        });
        row.map(Row::record).transpose()
    }

    /// The photos of an order, oldest first.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn photos_of(&mut self, order: OrderId) -> Result<Vec<PhotoRecord>> {
        let rows: Vec<Row> = both!(self, conn => {
            sqlx::query_as("select id, driver_id, type, length(image) as bytes, at from photos where order_id = $1 order by id")
                .bind(order.to_string()).fetch_all(conn).await?
        });
        rows.into_iter().map(Row::record).collect()
    }

    /// The image of an order's photo.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn photo(&mut self, order: OrderId, photo: PhotoId) -> Result<Option<(Kind, Vec<u8>)>> {
        let row: Option<(String, Vec<u8>)> = both!(self, conn => {
            sqlx::query_as("select type, image from photos where order_id = $1 and id = $2")
                .bind(order.to_string()).bind(photo.to_string()).fetch_optional(conn).await?
        });
        row.map(|(word, image)| Ok((kind(&word)?, image))).transpose()
    }
}

impl Write {
    /// Keeps a photo of an order. `hash` is of what was sent.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn keep_photo(&mut self, order: OrderId, photo: &PhotoRecord, hash: &[u8], image: &[u8]) -> Result<()> {
        change!(self, conn => {
            sqlx::query("insert into photos (id, order_id, driver_id, hash, type, at, image) values ($1, $2, $3, $4, $5, $6, $7)")
                .bind(photo.id.to_string()).bind(order.to_string()).bind(photo.driver.to_string()).bind(hash)
                .bind(photo.kind.as_str()).bind(photo.at.ms()).bind(image).execute(conn).await?
        });
        Ok(())
    }

    /// Deletes photos that came in before `before`, at most `rows` of them, oldest first. Answers how many.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn forget_photos(&mut self, before: Time, rows: u32) -> Result<u64> {
        Ok(change!(self, conn => {
            sqlx::query("delete from photos where id in (select id from photos where at < $1 order by at limit $2)")
                .bind(before.ms()).bind(i64::from(rows)).execute(conn).await?.rows_affected()
        }))
    }
}
