//! Being away: what was missed comes once, in order, or a snapshot says so.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{StreamExt as _, future::join_all, stream};
use serde_json::{Value, json};

use crate::town::{Town, id_of};

fn kinds(sync: &Value) -> Vec<&str> {
    assert_eq!(sync["mode"], "replay", "{sync}");
    let events = sync["events"].as_array().expect("a replay has events");
    assert!(events.is_sorted_by_key(|event| event["seq"].as_i64()), "in order: {sync}");
    events.iter().map(|event| event["type"].as_str().expect("a type")).collect()
}

fn order_ids(sync: &Value) -> Vec<String> {
    assert_eq!(sync["mode"], "snapshot", "{sync}");
    sync["orders"].as_array().expect("a snapshot has orders").iter().map(id_of).collect()
}

#[tokio::test]
async fn a_returning_driver_catches_up() {
    a_driver_catches_up(Town::open().await).await;
}

/// A driver who was offline for a claim learns of it on return, once, and in order.
pub(crate) async fn a_driver_catches_up(town: Town) {
    let (vendor, ann, mut bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("two pizzas").await;
    bob.expect("order.ready_for_pickup").await;
    bob.drop_link();
    ann.claim(&order).await.expect("ann was first");
    let other = vendor.submit_ready("soup").await;
    let sync = bob.back().await;
    assert_eq!(kinds(&sync), ["order.assigned", "order.ready_for_pickup"]);
    assert_eq!((&sync["zones"], &sync["events"][1]["order"]["id"]), (&json!(["mitte"]), &json!(other)));
    assert_eq!(sync["me"]["driver"]["name"], "bob");
    bob.drop_link();
    assert_eq!(kinds(&bob.back().await), [""; 0], "once");
    bob.claim(&other).await.expect("bob is on duty again");
}

#[tokio::test]
async fn without_a_good_cursor_there_is_a_snapshot() {
    let town = Town::open().await;
    let (vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let (offered, carried) = (vendor.submit_ready("soup").await, vendor.submit_ready("bread").await);
    let declined = vendor.submit_ready("stew").await;
    ann.claim(&carried).await.expect("nobody was before ann");
    ann.does("order.decline", &declined).await.expect("ann need not take it");
    vendor.submit("not ready yet").await;
    let mut expected = [offered, carried];
    expected.sort();
    let here = ann.cursor();
    let (mut foreign, mut ahead, mut before) = (here.clone(), here.clone(), here.clone());
    foreign["epoch"] = json!("another-database");
    ahead["seq"] = json!(1_000_000);
    before["seq"] = json!(-1);
    let unknown = [foreign, ahead, before].map(|cursor| (cursor, "unknown_epoch"));
    let none = [json!(null), json!("yesterday"), json!({ "seq": 7 })].map(|cursor| (cursor, "no_cursor"));
    for (cursor, reason) in unknown.into_iter().chain(none) {
        let sync = ann.back_with(&cursor).await;
        let mut found = order_ids(&sync);
        found.sort();
        assert_eq!((found.as_slice(), &sync["reason"]), (&expected[..], &json!(reason)), "{cursor}");
    }
    assert_eq!(ann.back_with(&here).await["reason"], json!(null), "a replay needs none");
}

#[tokio::test]
async fn who_missed_more_than_500_events_gets_a_snapshot() {
    let town = Town::open().await;
    let (mut vendor, admin) = (town.vendor().await, town.rest());
    let order = vendor.submit("soup").await;
    vendor.drop_link();
    let path = format!("/orders/{order}/message");
    let missed = async |count: usize| {
        let body = json!({ "text": "still waiting" });
        let said = stream::iter((0..count).map(|_| admin.post(&path, &body)));
        said.buffer_unordered(50).for_each(async |said| drop(said.expect("a dispatcher may talk"))).await;
    };
    let cursor = vendor.cursor();
    missed(499).await;
    // With its own submission, which no event told this tab of, these are 500.
    assert_eq!(kinds(&vendor.back_with(&cursor).await).len(), 500);
    missed(1).await;
    let sync = vendor.back_with(&cursor).await;
    assert_eq!((order_ids(&sync), &sync["reason"]), (vec![order], &json!("too_far_behind")));
}

#[tokio::test]
async fn a_vendors_snapshot_holds_what_is_open_and_what_closed_within_a_day() {
    let town = Town::open().await;
    let mut vendor = town.vendor().await;
    let (open, closed) = (vendor.submit("soup").await, vendor.submit("bread").await);
    vendor.does_with("order.cancel", &closed, json!({ "reason": "sold out" })).await.expect("it is the vendor's");
    let mut both = vec![open.clone(), closed];
    both.sort();
    town.pass_s(23 * 3_600).await;
    let mut found = order_ids(&vendor.back_with(&json!(null)).await);
    found.sort();
    assert_eq!(found, both);
    town.pass_s(2 * 3_600).await;
    assert_eq!(order_ids(&vendor.back_with(&json!(null)).await), [open]);
}

#[tokio::test]
async fn a_snapshot_of_the_dispatch_holds_every_open_order() {
    let town = Town::open().await;
    let (vendor, other) = (town.vendor().await, town.vendor_named("Flower Corner").await);
    let mut orders = vec![vendor.submit("soup").await, other.submit_ready("roses").await];
    orders.sort();
    let sync = town.admin().await.sync();
    let mut found = order_ids(&sync);
    found.retain(|id| orders.contains(id));
    found.sort();
    assert_eq!(found, orders);
    assert!(sync["zones"].as_array().is_some_and(|zones| zones.contains(&json!("south"))), "{sync}");
    assert_eq!(sync["me"]["role"], "admin");
}

#[tokio::test]
async fn zones_are_remembered_over_a_reconnect() {
    let town = Town::open().await;
    let (vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let joined = ann.command("zone.join", &json!({ "zone": "east" })).await.expect("ann may work there");
    assert_eq!(joined.data, json!({ "zone": "east", "orders": [] }));
    assert!(joined.seq.is_some());
    ann.drop_link();
    let sync = ann.back_with(&json!(null)).await;
    assert_eq!(sync["zones"], json!(["east", "mitte"]));
    vendor.submit_ready("soup").await;
    assert_eq!(ann.heard().await.kinds(), ["order.ready_for_pickup"]);
}

#[tokio::test]
async fn joining_shows_what_is_on_offer_there_now() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver_off_duty("ann").await);
    let order = vendor.submit_ready("soup").await;
    assert_eq!(ann.claim(&order).await.expect_err("it was never offered to ann").code, "not_found");
    let joined = ann.command("zone.join", &json!({ "zone": "mitte" })).await.expect("ann may work there").data;
    assert_eq!(id_of(&joined["orders"][0]), order);
    assert!(joined["orders"][0]["dropoff"]["address"].is_null(), "as before a claim: {joined}");
    let again = ann.command("zone.join", &json!({ "zone": "mitte" })).await.expect("asking again is no fault");
    assert_eq!((&again.data, again.seq), (&joined, None));
    ann.claim(&order).await.expect("it is offered to ann now");
}

#[tokio::test]
async fn who_left_a_zone_hears_only_the_ends_of_what_was_on_offer() {
    let town = Town::open().await;
    let (vendor, ann, mut bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    bob.expect("order.ready_for_pickup").await;
    bob.command("zone.leave", &json!({ "zone": "mitte" })).await.expect("bob may go");
    vendor.submit_ready("bread").await;
    let version = ann.expect("order.ready_for_pickup").await.order()["version"].clone();
    let change = json!({ "version": version, "notes": "hot" });
    vendor.does_with("order.update", &order, change).await.expect("it is current");
    assert_eq!(bob.heard().await.kinds(), [""; 0]);
    assert_eq!(bob.claim(&order).await.expect_err("bob has left").code, "offer_closed");
    let cursor = bob.cursor();
    ann.claim(&order).await.expect("ann was first");
    bob.expect("order.assigned").await;
    bob.drop_link();
    assert_eq!(kinds(&bob.back_with(&cursor).await), ["order.assigned"], "live or replayed, it is the same");
}

#[tokio::test]
async fn who_declined_an_order_and_left_its_zone_hears_its_end_live_or_replayed() {
    let town = Town::open().await;
    let (vendor, ann, mut bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    bob.expect("order.ready_for_pickup").await;
    bob.does("order.decline", &order).await.expect("bob need not take it");
    bob.command("zone.leave", &json!({ "zone": "mitte" })).await.expect("bob may go");
    let cursor = bob.cursor();
    ann.claim(&order).await.expect("ann was first");
    assert_eq!(bob.heard().await.kinds(), ["order.assigned"], "live");
    bob.drop_link();
    let replayed = bob.back_with(&cursor).await;
    let theirs = replayed["events"].as_array().expect("a replay").iter().filter(|event| event["order"]["id"] == *order);
    assert_eq!(theirs.map(|event| &event["type"]).collect::<Vec<_>>(), ["order.assigned"], "replayed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_connects_while_an_offer_ends_hears_nothing_of_the_next_one() {
    nobody_lingers(Town::open().await).await;
}

/// Bob has left the zone: he hears how the offer ends that he was asked for, and nothing of the one that follows, also
/// on a tab that he opens in the very moment.
pub(crate) async fn nobody_lingers(town: Town) {
    const ROUNDS: usize = 8;
    let (vendor, ann, cleo) = (town.vendor().await, town.driver("ann").await, town.driver("cleo").await);
    let bob = town.driver_off_duty("bob").await;
    let (zone, why) = (json!({ "zone": "mitte" }), json!({ "reason": "flat tyre" }));
    for _ in 0..ROUNDS {
        bob.command("zone.join", &zone).await.expect("bob may work there");
        let order = vendor.submit_ready("soup").await;
        bob.command("zone.leave", &zone).await.expect("bob may go");
        let changes_hands = async {
            ann.claim(&order).await.expect("ann was first");
            ann.does_with("order.release", &order, why.clone()).await.expect("it is ann's");
        };
        let (tabs, ()) = tokio::join!(join_all((0..16).map(|_| bob.second_tab())), changes_hands);
        cleo.claim(&order).await.expect("it is cleo's turn");
        for tab in tabs {
            let heard = tab.heard().await;
            let told = heard.0.iter().filter(|event| event.order()["id"] == *order).count();
            assert!(told <= 1, "bob heard of an offer that was not for him: {:?}", heard.kinds());
        }
    }
}

#[tokio::test]
async fn another_tab_learns_of_a_zone_that_was_joined() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver_off_duty("ann").await);
    let second = ann.second_tab().await;
    ann.command("zone.join", &json!({ "zone": "mitte" })).await.expect("ann may work there");
    let changed = second.expect("driver.zones_changed").await;
    assert_eq!(changed.data()["zones"], json!(["mitte"]));
    vendor.submit_ready("soup").await;
    second.expect("order.ready_for_pickup").await;
    assert_eq!(ann.heard().await.kinds(), ["order.ready_for_pickup"]);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut town = Town::open().await;
    let (mut vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let (order, other) = (vendor.submit_ready("soup").await, vendor.submit("bread").await);
    ann.expect("order.ready_for_pickup").await;
    ann.drop_link();
    vendor.does("order.ready", &other).await.expect("it is the vendor's");
    town.stop().await;
    town.start_again().await;
    let sync = ann.back().await;
    assert_eq!(kinds(&sync), ["order.ready_for_pickup"], "the cursor still holds");
    assert_eq!(sync["zones"], json!(["mitte"]));
    ann.claim(&order).await.expect("it is still on offer");
    let sync = vendor.back().await;
    let of =
        |id: &str| sync["events"].as_array().expect("events").iter().filter(|event| event["order"]["id"] == id).count();
    assert_eq!((of(&order), of(&other)), (3, 2), "{sync}");
    town.pass_s(46).await;
    let next_round = vendor.expect("order.ready_for_pickup").await;
    assert_eq!((&next_round.order()["id"], &next_round.order()["offer"]["round"]), (&json!(other), &json!(2)));
}

#[tokio::test]
async fn who_connects_while_much_happens_misses_nothing() {
    nothing_is_missed_at_the_door(Town::open().await).await;
}

/// Whoever connects in the middle of a storm has, with the first `sync`, every event after it: an order's version rises
/// by one with each event, so nothing can hide.
pub(crate) async fn nothing_is_missed_at_the_door(town: Town) {
    let vendor = town.vendor().await;
    let order = vendor.submit("soup").await;
    let calm = AtomicBool::new(false);
    let said = json!({ "id": order, "text": "is it ready?" });
    let storm = async {
        while !calm.load(Ordering::Relaxed) {
            for answer in vendor.send_all(&vec![("order.message", said.clone()); 4]) {
                answer.answer().await.expect("a vendor may talk");
            }
        }
        // Who missed the last of it notices by this one.
        vendor.command("order.message", &said).await.expect("a vendor may talk").data["version"].as_i64()
    };
    let visitors = async {
        let mut tabs = Vec::new();
        for _ in 0..4 {
            // So many at once that they wait for each other between looking and being attached.
            tabs.extend(join_all((0..40).map(|_| vendor.second_tab())).await);
        }
        calm.store(true, Ordering::Relaxed);
        tabs
    };
    let (last, tabs) = tokio::join!(storm, visitors);
    let last = last.expect("a number");
    for tab in tabs {
        let sync = tab.sync();
        let orders = sync["orders"].as_array().expect("a snapshot");
        let seen = orders.iter().find(|seen| seen["id"] == json!(order)).expect("it is open");
        let mut version = seen["version"].as_i64().expect("a number");
        while version < last {
            let event = tab.next(&format!("version {}", version + 1)).await;
            version += 1;
            assert_eq!(event.order()["version"], version, "a version was missed at the door{}", tab.story());
        }
    }
}
