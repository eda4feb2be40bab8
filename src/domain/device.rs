//! What a driver's phone can do: what the driver let the page do, and whether they heard the alarm.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::Time;

/// Whether a browser lets the page do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// It does.
    Granted,
    /// It does not.
    Denied,
    /// It was not asked yet.
    Prompt,
    /// It cannot.
    Unsupported,
}

/// What came of the alarm's test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// The driver heard it.
    Heard,
    /// The driver did not hear it.
    NotHeard,
    /// It was not tried.
    Untested,
}

/// A driver's phone, as it said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DriverDevice)]
pub struct Device {
    /// Whether the page may know where the phone is.
    pub location: Permission,
    /// Whether the page may show notices while it is closed.
    pub notifications: Permission,
    /// Whether the driver hears an offer.
    pub sound: Sound,
    /// Whether the page is on the home screen.
    pub installed: bool,
    /// When it said so.
    pub at: Time,
}
