//! Tracking links: who has one finds its order by the random bits in it.

use super::{Read, Result, both, rows::json};
use crate::domain::order::Order;

impl Read {
    /// The order whose tracking link has this token.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn order_of_link(&mut self, token: &str) -> Result<Option<Order>> {
        let body: Option<String> = both!(self, conn => {
            sqlx::query_scalar("select body from orders where tracking_token = $1").bind(token).fetch_optional(conn).await?
        });
        body.map(|body| json("orders", &body)).transpose()
    }
}
