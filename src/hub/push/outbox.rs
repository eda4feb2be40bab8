//! What is to be sent: handed out, and what became of it.

use tracing::{debug, info, warn};

use super::{Counters, Hub, HubError, Result, lock};
use crate::{
    domain::{
        id::{DriverId, OrderId},
        push::{Address, Push, PushId, PushKind, PushState},
        receipt::{Mark, RoundId},
        refusal::Refusal,
        time::Time,
    },
    hub::push::Pushes,
};

/// Pushes that may wait; the oldest are given up for more.
pub(super) const QUEUED_MAX: u32 = 10_000;

/// How long to wait before a push is tried again, in milliseconds; each time twice as long, up to the second.
const RETRY_MS: i64 = 1_000;
const RETRY_MS_MAX: i64 = 60_000;

/// A push that is to be sent.
#[derive(Debug)]
pub(super) struct Queued {
    push: Push,
    stage: Stage,
    /// How often it was tried.
    tries: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It is to be sent, from then on.
    From(Time),
    /// It is being sent.
    UnderWay,
    /// It was sent or given up, and that is to be written down.
    Settled(End),
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// A push service took it.
    Sent,
    /// It was not wanted any more before it was sent.
    Withdrawn,
    /// No push service took it, or none in time.
    Failed,
}

impl End {
    const fn state(self) -> PushState {
        match self {
            End::Sent => PushState::Sent,
            End::Withdrawn | End::Failed => PushState::GivenUp,
        }
    }
}

/// A push to be sent now.
#[derive(Clone, Debug)]
pub struct Posting {
    /// What it says.
    pub push: Push,
    /// Where to.
    pub address: Address,
}

/// What a push service said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// It took the push.
    Taken,
    /// There is no such browser any more.
    Gone,
    /// It will not take this push, ever, and why.
    Refused(String),
    /// It cannot take it now, and why; try again, not before so many milliseconds if it says so.
    Later(String, Option<i64>),
}

impl Queued {
    pub(super) fn new(push: Push) -> Queued {
        let from = Stage::From(push.made_at);
        Queued { push, stage: from, tries: 0 }
    }
}

impl Hub {
    /// What is to be sent at `now`, at most `limit`: each is under way until [`Hub::pushed`] says what became of it.
    ///
    /// # Errors
    /// What the store says; what was not done is done the next time.
    pub async fn pushes_due(&self, now: Time, limit: usize) -> Result<Vec<Posting>> {
        self.push_offers(now).await?;
        let silent = lock(&self.pushes).browsers.fell_silent(now);
        for driver in silent {
            info!(%driver, "no browser of driver {driver} has confirmed a push for a minute");
            self.look_after(driver, now).await?;
        }
        self.give_up_late(now);
        self.write_settled(now).await?;
        Ok(lock(&self.pushes).next_postings(now, limit))
    }

    /// What became of a push that was under way.
    ///
    /// # Errors
    /// What the store says; it is written down the next time.
    pub async fn pushed(&self, id: PushId, outcome: PushOutcome) -> Result<()> {
        let now = self.now();
        let Some(push) = lock(&self.pushes).outbox.get(&id).map(|queued| queued.push.clone()) else { return Ok(()) };
        let to = push.subscriber;
        match outcome {
            PushOutcome::Taken => {
                if let (PushKind::Offer, Some(driver)) = (id.kind, to.driver()) {
                    self.note(round_of(&push), driver, Mark::Pushed);
                }
                let mut pushes = lock(&self.pushes);
                pushes.browsers.sent(id.subscription, now);
                pushes.settle(id, End::Sent);
            }
            PushOutcome::Later(why, after_ms) => self.try_later(&push, &why, after_ms, now),
            PushOutcome::Refused(why) => {
                warn!(subscription.id = %id.subscription, kind = id.kind.as_str(), "a push service refuses a push to {to}: {why}");
                self.fail(id);
            }
            PushOutcome::Gone => {
                self.fail(id);
                self.drop_browser(&push).await?;
            }
        }
        self.write_settled(now).await
    }

    fn try_later(&self, push: &Push, why: &str, after_ms: Option<i64>, now: Time) {
        let mut pushes = lock(&self.pushes);
        let Some(queued) = pushes.outbox.get_mut(&push.id) else { return };
        let wait_ms = RETRY_MS.saturating_mul(1 << queued.tries.min(16)).min(RETRY_MS_MAX).max(after_ms.unwrap_or(0));
        queued.tries += 1;
        queued.stage = Stage::From(now.plus_ms(wait_ms));
        debug!(subscription.id = %push.id.subscription, wait_ms, "a push to {} is tried again: {why}", push.subscriber);
        let is_too_late = now.plus_ms(wait_ms) >= push.expires_at;
        drop(pushes);
        Counters::count(&self.push_counters.retried);
        if is_too_late {
            warn!(subscription.id = %push.id.subscription, "a push to {} is given up: {why}", push.subscriber);
            self.fail(push.id);
        }
    }

    fn fail(&self, id: PushId) {
        lock(&self.pushes).settle(id, End::Failed);
    }

    /// A push service says that a browser is gone: it is told nothing any more.
    async fn drop_browser(&self, push: &Push) -> Result<()> {
        if self.flaws().keep_dead_subscriptions() {
            return Ok(());
        }
        let id = push.id.subscription;
        let unit = self
            .store
            .write(move |write| Box::pin(async move { Ok::<_, HubError>(write.drop_subscription(id).await?) }));
        if unit.await?.value {
            info!(subscription.id = %id, "a browser of {} takes no more pushes, says its push service: it is forgotten", push.subscriber);
            Counters::count(&self.push_counters.dropped);
        }
        self.reread_browsers(push.subscriber).await
    }

    /// Whether a push of an offer was sent, or is being sent at this moment.
    pub(super) fn was_sent(&self, push: &Push) -> bool {
        let pushes = lock(&self.pushes);
        let stage = pushes.outbox.get(&push.id).map(|queued| queued.stage);
        match stage {
            None => push.state == PushState::Sent,
            Some(stage) => matches!(stage, Stage::UnderWay | Stage::Settled(End::Sent)),
        }
    }

    /// Gives up what is of no use any more.
    fn give_up_late(&self, now: Time) {
        let mut pushes = lock(&self.pushes);
        pushes.withdraw(|pushes, push| !self.is_wanted(push) || pushes.is_for_nobody(push, now));
        let mut over: Vec<PushId> =
            pushes.waiting().filter(|push| push.expires_at <= now).map(|push| push.id).collect();
        let spare = pushes.outbox.len().saturating_sub(QUEUED_MAX as usize);
        if spare > 0 {
            warn!(spare, "more than {QUEUED_MAX} pushes wait: the oldest are given up");
            let mut oldest: Vec<&Push> = pushes.waiting().collect();
            oldest.sort_by_key(|push| push.made_at);
            over.extend(oldest.into_iter().take(spare).map(|push| push.id));
        }
        for id in over {
            pushes.settle(id, End::Failed);
        }
    }

    /// Whether an offer is still open, as far as is known.
    fn is_wanted(&self, push: &Push) -> bool {
        push.id.kind != PushKind::Offer
            || push.subscriber.driver().is_none_or(|driver| self.is_news(round_of(push), driver))
    }

    /// Writes down what became of pushes.
    async fn write_settled(&self, now: Time) -> Result<()> {
        let settled: Vec<(PushId, End)> = lock(&self.pushes).settled().collect();
        if settled.is_empty() {
            return Ok(());
        }
        let written = settled.clone();
        let unit = self.store.write(move |write| {
            Box::pin(async move {
                for (id, end) in written {
                    write.settle_push(id, end.state(), now).await?;
                }
                Ok::<_, HubError>(())
            })
        });
        unit.await?;
        let mut pushes = lock(&self.pushes);
        for (id, end) in settled {
            // Counted once it is on disk, by whoever wrote it first.
            match (pushes.outbox.remove(&id), end) {
                (Some(_), End::Sent) => Counters::count(&self.push_counters.sent),
                (Some(_), End::Failed) => Counters::count(&self.push_counters.failed),
                _ => {}
            }
        }
        Ok(())
    }

    /// Notes that a push came, as the browser says that was given this receipt with it. Saying it again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a receipt of no push.
    pub async fn push_came(&self, receipt: String) -> Result<()> {
        let push = self.store.read().await?.push_with(&receipt).await?.ok_or(Refusal::NotFound("push"))?;
        let now = self.now();
        let is_back = lock(&self.pushes).browsers.confirmed(push.id.subscription);
        if let (PushKind::Offer, Some(driver)) = (push.id.kind, push.subscriber.driver()) {
            self.note(round_of(&push), driver, Mark::DeliveredByPush);
        }
        let unit = self.store.write(move |write| {
            Box::pin(async move { Ok::<_, HubError>(write.note_push_delivered(&receipt, now).await?) })
        });
        if unit.await?.value {
            Counters::count(&self.push_counters.delivered);
        }
        let driver: Option<DriverId> = push.subscriber.driver().filter(|_| is_back);
        if let Some(driver) = driver { self.look_after(driver, now).await } else { Ok(()) }
    }
}

impl Pushes {
    /// What became of a push. Where an offer did not reach a browser, its end need not either.
    fn settle(&mut self, id: PushId, to: End) {
        if let Some(queued) = self.outbox.get_mut(&id) {
            queued.stage = Stage::Settled(to);
        }
        let end = PushId { kind: PushKind::OfferEnded, round: 0, ..id };
        if id.kind == PushKind::Offer
            && to.state() == PushState::GivenUp
            && let Some(queued) = self.outbox.get_mut(&end)
        {
            queued.stage = Stage::Settled(End::Withdrawn);
        }
    }

    /// The offers of an order are over, for everybody or for one driver.
    pub(super) fn withdraw_offers(&mut self, order: OrderId, to: Option<DriverId>) {
        let is_theirs = |push: &Push| to.is_none() || push.subscriber.driver() == to;
        self.withdraw(|_, push| push.id.kind == PushKind::Offer && push.notice.order == order && is_theirs(push));
    }

    /// What waits and is not under way.
    fn waiting(&self) -> impl Iterator<Item = &Push> {
        let waiting = self.outbox.values().filter(|queued| matches!(queued.stage, Stage::From(_)));
        waiting.map(|queued| &queued.push)
    }

    /// Gives up what waits and is not wanted any more: no failure.
    fn withdraw(&mut self, is_unwanted: impl Fn(&Pushes, &Push) -> bool) {
        let unwanted: Vec<PushId> = self.waiting().filter(|push| is_unwanted(self, push)).map(|push| push.id).collect();
        for id in unwanted {
            self.settle(id, End::Withdrawn);
        }
    }

    fn settled(&self) -> impl Iterator<Item = (PushId, End)> {
        self.outbox.values().filter_map(|queued| match queued.stage {
            Stage::Settled(end) => Some((queued.push.id, end)),
            Stage::From(_) | Stage::UnderWay => None,
        })
    }

    /// Whether its browser is gone.
    fn is_for_nobody(&self, push: &Push, now: Time) -> bool {
        self.browsers.one(push.subscriber, push.id.subscription, now).is_none()
    }

    /// Oldest first; of one order one at a time to each browser, so that the newer comes last.
    fn next_postings(&mut self, now: Time, limit: usize) -> Vec<Posting> {
        let about = |queued: &Queued| (queued.push.id.subscription, queued.push.notice.order);
        let mut busy: std::collections::HashSet<_> =
            self.outbox.values().filter(|queued| queued.stage == Stage::UnderWay).map(about).collect();
        let mut due: Vec<&mut Queued> = self
            .outbox
            .values_mut()
            .filter(|queued| matches!(queued.stage, Stage::From(from) if from <= now))
            .collect();
        due.sort_by_key(|queued| queued.push.made_at);
        let mut postings = Vec::new();
        for queued in due {
            if postings.len() >= limit {
                break;
            }
            let Push { id, subscriber, .. } = queued.push;
            let Some(subscription) = self.browsers.one(subscriber, id.subscription, now) else { continue };
            if busy.insert(about(queued)) {
                queued.stage = Stage::UnderWay;
                postings.push(Posting { push: queued.push.clone(), address: subscription.address.clone() });
            }
        }
        postings
    }
}

fn round_of(push: &Push) -> RoundId {
    RoundId { order: push.notice.order, offer_seq: push.id.seq, round: push.id.round }
}
