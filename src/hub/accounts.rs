//! Vendors, and the keys that people sign in with.

use serde_json::json;

use super::{By, Hub, HubError, Result, drivers::object};
use crate::{
    domain::{
        actor::Actor,
        event::{EventType, Routing},
        geo::Point,
        id::{KeyId, VendorId, ZoneId},
        key::{self, Key, Owner},
        party::Vendor,
        push::Subscriber,
        refusal::Refusal,
        time::Time,
    },
    store::{Read, Write},
};

/// Somebody whose key was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Who it is.
    pub actor: Actor,
    /// The key; none for the one given in the environment.
    pub key: Option<KeyId>,
    /// From when on the key is refused.
    pub expires_at: Option<Time>,
}

/// A change to somebody.
#[derive(Clone, Debug)]
pub enum PartyChange<T> {
    /// They are different now.
    To(T),
    /// They are taken away.
    Gone,
}

/// What a dispatcher says of a vendor; `None` leaves it as it is, or at its default.
#[derive(Clone, Debug, Default)]
pub struct VendorDraft {
    /// What drivers see.
    pub name: Option<String>,
    /// Its number.
    pub phone: Option<Option<String>>,
    /// Where it is.
    pub address: Option<Option<String>>,
    /// The same place on the globe.
    pub point: Option<Option<Point>>,
    /// The zone of its orders.
    pub zone: Option<Option<ZoneId>>,
    /// Whether its keys are refused.
    pub blocked: Option<bool>,
    /// Whether drivers must name the order's code.
    pub require_pickup_code: Option<bool>,
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct KeyDraft {
    /// Whose it is to be.
    pub owner: Owner,
    /// What the dispatcher calls it.
    pub name: Option<String>,
    /// From when on it is refused.
    pub expires_at: Option<Time>,
}

/// A key that was just made: the only time that its text is known.
#[derive(Clone, Debug)]
pub struct MadeKey {
    /// What is kept of it.
    pub key: Key,
    /// What its owner signs in with.
    pub text: String,
}

impl Hub {
    /// Who signs in with this key.
    ///
    /// # Errors
    /// [`HubError::Unauthorized`] for a key that is unknown, expired or revoked, [`Refusal::Forbidden`] if its owner is
    /// blocked.
    pub async fn authenticate(&self, text: &str) -> Result<Session> {
        if self.given_key.is_some_and(|given| key::matches(text, &given)) {
            let actor = Actor::Admin { id: None, name: "dispatcher".to_owned() };
            return Ok(Session { actor, key: None, expires_at: None });
        }
        let parts = key::parse(text).ok_or(HubError::Unauthorized("this is not a key"))?;
        let mut view = self.store.read().await?;
        let key = view.key(parts.id).await?.filter(|key| key::matches(parts.secret, &key.hash));
        let key =
            key.filter(|key| key.owner.role() == parts.role).ok_or(HubError::Unauthorized("this key is unknown"))?;
        self.session(&mut view, key).await
    }

    /// Whether a session that was let in a moment ago would still be.
    ///
    /// # Errors
    /// As [`Hub::authenticate`].
    pub async fn check_again(&self, session: &Session) -> Result<()> {
        let Some(id) = session.key else { return Ok(()) };
        let mut view = self.store.read().await?;
        let key = view.key(id).await?.ok_or(HubError::Unauthorized("this key is unknown"))?;
        self.session(&mut view, key).await.map(|_| ())
    }

    /// Who signs in with `key`, whose secret was shown.
    pub(super) async fn session(&self, view: &mut Read, key: Key) -> Result<Session> {
        if key.revoked_at.is_some() {
            return Err(HubError::Unauthorized("this key was revoked"));
        }
        if key.expires_at.is_some_and(|end| end <= self.now()) {
            return Err(HubError::Unauthorized("this key has expired"));
        }
        let blocked = || Refusal::Forbidden("the owner of this key is blocked".to_owned());
        let gone = HubError::Unauthorized("the owner of this key was removed");
        let actor = match key.owner {
            Owner::Admin => {
                Actor::Admin { id: Some(key.id), name: key.name.unwrap_or_else(|| "dispatcher".to_owned()) }
            }
            Owner::Vendor(id) => {
                let vendor = view.vendor(id).await?.ok_or(gone)?;
                (!vendor.blocked).then_some(Actor::Vendor { id, name: vendor.name }).ok_or_else(blocked)?
            }
            Owner::Driver(id) => {
                let driver = view.driver(id).await?.ok_or(gone)?;
                (!driver.blocked).then_some(Actor::Driver { id, name: driver.name }).ok_or_else(blocked)?
            }
        };
        Ok(Session { actor, key: Some(key.id), expires_at: key.expires_at })
    }

    /// The vendor of that id.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none.
    pub async fn vendor(&self, id: VendorId) -> Result<Vendor> {
        Ok(self.store.read().await?.vendor(id).await?.ok_or(Refusal::NotFound("vendor"))?)
    }

    /// At most `limit` vendors after `after`, by id.
    ///
    /// # Errors
    /// What the store says.
    pub async fn vendors(&self, after: Option<VendorId>, limit: u32) -> Result<Vec<Vendor>> {
        Ok(self.store.read().await?.vendors(after, limit).await?)
    }

    /// Adds a vendor.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a missing name or a zone that does not exist.
    pub async fn make_vendor(&self, by: By, draft: VendorDraft) -> Result<Vendor> {
        let id: VendorId = self.new_id();
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                let name = draft.name.clone().ok_or_else(|| Refusal::invalid("name", "is required"))?;
                let mut vendor = Vendor {
                    id,
                    name,
                    phone: None,
                    address: None,
                    point: None,
                    zone: None,
                    blocked: false,
                    require_pickup_code: false,
                    created_at: by.now,
                };
                take(write, &mut vendor, draft).await?;
                write.make_vendor(&vendor).await?;
                Ok::<_, HubError>(vendor)
            })
        });
        Ok(unit.await?.value)
    }

    /// Changes what is known of a vendor, or takes it away. The keys of one that is blocked or taken away are refused.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none of that id, [`Refusal::Invalid`] for a zone that does not exist or for
    /// taking away a vendor with open orders.
    pub async fn change_vendor(&self, by: By, id: VendorId, change: PartyChange<VendorDraft>) -> Result<()> {
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                let mut vendor = write.vendor(id).await?.ok_or(Refusal::NotFound("vendor"))?;
                let was_blocked = vendor.blocked;
                match change {
                    PartyChange::To(draft) => {
                        take(write, &mut vendor, draft).await?;
                        write.change_vendor(&vendor).await?;
                    }
                    PartyChange::Gone => {
                        let open = write.open_orders_of(id).await?;
                        if open > 0 {
                            return Err(Refusal::invalid("id", format!("still has {open} open orders")).into());
                        }
                        vendor.blocked = true;
                        write.drop_vendor(id, by.now).await?;
                    }
                }
                if vendor.blocked != was_blocked {
                    let data = object(json!({ "vendor_id": id, "blocked": vendor.blocked }));
                    write.append(EventType::VendorBlocked, &by, data, Routing::to_vendor(id));
                }
                if vendor.blocked {
                    write.drop_subscriptions_of(Subscriber::Vendor(id)).await?;
                }
                Ok::<_, HubError>(())
            })
        });
        unit.await?;
        self.reread_browsers(Subscriber::Vendor(id)).await
    }

    /// Makes a key. Its text is not kept and cannot be had again.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for an owner who does not exist or an end that has passed.
    pub async fn make_key(&self, by: By, draft: KeyDraft) -> Result<MadeKey> {
        let mut secret = [0; key::SECRET_BITS / 8];
        self.chance.fill(&mut secret);
        let id: KeyId = self.new_id();
        let text = key::text(draft.owner.role(), id, &secret);
        let hash = key::hash(key::secret_of(&text));
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                match draft.owner {
                    Owner::Admin => {}
                    Owner::Vendor(vendor) if write.vendor(vendor).await?.is_some() => {}
                    Owner::Driver(driver) if write.driver(driver).await?.is_some() => {}
                    Owner::Vendor(_) => return Err(Refusal::invalid("vendor_id", "is no vendor's").into()),
                    Owner::Driver(_) => return Err(Refusal::invalid("driver_id", "is no driver's").into()),
                }
                if draft.expires_at.is_some_and(|end| end <= by.now) {
                    return Err(Refusal::invalid("expires_at", "has passed").into());
                }
                let KeyDraft { owner, name, expires_at } = draft;
                let key = Key { id, owner, name, hash, created_at: by.now, expires_at, revoked_at: None };
                write.make_key(&key).await?;
                Ok::<_, HubError>(key)
            })
        });
        Ok(MadeKey { key: unit.await?.value, text })
    }

    /// At most `limit` keys after `after`, by id.
    ///
    /// # Errors
    /// What the store says.
    pub async fn keys(&self, after: Option<KeyId>, limit: u32) -> Result<Vec<Key>> {
        Ok(self.store.read().await?.keys(after, limit).await?)
    }

    /// Revokes a key; whoever is connected with it is cut off. Revoking again answers the same.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if there is none of that id.
    pub async fn revoke_key(&self, by: By, id: KeyId) -> Result<()> {
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                let key = write.key(id).await?.ok_or(Refusal::NotFound("key"))?;
                if write.revoke_key(id, by.now).await? {
                    write.append(EventType::KeyRevoked, &by, object(json!({ "key_id": id })), Routing::default());
                    write.drop_subscriptions_with(id).await?;
                }
                Ok::<_, HubError>(key.owner)
            })
        });
        match unit.await?.value {
            Owner::Admin => Ok(()),
            Owner::Vendor(id) => self.reread_browsers(Subscriber::Vendor(id)).await,
            Owner::Driver(id) => self.reread_browsers(Subscriber::Driver(id)).await,
        }
    }
}

async fn take(write: &mut Write, vendor: &mut Vendor, draft: VendorDraft) -> Result<()> {
    if let Some(Some(named)) = &draft.zone
        && !write.all_zones().await?.iter().any(|zone| zone.id == *named)
    {
        return Err(Refusal::invalid("zone", format!("`{named}` does not exist")).into());
    }
    macro_rules! take {
        ($($field:ident),*) => { $( if let Some(value) = draft.$field { vendor.$field = value; } )* };
    }
    take!(name, phone, address, point, zone, blocked, require_pickup_code);
    Ok(())
}
