//! Receipts of Web Push.

use axum::{extract::State, http::StatusCode};

use super::Body;
use crate::edge::{
    Edge,
    fault::Fault,
    wire::{self, PushCame, PushReceipt},
};

/// Says that a push came. A service worker has no key: the receipt that stood in the push is the proof. Saying it again
/// changes nothing.
#[utoipa::path(post, path = "/api/v1/push/receipts", tag = "push", security(()), request_body = PushReceipt,
    responses((status = 204)))]
pub(crate) async fn came(State(edge): State<Edge>, Body(body): Body) -> Result<StatusCode, Fault> {
    let PushReceipt { receipt, what } = wire::parse(body)?;
    match what {
        PushCame::Delivered => edge.hub.push_came(receipt).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}
