//! A driver's history: where they worked and how they stood, from which place in the log to which. It decides what of the
//! log is theirs, live and when they catch up.
//!
//! What begins or ends with the event at `seq` holds after it: that event still finds things as they were.

use super::{
    dispatch::{Declined, Standing, Wanted, objections},
    event::{Event, EventType},
    id::{DriverId, ZoneId},
};

/// A driver's work in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Where.
    pub zone: ZoneId,
    /// The `seq` of the event that began it.
    pub joined_seq: i64,
    /// The `seq` of the event that ended it.
    pub left_seq: Option<i64>,
}

/// How a driver stood for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// How.
    pub standing: Standing,
    /// The `seq` of the event with which it began.
    pub from_seq: i64,
    /// The `seq` of the event with which it ended.
    pub to_seq: Option<i64>,
}

/// As much of a driver's history as matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Where they worked.
    pub shifts: Vec<Shift>,
    /// How they stood, one after the other; where nothing is said, nothing was against them.
    pub standings: Vec<Stand>,
}

/// How somebody stands of whom nothing is said.
static PLAIN: Standing = Standing { is_full: false, vehicle: None, equipment: Vec::new() };

/// Whether the place just before the event at `seq` lies between the events at `from` and `to`.
fn holds_at(from: i64, to: Option<i64>, seq: i64) -> bool {
    from < seq && to.is_none_or(|to| to >= seq)
}

impl History {
    /// Whether they were being asked when the event at `seq` came.
    #[must_use]
    pub fn is_asked(&self, driver: DriverId, wanted: Wanted<'_>, declined: Declined, seq: i64) -> bool {
        let on_duty = self.shifts.iter().filter(|shift| holds_at(shift.joined_seq, shift.left_seq, seq));
        let standing = self.standings.iter().find(|stand| holds_at(stand.from_seq, stand.to_seq, seq));
        let standing = standing.map_or(&PLAIN, |stand| &stand.standing);
        objections(wanted, driver, on_duty.map(|shift| &shift.zone), standing, declined).next().is_none()
    }

    /// Whether there was a moment between the events at `since` and `seq` when they were asked, unless they had declined.
    #[must_use]
    pub fn was_asked(&self, driver: DriverId, wanted: Wanted<'_>, since: i64, seq: i64) -> bool {
        let fits = |standing, stood| {
            let (from, to) = overlap((since, Some(seq)), stood);
            let on_duty = self.shifts.iter().filter(|shift| {
                let (from, to) = overlap((from, to), (shift.joined_seq, shift.left_seq));
                to.is_none_or(|to| from < to)
            });
            let on_duty = on_duty.map(|shift| &shift.zone);
            objections(wanted, driver, on_duty, standing, Declined::No).next().is_none()
        };
        let mut stood = self.standings.iter();
        stood.any(|stand| fits(&stand.standing, (stand.from_seq, stand.to_seq)))
            || self.standings.is_empty() && fits(&PLAIN, (since, None))
    }

    /// Takes in what an event says of this driver. What ended before `horizon` is forgotten.
    pub fn take(&mut self, driver: DriverId, event: &Event, horizon: i64) {
        let seq = event.seq;
        let mut is_news = false;
        if event.kind == EventType::DriverZonesChanged {
            let zones = event.zones();
            for shift in self.shifts.iter_mut().filter(|shift| shift.left_seq.is_none()) {
                if !zones.contains(&shift.zone) {
                    shift.left_seq = Some(seq);
                }
            }
            for zone in zones {
                if !self.shifts.iter().any(|shift| shift.left_seq.is_none() && shift.zone == zone) {
                    self.shifts.push(Shift { zone, joined_seq: seq, left_seq: None });
                }
            }
            is_news = true;
        }
        for (_, standing) in event.routing.standings.iter().filter(|(id, _)| *id == driver) {
            for stand in self.standings.iter_mut().filter(|stand| stand.to_seq.is_none()) {
                stand.to_seq = Some(seq);
            }
            self.standings.push(Stand { standing: standing.clone(), from_seq: seq, to_seq: None });
            is_news = true;
        }
        if is_news {
            let horizon = horizon.min(seq);
            self.shifts.retain(|shift| shift.left_seq.is_none_or(|left| left > horizon));
            self.standings.retain(|stand| stand.to_seq.is_none_or(|to| to > horizon));
        }
    }
}

fn overlap(a: (i64, Option<i64>), b: (i64, Option<i64>)) -> (i64, Option<i64>) {
    let end = match (a.1, b.1) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    (a.0.max(b.0), end)
}

#[cfg(test)]
mod tests {
    use super::{Declined, History, Shift, Stand, Standing, Wanted};
    use crate::domain::{
        dispatch::Zones,
        id::{DriverId, Id as _, ZoneId},
        order::Size,
        time::Time,
    };

    fn ann() -> DriverId {
        DriverId::new(Time::from_ms(1), [1; 10])
    }

    fn zone() -> ZoneId {
        "mitte".parse().expect("a slug")
    }

    fn full(is_full: bool, from_seq: i64, to_seq: Option<i64>) -> Stand {
        Stand { standing: Standing { is_full, ..Standing::default() }, from_seq, to_seq }
    }

    /// On duty from 5 to 50, with their hands full from 20 to 30.
    fn history() -> History {
        let shift = Shift { zone: zone(), joined_seq: 5, left_seq: Some(50) };
        History {
            shifts: vec![shift],
            standings: vec![full(false, 0, Some(20)), full(true, 20, Some(30)), full(false, 30, None)],
        }
    }

    fn is_asked(seq: i64) -> bool {
        let zones = [zone()];
        let wanted = Wanted { zones: Zones::Listed(&zones), size: Size::Small, needs: &[], only: None };
        history().is_asked(ann(), wanted, Declined::No, seq)
    }

    fn was_asked(since: i64, seq: i64) -> bool {
        let zones = [zone()];
        let wanted = Wanted { zones: Zones::Listed(&zones), size: Size::Small, needs: &[], only: None };
        history().was_asked(ann(), wanted, since, seq)
    }

    #[test]
    fn an_event_finds_things_as_they_were_before_it() {
        assert_eq!([5, 6, 20, 21, 30, 31, 50, 51].map(is_asked), [false, true, true, false, false, true, true, false]);
    }

    /// An event at which somebody is asked is one before whose next there was a moment of being asked, and the other way round.
    #[test]
    fn whoever_was_asked_at_some_event_was_asked_in_between() {
        for since in 0..60 {
            for seq in since + 1..60 {
                let asked = (since + 1..=seq).any(is_asked);
                assert_eq!(was_asked(since, seq), asked, "an offer from {since} to {seq}");
            }
        }
    }
}
