//! Who is asked for an order: whoever can carry it, as soon as they can, and nobody else.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// The orders of somebody's snapshot, by id.
async fn snapshot(person: &Person) -> Vec<String> {
    let sync = person.second_tab().await.sync();
    let orders = sync["orders"].as_array().expect("a snapshot has orders").iter();
    orders.map(|order| order["id"].as_str().expect("an id").to_owned()).collect()
}

async fn is_now(town: &Town, driver: &Person, change: Value) {
    town.rest().patch(&format!("/drivers/{}", driver.id), &change).await.expect("a dispatcher may say so");
}

async fn brings(driver: &Person, order: &str) {
    driver.does("order.pick_up", order).await.expect("it is theirs");
    driver.does("order.deliver", order).await.expect("it is theirs");
}

/// Why a driver is not asked, in codes.
async fn codes(town: &Town, order: &str, driver: &Person) -> Vec<String> {
    let why =
        town.rest().get(&format!("/orders/{order}/why?driver_id={}", driver.id)).await.expect("a dispatcher asks");
    let reasons = why["reasons"].as_array().expect("a list");
    assert_eq!(why["asked"], reasons.is_empty(), "{why}");
    assert!(reasons.iter().all(|reason| reason["detail"].as_str().is_some_and(|words| words.len() > 10)), "{why}");
    reasons.iter().map(|reason| reason["code"].as_str().expect("a word").to_owned()).collect()
}

#[tokio::test]
async fn who_has_their_hands_full_is_asked_once_they_are_free() {
    the_next_order_comes_when_it_can_be_carried(Town::open().await).await;
}

pub(crate) async fn the_next_order_comes_when_it_can_be_carried(town: Town) {
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    is_now(&town, &ann, json!({ "max_active_orders": 1 })).await;
    let first = vendor.submit_ready("soup").await;
    ann.claim(&first).await.expect("ann has room");
    let second = vendor.submit_ready("bread").await;
    assert_eq!(bob.heard().await.kinds(), ["order.ready_for_pickup", "order.assigned", "order.ready_for_pickup"]);
    assert_eq!(ann.heard().await.kinds(), ["order.ready_for_pickup"], "asked while her hands were full");
    assert_eq!(snapshot(&ann).await, std::slice::from_ref(&first), "a snapshot says what was told live");
    assert_eq!(codes(&town, &second, &ann).await, ["at_capacity"]);
    brings(&ann, &first).await;
    let offer = ann.expect("order.ready_for_pickup").await;
    assert_eq!(offer.order()["id"], second, "asked once she was free");
    assert_eq!(snapshot(&ann).await, std::slice::from_ref(&second));
    assert!(codes(&town, &second, &ann).await.is_empty());
    ann.claim(&second).await.expect("she has room again");
}

/// The end of an order is told to whoever was asked for it, and to nobody else.
#[tokio::test]
async fn who_was_never_asked_does_not_hear_of_the_end() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    is_now(&town, &ann, json!({ "max_active_orders": 1 })).await;
    let (before, held) = (vendor.submit_ready("soup").await, vendor.submit_ready("bread").await);
    ann.claim(&held).await.expect("ann has room");
    let after = vendor.submit_ready("cake").await;
    bob.claim(&before).await.expect("ann has her hands full");
    bob.claim(&after).await.expect("ann has her hands full");
    let heard = ann.heard().await;
    let of = |id: &str| -> Vec<&str> {
        heard.0.iter().filter(|event| event.order()["id"] == id).map(|event| event.kind.as_str()).collect()
    };
    assert_eq!(of(&before), ["order.ready_for_pickup", "order.assigned"], "her card must go");
    assert!(of(&after).is_empty(), "she never had a card of it");
}

/// What follows from a driver's own command is told after its answer, and is not lost with the connection in between.
#[tokio::test]
async fn what_a_delivery_frees_is_told_also_to_who_was_cut_off_after_the_answer() {
    let town = Town::open().await;
    let (vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    is_now(&town, &ann, json!({ "max_active_orders": 1 })).await;
    let first = vendor.submit_ready("soup").await;
    ann.claim(&first).await.expect("ann has room");
    let second = vendor.submit_ready("bread").await;
    ann.does("order.pick_up", &first).await.expect("it is hers");
    let mut cursor = ann.cursor();
    let answered = ann.does("order.deliver", &first).await.expect("it is hers");
    // As far as the answer went, whatever came after it.
    cursor["seq"] = json!(answered.seq);
    ann.drop_link();
    let sync = ann.back_with(&cursor).await;
    let events = sync["events"].as_array().expect("a replay");
    let told: Vec<_> = events.iter().map(|event| (&event["type"], &event["order"]["id"])).collect();
    assert_eq!(told, [(&json!("order.ready_for_pickup"), &json!(second))]);
}

#[tokio::test]
async fn an_order_is_offered_to_who_can_carry_it() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    is_now(&town, &bob, json!({ "vehicle": "car", "equipment": ["hot_bag"] })).await;
    assert_eq!(bob.expect("driver.zones_changed").await.data()["zones"], json!(["mitte"]));
    let order = vendor.submit_as("banquet", json!({ "ready": true, "size": "large", "needs": ["hot_bag"] })).await;
    assert_eq!(bob.expect("order.ready_for_pickup").await.order()["id"], order);
    assert!(ann.heard().await.kinds().is_empty(), "ann has a bicycle and no bag");
    assert!(snapshot(&ann).await.is_empty());
    assert_eq!(codes(&town, &order, &ann).await, ["vehicle_too_small", "lacks_equipment"]);
    assert_eq!(ann.claim(&order).await.expect_err("it does not fit").code, "forbidden");
    is_now(&town, &ann, json!({ "vehicle": "van", "equipment": ["hot_bag", "cooler"] })).await;
    ann.expect("driver.zones_changed").await;
    assert_eq!(ann.expect("order.ready_for_pickup").await.order()["id"], order, "she is asked with her new van");
    assert_eq!(snapshot(&ann).await, std::slice::from_ref(&order));
    ann.claim(&order).await.expect("it fits");
}

#[tokio::test]
async fn what_decides_who_is_asked_does_not_change_while_it_is_on_offer() {
    let town = Town::open().await;
    let (vendor, _ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    let larger = json!({ "version": 2, "size": "large" });
    let refused = vendor.does_with("order.update", &order, larger.clone()).await.expect_err("ann was asked already");
    assert_eq!((refused.code.as_str(), &refused.body["errors"][0]["field"]), ("invalid", &json!("size")));
    vendor.does("order.withdraw", &order).await.expect("nobody has it");
    let larger = json!({ "version": 3, "size": "large" });
    vendor.does_with("order.update", &order, larger).await.expect("nobody is asked");
}

#[tokio::test]
async fn a_dispatcher_learns_why_somebody_is_not_asked() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver_in("bob", "west").await);
    let cleo = town.driver_off_duty("cleo").await;
    let order = vendor.submit_ready("soup").await;
    assert!(codes(&town, &order, &ann).await.is_empty());
    assert_eq!(codes(&town, &order, &bob).await, ["other_zone"]);
    assert_eq!(codes(&town, &order, &cleo).await, ["off_duty"]);
    ann.does_with("order.decline", &order, json!({ "reason": "too far" })).await.expect("she may");
    assert_eq!(codes(&town, &order, &ann).await, ["declined"]);
    is_now(&town, &bob, json!({ "blocked": true })).await;
    assert_eq!(codes(&town, &order, &bob).await, ["blocked", "off_duty"]);
    vendor.does("order.withdraw", &order).await.expect("nobody has it");
    assert_eq!(codes(&town, &order, &cleo).await, ["not_on_offer"]);
    let path = format!("/orders/{order}/why?driver_id={}", ann.id);
    let why = town.rest().get(&path).await.expect("a dispatcher asks");
    assert_eq!(why["history"][0]["receipt"]["reason"], "too far", "{why}");
    assert_eq!(vendor.rest().get(&path).await.expect_err("it is the dispatcher's").code, "forbidden");
    let nobody = town.rest().get(&format!("/orders/{order}/why")).await.expect_err("of whom?");
    assert_eq!((nobody.code.as_str(), &nobody.body["errors"][0]["field"]), ("invalid", &json!("driver_id")));
}
