//! Browsers that take pushes: subscribed, forgotten, and silent ones.

use std::collections::HashMap;

use tracing::info;

use super::{Hub, HubError, Result, lock};
use crate::{
    domain::{
        actor::Role,
        id::{DriverId, SubscriptionId},
        party::Pushable,
        push::{Address, SUBSCRIPTIONS_MAX, Subscriber, Subscription},
        refusal::Refusal,
        time::Time,
    },
    hub::Session,
    store::Write,
};

/// How long a browser may leave a push unconfirmed before it no longer counts as one that takes them, in milliseconds. A
/// phone that sleeps is woken within seconds.
const UNCONFIRMED_MS_MAX: i64 = 60_000;

/// Every browser that takes pushes, as the database has them.
#[derive(Default)]
pub(super) struct Browsers {
    of: HashMap<Subscriber, Known>,
    /// How often somebody's browsers were read.
    turn: u64,
    /// To which browsers something was sent that nothing has confirmed, and when the first of it was.
    silent: HashMap<SubscriptionId, Silence>,
}

/// Somebody's browsers, oldest first.
#[derive(Default)]
struct Known {
    all: Vec<Subscription>,
    /// When they were read: what was read earlier and comes later is no news.
    turn: u64,
}

#[derive(Clone, Copy)]
struct Silence {
    since: Time,
    /// It was seen that it takes too long.
    is_noted: bool,
}

impl Browsers {
    pub(super) fn of(subscriptions: Vec<Subscription>) -> Browsers {
        let mut browsers = Browsers::default();
        for subscription in subscriptions {
            browsers.of.entry(subscription.subscriber).or_default().all.push(subscription);
        }
        browsers
    }

    /// Whether nobody has any.
    pub(super) fn is_empty(&self) -> bool {
        self.of.values().all(|known| known.all.is_empty())
    }

    /// The browsers of somebody that can be used at `now`.
    pub(super) fn lasting(&self, subscriber: Subscriber, now: Time) -> impl Iterator<Item = &Subscription> {
        let all = self.of.get(&subscriber).map_or(&[][..], |known| &known.all);
        all.iter().filter(move |subscription| subscription.lasts(now))
    }

    /// A browser of somebody, if it is still theirs.
    pub(super) fn one(&self, subscriber: Subscriber, id: SubscriptionId, now: Time) -> Option<&Subscription> {
        self.lasting(subscriber, now).find(|subscription| subscription.id == id)
    }

    /// Something was sent to it.
    pub(super) fn sent(&mut self, id: SubscriptionId, now: Time) {
        self.silent.entry(id).or_insert(Silence { since: now, is_noted: false });
    }

    /// It confirmed something. Whether it had been silent for too long.
    pub(super) fn confirmed(&mut self, id: SubscriptionId) -> bool {
        self.silent.remove(&id).is_some_and(|silence| silence.is_noted)
    }

    /// A page is open in the browser at this endpoint, and says that it takes pushes.
    fn confirmed_at(&mut self, subscriber: Subscriber, endpoint: &str) {
        let all = self.of.get(&subscriber).map_or(&[][..], |known| &known.all);
        for subscription in all.iter().filter(|subscription| subscription.address.endpoint == endpoint) {
            self.silent.remove(&subscription.id);
        }
    }

    fn is_silent(&self, id: SubscriptionId, now: Time) -> bool {
        self.silent.get(&id).is_some_and(|silence| now.since_ms(silence.since) > UNCONFIRMED_MS_MAX)
    }

    /// The drivers with a browser that became silent since this was last asked.
    pub(super) fn fell_silent(&mut self, now: Time) -> Vec<DriverId> {
        let new: Vec<SubscriptionId> =
            self.silent.keys().copied().filter(|id| !self.silent[id].is_noted && self.is_silent(*id, now)).collect();
        for id in &new {
            self.silent.entry(*id).and_modify(|silence| silence.is_noted = true);
        }
        let theirs = |known: &Known| known.all.iter().any(|subscription| new.contains(&subscription.id));
        self.of.iter().filter(|(_, known)| theirs(known)).filter_map(|(subscriber, _)| subscriber.driver()).collect()
    }
}

impl Hub {
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
        if lock(&self.pushes).browsers.lasting(subscriber, self.now()).any(is_known) {
            lock(&self.pushes).browsers.confirmed_at(subscriber, &address.endpoint);
            return Ok(());
        }
        let (hub, id, now) = (self.clone(), self.new_id::<SubscriptionId>(), self.now());
        let endpoint = address.endpoint.clone();
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
        lock(&self.pushes).browsers.confirmed_at(subscriber, &endpoint);
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

    /// Takes in which browsers somebody has, after that was changed, and what follows from it.
    pub(in crate::hub) async fn reread_browsers(&self, subscriber: Subscriber) -> Result<()> {
        let turn = {
            let browsers = &mut lock(&self.pushes).browsers;
            browsers.turn += 1;
            browsers.turn
        };
        let all = self.store.read().await?.subscriptions_of(subscriber).await?;
        {
            let browsers = &mut lock(&self.pushes).browsers;
            if browsers.of.get(&subscriber).is_none_or(|known| known.turn < turn) {
                let gone = browsers.of.remove(&subscriber).into_iter().flat_map(|known| known.all);
                for old in gone.filter(|old| all.iter().all(|known| known.id != old.id)) {
                    browsers.silent.remove(&old.id);
                }
                // Kept also where it is empty, so that what was read before does not come after.
                browsers.of.insert(subscriber, Known { all, turn });
            }
        }
        match subscriber {
            Subscriber::Driver(driver) => self.look_after(driver, self.now()).await,
            Subscriber::Vendor(_) => Ok(()),
        }
    }

    /// Whether a browser of somebody takes pushes, as far as is known.
    pub(in crate::hub) fn pushable(&self, subscriber: Subscriber, now: Time) -> Pushable {
        let browsers = &lock(&self.pushes).browsers;
        let takes_them = |subscription: &Subscription| !browsers.is_silent(subscription.id, now);
        if browsers.lasting(subscriber, now).any(takes_them) { Pushable::Yes } else { Pushable::No }
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
