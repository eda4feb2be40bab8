//! Offers: whom they ask, round after round, and that their end reaches everybody who was asked.

use serde_json::json;

use crate::town::Town;

#[tokio::test]
async fn a_release_offers_it_to_the_others_and_not_to_the_releaser() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("ann was first");
    let why = json!({ "reason": "flat tyre" });
    let released = ann.does_with("order.release", &order, why).await.expect("it is ann's").data;
    assert_eq!(released["status"], "ready_for_pickup");
    let heard = vendor.heard().await;
    assert_eq!(heard.kinds(), ["order.assigned", "order.released", "order.ready_for_pickup"]);
    assert_eq!(heard.0[1].data()["reason"], "flat tyre");
    assert_eq!(ann.heard().await.kinds(), ["order.ready_for_pickup"], "only the first offer");
    let heard = bob.heard().await;
    assert_eq!(heard.kinds().last(), Some(&"order.ready_for_pickup"));
    assert!(!format!("{heard:?}").contains("flat tyre"), "why ann gave it back is not for bob: {heard:?}");
    bob.claim(&order).await.expect("it is bob's turn");
    assert_eq!(ann.heard().await.kinds(), ["order.assigned"], "its end is for everybody who was ever asked");
}

#[tokio::test]
async fn who_is_relieved_of_what_was_never_on_offer_is_not_asked_for_it() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit("soup").await;
    town.does("assign", &order, &json!({ "driver_id": ann.id })).await.expect("a dispatcher may");
    town.does("release", &order, &json!({ "reason": "flat tyre" })).await.expect("a dispatcher may");
    assert_eq!(ann.heard().await.kinds(), ["order.assigned", "order.released"], "the first offer is without ann");
    assert_eq!(bob.heard().await.kinds(), ["order.ready_for_pickup"]);
}

#[tokio::test]
async fn who_declines_is_not_asked_again() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    ann.expect("order.ready_for_pickup").await;
    ann.does_with("order.decline", &order, json!({ "reason": "too far" })).await.expect("ann need not take it");
    town.pass_s(46).await;
    bob.expect("order.ready_for_pickup").await;
    bob.expect("order.ready_for_pickup").await;
    assert_eq!(ann.heard().await.kinds(), [""; 0], "the second round is not for ann");
    let again = ann.command("zone.join", &json!({ "zone": "mitte" })).await.expect("ann works there");
    assert_eq!(again.data["orders"], json!([]));
    vendor.does_with("order.cancel", &order, json!({ "reason": "sold out" })).await.expect("it is the vendor's");
    assert_eq!(
        (ann.heard().await.kinds(), bob.heard().await.kinds()),
        (vec!["order.cancelled"], vec!["order.cancelled"])
    );
}

#[tokio::test]
async fn what_is_declined_on_one_screen_leaves_the_others() {
    on_every_screen(Town::open().await).await;
}

pub(crate) async fn on_every_screen(town: Town) {
    let (admin, vendor, ann, bob) =
        (town.admin().await, town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let (tablet, mut watch) = (ann.second_tab().await, ann.second_tab().await);
    let order = vendor.submit_ready("soup").await;
    for screen in [&tablet, &watch] {
        screen.expect("order.ready_for_pickup").await;
    }
    let cursor = watch.cursor();
    watch.drop_link();
    let why = json!({ "reason": "too far" });
    let said = ann.does_with("order.decline", &order, why.clone()).await.expect("ann need not take it");
    let told = tablet.expect("driver.declined").await;
    assert_eq!(told.data(), &json!({ "driver_id": ann.id, "order_id": order, "reason": "too far" }));
    assert_eq!((Some(told.seq), &said.data["version"]), (said.seq, &json!(2)), "of the order nothing changed");
    let missed = watch.back_with(&cursor).await;
    assert_eq!((&missed["mode"], &missed["events"][0]["type"]), (&json!("replay"), &json!("driver.declined")));
    ann.does_with("order.decline", &order, why).await.expect("saying it again changes nothing");
    assert_eq!(tablet.heard().await.kinds(), [""; 0], "once");
    assert_eq!(watch.heard().await.kinds(), [""; 0], "once");
    for (person, heard) in [(&ann, "order.ready_for_pickup"), (&bob, "order.ready_for_pickup")] {
        assert_eq!(person.heard().await.kinds(), [heard], "it is not for {}", person.name);
    }
    assert_eq!(vendor.heard().await.kinds(), [""; 0], "the vendor hears of it in its offer's reach");
    assert!(admin.heard().await.kinds().contains(&"driver.declined"), "a dispatcher hears everything");
}

#[tokio::test]
async fn the_end_of_an_offer_reaches_every_driver_who_was_asked() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let (eve, wes) = (town.driver_in("eve", "east").await, town.driver_in("wes", "west").await);
    let withdrawn = vendor.submit_ready("soup").await;
    vendor.does("order.withdraw", &withdrawn).await.expect("it is on offer");
    assert_eq!(ann.heard().await.kinds(), ["order.ready_for_pickup", "order.withdrawn"]);
    let problem = ann.claim(&withdrawn).await.expect_err("it is off");
    assert_eq!((problem.code.as_str(), problem.detail.contains("withdrawn")), ("offer_closed", true));

    let cancelled = vendor.submit_ready("bread").await;
    town.pass_s(46).await;
    vendor.does_with("order.cancel", &cancelled, json!({ "reason": "sold out" })).await.expect("it is on offer");
    let two_rounds = ["order.ready_for_pickup", "order.ready_for_pickup", "order.cancelled"];
    assert_eq!(ann.heard().await.kinds(), two_rounds);
    let heard = wes.heard().await;
    assert_eq!(heard.kinds(), two_rounds[1..], "west is asked in the second round");
    assert_eq!(heard.0[1].order()["cancel_reason"], "sold out");
    assert_eq!(eve.heard().await.kinds(), [""; 0], "east was never asked");
    assert_eq!(wes.claim(&cancelled).await.expect_err("it is off").code, "offer_closed");
}

#[tokio::test]
async fn each_round_asks_further_and_then_it_expires() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let (wes, sue) = (town.driver_in("wes", "west").await, town.driver_in("sue", "south").await);
    let order = vendor.submit_ready("soup").await;
    for round in 1..=4 {
        let offer = ann.expect("order.ready_for_pickup").await;
        assert_eq!(offer.order()["offer"]["round"], round);
        for (asked_from, driver) in [(2, &wes), (3, &sue)] {
            if round >= asked_from {
                let offer = driver.expect("order.ready_for_pickup").await;
                assert_eq!(offer.order()["offer"]["round"], round, "{}", driver.name);
            }
        }
        town.pass_s(44).await;
        assert_eq!(ann.heard().await.kinds(), [""; 0], "a round lasts 45 s");
        town.pass_s(2).await;
    }
    town.pass_s(20 * 60).await;
    for driver in [&ann, &wes, &sue] {
        let heard = driver.heard().await;
        assert_eq!(heard.kinds().last(), Some(&"order.expired"), "{} hears the end: {heard:?}", driver.name);
    }
    let problem = ann.claim(&order).await.expect_err("it is too late");
    assert_eq!((problem.code.as_str(), problem.detail.contains("in time")), ("offer_closed", true));
    assert_eq!(vendor.heard().await.kinds().last(), Some(&"order.expired"));
    town.does("reopen", &order, &json!({})).await.expect("a dispatcher may bring it back");
    let offer = ann.expect("order.ready_for_pickup").await;
    assert_eq!(offer.order()["offer"]["round"], 1);
    ann.claim(&order).await.expect("it is on offer again");
}

#[tokio::test]
async fn a_claim_after_the_end_is_refused_before_the_timer_has_been_by() {
    no_claim_after_the_end(Town::open().await).await;
}

pub(crate) async fn no_claim_after_the_end(town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let between_rounds = vendor.submit_ready("soup").await;
    town.clock.pass_ms(46_000);
    ann.claim(&between_rounds).await.expect("a round is over, the offer is not");
    let given_up = vendor.submit_ready("bread").await;
    town.clock.pass_ms(20 * 60_000);
    let problem = ann.claim(&given_up).await.expect_err("an offer ends when its time is over");
    assert_eq!((problem.code.as_str(), problem.detail.contains("in time")), ("offer_closed", true));
}

#[tokio::test]
async fn a_zone_may_have_rules_of_its_own() {
    let town = Town::open().await;
    let (vendor, sue) = (town.vendor().await, town.driver_in("sue", "south").await);
    let rules = json!({ "name": "South", "rules": { "offer_round_s": 10, "offer_give_up_min": 3 } });
    town.rest().put("/zones/south", &rules).await.expect("a zone can be written anew");
    let order = vendor.submit_as("soup", json!({ "zone": "south", "ready": true })).await;
    sue.expect("order.ready_for_pickup").await;
    town.pass_s(11).await;
    sue.expect("order.ready_for_pickup").await;
    town.pass_s(180).await;
    let ended = sue.expect("order.expired").await;
    assert_eq!(ended.order()["id"], json!(order));
}

#[tokio::test]
async fn who_was_reached_is_shown_to_the_vendor() {
    let town = Town::open().await;
    let (vendor, ann, _bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    ann.expect("order.ready_for_pickup").await;
    ann.does("order.seen", &order).await.expect("it is on ann's screen");
    loop {
        let reach = vendor.expect_volatile("order.reach").await;
        if reach["reach"] == json!({ "sent": 2, "delivered": 2, "seen": 1, "declined": 0 }) {
            break;
        }
    }
    let read = vendor.rest().get(&format!("/orders/{order}")).await.expect("it is the vendor's");
    assert_eq!(read["offer"]["reach"]["seen"], 1);
}

/// Whoever was asked hears what ended the offer, at once or when they come back.
#[tokio::test]
async fn a_loser_hears_what_ended_the_offer() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let (ann, bob, mut cid) = (town.driver("ann").await, town.driver("bob").await, town.driver("cid").await);
    let why = json!({ "reason": "no flour" });
    for end in ["claimed", "assigned", "withdrawn", "cancelled", "expired"] {
        let order = vendor.submit_ready("soup").await;
        cid.expect("order.ready_for_pickup").await;
        cid.drop_link();
        match end {
            "claimed" => ann.claim(&order).await.map(|_| ()),
            "assigned" => town.does("assign", &order, &json!({ "driver_id": ann.id })).await.map(|_| ()),
            "withdrawn" => vendor.does("order.withdraw", &order).await.map(|_| ()),
            "cancelled" => vendor.does_with("order.cancel", &order, why.clone()).await.map(|_| ()),
            _ => {
                town.pass_s(20 * 60).await;
                Ok(())
            }
        }
        .expect("it can end so");
        let ended = bob.heard().await.0.pop().expect("he hears of it");
        assert_eq!((&ended.order()["id"], &ended.data()["ended_by"]), (&json!(order), &json!(end)));
        let sync = cid.back().await;
        let missed = sync["events"].as_array().and_then(|events| events.last()).expect("it was missed");
        assert_eq!((&missed["order"]["id"], &missed["data"]["ended_by"]), (&json!(order), &json!(end)));
        ann.heard().await;
    }
}
