//! The sender of Web Push: what the hub decided is encrypted for one browser and handed to its push service.

mod endpoint;
mod seal;
mod vapid;

pub use self::{
    endpoint::{Endpoint, Reachable},
    seal::{SAID_BYTES_MAX, is_public_key, seal},
    vapid::{Vapid, VapidError},
};
