//! Identifiers. All but a zone's are UUID version 7 (RFC 9562), so they sort by the time they were made.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::{Builder, Uuid};

use super::time::Time;

/// An identifier that is a UUID version 7.
pub trait Id: Copy + fmt::Display + FromStr {
    /// Makes one from the time of making and 80 bits of chance.
    fn new(now: Time, chance: [u8; 10]) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(Uuid);

        impl Id for $name {
            fn new(now: Time, chance: [u8; 10]) -> Self {
                let unix_ms = u64::try_from(now.ms()).unwrap_or(0);
                $name(Builder::from_unix_timestamp_millis(unix_ms, &chance).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map($name)
            }
        }
    )* };
}

ids! {
    /// An order.
    OrderId,
    /// A vendor: a shop that submits orders.
    VendorId,
    /// A driver.
    DriverId,
    /// A key: what somebody signs in with.
    KeyId,
    /// An event in the log.
    EventId,
    /// An alert.
    AlertId,
    /// A browser that takes pushes.
    SubscriptionId,
    /// A photo of a delivery.
    PhotoId,
}

impl OrderId {
    /// The id as 32 hexadecimal digits.
    #[must_use]
    pub fn simple(self) -> String {
        self.0.simple().to_string()
    }
}

impl KeyId {
    /// The id as it stands in a key's text: 32 hexadecimal digits.
    #[must_use]
    pub fn simple(self) -> String {
        self.0.simple().to_string()
    }
}

/// A zone's id: a slug that the dispatcher chooses, 1 to 40 of `a-z`, `0-9` and `-`, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, pattern = "^[a-z0-9][a-z0-9-]{0,39}$")]
pub struct ZoneId(String);

impl ZoneId {
    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ZoneId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=40).contains(&text.len())
            && !text.starts_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(ZoneId(text.to_owned()))
        } else {
            Err("a zone id is 1 to 40 of a-z, 0-9 and -, and does not begin with -".to_owned())
        }
    }
}

impl<'de> Deserialize<'de> for ZoneId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for ZoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, OrderId, Time, ZoneId};

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = OrderId::new(Time::from_ms(1_000), [255; 10]);
        let late = OrderId::new(Time::from_ms(1_001), [0; 10]);
        assert!(early < late);
        assert_eq!(early.to_string().parse(), Ok(early));
    }

    #[test]
    fn a_zone_id_is_a_slug() {
        assert!("mitte".parse::<ZoneId>().is_ok());
        assert!("zone-7".parse::<ZoneId>().is_ok());
        for wrong in ["", "Mitte", "-a", "a b", "zöne", &"a".repeat(41)] {
            assert!(wrong.parse::<ZoneId>().is_err(), "{wrong}");
        }
    }
}
