//! Rounds of which a hub that was killed wrote no end: the log knows how they ended.

use super::{Hub, Open, Result, lock};
use crate::{
    domain::{
        ending::Ending,
        receipt::{Mark, Round, RoundId},
        time::Time,
    },
    store::{Decline, Read},
};

/// Rounds that are closed in one go, so that a hub that was killed on a busy day starts as soon as any other. The rest
/// follows while it serves.
const CLOSED_MAX: u32 = 200;

/// Events of an order that are read at once: most offers end within the next few.
const EVENTS_PAGE: u32 = 16;

impl Hub {
    /// Closes more of the rounds that were left open, if there may be more.
    pub(super) async fn close_more_left_open(&self) -> Result<()> {
        let after = lock(&self.reach).left_open;
        if after.is_some() {
            self.close_left_open(&mut self.store.read().await?, after).await?;
        }
        Ok(())
    }

    /// Gives rounds after `after` that nobody has on offer any more the end that the log knows of, at most [`CLOSED_MAX`].
    /// They are written down with all the others, and if the hub is killed before that, the next finds them again.
    pub(super) async fn close_left_open(&self, view: &mut Read, after: Option<RoundId>) -> Result<()> {
        if self.flaws().leave_rounds_open() {
            return Ok(());
        }
        let mut rounds = view.rounds_open(after, CLOSED_MAX).await?;
        let next = rounds.last().map(|round| round.id).filter(|_| rounds.len() >= CLOSED_MAX as usize);
        // What is on offer, or was a moment ago, is counted live.
        rounds.retain(|round| !lock(&self.reach).rounds.contains_key(&round.id));
        for rounds in rounds.chunk_by(|a, b| a.id.order == b.id.order) {
            let Some(order) = view.order(rounds[0].id.order).await? else { continue };
            let (endings, declines) = (endings(view, rounds).await?, view.declines(order.id).await?);
            for (round, ending) in rounds.iter().zip(endings) {
                let receipts = view.receipts(round.id).await?;
                let mut open = Open::of(round.clone(), order.vendor.id, receipts);
                open.note_declines(&declines, ending.at);
                open.end(ending);
                lock(&self.reach).rounds.entry(round.id).or_insert(open);
            }
        }
        lock(&self.reach).left_open = next;
        Ok(())
    }
}

impl Open {
    /// Notes who said no to this round until `until`. Who gave the order back and so was the reason for this round said
    /// no to another.
    pub(super) fn note_declines(&mut self, declines: &[Decline], until: Time) {
        let here = declines.iter().filter(|(_, at, _)| *at > self.round.opened_at && *at <= until);
        for (driver, at, reason) in here.cloned().collect::<Vec<_>>() {
            self.note(driver, Mark::Declined(reason), at);
        }
    }
}

/// How these rounds of one order ended, in the same order. Of an end that is no longer in the log is only known that
/// nobody could claim the order later than the round was to end.
async fn endings(view: &mut Read, rounds: &[Round]) -> Result<Vec<Ending>> {
    let RoundId { order, offer_seq: mut at, .. } = rounds[0].id;
    let mut endings = vec![None; rounds.len()];
    while endings.contains(&None) {
        let events = view.order_events_after(order, at, EVENTS_PAGE).await?;
        let Some(last) = events.last() else { break };
        at = last.seq;
        for (round, ending) in rounds.iter().zip(&mut endings).filter(|(_, ending)| ending.is_none()) {
            *ending = events.iter().find_map(|event| Ending::of(round.id, event));
        }
    }
    let known = rounds.iter().zip(endings);
    Ok(known.map(|(round, ending)| ending.unwrap_or(Ending::expired(round.expires_at))).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Ledger, Open, UNIT_RECEIPTS_MAX};
    use crate::domain::{
        ending::Ending,
        id::{DriverId, Id as _, OrderId, VendorId},
        receipt::{Mark, Round, RoundId},
        time::Time,
    };

    /// A hub may be killed between two units: as long as a receipt lacks its answer, the round is to be found.
    #[test]
    fn the_end_of_a_round_is_written_with_the_last_of_its_receipts() {
        let now = Time::from_ms(1);
        let id = RoundId { order: OrderId::new(now, [1; 10]), offer_seq: 1, round: 1 };
        let round = Round { id, zones: vec![], opened_at: now, expires_at: now, end: None };
        let mut open = Open::of(round, VendorId::new(now, [1; 10]), vec![]);
        for n in 0..=UNIT_RECEIPTS_MAX {
            let mut chance = [0; 10];
            chance[2..].copy_from_slice(&n.to_be_bytes());
            open.note(DriverId::new(now, chance), Mark::Sent, now);
        }
        open.end(Ending::expired(now));
        let mut ledger = Ledger::default();
        ledger.rounds.insert(id, open);
        let mut units = Vec::new();
        while let Some((round, receipts)) = ledger.next_unwritten() {
            units.push((round.end.is_some(), receipts.len()));
        }
        assert_eq!(units, [(false, UNIT_RECEIPTS_MAX), (true, 1)]);
    }
}
