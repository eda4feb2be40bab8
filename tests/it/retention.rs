//! How long the log is kept, and who learns of it that a part is gone.

use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

use crate::town::{Town, id_of};

/// The types of a page of events, in order.
fn kinds(page: &Value) -> Vec<&str> {
    let events = page["data"].as_array().expect("a list");
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

fn seqs(page: &Value) -> Vec<i64> {
    page["data"].as_array().expect("a list").iter().filter_map(|event| event["seq"].as_i64()).collect()
}

#[tokio::test]
async fn an_event_older_than_a_month_is_gone_and_a_younger_one_is_not() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let old = vendor.submit("soup").await;
    town.pass_days(2).await;
    let younger = vendor.submit("bread").await;
    town.pass_days(29).await;
    let before = seqs(&town.rest().get("/events?limit=200").await.expect("the dispatcher reads all"));
    let pruned = town.prune().await;
    let kept = town.rest().get("/events?limit=200").await.expect("the dispatcher reads all");
    assert_eq!((kinds(&kept), id_of(&kept["data"][0]["order"])), (vec!["order.submitted"], younger.clone()));
    assert_eq!((seqs(&kept), pruned), (before[before.len() - 1..].to_vec(), before.len() as u64 - 1));
    for (order, events) in [(&old, &[][..]), (&younger, &["order.submitted"])] {
        let rest = vendor.rest();
        assert_eq!(rest.get(&format!("/orders/{order}")).await.expect("orders stay")["status"], "submitted");
        let timeline = rest.get(&format!("/orders/{order}/events")).await.expect("what is kept of it");
        assert_eq!(kinds(&timeline), events);
    }
    assert_eq!(town.prune().await, 0, "once");
}

#[tokio::test]
async fn whom_an_order_was_offered_to_is_kept_as_long_as_the_log() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("nobody was before ann");
    let path = format!("/orders/{order}/offers");
    let rounds = async || {
        let page = vendor.rest().get(&path).await.expect("its own");
        page["data"].as_array().map(Vec::len)
    };
    // A stop writes down what is still to be written.
    town.keep_receipts().await;
    town.pass_days(29).await;
    town.prune().await;
    assert_eq!(rounds().await, Some(1));
    town.pass_days(2).await;
    town.keep_receipts().await;
    town.prune().await;
    assert_eq!(rounds().await, Some(0));
}

/// How many pieces of drivers' histories the database holds that are over, and that go on: standings and shifts.
async fn pieces(town: &Town) -> [(i64, i64); 2] {
    let options = SqliteConnectOptions::new().filename(town.database()).read_only(true);
    let mut conn = options.connect().await.expect("it can be opened");
    let mut pieces = [(0, 0); 2];
    let counts = [
        "select count(to_seq), sum(to_seq is null) from standings",
        "select count(left_seq), sum(left_seq is null) from shifts",
    ];
    for (count, found) in counts.into_iter().zip(&mut pieces) {
        *found = sqlx::query_as(count).fetch_one(&mut conn).await.expect("it can be counted");
    }
    pieces
}

#[tokio::test]
async fn what_ended_in_a_drivers_history_goes_with_the_log_and_what_goes_on_stays() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver_in("bob", "west").await);
    let brings_one = json!({ "max_active_orders": 1 });
    town.rest().patch(&format!("/drivers/{}", ann.id), &brings_one).await.expect("a dispatcher may");
    let soup = vendor.submit_ready("soup").await;
    ann.claim(&soup).await.expect("nobody was before ann");
    let mitte = json!({ "zone": "mitte" });
    bob.command("zone.leave", &json!({ "zone": "west" })).await.expect("bob may go");
    bob.command("zone.join", &mitte).await.expect("bob may work anywhere");
    let [(stood, stand), (worked, work)] = pieces(&town).await;
    assert_eq!((stood, stand, worked, work), (1, 2, 1, 2), "ann got her hands full, and bob went elsewhere");
    for hours in [31 * 24, 3] {
        town.pass_s(hours * 3_600).await;
        town.prune().await;
    }
    assert_eq!(pieces(&town).await, [(0, stand), (0, work)], "what is over is forgotten, and nothing else");
    let bread = vendor.submit_ready("bread").await;
    let why = town.rest().get(&format!("/orders/{bread}/why?driver_id={}", ann.id)).await.expect("a dispatcher may");
    assert_eq!(why["reasons"][0]["code"], "at_capacity", "{why}");
    assert_eq!(bob.expect("order.ready_for_pickup").await.order()["id"], bread);
    assert!(ann.heard().await.0.iter().all(|event| event.order()["id"] != json!(bread)), "her hands are full");
}

/// An offer may begin before all that is kept of the log, and end in it: its end is still told to who left in between.
#[tokio::test]
async fn whoever_was_asked_before_the_log_begins_still_reads_of_the_end() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let soup = vendor.submit_ready("soup").await;
    ann.command("zone.leave", &json!({ "zone": "mitte" })).await.expect("ann may go");
    town.pass_s(600).await;
    vendor.does_with("order.cancel", &soup, json!({ "reason": "sold out" })).await.expect("it is on offer");
    // Five minutes more, and the end is as old as the log may be.
    town.pass_s(30 * 24 * 3_600 - 300).await;
    let timeline = format!("/orders/{soup}/events");
    for minutes in [0, 1, 2] {
        town.pass_s(minutes * 60).await;
        town.prune().await;
        let kept = ann.rest().get(&timeline).await.expect("ann was asked for it");
        assert_eq!(kinds(&kept), ["order.cancelled"], "after {minutes} min");
    }
}

#[tokio::test]
async fn seq_goes_on_rising_after_everything_was_pruned() {
    the_log_goes_on(Town::open().await).await;
}

/// When every event is older than the log is kept, the last stays: after a restart `seq` goes on from it, under the same
/// epoch, and whoever heard everything has missed nothing.
pub(crate) async fn the_log_goes_on(mut town: Town) {
    let (vendor, mut admin) = (town.vendor().await, town.admin().await);
    vendor.submit("soup").await;
    let last = admin.expect("order.submitted").await.seq;
    let cursor = admin.cursor();
    town.pass_days(31).await;
    assert!(town.prune().await > 0);
    town.stop().await;
    town.start_again().await;
    let bread = json!({ "vendor_id": vendor.id, "items": [{ "name": "bread" }] });
    town.rest().post("/orders", &bread).await.expect("it can be submitted");
    let sync = admin.back_with(&cursor).await;
    assert_eq!(sync["cursor"], json!({ "epoch": cursor["epoch"], "seq": last + 1 }), "the log begins anew");
    assert_eq!((&sync["mode"], &sync["events"][0]["seq"]), (&json!("replay"), &json!(last + 1)), "{sync}");
    let log = town.rest().get("/events").await.expect("the dispatcher reads all");
    assert_eq!(seqs(&log).last(), Some(&(last + 1)));
}

#[tokio::test]
async fn a_cursor_older_than_the_log_gets_a_snapshot_that_says_so() {
    an_older_cursor(Town::open().await).await;
}

/// Who heard the last event that is gone has missed nothing and gets every event since; who heard less is told so.
pub(crate) async fn an_older_cursor(town: Town) {
    let (vendor, admin, ann) = (town.vendor().await, town.admin().await, town.driver("ann").await);
    let soup = vendor.submit_ready("soup").await;
    let claimed = ann.claim(&soup).await.expect("nobody was before ann").seq.expect("it is an event");
    vendor.submit("bread").await;
    let cursor = |seq: i64| json!({ "epoch": admin.cursor()["epoch"], "seq": seq });
    let (short, edge) = (cursor(claimed), cursor(claimed + 1));
    town.pass_days(31).await;
    let started = ann.does("order.start", &soup).await.expect("it is ann's").seq;
    assert_eq!(started, Some(claimed + 2), "nothing else happened");
    assert!(town.prune().await > 0);
    for mut person in [admin, vendor, ann] {
        let sync = person.back_with(&short).await;
        let answer = (&sync["mode"], &sync["reason"]);
        assert_eq!(answer, (&json!("snapshot"), &json!("too_old")), "as if nothing were missing: {sync}");
        assert!(sync["orders"].as_array().expect("a snapshot").iter().any(|order| order["id"] == json!(soup)));
        let sync = person.back_with(&edge).await;
        assert_eq!(sync["mode"], "replay", "{} missed nothing that is gone: {sync}", person.name);
        let told: Vec<_> = sync["events"].as_array().expect("a replay").iter().map(|event| &event["type"]).collect();
        assert_eq!(told, ["order.enroute_to_pickup"], "{}", person.name);
    }
}

#[tokio::test]
async fn a_program_further_behind_than_the_log_is_told_where_to_go_on() {
    a_late_program(Town::open().await).await;
}

/// A program that comes too late is refused, and told what to do; doing it works.
pub(crate) async fn a_late_program(town: Town) {
    let (vendor, rest) = (town.vendor().await, town.rest());
    vendor.submit("soup").await;
    town.pass_days(31).await;
    vendor.submit("bread").await;
    let log = rest.get("/events?limit=200").await.expect("the dispatcher reads all");
    let first = *seqs(&log).last().expect("it is not empty");
    rest.get("/events?after=0").await.expect("everything is kept");
    town.prune().await;
    for (reader, after) in [(&rest, 0), (&rest, first - 2), (&vendor.rest(), 0), (&vendor.rest(), first - 2)] {
        let refused = reader.get(&format!("/events?after={after}")).await.expect_err("it missed what is gone");
        assert_eq!((refused.code.as_str(), &refused.body["status"]), ("cursor_expired", &json!(410)));
        assert_eq!(refused.body["retryable"], false);
        let way_out = format!("events before {first} are no longer kept: read GET /api/v1/orders");
        assert!(refused.detail.starts_with(&way_out), "{refused:?}");
        let on = refused.detail.rsplit("after=").next().expect("it says from where to go on");
        let page = reader.get(&format!("/events?after={on}")).await.expect("what follows is kept");
        assert_eq!((seqs(&page), &page["next"]), (vec![first], &json!(first.to_string())));
        assert_eq!(seqs(&reader.get("/events").await.expect("it begins with the oldest")), [first]);
    }
}

/// Nothing was said of a vendor for longer than the log is kept: a program that reads its log all the while is not
/// refused when an event of its own comes.
#[tokio::test]
async fn a_quiet_vendors_place_in_the_log_moves_on() {
    let town = Town::open().await;
    let (quiet, busy) = (town.vendor().await, town.vendor_named("Flower Corner").await);
    quiet.submit("soup").await;
    let mut next = "0".to_owned();
    for _ in 0..3 {
        town.pass_days(20).await;
        busy.submit("roses").await;
        town.prune().await;
        let page = quiet.rest().get(&format!("/events?after={next}")).await;
        let page = page.unwrap_or_else(|refused| panic!("it read all along: {refused:?}"));
        page["next"].as_str().expect("where to go on").clone_into(&mut next);
    }
    quiet.submit("bread").await;
    let page = quiet.rest().get(&format!("/events?after={next}")).await.expect("it read all along");
    assert_eq!(kinds(&page), ["order.submitted"]);
}

/// What the option says is what the server does, without being asked.
#[tokio::test]
async fn the_server_prunes_by_itself_as_long_ago_as_it_was_told() {
    let mut town = Town::open().await;
    let vendor = town.vendor().await;
    vendor.submit("soup").await;
    town.pass_days(8).await;
    let younger = vendor.submit("bread").await;
    assert_eq!(town.prune().await, 0, "a month is what it keeps unless told otherwise");
    town.stop().await;
    town.keep_log_for("7");
    town.start_again().await;
    let kept = async {
        loop {
            let kept = town.rest().get("/events").await.expect("the dispatcher reads all");
            if kept["data"][0]["order"]["id"] == younger {
                return kept;
            }
        }
    };
    let kept = tokio::time::timeout(crate::client::PATIENCE, kept).await.expect("it prunes when it starts");
    assert_eq!(kinds(&kept), ["order.submitted"]);
}
