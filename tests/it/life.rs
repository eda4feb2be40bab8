//! An order's life, from the till to the door.

use futures_util::future::join_all;
use serde_json::json;

use crate::town::{Heard, Town, order};

/// The main job, as everybody in it lives it.
#[tokio::test]
async fn an_order_goes_from_the_till_to_the_door() {
    let town = Town::open().await;
    let (vendor, ann, eve) = (town.vendor().await, town.driver("ann").await, town.driver_in("eve", "east").await);
    let order = vendor.submit("two ramen").await;
    let ready = vendor.does("order.ready", &order).await.expect("it is the vendor's").data;
    assert_eq!((&ready["status"], &ready["zone"]), (&json!("ready_for_pickup"), &json!("mitte")));
    let offer = ann.expect("order.ready_for_pickup").await;
    assert_eq!(offer.order()["vendor"]["name"], "Ramen Bar");

    let claimed = ann.claim(&order).await.expect("nobody was before ann").data;
    assert_eq!((&claimed["status"], &claimed["dropoff"]["contact_name"]), (&json!("assigned"), &json!("Kim")));
    for command in ["order.start", "order.arrive", "order.pick_up", "order.arrive"] {
        ann.does(command, &order).await.unwrap_or_else(|problem| panic!("{command}: {problem:?}"));
    }
    let proof = json!({ "proof": { "name": "Kim" } });
    let delivered = ann.does_with("order.deliver", &order, proof).await.expect("it is at the door").data;
    assert_eq!(delivered["status"], "delivered");

    let heard = vendor.heard().await;
    let steps = ["assigned", "enroute_to_pickup", "arrived_at_pickup", "picked_up", "arrived_at_dropoff", "delivered"];
    assert_eq!(heard.kinds(), steps.map(|step| format!("order.{step}")));
    for event in &heard.0 {
        assert_eq!(event.order()["driver"]["name"], "ann", "{event:?}");
        assert_eq!(event.body["actor"], json!({ "role": "driver", "id": ann.id, "name": "ann" }));
    }
    assert_eq!(heard.0.last().expect("six events").order()["proof"]["name"], "Kim");
    assert_eq!(ann.heard().await.kinds(), [""; 0], "ann has her answers and needs no echo");
    assert_eq!(eve.heard().await.kinds(), [""; 0], "east is not asked for what is ready in mitte");
}

#[tokio::test]
async fn one_of_twenty_who_try_at_once_gets_it() {
    one_of_twenty(Town::open().await).await;
}

/// Exactly one driver wins an order; each of the others is told so in words, and none keeps a card.
pub(crate) async fn one_of_twenty(town: Town) {
    let vendor = town.vendor().await;
    let names: Vec<String> = (0..20).map(|n| format!("driver {n}")).collect();
    let drivers = join_all(names.iter().map(|name| town.driver(name))).await;
    for _ in 0..3 {
        let order = vendor.submit_ready("one pizza").await;
        join_all(drivers.iter().map(|driver| driver.expect("order.ready_for_pickup"))).await;
        let answers = join_all(drivers.iter().map(|driver| driver.claim(&order))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1, "exactly one driver wins");
        for problem in lost.into_iter().filter_map(Result::err) {
            assert_eq!(problem.code, "already_claimed");
            let words = problem.detail.starts_with("another driver claimed this order ");
            assert!(words && problem.detail.ends_with(" before you"), "{}", problem.detail);
        }
        let assigned = vendor.expect("order.assigned").await;
        let winner = assigned.order()["driver"]["id"].clone();
        for driver in &drivers {
            let ends: Heard = driver.heard().await;
            let expected: &[&str] = if winner == json!(driver.id) { &[] } else { &["order.assigned"] };
            assert_eq!(ends.kinds(), expected, "{} either has it or drops the card", driver.name);
        }
        assert_eq!(vendor.heard().await.kinds(), [""; 0]);
    }
}

#[tokio::test]
async fn who_comes_too_late_is_told_how_late() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    for (ms, words) in [(400, "0.4 s"), (9_000, "9.4 s"), (50_000, "59 s"), (300_000, "5 min")] {
        town.clock.pass_ms(ms);
        let problem = bob.claim(&order).await.expect_err("ann has it");
        assert_eq!(problem.code, "already_claimed");
        assert_eq!(problem.detail, format!("another driver claimed this order {words} before you"));
    }
}

#[tokio::test]
async fn a_claim_repeated_after_a_lost_answer_answers_the_same() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    let first = ann.claim(&order).await.expect("nobody was before ann");
    let again = ann.claim(&order).await.expect("it is hers already");
    assert_eq!(first.data, again.data);
    assert!(first.seq.is_some() && again.seq.is_none(), "the second wrote nothing");
    assert_eq!(vendor.heard().await.kinds(), ["order.assigned"]);
}

#[tokio::test]
async fn before_a_claim_a_driver_sees_no_door() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_as("soup", json!({ "notes": "ring twice", "ready": true })).await;
    let offer = ann.expect("order.ready_for_pickup").await;
    let read = ann.rest().get(&format!("/orders/{order}")).await.expect("it is offered to ann");
    for seen in [offer.order(), &read] {
        let door = &seen["dropoff"];
        for hidden in ["address", "contact_name", "phone", "instructions"] {
            assert!(door[hidden].is_null(), "{hidden} is not for ann yet: {seen}");
        }
        assert_eq!((&door["lat"], &door["lng"]), (&json!(52.53), &json!(13.412)), "rounded to three decimals");
        assert!(seen["notes"].is_null() && seen["offer"].get("reach").is_none(), "{seen}");
        assert_eq!((&seen["offer"]["round"], &seen["pickup"]["address"]), (&json!(1), &json!("1 Main St")));
    }
    let claimed = ann.claim(&order).await.expect("nobody was before ann").data;
    assert_eq!((&claimed["dropoff"]["lat"], &claimed["notes"]), (&json!(52.530_437), &json!("ring twice")));
}

#[tokio::test]
async fn of_an_order_that_another_has_a_driver_sees_next_to_nothing() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    bob.expect("order.ready_for_pickup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    let ended = bob.expect("order.assigned").await;
    let fields: Vec<&String> = ended.order().as_object().expect("an order").keys().collect();
    assert_eq!(fields, ["code", "id", "status", "version", "zone"]);
    let how = json!({ "ended_by": "claimed" });
    assert!(ended.body["actor"].is_null() && *ended.data() == how, "bob is told how, and not who: {ended:?}");
    let read = bob.rest().get(&format!("/orders/{order}")).await.expect("it was offered to bob");
    assert_eq!(read.as_object().map(serde_json::Map::len), Some(5), "nor by REST: {read}");
    ann.does("order.start", &order).await.expect("it is ann's");
    assert_eq!(bob.heard().await.kinds(), [""; 0], "what ann does with it is not for bob");
}

#[tokio::test]
async fn a_second_tab_hears_the_first_and_the_first_hears_no_echo() {
    everyone_but_the_sender(Town::open().await).await;
}

/// The socket that gives a command gets its answer, and only the others the event.
pub(crate) async fn everyone_but_the_sender(town: Town) {
    let first = town.vendor().await;
    let (second, other) = (first.second_tab().await, town.vendor_named("Flower Corner").await);
    let order = first.submit("soup").await;
    second.does("order.ready", &order).await.expect("both tabs are the vendor's");
    first.does_with("order.cancel", &order, json!({ "reason": "sold out" })).await.expect("it is the vendor's");
    assert_eq!(first.heard().await.kinds(), ["order.ready_for_pickup"]);
    assert_eq!(second.heard().await.kinds(), ["order.submitted", "order.cancelled"]);
    assert_eq!(other.heard().await.kinds(), [""; 0], "another shop's orders are nobody else's");
}

#[tokio::test]
async fn what_is_given_by_rest_reaches_every_tab() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let made = vendor.rest().post("/orders", &order("soup", json!({}))).await.expect("an order");
    let event = vendor.expect("order.submitted").await;
    assert_eq!(event.order()["id"], made["id"]);
}

#[tokio::test]
async fn the_dispatch_hears_everything() {
    let town = Town::open().await;
    let (admin, vendor) = (town.admin().await, town.vendor().await);
    let ann = town.driver("ann").await;
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    ann.does_with("order.release", &order, json!({ "reason": "flat tyre" })).await.expect("it is ann's");
    ann.command("zone.leave", &json!({ "zone": "mitte" })).await.expect("ann may go");
    let kinds =
        ["driver.zones_changed", "order.submitted", "order.ready_for_pickup", "order.assigned", "order.released"];
    // With her the last driver is gone.
    let rest = ["order.ready_for_pickup", "driver.zones_changed", "alert.raised"];
    assert_eq!(admin.heard().await.kinds(), [kinds.as_slice(), rest.as_slice()].concat());
}

#[tokio::test]
async fn the_counter_hands_over_and_a_return_comes_back() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    let handed = vendor.does("order.hand_over", &order).await.expect("ann is at the counter").data;
    assert_eq!(handed["status"], "picked_up");
    let why = json!({ "reason": "nobody home" });
    let returning = ann.does_with("order.return", &order, why).await.expect("ann has it").data;
    assert_eq!(returning["status"], "returning");
    let returned = vendor.does("order.confirm_return", &order).await.expect("it is back").data;
    assert_eq!(returned["status"], "returned");
    assert_eq!(vendor.heard().await.kinds(), ["order.assigned", "order.returning"]);
    let kinds = ["order.ready_for_pickup", "order.picked_up", "order.returned"];
    assert_eq!(ann.heard().await.kinds(), kinds);
}

#[tokio::test]
async fn a_vendor_that_asks_for_the_code_hands_over_for_nothing_else() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let wants = json!({ "require_pickup_code": true });
    town.rest().patch(&format!("/vendors/{}", vendor.id), &wants).await.expect("a vendor may want it");
    let order = vendor.submit_ready("soup").await;
    let code = ann.claim(&order).await.expect("nobody was before ann").data["code"].clone();
    assert_eq!(ann.does("order.pick_up", &order).await.expect_err("no code").code, "proof_required");
    let wrong = ann.does_with("order.pick_up", &order, json!({ "code": "0000" })).await;
    assert_eq!(wrong.expect_err("no code has a zero").code, "wrong_code");
    ann.does_with("order.pick_up", &order, json!({ "code": code })).await.expect("that is the code");
}

#[tokio::test]
async fn a_driver_carries_no_more_than_allowed() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let one = json!({ "max_active_orders": 1 });
    town.rest().patch(&format!("/drivers/{}", ann.id), &one).await.expect("a driver may carry less");
    let (first, second) = (vendor.submit_ready("soup").await, vendor.submit_ready("bread").await);
    ann.claim(&first).await.expect("ann has room");
    assert_eq!(ann.claim(&second).await.expect_err("ann has no room").code, "at_capacity");
    ann.does("order.pick_up", &first).await.expect("it is ann's");
    ann.does("order.deliver", &first).await.expect("it is ann's");
    ann.claim(&second).await.expect("ann has room again");
}

#[tokio::test]
async fn an_update_needs_the_version_that_was_seen() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    let offer = ann.expect("order.ready_for_pickup").await;
    let version = offer.order()["version"].as_i64().expect("a number");
    let change = |version| json!({ "version": version, "items": [{ "name": "soup, large", "quantity": 2 }] });
    let updated = vendor.does_with("order.update", &order, change(version)).await.expect("it is current").data;
    assert_eq!(updated["items"][0]["quantity"], 2);
    assert_eq!(
        vendor.does_with("order.update", &order, change(version)).await.expect_err("it is old").code,
        "version_conflict"
    );
    let heard = ann.expect("order.updated").await;
    assert_eq!(heard.order()["items"][0]["name"], "soup, large");
}

#[tokio::test]
async fn an_undo_that_names_its_step_takes_back_no_other() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    for command in ["order.claim", "order.start", "order.arrive", "order.pick_up"] {
        ann.does(command, &order).await.expect("it is hers");
    }
    let undo = |from: &'static str| ann.does_with("order.undo", &order, json!({ "from": from }));
    let refused = undo("arrived_at_pickup").await.expect_err("her other screen has picked it up since");
    assert_eq!(refused.code, "invalid_transition");
    assert_eq!(undo("nowhere").await.expect_err("that is no status").code, "invalid");
    assert_eq!(undo("picked_up").await.expect("within ten seconds").data["status"], "arrived_at_pickup");
}
