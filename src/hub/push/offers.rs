//! Offers: to every driver who is asked, in every round, once; at once if they have no live connection, else only if it
//! does not say in time that the offer came.

use super::{Hub, Result, lock};
use crate::{
    domain::{
        event::Event,
        id::{DriverId, OrderId},
        order::Order,
        push::{Notice, Push, Subscriber, UNDELIVERED_MS},
        receipt::RoundId,
        time::Time,
    },
    hub::dispatch::asked,
    store::Read,
};

/// An offer that a driver is still to be told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    /// When it is pushed whatever their connection does.
    due_at: Time,
    /// Whether it is pushed before that where there is no connection.
    absent: Absent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Absent {
    /// At once.
    AtOnce,
    /// Only when it is due: after a start, everybody is absent for a moment.
    Later,
}

impl Hub {
    /// An order came on offer, its next round began, or another driver is asked: whoever is asked and was not told of this
    /// round is to be. Whether anybody is.
    pub(super) async fn take_offer(&self, event: &Event) -> Result<bool> {
        let Some(order) = event.order.as_ref() else { return Ok(false) };
        let mut view = self.store.read().await?;
        // As it is now: of what is over meanwhile nobody need hear.
        let Some(order) = view.order(order.id).await? else { return Ok(false) };
        let waiting = Waiting { due_at: event.at.plus_ms(UNDELIVERED_MS), absent: Absent::AtOnce };
        self.await_receipts(&mut view, &order, waiting).await
    }

    /// Takes up the offers that were open before a restart.
    pub(super) async fn take_up_offers(&self, view: &mut Read) -> Result<()> {
        if lock(&self.pushes).browsers.is_empty() || self.flaws().never_push() {
            return Ok(());
        }
        let waiting = Waiting { due_at: self.now().plus_ms(UNDELIVERED_MS), absent: Absent::Later };
        for order in view.orders_on_offer().await? {
            self.await_receipts(view, &order, waiting).await?;
        }
        Ok(())
    }

    async fn await_receipts(&self, view: &mut Read, order: &Order, waiting: Waiting) -> Result<bool> {
        let Some(round) = RoundId::of(order) else { return Ok(false) };
        let now = self.now();
        let mut drivers = asked(view, order).await?;
        drivers.retain(|driver| lock(&self.pushes).browsers.lasting(Subscriber::Driver(*driver), now).next().is_some());
        if drivers.is_empty() {
            return Ok(false);
        }
        let made = self.offers_pushed(view, order.id).await?;
        let was_pushed = |driver: DriverId| {
            let of_it = |push: &&Push| push.id.seq == round.offer_seq && push.id.round == round.round;
            made.iter().filter(of_it).any(|push| push.subscriber == Subscriber::Driver(driver))
        };
        drivers.retain(|driver| !was_pushed(*driver) || self.flaws().push_twice());
        let mut pushes = lock(&self.pushes);
        for driver in &drivers {
            pushes.offers.entry((round, *driver)).or_insert(waiting);
        }
        Ok(!drivers.is_empty())
    }

    /// An offer of this order is over: what was not sent of it is not sent any more.
    pub(super) fn forget_offers(&self, order: OrderId) {
        let mut pushes = lock(&self.pushes);
        pushes.offers.retain(|(round, _), _| round.order != order);
        pushes.withdraw_offers(order, None);
    }

    /// The same for one driver.
    pub(super) fn forget_offer_to(&self, driver: DriverId, order: OrderId) {
        let mut pushes = lock(&self.pushes);
        pushes.offers.retain(|(round, to), _| round.order != order || *to != driver);
        pushes.withdraw_offers(order, Some(driver));
    }

    /// Makes pushes of the offers for which it is time.
    pub(super) async fn push_offers(&self, now: Time) -> Result<()> {
        let waiting: Vec<_> = lock(&self.pushes).offers.iter().map(|(of, waiting)| (*of, *waiting)).collect();
        let (mut ready, mut told): (Vec<(RoundId, DriverId)>, Vec<_>) = (vec![], vec![]);
        for (of @ (round, driver), Waiting { due_at, absent }) in waiting {
            let is_absent = || absent == Absent::AtOnce && !self.is_live(Subscriber::Driver(driver));
            let is_time = now >= due_at || is_absent();
            if !self.is_news(round, driver) {
                told.push(of);
            } else if is_time {
                ready.push(of);
            }
        }
        let mut made = Vec::new();
        if !ready.is_empty() {
            let mut view = self.store.read().await?;
            for (round, driver) in &ready {
                made.extend(self.offer_to(&mut view, *round, *driver, now).await?);
            }
            let at = lock(&self.pushes).at;
            self.make_pushes(made, at).await?;
        }
        let mut pushes = lock(&self.pushes);
        for of in ready.iter().chain(&told) {
            pushes.offers.remove(of);
        }
        Ok(())
    }

    /// The pushes of a round to a driver's browsers, if it is still open.
    async fn offer_to(&self, view: &mut Read, round: RoundId, driver: DriverId, now: Time) -> Result<Vec<Push>> {
        let Some(order) = view.order(round.order).await? else { return Ok(vec![]) };
        let open = order.state.offer().filter(|_| RoundId::of(&order) == Some(round));
        let Some(end) = open.map(|offer| offer.expires_at).filter(|end| *end > now) else { return Ok(vec![]) };
        let to = Subscriber::Driver(driver);
        Ok(self.to_browsers(to, &Notice::offer(&order, to, end), (round.offer_seq, round.round), end))
    }
}
