//! Orders as a table, for spreadsheets.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    domain::{actor::Actor, order::Order, time::Time},
    edge::{
        Edge,
        fault::{Code, Fault},
    },
    hub::{Filter, Page},
};

/// Rows read at once.
const PAGE: u32 = 500;

/// Most rows in one table.
const ROWS_MAX: usize = 50_000;

const HEAD: [&str; 18] = [
    "id",
    "code",
    "external_id",
    "status",
    "zone",
    "vendor",
    "driver",
    "items",
    "package_count",
    "dropoff_address",
    "cash_to_collect",
    "currency",
    "submitted_at",
    "ready_at",
    "assigned_at",
    "picked_up_at",
    "delivered_at",
    "closed_at",
];

/// Every order that fits `filter` and is `actor`'s to list.
pub(super) async fn export(edge: &Edge, actor: &Actor, filter: Filter) -> Result<Response, Fault> {
    let fault = |fault: csv::Error| Fault::new(Code::Internal, format!("the table cannot be written: {fault}"));
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEAD).map_err(fault)?;
    let (mut before, mut rows) = (None, 0);
    loop {
        let orders = edge.hub.orders(actor, filter.clone(), Page { before, limit: PAGE }).await?;
        for order in &orders {
            table.write_record(row(order)).map_err(fault)?;
        }
        rows += orders.len();
        before = orders.last().map(|order| order.id);
        if orders.len() < PAGE as usize || rows >= ROWS_MAX {
            break;
        }
    }
    let table = table.into_inner().map_err(|_| Fault::new(Code::Internal, "the table cannot be written"))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"orders.csv\""),
    ];
    Ok((headers, table).into_response())
}

fn row(order: &Order) -> [String; 18] {
    let time = |time: Option<Time>| time.map(|time| time.to_string()).unwrap_or_default();
    let items: Vec<String> = order.items.iter().map(|item| format!("{} x {}", item.quantity, item.name)).collect();
    let address = order.dropoff.as_ref().and_then(|place| place.address.clone()).unwrap_or_default();
    let (amount, currency) =
        order.cash_to_collect.as_ref().map(|cash| (cash.amount.to_string(), cash.currency.clone())).unwrap_or_default();
    let times = &order.times;
    [
        order.id.to_string(),
        order.code.clone(),
        order.external_id.clone().unwrap_or_default(),
        order.status().to_string(),
        order.zone.to_string(),
        order.vendor.name.clone(),
        order.state.driver().map(|driver| driver.name.clone()).unwrap_or_default(),
        items.join("; "),
        order.package_count.to_string(),
        address,
        amount,
        currency,
        time(times.submitted_at),
        time(times.ready_at),
        time(times.assigned_at),
        time(times.picked_up_at),
        time(times.delivered_at),
        time(times.closed_at),
    ]
    .map(harmless)
}

/// A cell that a spreadsheet does not take for a formula.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".to_owned()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("2 x Ramen".to_owned()), "2 x Ramen");
    }
}
