//! How drivers are reached, and whose browsers are whose.

use serde_json::{Value, json};
use waypost::{
    app::World,
    domain::{
        id::{DriverId, Id as _},
        time::Time,
    },
    hub::Hub,
};

use super::{browser::Browser, stage::Stage};
use crate::town::Person;

/// Browsers of one driver or vendor that are kept.
const BROWSERS_MAX: usize = 10;

#[tokio::test]
async fn a_driver_is_live_or_reached_by_push_or_stale_or_not_at_all() {
    let stage = Stage::open().await;
    let vendor = stage.town.vendor().await;
    let (mut ann, mut bob) = (stage.present("ann").await, stage.town.driver("bob").await);
    assert_eq!((stage.reach(&ann).await.as_str(), stage.reach(&bob).await.as_str()), ("live", "live"));
    assert_eq!(ann.rest().get("/me").await.expect("it is hers")["driver"]["reach"], "live");
    ann.stop_reading();
    bob.stop_reading();
    let order = vendor.submit_ready("soup").await;
    stage.town.pass_s(3).await;
    stage.service.next("an offer that her page does not confirm").await;
    assert_eq!((stage.reach(&ann).await.as_str(), stage.reach(&bob).await.as_str()), ("live", "live"));
    stage.town.pass_s(8).await;
    assert_eq!((stage.reach(&ann).await.as_str(), stage.reach(&bob).await.as_str()), ("push_only", "stale"));
    let why = stage.town.rest().get(&format!("/orders/{order}/why?driver_id={}", bob.id)).await.expect("it says why");
    assert_eq!((&why["asked"], &why["driver_reach"]), (&json!(true), &json!("stale")), "{why}");
    bob.read_on();
    stage.town.is_noticed(&bob, "live").await;
    ann.drop_link();
    bob.drop_link();
    stage.town.is_noticed(&bob, "unreachable").await;
    stage.town.is_noticed(&ann, "push_only").await;
    ann.back().await;
    bob.back().await;
    assert_eq!((stage.reach(&ann).await.as_str(), stage.reach(&bob).await.as_str()), ("live", "live"));
    ann.claim(&order).await.expect("nobody was before ann");
    let read = vendor.rest().get(&format!("/orders/{order}")).await.expect("its own");
    assert_eq!(read["driver"]["reach"], "live", "wherever a driver is shown");
}

#[tokio::test]
async fn who_waits_for_a_driver_hears_by_what_way_they_are_reached() {
    heard_by_who_waits(Stage::open().await).await;
}

pub(crate) async fn heard_by_who_waits(stage: Stage) {
    let (admin, mut vendor) = (stage.town.admin().await, stage.town.vendor().await);
    let (other, mut ann) = (stage.town.vendor_named("Book Shop").await, stage.present("ann").await);
    hears(&admin, &ann, "live").await;
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the only one");
    stage.leaves(&ann).await;
    for person in [&admin, &vendor] {
        hears(person, &ann, "push_only").await;
    }
    other.heard().await;
    assert_eq!(other.passing("driver.reach"), 0, "who waits for nobody has no business with it");
    let cursor = vendor.cursor();
    vendor.drop_link();
    ann.back().await;
    hears(&admin, &ann, "live").await;
    let sync = vendor.back_with(&cursor).await;
    assert_eq!((&sync["mode"], &sync["reach"]), (&json!("replay"), &json!([{ "driver_id": ann.id, "reach": "live" }])));
    assert_eq!(other.second_tab().await.sync()["reach"], json!([]));
}

#[tokio::test]
async fn what_was_so_for_a_moment_is_told_to_be_over() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let url = format!("sqlite://{}", folder.path().join("town.db").display());
    let World { clock, chance, flaws } = World::real();
    let hub = Hub::open(&url, None, clock, chance, flaws).await.expect("a database can be made");
    let ann = DriverId::new(Time::from_ms(1), [1; 10]);
    let news = || hub.reach_news(usize::MAX);
    assert!(hub.comes(ann) && hub.goes(ann), "there and gone between two looks");
    assert_eq!((news(), news()), (vec![ann], vec![]), "somebody may have read that she is there");
    assert!(hub.comes(ann) && !hub.comes(ann) && !hub.goes(ann));
    assert_eq!((news(), news()), (vec![ann], vec![]));
    hub.has_word(ann);
    assert_eq!(news(), [], "that she said something is no news");
}

async fn hears(person: &Person, driver: &Person, reach: &str) {
    while person.expect_volatile("driver.reach").await != json!({ "driver_id": driver.id, "reach": reach }) {}
}

#[tokio::test]
async fn a_driver_who_is_reached_by_push_is_not_lost_until_pushes_come_to_nothing() {
    let stage = Stage::open().await;
    let (vendor, ann) = (stage.town.vendor().await, stage.present("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the only one");
    stage.leaves(&ann).await;
    stage.town.pass_s(1_000).await;
    assert_eq!(vendor.alerts().await, [Value::Null; 0], "her phone is in her pocket");
    vendor.does_with("order.message", &order, json!({ "text": "hello?" })).await.expect("it is the vendor's");
    stage.service.next("a message").await;
    stage.counts("waypost_pushes_sent_total", 1).await;
    stage.town.clock.pass_ms(61_000);
    stage.town.is_noticed(&ann, "unreachable").await;
    stage.town.pass_s(301).await;
    assert_eq!(vendor.alerts().await[0]["code"], "driver_lost", "her phone does not answer");
}

#[tokio::test]
async fn a_subscription_goes_with_its_key_and_its_owner() {
    let stage = Stage::open().await;
    let (ann, bob) = (stage.absent("ann").await, stage.absent("bob").await);
    stage.town.rest().delete(&format!("/keys/{}", ann.key_id)).await.expect("a dispatcher may");
    stage.town.is_noticed(&ann, "unreachable").await;
    let blocked = |blocked: bool| json!({ "blocked": blocked });
    stage.town.rest().patch(&format!("/drivers/{}", bob.id), &blocked(true)).await.expect("a dispatcher may");
    stage.town.is_noticed(&bob, "unreachable").await;
    stage.town.rest().patch(&format!("/drivers/{}", bob.id), &blocked(false)).await.expect("a dispatcher may");
    assert_eq!(stage.reach(&bob).await, "unreachable", "he has to subscribe again");
    assert_eq!(stage.pushed().await, [""; 0]);
}

#[tokio::test]
async fn a_browser_is_of_whoever_subscribed_it_last() {
    let stage = Stage::open().await;
    let (vendor, ann, bob) = (stage.town.vendor().await, stage.present("ann").await, stage.town.driver("bob").await);
    let shared = stage.service.browser("shared");
    for driver in [&ann, &bob] {
        driver.command("push.subscribe", &shared.subscription()).await.expect("it is one");
    }
    // New keys at the same endpoint take the place of the old ones.
    let renewed = stage.service.browser("shared");
    bob.command("push.subscribe", &renewed.subscription()).await.expect("it is one");
    let gone = json!({ "endpoint": renewed.endpoint });
    ann.command("push.unsubscribe", &gone).await.expect("it is not hers, so nothing happens");
    ann.drop_link();
    bob.drop_link();
    stage.town.is_noticed(&ann, "push_only").await;
    stage.town.is_noticed(&bob, "push_only").await;
    vendor.submit_ready("soup").await;
    let mut both = [stage.service.next("an offer").await.to, stage.service.next("an offer").await.to];
    both.sort();
    assert_eq!(both, ["ann", "shared"], "opened with the renewed keys");
}

#[tokio::test]
async fn the_oldest_of_too_many_browsers_makes_room() {
    let stage = Stage::open().await;
    let (vendor, ann) = (stage.town.vendor().await, stage.town.driver("ann").await);
    let browsers: Vec<Browser> = (0..=BROWSERS_MAX).map(|n| stage.service.browser(&format!("browser {n}"))).collect();
    for browser in &browsers {
        ann.command("push.subscribe", &browser.subscription()).await.expect("it is one");
    }
    stage.leaves(&ann).await;
    vendor.submit_ready("soup").await;
    let mut told = Vec::new();
    for _ in 0..BROWSERS_MAX {
        told.push(stage.service.next("an offer").await.to);
    }
    assert!(!told.contains(&"browser-0".to_owned()), "{told:?}");
    assert_eq!(stage.pushed().await, [""; 0]);
}
