//! What people tell each other about an order, and where the driver is.

use serde_json::json;

use crate::town::Town;

#[tokio::test]
async fn a_chat_is_between_the_vendor_its_driver_and_the_dispatcher() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let admin = town.admin().await;
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("ann was first");
    ann.does_with("order.message", &order, json!({ "text": "two minutes" })).await.expect("ann has it");
    vendor.does_with("order.message", &order, json!({ "text": "it is hot" })).await.expect("it is the vendor's");
    town.does("message", &order, &json!({ "text": "ring twice" })).await.expect("a dispatcher may talk");
    let said = |heard: &crate::town::Heard| -> Vec<String> {
        let said = heard.0.iter().filter(|event| event.kind == "order.message");
        said.map(|event| event.data()["text"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(said(&ann.heard().await), ["it is hot", "ring twice"]);
    assert_eq!(said(&vendor.heard().await), ["two minutes", "ring twice"]);
    assert_eq!(said(&admin.heard().await), ["two minutes", "it is hot", "ring twice"]);
    assert_eq!(bob.heard().await.kinds(), ["order.ready_for_pickup", "order.assigned"], "nothing of it is for bob");
    let kept = vendor.rest().get(&format!("/orders/{order}/events")).await.expect("it is the vendor's");
    let texts: Vec<_> =
        kept["data"].as_array().expect("a list").iter().filter_map(|event| event["data"]["text"].as_str()).collect();
    assert_eq!(texts, ["two minutes", "it is hot", "ring twice"], "it is kept");
}

#[tokio::test]
async fn what_a_vendor_says_about_an_offer_is_not_for_drivers() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    vendor.does_with("order.message", &order, json!({ "text": "where is everybody?" })).await.expect("it is theirs");
    vendor.does_with("order.problem", &order, json!({ "reason": "late" })).await.expect("it is theirs");
    assert_eq!(ann.heard().await.kinds(), ["order.ready_for_pickup"]);
    let problem = ann.does_with("order.message", &order, json!({ "text": "me?" })).await;
    assert_eq!(problem.expect_err("ann does not have it").code, "invalid_transition");
    let seen = ann.rest().get(&format!("/orders/{order}/events")).await.expect("it is offered to ann");
    assert!(!seen.to_string().contains("everybody"), "nor by REST: {seen}");
}

#[tokio::test]
async fn a_problem_is_raised_and_resolved() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.picks_up(&order).await;
    let spilt = json!({ "reason": "spilt", "note": "half of it" });
    let raised = ann.does_with("order.problem", &order, spilt).await.expect("ann has it").data;
    assert_eq!((&raised["problem"]["reason"], &raised["status"]), (&json!("spilt"), &json!("picked_up")));
    let resolved =
        vendor.does_with("order.problem", &order, json!({ "resolved": true })).await.expect("it is theirs").data;
    assert!(resolved["problem"].is_null());
    assert_eq!(vendor.heard().await.kinds(), ["order.assigned", "order.picked_up", "order.problem"]);
    assert_eq!(ann.heard().await.kinds(), ["order.ready_for_pickup", "order.problem"]);
}

#[tokio::test]
async fn where_a_driver_is_goes_to_who_waits_and_is_not_kept() {
    let town = Town::open().await;
    let (vendor, other, ann) =
        (town.vendor().await, town.vendor_named("Flower Corner").await, town.driver("ann").await);
    let admin = town.admin().await;
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("ann was first");
    let before = town.rest().get("/events?after=0&limit=200").await.expect("the log can be read");
    ann.command("driver.location", &json!({ "lat": 52.521, "lng": 13.401, "accuracy_m": 8.0 }))
        .await
        .expect("ann is there");
    for (who, line) in [("the vendor", &vendor), ("the dispatch", &admin)] {
        let seen = line.expect_volatile("driver.location").await;
        assert_eq!(seen["driver_id"], json!(ann.id), "{who}: {seen}");
        assert_eq!((&seen["lat"], &seen["accuracy_m"]), (&json!(52.521), &json!(8.0)), "{who}: {seen}");
    }
    let read = vendor.rest().get(&format!("/orders/{order}")).await.expect("it is the vendor's");
    assert_eq!(read["driver"]["location"]["lng"], 13.401);
    let after = town.rest().get("/events?after=0&limit=200").await.expect("the log can be read");
    assert_eq!(before["data"].as_array().map(Vec::len), after["data"].as_array().map(Vec::len), "it is not in the log");
    assert_eq!(other.heard().await.kinds(), [""; 0]);
    assert!(!other.story().contains("driver.location"), "who does not wait is not told{}", other.story());
}

#[tokio::test]
async fn a_location_needs_no_answer() {
    let town = Town::open().await;
    let (ann, admin) = (town.driver("ann").await, town.admin().await);
    ann.raw(&[r#"42/drivers,["driver.location",{"lat":52.5,"lng":13.4}]"#.to_owned()]);
    assert_eq!(admin.expect_volatile("driver.location").await["lat"], 52.5);
    ann.raw(&[r#"42/drivers,["driver.location",{"lat":152.5,"lng":13.4}]"#.to_owned()]);
    let off =
        ann.command("driver.location", &json!({ "lat": 152.5, "lng": 13.4 })).await.expect_err("that is off the globe");
    assert_eq!((off.code.as_str(), off.fields()), ("invalid", vec!["lat"]));
}
