//! Orders that are wanted later, and orders that go on offer by themselves.

use serde_json::{Value, json};

use crate::town::{Person, Town};

async fn read(person: &Person, order: &str) -> Value {
    person.rest().get(&format!("/orders/{order}")).await.expect("it is theirs")
}

#[tokio::test]
async fn a_scheduled_order_comes_due_when_the_kitchen_has_to_begin() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let wanted = json!({ "scheduled_for": town.in_s(3_600), "prep_minutes": 20 });
    let order = vendor.submit_as("soup", wanted).await;
    assert_eq!(read(&vendor, &order).await["status"], "scheduled");
    town.pass_s(2_399).await;
    assert_eq!(vendor.heard().await.kinds(), [""; 0]);
    town.pass_s(2).await;
    let due = vendor.expect("order.submitted").await;
    assert_eq!((&due.order()["status"], &due.body["actor"]["role"]), (&json!("submitted"), &json!("hub")));
    town.pass_s(3_600).await;
    assert_eq!(ann.heard().await.kinds(), [""; 0], "due is not yet ready");
    vendor.does("order.ready", &order).await.expect("it is the vendor's");
    ann.expect("order.ready_for_pickup").await;
}

#[tokio::test]
async fn an_order_goes_on_offer_by_itself() {
    by_itself(Town::open().await).await;
}

pub(crate) async fn by_itself(mut town: Town) {
    let (mut vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let later = json!({ "scheduled_for": town.in_s(3_600), "prep_minutes": 20, "auto_ready": true });
    let later = vendor.submit_as("soup", later).await;
    let soon = vendor.submit_as("bread", json!({ "prep_minutes": 10, "auto_ready": true })).await;
    town.pass_s(599).await;
    assert_eq!(ann.heard().await.kinds(), [""; 0], "the bread is in the oven");
    town.pass_s(2).await;
    let offer = ann.expect("order.ready_for_pickup").await;
    assert_eq!((&offer.order()["id"], &offer.body["actor"]["role"]), (&json!(soon), &json!("hub")));
    ann.claim(&soon).await.expect("it is hers to claim");
    // The timer is data: a hub that was away does late what was due.
    town.stop().await;
    town.clock.pass_ms(3_000_000);
    town.start_again().await;
    vendor.back().await;
    ann.back().await;
    town.pass_s(1).await;
    let offer = ann.expect("order.ready_for_pickup").await;
    assert_eq!(offer.order()["id"], json!(later));
    assert_eq!(read(&vendor, &later).await["auto_ready"], true);
}

#[tokio::test]
async fn who_withdraws_says_when_it_is_ready() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_as("soup", json!({ "prep_minutes": 10, "auto_ready": true })).await;
    town.pass_s(601).await;
    ann.expect("order.ready_for_pickup").await;
    let withdrawn = vendor.does("order.withdraw", &order).await.expect("it is the vendor's").data;
    assert_eq!(withdrawn["auto_ready"], false, "the clock was wrong about it");
    ann.expect("order.withdrawn").await;
    town.pass_s(3_600).await;
    assert_eq!(ann.heard().await.kinds(), [""; 0]);
    let again = json!({ "version": withdrawn["version"], "prep_minutes": 90, "auto_ready": true });
    vendor.does_with("order.update", &order, again).await.expect("it can be switched on again");
    town.pass_s(1_202).await;
    ann.expect("order.ready_for_pickup").await;
}

#[tokio::test]
async fn an_order_without_a_time_is_not_ready_by_itself() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let refused = vendor.command("order.submit", &json!({ "notes": "soup", "auto_ready": true })).await;
    let problem = refused.expect_err("nobody can know when");
    assert_eq!((problem.code.as_str(), &problem.body["errors"][0]["field"]), ("invalid", &json!("auto_ready")));
    let order = vendor.submit_as("soup", json!({ "prep_minutes": 10, "auto_ready": true })).await;
    let cleared = json!({ "version": 1, "prep_minutes": null });
    let problem = vendor.does_with("order.update", &order, cleared).await.expect_err("nobody could know when");
    assert_eq!((problem.code.as_str(), &problem.body["errors"][0]["field"]), ("invalid", &json!("auto_ready")));
    vendor.does("order.ready", &order).await.expect("it is ready early");
    let late = json!({ "version": 2, "auto_ready": false });
    vendor.does_with("order.update", &order, late).await.expect("that it is on offer is not undone by this");
    let problem = vendor.does_with("order.update", &order, json!({ "version": 3, "auto_ready": true })).await;
    assert_eq!(problem.expect_err("it is ready already").code, "invalid");
}
