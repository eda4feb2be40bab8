//! The decision itself: who is asked for an order, among 10,000 drivers in 200 zones.

mod turns;

use std::{
    collections::{BTreeSet, HashMap},
    hint::black_box,
    path::Path,
    time::Instant,
};

use waypost::domain::{
    dispatch::Standing,
    event::{Offered, Routing},
    history::{History, Shift, Stand},
    id::{DriverId, Id as _, OrderId, ZoneId},
    order::Size,
    time::Time,
};

use crate::{
    Plan,
    report::{Row, Spread},
};

const DRIVERS: usize = 10_000;
const ZONES: usize = 200;

/// Decisions that are measured of each kind.
const DECISIONS: usize = 500;

/// How long a decision may take, in milliseconds.
const DECISION_MS_MAX: u32 = 2;

/// Where in the log the offer is made, and where the event about it stands that is told.
const OFFER_SEQ: i64 = 1_000_000;
const EVENT_SEQ: i64 = 1_000_500;

/// The drivers of a town, and who works in which zone, as the rooms of their connections have it.
struct Town {
    drivers: Vec<(DriverId, History)>,
    rooms: HashMap<ZoneId, Vec<usize>>,
}

fn zone(n: usize) -> ZoneId {
    format!("zone-{:03}", n % ZONES).parse().expect("it is a slug")
}

fn driver(n: usize) -> DriverId {
    let mut chance = [0; 10];
    chance[2..].copy_from_slice(&n.to_be_bytes());
    DriverId::new(Time::from_ms(1_764_000_000_000), chance)
}

/// How driver `n` stands: one in four has their hands full, four kinds of vehicle and an unknown one, two things to bring.
fn standing(n: usize) -> Standing {
    let vehicles = [None, Some("foot"), Some("bicycle"), Some("car"), Some("van")];
    let equipment = [("hot_bag", 2), ("cooler", 5)].into_iter().filter(|(_, each)| n.is_multiple_of(*each));
    Standing {
        is_full: n % 4 == 1,
        vehicle: vehicles[n / 3 % 5].map(str::to_owned),
        equipment: equipment.map(|(thing, _)| thing.to_owned()).collect(),
    }
}

/// Where driver `n` works: in one to three zones, and one in ten has just gone home.
fn history(n: usize) -> History {
    let zones: BTreeSet<ZoneId> = (0..=n / ZONES % 3).map(|more| zone(n + 7 * more)).collect();
    let left_seq = (n / ZONES % 10 == 9).then_some(OFFER_SEQ + 100);
    let before = Stand { standing: Standing::default(), from_seq: 0, to_seq: Some(OFFER_SEQ + 50) };
    let now = Stand { standing: standing(n), from_seq: OFFER_SEQ + 50, to_seq: None };
    let shifts = zones.into_iter().map(|zone| Shift { zone, joined_seq: OFFER_SEQ - 100, left_seq });
    History { shifts: shifts.collect(), standings: vec![before, now] }
}

impl Town {
    fn new() -> Town {
        let drivers: Vec<_> = (0..DRIVERS).map(|n| (driver(n), history(n))).collect();
        let mut rooms: HashMap<ZoneId, Vec<usize>> = HashMap::new();
        for (n, (_, history)) in drivers.iter().enumerate() {
            for shift in &history.shifts {
                rooms.entry(shift.zone.clone()).or_default().push(n);
            }
        }
        Town { drivers, rooms }
    }

    /// Who hears the event, found as the feed finds them: rooms say where to look, and the history decides.
    fn hears(&self, routing: &Routing) -> usize {
        let zones = routing.offer.iter().flat_map(|offer| &offer.zones);
        let mut is_there = vec![false; DRIVERS];
        zones.filter_map(|zone| self.rooms.get(zone)).flatten().for_each(|n| is_there[*n] = true);
        let audience = routing.audience();
        let there = self.drivers.iter().zip(is_there).filter(|(_, is_there)| *is_there);
        let hears = there.filter(|((driver, history), _)| audience.holds(*driver, EVENT_SEQ, history));
        hears.count()
    }
}

/// An event about the offer of an order that needs a hot bag and is no pedestrian's, and that 300 drivers have declined.
fn told(zones: Vec<ZoneId>, ends: bool) -> Routing {
    let declined = (0..DRIVERS).step_by(DRIVERS / 300).map(driver).collect();
    let (order, needs) = (OrderId::new(Time::from_ms(1), [1; 10]), vec!["hot_bag".to_owned()]);
    let (since_seq, size) = (OFFER_SEQ, Size::Medium);
    let offer = Offered { order, zones, since_seq, ends, declined, size, needs, only: None };
    Routing { offer: Some(offer), ..Routing::default() }
}

/// What is measured, how many milliseconds it may take, and the event that is told the `n`th time.
type Kind = (&'static str, u32, fn(usize) -> Routing);

/// What is asked of the whole town: for a round of an order's own zone, one of its neighbours too, one of every zone, and at
/// the end of that, when whoever was ever asked is to hear it: every stretch of their history counts, and there are two.
pub(crate) async fn run(plan: &Plan, database: &Path) -> Vec<Row> {
    let town = Town::new();
    let kinds: [Kind; 4] = [
        ("is asked for an order in its own zone", DECISION_MS_MAX, |n| told(vec![zone(n)], false)),
        ("is asked in six more zones too", DECISION_MS_MAX, |n| told((n..n + 7).map(zone).collect(), false)),
        ("is asked in every zone", DECISION_MS_MAX, |_| told((0..ZONES).map(zone).collect(), false)),
        ("was asked in every zone and hears the end", 2 * DECISION_MS_MAX, |_| {
            told((0..ZONES).map(zone).collect(), true)
        }),
    ];
    let mut rows = Vec::new();
    for (what, ms_max, kind) in kinds {
        let (mut took, mut hear) = (Vec::new(), 0);
        for n in 0..plan.scaled(DECISIONS) {
            let routing = kind(n);
            let began = Instant::now();
            hear = black_box(town.hears(black_box(&routing)));
            took.push(began.elapsed());
        }
        rows.push(row(format!("who of {DRIVERS} drivers in {ZONES} zones {what}"), &Spread::of(took), hear, ms_max));
    }
    rows.push(turns::run(plan, database).await);
    rows
}

fn row(what: String, took: &Spread, drivers: usize, ms_max: u32) -> Row {
    Row {
        what,
        target: if ms_max == DECISION_MS_MAX { "p95 ≤ 2 ms" } else { "p95 ≤ 4 ms" },
        measured: format!("p50 {:.2} ms, p95 {:.2} ms ({drivers} of them)", took.ms(50), took.ms(95)),
        met: took.ms(95) <= f64::from(ms_max),
    }
}
