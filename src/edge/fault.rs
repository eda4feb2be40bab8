//! The one place where a refusal or a fault becomes an answer, for REST and for acknowledgements alike.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tracing::error;
use utoipa::ToSchema;

use crate::{
    domain::refusal::Refusal,
    hub::{HubError, StoreError},
};

/// What kind of refusal it is. Each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErrorCode)]
pub enum Code {
    /// Not JSON, or not the shape at all.
    Malformed,
    /// No key, or a wrong, expired or revoked one.
    Unauthorized,
    /// A valid key that may not do this.
    Forbidden,
    /// It does not exist, or is not yours to know of.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// Another driver has it.
    AlreadyClaimed,
    /// The order is not in a state for this.
    InvalidTransition,
    /// The given version is not the current one.
    VersionConflict,
    /// The same key came with another body.
    IdempotencyKeyReused,
    /// The name is already taken.
    Duplicate,
    /// The offer ended.
    OfferClosed,
    /// The log is no longer kept from there on.
    CursorExpired,
    /// Over 64 KiB on a socket, 256 KiB in a REST body, 2 MiB in a photo.
    PayloadTooLarge,
    /// Fields out of range, missing or unknown.
    Invalid,
    /// No zone holds the pickup and none was named.
    OutsideServiceArea,
    /// This driver carries as many orders as allowed.
    AtCapacity,
    /// Something must be shown first.
    ProofRequired,
    /// The code is not the order's.
    WrongCode,
    /// Too much at once.
    RateLimited,
    /// Overloaded, stopping, storage full.
    Unavailable,
    /// A fault of the hub's.
    Internal,
}

impl Code {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::Malformed => "malformed",
            Code::Unauthorized => "unauthorized",
            Code::Forbidden => "forbidden",
            Code::NotFound => "not_found",
            Code::MethodNotAllowed => "method_not_allowed",
            Code::AlreadyClaimed => "already_claimed",
            Code::InvalidTransition => "invalid_transition",
            Code::VersionConflict => "version_conflict",
            Code::IdempotencyKeyReused => "idempotency_key_reused",
            Code::Duplicate => "duplicate",
            Code::OfferClosed => "offer_closed",
            Code::CursorExpired => "cursor_expired",
            Code::PayloadTooLarge => "payload_too_large",
            Code::Invalid => "invalid",
            Code::OutsideServiceArea => "outside_service_area",
            Code::AtCapacity => "at_capacity",
            Code::ProofRequired => "proof_required",
            Code::WrongCode => "wrong_code",
            Code::RateLimited => "rate_limited",
            Code::Unavailable => "unavailable",
            Code::Internal => "internal",
        }
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Code::Malformed => StatusCode::BAD_REQUEST,
            Code::Unauthorized => StatusCode::UNAUTHORIZED,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Code::AlreadyClaimed
            | Code::InvalidTransition
            | Code::VersionConflict
            | Code::IdempotencyKeyReused
            | Code::Duplicate => StatusCode::CONFLICT,
            Code::OfferClosed | Code::CursorExpired => StatusCode::GONE,
            Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Code::Invalid | Code::OutsideServiceArea | Code::AtCapacity | Code::ProofRequired | Code::WrongCode => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A field that cannot be as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Its path in the payload, such as `pickup.lat` or `items[0].name`.
    #[schema(example = "pickup.lat")]
    pub field: String,
    /// What is wrong with it, to be read after its name.
    #[schema(example = "must be between -90 and 90")]
    pub message: String,
}

/// Why something was refused (RFC 9457, with `code` to branch on and `detail` to show).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Fault {
    /// Always `about:blank`: `code` tells kinds apart.
    #[schema(example = "about:blank")]
    pub r#type: &'static str,
    /// The status in words.
    #[schema(example = "Conflict")]
    pub title: &'static str,
    /// The HTTP status, also on sockets.
    #[schema(example = 409)]
    pub status: u16,
    /// What kind of refusal it is.
    pub code: Code,
    /// What happened, in a sentence that can be shown.
    #[schema(example = "another driver claimed this order 0.4 s before you")]
    pub detail: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Each field that cannot be as it was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// When to try again, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub retry_after_s: Option<u32>,
}

/// How long to wait before a retry, in seconds, where nothing better is known.
const RETRY_AFTER_S: u32 = 1;

impl Fault {
    /// A refusal of this kind.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Fault {
        let retryable = matches!(code, Code::RateLimited | Code::Unavailable);
        Fault {
            r#type: "about:blank",
            title: code.status().canonical_reason().unwrap_or("Error"),
            status: code.status().as_u16(),
            code,
            detail: detail.into(),
            retryable,
            errors: vec![],
            retry_after_s: retryable.then_some(RETRY_AFTER_S),
        }
    }

    /// A refusal that names fields.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Fault {
        let named: Vec<String> = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        Fault { errors, ..Fault::new(Code::Invalid, named.join("; ")) }
    }

    /// A refusal that names one field.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Fault {
        Fault::invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        let code = match &refusal {
            Refusal::AlreadyClaimed { .. } => Code::AlreadyClaimed,
            Refusal::InvalidTransition { .. } => Code::InvalidTransition,
            Refusal::VersionConflict { .. } => Code::VersionConflict,
            Refusal::OfferClosed(_) => Code::OfferClosed,
            Refusal::CursorExpired { .. } => Code::CursorExpired,
            Refusal::Forbidden(_) => Code::Forbidden,
            Refusal::NotFound(_) => Code::NotFound,
            Refusal::AtCapacity { .. } => Code::AtCapacity,
            Refusal::ProofRequired(_) => Code::ProofRequired,
            Refusal::WrongCode => Code::WrongCode,
            Refusal::OutsideServiceArea => Code::OutsideServiceArea,
            Refusal::IdempotencyKeyReused => Code::IdempotencyKeyReused,
            Refusal::TooOften { retry_after_s } => {
                let retry_after_s = Some(*retry_after_s);
                return Fault { retry_after_s, ..Fault::new(Code::RateLimited, refusal.to_string()) };
            }
            Refusal::Duplicate { field, .. } => {
                let taken = FieldError { field: (*field).to_owned(), message: "is already taken".to_owned() };
                return Fault { errors: vec![taken], ..Fault::new(Code::Duplicate, refusal.to_string()) };
            }
            Refusal::Invalid { field, message } => return Fault::field(field, message),
        };
        Fault::new(code, refusal.to_string())
    }
}

impl From<HubError> for Fault {
    fn from(error: HubError) -> Fault {
        match error {
            HubError::Refused(refusal) => refusal.into(),
            HubError::Unauthorized(why) => Fault::new(Code::Unauthorized, why),
            HubError::Store(fault @ StoreError::Unconfirmed(_)) => {
                let detail = format!("{fault}; it may have been kept all the same: look, or repeat it with its key");
                Fault::new(Code::Unavailable, detail)
            }
            HubError::Store(fault) if fault.is_passing() => {
                Fault::new(Code::Unavailable, format!("{fault}; nothing was changed, try again"))
            }
            HubError::Store(fault) => {
                error!(fault = &fault as &dyn std::error::Error, "the hub failed");
                Fault::new(Code::Internal, "the hub failed; the cause is in its log under the request id")
            }
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.code == Code::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
