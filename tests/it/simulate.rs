//! A simulated town on a real hub: it lives, it finds out a hub that breaks its promises, and it goes without a trace.

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use waypost::{
    config::Simulation,
    simulate::{self, Failure, Report},
};

use crate::town::{ADMIN_KEY, Town};

/// A small town, in such a hurry that its day takes a second or two.
fn plan(town: &Town) -> Simulation {
    Simulation {
        url: format!("http://{}", town.door.addr()),
        vendors: 3,
        drivers: 6,
        orders: 24,
        minutes: None,
        speed: 2_500,
        seed: 20_261_125,
        zones: vec![],
        round_s: None,
        give_up_min: None,
        rules: None,
        json: false,
    }
}

async fn live(plan: &Simulation) -> Result<Report, Failure> {
    simulate::run(plan, ADMIN_KEY, &CancellationToken::new(), &mut |_| {}).await
}

/// The hub's clock goes on as the town lives: a second of it for each few milliseconds.
async fn with_seconds_passing<T>(town: &Town, life: impl Future<Output = T>) -> T {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(20));
    let mut life = std::pin::pin!(life);
    loop {
        tokio::select! {
            lived = &mut life => return lived,
            _ = ticks.tick() => town.pass_s(1).await,
        }
    }
}

#[track_caller]
fn assert_kept(report: &Report) {
    assert!(report.is_kept(), "{}", report.in_words());
    assert_eq!(report.orders.sum(), report.orders.submitted, "{}", report.in_words());
    assert_eq!(report.left_behind, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_town_lives_and_the_hub_keeps_its_promises() {
    let town = Town::open().await;
    let report = live(&plan(&town)).await.expect("the hub is there");
    assert_kept(&report);
    let words = report.in_words();
    assert_eq!((report.orders.submitted, report.orders.closed_at_end, report.orders.other), (24, 0, 0), "{words}");
    assert!(report.orders.delivered >= 6, "orders reach their guests: {words}");
    // Each claim ends an offer, and whoever was asked either answered or was overtaken.
    let claimed: u64 = report.claimed_in_round.values().sum();
    assert_eq!(report.reach.by_answer.get("claimed"), Some(&claimed), "{words}");
    // A claim whose answer was lost with the link was won all the same.
    let won = report.claims.won;
    assert!((won..=won + report.commands.answer_lost).contains(&claimed), "{words}");
    assert_eq!(report.time_to_claim_ms.count as u64, claimed, "{words}");
    let reach = &report.reach;
    assert!(reach.offered >= reach.delivered && reach.delivered >= reach.seen && reach.seen > 0, "{words}");
    assert_eq!(reach.by_answer.values().sum::<u64>(), reach.offered, "{words}");
    assert!(report.ready_heard_ms.count > 0 && report.links.replays > 0 && report.links.lost_on_purpose > 0, "{words}");
    assert!(report.promises.iter().all(|verdict| verdict.checked > 0), "every promise was looked at: {words}");
    let object: Value = serde_json::from_str(&report.in_json()).expect("it is JSON");
    assert_eq!(object["orders"]["submitted"], 24);
    assert_eq!(object["promises"][0]["promise"], "one_holder");
}

/// Nothing of the town is left but its orders, and its keys are good for nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_town_goes_without_a_trace() {
    let town = Town::open().await;
    let report = live(&Simulation { orders: 3, ..plan(&town) }).await.expect("the hub is there");
    assert_kept(&report);
    for list in ["/zones", "/vendors", "/drivers"] {
        let things = town.rest().get(list).await.expect("a dispatcher may").to_string();
        assert!(!things.contains("(simulated)"), "{list}: {things}");
    }
    let keys = town.rest().get("/keys?limit=200").await.expect("a dispatcher may");
    let of_town = keys["data"].as_array().expect("a list").iter().filter(|key| key["name"] == "waypost simulate");
    assert!(of_town.clone().count() >= 9 && of_town.clone().all(|key| !key["revoked_at"].is_null()), "{keys}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_town_that_is_told_to_stop_reports_so_far() {
    let town = Town::open().await;
    let (plan, stop, admin) =
        (Simulation { orders: 10_000, ..plan(&town) }, CancellationToken::new(), town.admin().await);
    let first_claim = async {
        while admin.next("a claim").await.kind != "order.assigned" {}
        stop.cancel();
    };
    let mut say = |_: &str| {};
    let (report, ()) = tokio::join!(simulate::run(&plan, ADMIN_KEY, &stop, &mut say), first_claim);
    let report = report.expect("the hub is there");
    assert_kept(&report);
    assert!(report.stopped_early && !report.claimed_in_round.is_empty(), "{}", report.in_words());
    assert!(report.orders.closed_at_end >= 1, "what was on its way is closed: {}", report.in_words());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_town_can_take_orders_for_a_time_instead() {
    let town = Town::open().await;
    let report = live(&Simulation { minutes: Some(60), speed: 5_000, ..plan(&town) }).await.expect("the hub is there");
    assert_kept(&report);
    assert!(report.orders.submitted > 0 && !report.stopped_early, "{}", report.in_words());
}

/// Every rule of a zone lives a day. Where offers ask one driver after the other, or what is on the way first, the hub's own
/// seconds have to pass for the next to be asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_town_lives_by_every_rule_that_a_zone_can_have() {
    for rules in [
        json!({ "mode": "nearest", "nearest_turn_s": 5, "nearest_drivers": 2 }),
        json!({ "mode": "manual" }),
        json!({ "same_trip": true, "same_trip_s": 5, "same_trip_m": 2_000, "same_trip_deg": 90 }),
    ] {
        let town = Town::open().await;
        let plan = Simulation { rules: rules.as_object().cloned(), ..plan(&town) };
        let report = Box::pin(with_seconds_passing(&town, live(&plan))).await.expect("the hub is there");
        assert_kept(&report);
        let words = report.in_words();
        assert!(report.orders.delivered >= 6, "{rules}: {words}");
        let is_manual = rules["mode"] == "manual";
        assert_eq!((report.assigned > 0, report.claims.won == 0), (is_manual, is_manual), "{rules}: {words}");
        println!("{rules}\n{words}");
    }
}

/// Nobody is there: round follows on round, until the hub gives the order up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_without_drivers_expires_in_the_report() {
    let town = Town::open().await;
    let plan = Simulation { vendors: 1, drivers: 0, orders: 1, speed: 1_000, ..plan(&town) };
    let admin = town.admin().await;
    let time_passes = async {
        loop {
            match admin.next("what becomes of the order").await.kind.as_str() {
                "order.ready_for_pickup" => town.pass_s(46).await,
                "order.expired" => break,
                _ => {}
            }
        }
    };
    let (report, ()) = tokio::join!(live(&plan), time_passes);
    let report = report.expect("the hub is there");
    assert_kept(&report);
    assert_eq!((report.orders.expired, report.claims.won), (1, 0), "{}", report.in_words());
    assert!(report.rounds > 20, "20 min are as many rounds of 45 s: {}", report.in_words());
}

#[tokio::test]
async fn what_keeps_a_town_from_living_is_said_plainly() {
    let town = Town::open().await;
    let (plan, stop) = (plan(&town), CancellationToken::new());
    let why = async |plan: &Simulation, key: &str| {
        let lived = simulate::run(plan, key, &stop, &mut |_| {}).await;
        lived.expect_err("it cannot live").to_string()
    };
    let wrong = "wp_a-key-that-nobody-ever-made-on-this-hub";
    assert_eq!(why(&plan, wrong).await, "the hub does not know this admin key");
    let vendor = town.vendor().await;
    assert_eq!(why(&plan, &vendor.key).await, "the key must be a dispatcher's, and this is a vendor's");
    let nowhere = Simulation { url: "http://127.0.0.1:1".to_owned(), ..plan.clone() };
    assert!(why(&nowhere, ADMIN_KEY).await.starts_with("no hub answers on http://127.0.0.1:1: "));
    let secure = Simulation { url: "https://127.0.0.1".to_owned(), ..plan.clone() };
    assert!(why(&secure, ADMIN_KEY).await.contains("plain http only"));
    let elsewhere = Simulation { zones: vec!["atlantis".to_owned()], ..plan };
    assert!(why(&elsewhere, ADMIN_KEY).await.starts_with("the town cannot be built: not_found"));
    assert_eq!(town.rest().get("/drivers").await.expect("a dispatcher may")["data"], json!([]));
}

/// The check can fail: a hub whose claims look first and leap later is found out by what the town hears.
#[cfg(feature = "mutants")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_gives_an_order_to_two_is_found_out() {
    let flaws = waypost::flaws::Flaws { claim_unconditionally: true, ..Default::default() };
    // Two must claim within the same moment, which does not happen in every town.
    for seed in 1..=8 {
        let town = Town::flawed(flaws).await;
        let plan = Simulation { drivers: 20, orders: 30, speed: 20_000, seed, ..plan(&town) };
        let report = live(&plan).await.expect("the hub is there");
        let verdict = report.promises.iter().find(|verdict| verdict.promise == simulate::Promise::OneHolder);
        let verdict = verdict.expect("it is looked at in every town");
        if verdict.broken > 0 {
            assert!(!report.is_kept() && report.in_words().contains("BROKEN"), "{}", report.in_words());
            println!("found out with seed {seed}: {}", verdict.how[0]);
            return;
        }
    }
    panic!("nobody notices that orders are given to two drivers");
}
