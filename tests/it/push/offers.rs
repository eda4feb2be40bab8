//! Offers by Web Push: to whom, when, and what becomes of them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{service::Got, stage::Stage};
use crate::{
    receipts::{asked, reaches, rounds},
    town::{Person, order},
};

const SENT: &str = "waypost_pushes_sent_total";
const RETRIED: &str = "waypost_pushes_retried_total";

/// The service worker says that a push came.
pub(super) async fn confirms(stage: &Stage, push: &Got) {
    let receipt = json!({ "receipt": push.said["receipt"], "what": "delivered" });
    let told = stage.town.door.without_key().post("/push/receipts", &receipt).await;
    assert_eq!(told.expect("the receipt is the proof"), Value::Null);
}

async fn last_round(vendor: &Person, order: &str) -> Value {
    rounds(vendor, order).await.pop().expect("there was a round")
}

#[tokio::test]
async fn a_driver_without_a_connection_is_pushed_to_at_once() {
    at_once(Stage::open().await).await;
}

pub(crate) async fn at_once(stage: Stage) {
    let (vendor, ann) = (stage.town.vendor().await, stage.absent("ann").await);
    let order = vendor.submit_ready("soup").await;
    let push = stage.service.next("ann's offer").await;
    let offer = vendor.rest().get(&format!("/orders/{order}")).await.expect("its own")["offer"].clone();
    let said = &push.said;
    assert_eq!((push.to.as_str(), &said["kind"], &said["order"]), ("ann", &json!("offer"), &json!(order)));
    assert_eq!((&said["expires_at"], &said["url"]), (&offer["expires_at"], &json!("/driver")));
    assert_eq!(said["tag"], format!("order-{order}"));
    assert_eq!(
        (said["title"].as_str(), said["words"]["vendor"].as_str()),
        (Some("New offer: Ramen Bar"), Some("Ramen Bar"))
    );
    assert!((43..=45).contains(&push.ttl_s), "a round lasts 45 s: {push:?}");
    assert_eq!((push.urgency.as_str(), push.topic), ("high", order.replace('-', "")));
    for secret in ["Side St", "Kim", "+49303", "3rd floor"] {
        assert!(!said.to_string().contains(secret), "{secret} is not for who has not claimed: {said}");
    }
    reaches(&vendor, &json!({ "sent": 1, "delivered": 0, "seen": 0, "declined": 0 })).await;
    assert_eq!(stage.pushed().await, [""; 0], "once");
    assert_eq!(ann.name, "ann");
}

#[tokio::test]
async fn a_push_that_came_is_a_receipt_that_the_vendor_sees() {
    let stage = Stage::open().await;
    let (vendor, _ann) = (stage.town.vendor().await, stage.absent("ann").await);
    let order = vendor.submit_ready("soup").await;
    let push = stage.service.next("ann's offer").await;
    stage.counts(SENT, 1).await;
    let sent = last_round(&vendor, &order).await;
    let receipt = asked(&sent, "ann");
    assert_eq!((&receipt["channel"], &receipt["delivered_at"]), (&json!("push"), &json!(null)));
    confirms(&stage, &push).await;
    confirms(&stage, &push).await;
    reaches(&vendor, &json!({ "sent": 1, "delivered": 1, "seen": 0, "declined": 0 })).await;
    let came = last_round(&vendor, &order).await;
    let receipt = asked(&came, "ann");
    assert!(receipt["channel"] == "push" && receipt["delivered_at"].is_string(), "{receipt}");
    stage.counts("waypost_pushes_delivered_total", 1).await;
    let rest = stage.town.door.without_key();
    for (receipt, code) in [
        (json!({ "receipt": "0123456789abcdef0123456789abcdef", "what": "delivered" }), "not_found"),
        (json!({ "receipt": push.said["receipt"], "what": "eaten" }), "invalid"),
        (json!({ "what": "delivered" }), "invalid"),
    ] {
        let refused = rest.call(Method::POST, "/push/receipts", &[], Some(receipt.to_string())).await.outcome();
        assert_eq!(refused.expect_err("it proves nothing").code, code, "{receipt}");
    }
}

#[tokio::test]
async fn a_driver_whose_connection_says_that_an_offer_came_is_not_pushed_to() {
    live(Stage::open().await).await;
}

pub(crate) async fn live(stage: Stage) {
    let (vendor, ann) = (stage.town.vendor().await, stage.present("ann").await);
    vendor.submit_ready("soup").await;
    ann.expect("order.ready_for_pickup").await;
    reaches(&vendor, &json!({ "sent": 1, "delivered": 1, "seen": 0, "declined": 0 })).await;
    stage.town.pass_s(5).await;
    assert_eq!(stage.pushed().await, [""; 0], "her page rang");
}

#[tokio::test]
async fn a_driver_whose_connection_says_nothing_is_pushed_to_after_three_seconds() {
    let stage = Stage::open().await;
    let (vendor, ann) = (stage.town.vendor().await, stage.present("ann").await);
    ann.stop_reading();
    let order = vendor.submit_ready("soup").await;
    stage.town.pass_s(2).await;
    assert_eq!(stage.pushed().await, [""; 0], "her page has 3 s");
    stage.town.pass_s(1).await;
    let push = stage.service.next("an offer that her page did not confirm").await;
    assert_eq!((push.to.as_str(), &push.said["order"]), ("ann", &json!(order)));
    assert!((40..=42).contains(&push.ttl_s), "what is left of 45 s: {push:?}");
    stage.counts(SENT, 2 + 1).await;
    assert_eq!(asked(&last_round(&vendor, &order).await, "ann")["channel"], "push");
    stage.town.pass_s(5).await;
    assert_eq!(stage.pushed().await, [""; 0], "once");
}

#[tokio::test]
async fn every_round_is_pushed_and_each_only_once() {
    let stage = Stage::open().await;
    let (vendor, _ann) = (stage.town.vendor().await, stage.absent("ann").await);
    vendor.submit_ready("soup").await;
    assert_eq!(stage.service.next("the first round").await.said["kind"], "offer");
    stage.town.pass_s(46).await;
    assert_eq!(stage.service.next("the second round").await.said["kind"], "offer");
    // Somebody else is asked anew in the same round.
    let bob = stage.town.driver_off_duty("bob").await;
    bob.command("zone.join", &json!({ "zone": "mitte" })).await.expect("he may");
    assert_eq!(stage.pushed().await, [""; 0]);
}

#[tokio::test]
async fn a_driver_who_is_asked_later_is_pushed_to_then() {
    let stage = Stage::open().await;
    let (vendor, ann) = (stage.town.vendor().await, stage.absent("ann").await);
    let large = order("a wardrobe", json!({ "size": "xlarge", "ready": true }));
    vendor.command("order.submit", &large).await.expect("it can be submitted");
    assert_eq!(stage.pushed().await, [""; 0], "her bicycle does not hold it");
    let van = json!({ "vehicle": "van" });
    stage.town.rest().patch(&format!("/drivers/{}", ann.id), &van).await.expect("a dispatcher may");
    assert_eq!(stage.service.next("what she can carry now").await.said["kind"], "offer");
}

#[tokio::test]
async fn the_end_of_an_offer_is_pushed_quietly_to_whom_it_was_pushed() {
    let stage = Stage::open().await;
    let (vendor, _ann) = (stage.town.vendor().await, stage.absent("ann").await);
    let (bob, mut cleo) = (stage.present("bob").await, stage.absent("cleo").await);
    let ends = [("claimed", "bob"), ("withdrawn", ""), ("cancelled", ""), ("assigned", "bob"), ("expired", "")];
    for (ended_by, _) in ends {
        let order = vendor.submit_ready("soup").await;
        let both = [stage.service.next("an offer").await.to, stage.service.next("an offer").await.to];
        assert!(both.contains(&"ann".to_owned()) && both.contains(&"cleo".to_owned()), "{both:?}");
        match ended_by {
            "claimed" => drop(bob.claim(&order).await.expect("nobody was before bob")),
            "withdrawn" => drop(vendor.does("order.withdraw", &order).await.expect("it is on offer")),
            "cancelled" => {
                let why = json!({ "reason": "sold out" });
                vendor.does_with("order.cancel", &order, why).await.expect("it is on offer");
            }
            "assigned" => {
                let whom = json!({ "driver_id": bob.id });
                stage.town.does("assign", &order, &whom).await.expect("a dispatcher may");
            }
            _ => {
                stage.town.has_rules(json!({ "offer_give_up_min": 3 })).await;
                stage.town.pass_s(3_600).await;
            }
        }
        for _ in 0..2 {
            let push = stage.service.next("the end of it").await;
            assert_eq!((&push.said["kind"], &push.said["order"]), (&json!("offer_ended"), &json!(order)), "{ended_by}");
            assert_eq!((&push.said["words"]["ended_by"], push.urgency.as_str()), (&json!(ended_by), "low"));
            assert_eq!(push.topic, order.replace('-', ""), "it takes the place of what the phone did not get yet");
        }
        assert_eq!(stage.pushed().await, [""; 0], "bob's page knows: {ended_by}");
    }
    let order = vendor.submit_ready("soup").await;
    stage.service.next("an offer").await;
    stage.service.next("an offer").await;
    cleo.back().await;
    cleo.claim(&order).await.expect("nobody was before cleo");
    assert_eq!(stage.pushed().await, ["offer_ended to ann"], "who claimed it knows");
}

#[tokio::test]
async fn who_has_several_phones_is_told_on_the_others() {
    let stage = Stage::open().await;
    let vendor = stage.town.vendor().await;
    let (ann, bob) = (stage.present("ann").await, stage.absent("bob").await);
    let tablet = stage.service.browser("her-tablet").subscription();
    ann.command("push.subscribe", &tablet).await.expect("it is one");
    stage.leaves(&ann).await;
    for answer in ["decline", "claim"] {
        let order = vendor.submit_ready("soup").await;
        for _ in 0..3 {
            assert_eq!(stage.service.next("an offer").await.said["kind"], "offer");
        }
        // Bob's one phone knows what he said on it.
        bob.rest().post(&format!("/orders/{order}/decline"), &json!({})).await.expect("bob need not take it");
        ann.rest().post(&format!("/orders/{order}/{answer}"), &json!({})).await.expect("it is on offer to her");
        let mut pushed = stage.pushed().await;
        pushed.sort();
        assert_eq!(pushed, ["offer_ended to ann", "offer_ended to her-tablet"], "{answer}");
    }
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten() {
    gone(Stage::open().await).await;
}

pub(crate) async fn gone(stage: Stage) {
    let (vendor, ann) = (stage.town.vendor().await, stage.absent("ann").await);
    stage.service.forgets("ann");
    vendor.submit_ready("soup").await;
    assert_eq!(stage.service.next("the last push to ann").await.status, 410);
    stage.town.is_noticed(&ann, "unreachable").await;
    stage.counts("waypost_push_subscriptions_dropped_total", 1).await;
    vendor.submit_ready("rice").await;
    assert_eq!(stage.pushed().await, [""; 0], "nothing is sent to who is gone");
}

#[tokio::test]
async fn a_busy_push_service_is_asked_again_while_it_is_of_use() {
    let stage = Stage::open().await;
    let (vendor, _ann) = (stage.town.vendor().await, stage.absent("ann").await);
    stage.service.answers("ann", 429, Some("5"));
    stage.service.answers("ann", 503, None);
    let order = vendor.submit_ready("soup").await;
    assert_eq!(stage.service.next("the first try").await.status, 429);
    stage.counts(RETRIED, 1).await;
    stage.town.pass_s(4).await;
    assert_eq!(stage.pushed().await, [""; 0], "it asked for 5 s");
    stage.town.pass_s(2).await;
    assert_eq!(stage.service.next("the second try").await.status, 503);
    stage.counts(RETRIED, 2).await;
    stage.town.pass_s(3).await;
    let third = stage.service.next("the third try").await;
    assert_eq!((third.status, &third.said["order"]), (201, &json!(order)));
    assert!((33..=37).contains(&third.ttl_s), "what is left of it: {third:?}");
    // Refused for good: not tried again.
    stage.service.answers("ann", 403, None);
    vendor.submit_ready("rice").await;
    assert_eq!(stage.service.next("what is refused").await.status, 403);
    stage.counts("waypost_pushes_failed_total", 1).await;
    // Not taken in time: given up.
    (0..8).for_each(|_| stage.service.answers("ann", 500, None));
    vendor.submit_ready("tea").await;
    assert_eq!(stage.service.next("what comes to nothing").await.status, 500);
    stage.counts(RETRIED, 3).await;
    stage.town.clock.pass_ms(60_000);
    stage.counts("waypost_pushes_failed_total", 2).await;
}

#[tokio::test]
async fn a_restart_pushes_nothing_twice() {
    not_twice(Stage::open().await).await;
}

pub(crate) async fn not_twice(mut stage: Stage) {
    let (mut vendor, _ann) = (stage.town.vendor().await, stage.absent("ann").await);
    vendor.submit_ready("soup").await;
    stage.service.next("ann's offer").await;
    stage.counts(SENT, 1).await;
    stage.town.stop().await;
    stage.town.start_again().await;
    vendor.back().await;
    stage.town.pass_s(4).await;
    assert_eq!(stage.pushed().await, [""; 0], "again after a restart");
    vendor.submit_ready("rice").await;
    stage.service.next("ann's second offer").await;
    stage.counts(SENT, 3).await;
    stage.town.kill().await;
    stage.town.start_again().await;
    stage.town.pass_s(4).await;
    assert_eq!(stage.pushed().await, [""; 0], "again after a kill");
}

#[tokio::test]
async fn a_restart_forgets_nothing_that_is_to_be_pushed() {
    let mut stage = Stage::open().await;
    let (vendor, ann, _bob) = (stage.town.vendor().await, stage.present("ann").await, stage.absent("bob").await);
    ann.stop_reading();
    stage.service.answers("bob", 503, Some("3"));
    vendor.submit_ready("soup").await;
    let first = stage.service.next("bob's offer, which is not taken").await;
    assert_eq!((first.to.as_str(), first.status), ("bob", 503));
    stage.town.kill().await;
    stage.town.start_again().await;
    stage.town.pass_s(4).await;
    let mut both = [stage.service.next("an offer").await.to, stage.service.next("an offer").await.to];
    both.sort();
    assert_eq!(both, ["ann", "bob"], "she did not confirm it, and he did not get it");
    assert_eq!(stage.pushed().await, [""; 0]);
}

#[tokio::test]
async fn a_push_service_that_does_not_answer_holds_nobody_up() {
    let mut stage = Stage::open().await;
    let (vendor, bob) = (stage.town.vendor().await, stage.present("bob").await);
    let (_ann, _cleo) = (stage.absent("ann").await, stage.absent("cleo").await);
    stage.service.stalls("ann");
    for dish in ["soup", "rice", "tea"] {
        let order = vendor.submit_ready(dish).await;
        assert_eq!(stage.service.next("cleo's offer").await.to, "cleo");
        bob.claim(&order).await.expect("nobody was before bob");
        assert_eq!(stage.service.next("the end of it").await.said["kind"], "offer_ended");
    }
    // Three offers to ann, and that they are over.
    stage.counts("waypost_pushes_waiting", 6).await;
    stage.town.stop().await;
    stage.town.start_again().await;
    stage.town.pass_s(1_900).await;
    stage.counts("waypost_pushes_waiting", 0).await;
}

#[tokio::test]
async fn what_was_pushed_is_forgotten_after_two_days() {
    let stage = Stage::open().await;
    let (vendor, _ann) = (stage.town.vendor().await, stage.absent("ann").await);
    vendor.submit_ready("soup").await;
    let push = stage.service.next("ann's offer").await;
    stage.town.pass_days(1).await;
    stage.town.prune().await;
    confirms(&stage, &push).await;
    stage.town.pass_days(2).await;
    stage.town.prune().await;
    let receipt = json!({ "receipt": push.said["receipt"], "what": "delivered" });
    let refused = stage.town.door.without_key().post("/push/receipts", &receipt).await;
    assert_eq!(refused.expect_err("nobody knows of it any more").code, "not_found");
}
