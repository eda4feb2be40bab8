//! The words and the rules of the trade: pure values, no clock, no chance, no network, no SQL, no async.
//!
//! Everything here is decided from its arguments alone, so that every rule can be tested as a table. What crosses the
//! wire or is kept in the log unchanged derives `Serialize` and `ToSchema` here, once.

pub mod actor;
pub mod alert;
pub mod audience;
pub mod day;
pub mod device;
pub mod dispatch;
pub mod ending;
pub mod event;
pub mod geo;
pub mod history;
pub mod id;
pub mod key;
pub mod log;
pub mod offer;
pub mod order;
pub mod party;
pub mod photo;
pub mod push;
pub mod receipt;
pub mod refusal;
pub mod time;
pub mod trip;
pub mod zone;
