//! Time as the hub keeps it: Unix milliseconds; RFC 3339 in UTC with milliseconds wherever people or programs read it.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// A moment, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, format = "date-time", example = "2026-01-05T12:00:00.123Z")]
pub struct Time(i64);

impl Time {
    /// From Unix milliseconds.
    #[must_use]
    pub const fn from_ms(unix_ms: i64) -> Time {
        Time(unix_ms)
    }

    /// Unix milliseconds.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// This moment and `ms` milliseconds; `ms` may be negative.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Time {
        Time(self.0.saturating_add(ms))
    }

    /// This moment and `s` seconds.
    #[must_use]
    pub const fn plus_s(self, s: u32) -> Time {
        self.plus_ms(s as i64 * 1_000)
    }

    /// Milliseconds from `earlier` to this moment; negative if it is the later one.
    #[must_use]
    pub const fn since_ms(self, earlier: Time) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339 with any offset.
    ///
    /// # Errors
    /// A sentence if the text is not a moment.
    pub fn parse(text: &str) -> Result<Time, String> {
        DateTime::parse_from_rfc3339(text)
            .map(|moment| Time(moment.timestamp_millis()))
            .map_err(|_| format!("`{text}` is not an RFC 3339 time such as 2026-01-05T12:00:00.000Z"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default();
        f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Time::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn a_time_reads_back_as_it_was_written() {
        let time = Time::from_ms(1_767_614_400_123);
        assert_eq!(time.to_string(), "2026-01-05T12:00:00.123Z");
        assert_eq!(Time::parse(&time.to_string()), Ok(time));
        assert_eq!(Time::parse("2026-01-05T13:00:00.123+01:00"), Ok(time));
        assert!(Time::parse("tomorrow").is_err());
    }
}
