//! Numbers of many things: how they spread.

use serde::Serialize;

/// How values spread. All zero where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// Half of them are at most this.
    pub p50: f64,
    /// 95 of 100 are at most this.
    pub p95: f64,
    /// The greatest.
    pub max: f64,
}

impl Spread {
    /// How these spread, by nearest rank: each figure is one of the values.
    #[must_use]
    pub fn of(values: &[f64]) -> Spread {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let Some(max) = sorted.last().copied() else { return Spread::default() };
        let rank = |hundredths: usize| sorted[(sorted.len() * hundredths).div_ceil(100).max(1) - 1];
        Spread { count: sorted.len(), p50: rank(50), p95: rank(95), max }
    }
}

/// Milliseconds, as people say them.
#[must_use]
pub(super) fn ms(value: f64) -> String {
    match value {
        ..10.0 => format!("{value:.1} ms"),
        10.0..1_000.0 => format!("{value:.0} ms"),
        1_000.0..120_000.0 => format!("{:.1} s", value / 1_000.0),
        _ => format!("{:.1} min", value / 60_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::{Spread, ms};

    #[test]
    fn percentiles_are_values_that_came_up() {
        let of = |values: &[f64]| {
            let Spread { count, p50, p95, max } = Spread::of(values);
            (count, p50, p95, max)
        };
        assert_eq!(of(&[]), (0, 0.0, 0.0, 0.0));
        assert_eq!(of(&[7.0]), (1, 7.0, 7.0, 7.0));
        assert_eq!(of(&[3.0, 1.0]), (2, 1.0, 3.0, 3.0));
        assert_eq!(of(&[5.0, 1.0, 3.0]), (3, 3.0, 5.0, 5.0));
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(of(&hundred), (100, 50.0, 95.0, 100.0));
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(of(&twenty), (20, 10.0, 19.0, 20.0));
    }

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = [0.42, 12.4, 940.0, 1_200.0, 119_000.0, 180_000.0].map(ms);
        assert_eq!(said, ["0.4 ms", "12 ms", "940 ms", "1.2 s", "119.0 s", "3.0 min"]);
    }
}
