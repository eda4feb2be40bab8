//! What is pushed beside offers, to people whose page is not open.

use serde_json::json;

use super::{offers::confirms, stage::Stage};

#[tokio::test]
async fn a_driver_whose_page_is_closed_is_told_of_what_they_carry() {
    let stage = Stage::open().await;
    let (vendor, mut ann) = (stage.town.vendor().await, stage.present("ann").await);
    let (first, second) = (vendor.submit("soup").await, vendor.submit("rice").await);
    let whom = json!({ "driver_id": ann.id });
    stage.town.does("assign", &first, &whom).await.expect("a dispatcher may");
    let text = json!({ "text": "the bell is broken" });
    vendor.does_with("order.message", &first, text.clone()).await.expect("it is the vendor's");
    assert_eq!(stage.pushed().await, [""; 0], "her page is open");
    stage.leaves(&ann).await;
    stage.town.does("assign", &second, &whom).await.expect("a dispatcher may");
    let assigned = stage.service.next("a second order").await;
    assert_eq!((&assigned.said["kind"], &assigned.said["order"]), (&json!("assigned"), &json!(second)));
    assert_eq!((assigned.urgency.as_str(), &assigned.said["url"]), ("high", &json!("/driver")));
    vendor.does_with("order.message", &first, text).await.expect("it is the vendor's");
    let message = stage.service.next("a message").await;
    let words = &message.said["words"];
    assert_eq!((&message.said["kind"], &words["from"]), (&json!("message"), &json!("Ramen Bar")));
    assert_eq!((&words["text"], &message.said["body"]), (&json!("the bell is broken"), &json!("the bell is broken")));
    confirms(&stage, &message).await;
    vendor.does_with("order.cancel", &second, json!({ "reason": "sold out" })).await.expect("not picked up");
    let lost = stage.service.next("that it is over").await;
    assert_eq!((&lost.said["kind"], &lost.said["words"]["reason"]), (&json!("unassigned"), &json!("sold out")));
    ann.back().await;
    ann.does_with("order.message", &first, json!({ "text": "on my way" })).await.expect("it is hers");
    assert_eq!(stage.pushed().await, [""; 0], "nobody is told what they said");
}

#[tokio::test]
async fn a_vendor_whose_page_is_closed_is_told_of_what_needs_it() {
    let stage = Stage::open().await;
    let (mut vendor, ann) = (stage.town.vendor().await, stage.town.driver("ann").await);
    stage.subscribes(&vendor).await;
    let (order, other) = (vendor.submit_ready("soup").await, vendor.submit_ready("rice").await);
    ann.claim(&order).await.expect("she is the only one");
    vendor.expect("order.assigned").await;
    vendor.drop_link();
    stage.town.rest().patch(&format!("/drivers/{}", ann.id), &json!({ "phone": "+49304" })).await.expect("it changes");
    let flat = json!({ "reason": "flat tyre" });
    loop {
        // That a line is gone is noticed a little later.
        ann.does_with("order.problem", &order, flat.clone()).await.expect("it is hers");
        if stage.pushed().await.contains(&"problem to Ramen-Bar".to_owned()) {
            break;
        }
    }
    ann.does("order.start", &order).await.expect("it is hers");
    ann.does("order.arrive", &order).await.expect("it is hers");
    let arrived = stage.service.next("that she is here").await;
    assert_eq!((&arrived.said["kind"], &arrived.said["words"]["driver"]), (&json!("arrived"), &json!("ann")));
    assert_eq!((&arrived.said["url"], arrived.urgency.as_str()), (&json!("/vendor"), "high"));
    stage.town.pass_s(3_600).await;
    let expired = stage.service.next("that nobody came").await;
    assert_eq!((&expired.said["kind"], &expired.said["order"]), (&json!("expired"), &json!(other)));
    vendor.back().await;
    ann.does_with("order.message", &order, json!({ "text": "hello?" })).await.expect("it is hers");
    vendor.expect("order.message").await;
    assert_eq!(stage.pushed().await, [""; 0], "its page is open");
}
