//! What a driver's phone says late, and what it says of itself.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// The events of an order that a phone told late: what, and when it was done.
async fn told_late(person: &Person, order: &str) -> Vec<(String, String)> {
    let page = person.rest().get(&format!("/orders/{order}/events?limit=200")).await.expect("they know of it");
    let events = page["data"].as_array().expect("a list").iter();
    let late = events.filter_map(|event| {
        let at = event["data"]["occurred_at"].as_str()?;
        Some((event["type"].as_str().expect("a type").to_owned(), at.to_owned()))
    });
    late.collect()
}

#[tokio::test]
async fn what_a_phone_says_late_has_both_times() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    vendor.heard().await;
    let done_at = town.in_s(-600);
    let ack = ann.does_with("order.start", &order, json!({ "occurred_at": done_at })).await.expect("it was so");
    assert_eq!(ack.data["status"], "enroute_to_pickup");
    let told = vendor.expect("order.enroute_to_pickup").await;
    assert_eq!(told.data()["occurred_at"], json!(done_at));
    assert!(told.body["at"].as_str().expect("a time") > done_at.as_str(), "and when the hub learned of it");
    let sent = json!({ "occurred_at": town.in_s(-60), "place": "pickup" });
    ann.rest().post(&format!("/orders/{order}/arrive"), &sent).await.expect("by REST too");
    let read = vendor.rest().get(&format!("/orders/{order}")).await.expect("its own");
    assert!(read["arrived_at_pickup_at"].as_str() > sent["occurred_at"].as_str(), "an order's times are the hub's");
    assert_eq!(told_late(&vendor, &order).await.len(), 2);
    ann.does("order.pick_up", &order).await.expect("it is there");
    assert_eq!(told_late(&vendor, &order).await.len(), 2, "who says nothing of it does it now");
}

#[tokio::test]
async fn a_phone_says_nothing_of_tomorrow_nor_of_yesterday() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    let day = 24 * 3_600;
    for wrong in [town.in_s(62), town.in_s(-day - 1), "soon".to_owned()] {
        let refused = ann.does_with("order.start", &order, json!({ "occurred_at": wrong })).await.expect_err("never");
        assert_eq!((refused.code.as_str(), refused.fields()), ("invalid", vec!["occurred_at"]), "{wrong}");
    }
    let start = json!({ "occurred_at": town.in_s(-day + 5) });
    ann.does_with("order.start", &order, start).await.expect("just in time");
    let arrive = json!({ "occurred_at": town.in_s(55) });
    ann.does_with("order.arrive", &order, arrive).await.expect("a clock may be a little ahead");
    let early = json!({ "occurred_at": town.in_s(0) });
    let refused = vendor.does_with("order.ready", &order, early).await.expect_err("it is for what drivers do");
    assert_eq!(refused.fields(), ["occurred_at"]);
}

#[tokio::test]
async fn a_queue_that_is_sent_twice_is_done_once() {
    a_queue_sent_twice(Town::open().await).await;
}

/// A phone sends what it kept, the network fails before the answers, and it sends it all again.
pub(crate) async fn a_queue_sent_twice(town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    let done = |minutes: i64, mut payload: Value| {
        payload["id"] = json!(order);
        payload["occurred_at"] = json!(town.in_s(-60 * minutes));
        payload
    };
    let queue = [
        ("order.start", done(30, json!({}))),
        ("order.arrive", done(25, json!({ "place": "pickup" }))),
        ("order.message", done(24, json!({ "text": "I am here" }))),
        ("order.message", done(24, json!({ "text": "at the side door" }))),
        ("order.pick_up", done(20, json!({}))),
        ("order.undo", done(19, json!({}))),
        ("order.pick_up", done(18, json!({}))),
        ("order.problem", done(15, json!({ "reason": "flat tyre" }))),
        ("order.arrive", done(10, json!({}))),
        ("order.deliver", done(5, json!({ "proof": { "name": "Kim" } }))),
    ];
    let mut versions = Vec::new();
    for _ in 0..2 {
        for pending in ann.send_all(&queue) {
            let answer = pending.answer().await;
            let answer =
                answer.unwrap_or_else(|problem| panic!("what is said again is answered as before: {problem:?}"));
            versions.push(answer.data["version"].as_i64().expect("a version"));
        }
    }
    let once = told_late(&vendor, &order).await;
    assert_eq!(once.len(), queue.len(), "what is said again is answered as before, and done once: {once:?}");
    assert_eq!(
        (versions[queue.len() - 1], versions.last()),
        (versions[queue.len()], versions[queue.len() - 1..].first())
    );
    let read = vendor.rest().get(&format!("/orders/{order}")).await.expect("its own");
    assert_eq!((&read["status"], &read["proof"]["name"]), (&json!("delivered"), &json!("Kim")));
}

#[tokio::test]
async fn an_order_that_was_given_back_is_given_back_once() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("she is the first");
    let release = json!({ "reason": "flat tyre", "occurred_at": town.in_s(-60) });
    ann.does_with("order.release", &order, release.clone()).await.expect("it is hers to give back");
    bob.claim(&order).await.expect("it is offered to him");
    let again = ann.does_with("order.release", &order, release).await.expect("she did not hear the answer").data;
    assert_eq!((&again["status"], again.get("items")), (&json!("assigned"), None), "that another has it, and no more");
    let other = json!({ "reason": "flat tyre", "occurred_at": town.in_s(-50) });
    assert_eq!(ann.does_with("order.release", &order, other).await.expect_err("it is not hers").code, "forbidden");
    assert_eq!(told_late(&vendor, &order).await.len(), 1, "the offer that follows is the hub's, and of now");
}

/// The vendor hands it over at the counter while the driver's phone is offline: what it says then is late, and harms nobody.
#[tokio::test]
async fn an_arrival_at_the_pickup_that_comes_late_is_none_at_the_door() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    vendor.does("order.hand_over", &order).await.expect("she is at the counter");
    let late = json!({ "place": "pickup", "occurred_at": town.in_s(-60) });
    let ack = ann.does_with("order.arrive", &order, late).await.expect("it was so");
    assert_eq!((&ack.data["status"], ack.seq), (&json!("picked_up"), None));
    let here = json!({ "place": "dropoff" });
    let ack = ann.does_with("order.arrive", &order, here).await.expect("now she is at the door");
    assert_eq!(ack.data["status"], "arrived_at_dropoff");
}

#[tokio::test]
async fn dispatchers_see_what_a_drivers_phone_can_do() {
    let mut town = Town::open().await;
    let (admin, mut ann) = (town.admin().await, town.driver("ann").await);
    let path = format!("/drivers/{}", ann.id);
    assert_eq!(town.rest().get(&path).await.expect("a dispatcher may look")["device"], Value::Null);
    let report = json!({ "location": "granted", "notifications": "prompt", "sound": "not_heard", "installed": false });
    assert_eq!(ann.command("driver.device", &report).await.expect("she may say so").data, json!({}));
    let told = admin.expect_volatile("driver.device").await;
    assert_eq!((&told["driver_id"], &told["device"]["sound"]), (&json!(ann.id), &json!("not_heard")));
    town.stop().await;
    town.start_again().await;
    let kept = town.rest().get(&path).await.expect("a dispatcher may look")["device"].clone();
    assert_eq!(kept, told["device"]);
    for (field, value) in report.as_object().expect("an object") {
        assert_eq!(kept[field], *value);
    }
    assert!(kept["at"].is_string());
    assert_eq!(ann.back().await["me"]["driver"]["device"], kept, "and the phone itself");
    for (field, value) in
        [("location", json!("yes")), ("sound", json!("loud")), ("installed", json!(1)), ("battery", json!(7))]
    {
        let mut wrong = report.clone();
        wrong[field] = value;
        let refused = ann.command("driver.device", &wrong).await.expect_err("there is no such word");
        assert_eq!((refused.code.as_str(), refused.fields()), ("invalid", vec![field]));
    }
}
