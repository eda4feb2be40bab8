//! Whom an offer reached: counted while it is open, told as it changes, and written down a little later, so that no claim
//! waits for it.

mod left_open;

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Hub, HubError, Result, lock};
pub use crate::domain::receipt::{Mark, Reach};
use crate::{
    domain::{
        actor::{Actor, Role},
        alert::Reached,
        ending::Ending,
        event::Event,
        id::{DriverId, OrderId, VendorId},
        order::Order,
        receipt::{Receipt, Round, RoundId},
        refusal::Refusal,
        time::Time,
    },
    store::Read,
};

/// How long after the end of a round its receipts may still come in, in milliseconds: longer than clients may take to
/// say that an offer came.
const LATE_MS_MAX: i64 = 35_000;

/// Receipts written in one unit of work, so that a claim behind it waits a few milliseconds at most.
const UNIT_RECEIPTS_MAX: usize = 256;

/// Rounds of an order that are looked through: 60 min of rounds of 10 s are 360.
pub(super) const ROUNDS_MAX: u32 = 500;

/// An offer that reached more drivers than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachChange {
    /// The order on offer.
    pub order: OrderId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Which round.
    pub round: u32,
    /// How many drivers.
    pub reach: Reach,
}

/// A round of an order's offers, and what became of it at each driver who was asked.
#[derive(Clone, Debug)]
pub struct RoundRecord {
    /// The round.
    pub round: Round,
    /// Who was asked, with their name.
    pub asked: Vec<(Receipt, String)>,
}

/// A round that is open, or was until a moment ago.
struct Open {
    round: Round,
    vendor: VendorId,
    receipts: HashMap<DriverId, Receipt>,
    reach: Reach,
    told: Reach,
    /// The round itself is not written as it is.
    is_unwritten: bool,
    /// Whose receipts are not written as they are.
    unwritten: HashSet<DriverId>,
}

/// Every round that is open, or was until a moment ago.
#[derive(Default)]
pub(super) struct Ledger {
    rounds: HashMap<RoundId, Open>,
    /// The open round of each order.
    current: HashMap<OrderId, RoundId>,
    /// After which round to go on looking for those that were left open; none: that is done.
    left_open: Option<RoundId>,
}

impl Open {
    fn of(round: Round, vendor: VendorId, receipts: Vec<Receipt>) -> Open {
        let reach = Reach::of(&receipts);
        let receipts = receipts.into_iter().map(|receipt| (receipt.driver, receipt)).collect();
        Open { round, vendor, receipts, reach, told: reach, is_unwritten: true, unwritten: HashSet::new() }
    }

    fn note(&mut self, driver: DriverId, mark: Mark, now: Time) {
        let was = self.receipts.get(&driver).cloned();
        let before = Reach::of(&was);
        let receipt = self.receipts.entry(driver).or_insert_with(|| Receipt::new(driver, now));
        receipt.note(mark, now);
        // Who is asked only now is too late if the round is over.
        if let Some((end, at)) = self.round.end {
            receipt.ends(end, None, at);
        }
        if was.as_ref() != Some(&*receipt) {
            self.reach = self.reach.with(before, Reach::of([&*receipt]));
            self.unwritten.insert(driver);
        }
    }

    fn end(&mut self, ending: Ending) {
        let Ending { end, holder, at } = ending;
        self.round.end = Some((end, at));
        self.is_unwritten = true;
        for receipt in self.receipts.values_mut() {
            receipt.ends(end, holder, at);
            self.unwritten.insert(receipt.driver);
        }
    }
}

impl Ledger {
    fn end(&mut self, order: OrderId, ending: Ending) {
        if let Some(open) = self.current.remove(&order).and_then(|id| self.rounds.get_mut(&id)) {
            open.end(ending);
        }
    }

    /// At most [`UNIT_RECEIPTS_MAX`] receipts that are to be written, with their round. They count as written.
    fn next_unwritten(&mut self) -> Option<(Round, Vec<Receipt>)> {
        let open = self.rounds.values_mut().find(|open| open.is_unwritten || !open.unwritten.is_empty())?;
        let drivers: Vec<DriverId> = open.unwritten.iter().copied().take(UNIT_RECEIPTS_MAX).collect();
        let receipts = drivers.iter().filter_map(|driver| {
            open.unwritten.remove(driver);
            open.receipts.get(driver).cloned()
        });
        let (receipts, mut round) = (receipts.collect(), open.round.clone());
        open.is_unwritten = !open.unwritten.is_empty();
        if open.is_unwritten {
            // Its end comes with the last of its receipts: a hub that is killed before that finds it left open.
            round.end = None;
        }
        Some((round, receipts))
    }

    fn is_unwritten_again(&mut self, id: RoundId, receipts: &[Receipt]) {
        if let Some(open) = self.rounds.get_mut(&id) {
            open.is_unwritten = true;
            open.unwritten.extend(receipts.iter().map(|receipt| receipt.driver));
        }
    }
}

impl Hub {
    /// Begins to count for the round that an order is on offer in. The round before it is over.
    pub fn open_reach(&self, order: &Order) {
        self.open_round(order, Vec::new());
    }

    fn open_round(&self, order: &Order, receipts: Vec<Receipt>) {
        let Some(round) = Round::of(order) else { return };
        let mut ledger = lock(&self.reach);
        if ledger.rounds.contains_key(&round.id) {
            return;
        }
        ledger.end(order.id, Ending::expired(round.opened_at));
        ledger.current.insert(order.id, round.id);
        ledger.rounds.insert(round.id, Open::of(round, order.vendor.id, receipts));
    }

    /// Takes up what was counted before a restart, and closes rounds that a killed hub left open. To be called once, before
    /// anybody is told anything.
    ///
    /// # Errors
    /// What the store says.
    pub async fn resume_reach(&self) -> Result<()> {
        let mut view = self.store.read().await?;
        for order in view.orders_on_offer().await? {
            if let Some(id) = RoundId::of(&order) {
                let (receipts, declines) = (view.receipts(id).await?, view.declines(order.id).await?);
                self.open_round(&order, receipts);
                if let Some(open) = lock(&self.reach).rounds.get_mut(&id) {
                    open.note_declines(&declines, self.now());
                }
            }
        }
        self.close_left_open(&mut view, None).await
    }

    /// Notes what became of a round at one driver.
    pub fn note(&self, round: RoundId, driver: DriverId, mark: Mark) {
        let now = self.now();
        if let Some(open) = lock(&self.reach).rounds.get_mut(&round) {
            open.note(driver, mark, now);
        }
    }

    /// Notes that a round was sent to these drivers.
    pub fn note_sent(&self, round: RoundId, drivers: impl Iterator<Item = DriverId>) {
        let now = self.now();
        if let Some(open) = lock(&self.reach).rounds.get_mut(&round) {
            drivers.for_each(|driver| open.note(driver, Mark::Sent, now));
        }
    }

    /// Notes that an event took its order off offer.
    pub fn end_reach(&self, event: &Event) {
        if let Some(order) = &event.order
            && let Some(ending) = Ending::by(event, order)
        {
            lock(&self.reach).end(order.id, ending);
        }
    }

    /// The `seq` of the event that opened the oldest offer that is open.
    #[must_use]
    pub fn offers_since(&self) -> Option<i64> {
        lock(&self.reach).current.values().map(|round| round.offer_seq).min()
    }

    /// How many drivers the round that an order is on offer in has reached.
    #[must_use]
    pub fn reach(&self, order: &Order) -> Reach {
        let ledger = lock(&self.reach);
        let open = RoundId::of(order).and_then(|id| ledger.rounds.get(&id));
        open.map_or(Reach::default(), |open| open.reach)
    }

    /// Whether a driver is still to be told of a round, as far as is known.
    pub(super) fn is_news(&self, round: RoundId, driver: DriverId) -> bool {
        let ledger = lock(&self.reach);
        // Not told to anybody yet: its event is on its way.
        let Some(open) = ledger.rounds.get(&round) else { return true };
        let came = |receipt: &Receipt| receipt.delivered_at.is_some() && !self.flaws().push_to_the_live();
        let told = |receipt: &Receipt| came(receipt) || receipt.answer.is_some();
        open.round.end.is_none() && !open.receipts.get(&driver).is_some_and(told)
    }

    /// Who has seen the round on offer and said nothing to it.
    pub(super) fn silent_in(&self, round: RoundId) -> Vec<DriverId> {
        let ledger = lock(&self.reach);
        let receipts = ledger.rounds.get(&round).into_iter().flat_map(|open| open.receipts.values());
        let silent = receipts.filter(|receipt| receipt.seen_at.is_some() && receipt.answer.is_none());
        let mut silent: Vec<DriverId> = silent.map(|receipt| receipt.driver).collect();
        silent.sort_unstable();
        silent
    }

    /// The offers whose reach changed since this was last asked.
    #[must_use]
    pub fn reach_changes(&self) -> Vec<ReachChange> {
        let Ledger { rounds, current, .. } = &mut *lock(&self.reach);
        let changed = current.values().filter_map(|id| {
            let open = rounds.get_mut(id).filter(|open| open.reach != open.told)?;
            open.told = open.reach;
            Some(ReachChange { order: id.order, vendor: open.vendor, round: id.round, reach: open.reach })
        });
        changed.collect()
    }

    /// Writes down what was noted since this was last done, in small units of work, and forgets rounds that are long over.
    ///
    /// # Errors
    /// What the store says; what was not written is written the next time.
    pub async fn keep_receipts(&self) -> Result<()> {
        if self.flaws().forget_receipts() {
            return Ok(());
        }
        self.close_more_left_open().await?;
        loop {
            let next = lock(&self.reach).next_unwritten();
            let Some((round, receipts)) = next else { break };
            let kept = (round.clone(), receipts.clone());
            let unit = self.store.write(move |write| {
                Box::pin(async move { Ok::<_, HubError>(write.keep_round(&kept.0, &kept.1).await?) })
            });
            if let Err(fault) = unit.await {
                lock(&self.reach).is_unwritten_again(round.id, &receipts);
                return Err(fault);
            }
        }
        let late = self.now().plus_ms(-LATE_MS_MAX);
        lock(&self.reach).rounds.retain(|_, open| {
            let is_over = open.round.end.is_some_and(|(_, at)| at < late);
            !is_over || open.is_unwritten || !open.unwritten.is_empty()
        });
        Ok(())
    }

    /// At most `limit` rounds of an order's offers after `after`, in order, with what became of each at every driver who
    /// was asked.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if the order does not exist or is not theirs to know of, [`Refusal::Forbidden`] for a driver.
    pub async fn rounds(
        &self,
        actor: &Actor,
        order: OrderId,
        after: Option<RoundId>,
        limit: u32,
    ) -> Result<Vec<RoundRecord>> {
        if actor.driver().is_some() {
            return Err(Refusal::only(&[Role::Vendor, Role::Admin], "whom an order was offered to").into());
        }
        let mut view = self.store.read().await?;
        let known = view.order(order).await?.ok_or(Refusal::NotFound("order"))?;
        super::orders::knows_of(&mut view, actor, &known).await?;
        self.named_rounds(&mut view, order, after, limit).await
    }

    /// The rounds that these events of an order opened or went on with, for who may know of them.
    pub(super) async fn rounds_of(
        &self,
        view: &mut Read,
        order: OrderId,
        events: &[Event],
    ) -> Result<Vec<RoundRecord>> {
        let ids: BTreeSet<RoundId> = events.iter().filter_map(RoundId::opened_by).collect();
        let Some(first) = ids.first() else { return Ok(vec![]) };
        let before = RoundId { round: first.round - 1, ..*first };
        self.named_rounds(view, order, Some(before), u32::try_from(ids.len()).unwrap_or(u32::MAX)).await
    }

    async fn named_rounds(
        &self,
        view: &mut Read,
        order: OrderId,
        after: Option<RoundId>,
        limit: u32,
    ) -> Result<Vec<RoundRecord>> {
        let mut records = self.records(view, order, after, limit).await?;
        records.truncate(limit as usize);
        let mut rounds = Vec::with_capacity(records.len());
        for (round, receipts) in records {
            let mut asked = Vec::with_capacity(receipts.len());
            for receipt in receipts {
                let name = view.driver_name(receipt.driver).await?;
                asked.push((receipt, name.unwrap_or_default()));
            }
            rounds.push(RoundRecord { round, asked });
        }
        Ok(rounds)
    }

    /// Whom an offer reached in all its rounds.
    pub(super) async fn reached(&self, view: &mut Read, order: OrderId, offer_seq: i64) -> Result<Reached> {
        let records = self.records(view, order, None, ROUNDS_MAX).await?;
        let receipts = records.iter().filter(|(round, _)| round.id.offer_seq == offer_seq).flat_map(|(_, asked)| asked);
        let (mut sent, mut seen) = (HashSet::new(), HashSet::new());
        for receipt in receipts {
            sent.insert(receipt.driver);
            seen.extend(receipt.seen_at.map(|_| receipt.driver));
        }
        Ok(Reached { sent: sent.len(), seen: seen.len() })
    }

    async fn records(
        &self,
        view: &mut Read,
        order: OrderId,
        after: Option<RoundId>,
        limit: u32,
    ) -> Result<Vec<(Round, Vec<Receipt>)>> {
        let mut records = Vec::new();
        for round in view.rounds(order, after, limit).await? {
            let receipts = view.receipts(round.id).await?;
            records.push((round, receipts));
        }
        self.add_unwritten(order, after, &mut records);
        Ok(records)
    }

    /// What is not yet written stands in for what is.
    fn add_unwritten(&self, order: OrderId, after: Option<RoundId>, records: &mut Vec<(Round, Vec<Receipt>)>) {
        let ledger = lock(&self.reach);
        let newer = ledger.rounds.values().filter(|open| open.round.id.order == order && Some(open.round.id) > after);
        for open in newer {
            let mut receipts: Vec<Receipt> = open.receipts.values().cloned().collect();
            receipts.sort_by_key(|receipt| receipt.driver);
            records.retain(|(round, _)| round.id != open.round.id);
            records.push((open.round.clone(), receipts));
        }
        records.sort_by_key(|(round, _)| round.id);
    }
}
