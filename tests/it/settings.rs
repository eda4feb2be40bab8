//! What pages are told of how the hub is run, and what they may ask other servers for.

use reqwest::Method;
use serde_json::{Value, json};
use waypost::flaws::Flaws;

use crate::town::Town;

const TILES: &str = "https://tiles.example:8443/{z}/{x}/{y}.png";

/// The policy that a page comes with.
async fn policy(town: &Town, page: &str) -> String {
    let answer = town.door.without_key().at(Method::GET, page, &[], None).await;
    answer.header("content-security-policy").to_owned()
}

#[tokio::test]
async fn whoever_opens_a_page_may_read_how_the_hub_is_run() {
    let town = Town::told(Flaws::default(), |config| {
        config.map_tiles_url = Some(TILES.parse().expect("it names three places"));
        config.map_tiles_attribution = Some("© the people of Mitte".to_owned());
        config.dispatch_phone = Some("+49 30 1234567".to_owned());
    })
    .await;
    let mut told = town.door.without_key().get("/settings").await.expect("no key is needed");
    told.as_object_mut().expect("an object").remove("push_public_key").expect("it is named, if only to say no");
    let expected = json!({
        "map_tiles_url": TILES, "map_tiles_attribution": "© the people of Mitte", "dispatch_phone": "+49 30 1234567",
    });
    assert_eq!(told, expected);
    let policy = policy(&town, "/driver").await;
    let images = policy.split(';').map(str::trim).find(|part| part.starts_with("img-src"));
    assert_eq!(images, Some("img-src 'self' data: blob: https://tiles.example:8443"), "{policy}");
    assert_eq!(policy.matches("tiles.example").count(), 1, "for pictures and for nothing else: {policy}");
}

#[tokio::test]
async fn without_tiles_no_page_may_ask_another_server_for_anything() {
    let town = Town::told(Flaws::default(), |config| config.map_tiles_attribution = Some("nobody".to_owned())).await;
    let told = town.door.without_key().get("/settings").await.expect("no key is needed");
    for name in ["map_tiles_url", "map_tiles_attribution", "dispatch_phone"] {
        assert_eq!(told[name], Value::Null, "{name}: {told}");
    }
    for page in ["/", "/vendor", "/driver", "/admin"] {
        let policy = policy(&town, page).await;
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("://"), "{page}: {policy}");
    }
}
