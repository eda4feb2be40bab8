//! Waypost: a self-hosted delivery-dispatch message hub.
pub mod domain;
pub mod hub;
pub mod store;
