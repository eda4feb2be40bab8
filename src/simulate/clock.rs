//! The town's time, which passes faster than the hub's.
//!
//! Only people live by it. What the hub times, such as the rounds of an offer, goes on in real seconds, so that at a
//! speed of 20 a round of 45 s lasts the town a quarter of an hour.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

/// The town's clock, and the end of its day.
#[derive(Clone)]
pub(super) struct Clock {
    began: Instant,
    speed: f64,
    /// Set when people are to stop where they are.
    pub(super) stop: CancellationToken,
}

impl Clock {
    /// Begins now.
    pub(super) fn begin(speed: u32, stop: CancellationToken) -> Clock {
        Clock { began: Instant::now(), speed: f64::from(speed.max(1)), stop }
    }

    /// How much real time that is.
    pub(super) fn real(&self, town_s: f64) -> Duration {
        Duration::from_secs_f64(town_s.max(0.0) / self.speed)
    }

    /// How much of the town's time that is, in seconds.
    pub(super) fn town_s(&self, real: Duration) -> f64 {
        real.as_secs_f64() * self.speed
    }

    /// Since the town's day began, in seconds of its time.
    pub(super) fn now_s(&self) -> f64 {
        self.town_s(self.began.elapsed())
    }

    /// Lets time pass.
    pub(super) async fn pass(&self, town_s: f64) {
        tokio::time::sleep(self.real(town_s)).await;
    }
}
