//! Web Push: which browsers take pushes, and what they are to be told.
//!
//! The log is the bus: what is to be pushed is decided by reading it, behind everything that somebody waits for. What is
//! decided is written down before it is sent, together with the place in the log up to which was decided, so that a
//! restart neither forgets a push nor makes it again.

use std::collections::HashMap;

use tracing::info;

use super::{Hub, HubError, Result, Session, lock};
use crate::{
    domain::{
        actor::Role,
        id::SubscriptionId,
        push::{Address, SUBSCRIPTIONS_MAX, Subscriber, Subscription},
        refusal::Refusal,
    },
    store::Write,
};

/// Every browser that takes pushes, as the database has them.
#[derive(Default)]
pub(super) struct Pushes {
    browsers: HashMap<Subscriber, Browsers>,
    /// How often somebody's browsers were read.
    turn: u64,
}

/// Somebody's browsers, oldest first.
struct Browsers {
    known: Vec<Subscription>,
    /// When they were read: what was read earlier and comes later is no news.
    turn: u64,
}

impl Pushes {
    pub(super) fn of(subscriptions: Vec<Subscription>) -> Pushes {
        let mut pushes = Pushes::default();
        for subscription in subscriptions {
            let browsers = pushes.browsers.entry(subscription.subscriber);
            browsers.or_insert_with(|| Browsers { known: Vec::new(), turn: 0 }).known.push(subscription);
        }
        pushes
    }

    fn browsers_of(&self, subscriber: Subscriber) -> &[Subscription] {
        self.browsers.get(&subscriber).map_or(&[], |browsers| &browsers.known)
    }
}

impl Hub {
    /// The key by which push services know this hub: `new`, if there is none yet.
    ///
    /// # Errors
    /// What the store says.
    pub async fn push_key(&self, new: String) -> Result<String> {
        let unit =
            self.store.write(move |write| Box::pin(async move { Ok::<_, HubError>(write.keep_push_key(&new).await?) }));
        Ok(unit.await?.value)
    }

    /// Remembers a browser of whoever asks, in the place of what was known at the same endpoint. Asking again answers the
    /// same.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for who is no vendor and no driver, or is blocked meanwhile; [`HubError::Unauthorized`] if the
    /// key was revoked.
    pub async fn subscribe(&self, session: &Session, address: Address) -> Result<()> {
        let (subscriber, key_id) = Subscriber::of(&session.actor)
            .zip(session.key)
            .ok_or_else(|| Refusal::only(&[Role::Vendor, Role::Driver], "a push subscription"))?;
        let is_known = |known: &Subscription| known.address == address && known.key == key_id;
        if lock(&self.pushes).browsers_of(subscriber).iter().any(is_known) {
            return Ok(());
        }
        let (hub, id, now) = (self.clone(), self.new_id::<SubscriptionId>(), self.now());
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                let key = write.key(key_id).await?.ok_or(HubError::Unauthorized("this key is unknown"))?;
                hub.session(write, key).await?;
                let before = write.subscriber_at(&address.endpoint).await?.filter(|before| *before != subscriber);
                let made =
                    Subscription { id, subscriber, key: key_id, ends_at: address.expires_at, address, made_at: now };
                write.subscribe(&made).await?;
                drop_oldest(write, subscriber).await?;
                Ok::<_, HubError>(before)
            })
        });
        let before = unit.await?.value;
        for changed in before.into_iter().chain([subscriber]) {
            self.reread_browsers(changed).await?;
        }
        Ok(())
    }

    /// Forgets a browser of whoever asks. Asking again answers the same.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for who is no vendor and no driver.
    pub async fn unsubscribe(&self, session: &Session, endpoint: String) -> Result<()> {
        let subscriber = Subscriber::of(&session.actor)
            .ok_or_else(|| Refusal::only(&[Role::Vendor, Role::Driver], "a push subscription"))?;
        let unit = self.store.write(move |write| {
            Box::pin(async move { Ok::<_, HubError>(write.unsubscribe(subscriber, &endpoint).await?) })
        });
        unit.await?;
        self.reread_browsers(subscriber).await
    }

    /// Takes in which browsers somebody has, after that was changed.
    pub(super) async fn reread_browsers(&self, subscriber: Subscriber) -> Result<()> {
        let turn = {
            let mut pushes = lock(&self.pushes);
            pushes.turn += 1;
            pushes.turn
        };
        let known = self.store.read().await?.subscriptions_of(subscriber).await?;
        let mut pushes = lock(&self.pushes);
        if pushes.browsers.get(&subscriber).is_none_or(|browsers| browsers.turn < turn) {
            // Kept also where it is empty, so that what was read before does not come after.
            pushes.browsers.insert(subscriber, Browsers { known, turn });
        }
        Ok(())
    }
}

/// Makes room: of somebody's browsers the newest are kept.
async fn drop_oldest(write: &mut Write, subscriber: Subscriber) -> Result<()> {
    let known = write.subscriptions_of(subscriber).await?;
    for old in known.iter().take(known.len().saturating_sub(SUBSCRIPTIONS_MAX)) {
        info!(subscription.id = %old.id, "{subscriber} has more than {SUBSCRIPTIONS_MAX} browsers: the oldest takes no more pushes");
        write.drop_subscription(old.id).await?;
    }
    Ok(())
}
