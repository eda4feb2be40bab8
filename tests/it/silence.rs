//! Drivers who see offers and do not answer.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// Puts an order on offer that `driver` sees and lets pass for a round. It is then called off.
async fn passes(town: &Town, vendor: &Person, driver: &Person) {
    let order = sees(vendor, driver).await;
    town.pass_s(46).await;
    vendor.does_with("order.cancel", &order, json!({ "reason": "no" })).await.expect("it is the vendor's");
}

/// Puts an order on offer that `driver` sees.
async fn sees(vendor: &Person, driver: &Person) -> String {
    let order = vendor.submit_ready("soup").await;
    while driver.next("the offer").await.order()["id"] != json!(order) {}
    driver.does("order.seen", &order).await.expect("it is on the screen");
    order
}

async fn record(town: &Town, driver: &Person) -> Value {
    town.rest().get(&format!("/drivers/{}", driver.id)).await.expect("a dispatcher may look")
}

async fn is_on_duty(town: &Town, driver: &Person) -> bool {
    record(town, driver).await["zones"] != json!([])
}

#[tokio::test]
async fn a_driver_who_sees_three_offers_and_answers_none_is_off_duty() {
    three_in_a_row(Town::open().await).await;
}

pub(crate) async fn three_in_a_row(mut town: Town) {
    let (mut vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    ann.command("zone.join", &json!({ "zone": "east" })).await.expect("she works in two zones");
    passes(&town, &vendor, &ann).await;
    passes(&town, &vendor, &ann).await;
    // What was counted is on disk.
    town.stop().await;
    town.start_again().await;
    vendor.back().await;
    ann.back().await;
    assert!(is_on_duty(&town, &ann).await, "twice is not three times");
    passes(&town, &vendor, &ann).await;
    let told = loop {
        let event = ann.next("driver.zones_changed").await;
        assert!(event.order()["status"] != "cancelled", "waited in vain for driver.zones_changed");
        if event.kind == "driver.zones_changed" {
            break event;
        }
    };
    let (zones, reason) = (&told.data()["zones"], &told.data()["reason"]);
    assert_eq!((zones, reason, &told.data()["unanswered"]), (&json!([]), &json!("auto_paused"), &json!(3)));
    assert!(record(&town, &ann).await["auto_paused_at"].is_string());
    assert!(!is_on_duty(&town, &ann).await);
    let order = vendor.submit_ready("bread").await;
    assert_eq!(ann.second_tab().await.sync()["orders"], json!([]), "she is not asked");
    assert!(ann.second_tab().await.sync()["me"]["driver"]["auto_paused_at"].is_string(), "a new page knows");
    let joined = ann.command("zone.join", &json!({ "zone": "mitte" })).await.expect("she can be back at once").data;
    assert_eq!(joined["orders"][0]["id"], json!(order));
    assert_eq!(record(&town, &ann).await["auto_paused_at"], Value::Null);
    passes(&town, &vendor, &ann).await;
    passes(&town, &vendor, &ann).await;
    assert!(is_on_duty(&town, &ann).await, "it begins to count anew");
}

#[tokio::test]
async fn an_answer_is_a_sign_of_life() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    for answer in 0..3 {
        passes(&town, &vendor, &ann).await;
        passes(&town, &vendor, &ann).await;
        let order = sees(&vendor, &ann).await;
        match answer {
            0 => ann.does("order.decline", &order).await.map(|_| ()).expect("she may say no"),
            1 => ann.picks_up(&order).await,
            _ => {
                bob.claim(&order).await.expect("he is the first");
                assert_eq!(ann.claim(&order).await.expect_err("he was the first").code, "already_claimed");
            }
        }
        town.pass_s(46).await;
    }
    passes(&town, &vendor, &ann).await;
    passes(&town, &vendor, &ann).await;
    assert!(is_on_duty(&town, &ann).await);
}

#[tokio::test]
async fn one_order_counts_once_and_what_was_not_seen_not_at_all() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = sees(&vendor, &ann).await;
    for _ in 0..5 {
        town.pass_s(46).await;
        ann.expect("order.ready_for_pickup").await;
        ann.does("order.seen", &order).await.expect("it is on her screen again");
        bob.expect("order.ready_for_pickup").await;
    }
    assert!(is_on_duty(&town, &ann).await && is_on_duty(&town, &bob).await);
}

#[tokio::test]
async fn a_zone_may_let_them_sleep() {
    let town = Town::open().await;
    town.has_rules(json!({ "auto_pause_after": 0 })).await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    for _ in 0..5 {
        passes(&town, &vendor, &ann).await;
    }
    assert!(is_on_duty(&town, &ann).await);
    town.has_rules(json!({ "auto_pause_after": 1 })).await;
    passes(&town, &vendor, &ann).await;
    assert!(!is_on_duty(&town, &ann).await, "it was more than one already");
}
