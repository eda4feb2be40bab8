//! Drivers who go away with an order that they have not picked up.

use serde_json::{Value, json};

use crate::town::{Person, Town};

async fn alerts(person: &Person) -> Vec<(String, String)> {
    let said = |alert: &Value, field: &str| alert[field].as_str().expect("words").to_owned();
    person.alerts().await.iter().map(|alert| (said(alert, "code"), said(alert, "detail"))).collect()
}

async fn holder(vendor: &Person, order: &str) -> (String, Value) {
    let read = vendor.rest().get(&format!("/orders/{order}")).await.expect("it is the vendor's");
    (read["status"].as_str().expect("a word").to_owned(), read["driver"]["name"].clone())
}

#[tokio::test]
async fn a_driver_who_is_gone_for_too_long_is_lost() {
    is_lost(Town::open().await).await;
}

pub(crate) async fn is_lost(town: Town) {
    let (admin, vendor, mut ann) = (town.admin().await, town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the only one");
    ann.drop_link();
    town.is_gone(&ann).await;
    town.pass_s(299).await;
    assert_eq!(alerts(&admin).await, [], "a tunnel is no reason to worry");
    town.pass_s(2).await;
    let lost = [("driver_lost".to_owned(), "ann is to pick it up and has not been connected for 301 s".to_owned())];
    assert_eq!(alerts(&vendor).await, lost, "the vendor knows too");
    assert!(admin.heard().await.kinds().contains(&"alert.raised"));
    assert_eq!(holder(&vendor, &order).await, ("assigned".to_owned(), json!("ann")), "it is still hers");
    town.pass_s(600).await;
    assert_eq!(admin.heard().await.kinds(), [""; 0], "it is said once");
    ann.back().await;
    town.is_back(&ann).await;
    assert_eq!(alerts(&admin).await, [], "she is back");
    ann.does("order.pick_up", &order).await.expect("it is still hers");
    ann.drop_link();
    town.is_gone(&ann).await;
    town.pass_s(3_600).await;
    assert_eq!(alerts(&admin).await, [], "what is in the bag is on its way");
}

#[tokio::test]
async fn a_short_absence_starts_again() {
    let town = Town::open().await;
    let (vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the only one");
    for _ in 0..3 {
        ann.drop_link();
        town.is_gone(&ann).await;
        town.pass_s(200).await;
        ann.back().await;
        town.is_back(&ann).await;
    }
    // One of two screens is enough.
    let tab = ann.second_tab().await;
    tab.drop_link();
    town.pass_s(3_600).await;
    assert_eq!(alerts(&vendor).await, []);
}

#[tokio::test]
async fn the_order_of_who_is_lost_goes_to_others_where_the_rules_say_so() {
    let town = Town::open().await;
    let zone = town.has_rules(json!({ "driver_lost_after_s": 60, "release_when_lost": true })).await;
    let words = zone["rules_in_words"].as_array().expect("sentences").iter();
    let mut words = words.filter_map(Value::as_str);
    assert!(words.any(|words| words.contains("60 s") && words.contains("taken back")), "{zone}");
    let (vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the only one");
    let bob = town.driver("bob").await;
    ann.drop_link();
    town.is_gone(&ann).await;
    town.pass_s(61).await;
    let released = vendor.expect("order.assigned").await;
    assert_eq!(released.order()["id"], json!(order));
    let released = vendor.expect("order.released").await;
    let told = (&released.data()["reason"], &released.data()["driver_id"], &released.body["actor"]["role"]);
    assert_eq!(told, (&json!("driver_lost"), &json!(ann.id), &json!("hub")));
    bob.claim(&order).await.expect("it is offered to him");
    let sync = ann.back().await;
    let heard: Vec<&str> =
        sync["events"].as_array().expect("a replay").iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(heard.last(), Some(&"order.assigned"), "her card is gone: {sync}");
    assert!(heard.contains(&"order.released"));
    assert_eq!(alerts(&vendor).await, []);
}

#[tokio::test]
async fn a_blocked_driver_is_lost_at_once() {
    let town = Town::open().await;
    let (admin, vendor, ann) = (town.admin().await, town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the only one");
    let path = format!("/drivers/{}", ann.id);
    town.rest().patch(&path, &json!({ "blocked": true })).await.expect("a driver can be blocked");
    let blocked = [("driver_blocked".to_owned(), "ann was to pick it up and is blocked".to_owned())];
    assert_eq!(alerts(&admin).await, blocked);
    town.rest().patch(&path, &json!({ "blocked": false })).await.expect("a driver can be let in again");
    assert_eq!(alerts(&admin).await, [], "she may go on");
    ann.ended().await;
    town.is_gone(&ann).await;
    town.pass_s(301).await;
    assert_eq!(alerts(&admin).await[0].0, "driver_lost", "if she does");
    let bob = town.driver("bob").await;
    town.does("assign", &order, &json!({ "driver_id": bob.id })).await.expect("the dispatcher decides");
    assert_eq!(alerts(&admin).await, [], "it is in good hands");
}

#[tokio::test]
async fn a_blocked_driver_loses_the_order_where_the_rules_say_so() {
    let town = Town::open().await;
    town.has_rules(json!({ "release_when_lost": true })).await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the first");
    let path = format!("/drivers/{}", ann.id);
    town.rest().patch(&path, &json!({ "blocked": true })).await.expect("a driver can be blocked");
    bob.expect("order.ready_for_pickup").await;
    bob.expect("order.assigned").await;
    let again = bob.expect("order.ready_for_pickup").await;
    assert_eq!(again.order()["id"], json!(order));
    assert_eq!(holder(&vendor, &order).await, ("ready_for_pickup".to_owned(), Value::Null));
}

/// The timer is data: it goes on over a restart, and whoever is not back by then was gone all the time.
#[tokio::test]
async fn who_is_lost_is_lost_over_a_restart() {
    let mut town = Town::open().await;
    let (mut vendor, ann, mut bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let (one, other) = (vendor.submit_ready("soup").await, vendor.submit_ready("bread").await);
    ann.claim(&one).await.expect("she is the first");
    bob.claim(&other).await.expect("he is the first");
    ann.drop_link();
    town.is_gone(&ann).await;
    town.clock.pass_ms(200_000);
    town.stop().await;
    town.clock.pass_ms(50_000);
    town.start_again().await;
    vendor.back().await;
    town.pass_s(51).await;
    let found = alerts(&vendor).await;
    assert_eq!(found.len(), 1, "bob has time until 300 s after the start: {found:?}");
    assert!(found[0].1.starts_with("ann"), "{found:?}");
    bob.back().await;
    town.is_back(&bob).await;
    town.pass_s(3_600).await;
    assert_eq!(alerts(&vendor).await.len(), 1);
}

#[tokio::test]
async fn who_never_came_is_lost_too() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.make_driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    town.does("assign", &order, &json!({ "driver_id": ann })).await.expect("the dispatcher hopes");
    town.pass_s(299).await;
    assert_eq!(alerts(&vendor).await.len(), 0);
    town.pass_s(2).await;
    assert_eq!(alerts(&vendor).await[0].0, "driver_lost");
}
