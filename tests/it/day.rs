//! A driver's day: jobs, money, and time on duty.

use serde_json::{Value, json};

use crate::town::{Person, Town};

async fn day(driver: &Person) -> Value {
    driver.rest().get("/me/day").await.expect("it is their own")
}

fn on_duty_s(day: &Value) -> i64 {
    day["on_duty_s"].as_i64().expect("seconds")
}

fn money(amount: i64, currency: &str) -> Value {
    json!({ "amount": amount, "currency": currency })
}

#[tokio::test]
async fn a_driver_sees_what_the_day_brought() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let pays = |cash: Value, pay: Value| json!({ "ready": true, "cash_to_collect": cash, "driver_pay": pay });
    let mut orders = Vec::new();
    for (cash, pay) in [
        (money(1_250, "EUR"), money(400, "EUR")),
        (money(700, "CHF"), money(350, "EUR")),
        (Value::Null, Value::Null),
        (money(9_999, "EUR"), money(9_999, "EUR")),
        (money(8_888, "EUR"), money(8_888, "EUR")),
    ] {
        orders.push(vendor.submit_as("soup", pays(cash, pay)).await);
        town.clock.pass_ms(10_000);
        ann.claim(orders.last().expect("one")).await.expect("she is the first");
    }
    for order in &orders[..4] {
        ann.does("order.pick_up", order).await.expect("it is there");
    }
    for order in &orders[..3] {
        ann.does("order.deliver", order).await.expect("it is at the door");
    }
    ann.does_with("order.return", &orders[3], json!({ "reason": "nobody is there" })).await.expect("she may");
    vendor.does("order.confirm_return", &orders[3]).await.expect("it is back");
    town.pass_s(3_600).await;
    let read = day(&ann).await;
    assert_eq!((&read["delivered"], &read["returned"]), (&json!(3), &json!(1)));
    assert_eq!(read["cash"], json!([money(700, "CHF"), money(1_250, "EUR")]), "what was brought back was not paid for");
    assert_eq!(read["pay"], json!([money(750, "EUR")]));
    assert!((3_650..3_660).contains(&on_duty_s(&read)), "{read}");
    let jobs = read["jobs"].as_array().expect("a list");
    let listed: Vec<_> = jobs.iter().filter_map(|job| job["id"].as_str()).collect();
    assert_eq!(listed, orders.iter().rev().map(String::as_str).collect::<Vec<_>>(), "newest first");
    let (open, first) = (&jobs[0], &jobs[4]);
    assert_eq!((&open["status"], &open["closed_at"]), (&json!("assigned"), &Value::Null), "still to be done");
    let shown = (&first["vendor"], &first["status"], &first["cash_to_collect"], &first["driver_pay"]);
    assert_eq!(shown, (&json!("Ramen Bar"), &json!("delivered"), &money(1_250, "EUR"), &money(400, "EUR")));
    let whole = vendor.rest().get(&format!("/orders/{}", orders[0])).await.expect("its own");
    for field in ["code", "assigned_at", "picked_up_at", "delivered_at", "closed_at"] {
        assert_eq!(first[field], whole[field]);
    }
    assert!(first.get("dropoff").is_none(), "where people live is over with the job");
    assert_eq!(day(&bob).await["jobs"], json!([]));
    town.pass_s(24 * 3_600).await;
    let later = day(&ann).await;
    let jobs: Vec<_> = later["jobs"].as_array().expect("a list").iter().map(|job| job["id"].clone()).collect();
    assert_eq!((&later["delivered"], jobs), (&json!(0), vec![json!(orders[4])]), "yesterday is over");
    let (from, to) = (town.in_s(-30 * 3_600), town.in_s(-24 * 3_600 - 60));
    let back = ann.rest().get(&format!("/me/day?from={from}&to={to}")).await.expect("it is her own");
    assert_eq!((&back["delivered"], &back["from"], &back["to"]), (&json!(3), &json!(from), &json!(to)));
}

#[tokio::test]
async fn time_on_duty_is_counted_once_and_pauses_are_not() {
    let mut town = Town::open().await;
    let mut ann = town.driver_off_duty("ann").await;
    assert_eq!(on_duty_s(&day(&ann).await), 0);
    let zone = |zone: &str| json!({ "zone": zone });
    ann.command("zone.join", &zone("mitte")).await.expect("she may work anywhere");
    town.pass_s(1_000).await;
    ann.command("zone.join", &zone("east")).await.expect("she may work anywhere");
    town.pass_s(1_000).await;
    ann.command("zone.leave", &zone("mitte")).await.expect("she may go");
    town.pass_s(1_000).await;
    ann.command("driver.pause", &json!({ "minutes": 60 })).await.expect("she may");
    town.pass_s(1_000).await;
    ann.command("driver.resume", &json!({})).await.expect("she may");
    town.pass_s(1_000).await;
    assert_eq!(on_duty_s(&day(&ann).await), 4_000);
    town.stop().await;
    town.start_again().await;
    ann.back().await;
    ann.command("zone.leave", &zone("east")).await.expect("she may go");
    town.pass_s(1_000).await;
    assert_eq!(on_duty_s(&day(&ann).await), 4_000);
    town.pass_s(24 * 3_600 - 1_500).await;
    // Each look at the town's clock takes a millisecond.
    assert!((498..=500).contains(&on_duty_s(&day(&ann).await)), "the rest is more than a day ago");
}

/// Whoever is on duty for longer than the log is kept is on duty all the same.
#[tokio::test]
async fn a_shift_may_be_older_than_the_log() {
    let town = Town::open().await;
    let ann = town.driver("ann").await;
    for _ in 0..2 {
        town.pass_days(40).await;
        town.vendor().await.submit("soup").await;
        town.prune().await;
    }
    assert_eq!(on_duty_s(&day(&ann).await), 24 * 3_600);
}

#[tokio::test]
async fn a_day_is_a_drivers_own_and_at_most_a_week() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    for other in [vendor.rest(), town.rest()] {
        assert_eq!(other.get("/me/day").await.expect_err("they have none").code, "forbidden");
    }
    let refused = async |query: String| {
        let refused = ann.rest().get(&format!("/me/day?{query}")).await.expect_err("it cannot be");
        assert_eq!(refused.code, "invalid", "{query}");
        refused.fields()[0].to_owned()
    };
    assert_eq!(refused(format!("from={}", town.in_s(-7 * 24 * 3_600 - 60))).await, "from");
    assert_eq!(refused(format!("from={}&to={}", town.in_s(0), town.in_s(-60))).await, "from");
    assert_eq!(refused("to=tomorrow".to_owned()).await, "to");
    assert_eq!(refused("day=1".to_owned()).await, "day");
    let week = format!("/me/day?from={}", town.in_s(-7 * 24 * 3_600 + 60));
    assert_eq!(ann.rest().get(&week).await.expect("a week").get("on_duty_s"), Some(&json!(0)));
}
