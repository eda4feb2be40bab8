//! The log as a whole: how long it is kept.

use std::{fmt, str::FromStr};

use super::time::Time;

/// One day, in milliseconds.
const DAY_MS: i64 = 24 * 3_600_000;

/// For how many days the log is kept, 7 to 3 650. What is older may be gone, what is younger is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogDays(u16);

impl LogDays {
    /// Fewest: who was away for a week is promised every event.
    pub const MIN: LogDays = LogDays(7);

    /// Most: ten years, more than any disk was meant for.
    pub const MAX: LogDays = LogDays(3_650);

    /// The moment, at `now`, from which on events are kept.
    #[must_use]
    pub fn since(self, now: Time) -> Time {
        now.plus_ms(-DAY_MS * i64::from(self.0))
    }
}

impl Default for LogDays {
    fn default() -> LogDays {
        LogDays(30)
    }
}

impl fmt::Display for LogDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for LogDays {
    type Err = String;

    fn from_str(text: &str) -> Result<LogDays, String> {
        let days = text.parse().map(LogDays).ok().filter(|days| (LogDays::MIN..=LogDays::MAX).contains(days));
        days.ok_or_else(|| {
            format!("it must be a whole number of days, at least {} and at most {}", LogDays::MIN, LogDays::MAX)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::LogDays;
    use crate::domain::time::Time;

    #[test]
    fn a_log_is_kept_for_a_week_at_least_and_ten_years_at_most() {
        let read = |text: &str| text.parse::<LogDays>().map_or_else(|fault| fault, |days| days.to_string());
        let fault = "it must be a whole number of days, at least 7 and at most 3650";
        let table = [("7", "7"), ("3650", "3650"), ("6", fault), ("3651", fault), ("-7", fault), ("7.5", fault)];
        for (text, expected) in table.into_iter().chain([("99999", fault), ("a week", fault), ("", fault)]) {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn the_days_are_counted_back_from_now() {
        assert_eq!(LogDays::MIN.since(Time::from_ms(700_000_000)), Time::from_ms(95_200_000));
    }
}
