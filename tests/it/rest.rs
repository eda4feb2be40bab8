//! REST, path by path, as the programs of others use it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::town::{ADMIN_KEY, Town, id_of, order};

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap_or_else(|| panic!("a page without data: {page}")).iter().map(id_of).collect()
}

#[tokio::test]
async fn a_list_comes_in_pages_that_hold_each_thing_once() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let mut made = Vec::new();
    for n in 0..7 {
        made.push(vendor.submit(&format!("soup {n}")).await);
    }
    made.reverse();
    let (mut found, mut path, mut pages) = (Vec::new(), "/orders?limit=3".to_owned(), 0);
    loop {
        let page = vendor.rest().get(&path).await.expect("its own orders");
        found.extend(ids(&page));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/orders?limit=3&cursor={next}");
    }
    assert_eq!((found, pages), (made.clone(), 3), "newest first");
    let (mut found, mut query) = (Vec::new(), json!({ "limit": 3 }));
    loop {
        let page = vendor.command("orders.list", &query).await.expect("its own orders").data;
        found.extend(page["orders"].as_array().expect("a list").iter().map(id_of));
        if page["next"].is_null() {
            break;
        }
        query["before"] = page["next"].clone();
    }
    assert_eq!(found, made, "over the socket too");
    let mut vendors = Vec::new();
    let mut path = "/vendors?limit=1".to_owned();
    while let Some(next) = {
        let page = town.rest().get(&path).await.expect("the dispatcher sees all");
        vendors.extend(ids(&page));
        page["next"].as_str().map(ToOwned::to_owned)
    } {
        path = format!("/vendors?limit=1&cursor={next}");
    }
    assert_eq!((vendors.len(), vendors.contains(&vendor.id)), (2, true));
}

#[tokio::test]
async fn a_list_is_filtered_and_exported() {
    let town = Town::open().await;
    let (vendor, other) = (town.vendor().await, town.vendor_named("=Flower Corner").await);
    let ann = town.driver("ann").await;
    let soup =
        vendor.submit_as("soup", json!({ "external_id": "till-7", "dropoff": { "phone": "+49 (30) 555-03/7" } })).await;
    let bread = vendor.submit_ready("bread").await;
    town.pass_s(600).await;
    let roses = other.submit_as("roses", json!({ "zone": "east" })).await;
    ann.claim(&bread).await.expect("ann was first");
    let ten_minutes_ago = town.in_s(-300);
    let admin = town.rest();
    for (query, expected) in [
        ("status=submitted", vec![&roses, &soup]),
        ("status=submitted,assigned", vec![&roses, &bread, &soup]),
        ("zone=east", vec![&roses]),
        (&format!("vendor_id={}", vendor.id), vec![&bread, &soup]),
        (&format!("driver_id={}", ann.id), vec![&bread]),
        ("q=till-7", vec![&soup]),
        ("q=030%20555037", vec![&soup]),
        ("q=%2B49305550", vec![&soup]),
        ("q=555038", vec![]),
        (&format!("from={ten_minutes_ago}"), vec![&roses]),
        (&format!("to={ten_minutes_ago}"), vec![&bread, &soup]),
        ("q=nothing%20like%20it", vec![]),
    ] {
        let page = admin.get(&format!("/orders?{query}")).await.expect("the dispatcher sees all");
        assert_eq!(ids(&page).iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let answer = admin.call(Method::GET, "/orders?status=submitted", &[("accept", "text/csv")], None).await;
    assert!(answer.header("content-type").starts_with("text/csv"), "{answer:?}");
    let lines: Vec<&str> = answer.text.lines().collect();
    assert_eq!(lines.len(), 3, "a head and two orders: {}", answer.text);
    assert!(lines[0].starts_with("id,code,external_id,status") && lines[2].contains("till-7"), "{}", answer.text);
    assert!(!answer.text.contains(",=Flower"), "no cell is a formula: {}", answer.text);
    let own = vendor.rest().call(Method::GET, "/orders", &[("accept", "text/csv")], None).await;
    assert!(!own.text.contains("roses") && own.text.lines().count() == 3, "{}", own.text);
}

#[tokio::test]
async fn a_dispatcher_steers_an_order_by_rest() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver_off_duty("bob").await);
    let order = vendor.submit("soup").await;
    let to = |driver: &str| json!({ "driver_id": driver });
    let step = async |command: &str, body: Value| {
        let stepped = town.does(command, &order, &body).await;
        stepped.unwrap_or_else(|problem| panic!("{command}: {problem:?}"))["status"].clone()
    };
    assert_eq!(step("assign", to(&ann.id)).await, "assigned");
    ann.expect("order.assigned").await;
    assert_eq!(step("assign", to(&bob.id)).await, "assigned");
    let away = ann.expect("order.assigned").await;
    assert_eq!(away.order()["driver"], Value::Null, "ann is told that it is gone, and no more: {away:?}");
    let given = bob.expect("order.assigned").await;
    assert_eq!(given.order()["dropoff"]["contact_name"], "Kim", "off duty or not, it is bob's");
    bob.does("order.pick_up", &order).await.expect("it is bob's");
    assert_eq!(step("undo", json!({ "reason": "wrong bag" })).await, "assigned");
    assert_eq!(town.does("undo", &order, &json!({})).await.expect_err("nothing to undo").code, "invalid_transition");
    assert_eq!(step("release", json!({ "reason": "bob is ill" })).await, "ready_for_pickup");
    assert_eq!(step("withdraw", json!({})).await, "submitted");
    assert_eq!(step("ready", json!({})).await, "ready_for_pickup");
    assert_eq!(step("cancel", json!({ "reason": "sold out" })).await, "cancelled");
    assert_eq!(step("reopen", json!({})).await, "ready_for_pickup");
    assert_eq!(step("cancel", json!({ "reason": "sold out" })).await, "cancelled");
    town.pass_s(31 * 60).await;
    assert_eq!(town.does("reopen", &order, &json!({})).await.expect_err("too late").code, "invalid_transition");
    let claim = town.does("claim", &order, &json!({})).await;
    assert_eq!(claim.expect_err("a dispatcher drives nothing").code, "forbidden");
    let nobody = town.does("assign", &order, &to("0199a000-0000-7000-8000-000000000000")).await;
    assert_eq!(nobody.expect_err("there is no such driver").fields(), ["driver_id"]);
}

#[tokio::test]
async fn drivers_and_vendors_may_do_by_rest_what_they_do_by_socket() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let made = vendor.rest().post("/orders", &order("soup", json!({ "ready": true }))).await.expect("an order");
    let id = id_of(&made);
    let rest = ann.rest();
    for (command, status) in [("claim", "assigned"), ("start", "enroute_to_pickup"), ("arrive", "arrived_at_pickup")] {
        let stepped = rest.post(&format!("/orders/{id}/{command}"), &json!({})).await.expect(command);
        assert_eq!(stepped["status"], status);
    }
    let undone = rest.post(&format!("/orders/{id}/undo"), &json!({})).await.expect("within 10 s");
    assert_eq!(undone["status"], "enroute_to_pickup");
    rest.post(&format!("/orders/{id}/pick_up"), &json!({})).await.expect("it is ann's");
    town.clock.pass_ms(11_000);
    let late = rest.post(&format!("/orders/{id}/undo"), &json!({})).await;
    assert_eq!(late.expect_err("after 10 s").code, "forbidden");
    assert_eq!(ids(&rest.get("/orders").await.expect("ann's own")), [id]);
    let patched = vendor.rest().patch(&format!("/orders/{}", id_of(&made)), &json!({ "version": 1 })).await;
    assert_eq!(patched.expect_err("it is in the bag").code, "invalid_transition");
}

#[tokio::test]
async fn zones_are_made_changed_and_taken_away() {
    let town = Town::open().await;
    let (admin, vendor, ann) = (town.rest(), town.vendor().await, town.driver_in("ann", "east").await);
    let area = crate::town::square(13.50, 52.50, 13.54);
    let zone =
        json!({ "id": "far-east", "name": "Far East", "area": area, "color": "#0f766e", "neighbours": ["east"] });
    let made = admin.call(Method::POST, "/zones", &[], Some(zone.to_string())).await;
    assert_eq!((made.status, made.header("location")), (201, "/api/v1/zones/far-east"));
    let read = vendor.rest().get("/zones/far-east").await.expect("everybody may see zones");
    assert_eq!((&read["area"], &read["rules"]["offer_round_s"]), (&area, &json!(45)));
    let inside = vendor.submit_as("soup", json!({ "pickup": { "lat": 52.51, "lng": 13.52 } })).await;
    assert_eq!(vendor.rest().get(&format!("/orders/{inside}")).await.expect("its own")["zone"], "far-east");
    let area = |coordinates: Value| json!({ "id": "bad", "name": "Bad", "area": { "type": "Polygon", "coordinates": coordinates } });
    for (body, word) in [
        (area(json!([[[170, 0], [-170, 0], [-170, 5], [170, 5], [170, 0]]])), "antimeridian"),
        (area(json!([[[0, 0], [1, 0], [1, 1], [0, 1]]])), "not closed"),
        (area(json!([[[0, 0], [1, 0], [1, 91], [0, 0]]])), "off the globe"),
        (json!({ "id": "bad", "name": "Bad", "area": { "type": "Point", "coordinates": [1, 2] } }), "not a Point"),
        (json!({ "id": "Bad", "name": "Bad" }), "a zone id is"),
        (json!({ "name": "Bad" }), "is required"),
        (json!({ "id": "bad", "name": "Bad", "color": "red" }), "colour"),
        (json!({ "id": "bad", "name": "Bad", "rules": { "offer_round_s": 5 } }), "at least 10"),
    ] {
        let problem = admin.post("/zones", &body).await.expect_err("it is wrong");
        assert!(problem.code == "invalid" && problem.detail.contains(word), "{word}: {problem:?}");
    }
    let open = admin.delete("/zones/far-east").await.expect_err("an order is open there");
    assert_eq!((open.code.as_str(), open.detail.contains("1 open order")), ("invalid", true));
    admin.delete("/zones/east").await.expect("nothing is open there");
    let left = ann.expect("driver.zones_changed").await;
    assert_eq!(left.data()["zones"], json!([]));
    assert_eq!(admin.get("/zones/east").await.expect_err("it is gone").code, "not_found");
    let names: Vec<Value> = admin.get("/zones").await.expect("all")["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|zone| zone["id"].clone())
        .collect();
    assert!(names.contains(&json!("far-east")) && !names.contains(&json!("east")), "{names:?}");
}

#[tokio::test]
async fn a_driver_may_be_kept_to_some_zones() {
    let town = Town::open().await;
    let ann = town.driver("ann").await;
    let path = format!("/drivers/{}", ann.id);
    let kept = town.rest().patch(&path, &json!({ "zones_allowed": ["east"] })).await.expect("a driver can be kept");
    assert_eq!((&kept["zones_allowed"], &kept["zones"]), (&json!(["east"]), &json!([])));
    assert_eq!(ann.expect("driver.zones_changed").await.data()["zones"], json!([]));
    for (zone, code) in [("mitte", "forbidden"), ("atlantis", "not_found")] {
        let refused = ann.command("zone.join", &json!({ "zone": zone })).await.expect_err("it may not be");
        assert_eq!(refused.code, code, "{zone}");
    }
    ann.command("zone.join", &json!({ "zone": "east" })).await.expect("it may be");
    let record = town.rest().get(&path).await.expect("ann is known");
    assert_eq!((&record["zones"], &record["reach"]), (&json!(["east"]), &json!("live")));
}

#[tokio::test]
async fn people_are_changed_and_taken_away() {
    let town = Town::open().await;
    let (admin, vendor, ann) = (town.rest(), town.vendor().await, town.driver("ann").await);
    let path = format!("/vendors/{}", vendor.id);
    let changed = admin.patch(&path, &json!({ "name": "Ramen Bar II", "phone": null })).await.expect("it is known");
    assert_eq!(
        (&changed["name"], &changed["phone"], &changed["lat"]),
        (&json!("Ramen Bar II"), &Value::Null, &json!(52.52))
    );
    let half = admin.patch(&path, &json!({ "lat": 52.1 })).await.expect_err("half a point is none");
    assert_eq!(half.fields(), ["lng"]);
    let order = vendor.submit_ready("soup").await;
    assert_eq!(admin.delete(&path).await.expect_err("an order is open").code, "invalid");
    ann.picks_up(&order).await;
    assert_eq!(admin.delete(&format!("/drivers/{}", ann.id)).await.expect_err("ann carries it").code, "invalid");
    ann.does("order.deliver", &order).await.expect("it is ann's");
    admin.delete(&path).await.expect("nothing is open");
    admin.delete(&format!("/drivers/{}", ann.id)).await.expect("ann carries nothing");
    for person in [&vendor, &ann] {
        person.ended().await;
        assert_eq!(person.rest().get("/me").await.expect_err("they are gone").code, "unauthorized");
    }
    assert_eq!(admin.get(&path).await.expect_err("it is gone").code, "not_found");
    let kept = admin.get(&format!("/orders/{order}")).await.expect("what was done stays");
    assert_eq!((&kept["vendor"]["name"], &kept["driver"]["name"]), (&json!("Ramen Bar II"), &json!("ann")));
}

#[tokio::test]
async fn keys_are_made_shown_once_and_listed_without_secrets() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let request = json!({ "role": "vendor", "vendor_id": vendor.id, "name": "till 2" }).to_string();
    let made = town.rest().call(Method::POST, "/keys", &[], Some(request)).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let key = made["key"].as_str().expect("a key");
    assert!(key.starts_with("wp_vendor_"), "{made}");
    assert!(made["link"].as_str().is_some_and(|link| link.ends_with(&format!("/vendor#key={key}"))), "{made}");
    assert!(made["qr_svg"].as_str().is_some_and(|svg| svg.contains("<svg")), "{made}");
    let me = town.door.with_key(key).get("/me").await.expect("it is good");
    assert_eq!(
        (&me["role"], &me["id"], &me["vendor"]["name"]),
        (&json!("vendor"), &json!(vendor.id), &json!("Ramen Bar"))
    );
    let listed = town.rest().get("/keys").await.expect("the dispatcher sees all");
    assert!(!listed.to_string().contains(&key[key.len() - 64..]), "no secret is kept");
    assert!(ids(&listed).contains(&id_of(&made)));
    let me = town.rest().get("/me").await.expect("it is good");
    assert_eq!((&me["role"], &me["key_id"]), (&json!("admin"), &Value::Null));
    let (_, second) = town.make_key(&json!({ "role": "admin", "name": "night shift" })).await;
    let night = town.door.with_key(&second).get("/me").await.expect("it is good");
    assert_eq!((&night["role"], &night["name"]), (&json!("admin"), &json!("night shift")));
    assert!(
        !std::fs::read(town.database())
            .expect("it is there")
            .windows(ADMIN_KEY.len())
            .any(|part| part == ADMIN_KEY.as_bytes())
    );
}

#[tokio::test]
async fn the_log_is_read_in_order_and_waited_for() {
    let town = Town::open().await;
    let (vendor, other, ann) =
        (town.vendor().await, town.vendor_named("Flower Corner").await, town.driver("ann").await);
    other.submit("roses").await;
    let order = vendor.submit_ready("soup").await;
    let own = vendor.rest().get("/events?after=0").await.expect("its own");
    let kinds = |page: &Value| -> Vec<String> {
        page["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|event| event["type"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(kinds(&own), ["order.submitted", "order.ready_for_pickup"]);
    let seq = own["data"][1]["seq"].clone();
    assert_eq!(own["cursor"]["seq"], seq);
    let path = format!("/events?after={seq}&wait_s=30");
    let rest = vendor.rest();
    let (later, claimed) = tokio::join!(rest.get(&path), ann.claim(&order));
    claimed.expect("ann was first");
    assert_eq!(kinds(&later.expect("its own")), ["order.assigned"]);
    let all = town.rest().get("/events?after=0&limit=200").await.expect("the dispatcher reads all");
    let seqs: Vec<i64> =
        all["data"].as_array().expect("a list").iter().filter_map(|event| event["seq"].as_i64()).collect();
    let whole: Vec<i64> = (1..=i64::try_from(seqs.len()).expect("few")).collect();
    assert_eq!(seqs, whole, "the log has no gaps");
    assert_eq!(ann.rest().get("/events").await.expect_err("a driver has no log").code, "forbidden");
    let timeline = vendor.rest().get(&format!("/orders/{order}/events")).await.expect("its own");
    assert_eq!(kinds(&timeline), ["order.submitted", "order.ready_for_pickup", "order.assigned"]);
}

#[tokio::test]
async fn it_says_that_it_lives_and_that_it_is_ready() {
    let town = Town::open().await;
    for path in ["/livez", "/readyz"] {
        let answer = town.door.without_key().at(Method::GET, path, &[], None).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    let document = town.door.without_key().at(Method::GET, "/api/openapi.json", &[], None).await.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{document}");
    for path in ["/api/v1/orders", "/api/v1/orders/{id}/claim", "/api/v1/keys", "/api/v1/events"] {
        assert!(document["paths"][path].is_object(), "{path} is documented");
    }
}

#[tokio::test]
async fn an_orders_history_comes_in_pages() {
    let town = Town::open().await;
    let vendor = town.vendor().await;
    let order = vendor.submit("soup").await;
    for n in 0..4 {
        let text = json!({ "text": format!("line {n}") });
        vendor.does_with("order.message", &order, text).await.expect("its own order");
    }
    let (mut types, mut path) = (Vec::new(), format!("/orders/{order}/events?limit=2"));
    loop {
        let page = vendor.rest().get(&path).await.expect("its own order");
        let events = page["data"].as_array().expect("a list");
        types.extend(events.iter().map(|event| event["type"].as_str().unwrap_or_default().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/orders/{order}/events?limit=2&cursor={next}");
    }
    assert_eq!(types, ["order.submitted", "order.message", "order.message", "order.message", "order.message"]);
}
