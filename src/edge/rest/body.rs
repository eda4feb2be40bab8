//! Reading requests: bodies, queries and ids, with our own words for what is wrong with them.

use std::str::FromStr;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::edge::{
    Edge,
    fault::{Code, Fault},
    wire::{LIMIT_DEFAULT, LIMIT_MAX, Page},
};

/// Largest body, in bytes.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// A JSON body. None at all is an empty object, as most commands have nothing to say beside their name.
pub(crate) struct Body(pub(crate) Value);

impl FromRequest<Edge> for Body {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &Edge) -> Result<Self, Fault> {
        let bytes = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await;
        let bytes = bytes.map_err(|_| {
            Fault::new(Code::PayloadTooLarge, format!("the body has more than {BODY_BYTES_MAX} bytes, or broke off"))
        })?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Body(Value::Object(serde_json::Map::new())));
        }
        let body = serde_json::from_slice(&bytes);
        body.map(Body).map_err(|fault| Fault::new(Code::Malformed, format!("the body is not JSON: {fault}")))
    }
}

/// The query's fields.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Edge> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Edge) -> Result<Self, Fault> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Query(query)),
            Err(fault) => {
                let text = fault.body_text();
                Err(query_fault(text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text)))
            }
        }
    }
}

/// What the library says of a query, in our words.
fn query_fault(text: &str) -> Fault {
    if let Some(name) = text.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        return Fault::field(name, "is unknown");
    }
    let (field, message) = text.split_once(": ").unwrap_or(("query", text));
    match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            Fault::field(field, "must be a whole number")
        }
        other => Fault::field(field, other),
    }
}

/// An id in a path. What is no id names nothing that exists.
pub(super) fn id_of<I: FromStr>(text: &str, what: &str) -> Result<I, Fault> {
    text.parse().map_err(|_| Fault::new(Code::NotFound, format!("no such {what}")))
}

/// Which part of a list is wanted.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// At most so many, 1 to 200; 50 if absent.
    limit: Option<u32>,
    /// Where to go on: the `next` of the page before.
    cursor: Option<String>,
}

impl ListQuery {
    /// How many.
    pub(super) fn limit(&self) -> Result<u32, Fault> {
        limit_of(self.limit)
    }

    /// After which.
    pub(super) fn after<I: FromStr>(&self) -> Result<Option<I>, Fault> {
        cursor_of(self.cursor.as_deref())
    }
}

/// How many things a page holds.
pub(super) fn limit_of(limit: Option<u32>) -> Result<u32, Fault> {
    match limit {
        None => Ok(LIMIT_DEFAULT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(_) => Err(Fault::field("limit", format!("must be from 1 to {LIMIT_MAX}"))),
    }
}

/// After which thing a page begins.
pub(super) fn cursor_of<I: FromStr>(cursor: Option<&str>) -> Result<Option<I>, Fault> {
    cursor.map(|text| text.parse().map_err(|_| Fault::field("cursor", "is not the `next` of a page"))).transpose()
}

/// A page of `limit` things, of which one more than that was read to know whether there is a next.
pub(super) fn page_of<T, W: utoipa::ToSchema>(
    mut things: Vec<T>,
    limit: u32,
    id: impl Fn(&T) -> String,
    show: impl Fn(T) -> W,
) -> Page<W> {
    let more = things.len() > limit as usize;
    things.truncate(limit as usize);
    let next = things.last().filter(|_| more).map(id);
    Page { data: things.into_iter().map(show).collect(), next }
}

#[cfg(test)]
mod tests {
    use super::query_fault;

    #[test]
    fn what_is_wrong_with_a_query_is_said_in_our_words() {
        let said = |text| query_fault(text).detail;
        assert_eq!(said("limit: invalid digit found in string"), "limit must be a whole number");
        assert_eq!(said("unknown field `zonk`, expected one of `limit`, `cursor`"), "zonk is unknown");
    }
}
