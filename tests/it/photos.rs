//! Photos of deliveries.

use serde_json::{Value, json};

use crate::town::{Person, Town, id_of};

const JPEG: &[u8] = include_bytes!("../../src/domain/photo/tests/door.jpg");
const PNG: &[u8] = include_bytes!("../../src/domain/photo/tests/door.png");
const WEBP: &[u8] = include_bytes!("../../src/domain/photo/tests/door.webp");

/// What a camera writes into a picture of somebody's door.
const PLACE: &[u8] = b"GPSLatitude 52.5200";

/// Another picture for each `n`, with as many bytes more.
fn picture(n: usize) -> Vec<u8> {
    let (picture, end) = JPEG.split_at(JPEG.len() - 2);
    [picture, &vec![0x5a; n], end].concat()
}

async fn sends(person: &Person, order: &str, photo: &[u8]) -> Result<Value, crate::client::Problem> {
    person.rest().upload(&format!("/orders/{order}/photos"), photo).await
}

/// An order in a driver's bag.
async fn in_the_bag(vendor: &Person, driver: &Person) -> String {
    let order = vendor.submit_ready("soup").await;
    driver.picks_up(&order).await;
    order
}

async fn proof(vendor: &Person, order: &str) -> Value {
    vendor.rest().get(&format!("/orders/{order}")).await.expect("it is the vendor's")["proof"].clone()
}

#[tokio::test]
async fn a_photo_is_the_proof_and_only_the_vendor_and_dispatchers_see_it() {
    let town = Town::open().await;
    let (vendor, other, ann) = (town.vendor().await, town.vendor_named("Book Shop").await, town.driver("ann").await);
    for (sent, kind) in [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")] {
        let order = in_the_bag(&vendor, &ann).await;
        let made = sends(&ann, &order, sent).await.expect("it is a photo");
        let photo = id_of(&made);
        assert_eq!((&made["type"], &made["bytes"]), (&json!(kind), &json!(sent.len())));
        assert!(made["at"].is_string());
        assert_eq!(
            id_of(&sends(&ann, &order, sent).await.expect("once more")),
            photo,
            "the same bytes, the same photo"
        );
        let shown = json!({ "proof": { "name": "Kim", "photo": photo } });
        ann.does_with("order.deliver", &order, shown).await.expect("it is at the door");
        let expected = json!({ "name": "Kim", "note": null, "pin": null, "photo": photo });
        assert_eq!(proof(&vendor, &order).await, expected);
        let path = format!("/orders/{order}/photos/{photo}");
        for reader in [vendor.rest(), town.rest()] {
            let (headers, bytes) = reader.download(&path).await;
            assert!(bytes == sent, "there was nothing to take out of it");
            let header = |name: &str| headers[name].to_str().expect("text").to_owned();
            assert_eq!([header("content-type"), header("x-content-type-options")], [kind, "nosniff"]);
            assert!(
                header("cache-control").starts_with("private") && header("content-disposition").starts_with("inline")
            );
            assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        }
        let refused =
            [(ann.rest(), "forbidden"), (other.rest(), "not_found"), (town.door.without_key(), "unauthorized")];
        for (reader, code) in refused {
            assert_eq!(reader.get(&path).await.expect_err("it is not theirs to see").code, code);
        }
    }
}

#[tokio::test]
async fn a_photo_says_nothing_but_what_it_shows() {
    no_place_in_it(Town::open().await).await;
}

pub(crate) async fn no_place_in_it(town: Town) {
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = in_the_bag(&vendor, &ann).await;
    let length = u8::try_from(PLACE.len() + 8).expect("it is short");
    let exif = [&[0xff, 0xe1, 0, length][..], b"Exif\0\0", PLACE].concat();
    let photo = [&JPEG[..2], &exif, &JPEG[2..], PLACE].concat();
    let made = sends(&ann, &order, &photo).await.expect("it is a photo");
    let (_, bytes) = vendor.rest().download(&format!("/orders/{order}/photos/{}", id_of(&made))).await;
    assert!(!bytes.windows(PLACE.len()).any(|window| window == PLACE), "a photo says where it was taken");
    assert!(bytes == JPEG, "the picture is the same");
    assert_eq!(id_of(&sends(&ann, &order, &photo).await.expect("once more")), id_of(&made));
}

#[tokio::test]
async fn only_whoever_carries_an_order_may_show_a_photo_of_it() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let order = vendor.submit_ready("soup").await;
    let refusal = async |person: &Person| sends(person, &order, JPEG).await.expect_err("they may not").code;
    assert_eq!(refusal(&ann).await, "invalid_transition", "it is on offer to her, and no more");
    ann.picks_up(&order).await;
    assert_eq!((refusal(&bob).await, refusal(&vendor).await), ("forbidden".to_owned(), "forbidden".to_owned()));
    let unknown = "0199a000-0000-7000-8000-000000000000";
    assert_eq!(sends(&ann, unknown, JPEG).await.expect_err("there is none").code, "not_found");
    let other = in_the_bag(&vendor, &ann).await;
    let photo = id_of(&sends(&ann, &other, JPEG).await.expect("it is hers"));
    for wrong in [photo.as_str(), unknown] {
        let shown = json!({ "proof": { "photo": wrong } });
        let refused = ann.does_with("order.deliver", &order, shown).await.expect_err("it is of another order");
        assert_eq!((refused.code.as_str(), refused.fields()), ("invalid", vec!["proof.photo"]));
    }
    let path = format!("/orders/{order}/photos/{photo}");
    assert_eq!(vendor.rest().get(&path).await.expect_err("it is of another order").code, "not_found");
}

#[tokio::test]
async fn what_is_no_photo_or_too_much_of_one_is_refused() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = in_the_bag(&vendor, &ann).await;
    for wrong in [&b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..], b"", &JPEG[..JPEG.len() - 1]] {
        let refused = sends(&ann, &order, wrong).await.expect_err("it is none");
        assert_eq!((refused.code.as_str(), refused.fields()), ("invalid", vec!["photo"]));
    }
    let largest = 2 * 1024 * 1024;
    let refused = sends(&ann, &order, &picture(largest + 1 - JPEG.len())).await.expect_err("it is too large");
    assert_eq!(refused.code, "payload_too_large");
    let made = sends(&ann, &order, &picture(largest - JPEG.len())).await.expect("it is just small enough");
    assert_eq!(made["bytes"], json!(largest));
    let body = json!({ "notes": "x".repeat(300 * 1024) });
    let refused = vendor.rest().post("/orders", &body).await.expect_err("other bodies are short");
    assert_eq!(refused.code, "payload_too_large");
    for n in 1..4 {
        sends(&ann, &order, &picture(n)).await.expect("four are enough");
    }
    let refused = sends(&ann, &order, &picture(4)).await.expect_err("a fifth is too much");
    assert_eq!((refused.code.as_str(), refused.fields()), ("invalid", vec!["photo"]));
    sends(&ann, &order, &picture(3)).await.expect("the fourth is still there");
}

#[tokio::test]
async fn a_driver_sends_twelve_photos_a_minute_and_no_more() {
    let town = Town::open().await;
    let (vendor, ann, bob) = (town.vendor().await, town.driver("ann").await, town.driver("bob").await);
    let (order, his) = (in_the_bag(&vendor, &ann).await, in_the_bag(&vendor, &bob).await);
    for _ in 0..12 {
        sends(&ann, &order, JPEG).await.expect("it is the same photo");
    }
    let refused = sends(&ann, &order, JPEG).await.expect_err("that was often");
    assert_eq!((refused.code.as_str(), &refused.body["retryable"]), ("rate_limited", &json!(true)));
    sends(&bob, &his, JPEG).await.expect("he did nothing");
    let wait_s = refused.body["retry_after_s"].as_i64().expect("it says when");
    assert!((1..=60).contains(&wait_s), "{wait_s}");
    town.pass_s(wait_s).await;
    sends(&ann, &order, JPEG).await.expect("she waited as long as she was told to");
}

#[tokio::test]
async fn a_photo_that_comes_after_the_delivery_is_added_to_its_proof() {
    let town = Town::open().await;
    let (vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = in_the_bag(&vendor, &ann).await;
    ann.does_with("order.deliver", &order, json!({ "proof": { "name": "Kim" } })).await.expect("it is at the door");
    vendor.heard().await;
    let photo = id_of(&sends(&ann, &order, JPEG).await.expect("her phone was offline"));
    let updated = vendor.expect("order.updated").await;
    assert_eq!(updated.data()["changed"], json!(["proof"]));
    assert_eq!((&updated.order()["proof"]["photo"], &updated.order()["proof"]["name"]), (&json!(photo), &json!("Kim")));
    assert_eq!(updated.order()["status"], "delivered");
    sends(&ann, &order, JPEG).await.expect("she did not hear the answer");
    sends(&ann, &order, PNG).await.expect("she may send another");
    assert_eq!(vendor.heard().await.kinds(), [""; 0], "it has its photo");
    assert_eq!(proof(&vendor, &order).await["photo"], json!(photo));
    town.pass_s(24 * 3_600 + 1).await;
    assert_eq!(sends(&ann, &order, WEBP).await.expect_err("a day is over").code, "invalid_transition");
    assert_eq!(id_of(&sends(&ann, &order, JPEG).await.expect("it is known")), photo);
}

#[tokio::test]
async fn photos_are_kept_as_long_as_the_log() {
    let mut town = Town::open().await;
    let (mut vendor, ann) = (town.vendor().await, town.driver("ann").await);
    let order = in_the_bag(&vendor, &ann).await;
    let photo = id_of(&sends(&ann, &order, JPEG).await.expect("it is a photo"));
    let path = format!("/orders/{order}/photos/{photo}");
    town.stop().await;
    town.start_again().await;
    vendor.back().await;
    town.pass_days(29).await;
    town.prune().await;
    assert!(vendor.rest().download(&path).await.1 == JPEG);
    town.pass_days(2).await;
    town.prune().await;
    assert_eq!(vendor.rest().get(&path).await.expect_err("a month is over").code, "not_found");
}
