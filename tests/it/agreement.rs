//! However often somebody is away: what is replayed is what would have been heard live, word for word.

use serde_json::{Value, json};

use crate::{
    dice::Dice,
    town::{Person, Town},
};

/// Steps of one story; enough that every pair of commands meets an absence.
const STEPS: usize = 120;

/// Somebody who comes and goes, beside somebody who stays.
struct Pair {
    stays: Person,
    goes: Person,
    /// What was heard over all connections of the one who goes.
    heard: Vec<Value>,
    is_away: bool,
}

impl Pair {
    async fn of(person: &Person) -> Pair {
        Pair { stays: person.second_tab().await, goes: person.second_tab().await, heard: Vec::new(), is_away: false }
    }

    async fn turns(&mut self) {
        if self.is_away {
            let sync = self.goes.back().await;
            self.heard.extend(sync["events"].as_array().expect("a replay, since it was not long").iter().cloned());
        } else {
            self.goes.drop_link();
            self.heard.extend(self.goes.unread().into_iter().map(|event| event.body));
        }
        self.is_away = !self.is_away;
    }

    /// What both heard, without what differs: the chain of each connection, and counts that go on counting.
    async fn both(mut self) -> (Vec<Value>, Vec<Value>) {
        if self.is_away {
            self.turns().await;
        }
        let (stayed, rest) = (self.stays.heard().await, self.goes.heard().await);
        self.heard.extend(rest.0.into_iter().map(|event| event.body));
        let plain = |events: Vec<Value>| -> Vec<Value> {
            let events = events.into_iter().filter(|event| event["order"]["zone"] != "nowhere");
            events.map(without_what_differs).collect()
        };
        (plain(stayed.0.into_iter().map(|event| event.body).collect()), plain(self.heard))
    }
}

fn without_what_differs(mut event: Value) -> Value {
    event.as_object_mut().expect("an event").remove("prev");
    if let Some(offer) = event["order"]["offer"].as_object_mut() {
        offer.remove("reach");
    }
    event
}

#[tokio::test]
async fn live_and_replayed_are_the_same() {
    for seed in 1..=3 {
        let town = Town::open().await;
        let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
        let mut pairs = [Pair::of(&vendor).await, Pair::of(&ann).await, Pair::of(&bob).await];
        let (mut dice, mut orders) = (Dice::seeded(seed), Vec::new());
        for step in 0..STEPS {
            one_step(&town, [&vendor, &ann, &bob], &mut orders, &mut dice, step).await;
            let turning = dice.below(pairs.len() * 3);
            if let Some(pair) = pairs.get_mut(turning) {
                pair.turns().await;
            }
        }
        for (who, pair) in ["the vendor", "ann", "bob"].into_iter().zip(pairs) {
            let (stayed, went) = pair.both().await;
            let kinds = |events: &[Value]| -> Vec<String> {
                events.iter().map(|event| format!("{} {}", event["seq"], event["type"])).collect()
            };
            assert_eq!(kinds(&stayed), kinds(&went), "{who} heard otherwise when away (seed {seed})");
            for (live, replayed) in stayed.iter().zip(&went) {
                assert_eq!(live, replayed, "{who} heard something else when away (seed {seed})");
            }
            assert!(stayed.len() > 10, "{who} heard next to nothing (seed {seed})");
        }
    }
}

/// Somebody does something. What cannot be done is refused, and that is as good.
async fn one_step(
    town: &Town,
    [vendor, ann, bob]: [&Person; 3],
    orders: &mut Vec<String>,
    dice: &mut Dice,
    step: usize,
) {
    let what = dice.below(12);
    if what == 0 || orders.is_empty() {
        return orders.push(vendor.submit_ready(&format!("soup {step}")).await);
    }
    let driver = [ann, bob][dice.below(2)];
    let order = orders[orders.len() - 1 - dice.below(orders.len().min(4))].clone();
    let (why, zone) = (json!({ "reason": "no reason" }), json!({ "zone": "mitte" }));
    let done = match what {
        1 | 2 => driver.claim(&order).await,
        3 => driver.does_with("order.release", &order, why).await,
        4 => driver.does_with("order.decline", &order, why).await,
        5 => driver.command("zone.leave", &zone).await,
        6 => driver.command("zone.join", &zone).await,
        7 => vendor.does_with("order.cancel", &order, why).await,
        8 => vendor.does("order.withdraw", &order).await,
        9 => vendor.does("order.ready", &order).await,
        10 => vendor.does_with("order.message", &order, json!({ "text": format!("at step {step}") })).await,
        _ => {
            town.pass_s(46).await;
            return;
        }
    };
    if let Err(problem) = done {
        assert_ne!(problem.body["status"], 500, "{problem:?}");
    }
}
