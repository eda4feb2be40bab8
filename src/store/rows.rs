//! Between rows and values.

use serde::{Serialize, de::DeserializeOwned};

use super::{Result, StoreError};

/// Reads a JSON column.
pub(super) fn json<T: DeserializeOwned>(table: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|fault| StoreError::Row { table, fault: fault.to_string() })
}

/// Writes a JSON column.
pub(super) fn text<T: Serialize + ?Sized>(table: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|fault| StoreError::Row { table, fault: fault.to_string() })
}

/// Reads an id.
pub(super) fn id<T: std::str::FromStr>(table: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Row { table, fault: format!("`{text}` is no id") })
}
