//! Who asks: a role, and whom the key belongs to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::id::{DriverId, KeyId, VendorId};

/// What a key may be: the three kinds of people who sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The dispatcher.
    Admin,
    /// A shop.
    Vendor,
    /// A driver.
    Driver,
}

impl Role {
    /// The word for it on the wire and in a key.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Vendor => "vendor",
            Role::Driver => "driver",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Role> {
        [Role::Admin, Role::Vendor, Role::Driver].into_iter().find(|role| role.as_str() == word)
    }
}

/// Who acts, as the hub knows it after the key was checked, or the hub itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Actor {
    /// A dispatcher, told apart by key.
    Admin {
        /// The key that was shown; none for the key given in the environment.
        id: Option<KeyId>,
        /// The key's name.
        name: String,
    },
    /// A vendor.
    Vendor {
        /// Whose key it is.
        id: VendorId,
        /// The shop's name.
        name: String,
    },
    /// A driver.
    Driver {
        /// Whose key it is.
        id: DriverId,
        /// The driver's name.
        name: String,
    },
    /// The hub, when a timer runs out.
    Hub,
}

impl Actor {
    /// The role, none for the hub itself.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self {
            Actor::Admin { .. } => Some(Role::Admin),
            Actor::Vendor { .. } => Some(Role::Vendor),
            Actor::Driver { .. } => Some(Role::Driver),
            Actor::Hub => None,
        }
    }

    /// The name to show.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Actor::Admin { name, .. } | Actor::Vendor { name, .. } | Actor::Driver { name, .. } => name,
            Actor::Hub => "the hub",
        }
    }

    /// The driver, if this is one.
    #[must_use]
    pub fn driver(&self) -> Option<DriverId> {
        match self {
            Actor::Driver { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The vendor, if this is one.
    #[must_use]
    pub fn vendor(&self) -> Option<VendorId> {
        match self {
            Actor::Vendor { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The owner's id as text, for logs and for telling owners apart.
    #[must_use]
    pub fn owner(&self) -> String {
        match self {
            Actor::Admin { id: Some(id), .. } => format!("admin:{id}"),
            Actor::Admin { id: None, .. } => "admin:environment".to_owned(),
            Actor::Vendor { id, .. } => format!("vendor:{id}"),
            Actor::Driver { id, .. } => format!("driver:{id}"),
            Actor::Hub => "hub".to_owned(),
        }
    }
}
