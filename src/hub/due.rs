//! Timers. They are data: an order says when it must be looked at again, and this looks.

use tracing::warn;

use super::{Ask, By, Hub, HubError, Result};
use crate::domain::{
    actor::Actor,
    order::{State, command::Command},
    refusal::Refusal,
    time::Time,
};

/// Orders looked at in one go.
const DUE_MAX: u32 = 200;

impl Hub {
    /// Does what time demands at `now`: scheduled orders come due and ready, rounds of offers end, alerts are
    /// raised, and drivers come back from pauses. Answers how many it did.
    ///
    /// Safe to call at any time and on several nodes: what was done is not done again.
    ///
    /// # Errors
    /// What the store says.
    pub async fn run_due(&self, now: Time) -> Result<usize> {
        self.end_followed(now);
        let mut view = self.store.read().await?;
        let due = view.orders_due(now, DUE_MAX).await?;
        let mut asks = Vec::with_capacity(due.len());
        for id in due {
            let Some(order) = view.order(id).await? else { continue };
            let ask = match order.state {
                State::ReadyForPickup { offer } if offer.expires_at > now => Ask::Look,
                State::ReadyForPickup { .. } => Ask::EndRound,
                State::Held { .. } => Ask::Look,
                State::Submitted if self.flaws().forget_auto_ready() => continue,
                State::Submitted => Ask::Plain(Command::ComeReady),
                _ => Ask::Plain(Command::ComeDue),
            };
            let by = By { actor: Actor::Hub, now, origin: None };
            asks.push((id, self.ask(by, id, ask)));
        }
        drop(view);
        let mut done = 0;
        for (id, ask) in asks {
            match ask.await {
                Ok(_) => done += 1,
                // Somebody was quicker, or another node was.
                Err(HubError::Refused(Refusal::InvalidTransition { .. })) => {}
                Err(HubError::Refused(refusal)) => warn!(order.id = %id, %refusal, "a timer of order {id} was refused"),
                Err(fault) => return Err(fault),
            }
        }
        Ok(done + self.end_pauses(now).await?)
    }
}
