//! Orders that one driver can bring on the same trip.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// To the same part of town as orders usually go, and to the other end of it.
const SAME_WAY: (f64, f64) = (52.532, 13.412);
const OTHER_WAY: (f64, f64) = (52.51, 13.39);

async fn submits(vendor: &Person, what: &str, (lat, lng): (f64, f64), more: Value) -> String {
    let mut more = more;
    more["dropoff"] = json!({ "address": "3 Far St", "lat": lat, "lng": lng });
    vendor.submit_as(what, more).await
}

#[tokio::test]
async fn who_is_on_the_way_is_asked_first() {
    on_the_way(Town::open().await).await;
}

pub(crate) async fn on_the_way(town: Town) {
    let zone = town.has_rules(json!({ "same_trip": true })).await;
    let words = zone["rules_in_words"].as_array().expect("sentences").iter().filter_map(Value::as_str);
    assert!(words.into_iter().any(|words| words.contains("asked alone, for 10 s") && words.contains("30°")), "{zone}");
    let vendor = town.vendor().await;
    let (ann, bob) = (town.driver("ann").await, town.driver("bob").await);
    let soup = vendor.submit_ready("soup").await;
    ann.claim(&soup).await.expect("she is the first");
    let (bread, away) =
        (submits(&vendor, "bread", SAME_WAY, json!({})).await, submits(&vendor, "cake", OTHER_WAY, json!({})).await);
    ann.heard().await;
    bob.heard().await;
    vendor.does("order.ready", &bread).await.expect("it is ready");
    assert!(ann.is_asked(&bread).await && !bob.is_asked(&bread).await, "only who is on the way is asked");
    let offer = ann.expect("order.ready_for_pickup").await;
    assert_eq!((&offer.order()["id"], &offer.data()["same_trip_as"]), (&json!(bread), &json!(soup)));
    let why = town.rest().get(&format!("/orders/{bread}/why?driver_id={}", bob.id)).await.expect("a dispatcher asks");
    assert_eq!(why["reasons"][0]["code"], "not_in_turn", "{why}");
    vendor.does("order.ready", &away).await.expect("it is ready");
    assert!(bob.is_asked(&away).await, "it goes another way");
    assert_eq!(ann.expect("order.ready_for_pickup").await.data()["same_trip_as"], Value::Null);
    town.pass_s(11).await;
    assert!(ann.is_asked(&bread).await && bob.is_asked(&bread).await, "then everybody is");
    ann.claim(&bread).await.expect("she may take it along");
    ann.does("order.pick_up", &soup).await.expect("it is hers");
    ann.does("order.pick_up", &bread).await.expect("it is hers");
    let late = submits(&vendor, "late", SAME_WAY, json!({ "ready": true })).await;
    assert!(bob.is_asked(&late).await, "she is on her way to the door");
}

#[tokio::test]
async fn what_is_on_offer_already_is_put_before_them_once_more() {
    let town = Town::open().await;
    town.has_rules(json!({ "same_trip": true })).await;
    let (vendor, neighbour) = (town.vendor().await, town.vendor_named("Book Shop").await);
    let (ann, bob) = (town.driver("ann").await, town.driver("bob").await);
    let (soup, books) =
        (vendor.submit_ready("soup").await, submits(&neighbour, "books", SAME_WAY, json!({ "ready": true })).await);
    let cake = submits(&vendor, "cake", OTHER_WAY, json!({ "ready": true })).await;
    ann.heard().await;
    bob.heard().await;
    ann.claim(&soup).await.expect("she is the first");
    let again = ann.expect("order.ready_for_pickup").await;
    assert_eq!((&again.order()["id"], &again.data()["same_trip_as"]), (&json!(books), &json!(soup)), "next door");
    assert_eq!((&again.data()["asked"], &again.order()["version"]), (&json!(ann.id), &json!(2)));
    assert_eq!(ann.heard().await.kinds(), [""; 0], "the cake goes elsewhere: {cake}");
    assert_eq!(bob.heard().await.kinds(), ["order.assigned"], "for others nothing is different");
    bob.claim(&books).await.expect("he was asked, and is first");
}

#[tokio::test]
async fn whose_hands_are_full_takes_nothing_along() {
    let town = Town::open().await;
    town.has_rules(json!({ "same_trip": true })).await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let few = json!({ "max_active_orders": 1 });
    town.rest().patch(&format!("/drivers/{}", ann.id), &few).await.expect("a dispatcher may say how many");
    let soup = vendor.submit_ready("soup").await;
    ann.claim(&soup).await.expect("she is the first");
    let bread = submits(&vendor, "bread", SAME_WAY, json!({ "ready": true })).await;
    assert!(bob.is_asked(&bread).await && !ann.is_asked(&bread).await);
}

#[tokio::test]
async fn trips_are_off_unless_the_zone_wants_them() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let soup = vendor.submit_ready("soup").await;
    ann.claim(&soup).await.expect("she is the first");
    let bread = submits(&vendor, "bread", SAME_WAY, json!({ "ready": true })).await;
    assert!(bob.is_asked(&bread).await && ann.is_asked(&bread).await);
}

/// Whom an order was put before alone, and whose hands are full by the time that everybody is asked, hears how it ends.
#[tokio::test]
async fn whoever_was_asked_alone_hears_of_the_end_though_they_have_no_room_left() {
    let town = Town::open().await;
    let (ann, bread) = asked_alone(&town, &|_| {}).await;
    loop {
        let event = ann.next("how the offer of the bread ends").await;
        if is_end(&bread, event.order(), event.data()) {
            break;
        }
    }
}

#[tokio::test]
async fn whoever_was_asked_alone_and_was_away_at_the_end_learns_of_it() {
    alone_and_away(Town::open().await).await;
}

pub(crate) async fn alone_and_away(town: Town) {
    let (mut ann, bread) = asked_alone(&town, &|ann| ann.drop_link()).await;
    let sync = ann.back().await;
    let mut missed = sync["events"].as_array().expect("a replay").iter();
    let is_told = missed.any(|event| is_end(&bread, &event["order"], &event["data"]));
    assert!(is_told, "she does not learn how the offer of the bread ended: {sync}");
}

/// Ann is asked for the bread alone, then her hands are full, and Bob claims it when everybody is asked.
async fn asked_alone(town: &Town, before_the_end: &dyn Fn(&Person)) -> (Person, String) {
    town.has_rules(json!({ "same_trip": true })).await;
    let vendor = town.vendor().await;
    let (ann, bob) = (town.driver("ann").await, town.driver("bob").await);
    let two = json!({ "max_active_orders": 2 });
    town.rest().patch(&format!("/drivers/{}", ann.id), &two).await.expect("a dispatcher may say how many");
    let soup = vendor.submit_ready("soup").await;
    ann.claim(&soup).await.expect("she is the first");
    let bread = submits(&vendor, "bread", SAME_WAY, json!({ "ready": true })).await;
    let cake = submits(&vendor, "cake", OTHER_WAY, json!({ "ready": true })).await;
    assert!(ann.is_asked(&bread).await && !bob.is_asked(&bread).await);
    ann.claim(&cake).await.expect("she has room for one more");
    before_the_end(&ann);
    town.pass_s(11).await;
    assert!(!ann.is_asked(&bread).await, "her hands are full");
    bob.claim(&bread).await.expect("now everybody else is asked");
    (ann, bread)
}

fn is_end(of: &str, order: &Value, data: &Value) -> bool {
    order["id"] == of && data["ended_by"] == "claimed"
}
