//! What an order is made of: places, items, money, proof.

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{actor::Role, geo::Point, id::PhotoId, time::Time};

/// A place somebody goes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// As one writes it on a letter.
    pub address: Option<String>,
    /// Where that is.
    pub point: Option<Point>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// How to find the door.
    pub instructions: Option<String>,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What it is.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, example = "Ramen")]
    pub name: String,
    /// How many, 1 to 999.
    #[garde(range(min = 1, max = 999))]
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 999, default = 1)]
    pub quantity: u32,
    /// How it is wanted.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

const fn one() -> u32 {
    1
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// In minor units: cents, pence.
    #[garde(range(min = 0, max = 100_000_000))]
    #[schema(minimum = 0, maximum = 100_000_000, example = 1250)]
    pub amount: i64,
    /// ISO 4217.
    #[garde(custom(currency_code))]
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    pub currency: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde asks for")]
fn currency_code(code: &str, _: &()) -> garde::Result {
    if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(garde::Error::new("must be three capital letters, such as EUR"))
    }
}

/// How large an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderSize)]
pub enum Size {
    /// Fits a rucksack: any driver.
    #[default]
    Small,
    /// Fits a bicycle box: a bicycle, a moped and the like.
    Medium,
    /// Needs a car, or a cargo bike.
    Large,
    /// Needs a van.
    Xlarge,
}

impl Size {
    /// Whether this is what most orders are.
    #[must_use]
    pub fn is_small(&self) -> bool {
        *self == Size::Small
    }
}

/// What a driver shows for a delivery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(default, deny_unknown_fields)]
pub struct Proof {
    /// Who took it.
    #[garde(length(chars, max = 100))]
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// Where it was left, and the like.
    #[garde(length(chars, max = 500))]
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// What the recipient said.
    #[garde(length(chars, max = 12))]
    #[schema(max_length = 12)]
    pub pin: Option<String>,
    /// A photo of this order, uploaded before.
    #[garde(skip)]
    pub photo: Option<PhotoId>,
}

/// One of the two places that a driver arrives at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// Where it is picked up.
    Pickup,
    /// Where it goes.
    Dropoff,
}

/// Something that is wrong with an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = OrderProblem)]
pub struct Problem {
    /// What, in a word or two.
    pub reason: String,
    /// More about it.
    pub note: Option<String>,
    /// Who says so.
    pub reported_by: Role,
    /// Since when.
    pub at: Time,
}

/// The driver who has an order and has not picked it up is out of reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Since when.
    pub since: Time,
    /// When they count as lost unless they come back; none: they do.
    pub lost_at: Option<Time>,
}

impl Away {
    /// From now on, and lost after `lost_after_s`.
    #[must_use]
    pub const fn from(now: Time, lost_after_s: u32) -> Away {
        Away { since: now, lost_at: Some(now.plus_s(lost_after_s)) }
    }

    /// The same after it was looked at.
    #[must_use]
    pub fn looked_at(self, now: Time) -> Away {
        Away { lost_at: self.lost_at.filter(|at| *at > now), ..self }
    }
}
