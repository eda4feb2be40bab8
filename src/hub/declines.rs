//! Drivers who do not want what is on offer.

use serde_json::json;

use super::{By, Result, drivers::object};
use crate::{
    domain::{
        event::{EventType, Routing},
        id::{DriverId, OrderId},
        time::Time,
    },
    store::Write,
};

/// Has `driver` not asked for an order again. Their other screens hear of it, so that they fall silent too, live or when they
/// come back; of the order itself nothing changed, and nobody else hears anything but dispatchers. Saying it again says nothing.
pub(super) async fn declined(
    write: &mut Write,
    by: &By,
    order: OrderId,
    driver: DriverId,
    (reason, occurred_at): (Option<&str>, Option<Time>),
) -> Result<()> {
    write.note_answer(driver).await?;
    if !write.decline(order, driver, reason, by.now).await? || write.flaws().decline_on_one_screen() {
        return Ok(());
    }
    let mut data = object(json!({ "driver_id": driver, "order_id": order, "reason": reason }));
    data.extend(occurred_at.map(|at| ("occurred_at".to_owned(), json!(at))));
    write.append(EventType::DriverDeclined, by, data, Routing::to_driver(driver));
    Ok(())
}
