//! What a phone says late: it was without a network, and says now what its driver did then.

use super::{Ask, By, Result};
use crate::{
    domain::{
        event::EventType,
        id::OrderId,
        order::{
            command::{Command, Report},
            machine::Fact,
        },
        refusal::Refusal,
        time::Time,
    },
    store::{Deed, Write},
};

/// How far a phone's clock may be ahead, in milliseconds.
const AHEAD_MS_MAX: i64 = 60_000;

/// How late a phone may say something, in milliseconds.
const LATE_MS_MAX: i64 = 24 * 3_600_000;

/// What is asked of an order, and when it was done, where that was before it could be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What.
    pub ask: Ask,
    /// When, by the clock of who did it.
    pub occurred_at: Option<Time>,
}

impl From<Ask> for Asked {
    fn from(ask: Ask) -> Asked {
        Asked { ask, occurred_at: None }
    }
}

/// Whether somebody may say at `now` that they did something at `occurred_at`.
///
/// # Errors
/// [`Refusal::Invalid`] if not.
fn is_believable(occurred_at: Time, now: Time) -> Result<(), Refusal> {
    match now.since_ms(occurred_at) {
        ms if ms < -AHEAD_MS_MAX => Err(Refusal::invalid("occurred_at", "must not be more than 60 s ahead")),
        ms if ms > LATE_MS_MAX => Err(Refusal::invalid("occurred_at", "must not be more than 24 h ago")),
        _ => Ok(()),
    }
}

/// Has the first of these facts, which is what was asked for, say when it was done.
pub(super) fn stamp(facts: &mut [Fact], occurred_at: Option<Time>) {
    if let (Some(fact), Some(at)) = (facts.first_mut(), occurred_at) {
        fact.data.insert("occurred_at".to_owned(), at.to_string().into());
    }
}

/// Whether a driver's phone says once more what was done already: it did not hear the answer.
///
/// # Errors
/// [`Refusal::Invalid`] if it cannot have been then.
pub(super) async fn is_repeated(
    write: &mut Write,
    by: &By,
    order: OrderId,
    ask: &Ask,
    occurred_at: Time,
) -> Result<bool> {
    is_believable(occurred_at, by.now)?;
    let (Some(driver), Ask::Plain(command)) = (by.actor.driver(), ask) else { return Ok(false) };
    if write.flaws().do_twice() {
        return Ok(false);
    }
    let (kinds, text): (&[EventType], Option<&str>) = match command {
        Command::Start => (&[EventType::OrderEnrouteToPickup], None),
        Command::Arrive { .. } => (&[EventType::OrderArrivedAtPickup, EventType::OrderArrivedAtDropoff], None),
        Command::PickUp { .. } => (&[EventType::OrderPickedUp], None),
        Command::Deliver { .. } => (&[EventType::OrderDelivered], None),
        Command::Return { .. } => (&[EventType::OrderReturning], None),
        Command::Release { .. } => (&[EventType::OrderReleased], None),
        Command::Undo { .. } => (&[EventType::OrderUndone], None),
        Command::Problem(Report::Raised { .. } | Report::Resolved) => (&[EventType::OrderProblem], None),
        Command::Message { text } => (&[EventType::OrderMessage], Some(text)),
        _ => return Ok(false),
    };
    for kind in kinds {
        if write.has_told(Deed { order, driver, occurred_at, kind: *kind, text }).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
