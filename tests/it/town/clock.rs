//! The town's time: it stands still unless the story moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use waypost::{domain::time::Time, hub::Clock};

/// 2026-01-05T12:00:00Z.
const NOON_MS: i64 = 1_767_614_400_000;

/// Each look at it takes a millisecond, so that what is made later also sorts later.
pub(crate) struct TownClock(AtomicI64);

impl Default for TownClock {
    fn default() -> TownClock {
        TownClock(AtomicI64::new(NOON_MS))
    }
}

impl TownClock {
    pub(crate) fn pass_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Time {
        Time::from_ms(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

impl Clock for TownClock {
    fn now(&self) -> Time {
        TownClock::now(self)
    }
}
