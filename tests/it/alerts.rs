//! What needs a dispatcher is said at once, and is over by itself.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// The codes of the alerts that somebody reads.
async fn open(person: &Person) -> Vec<String> {
    codes(&person.alerts().await.into())
}

fn codes(alerts: &Value) -> Vec<String> {
    let alerts = alerts.as_array().expect("a list").iter();
    alerts.map(|alert| alert["code"].as_str().expect("a word").to_owned()).collect()
}

/// What the vendor is told of an alert, beside the log.
async fn hears(vendor: &Person) -> Value {
    loop {
        let change = vendor.expect_volatile("order.reach").await;
        if !change["alert"].is_null() {
            return change;
        }
    }
}

#[tokio::test]
async fn that_nobody_is_on_duty_is_said_at_once() {
    nobody_is_there(Town::open().await).await;
}

pub(crate) async fn nobody_is_there(town: Town) {
    let (admin, vendor, ann) = (town.admin().await, town.vendor().await, town.driver_off_duty("ann").await);
    let order = vendor.submit_ready("soup").await;
    assert_eq!(open(&vendor).await, ["nobody_on_duty"], "the vendor knows at once");
    let heard = admin.heard().await;
    let raised = heard.0.last().expect("something was heard");
    assert_eq!((raised.kind.as_str(), &raised.order()["id"]), ("alert.raised", &json!(order)));
    assert_eq!(raised.data()["alert"]["detail"], "no driver is on duty in mitte");
    let told = hears(&vendor).await;
    assert_eq!((&told["order_id"], &told["alert"]["code"]), (&json!(order), &json!("nobody_on_duty")));
    assert_eq!(
        codes(&vendor.second_tab().await.sync()["alerts"]),
        ["nobody_on_duty"],
        "a page that is loaded anew knows"
    );
    ann.command("zone.join", &json!({ "zone": "mitte" })).await.expect("ann comes to work");
    assert!(!hears(&vendor).await["alert"]["cleared_at"].is_null());
    assert!(open(&vendor).await.is_empty());
    assert_eq!(admin.heard().await.kinds(), ["driver.zones_changed", "alert.cleared"]);
    ann.command("zone.leave", &json!({ "zone": "mitte" })).await.expect("ann goes home");
    assert_eq!(open(&admin).await, ["nobody_on_duty"], "it is true again");
}

#[tokio::test]
async fn an_order_that_nobody_claims_is_said_in_numbers() {
    nobody_claims(Town::open().await).await;
}

pub(crate) async fn nobody_claims(town: Town) {
    let (admin, vendor, ann) = (town.admin().await, town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.does("order.seen", &order).await.expect("it is on her screen");
    town.pass_s(46).await;
    ann.does("order.seen", &order).await.expect("it is on her screen again");
    assert!(open(&admin).await.is_empty());
    town.pass_s(45).await;
    assert_eq!(open(&admin).await, ["unclaimed"], "after 90 s the dispatcher knows");
    let page = admin.rest().get("/alerts").await.expect("it is the dispatcher's");
    let detail = page["data"][0]["detail"].as_str().expect("words").to_owned();
    assert!(
        detail.starts_with("on offer for 9") && detail.ends_with("not claimed: round 3, sent to 1 driver, seen by 1"),
        "{detail}"
    );
    town.pass_s(1).await;
    let raised: Vec<_> = admin.heard().await.0.into_iter().filter(|event| event.kind == "alert.raised").collect();
    assert_eq!(raised.len(), 1, "it is said once");
    ann.claim(&order).await.expect("it is still on offer");
    assert!(open(&admin).await.is_empty(), "it is over by itself");
    assert_eq!(admin.heard().await.kinds(), ["order.assigned", "alert.cleared"]);
    assert!(ann.heard().await.kinds().iter().all(|kind| !kind.starts_with("alert")), "not for drivers");
}

/// An alert and its timer are in the database.
#[tokio::test]
async fn an_alert_survives_a_restart_and_comes_once() {
    let mut town = Town::open().await;
    let (mut vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let mut admin = town.admin().await;
    let order = vendor.submit_ready("soup").await;
    town.stop().await;
    town.start_again().await;
    vendor.back().await;
    ann.back().await;
    admin.back().await;
    town.pass_s(91).await;
    assert_eq!(open(&admin).await, ["unclaimed"]);
    town.stop().await;
    town.start_again().await;
    admin.back().await;
    town.pass_s(5).await;
    assert_eq!(open(&admin).await, ["unclaimed"], "once");
    let id = admin.rest().get("/alerts").await.expect("it is the dispatcher's")["data"][0]["id"].clone();
    let path = format!("/alerts/{}/acknowledge", id.as_str().expect("an id"));
    let seen = town.rest().post(&path, &json!({})).await.expect("a dispatcher saw it");
    assert_eq!((seen["acknowledged_by"].is_null(), &seen["order_id"]), (false, &json!(order)));
    let again = town.rest().post(&path, &json!({})).await.expect("again");
    assert_eq!(again, seen, "asked again, all is as it was");
    assert_eq!(vendor.rest().post(&path, &json!({})).await.expect_err("a vendor").code, "forbidden");
}

#[tokio::test]
async fn alerts_are_for_dispatchers_and_for_the_vendor_whose_order_it_is() {
    let town = Town::open().await;
    let (vendor, other, ann) =
        (town.vendor().await, town.vendor_named("Nonna").await, town.driver_in("ann", "west").await);
    vendor.submit_ready("soup").await;
    assert_eq!(open(&vendor).await, ["nobody_on_duty"]);
    assert!(open(&other).await.is_empty());
    assert_eq!(ann.rest().get("/alerts").await.expect_err("a driver").code, "forbidden");
    let nobody = "/alerts/0199aaaa-0000-7000-8000-000000000000/acknowledge";
    assert_eq!(town.rest().post(nobody, &json!({})).await.expect_err("there is none").code, "not_found");
}

#[tokio::test]
async fn how_long_nobody_may_claim_is_a_rule_of_the_zone() {
    let town = Town::open().await;
    let mut zone = town.rest().get("/zones/mitte").await.expect("it exists");
    zone["rules"] = json!({ "unclaimed_alert_s": 30, "offer_round_s": 600 });
    town.rest().put("/zones/mitte", &zone).await.expect("a dispatcher may say so");
    let (admin, vendor, _ann) = (town.admin().await, town.vendor().await, town.driver("ann").await);
    vendor.submit_ready("soup").await;
    town.pass_s(29).await;
    assert!(open(&admin).await.is_empty());
    town.pass_s(2).await;
    assert_eq!(open(&admin).await, ["unclaimed"], "in the middle of a round");
}
