//! Photos of deliveries: who may show one, who may see it, and how many there may be.

use std::collections::{HashMap, VecDeque};

use sha2::{Digest as _, Sha256};

use super::{By, Hub, HubError, PhotoRecord, Result, lock, orders::knows_of};
use crate::{
    domain::{
        actor::{Actor, Role},
        id::{DriverId, OrderId, PhotoId},
        offer::First,
        order::{Proof, command::Command, machine::Terms},
        photo::{Image, Kind, PHOTOS_PER_ORDER_MAX},
        refusal::Refusal,
        time::Time,
        zone,
    },
    store::{StoreError, Write},
};

/// Photos that a driver may send within [`UPLOADS_MS`].
const UPLOADS_MAX: usize = 12;

/// A minute.
const UPLOADS_MS: i64 = 60_000;

/// When drivers last sent photos.
pub(super) type Uploads = HashMap<DriverId, VecDeque<Time>>;

impl Hub {
    /// Whether somebody may send a photo now. To be asked before its bytes are read; a yes counts.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but a driver, [`Refusal::TooOften`] for one who has just sent many.
    pub fn may_upload(&self, actor: &Actor) -> Result<()> {
        let (driver, now) = (uploader(actor)?, self.now());
        let mut uploads = lock(&self.uploads);
        let sent = uploads.entry(driver).or_default();
        while sent.front().is_some_and(|then| now.since_ms(*then) >= UPLOADS_MS) {
            sent.pop_front();
        }
        if let Some(first) = sent.front().filter(|_| sent.len() >= UPLOADS_MAX) {
            let wait_ms = UPLOADS_MS - now.since_ms(*first);
            return Err(Refusal::TooOften { retry_after_s: u32::try_from(wait_ms / 1_000 + 1).unwrap_or(60) }.into());
        }
        sent.push_back(now);
        Ok(())
    }

    /// Keeps a photo that the driver of an order sent, without its metadata. The same bytes again are the same photo. If the
    /// order was delivered without one, it becomes part of the proof.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what is no photo or one too many, [`Refusal::NotFound`] or [`Refusal::Forbidden`] if the order
    /// is not theirs, [`Refusal::InvalidTransition`] if they do not carry it and have not delivered it within a day.
    pub async fn keep_photo(&self, by: By, order: OrderId, sent: &[u8]) -> Result<PhotoRecord> {
        let driver = uploader(&by.actor)?;
        let hash: [u8; 32] = Sha256::digest(sent).into();
        let mut image = Image::read(sent).map_err(|fault| Refusal::invalid("photo", fault))?;
        if self.flaws().keep_metadata() {
            image.bytes = sent.to_vec();
        }
        let id: PhotoId = self.new_id();
        let photo = PhotoRecord { id, driver, kind: image.kind, bytes: image.bytes.len(), at: by.now };
        let unit = self
            .store
            .write(move |write| Box::pin(async move { kept(write, &by, order, photo, &hash, &image.bytes).await }));
        Ok(unit.await?.value)
    }

    /// An order's photo, for its vendor and for dispatchers.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for a driver, [`Refusal::NotFound`] if there is no such photo or the order is not theirs.
    pub async fn photo(&self, actor: &Actor, order: OrderId, photo: PhotoId) -> Result<(Kind, Vec<u8>)> {
        if actor.driver().is_some() {
            return Err(Refusal::only(&[Role::Vendor, Role::Admin], "a photo of a delivery").into());
        }
        let mut view = self.store.read().await?;
        let whole = view.order(order).await?.ok_or(Refusal::NotFound("order"))?;
        knows_of(&mut view, actor, &whole).await?;
        Ok(view.photo(order, photo).await?.ok_or(Refusal::NotFound("photo"))?)
    }
}

fn uploader(actor: &Actor) -> Result<DriverId, Refusal> {
    actor.driver().ok_or_else(|| Refusal::only(&[Role::Driver], "sending a photo"))
}

async fn kept(
    write: &mut Write,
    by: &By,
    id: OrderId,
    photo: PhotoRecord,
    hash: &[u8],
    image: &[u8],
) -> Result<PhotoRecord> {
    let known = write.photo_by_hash(id, hash).await?;
    if let Some(known) = known.as_ref().filter(|known| known.driver == photo.driver) {
        return Ok(known.clone());
    }
    let order = write.known_order(id).await?.ok_or(Refusal::NotFound("order"))?;
    knows_of(write, &by.actor, &order).await?;
    let zones = write.all_zones().await?;
    let terms = Terms { now: by.now, rules: zone::rules_of(&zones, &order.zone), first: &First::default() };
    let facts = order.on(&Command::Photo(known.as_ref().map_or(photo.id, |known| known.id)), &by.actor, terms)?;
    if known.is_none() {
        if write.photos_of(id).await?.len() >= PHOTOS_PER_ORDER_MAX {
            let message = format!("is one too many: an order has at most {PHOTOS_PER_ORDER_MAX}");
            return Err(Refusal::invalid("photo", message).into());
        }
        write.keep_photo(id, &photo, hash, image).await?;
    }
    if !facts.is_empty() {
        let changed = write.change_order(&order, facts, by).await?;
        changed.ok_or_else(|| StoreError::Unwritable(format!("another process changed order {id}").into()))?;
    }
    Ok(known.unwrap_or(photo))
}

/// Whether a proof's photo is one of the order's.
pub(super) async fn shows(write: &mut Write, order: OrderId, proof: &Proof) -> Result<(), HubError> {
    let Some(photo) = proof.photo else { return Ok(()) };
    if write.photos_of(order).await?.iter().any(|known| known.id == photo) {
        return Ok(());
    }
    Err(Refusal::invalid("proof.photo", "is no photo of this order").into())
}
