//! The real hub on a database of its own, and what is seen of it. Each sequence brings its own people.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::future::try_join_all;
use waypost::{
    domain::{
        actor::Actor,
        event::Event,
        geo::{Area, Point},
        id::{DriverId, Id as _, KeyId, OrderId, VendorId, ZoneId},
        log::Cursor,
        order::{Order, State, command::Command},
        time::Time,
        zone::{Rules, Zone},
    },
    flaws::Flaws,
    hub::{self, Ask, By, Chance, DriverDraft, Filter, Hub, HubError, Page, VendorDraft, Viewer},
};

use super::{
    plain::{ALLOWED, About, Board, DRIVERS, GIVE_UP_MIN, NEIGHBOURS, ROUND_S, Sight, TAKES_BACK, Told, Who, ZONES},
    town::Plain,
};
use crate::town::{TownClock, square};

/// Where the databases are, if the machine has it: a folder in memory, so that nothing waits for a disk.
const MEMORY: &str = "/dev/shm";

/// Most events that one step can write, and more.
const EVENTS_MAX: u32 = 100;

/// The longitude of each zone's western end; a zone is 0.04 degrees wide.
const WEST: [f64; 3] = [13.42, 13.38, 13.34];

/// A hub, and the people of the sequence that it is in.
pub(crate) struct Real {
    pub(super) hub: Hub,
    pub(super) clock: Arc<TownClock>,
    chance: Arc<Dice>,
    flaws: Flaws,
    folder: tempfile::TempDir,
    pub(super) people: People,
    /// How many sequences it has been through.
    pub(crate) sequences: usize,
    /// Where in the log, and when, the sequence began.
    began: (i64, i64),
    /// The last place in the log that was looked at.
    head: i64,
}

/// Who takes part in one sequence, and the orders that they made.
#[derive(Default)]
pub(super) struct People {
    dispatcher: Option<KeyId>,
    pub(super) vendors: Vec<VendorId>,
    pub(super) drivers: Vec<DriverId>,
    /// The keys of drivers who were ever blocked.
    pub(super) keys: [Option<String>; DRIVERS],
    /// Whose phone is online.
    online: [bool; DRIVERS],
    /// Ids and spoken codes.
    pub(super) orders: Vec<(OrderId, String)>,
}

/// Numbers that look random and are the same in every run.
struct Dice(AtomicU64);

impl Chance for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let step = |n: u64| Some(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
            let before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or_default();
            *byte = before.to_be_bytes()[0];
        }
    }
}

impl Real {
    /// A new hub with the zones, and nobody in it.
    pub(crate) async fn open(flaws: Flaws, seed: u64) -> Result<Real, HubError> {
        let folder = if Path::new(MEMORY).is_dir() { tempfile::tempdir_in(MEMORY) } else { tempfile::tempdir() };
        let folder = folder.expect("a temporary folder can be made");
        let (clock, chance) = (Arc::new(TownClock::default()), Arc::new(Dice(AtomicU64::new(seed))));
        let hub = open(folder.path(), &clock, &chance, flaws).await?;
        let people = People::default();
        let mut real = Real { hub, clock, chance, flaws, folder, people, sequences: 0, began: (0, 0), head: 0 };
        for zone in 0..ZONES.len() {
            let made = real.hub.make_zone(real.by(Who::Dispatcher, 0), zone_of(zone)).await?;
            real.head = made.seq.unwrap_or(real.head);
        }
        Ok(real)
    }

    /// Closes the hub, and opens it again on the same database.
    pub(super) async fn restart(&mut self) -> Result<(), HubError> {
        self.hub.close().await;
        self.hub = open(self.folder.path(), &self.clock, &self.chance, self.flaws).await?;
        for driver in self.people.drivers.iter().zip(self.people.online).filter_map(|(id, is)| is.then_some(*id)) {
            let _ = self.hub.comes(driver);
        }
        Ok(())
    }

    /// A driver's phone is online from here on, or is not.
    pub(super) async fn phone(&mut self, driver: usize, is_here: bool, now_ms: i64) -> Result<(), HubError> {
        let (id, was_here) = (self.people.drivers[driver], self.people.online[driver]);
        self.people.online[driver] = is_here;
        let is_news = match (was_here, is_here) {
            (false, true) => self.hub.comes(id),
            (true, false) => self.hub.goes(id),
            _ => false,
        };
        if is_news { self.hub.look_after(id, self.time(now_ms)).await } else { Ok(()) }
    }

    /// Brings in the people of another sequence.
    pub(crate) async fn begin(&mut self, plain: &Plain) -> Result<(), HubError> {
        let by = || self.by(Who::Dispatcher, 0);
        let vendors = [("Ramen Bar", None, false), ("Book Shop", Some("west"), true)].map(|(name, zone, code)| {
            let point = Some(Some(middle_of(1)));
            let zone = Some(zone.map(|zone: &str| zone.parse().expect("a slug")));
            let name = Some(name.to_owned());
            let draft = VendorDraft { name, point, zone, require_pickup_code: Some(code), ..VendorDraft::default() };
            self.hub.make_vendor(by(), draft)
        });
        let drivers = plain.drivers.iter().enumerate().map(|(at, driver)| {
            let allowed = (at == DRIVERS - 1).then(|| ALLOWED.map(zone_id).to_vec());
            self.hub.make_driver(
                by(),
                DriverDraft {
                    name: Some(format!("driver {at}")),
                    zones_allowed: Some(allowed),
                    max_active_orders: Some(driver.orders_max),
                    ..DriverDraft::default()
                },
            )
        });
        let (vendors, drivers) = tokio::try_join!(try_join_all(vendors), try_join_all(drivers))?;
        self.people = People {
            dispatcher: Some(KeyId::new(self.clock.now(), [7; 10])),
            vendors: vendors.iter().map(|vendor| vendor.id).collect(),
            drivers: drivers.iter().map(|record| record.driver.id).collect(),
            online: [true; DRIVERS],
            ..People::default()
        };
        for driver in &self.people.drivers {
            let _ = self.hub.comes(*driver);
        }
        let duty = plain.drivers.iter().enumerate().flat_map(|(at, who)| who.zones.iter().map(move |zone| (at, *zone)));
        let joins = duty
            .map(|(at, zone)| self.hub.join_zone(self.by(Who::Driver(at), 0), self.people.drivers[at], zone_id(zone)));
        let joined = try_join_all(joins).await?;
        self.head = joined.iter().filter_map(|done| done.seq).max().unwrap_or(self.head);
        self.began = (self.head, self.clock.now().ms());
        Ok(())
    }

    /// Calls off what would still be on offer, or come due, in the next sequence.
    pub(crate) async fn end(&mut self, plain: &Plain) -> Result<(), HubError> {
        let open = (0..plain.orders.len()).filter(|order| plain.orders[*order].timer_ms().is_some());
        let cancels = open.map(|order| {
            let (by, id) = (self.by(Who::Dispatcher, plain.now_ms), self.people.orders[order].0);
            self.hub.ask(by, id, Ask::Plain(Command::Cancel { reason: "the day is over".to_owned() }))
        });
        try_join_all(cancels).await?;
        // Nobody of this sequence is on duty in the next, nor comes back in it.
        let paused = plain.drivers.iter().enumerate().filter(|(_, who)| who.pause.is_some());
        for (at, _) in paused {
            let (by, id) = (|| self.by(Who::Driver(at), plain.now_ms), self.people.drivers[at]);
            for zone in self.hub.resume(by(), id).await?.value {
                self.hub.leave_zone(by(), id, zone).await?;
            }
        }
        let duty = plain.drivers.iter().enumerate().flat_map(|(at, who)| who.zones.iter().map(move |zone| (at, *zone)));
        let leaves = duty.map(|(at, zone)| {
            self.hub.leave_zone(self.by(Who::Driver(at), plain.now_ms), self.people.drivers[at], zone_id(zone))
        });
        try_join_all(leaves).await?;
        self.head = self.log_end().await?;
        self.sequences += 1;
        Ok(())
    }

    /// Where the log ends.
    async fn log_end(&self) -> Result<i64, HubError> {
        let mut end = self.head;
        loop {
            let piece = self.hub.events_after(Viewer::Admin, Some(end), 500).await?;
            if piece.up_to == end {
                return Ok(end);
            }
            end = piece.up_to;
        }
    }

    /// Who does something, and when.
    pub(super) fn by(&self, who: Who, now_ms: i64) -> By {
        let actor = match who {
            Who::Dispatcher => Actor::Admin { id: self.people.dispatcher, name: "dispatcher".to_owned() },
            Who::Vendor(at) => Actor::Vendor { id: self.people.vendors[at], name: format!("vendor {at}") },
            Who::Driver(at) => Actor::Driver { id: self.people.drivers[at], name: format!("driver {at}") },
        };
        By { actor, now: self.time(now_ms), origin: None }
    }

    /// A moment of the sequence, as the hub keeps it.
    pub(super) fn time(&self, now_ms: i64) -> Time {
        Time::from_ms(self.began.1 + now_ms)
    }

    fn ms(&self, time: Time) -> i64 {
        time.ms() - self.began.1
    }

    /// What was put into the log since it was last looked at.
    pub(crate) async fn told(&mut self) -> Result<Vec<Told>, HubError> {
        let events = self.hub.events_after(Viewer::Admin, Some(self.head), EVENTS_MAX).await?.events;
        self.head = events.last().map_or(self.head, |event| event.seq);
        Ok(events.iter().map(|event| self.told_of(event)).collect())
    }

    fn told_of(&self, event: &Event) -> Told {
        let about = match &event.order {
            Some(order) => {
                About::Order { order: self.place_of(order.id), version: order.version, status: order.status() }
            }
            None => About::Driver(
                self.people.drivers.iter().position(|id| event.data["driver_id"] == id.to_string()).unwrap_or(DRIVERS),
            ),
        };
        Told { seq: event.seq - self.began.0, kind: event.kind.as_str(), about }
    }

    /// The orders of this sequence, as the dispatcher sees them.
    pub(crate) async fn sights(&self) -> Result<Vec<Sight>, HubError> {
        let Ok(limit @ 1..) = u32::try_from(self.people.orders.len()) else { return Ok(vec![]) };
        let dispatcher = self.by(Who::Dispatcher, 0).actor;
        let mut orders = self.hub.orders(&dispatcher, Filter::default(), Page { before: None, limit }).await?;
        orders.sort_by_key(|order| self.place_of(order.id));
        Ok(orders.iter().map(|order| self.sight_of(order)).collect())
    }

    fn sight_of(&self, order: &Order) -> Sight {
        let number = |text: &str| text.parse::<u8>().unwrap_or(u8::MAX);
        let offer = match &order.state {
            State::ReadyForPickup { offer } => Some(offer),
            _ => None,
        };
        Sight {
            vendor: self.people.vendors.iter().position(|id| *id == order.vendor.id).unwrap_or(usize::MAX),
            zone: zone_named(order.zone.as_str()),
            status: order.status(),
            version: order.version,
            driver: self.driver_of(order),
            offer: offer.map(|offer| {
                let zones = offer.zones.iter().map(|zone| zone_named(zone.as_str())).collect();
                (offer.round, zones, self.ms(offer.expires_at))
            }),
            has_problem: order.problem.is_some(),
            due_ms: order.scheduled_for.map(|due| self.ms(due)),
            auto_ready: order.auto_ready,
            external_id: order.external_id.as_deref().map(number),
            notes: order.notes.as_deref().map_or(u8::MAX, number),
            closed_ms: order.times.closed_at.map(|then| self.ms(then)),
        }
    }

    /// What a driver who connects now has before them.
    pub(crate) async fn board(&self, driver: usize) -> Result<Board, HubError> {
        let now = self.hub.catch_up(Viewer::Driver(self.people.drivers[driver]), None).await?;
        let hub::Board::Snapshot(_, orders) = now.board else { panic!("without a cursor there is nothing to replay") };
        let mut lingering: Vec<usize> = now.lingering.iter().map(|id| self.place_of(*id)).collect();
        lingering.sort_unstable();
        Ok(Board {
            zones: now.zones.iter().map(|zone| zone_named(zone.as_str())).collect::<BTreeSet<_>>(),
            orders: orders.iter().map(|order| self.place_of(order.id)).collect(),
            lingering,
        })
    }

    /// The places in the log that a driver hears of who was away for the whole sequence.
    pub(crate) async fn heard(&self, driver: usize) -> Result<Vec<i64>, HubError> {
        let cursor = Cursor { epoch: self.hub.epoch().to_owned(), seq: self.began.0 };
        let missed = self.hub.catch_up(Viewer::Driver(self.people.drivers[driver]), Some(&cursor)).await?;
        let hub::Board::Replay(events) = missed.board else { panic!("a sequence is short enough to be replayed") };
        Ok(events.iter().map(|event| event.seq - self.began.0).collect())
    }

    pub(super) fn place_of(&self, order: OrderId) -> usize {
        self.people.orders.iter().position(|(id, _)| *id == order).unwrap_or(usize::MAX)
    }

    pub(super) fn driver_of(&self, order: &Order) -> Option<usize> {
        let id = order.driver_id()?;
        Some(self.people.drivers.iter().position(|known| *known == id).unwrap_or(usize::MAX))
    }
}

async fn open(folder: &Path, clock: &Arc<TownClock>, chance: &Arc<Dice>, flaws: Flaws) -> Result<Hub, HubError> {
    let url = format!("sqlite://{}", folder.join("town.db").display());
    Hub::open(&url, None, clock.clone(), chance.clone(), flaws).await
}

/// The id of a zone; of the one that does not exist, a name that nobody has.
pub(super) fn zone_id(zone: usize) -> ZoneId {
    ZONES.get(zone).unwrap_or(&"atlantis").parse().expect("a slug")
}

fn zone_named(id: &str) -> usize {
    ZONES.iter().position(|zone| *zone == id).unwrap_or(ZONES.len())
}

/// A point well inside a zone.
pub(super) fn middle_of(zone: usize) -> Point {
    Point { lat: 52.52, lng: WEST[zone] + 0.02 }
}

fn zone_of(zone: usize) -> Zone {
    Zone {
        id: zone_id(zone),
        name: ZONES[zone].to_owned(),
        area: Some(Area::parse(&square(WEST[zone], 52.50, WEST[zone] + 0.04)).expect("a square")),
        neighbours: NEIGHBOURS[zone].iter().map(|zone| zone_id(*zone)).collect(),
        color: None,
        rules: Rules {
            offer_round_s: ROUND_S[zone],
            offer_give_up_min: GIVE_UP_MIN[zone],
            release_when_lost: TAKES_BACK[zone],
            ..Rules::default()
        },
    }
}
