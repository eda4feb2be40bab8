//! What the log says that is to be pushed, and to whom.

use std::collections::BTreeMap;

use super::{Hub, HubError, Result, lock, outbox::Queued};
use crate::{
    domain::{
        event::{Event, EventType},
        id::{DriverId, OrderId, SubscriptionId},
        order::Order,
        push::{NEWS_MS, Notice, Push, PushId, PushKind, PushState, Subscriber, news},
        time::Time,
    },
    hub::Follower,
    store::Read,
};

/// How an offer ended for who does not want it, beside the words of [`RoundEnd`](crate::domain::receipt::RoundEnd).
const DECLINED: &str = "declined";

/// Pushes written in one statement.
const UNIT_PUSHES_MAX: usize = 500;

/// Events that may be looked through without that being written down, where nothing was to be pushed.
const UNKEPT_EVENTS_MAX: i64 = 1_000;

impl Hub {
    /// Takes up what was to be pushed before a restart, and goes on in the log from there. To be called once, before
    /// anybody is let in.
    ///
    /// # Errors
    /// What the store says.
    pub async fn resume_pushes(&self) -> Result<Follower> {
        let mut view = self.store.read().await?;
        let (first, head, kept) = (view.log_first().await?, view.log_head().await?, view.push_cursor().await?);
        // What is no longer kept is of no use to anybody either.
        let at = kept.filter(|at| (first - 1..=head).contains(at)).unwrap_or(head);
        let waiting = view.pushes_waiting(super::outbox::QUEUED_MAX).await?;
        {
            let mut pushes = lock(&self.pushes);
            (pushes.at, pushes.kept) = (at, at);
            pushes.outbox.extend(waiting.into_iter().map(|push| (push.id, Queued::new(push))));
        }
        self.take_up_offers(&mut view).await?;
        Ok(self.store.follow(at))
    }

    /// Decides what is to be pushed of an event. Events come in the order of the log; one for which this fails comes again.
    /// Whether there may be something to send now.
    ///
    /// # Errors
    /// What the store says.
    pub async fn take_for_push(&self, event: &Event) -> Result<bool> {
        let mut is_news = false;
        if !lock(&self.pushes).browsers.is_empty() && !self.flaws().never_push() {
            let mut made = self.news_of(event);
            if event.routing.offer.as_ref().is_some_and(|offer| offer.ends) {
                made.extend(self.ends_of(event).await?);
            }
            if let Some((driver, order)) = event.declined() {
                made.extend(self.end_for(driver, order, event.at).await?);
            }
            if event.kind == EventType::OrderReadyForPickup {
                is_news = self.take_offer(event).await?;
            }
            is_news |= !made.is_empty();
            self.make_pushes(made, event.seq).await?;
        }
        let unkept = {
            let mut pushes = lock(&self.pushes);
            pushes.at = event.seq;
            event.seq - pushes.kept
        };
        if unkept >= UNKEPT_EVENTS_MAX {
            self.keep_push_cursor().await?;
        }
        Ok(is_news)
    }

    /// Writes down up to where the log was looked through.
    ///
    /// # Errors
    /// What the store says.
    pub async fn keep_push_cursor(&self) -> Result<()> {
        let (at, kept, is_for_nobody) = {
            let pushes = lock(&self.pushes);
            (pushes.at, pushes.kept, pushes.browsers.is_empty())
        };
        // Where nobody takes pushes, it is all the same where the next hub begins.
        if at > kept && !is_for_nobody { self.write_pushes(vec![], at).await } else { Ok(()) }
    }

    /// Writes pushes down, with the place in the log up to which they were decided, and queues them.
    pub(super) async fn make_pushes(&self, made: Vec<Push>, at: i64) -> Result<()> {
        if made.is_empty() { Ok(()) } else { self.write_pushes(made, at).await }
    }

    async fn write_pushes(&self, made: Vec<Push>, at: i64) -> Result<()> {
        let kept = made.clone();
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                for chunk in kept.chunks(UNIT_PUSHES_MAX) {
                    write.make_pushes(chunk).await?;
                }
                Ok::<_, HubError>(write.keep_push_cursor(at).await?)
            })
        });
        unit.await?;
        let mut pushes = lock(&self.pushes);
        pushes.kept = pushes.kept.max(at);
        for push in made {
            pushes.outbox.entry(push.id).or_insert_with(|| Queued::new(push));
        }
        Ok(())
    }

    /// One push of this notice to every browser of somebody.
    pub(super) fn to_browsers(
        &self,
        to: Subscriber,
        notice: &Notice,
        (seq, round): (i64, u32),
        end: Time,
    ) -> Vec<Push> {
        let now = self.now();
        let pushes = lock(&self.pushes);
        let made = pushes.browsers.lasting(to, now).map(|subscription| Push {
            id: PushId { kind: notice.kind, seq, round, subscription: subscription.id },
            subscriber: to,
            notice: notice.clone(),
            expires_at: end,
            receipt: self.new_token(),
            made_at: now,
            state: PushState::Waiting,
        });
        made.collect()
    }

    /// What an event tells people whose page is not open.
    fn news_of(&self, event: &Event) -> Vec<Push> {
        let end = event.at.plus_ms(NEWS_MS);
        if end <= self.now() {
            return vec![];
        }
        let news = news(event).into_iter().filter(|(to, _)| !self.is_live(*to));
        news.flat_map(|(to, notice)| self.to_browsers(to, &notice, (event.seq, 0), end)).collect()
    }

    /// That an offer is over, to every browser it was pushed to, but for those of who declined it and for the only one of who
    /// claimed it. What was not sent yet is not sent any more.
    async fn ends_of(&self, event: &Event) -> Result<Vec<Push>> {
        let (Some(order), Some(offer), Some(end)) = (&event.order, &event.routing.offer, event.offer_end()) else {
            return Ok(vec![]);
        };
        self.forget_offers(order.id);
        let mut pushed = self.offers_pushed(&mut self.store.read().await?, order.id).await?;
        pushed.retain(|push| push.id.seq == offer.since_seq);
        let claimer = order.driver_id().filter(|driver| has_one_browser(&pushed, *driver));
        pushed.retain(|push| {
            push.subscriber.driver().is_some_and(|to| Some(to) != claimer && !offer.declined.contains(&to))
        });
        Ok(self.ended(pushed, order, end.as_str(), event.at))
    }

    /// That an offer is over for a driver who declined it, to every browser of theirs it was pushed to, unless that is only
    /// the one they said it in.
    async fn end_for(&self, driver: DriverId, order: OrderId, at: Time) -> Result<Vec<Push>> {
        self.forget_offer_to(driver, order);
        let mut view = self.store.read().await?;
        let Some(order) = view.order(order).await? else { return Ok(vec![]) };
        let mut pushed = self.offers_pushed(&mut view, order.id).await?;
        pushed.retain(|push| push.subscriber.driver() == Some(driver));
        if has_one_browser(&pushed, driver) {
            return Ok(vec![]);
        }
        Ok(self.ended(pushed, &order, DECLINED, at))
    }

    /// Quiet pushes that take away what was sent of these.
    fn ended(&self, pushed: Vec<Push>, order: &Order, ended_by: &str, at: Time) -> Vec<Push> {
        let mut made: BTreeMap<SubscriptionId, Push> = BTreeMap::new();
        for push in pushed.into_iter().filter(|push| self.was_sent(push)) {
            let id = PushId { kind: PushKind::OfferEnded, round: 0, ..push.id };
            let notice = Notice::offer_ended(order, push.subscriber, ended_by);
            let (receipt, made_at, state) = (self.new_token(), self.now(), PushState::Waiting);
            let expires_at = at.plus_ms(NEWS_MS);
            made.insert(id.subscription, Push { id, notice, expires_at, receipt, made_at, state, ..push });
        }
        made.into_values().collect()
    }

    /// The pushes of an order's offers, as they are.
    pub(super) async fn offers_pushed(&self, view: &mut Read, order: OrderId) -> Result<Vec<Push>> {
        let mut pushed = view.pushes_of(order).await?;
        pushed.retain(|push| push.id.kind == PushKind::Offer);
        Ok(pushed)
    }
}

/// Whether all that was pushed to a driver went to one browser.
fn has_one_browser(pushed: &[Push], driver: DriverId) -> bool {
    let mut theirs =
        pushed.iter().filter(|push| push.subscriber.driver() == Some(driver)).map(|push| push.id.subscription);
    let first = theirs.next();
    theirs.all(|other| Some(other) == first)
}
