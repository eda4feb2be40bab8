//! Gaps, repeats and ghosts, told to pictures by hand.

use serde_json::{Value, json};

use super::Picture;

fn order(id: &str, version: i64, status: &str, holder: Option<&str>) -> Value {
    let offer = (status == "ready_for_pickup").then(|| json!({ "zones": ["mitte"] }));
    let driver = holder.map(|holder| json!({ "id": holder }));
    json!({ "id": id, "version": version, "status": status, "offer": offer, "driver": driver })
}

fn event(prev: i64, seq: i64, order: &Value) -> Value {
    json!({ "seq": seq, "prev": prev, "type": "order.something", "order": order, "data": {} })
}

fn snapshot(seq: i64, orders: &[Value]) -> Value {
    let cursor = json!({ "epoch": "e", "seq": seq });
    json!({ "mode": "snapshot", "cursor": cursor, "zones": ["mitte"], "orders": orders })
}

fn replay(seq: i64, events: &[Value]) -> Value {
    let cursor = json!({ "epoch": "e", "seq": seq });
    json!({ "mode": "replay", "cursor": cursor, "zones": ["mitte"], "events": events })
}

/// A driver at seq 10 with nothing on the screen.
fn ann() -> Picture {
    let mut picture = Picture::of_driver("ann", 1);
    picture.take_sync(&snapshot(10, &[])).expect("a snapshot is always good");
    picture
}

fn shown(picture: &Picture) -> Vec<String> {
    picture.shown().map(|(id, _)| id.clone()).collect()
}

#[test]
fn a_gap_and_a_repeat_are_noticed() {
    let offer = order("a", 2, "ready_for_pickup", None);
    assert!(ann().take_live(&event(10, 12, &offer)).is_ok());
    assert!(ann().take_live(&event(11, 12, &offer)).is_err_and(|why| why.contains("a gap")));
    assert!(ann().take_live(&event(10, 10, &offer)).is_err_and(|why| why.contains("a gap")));
    let mut picture = ann();
    picture.take_live(&event(10, 12, &offer)).expect("it follows");
    assert!(picture.take_live(&event(12, 13, &offer)).is_err_and(|why| why.contains("after version 2 was told")));
}

#[test]
fn an_offer_may_be_told_again_to_who_gets_free() {
    let (mut picture, offer) = (ann(), order("a", 2, "ready_for_pickup", None));
    picture.take_live(&event(10, 12, &offer)).expect("it follows");
    let mut again = event(12, 13, &offer);
    again["data"] = json!({ "asked": "ann" });
    assert_eq!(picture.take_live(&again), Ok(()));
}

#[test]
fn what_was_declined_elsewhere_is_shown_no_more() {
    let (mut picture, offer) = (ann(), order("a", 2, "ready_for_pickup", None));
    picture.take_live(&event(10, 12, &offer)).expect("it follows");
    let data = json!({ "driver_id": "ann", "order_id": "a" });
    let declined = json!({ "seq": 13, "prev": 12, "type": "driver.declined", "order": null, "data": data });
    assert_eq!((picture.take_live(&declined), shown(&picture)), (Ok(()), vec![]));
}

#[test]
fn a_replay_must_begin_after_the_cursor_and_be_in_order() {
    let told = |at: i64, version| event(0, at, &order("a", version, "ready_for_pickup", None));
    assert_eq!(ann().take_sync(&replay(14, &[told(11, 2), told(14, 3)])), Ok(2));
    for wrong in [vec![told(10, 2)], vec![told(12, 2), told(11, 3)], vec![told(15, 2)], vec![told(11, 2), told(12, 2)]]
    {
        assert!(ann().take_sync(&replay(14, &wrong)).is_err(), "{wrong:?}");
    }
    let mut elsewhere = replay(14, &[]);
    elsewhere["cursor"]["epoch"] = json!("another");
    assert!(ann().take_sync(&elsewhere).is_err_and(|why| why.contains("another log")));
}

#[test]
fn a_card_that_stays_behind_and_one_that_is_missing_are_noticed() {
    let mut picture = ann();
    picture.take_live(&event(10, 11, &order("ghost", 2, "ready_for_pickup", None))).expect("it follows");
    assert_eq!(picture.open_offers(), ["ghost"]);
    let mut fresh = Picture::of_driver("ann", 1);
    fresh.take_sync(&snapshot(20, &[order("missed", 2, "ready_for_pickup", None)])).expect("a snapshot is always good");
    assert_eq!(picture.differs_from(&fresh), (vec!["ghost".to_owned()], vec!["missed".to_owned()]));
    picture.take_live(&event(11, 12, &order("ghost", 3, "cancelled", None))).expect("it follows");
    assert_eq!((picture.open_offers(), shown(&picture)), (vec![], vec![]));
    assert_eq!(picture.offers_told(), 1);
}

#[test]
fn hands_that_are_full_show_no_offers() {
    let mut picture = ann();
    picture.take_live(&event(10, 11, &order("a", 2, "ready_for_pickup", None))).expect("it follows");
    picture.take_live(&event(11, 12, &order("b", 2, "ready_for_pickup", None))).expect("it follows");
    picture.take_answer("order.claim", &order("a", 3, "assigned", Some("ann")), true);
    assert_eq!((shown(&picture), picture.carried().count()), (vec!["a".to_owned()], 1));
    picture.take_answer("order.deliver", &order("a", 7, "delivered", Some("ann")), true);
    assert_eq!(shown(&picture), [""; 0]);
    assert_eq!(picture.open_offers(), ["b"], "its end must still be heard");
}

#[test]
fn a_vendor_knows_which_versions_it_was_not_told_of() {
    let mut picture = Picture::of_vendor();
    picture.take_sync(&snapshot(10, &[])).expect("a snapshot is always good");
    picture.take_answer("order.submit", &order("a", 2, "ready_for_pickup", None), true);
    picture.take_live(&event(10, 14, &order("a", 4, "enroute_to_pickup", Some("ann")))).expect("it follows");
    assert_eq!(picture.missing_versions("a", 5), [3, 5]);
}
