//! Whom a zone's offers ask first: everybody, the nearest, or nobody.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// Whether an offer that was just made is over in 15 s.
fn lasts_a_turn(town: &Town, offer: &Value) -> bool {
    let expires_at = offer["expires_at"].as_str().expect("a time");
    (town.in_s(10).as_str()..=town.in_s(15).as_str()).contains(&expires_at)
}

/// A driver of `mitte`, so many degrees east of the vendor.
async fn driver_at(town: &Town, name: &str, east: f64) -> Person {
    let driver = town.driver(name).await;
    let place = json!({ "lat": 52.52, "lng": 13.4 + east });
    driver.command("driver.location", &place).await.expect("a driver says where they are");
    driver
}

/// Who of these has an order on offer to them.
async fn asked<'p>(order: &str, drivers: &[&'p Person]) -> Vec<&'p str> {
    let mut names = Vec::new();
    for driver in drivers {
        names.extend(driver.is_asked(order).await.then_some(driver.name.as_str()));
    }
    names
}

#[tokio::test]
async fn the_nearest_is_asked_first_and_then_everybody() {
    nearest_first(Town::open().await).await;
}

pub(crate) async fn nearest_first(town: Town) {
    town.has_rules(json!({ "mode": "nearest", "nearest_drivers": 2, "nearest_wait_m": 0 })).await;
    let vendor = town.vendor().await;
    let (far, near) = (driver_at(&town, "far", 0.03).await, driver_at(&town, "near", 0.001).await);
    let (middle, lost) = (driver_at(&town, "middle", 0.01).await, town.driver("lost").await);
    let all = [&far, &near, &middle, &lost];
    let order = vendor.submit_ready("soup").await;
    assert_eq!(asked(&order, &all).await, ["near"], "the nearest is asked first");
    let offer = near.expect("order.ready_for_pickup").await.order()["offer"].clone();
    assert_eq!(offer["round"], 1);
    assert!(lasts_a_turn(&town, &offer), "{offer}");
    let why = town.rest().get(&format!("/orders/{order}/why?driver_id={}", far.id)).await.expect("a dispatcher asks");
    assert_eq!(why["reasons"][0]["code"], "not_in_turn", "{why}");
    assert_eq!(far.claim(&order).await.expect_err("it is not his turn").code, "not_found");
    town.pass_s(15).await;
    assert_eq!(asked(&order, &all).await, ["near", "middle"]);
    assert_eq!(middle.expect("order.ready_for_pickup").await.order()["offer"]["round"], 1);
    town.pass_s(15).await;
    assert_eq!(asked(&order, &all).await, ["far", "near", "middle", "lost"], "then everybody is");
    assert_eq!(far.heard().await.kinds(), ["order.ready_for_pickup"]);
    near.claim(&order).await.expect("who was asked stays asked");
    assert_eq!(far.expect("order.assigned").await.order()["id"], order);
}

/// The driver whose turn it is need not let the next one wait.
#[tokio::test]
async fn who_says_no_passes_it_on_at_once() {
    let town = Town::open().await;
    town.has_rules(json!({ "mode": "nearest" })).await;
    let vendor = town.vendor().await;
    let (near, far) = (driver_at(&town, "near", 0.001).await, driver_at(&town, "far", 0.03).await);
    let order = vendor.submit_ready("soup").await;
    near.does_with("order.decline", &order, json!({ "reason": "flat tyre" })).await.expect("he may");
    let offer = far.expect("order.ready_for_pickup").await.order()["offer"].clone();
    assert!(lasts_a_turn(&town, &offer), "{offer}");
    assert_eq!(asked(&order, &[&near, &far]).await, ["far"]);
    far.does_with("order.decline", &order, json!({})).await.expect("he may");
    let late = driver_at(&town, "late", 0.02).await;
    assert_eq!(
        asked(&order, &[&near, &far, &late]).await,
        ["late"],
        "with nobody left to ask one by one, everybody is"
    );
}

#[tokio::test]
async fn a_turn_survives_a_restart() {
    let mut town = Town::open().await;
    town.has_rules(json!({ "mode": "nearest" })).await;
    let vendor = town.vendor().await;
    let (mut near, mut far) = (driver_at(&town, "near", 0.001).await, driver_at(&town, "far", 0.03).await);
    let order = vendor.submit_ready("soup").await;
    town.stop().await;
    town.start_again().await;
    near.back().await;
    far.back().await;
    assert_eq!(asked(&order, &[&near, &far]).await, ["near"]);
    town.pass_s(15).await;
    assert_eq!(far.expect("order.ready_for_pickup").await.order()["id"], order);
}

#[tokio::test]
async fn where_the_dispatcher_gives_out_the_orders_nobody_is_asked() {
    let town = Town::open().await;
    let words = town.has_rules(json!({ "mode": "manual", "offer_give_up_min": 5 })).await["rules_in_words"].clone();
    assert_eq!(words[0], "No driver is asked: the dispatcher gives each order to one.");
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    town.pass_s(120).await;
    assert_eq!(asked(&order, &[&ann]).await, Vec::<&str>::new());
    assert_eq!(ann.claim(&order).await.expect_err("she was not asked").code, "not_found");
    let why = town.rest().get(&format!("/orders/{order}/why?driver_id={}", ann.id)).await.expect("a dispatcher asks");
    assert_eq!(why["reasons"][0]["code"], "manual");
    town.does("assign", &order, &json!({ "driver_id": ann.id })).await.expect("the dispatcher gives it to her");
    assert_eq!(ann.heard().await.kinds(), ["order.assigned"]);
    let second = vendor.submit_ready("bread").await;
    town.pass_s(5 * 60).await;
    let expired = town.rest().get(&format!("/orders/{second}")).await.expect("it exists");
    assert_eq!(expired["status"], "expired");
}

#[tokio::test]
async fn rules_that_cannot_be_are_refused_by_name() {
    let town = Town::open().await;
    for (rule, value) in [
        ("mode", json!("loudest")),
        ("nearest_turn_s", json!(4)),
        ("nearest_drivers", json!(0)),
        ("nearest_wait_m", json!(1001)),
    ] {
        let zone = json!({ "name": "Mitte", "rules": { rule: value } });
        let refused = town.rest().put("/zones/mitte", &zone).await.expect_err(rule);
        assert_eq!(refused.code, "invalid", "{rule}");
        assert_eq!(refused.body["errors"][0]["field"], format!("rules.{rule}"));
    }
}

/// Who gives an order back is asked for it no more, but has seen it go on offer: they hear how that ends.
#[tokio::test]
async fn who_gave_an_order_back_hears_what_becomes_of_it_wherever_they_are() {
    given_back(Town::open().await).await;
}

pub(crate) async fn given_back(town: Town) {
    town.has_rules(json!({ "mode": "manual" })).await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver_off_duty("ann").await, town.driver("bob").await);
    let soup = vendor.submit_ready("soup").await;
    town.does("assign", &soup, &json!({ "driver_id": ann.id })).await.expect("a dispatcher may");
    ann.does_with("order.release", &soup, json!({ "reason": "a flat tyre" })).await.expect("it is hers");
    town.does("assign", &soup, &json!({ "driver_id": bob.id })).await.expect("a dispatcher may");
    // Hers comes first: it ended the offer that she was not asked for either.
    for whose in [json!(ann.id), json!(null)] {
        let event = ann.expect("order.assigned").await;
        assert_eq!((&event.data()["ended_by"], &event.order()["driver"]["id"]), (&json!("assigned"), &whose));
    }
}
