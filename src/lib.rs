//! Waypost: a self-hosted delivery-dispatch message hub.
//!
//! Vendors submit orders, the hub keeps them, and the moment one is ready for pickup every driver who works in its zone
//! hears it; exactly one gets it.
//!
//! ```text
//!  vendor ─┐                                                       ┌─▶ /orders   sockets
//!  driver ─┼─▶ command ─▶ hub ─▶ store: state + event, one commit ─┼─▶ /drivers  sockets
//!  admin  ─┘      ◀───── ack, after the commit ─────┘     log      ├─▶ /dispatch sockets
//!                                                                  └─▶ REST feed
//! ```
//!
//! The log is the bus: a command changes state and appends events in one transaction, and everything that leaves the hub
//! is a reader of that log with a cursor. Live delivery and catching up are the same code, so nobody misses anything
//! silently.
//!
//! Four rooms, imports one way: [`edge`] → [`hub`] → [`store`] → [`domain`]. A feature reads as a column through them, such
//! as [`domain::order`], `store::orders`, `hub::orders`, `edge::rest::orders`, `edge::socket::orders`. In reading order:
//!
//! - [`domain`]: the words and the rules, pure; the order machine is one table, [`domain::order::machine`].
//! - [`store`]: the only SQL; one writer, group commit, the log.
//! - [`hub`]: what can be asked; one question is one unit of work.
//! - [`edge`]: the network; [`edge::wire`] is every message, the feed is one task.
//! - [`app`]: puts it together; [`config`], [`lifecycle`] and [`telemetry`] are what it needs for that.
//! - [`simulate`]: a town of people on a running hub; a client, that knows of the hub what goes over the wire.
//! - [`flaws`]: deliberate faults, so that each test of a guarantee can be shown to catch its opposite.

pub mod domain;
pub mod store;

pub mod hub;

pub mod edge;

pub mod app;
pub mod config;
pub mod flaws;
pub mod lifecycle;
pub mod telemetry;

pub mod simulate;
