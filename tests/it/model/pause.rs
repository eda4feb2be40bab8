//! Drivers who pause: off duty for a while, and back by themselves, as the contract's additions tell it.

use std::collections::BTreeSet;

use super::{
    plain::Answer,
    town::{No, Plain},
};

/// A driver's pause.
#[derive(Clone, Debug)]
pub(crate) struct Pause {
    pub(crate) until_ms: i64,
    /// Where they go back to.
    zones: BTreeSet<usize>,
}

impl Plain {
    /// Whoever pauses again does so for as long from now, and goes back to where they worked before the first pause.
    pub(super) fn pause(&mut self, driver: usize, minutes: u32) -> Result<Answer, No> {
        let who = &self.drivers[driver];
        let zones = match &who.pause {
            _ if who.blocked => return Err("forbidden"),
            Some(pause) => pause.zones.clone(),
            None if who.zones.is_empty() => return Err("forbidden"),
            None => who.zones.clone(),
        };
        let until_ms = self.now_ms + i64::from(minutes) * 60_000;
        self.drivers[driver].pause = Some(Pause { until_ms, zones });
        let left = self.drivers[driver].zones.clone();
        for zone in &left {
            self.drivers[driver].leaves(*zone, self.seq + 1);
        }
        self.tell_driver(driver, "driver.zones_changed");
        for zone in left {
            self.watch_zone(zone);
        }
        Ok(Answer::Done)
    }

    pub(super) fn resume(&mut self, driver: usize) -> Result<Answer, No> {
        if self.drivers[driver].blocked {
            return Err("forbidden");
        }
        self.come_back(driver);
        Ok(Answer::Done)
    }

    /// Brings back whose pause is over, and answers how many that were.
    pub(super) fn end_pauses(&mut self) -> usize {
        let over = |pause: &Pause| pause.until_ms <= self.now_ms;
        let until = |driver: &usize| {
            self.drivers[*driver].pause.as_ref().filter(|pause| over(pause)).map(|pause| pause.until_ms)
        };
        let mut due: Vec<(i64, usize)> =
            (0..self.drivers.len()).filter_map(|driver| Some((until(&driver)?, driver))).collect();
        due.sort_unstable();
        for (_, driver) in &due {
            self.come_back(*driver);
        }
        due.len()
    }

    /// They work again where they did, and are asked for what is on offer there.
    fn come_back(&mut self, driver: usize) {
        let Some(Pause { zones, .. }) = self.drivers[driver].pause.take() else { return };
        self.drivers[driver].zones.extend(&zones);
        self.tell_driver(driver, "driver.zones_changed");
        for zone in zones {
            self.watch_zone(zone);
        }
        self.ask_too(driver);
    }

    /// Whether two would come back in the same moment: which of them is first, the contract does not say.
    pub(super) fn would_tie(&self, driver: usize, minutes: u32) -> bool {
        let until_ms = self.now_ms + i64::from(minutes) * 60_000;
        let others = self.drivers.iter().enumerate().filter(|(other, _)| *other != driver);
        others.filter_map(|(_, other)| other.pause.as_ref()).any(|pause| pause.until_ms == until_ms)
    }
}
