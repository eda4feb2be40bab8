//! Each row of the table of errors, over sockets and over REST: a bad request gets a clear answer and loses nothing.

use reqwest::Method;
use serde_json::json;

use crate::{
    client::Problem,
    town::{Town, order},
};

const NOBODY: &str = "0199a000-0000-7000-8000-000000000000";

#[tokio::test]
async fn a_payload_that_is_no_object_is_malformed_and_the_line_lives() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let vendors = ["order.submit", "order.ready", "orders.list", "order.message"];
    let drivers = ["order.claim", "zone.join", "zone.leave", "driver.location"];
    for payload in [json!(null), json!([]), json!("x"), json!(7), json!(true), json!([[{}]])] {
        for (person, names) in [(&vendor, vendors), (&ann, drivers)] {
            for name in names {
                let problem = person.command(name, &payload).await.expect_err("it is no object");
                assert_eq!(problem.code, "malformed", "{name} with {payload}: {problem:?}");
            }
        }
    }
    let (pending, packet) = vendor.prepare("order.submit", &json!({}));
    vendor.raw(&[packet.replace(r#"["order.submit",{}]"#, r#"["order.submit"]"#)]);
    assert_eq!(pending.answer().await.expect_err("there is no payload").code, "malformed");
    vendor.raw(&[r#"42/orders,["order.submit",null]"#.to_owned(), r#"42/orders,["order.fly"]"#.to_owned()]);
    vendor.submit("and still it works").await;
    ann.command("zone.join", &json!({ "zone": "east" })).await.expect("and still it works");
}

#[tokio::test]
async fn every_field_that_cannot_be_is_named() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let bad = json!({
        "items": [{ "name": "", "quantity": 0 }], "dropoff": { "lat": 91, "lng": -181 }, "package_count": 0,
        "cash_to_collect": { "amount": -1, "currency": "euro" }, "colour": "red", "prep_minutes": 2_000,
    });
    let fields = [
        "cash_to_collect.amount",
        "cash_to_collect.currency",
        "colour",
        "dropoff.lat",
        "dropoff.lng",
        "items[0].name",
        "items[0].quantity",
        "package_count",
        "prep_minutes",
    ];
    let (socket, rest) = (vendor.command("order.submit", &bad).await, vendor.rest().post("/orders", &bad).await);
    for problem in [socket.expect_err("it is wrong"), rest.expect_err("it is wrong")] {
        let mut named = problem.fields();
        named.sort_unstable();
        assert_eq!((problem.code.as_str(), named), ("invalid", fields.to_vec()), "{problem:?}");
        assert_eq!((&problem.body["type"], &problem.body["status"]), (&json!("about:blank"), &json!(422)));
        assert_eq!(problem.body["retryable"], false);
    }
    for (payload, field) in [
        (json!({}), "items"),
        (json!({ "notes": "x", "dropoff": { "lat": 52.5 } }), "dropoff"),
        (json!({ "notes": "x", "zone": "atlantis" }), "zone"),
        (json!({ "notes": "x", "scheduled_for": "tomorrow" }), "scheduled_for"),
        (json!({ "notes": "x", "idempotency_key": "" }), "idempotency_key"),
        (json!({ "notes": "x".repeat(1_001) }), "notes"),
        (json!({ "items": vec![json!({ "name": "x" }); 101] }), "items"),
    ] {
        let problem = vendor.command("order.submit", &payload).await.expect_err("it is wrong");
        assert_eq!((problem.code.as_str(), problem.fields()), ("invalid", vec![field]), "{problem:?}");
    }
    let order = vendor.submit("soup").await;
    for (name, payload, field) in [
        ("order.ready", json!({}), "id"),
        ("order.ready", json!({ "id": "K7Q4" }), "id"),
        ("order.ready", json!({ "id": order, "now": true }), "now"),
        ("order.cancel", json!({ "id": order }), "reason"),
        ("order.message", json!({ "id": order, "text": "x".repeat(501) }), "text"),
        ("orders.list", json!({ "limit": 0 }), "limit"),
        ("orders.list", json!({ "status": "eaten" }), "status"),
    ] {
        let problem = vendor.command(name, &payload).await.expect_err("it is wrong");
        assert_eq!((problem.code.as_str(), problem.fields()), ("invalid", vec![field]), "{name}: {problem:?}");
    }
}

#[tokio::test]
async fn an_event_that_nobody_knows_is_answered() {
    let town = Town::open().await;
    let (vendor, ann, admin) = (town.vendor().await, town.driver("ann").await, town.admin().await);
    let order = vendor.submit_ready("soup").await;
    for person in [&vendor, &ann, &admin] {
        for name in ["order.fly", "sync", "disconnect", "", "order.submitted"] {
            let problem = person.command(name, &json!({ "id": order })).await.expect_err("there is none");
            assert_eq!(problem.code, "not_found", "`{name}`: {problem:?}");
        }
    }
    assert_eq!(admin.does("order.cancel", &order).await.expect_err("that goes by REST").code, "not_found");
    let wrong = [(&vendor, "order.claim"), (&vendor, "order.assign"), (&ann, "order.cancel"), (&ann, "order.submit")];
    for (person, name) in wrong {
        let problem = person.does(name, &order).await.expect_err("it is not theirs to give");
        assert_eq!(problem.code, "forbidden", "{name} by {}: {problem:?}", person.name);
    }
}

#[tokio::test]
async fn what_is_not_yours_does_not_exist() {
    let town = Town::open().await;
    let (vendor, other) = (town.vendor().await, town.vendor_named("Flower Corner").await);
    let (ann, bob, eve) = (town.driver("ann").await, town.driver("bob").await, town.driver_in("eve", "east").await);
    let order = vendor.submit_ready("soup").await;
    for (id, who) in [(order.as_str(), &other), (NOBODY, &vendor)] {
        for name in ["order.ready", "order.withdraw", "order.hand_over"] {
            assert_eq!(who.does(name, id).await.expect_err("it is not theirs").code, "not_found", "{name}");
        }
        for path in ["", "/events"] {
            let read = who.rest().get(&format!("/orders/{id}{path}")).await;
            assert_eq!(read.expect_err("it is not theirs").code, "not_found", "{path}");
        }
    }
    assert_eq!(other.rest().get("/orders").await.expect("its own, of which there are none")["data"], json!([]));
    assert_eq!(eve.claim(&order).await.expect_err("it was not offered to eve").code, "not_found");
    assert_eq!(eve.rest().get(&format!("/orders/{order}")).await.expect_err("nor shown").code, "not_found");
    ann.claim(&order).await.expect("ann was first");
    let taken = bob.does("order.deliver", &order).await.expect_err("ann has it");
    assert_eq!(taken.code, "forbidden");
    let own = other.command("order.submit", &crate::town::order("x", json!({ "vendor_id": vendor.id }))).await;
    assert_eq!(own.expect_err("a vendor submits its own").code, "forbidden");
}

#[tokio::test]
async fn a_step_that_is_not_next_is_refused_with_both_names() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = vendor.submit_ready("soup").await;
    ann.claim(&order).await.expect("ann was first");
    let problem = ann.does("order.deliver", &order).await.expect_err("it is still on the counter");
    assert_eq!((problem.code.as_str(), &problem.body["status"]), ("invalid_transition", &json!(409)));
    assert!(problem.detail.contains("order.deliver") && problem.detail.contains("assigned"), "{}", problem.detail);
    ann.does("order.pick_up", &order).await.expect("it is there");
    let late = vendor.does_with("order.cancel", &order, json!({ "reason": "late" })).await;
    assert_eq!(late.expect_err("it is in the bag").code, "invalid_transition");
    let fail = town.does("fail", &order, &json!({ "reason": "lost" })).await.expect("a dispatcher may give it up");
    assert_eq!(fail["status"], "failed");
}

#[tokio::test]
async fn names_that_are_taken_are_refused() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let till = json!({ "external_id": "till-7" });
    vendor.submit_as("soup", till.clone()).await;
    let again = vendor.command("order.submit", &order("soup", till)).await;
    assert_eq!(again.expect_err("it is taken").code, "duplicate");
    let zone = town.rest().post("/zones", &json!({ "id": "mitte", "name": "Mitte" })).await;
    assert_eq!(zone.expect_err("it is taken").code, "duplicate");
    town.vendor_named("Flower Corner").await.submit_as("roses", json!({ "external_id": "till-7" })).await;
}

#[tokio::test]
async fn an_idempotency_key_makes_one_order() {
    one_order_per_idempotency_key(Town::open().await).await;
}

/// The same key and the same body make one order, over sockets and REST alike, also when the hub has started again; another
/// body is refused.
pub(crate) async fn one_order_per_idempotency_key(mut town: Town) {
    let mut vendor = town.vendor().await;
    let keyed = order("soup", json!({ "idempotency_key": "till-7 #1" }));
    let first = vendor.command("order.submit", &keyed).await.expect("it is new").data;
    let again = vendor.command("order.submit", &keyed).await.expect("it is the same");
    assert_eq!((&again.data["id"], again.seq), (&first["id"], None));
    town.pass_s(7 * 24 * 3_600).await;
    let days_later = vendor.command("order.submit", &keyed).await.expect("it is the same").data;
    assert_eq!(days_later["id"], first["id"], "for at least seven days");
    let other = order("bread", json!({ "idempotency_key": "till-7 #1" }));
    let reused = vendor.command("order.submit", &other).await.expect_err("it is another order");
    assert_eq!(reused.code, "idempotency_key_reused");

    let rest = vendor.rest();
    let post = async |what: &str| {
        let body = Some(order(what, json!({})).to_string());
        rest.call(Method::POST, "/orders", &[("idempotency-key", "till-7 #2")], body).await
    };
    let (first, again) = (post("soup").await, post("soup").await);
    assert_eq!(first.status, 201);
    assert_eq!(first.header("location"), format!("/api/v1/orders/{}", crate::town::id_of(&first.json())));
    assert_eq!(again.json()["id"], first.json()["id"]);
    assert_eq!(post("bread").await.outcome().expect_err("it is another order").code, "idempotency_key_reused");

    town.stop().await;
    town.start_again().await;
    vendor.back().await;
    let after = vendor.command("order.submit", &keyed).await.expect("it is the same");
    assert_eq!((&after.data["id"], after.seq), (&days_later["id"], None), "after a restart");
    assert_eq!(vendor.command("order.submit", &other).await.expect_err("it is another").code, "idempotency_key_reused");
    assert_eq!(post("soup").await.json()["id"], first.json()["id"], "after a restart");
    assert_eq!(post("bread").await.outcome().expect_err("it is another order").code, "idempotency_key_reused");
    let made = rest.get("/orders").await.expect("its own")["data"].as_array().map(Vec::len);
    assert_eq!(made, Some(2));
}

#[tokio::test]
async fn a_key_is_remembered_for_seven_days_and_may_be_used_again_after_that() {
    let mut town = Town::open().await;
    let mut vendor = town.vendor().await;
    let keyed = order("soup", json!({ "idempotency_key": "till-7 #1" }));
    let first = vendor.command("order.submit", &keyed).await.expect("it is new").data;
    town.pass_days(7).await;
    town.prune().await;
    town.stop().await;
    town.start_again().await;
    vendor.back().await;
    let within = vendor.command("order.submit", &keyed).await.expect("it is the same").data;
    assert_eq!(within["id"], first["id"], "for at least seven days");
    town.pass_days(1).await;
    town.prune().await;
    let after = vendor.command("order.submit", &keyed).await.expect("it is new again").data;
    assert_ne!(after["id"], first["id"], "keys are not kept for ever");
}

#[tokio::test]
async fn a_pickup_that_no_zone_holds_is_refused_unless_a_zone_is_named() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let afar = json!({ "pickup": { "lat": 48.1, "lng": 11.5 } });
    let refused = vendor.command("order.submit", &order("soup", afar.clone())).await;
    assert_eq!(refused.expect_err("munich is elsewhere").code, "outside_service_area");
    let mut named = order("soup", afar);
    named["zone"] = json!("east");
    assert_eq!(vendor.command("order.submit", &named).await.expect("it is named").data["zone"], "east");
    let west = order("soup", json!({ "pickup": { "lat": 52.51, "lng": 13.35 } }));
    assert_eq!(vendor.command("order.submit", &west).await.expect("it lies in west").data["zone"], "west");
}

#[tokio::test]
async fn too_much_is_refused_and_nothing_is_lost() {
    let town = Town::open().await;
    let mut vendor = town.vendor().await;
    let large = |bytes: usize| order("soup", json!({ "notes": "x".repeat(bytes) }));
    let over = vendor.command("order.submit", &large(65 * 1_024)).await.expect_err("over 64 KiB");
    assert_eq!(over.code, "payload_too_large");
    let under = vendor.command("order.submit", &large(60 * 1_024)).await.expect_err("a note is no book");
    assert_eq!(under.code, "invalid");
    let second = vendor.second_tab().await;
    let order = second.submit("bread").await;
    let lost = vendor.send("order.submit", &large(1_024 * 1_024));
    vendor.ended().await;
    drop(lost);
    second.does("order.ready", &order).await.expect("other connections live");
    let sync = vendor.back().await;
    let missed: Vec<_> = sync["events"].as_array().expect("a replay").iter().map(|event| &event["type"]).collect();
    let heard = missed.len();
    assert!((1..=2).contains(&heard) && missed[heard - 1] == "order.ready_for_pickup", "{sync}");

    let rest = vendor.rest();
    let body = |bytes| Some(large(bytes).to_string());
    let over = rest.call(Method::POST, "/orders", &[], body(257 * 1_024)).await.outcome();
    assert_eq!(over.expect_err("over 256 KiB").code, "payload_too_large");
    let under = rest.call(Method::POST, "/orders", &[], body(250 * 1_024)).await.outcome();
    assert_eq!(under.expect_err("a note is no book").code, "invalid");
}

#[tokio::test]
async fn rest_names_what_is_wrong_in_the_same_words() {
    let town = Town::open().await;
    let (vendor, admin) = (town.vendor().await, town.rest());
    let refusal = async |method: Method, path: &str, body: Option<&str>| -> Problem {
        let answer = admin.call(method.clone(), path, &[], body.map(ToOwned::to_owned)).await;
        answer.outcome().expect_err(&format!("{method} {path} is refused"))
    };
    let codes = [
        (Method::POST, "/orders", Some("{"), "malformed"),
        (Method::POST, "/orders", Some(""), "invalid"),
        (Method::POST, "/orders", Some("[]"), "malformed"),
        (Method::POST, "/orders", Some(r#"{"notes":"x"}"#), "invalid"),
        (Method::GET, "/orders?limit=0", None, "invalid"),
        (Method::GET, "/orders?limit=201", None, "invalid"),
        (Method::GET, "/orders?colour=red", None, "invalid"),
        (Method::GET, "/orders?status=eaten", None, "invalid"),
        (Method::GET, "/orders/K7Q4", None, "not_found"),
        (Method::GET, "/orders/0199a000-0000-7000-8000-000000000000", None, "not_found"),
        (Method::POST, "/orders/0199a000-0000-7000-8000-000000000000/fly", Some("{}"), "not_found"),
        (Method::GET, "/kitchens", None, "not_found"),
        (Method::DELETE, "/orders", None, "method_not_allowed"),
        (Method::GET, "/zones/atlantis", None, "not_found"),
        (Method::POST, "/vendors", Some("{}"), "invalid"),
        (Method::POST, "/drivers", Some(r#"{"name":"x","zones_allowed":["atlantis"]}"#), "invalid"),
        (Method::POST, "/keys", Some(r#"{"role":"king"}"#), "invalid"),
        (Method::POST, "/keys", Some(r#"{"role":"vendor"}"#), "invalid"),
    ];
    for (method, path, body, code) in codes {
        let problem = refusal(method.clone(), path, body).await;
        assert_eq!(problem.code, code, "{method} {path}: {problem:?}");
    }
    for path in ["/vendors", "/drivers", "/keys", "/vendors/x"] {
        assert_eq!(vendor.rest().get(path).await.expect_err("it is for dispatchers").code, "forbidden", "{path}");
    }
    let zone = vendor.rest().post("/zones", &json!({ "id": "x", "name": "x" })).await;
    assert_eq!(zone.expect_err("it is for dispatchers").code, "forbidden");
    let unnamed = town.door.with_key("hello").at(Method::GET, "/kitchens", &[], None).await.outcome();
    assert_eq!(unnamed.expect_err("there is nothing").code, "not_found");
}

#[tokio::test]
async fn a_number_that_is_taken_cannot_be_given_to_another_order() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    vendor.submit_as("soup", json!({ "external_id": "till-7" })).await;
    let bread = vendor.submit_as("bread", json!({ "external_id": "till-8" })).await;
    let update = json!({ "version": 1, "external_id": "till-7" });
    let problem = vendor.does_with("order.update", &bread, update).await.expect_err("the soup has it");
    assert_eq!((problem.code.as_str(), problem.fields()), ("duplicate", vec!["external_id"]));
    let kept = json!({ "version": 1, "external_id": "till-8", "notes": "no butter" });
    vendor.does_with("order.update", &bread, kept).await.expect("its own number is free for it");
}

#[tokio::test]
async fn who_may_not_change_an_order_learns_no_number_of_its_vendor() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    vendor.submit_as("soup", json!({ "external_id": "till-7" })).await;
    let bread = vendor.submit_ready("bread").await;
    for (field, value) in [("external_id", "till-7"), ("external_id", "till-9"), ("zone", "atlantis")] {
        let update = json!({ "version": 2, field: value });
        let problem = ann.rest().patch(&format!("/orders/{bread}"), &update).await.expect_err("it is the vendor's");
        assert_eq!(problem.code, "forbidden", "{update}: {}", problem.detail);
    }
    let stale = json!({ "version": 1, "external_id": "till-7" });
    let problem = vendor.does_with("order.update", &bread, stale).await.expect_err("it is at version 2");
    assert_eq!(problem.code, "version_conflict");
}

#[tokio::test]
async fn text_that_says_nothing_is_refused() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let order = vendor.submit("soup").await;
    for (command, payload, field) in [
        ("order.message", json!({ "text": "  " }), "text"),
        ("order.cancel", json!({ "reason": "\n" }), "reason"),
        ("order.problem", json!({ "reason": " " }), "reason"),
    ] {
        let problem = vendor.does_with(command, &order, payload).await.expect_err("it is blank");
        assert_eq!(problem.fields(), [field], "{command}: {}", problem.detail);
        assert!(problem.detail.contains("must not be blank"), "{}", problem.detail);
    }
    let nobody = town.rest().post("/drivers", &json!({ "name": "   " })).await.expect_err("no name");
    assert_eq!(nobody.fields(), ["name"]);
}
