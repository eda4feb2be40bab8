//! The recipient's link: what it shows and when, and that it shows nothing else.

mod streams;

use reqwest::Method;
use serde_json::{Value, json};

use self::streams::Stream;
use crate::{
    client::Problem,
    town::{Person, Town},
};

const HERE: (f64, f64) = (52.522, 13.404);

/// Where an order may be followed, below the hub's address.
async fn link_of(vendor: &Person, order: &str) -> String {
    let order = vendor.rest().get(&format!("/orders/{order}")).await.expect("its own order");
    let url = order["tracking_url"].as_str().expect("it can be followed");
    let token = url.rsplit('/').next().expect("a token");
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "128 bits: {token}");
    format!("/track/{token}")
}

/// What a link shows at this moment.
async fn shown(town: &Town, link: &str) -> Value {
    Stream::open(town, link).await.expect("it leads somewhere").track("what there is to see").await
}

async fn is_at(driver: &Person, (lat, lng): (f64, f64)) {
    driver.command("driver.location", &json!({ "lat": lat, "lng": lng })).await.expect("they may say where they are");
}

/// Without what time alone changes.
fn timeless(mut track: Value) -> Value {
    for name in ["submitted_at", "picked_up_at", "delivered_at", "ended_at"] {
        let at = &mut track[name];
        *at = json!(!at.is_null());
    }
    assert!(track["server_time"].is_string(), "{track}");
    track.as_object_mut().expect("an object").remove("server_time");
    track
}

/// In every status, an order full of secrets shows these fields and no other.
#[tokio::test]
async fn a_link_shows_its_recipient_what_they_need_and_nothing_else() {
    nothing_else(Town::open().await).await;
}

pub(crate) async fn nothing_else(town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("Ann Example").await);
    let secrets = json!({
        "external_id": "till-7", "notes": "ring twice", "cash_to_collect": { "amount": 1250, "currency": "EUR" },
        "driver_pay": { "amount": 400, "currency": "EUR" }, "needs": [],
    });
    let soup = vendor.submit_as("soup", secrets).await;
    let link = link_of(&vendor, &soup).await;
    let expected = |status: &str, driver: Value, points: (Value, Value), times: [bool; 3]| {
        json!({
            "status": status, "vendor": { "name": "Ramen Bar", "phone": "+49301" }, "driver": driver,
            "pickup": points.0, "dropoff": points.1, "submitted_at": true, "scheduled_for": null,
            "picked_up_at": times[0], "delivered_at": times[1], "ended_at": times[2],
        })
    };
    let nowhere = || (Value::Null, Value::Null);
    let on_map = || (json!({ "lat": 52.52, "lng": 13.4 }), json!({ "lat": 52.530_437, "lng": 13.411_912 }));
    let driver = |location: Value| json!({ "first_name": "Ann", "vehicle": "bicycle", "location": location });
    let here = || json!({ "lat": HERE.0, "lng": HERE.1 });
    let sees = async |what: Value| assert_eq!(timeless(shown(&town, &link).await), what, "no more and no less");

    is_at(&ann, HERE).await;
    sees(expected("submitted", Value::Null, nowhere(), [false; 3])).await;
    vendor.does("order.ready", &soup).await.expect("it is ready");
    sees(expected("ready_for_pickup", Value::Null, nowhere(), [false; 3])).await;
    ann.claim(&soup).await.expect("nobody else wants it");
    sees(expected("assigned", driver(Value::Null), nowhere(), [false; 3])).await;
    ann.does("order.start", &soup).await.expect("it is hers");
    sees(expected("enroute_to_pickup", driver(Value::Null), nowhere(), [false; 3])).await;
    ann.does("order.arrive", &soup).await.expect("it is hers");
    vendor
        .does_with("order.problem", &soup, json!({ "reason": "spilled", "note": "some of it" }))
        .await
        .expect("so it is");
    sees(expected("arrived_at_pickup", driver(Value::Null), nowhere(), [false; 3])).await;
    town.pass_s(60).await;
    ann.does("order.pick_up", &soup).await.expect("it is there");
    sees(expected("picked_up", driver(Value::Null), on_map(), [true, false, false])).await;
    is_at(&ann, HERE).await;
    sees(expected("picked_up", driver(here()), on_map(), [true, false, false])).await;
    ann.does("order.arrive", &soup).await.expect("it is hers");
    sees(expected("arrived_at_dropoff", driver(here()), on_map(), [true, false, false])).await;
    ann.does_with("order.deliver", &soup, json!({ "proof": { "name": "Kim" } })).await.expect("it is hers");
    is_at(&ann, HERE).await;
    sees(expected("delivered", driver(Value::Null), nowhere(), [true, true, true])).await;
}

#[tokio::test]
async fn a_delivery_that_comes_to_nothing_names_nobody() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("Ann Example").await);
    let (tea, soup, bread) =
        (vendor.submit("tea").await, vendor.submit_ready("soup").await, vendor.submit_ready("bread").await);
    let later = town.in_s(7_200);
    let cake = vendor.submit_as("cake", json!({ "scheduled_for": later })).await;
    let cake = shown(&town, &link_of(&vendor, &cake).await).await;
    assert_eq!((&cake["status"], &cake["scheduled_for"]), (&json!("scheduled"), &json!(later)));
    let nothing_of = async |order: &str, status: &str| {
        let track = shown(&town, &link_of(&vendor, order).await).await;
        let points = [&track["pickup"], &track["dropoff"], &track["driver"]["location"]];
        assert_eq!((track["status"].as_str(), points), (Some(status), [&Value::Null; 3]), "{track}");
        assert!(!track.to_string().contains("Kim"), "{track}");
        track["driver"].clone()
    };
    vendor.does_with("order.cancel", &tea, json!({ "reason": "Kim is out" })).await.expect("it may");
    assert_eq!(nothing_of(&tea, "cancelled").await, Value::Null);
    for order in [&soup, &bread] {
        ann.picks_up(order).await;
        is_at(&ann, HERE).await;
        ann.does_with("order.return", order, json!({ "reason": "Kim is out" })).await.expect("it is hers");
    }
    assert_eq!(nothing_of(&soup, "returning").await["first_name"], "Ann");
    vendor.does("order.confirm_return", &soup).await.expect("it is back");
    assert_eq!(nothing_of(&soup, "returned").await, Value::Null);
    town.does("fail", &bread, &json!({ "reason": "Kim is out" })).await.expect("a dispatcher may say so");
    assert_eq!(nothing_of(&bread, "failed").await, Value::Null);
    let roll = vendor.submit_ready("roll").await;
    for _ in 0..20 {
        town.pass_s(120).await;
    }
    assert_eq!(nothing_of(&roll, "expired").await, Value::Null);
}

/// From the pickup until the delivery; not a place on the way to it, and not where they were long ago.
#[tokio::test]
async fn a_position_is_shown_on_the_way_and_only_there() {
    on_the_way(Town::open().await).await;
}

pub(crate) async fn on_the_way(town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let soup = vendor.submit_ready("soup").await;
    let link = link_of(&vendor, &soup).await;
    ann.claim(&soup).await.expect("nobody else wants it");
    let mut stream = Stream::open(&town, &link).await.expect("it leads somewhere");
    let first = stream.track("how it is").await;
    assert_eq!(first["status"], "assigned");
    is_at(&ann, (52.51, 13.39)).await;
    town.pass_s(60).await;
    ann.does("order.pick_up", &soup).await.expect("it is there");
    let track = stream.track("that it is on the way").await;
    assert_eq!(track["status"], "picked_up");
    assert_eq!(track["driver"]["location"], Value::Null, "where she was before the pickup is hers: {track}");
    is_at(&ann, HERE).await;
    let track = stream.track("where she is").await;
    assert_eq!(track["driver"]["location"], json!({ "lat": HERE.0, "lng": HERE.1 }), "live");
    town.pass_s(200).await;
    assert_eq!(shown(&town, &link).await["driver"]["location"], Value::Null, "that is where she was");
    is_at(&ann, HERE).await;
    ann.does("order.deliver", &soup).await.expect("it is hers");
    let over = loop {
        let track = stream.track("that it is delivered").await;
        if track["status"] == "delivered" {
            break track;
        }
    };
    assert_eq!(over["driver"]["location"], Value::Null, "where she goes now is hers: {over}");
    is_at(&ann, (52.51, 13.39)).await;
    ann.does("order.undo", &soup).await.expect("within ten seconds");
    let back = stream.track("that it is not").await;
    assert_eq!((&back["status"], &back["delivered_at"]), (&json!("picked_up"), &Value::Null), "{back}");
}

#[tokio::test]
async fn whoever_follows_a_delivery_hears_of_it_as_it_happens_and_of_nothing_else() {
    live(Town::open().await).await;
}

pub(crate) async fn live(town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let (soup, bread) = (vendor.submit("soup").await, vendor.submit("bread").await);
    let mut stream = Stream::open(&town, &link_of(&vendor, &soup).await).await.expect("it leads somewhere");
    assert_eq!(stream.track("how it is").await["status"], "submitted");
    vendor.does("order.ready", &bread).await.expect("it is ready");
    ann.picks_up(&bread).await;
    is_at(&ann, HERE).await;
    vendor.does_with("order.message", &soup, json!({ "text": "not for the recipient" })).await.expect("it may");
    vendor.does("order.ready", &soup).await.expect("it is ready");
    assert_eq!(stream.track("the next of it").await["status"], "ready_for_pickup", "and nothing in between");
    ann.claim(&soup).await.expect("nobody else wants it");
    assert_eq!(stream.track("the next of it").await["status"], "assigned");
}

#[tokio::test]
async fn a_link_ends_a_day_after_its_order_and_so_does_its_stream() {
    ends(Town::open().await).await;
}

pub(crate) async fn ends(town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let soup = vendor.submit_ready("soup").await;
    let link = link_of(&vendor, &soup).await;
    ann.picks_up(&soup).await;
    ann.does("order.deliver", &soup).await.expect("it is hers");
    town.pass_s(24 * 3_600 - 1).await;
    let mut stream = Stream::open(&town, &link).await.expect("it is still kept");
    assert_eq!(stream.track("how it is").await["status"], "delivered");
    town.pass_s(1).await;
    stream.ends_with("ended").await;
    let gone = Stream::open(&town, &link).await.err();
    assert_eq!(gone.map(|problem| problem.code), Some("not_found".to_owned()), "after a day it leads nowhere");
}

/// One answer for every link that leads nowhere, so that it tells nothing of the others.
#[tokio::test]
async fn a_wrong_link_is_answered_like_every_other_wrong_link() {
    let town = Town::open().await;
    let (vendor, nobody) = (town.vendor().await, town.door.without_key());
    let soup = vendor.submit("soup").await;
    let link = link_of(&vendor, &soup).await;
    let ended = vendor.submit("tea").await;
    let ended =
        (link_of(&vendor, &ended).await, vendor.does_with("order.cancel", &ended, json!({ "reason": "no" })).await).0;
    town.pass_days(2).await;
    let near = format!("{}{}", &link[..link.len() - 1], if link.ends_with('0') { '1' } else { '0' });
    let wrong = [near, ended, format!("/track/{soup}"), "/track/x".to_owned(), format!("/track/%27{}", &link[8..39])];
    for path in ["", "/events", "/qr.svg"] {
        let mut answers = Vec::new();
        for wrong in &wrong {
            let answer = nobody.at(Method::GET, &format!("{wrong}{path}"), &[], None).await;
            assert_eq!(answer.status, 404, "{wrong}{path}: {answer:?}");
            keeps_to_itself(&answer);
            let mut headers = answer.headers.clone();
            for own in ["date", "x-request-id"] {
                headers.remove(own);
            }
            answers.push((headers, answer.text));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{path}: {answers:?}");
    }
}

fn keeps_to_itself(answer: &crate::town::Answer) {
    let said = ["cache-control", "referrer-policy", "x-robots-tag"].map(|name| answer.header(name));
    assert_eq!(said, ["no-store", "no-referrer", "noindex, nofollow"], "{answer:?}");
}

#[tokio::test]
async fn a_link_is_kept_by_nobody_who_passes_it_on_and_comes_as_a_qr_code() {
    let town = Town::open().await;
    let (vendor, nobody) = (town.vendor().await, town.door.without_key());
    let soup = vendor.submit("soup").await;
    let link = link_of(&vendor, &soup).await;
    let qr = nobody.at(Method::GET, &format!("{link}/qr.svg"), &[], None).await;
    keeps_to_itself(&qr);
    assert_eq!((qr.status, qr.header("content-type")), (200, "image/svg+xml"));
    assert!(qr.text.contains("<svg") && qr.header("content-security-policy").contains("default-src 'none'"), "{qr:?}");
    let stream = Stream::open(&town, &link).await.expect("it leads somewhere");
    assert!(stream.header("content-type").starts_with("text/event-stream"), "{}", stream.header("content-type"));
    assert_eq!(stream.header("cache-control"), "no-store");
    let page = nobody.at(Method::GET, &link, &[], None).await;
    keeps_to_itself(&page);
    assert!(page.header("content-security-policy").contains("default-src 'none'"), "{page:?}");
}

#[tokio::test]
async fn only_so_many_may_follow_one_delivery() {
    so_many(Town::open().await).await;
}

pub(crate) async fn so_many(town: Town) {
    let vendor = town.vendor().await;
    let (soup, bread) = (vendor.submit("soup").await, vendor.submit("bread").await);
    let link = link_of(&vendor, &soup).await;
    let mut streams = Vec::new();
    for _ in 0..waypost::hub::FOLLOWERS_PER_LINK_MAX {
        streams.push(Stream::open(&town, &link).await.expect("there is room"));
    }
    let problem: Problem = Stream::open(&town, &link).await.err().expect("one more is too many for one link");
    assert_eq!((problem.code.as_str(), &problem.body["retry_after_s"]), ("rate_limited", &json!(10)), "{problem:?}");
    Stream::open(&town, &link_of(&vendor, &bread).await).await.expect("others are not concerned");
    streams.pop();
    // The hub notices a closed connection when it gets to it.
    let room = async { while Stream::open(&town, &link).await.is_err() {} };
    tokio::time::timeout(crate::client::PATIENCE, room).await.expect("there is room again");
}

#[tokio::test]
async fn a_hub_that_stops_tells_who_follows_when_to_come_back() {
    let mut town = Town::open().await;
    let vendor = town.vendor().await;
    let link = link_of(&vendor, &vendor.submit("soup").await).await;
    let mut stream = Stream::open(&town, &link).await.expect("it leads somewhere");
    stream.track("how it is").await;
    town.stop().await;
    let said = stream.ends_with("stopping").await;
    assert!(said["reconnect_after_ms"].as_u64().is_some_and(|ms| (1_000..=5_000).contains(&ms)), "{said}");
    town.start_again().await;
    let again = shown(&town, &link).await;
    assert_eq!(again["status"], "submitted", "the same link, after a restart");
}

/// A database from before links had a column of their own.
#[tokio::test]
async fn an_order_from_an_older_hub_keeps_its_link() {
    let mut town = Town::open().await;
    let vendor = town.vendor().await;
    let link = link_of(&vendor, &vendor.submit("soup").await).await;
    town.stop().await;
    town.undo_migration(11, &["drop index orders_tracking", "alter table orders drop column tracking_token"]).await;
    town.start_again().await;
    assert_eq!(shown(&town, &link).await["status"], "submitted");
}
