//! What was told before: a command that a phone repeats after a lost answer is found again by when it was done.

use super::{Result, Write, both};
use crate::domain::{
    event::EventType,
    id::{DriverId, OrderId},
    time::Time,
};

/// What a driver's command tells of an order when it is done.
#[derive(Clone, Copy, Debug)]
pub struct Deed<'d> {
    /// The order.
    pub order: OrderId,
    /// Who.
    pub driver: DriverId,
    /// When they did it.
    pub occurred_at: Time,
    /// As what it is told.
    pub kind: EventType,
    /// The words of it, if it is a line of the chat.
    pub text: Option<&'d str>,
}

impl Write {
    /// Whether a deed is in the log, or about to be.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn has_told(&mut self, deed: Deed<'_>) -> Result<bool> {
        let Deed { order, driver, occurred_at, kind, text } = deed;
        let occurred_at = occurred_at.to_string();
        let is_waiting = self.waiting_events().any(|event| {
            let says = |name: &str| event.data.get(name).and_then(serde_json::Value::as_str);
            event.kind == kind
                && event.actor.driver() == Some(driver)
                && event.order.as_ref().is_some_and(|told| told.id == order)
                && says("occurred_at") == Some(&occurred_at)
                && says("text") == text
        });
        if is_waiting {
            return Ok(true);
        }
        Ok(both!(self, conn => {
            sqlx::query_scalar("select exists (select 1 from events where order_id = $1 and type = $2
                and json_extract(actor, '$.id') = $3 and json_extract(data, '$.occurred_at') = $4
                and json_extract(data, '$.text') is $5)")
                .bind(order.to_string()).bind(kind.as_str()).bind(driver.to_string()).bind(occurred_at).bind(text)
                .fetch_one(conn).await?
        }))
    }
}
