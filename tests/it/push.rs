//! Web Push: what comes to a browser that has no live connection.

mod browser;
pub(crate) mod news;
pub(crate) mod offers;
pub(crate) mod reach;
mod service;
pub(crate) mod stage;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use p256::PublicKey;
use serde_json::{Value, json};
use waypost::flaws::Flaws;

use self::browser::Browser;
use crate::{client::Problem, town::Town};

/// A town whose push services may be on this machine.
async fn town() -> Town {
    flawed(Flaws::default()).await
}

async fn flawed(flaws: Flaws) -> Town {
    Town::told(flaws, |config| config.push_private = true).await
}

async fn public_key(town: &Town) -> String {
    let settings = town.door.without_key().get("/settings").await.expect("no key is needed");
    settings["push_public_key"].as_str().expect("there is one").to_owned()
}

#[tokio::test]
async fn the_hub_keeps_the_key_it_made_at_its_first_start() {
    let mut town = town().await;
    let key = public_key(&town).await;
    let point = BASE64URL.decode(&key).expect("base64url");
    assert_eq!(point.len(), 65, "uncompressed");
    PublicKey::from_sec1_bytes(&point).expect("a point on P-256");
    town.stop().await;
    town.start_again().await;
    assert_eq!(public_key(&town).await, key, "browsers are subscribed to this key");
    let other = flawed(Flaws::default()).await;
    assert_ne!(public_key(&other).await, key, "every hub has its own");
}

#[tokio::test]
async fn what_is_no_subscription_is_refused_field_by_field() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let good = Browser::new("https://push.example/abc").subscription();
    let with = |field: &str, value: Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(field).expect("it has it") = value;
        changed
    };
    let short = BASE64URL.encode([4; 64]);
    let off_the_curve = BASE64URL.encode([4; 65]);
    for (wrong, field) in [
        (json!({ "endpoint": "https://push.example/abc" }), "keys"),
        (with("/endpoint", json!("http://push.example/abc")), "endpoint"),
        (with("/endpoint", json!("http://127.0.0.1:9/abc")), "endpoint"),
        (with("/endpoint", json!("https://169.254.169.254/latest")), "endpoint"),
        (with("/endpoint", json!("https://localhost/abc")), "endpoint"),
        (with("/endpoint", json!(format!("https://push.example/{}", "a".repeat(2_000)))), "endpoint"),
        (with("/keys/p256dh", json!(short)), "keys.p256dh"),
        (with("/keys/p256dh", json!(off_the_curve)), "keys.p256dh"),
        (with("/keys/auth", json!("AAAA")), "keys.auth"),
        (with("/keys/auth", json!("not base64url!")), "keys.auth"),
        (with("/expirationTime", json!("soon")), "expirationTime"),
        (with("/expirationTime", json!(-1)), "expirationTime"),
    ] {
        for person in [&vendor, &ann] {
            let refused = person.command("push.subscribe", &wrong).await.expect_err("it is none");
            assert_eq!((refused.code.as_str(), refused.fields()), ("invalid", vec![field]), "{wrong}");
        }
    }
    for person in [&vendor, &ann] {
        person.command("push.subscribe", &good).await.expect("it is one");
        person.command("push.subscribe", &good).await.expect("and it still is");
        let gone = json!({ "endpoint": good["endpoint"] });
        person.command("push.unsubscribe", &gone).await.expect("it was one");
        person.command("push.unsubscribe", &gone).await.expect("it is none any more");
    }
    let admin = town.admin().await;
    let refused: Problem = admin.command("push.subscribe", &good).await.expect_err("dispatchers are not pushed to");
    assert_eq!(refused.code, "not_found");
}
