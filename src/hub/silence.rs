//! Drivers who see offers and say nothing: after a few in a row they are off duty, so that offers go to who answers.

use serde_json::json;
use tracing::info;

use super::{
    By, Hub, Result,
    drivers::{leave_all, object},
    lock,
};
use crate::{
    domain::{actor::Actor, order::Order, receipt::RoundId, refusal::Refusal, time::Time, zone::Rules},
    hub::HubError,
    store::Write,
};

/// The word for it in `driver.zones_changed`.
pub(super) const AUTO_PAUSED: &str = "auto_paused";

/// A round of `before`'s offer ended by time: whoever saw it and said nothing is one nearer to a pause. Lost offers count
/// neither way, and an offer counts once, however many of its rounds pass.
pub(super) async fn round_passed(
    hub: &Hub,
    write: &mut Write,
    (before, after): (&Order, &Order),
    rules: &Rules,
    now: Time,
) -> Result<()> {
    let Some(round) = RoundId::of(before).filter(|round| RoundId::of(after) != Some(*round)) else { return Ok(()) };
    if rules.auto_pause_after == 0 || write.flaws().ask_sleepers() {
        return Ok(());
    }
    for driver in hub.silent_in(round) {
        let passed = write.note_silence(driver, round.offer_seq).await?;
        lock(&hub.silent).insert(driver);
        let zones = write.zones_of(driver).await?;
        if passed < rules.auto_pause_after as usize || zones.is_empty() {
            continue;
        }
        info!(%driver, "driver {driver} saw {passed} offers in a row and answered none: off duty until they join again");
        let by = By { actor: Actor::Hub, now, origin: None };
        let data = json!({ "driver_id": driver, "zones": [], "reason": AUTO_PAUSED, "unanswered": passed });
        leave_all(hub, write, &by, driver, &zones, object(data)).await?;
        write.pause(driver, now).await?;
    }
    Ok(())
}

impl Hub {
    /// A driver's claim was refused, since the offer was over or another was first: an answer all the same. Of a crowd that
    /// claims at once nearly everybody comes too late, so this asks the storage nothing.
    pub(super) fn too_late_is_an_answer(&self, by: &By, refused: &HubError) {
        let (Some(driver), HubError::Refused(Refusal::AlreadyClaimed { .. } | Refusal::OfferClosed(_))) =
            (by.actor.driver(), refused)
        else {
            return;
        };
        if lock(&self.silent).remove(&driver) {
            // Queued before this driver's next word; the claim has its answer, and this is not worth another.
            drop(
                self.store
                    .write(move |write| Box::pin(async move { Ok::<_, HubError>(write.note_answer(driver).await?) })),
            );
        }
    }
}
