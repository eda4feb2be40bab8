//! The log as a whole: how long it is kept, and who can go on where they were.

use std::{fmt, str::FromStr};

use serde::Serialize;
use utoipa::ToSchema;

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

/// A place in the log of one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which database's log.
    pub epoch: String,
    /// The last event that was heard.
    pub seq: i64,
}

/// What there is of one database's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept<'a> {
    /// Which database's log.
    pub epoch: &'a str,
    /// The `seq` of the oldest event that is kept; 1 if there was none yet.
    pub first: i64,
    /// The `seq` of the last event; 0 if there was none yet.
    pub head: i64,
}

/// Why somebody is told how things are, and not what they missed: `no_cursor`, none was given, or none that can be read;
/// `unknown_epoch`, it is no place in this log but in another database's, or it is ahead of this one; `too_old`, what came
/// next is no longer kept; `too_far_behind`, more came since than is told one by one, which is 500 events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotReason {
    /// No cursor was given, or none that can be read.
    NoCursor,
    /// The cursor is no place in this log: it is another database's, or ahead of this one.
    UnknownEpoch,
    /// The event after the cursor is no longer kept.
    TooOld,
    /// More events came since than are told one by one.
    TooFarBehind,
}

impl Kept<'_> {
    /// Whether every event after `seq` is kept.
    #[must_use]
    pub const fn holds_all_after(&self, seq: i64) -> bool {
        seq >= self.first - 1
    }

    /// The `seq` after which somebody with this cursor can go on.
    ///
    /// # Errors
    /// Why they cannot.
    pub fn place_of(&self, cursor: Option<&Cursor>) -> Result<i64, SnapshotReason> {
        let cursor = cursor.ok_or(SnapshotReason::NoCursor)?;
        if cursor.epoch != self.epoch || !(0..=self.head).contains(&cursor.seq) {
            return Err(SnapshotReason::UnknownEpoch);
        }
        if self.holds_all_after(cursor.seq) { Ok(cursor.seq) } else { Err(SnapshotReason::TooOld) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Kept, LogDays, SnapshotReason};
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
    fn a_cursor_holds_as_long_as_what_follows_it_is_kept() {
        use SnapshotReason::{NoCursor, TooOld, UnknownEpoch};
        let (whole, pruned, empty) = ((1, 9), (5, 9), (1, 0));
        let table = [
            (whole, Some(("here", 0)), Ok(0)),
            (whole, Some(("here", 9)), Ok(9)),
            (whole, Some(("here", 10)), Err(UnknownEpoch)),
            (whole, Some(("here", -1)), Err(UnknownEpoch)),
            (whole, Some(("there", 9)), Err(UnknownEpoch)),
            (whole, None, Err(NoCursor)),
            (pruned, Some(("here", 0)), Err(TooOld)),
            (pruned, Some(("here", 3)), Err(TooOld)),
            (pruned, Some(("here", 4)), Ok(4)),
            (pruned, Some(("here", i64::MAX)), Err(UnknownEpoch)),
            (pruned, Some(("there", 3)), Err(UnknownEpoch)),
            (empty, Some(("here", 0)), Ok(0)),
            (empty, Some(("here", 1)), Err(UnknownEpoch)),
        ];
        for ((first, head), cursor, expected) in table {
            let cursor = cursor.map(|(epoch, seq)| Cursor { epoch: epoch.to_owned(), seq });
            let place = Kept { epoch: "here", first, head }.place_of(cursor.as_ref());
            assert_eq!(place, expected, "{cursor:?} in {first}..={head}");
        }
    }

    #[test]
    fn the_days_are_counted_back_from_now() {
        assert_eq!(LogDays::MIN.since(Time::from_ms(700_000_000)), Time::from_ms(95_200_000));
    }
}
