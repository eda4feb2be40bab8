//! Timers are rows in the database: whoever runs them, and however many do, each takes effect once.

use serde_json::{Value, json};

use crate::town::{Person, Town};

/// What the hub itself did with an order, with the round that it was on offer in then.
async fn deeds(vendor: &Person, order: &str) -> Vec<(String, u64)> {
    let page = vendor.rest().get(&format!("/orders/{order}/events?limit=200")).await.expect("it is the vendor's");
    let events = page["data"].as_array().expect("a list").iter().filter(|event| event["actor"]["role"] == "hub");
    let deed = |event: &Value| {
        let round = event["order"]["offer"]["round"].as_u64().unwrap_or_default();
        (event["type"].as_str().expect("a type").to_owned(), round)
    };
    events.map(deed).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timer_takes_effect_once_though_two_hubs_run_it() {
    once_on_two_nodes(Town::open().await).await;
}

pub(crate) async fn once_on_two_nodes(town: Town) {
    let (vendor, _ann) = (town.vendor().await, town.driver("ann").await);
    let other = town.another_node().await;
    let soup = vendor.submit_ready("soup").await;
    let later = json!({ "scheduled_for": town.in_s(1_200), "prep_minutes": 10, "auto_ready": true });
    let cake = vendor.submit_as("cake", later).await;
    // A round is 45 s and begins when the one before it was ended: in 21 looks a minute apart there are as many.
    for _ in 0..21 {
        town.pass_s_on_both(60, &other).await;
    }
    let mut expected: Vec<(String, u64)> = (2..=20).map(|round| ("order.ready_for_pickup".to_owned(), round)).collect();
    expected.push(("order.expired".to_owned(), 0));
    let (alerts, ends): (Vec<_>, Vec<_>) =
        deeds(&vendor, &soup).await.into_iter().partition(|(kind, _)| kind.starts_with("alert."));
    assert_eq!(ends, expected, "each round once, and one end");
    let alerts: Vec<&str> = alerts.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(alerts, ["alert.raised", "alert.cleared"]);
    let begun = deeds(&vendor, &cake).await;
    assert_eq!(begun[0], ("order.submitted".to_owned(), 0));
    assert_eq!(begun[1], ("order.ready_for_pickup".to_owned(), 1));
    assert!(begun[2..].iter().all(|(_, round)| *round > 1), "it came due once, and on offer once: {begun:?}");
    other.stop().await;
}
