//! Who is asked one by one, the nearest first: what the writer looks up before an order goes on offer in such a zone.

use std::{hint::black_box, path::Path, time::Instant};

use futures_util::{StreamExt as _, stream};
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};
use waypost::{
    app::World,
    domain::{
        actor::Actor,
        geo::Point,
        id::DriverId,
        order::{Item, Place, Size},
        party::Location,
        zone::{Mode, Rules, Zone},
    },
    hub::{By, DriverDraft, Hub, Submission, VendorDraft},
};

use super::{DECISION_MS_MAX, DECISIONS, DRIVERS, ZONES, row, zone};
use crate::{
    Plan,
    report::{Row, Spread},
};

/// Drivers who are set up at once.
const SETUP_IN_FLIGHT: usize = 256;

/// Orders that each driver of the zone has delivered before.
const DELIVERED: usize = 500;

fn by(hub: &Hub) -> By {
    By { actor: Actor::Admin { id: None, name: "a dispatcher".to_owned() }, now: hub.now(), origin: None }
}

/// A driver of zone `n`, somewhere near it.
async fn driver(hub: &Hub, n: usize) -> DriverId {
    let place = n / ZONES;
    let equipment = if place % 4 == 3 { vec![] } else { vec!["hot_bag".to_owned()] };
    let vehicle = if place % 5 == 4 { "foot" } else { "bicycle" }.to_owned();
    let draft = DriverDraft {
        name: Some(format!("driver {n}")),
        vehicle: Some(Some(vehicle)),
        equipment: Some(equipment),
        ..DriverDraft::default()
    };
    let id = hub.make_driver(by(hub), draft).await.expect("a driver can be made").driver.id;
    hub.join_zone(by(hub), id, zone(n)).await.expect("a driver may work anywhere");
    let lng = 13.40 + f64::from(u32::try_from(place).expect("few")) / 1_000.0;
    let (accuracy_m, heading_deg, speed_mps) = (None, None, None);
    let location = Location { lat: 52.52, lng, accuracy_m, heading_deg, speed_mps, recorded_at: hub.now() };
    hub.locate(id, location).await.expect("a driver may move");
    id
}

/// What these drivers delivered in the months before.
async fn deliver(database: &Path, drivers: &[DriverId]) {
    let mut conn = SqliteConnectOptions::new().filename(database).connect().await.expect("it can be opened");
    let deliver = "with recursive n (n) as (select 1 union all select n + 1 from n where n < $3)
        insert into orders (id, version, status, code, vendor_id, zone_id, driver_id, submitted_at, closed_at, body)
        select 'past-' || $1 || '-' || n, 5, 'delivered', $2 || '-' || n, (select id from vendors limit 1), 'zone-000', $1,
            n, n, hex(zeroblob(700)) from n";
    for (n, driver) in (0_i64..).zip(drivers) {
        let delivered = i64::try_from(DELIVERED).expect("few");
        let query = sqlx::query(deliver).bind(driver.to_string()).bind(n).bind(delivered);
        query.execute(&mut conn).await.expect("it can be written");
    }
}

pub(super) async fn run(plan: &Plan, database: &Path) -> Row {
    let World { clock, chance, flaws } = World::real();
    let url = format!("sqlite://{}", database.display());
    let hub = Hub::open(&url, None, clock, chance, flaws).await.expect("it can be made");
    let rules = Rules { mode: Mode::Nearest, ..Rules::default() };
    for n in 0..ZONES {
        let (id, neighbours, rules) = (zone(n), vec![], rules.clone());
        let zone = Zone { name: id.to_string(), id, area: None, neighbours, color: None, rules };
        hub.make_zone(by(&hub), zone).await.expect("a zone can be made");
    }
    let draft = VendorDraft { name: Some("Ramen Bar".to_owned()), zone: Some(Some(zone(0))), ..VendorDraft::default() };
    let vendor = hub.make_vendor(by(&hub), draft).await.expect("a vendor can be made").id;
    let drivers = stream::iter(0..DRIVERS).map(|n| driver(&hub, n)).buffered(SETUP_IN_FLIGHT);
    let drivers: Vec<DriverId> = drivers.collect().await;
    let here: Vec<DriverId> = drivers.into_iter().step_by(ZONES).collect();
    deliver(database, &here).await;
    let pickup = Place { point: Some(Point { lat: 52.52, lng: 13.40 }), ..Place::default() };
    let item = Item { name: "Ramen".to_owned(), quantity: 2, note: None };
    let submission = Submission {
        vendor: Some(vendor),
        external_id: None,
        zone: Some(zone(0)),
        pickup: Some(pickup),
        dropoff: None,
        items: vec![item],
        package_count: 1,
        size: Size::Medium,
        needs: vec!["hot_bag".to_owned()],
        notes: None,
        cash_to_collect: None,
        driver_pay: None,
        prep_minutes: None,
        scheduled_for: None,
        auto_ready: false,
        ready: false,
        idempotency: None,
    };
    let order = hub.submit(by(&hub), submission).await.expect("it can be submitted").value;
    let (mut took, mut asked) = (Vec::new(), 0);
    for _ in 0..plan.scaled(DECISIONS) {
        let began = Instant::now();
        asked = black_box(hub.nearest(&order, &rules).await.expect("it can be decided").len());
        took.push(began.elapsed());
    }
    hub.close().await;
    let what = format!("in which order {} drivers of a zone are asked, {DELIVERED} deliveries behind each", here.len());
    row(what, &Spread::of(took), asked, DECISION_MS_MAX)
}
