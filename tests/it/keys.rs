//! Who may come in, and for how long.

use serde_json::json;
use waypost::{
    app::{self, World},
    config::Config,
};

use crate::town::{ADMIN_KEY, Town};

const NAMESPACES: [&str; 3] = ["/orders", "/drivers", "/dispatch"];

#[tokio::test]
async fn a_wrong_role_is_refused_in_a_namespace() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver_off_duty("ann").await);
    for (key, own) in [(vendor.key.as_str(), "/orders"), (ann.key.as_str(), "/drivers"), (ADMIN_KEY, "/dispatch")] {
        for namespace in NAMESPACES {
            let refused = town.connect(namespace, &json!({ "token": key })).await.err();
            let expected = (namespace != own).then_some("forbidden");
            assert_eq!(refused.as_deref(), expected, "the key for {own} in {namespace}");
        }
    }
}

#[tokio::test]
async fn without_a_good_key_nobody_comes_in() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let end = town.in_s(60);
    let brief = json!({ "role": "vendor", "vendor_id": vendor.id, "expires_at": end });
    let (_, expired) = town.make_key(&brief).await;
    let (revoked_id, revoked) = town.make_key(&json!({ "role": "vendor", "vendor_id": vendor.id })).await;
    town.rest().delete(&format!("/keys/{revoked_id}")).await.expect("a key can be revoked");
    town.pass_s(61).await;
    let (rest, last) = vendor.key.split_at(vendor.key.len() - 1);
    let tampered = format!("{rest}{}", if last == "0" { "1" } else { "0" });
    let promoted = vendor.key.replacen("_vendor_", "_admin_", 1);
    for key in ["", "hello", &tampered, &promoted, &expired, &revoked] {
        for namespace in NAMESPACES {
            let refused = town.connect(namespace, &json!({ "token": key })).await.err();
            assert_eq!(refused.as_deref(), Some("unauthorized"), "`{key}` in {namespace}");
        }
        let problem = town.door.with_key(key).get("/me").await.expect_err("the key is not good");
        assert_eq!(problem.code, "unauthorized", "`{key}`");
    }
    for auth in [json!(null), json!({}), json!({ "token": null }), json!({ "token": 7 }), json!([1]), json!("x")] {
        let refused = town.connect("/orders", &auth).await.err();
        assert_eq!(refused.as_deref(), Some("unauthorized"), "auth {auth}");
    }
    let answer = town.door.without_key().call(reqwest::Method::GET, "/orders", &[], None).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    assert_eq!(answer.outcome().expect_err("there is no key").code, "unauthorized");
}

#[tokio::test]
async fn a_namespace_that_does_not_exist_lets_nobody_in() {
    let town = Town::open().await;
    for namespace in ["/", "/kitchen"] {
        let refused = town.connect(namespace, &json!({ "token": ADMIN_KEY })).await.err();
        assert_eq!(refused.as_deref(), Some("Invalid namespace"), "{namespace}");
    }
}

#[tokio::test]
async fn a_revoked_key_ends_its_connections_and_no_others() {
    let town = Town::open().await;
    let mut vendor = town.vendor().await;
    let (other_id, other_key) = town.make_key(&json!({ "role": "vendor", "vendor_id": vendor.id })).await;
    let other = town.connect("/orders", &json!({ "token": other_key })).await.expect("a second key");
    let began = std::time::Instant::now();
    town.rest().delete(&format!("/keys/{}", vendor.key_id)).await.expect("a key can be revoked");
    assert_eq!(vendor.ended().await, "the hub ended it");
    assert!(began.elapsed().as_secs_f64() < 2.0, "within two seconds");
    let cursor = vendor.cursor();
    assert_eq!(vendor.try_back(&cursor).await, Err("unauthorized".to_owned()));
    other.command("orders.list", &json!({})).await.expect("the other key still holds");
    town.rest().delete(&format!("/keys/{other_id}")).await.expect("a key can be revoked");
    other.ended().await;
    town.rest().delete(&format!("/keys/{other_id}")).await.expect("revoking again answers the same");
}

#[tokio::test]
async fn a_key_that_expires_ends_its_connections() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let brief = json!({ "role": "vendor", "vendor_id": vendor.id, "expires_at": town.in_s(60) });
    let (_, key) = town.make_key(&brief).await;
    let line = town.connect("/orders", &json!({ "token": key })).await.expect("it still holds");
    town.pass_s(61).await;
    line.ended().await;
    vendor.command("orders.list", &json!({})).await.expect("the other key holds");
}

#[tokio::test]
async fn a_blocked_driver_is_out_at_once_and_off_duty() {
    let town = Town::open().await;
    let (vendor, mut ann) = (town.vendor().await, town.driver("ann").await);
    let path = format!("/drivers/{}", ann.id);
    let began = std::time::Instant::now();
    town.rest().patch(&path, &json!({ "blocked": true })).await.expect("a driver can be blocked");
    ann.ended().await;
    assert!(began.elapsed().as_secs_f64() < 2.0, "within two seconds");
    let cursor = ann.cursor();
    assert_eq!(ann.try_back(&cursor).await, Err("forbidden".to_owned()));
    assert_eq!(ann.rest().get("/me").await.expect_err("ann is blocked").code, "forbidden");
    let record = town.rest().get(&path).await.expect("ann is known");
    assert_eq!((&record["blocked"], &record["zones"]), (&json!(true), &json!([])));
    town.rest().patch(&path, &json!({ "blocked": false })).await.expect("a driver can be let in again");
    vendor.submit_ready("soup").await;
    let sync = ann.back_with(&cursor).await;
    assert_eq!((&sync["mode"], &sync["zones"]), (&json!("replay"), &json!([])), "ann was off duty: {sync}");
}

#[tokio::test]
async fn a_blocked_vendor_is_out_and_its_orders_go_on() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.picks_up(&order).await;
    let blocked = json!({ "blocked": true });
    town.rest().patch(&format!("/vendors/{}", vendor.id), &blocked).await.expect("a vendor can be blocked");
    vendor.ended().await;
    assert_eq!(vendor.rest().get("/orders").await.expect_err("it is blocked").code, "forbidden");
    ann.does("order.deliver", &order).await.expect("it is in ann's bag");
}

#[tokio::test]
async fn the_demo_town_is_built_only_where_nothing_is_kept() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let config = |name: &str, demo| Config {
        listen: "127.0.0.1:0".to_owned(),
        database_url: format!("sqlite://{}", folder.path().join(name).display()),
        demo,
        ..Config::default()
    };
    let invited = async |config: Config| {
        let hub = app::start(config, World::real()).await.expect("it starts");
        let who: Vec<String> = hub.invitations().iter().map(|invitation| invitation.who.clone()).collect();
        hub.stop().await;
        who
    };
    let town = ["Ramen Bar (vendor)", "Ann (driver)", "Bob (driver)", "dispatcher (admin)"];
    assert_eq!(invited(config("demo.db", true)).await, town);
    assert_eq!(invited(config("demo.db", true)).await, town, "and invites again, since keys are not kept");
    assert_eq!(invited(config("real.db", false)).await, ["dispatcher (admin)"], "the first start");
    assert!(invited(config("real.db", false)).await.is_empty(), "only the first");
    assert!(invited(config("real.db", true)).await.is_empty(), "its people are real");
}
