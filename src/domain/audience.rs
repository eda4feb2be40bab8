//! Who hears an event, to be asked for every driver of a town: what is looked up for each is found at once, in however many
//! zones an order is on offer and however many have declined it.
//!
//! **Invariant:** it answers as [`Routing::reaches`] does.

use std::collections::HashSet;

use super::{
    dispatch::{Declined, Wanted, Zones},
    event::Routing,
    history::History,
    id::{DriverId, ZoneId},
};

/// The audience of an event.
#[derive(Debug)]
pub struct Audience<'e> {
    routing: &'e Routing,
    zones: HashSet<&'e ZoneId>,
    declined: HashSet<DriverId>,
}

impl Routing {
    /// This routing, made ready for being asked about many drivers.
    #[must_use]
    pub fn audience(&self) -> Audience<'_> {
        let offer = self.offer.as_ref();
        Audience {
            routing: self,
            zones: offer.into_iter().flat_map(|offer| &offer.zones).collect(),
            declined: offer.into_iter().flat_map(|offer| &offer.declined).copied().collect(),
        }
    }
}

impl Audience<'_> {
    /// Whether the event at `seq` is `driver`'s to hear, by how they stood and where they worked.
    #[must_use]
    pub fn holds(&self, driver: DriverId, seq: i64, history: &History) -> bool {
        self.routing.drivers.contains(&driver)
            || self.routing.offer.as_ref().is_some_and(|offer| {
                let wanted = Wanted { zones: Zones::Indexed(&self.zones), ..offer.wanted() };
                let declined = if self.declined.contains(&driver) { Declined::Yes } else { Declined::No };
                offer.asks(wanted, driver, declined, seq, history)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{DriverId, History, Routing, ZoneId};
    use crate::domain::{
        event::Offered,
        history::Shift,
        id::{Id as _, OrderId},
        order::Size,
        time::Time,
    };

    fn driver(n: u8) -> DriverId {
        DriverId::new(Time::from_ms(1), [n; 10])
    }

    fn zone(n: u8) -> ZoneId {
        format!("zone-{n}").parse().expect("a slug")
    }

    #[test]
    fn an_audience_holds_whom_the_event_reaches() {
        const ZONES: u8 = 12;
        let order = OrderId::new(Time::from_ms(1), [9; 10]);
        let mut found = [0, 0];
        for asked in 0..ZONES {
            for (ends, only) in [(false, None), (true, None), (false, Some(vec![driver(3), driver(5)]))] {
                let (zones, declined) = ((0..asked).map(zone).collect(), (0..asked / 2).map(driver).collect());
                let (size, needs) = (Size::Small, vec![]);
                let offer = Some(Offered { order, zones, since_seq: 10, ends, declined, size, needs, only });
                let routing = Routing { drivers: vec![driver(1)], offer, ..Routing::default() };
                let audience = routing.audience();
                for n in 0..ZONES {
                    for left_seq in [None, Some(5), Some(15)] {
                        let shift = Shift { zone: zone(n), joined_seq: 1, left_seq };
                        let history = History { shifts: vec![shift], standings: vec![] };
                        let reaches = routing.reaches(driver(n), 20, &history);
                        assert_eq!(audience.holds(driver(n), 20, &history), reaches, "driver {n} of {routing:?}");
                        found[usize::from(reaches)] += 1;
                    }
                }
            }
        }
        assert!(found.iter().all(|count| *count > 100), "some hear it, and some do not: {found:?}");
    }
}
