//! Refusals: why the hub says no. A refusal is an answer, not a fault; nothing has changed.

use super::{actor::Role, order::Status};

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another driver has it.
    #[error("another driver claimed this order {} before you", ago(*.before_ms))]
    AlreadyClaimed {
        /// How long before.
        before_ms: i64,
    },
    /// The order is not in a state for this.
    #[error("{command} is not possible while the order is {status}")]
    InvalidTransition {
        /// The command's name on the wire.
        command: &'static str,
        /// The order's status.
        status: Status,
    },
    /// Somebody changed the order since the caller read it.
    #[error("version {given} was given, but the order is at version {current}")]
    VersionConflict {
        /// The version the caller had.
        given: i64,
        /// The version now.
        current: i64,
    },
    /// The offer ended before the answer came.
    #[error("the offer has ended: {0}")]
    OfferClosed(&'static str),
    /// This role, or this driver, may not.
    #[error("{0}")]
    Forbidden(String),
    /// It does not exist, or is not the caller's to know of.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The driver carries as many orders as allowed.
    #[error("this driver already carries {carries} of {allowed} orders")]
    AtCapacity {
        /// How many orders the driver carries.
        carries: u32,
        /// How many are allowed.
        allowed: u32,
    },
    /// Something must be shown first.
    #[error("{0}")]
    ProofRequired(&'static str),
    /// The code is not the order's.
    #[error("the code is not the one of this order")]
    WrongCode,
    /// No zone holds the pickup and none was named.
    #[error("no zone holds the pickup, and none was named")]
    OutsideServiceArea,
    /// A value that cannot be.
    #[error("{field} {message}")]
    Invalid {
        /// Its path in the payload.
        field: String,
        /// What is wrong with it, to be read after the field's name.
        message: String,
    },
    /// The name is taken.
    #[error("{field} `{value}` is already taken")]
    Duplicate {
        /// Which name.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// What follows a place in the log is no longer kept.
    #[error(
        "events before {first} are no longer kept: read GET /api/v1/orders, then go on with after={}",
        *.first - 1
    )]
    CursorExpired {
        /// The `seq` of the oldest event that is kept.
        first: i64,
    },
    /// Too much in too short a time.
    #[error("this was too much in too short a time: try again in {retry_after_s} s")]
    TooOften {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// The same idempotency key came with another body.
    #[error("this idempotency key was used before, with another body")]
    IdempotencyKeyReused,
}

impl Refusal {
    /// For a command that only `roles` may give.
    #[must_use]
    pub fn only(roles: &[Role], command: &'static str) -> Refusal {
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        Refusal::Forbidden(format!("{command} is for {}", names.join(" or ")))
    }

    /// For a value that cannot be.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Refusal {
        Refusal::Invalid { field: field.to_owned(), message: message.into() }
    }
}

/// A duration as one says it: `40 ms`, `0.4 s`, `12 s`, `3 min`, `2 h`.
#[must_use]
pub fn ago(ms: i64) -> String {
    match ms.max(0) {
        ms @ 0..100 => format!("{ms} ms"),
        ms @ 100..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms @ 10_000..120_000 => format!("{} s", ms / 1_000),
        ms @ 120_000..7_200_000 => format!("{} min", ms / 60_000),
        ms => format!("{} h", ms / 3_600_000),
    }
}

#[cfg(test)]
mod tests {
    use super::ago;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = [40, 400, 9_990, 12_300, 125_000, 7_300_000, -5].map(ago);
        assert_eq!(said, ["40 ms", "0.4 s", "9.9 s", "12 s", "2 min", "2 h", "0 ms"]);
    }
}
