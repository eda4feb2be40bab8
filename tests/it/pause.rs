//! Pauses that drivers ask for.

use serde_json::{Value, json};

use crate::town::{Person, Town};

async fn record(town: &Town, driver: &Person) -> Value {
    town.rest().get(&format!("/drivers/{}", driver.id)).await.expect("a dispatcher may look")
}

/// Where a driver works, and whether they pause.
async fn duty(town: &Town, driver: &Person) -> (Value, bool) {
    let record = record(town, driver).await;
    (record["zones"].clone(), record["paused_until"].is_string())
}

async fn pauses(driver: &Person, minutes: i64) -> Value {
    driver.command("driver.pause", &json!({ "minutes": minutes })).await.expect("she may").data
}

async fn joins(driver: &Person, zone: &str) {
    driver.command("zone.join", &json!({ "zone": zone })).await.expect("she may work anywhere");
}

#[tokio::test]
async fn a_pause_ends_by_itself_also_over_a_restart() {
    ends_by_itself(Town::open().await).await;
}

pub(crate) async fn ends_by_itself(mut town: Town) {
    let (mut vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    joins(&ann, "east").await;
    let tab = ann.second_tab().await;
    let paused = pauses(&ann, 15).await;
    assert_eq!(paused["zones"], json!(["east", "mitte"]), "where she goes back to");
    let told = tab.expect("driver.zones_changed").await;
    let said = (&told.data()["zones"], &told.data()["reason"], &told.data()["until"]);
    assert_eq!(said, (&json!([]), &json!("paused"), &paused["paused_until"]));
    assert_eq!(record(&town, &ann).await["paused_until"], paused["paused_until"]);
    let sync = ann.second_tab().await.sync();
    assert_eq!((&sync["me"]["driver"]["paused_until"], &sync["zones"]), (&paused["paused_until"], &json!([])));
    let order = vendor.submit_ready("soup").await;
    assert!(!ann.is_asked(&order).await, "she has a break");
    town.stop().await;
    town.start_again().await;
    vendor.back().await;
    ann.back().await;
    town.pass_s(14 * 60).await;
    assert_eq!(duty(&town, &ann).await, (json!([]), true), "not yet");
    town.pass_s(60).await;
    town.does("message", &order, &json!({ "text": "a sign" })).await.expect("a dispatcher may");
    let order_again = vendor.submit_ready("bread").await;
    let told = ann.next("driver.zones_changed").await;
    assert_eq!(told.kind, "driver.zones_changed", "the pause is over");
    assert_eq!((&told.data()["zones"], &told.data()["reason"]), (&json!(["east", "mitte"]), &json!("resumed")));
    assert_eq!(told.body["actor"]["role"], "hub");
    let offer = ann.expect("order.ready_for_pickup").await;
    assert_eq!(
        (&offer.order()["id"], &offer.data()["asked"]),
        (&json!(order), &json!(ann.id)),
        "it was on offer already"
    );
    assert_eq!(ann.expect("order.ready_for_pickup").await.order()["id"], json!(order_again));
    assert_eq!(duty(&town, &ann).await, (json!(["east", "mitte"]), false));
    town.pass_s(3_600).await;
    assert!(!ann.heard().await.kinds().contains(&"driver.zones_changed"), "once");
}

#[tokio::test]
async fn a_pause_can_be_ended_at_once_or_made_longer() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    pauses(&ann, 5).await;
    town.pass_s(240).await;
    assert_eq!(pauses(&ann, 10).await["zones"], json!(["mitte"]), "ten minutes from now");
    town.pass_s(599).await;
    assert_eq!(duty(&town, &ann).await, (json!([]), true));
    let order = vendor.submit_ready("soup").await;
    let resumed = ann.command("driver.resume", &json!({})).await.expect("she may").data;
    assert_eq!((resumed, duty(&town, &ann).await), (json!({ "zones": ["mitte"] }), (json!(["mitte"]), false)));
    assert_eq!(ann.expect("order.ready_for_pickup").await.order()["id"], json!(order));
    let again = ann.command("driver.resume", &json!({})).await.expect("she did not hear the answer").data;
    assert_eq!(again, json!({ "zones": ["mitte"] }));
    assert_eq!(ann.heard().await.kinds(), [""; 0]);
}

#[tokio::test]
async fn whoever_joins_a_zone_pauses_no_longer() {
    let town = Town::open().await;
    let ann = town.driver("ann").await;
    joins(&ann, "east").await;
    pauses(&ann, 5).await;
    joins(&ann, "mitte").await;
    assert_eq!(duty(&town, &ann).await, (json!(["mitte"]), false));
    town.pass_s(3_600).await;
    assert_eq!(duty(&town, &ann).await.0, json!(["mitte"]), "she chose");
    ann.command("zone.leave", &json!({ "zone": "mitte" })).await.expect("she may go");
    let refused = ann.command("driver.pause", &json!({ "minutes": 5 })).await.expect_err("there is nothing to pause");
    assert_eq!(refused.code, "forbidden");
    for minutes in [json!(4), json!(121), json!(-5), Value::Null] {
        let refused = ann.command("driver.pause", &json!({ "minutes": minutes })).await.expect_err("5 to 120");
        assert_eq!((refused.code.as_str(), refused.fields()), ("invalid", vec!["minutes"]), "{minutes}");
    }
}

#[tokio::test]
async fn whoever_was_blocked_does_not_come_back() {
    let town = Town::open().await;
    let ann = town.driver("ann").await;
    pauses(&ann, 5).await;
    let path = format!("/drivers/{}", ann.id);
    for blocked in [true, false] {
        town.rest().patch(&path, &json!({ "blocked": blocked })).await.expect("a dispatcher may");
        assert_eq!(duty(&town, &ann).await, (json!([]), false));
    }
    town.pass_s(600).await;
    assert_eq!(duty(&town, &ann).await, (json!([]), false));
}

#[tokio::test]
async fn zones_that_are_gone_or_no_longer_theirs_are_passed_over() {
    let town = Town::open().await;
    let ann = town.driver("ann").await;
    for zone in ["east", "west", "south"] {
        joins(&ann, zone).await;
    }
    pauses(&ann, 5).await;
    town.rest().delete("/zones/south").await.expect("nobody needs it");
    let allowed = json!({ "zones_allowed": ["mitte", "west"] });
    town.rest().patch(&format!("/drivers/{}", ann.id), &allowed).await.expect("a dispatcher may");
    town.pass_s(301).await;
    assert_eq!(duty(&town, &ann).await, (json!(["mitte", "west"]), false));
}
