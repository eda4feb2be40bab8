//! Whom an offer reached: told while it is open, and kept.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// The rounds of an order's offers, as its vendor reads them.
pub(crate) async fn rounds(vendor: &Person, order: &str) -> Vec<Value> {
    let page = vendor.rest().get(&format!("/orders/{order}/offers")).await.expect("it is the vendor's");
    page["data"].as_array().expect("a list").clone()
}

/// Who was asked in a round, and their answers, by name.
fn answers(round: &Value) -> Vec<(&str, &Value)> {
    let drivers = round["drivers"].as_array().expect("a list").iter();
    let mut answers: Vec<_> =
        drivers.map(|driver| (driver["name"].as_str().expect("a name"), &driver["answer"])).collect();
    answers.sort_by_key(|(name, _)| *name);
    answers
}

pub(crate) fn asked<'r>(round: &'r Value, name: &str) -> &'r Value {
    let mut drivers = round["drivers"].as_array().expect("a list").iter();
    drivers.find(|driver| driver["name"] == name).unwrap_or_else(|| panic!("{name} was not asked: {round}"))
}

/// Waits until the vendor is told that an offer reached so many drivers.
pub(crate) async fn reaches(vendor: &Person, expected: &Value) {
    loop {
        let change = vendor.expect_volatile("order.reach").await;
        if change["reach"] == *expected {
            return;
        }
    }
}

#[tokio::test]
async fn receipts_are_kept_over_a_restart() {
    receipts_survive(Town::open().await).await;
}

/// What an offer reached is counted on after a restart, and afterwards it can be read who was asked, when it came, when it
/// was seen, and what everybody answered.
pub(crate) async fn receipts_survive(mut town: Town) {
    let (mut vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let (bob, cleo) = (town.driver("bob").await, town.driver("cleo").await);
    let order = vendor.submit_ready("soup").await;
    ann.expect("order.ready_for_pickup").await;
    ann.does("order.seen", &order).await.expect("it is on ann's screen");
    bob.does_with("order.decline", &order, json!({ "reason": "too far" })).await.expect("bob need not take it");
    let reach = json!({ "sent": 3, "delivered": 3, "seen": 2, "declined": 1 });
    reaches(&vendor, &reach).await;
    drop(cleo);
    town.stop().await;
    town.start_again().await;
    vendor.back().await;
    let kept = vendor.rest().get(&format!("/orders/{order}")).await.expect("its own");
    assert_eq!(kept["offer"]["reach"], reach, "counted on after a restart");
    ann.back().await;
    ann.claim(&order).await.expect("nobody was before ann");
    vendor.expect("order.assigned").await;
    let rounds = rounds(&vendor, &order).await;
    assert_eq!(rounds.len(), 1, "{rounds:?}");
    let round = &rounds[0];
    assert_eq!(answers(round), [("ann", &json!("claimed")), ("bob", &json!("declined")), ("cleo", &json!("lost"))]);
    assert_eq!((&round["ended_by"], &round["zones"], &round["reach"]), (&json!("claimed"), &json!(["mitte"]), &reach));
    let bob = asked(round, "bob");
    assert_eq!((&bob["reason"], &bob["channel"]), (&json!("too far"), &json!("socket")));
    let ann = asked(round, "ann");
    let times: Vec<&str> = ["sent_at", "delivered_at", "seen_at", "answered_at"]
        .iter()
        .map(|name| ann[name].as_str().unwrap_or_else(|| panic!("no {name}: {ann}")))
        .collect();
    assert!(times.is_sorted(), "sent, delivered, seen, answered: {times:?}");
    assert!(asked(round, "cleo")["seen_at"].is_null(), "cleo's client never said so");
}

#[tokio::test]
async fn every_round_of_every_offer_is_kept_with_how_it_ended() {
    let town = Town::open().await;
    let (vendor, ann, wes) = (town.vendor().await, town.driver("ann").await, town.driver_in("wes", "west").await);
    let order = vendor.submit_ready("soup").await;
    ann.expect("order.ready_for_pickup").await;
    town.pass_s(46).await;
    wes.expect("order.ready_for_pickup").await;
    vendor.does("order.withdraw", &order).await.expect("it is on offer");
    vendor.does("order.ready", &order).await.expect("it was withdrawn");
    let why = json!({ "reason": "sold out" });
    vendor.does_with("order.cancel", &order, why).await.expect("it is on offer");
    ann.heard().await;
    wes.heard().await;
    let ends: Vec<_> = rounds(&vendor, &order)
        .await
        .iter()
        .map(|round| format!("{} {} {:?}", round["round"], round["ended_by"], answers(round)))
        .collect();
    let (expired, withdrawn, cancelled) = (json!("expired"), json!("withdrawn"), json!("cancelled"));
    assert_eq!(
        ends,
        [
            format!("1 \"expired\" {:?}", [("ann", &expired)]),
            format!("2 \"withdrawn\" {:?}", [("ann", &withdrawn), ("wes", &withdrawn)]),
            format!("1 \"cancelled\" {:?}", [("ann", &cancelled)]),
        ]
    );
    let path = format!("/orders/{order}/offers?limit=2");
    let page = town.rest().get(&path).await.expect("a dispatcher may");
    let next = page["next"].as_str().expect("there is one more");
    let rest = town.rest().get(&format!("{path}&cursor={next}")).await.expect("it goes on");
    assert_eq!((page["data"].as_array().map(Vec::len), &rest["next"]), (Some(2), &json!(null)));
    assert_eq!(rest["data"][0]["ended_by"], "cancelled");
}

#[tokio::test]
async fn a_hub_that_is_killed_leaves_no_round_open() {
    Box::pin(no_round_is_left_open(Town::open().await)).await;
}

/// Rounds that ended after receipts were last written are lost with a hub that is killed. The next one says of each what the
/// log knows: how it ended, when, and what that was to everybody who was asked.
pub(crate) async fn no_round_is_left_open(mut town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let (bob, cleo) = (town.driver("bob").await, town.driver("cleo").await);
    let mut orders = Vec::new();
    for what in ["soup", "bread", "cake", "tea", "rice"] {
        let order = vendor.submit_ready(what).await;
        for driver in [&ann, &bob, &cleo] {
            driver.does("order.seen", &order).await.expect("it is on everybody's screen");
        }
        orders.push(order);
    }
    town.keep_receipts().await;
    let [soup, bread, cake, tea, rice] = &orders[..] else { unreachable!("five were submitted") };
    bob.does_with("order.decline", soup, json!({ "reason": "too far" })).await.expect("bob need not take it");
    ann.claim(soup).await.expect("nobody was before ann");
    vendor.does("order.withdraw", bread).await.expect("it is on offer");
    vendor.does("order.ready", bread).await.expect("it was withdrawn");
    let why = json!({ "reason": "sold out" });
    vendor.does_with("order.cancel", cake, why.clone()).await.expect("it is on offer");
    town.does("assign", tea, &json!({ "driver_id": cleo.id })).await.expect("a dispatcher may");
    town.pass_s(46).await;
    vendor.does_with("order.cancel", rice, why).await.expect("its second round goes on");
    // What follows the first round began in the gap, and nothing of it was written.
    let first_rounds = async || {
        let mut firsts = Vec::new();
        for order in &orders {
            firsts.push(rounds(&vendor, order).await.into_iter().next().expect("it was on offer"));
        }
        firsts
    };
    let live = first_rounds().await;
    town.kill().await;
    town.start_again().await;
    let closed = first_rounds().await;
    let ends: Vec<_> = closed.iter().map(|round| format!("{} {:?}", round["ended_by"], answers(round))).collect();
    let expected = [
        ("claimed", ["claimed", "declined", "lost"]),
        ("withdrawn", ["withdrawn"; 3]),
        ("cancelled", ["cancelled"; 3]),
        ("assigned", ["assigned"; 3]),
        ("expired", ["expired"; 3]),
    ]
    .map(|(end, [ann, bob, cleo])| {
        format!("{} {:?}", json!(end), [("ann", &json!(ann)), ("bob", &json!(bob)), ("cleo", &json!(cleo))])
    });
    assert_eq!(ends, expected, "a killed hub left a round open");
    assert_eq!(asked(&closed[0], "bob")["reason"], "too far");
    assert_eq!(closed[1..], live[1..], "and all of it as if it had not been killed");
    town.keep_receipts().await;
    town.stop().await;
    town.start_again().await;
    assert_eq!(first_rounds().await, closed, "written down as it was told");
    assert_eq!(rounds(&vendor, bread).await.last().expect("it is on offer")["ended_by"], json!(null));
}

#[tokio::test]
async fn who_was_asked_is_for_the_vendor_and_the_dispatcher() {
    let town = Town::open().await;
    let (vendor, other) = (town.vendor().await, town.vendor_named("Flower Corner").await);
    let ann = town.driver("ann").await;
    let order = vendor.submit_ready("soup").await;
    let path = format!("/orders/{order}/offers");
    assert_eq!(ann.rest().get(&path).await.expect_err("ann is a driver").code, "forbidden");
    assert_eq!(other.rest().get(&path).await.expect_err("it is another's").code, "not_found");
    let bad = vendor.rest().get(&format!("{path}?cursor=yesterday")).await.expect_err("it is no cursor");
    assert_eq!(bad.fields(), ["cursor"]);
    ann.expect("order.ready_for_pickup").await;
    assert_eq!(answers(&rounds(&vendor, &order).await[0]), [("ann", &json!(null))], "not written yet, and told");
}

/// The timeline of an order holds its offers and receipts too, a page at a time; whom else it was offered to is not for drivers.
#[tokio::test]
async fn the_timeline_says_whom_each_round_reached() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    bob.does_with("order.decline", &order, json!({ "reason": "too far" })).await.expect("bob need not take it");
    town.pass_s(45).await;
    ann.claim(&order).await.expect("nobody was before ann");
    let (mut told, mut cursor) = (vec![], String::new());
    loop {
        let path = format!("/orders/{order}/events?limit=2{cursor}");
        let page = vendor.rest().get(&path).await.expect("it is the vendor's");
        told.extend(page["data"].as_array().expect("a list").iter().map(|event| event["data"]["offer_round"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    told.retain(|round| !round.is_null());
    assert_eq!(told, rounds(&vendor, &order).await);
    assert_eq!((told.len(), asked(&told[0], "bob")["reason"].as_str()), (2, Some("too far")));
    let hers = ann.rest().get(&format!("/orders/{order}/events")).await.expect("she carries it");
    assert!(!hers.to_string().contains("offer_round") && !hers.to_string().contains("bob"), "{hers}");
}
