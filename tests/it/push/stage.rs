//! A town with a push service, and a way to know that nothing is still on its way.

use serde_json::{Value, json};
use waypost::flaws::Flaws;

use super::service::{Got, PushService};
use crate::{
    client::PATIENCE,
    town::{Person, Town, id_of},
};

/// Whose browser is told only of fences.
const FENCE: &str = "fence";

pub(crate) struct Stage {
    pub(crate) town: Town,
    pub(crate) service: PushService,
    /// A driver who is off duty and not connected, and a shop without anybody in it.
    fence: (String, String),
}

impl Stage {
    pub(crate) async fn open() -> Stage {
        Stage::flawed(Flaws::default()).await
    }

    /// A stage whose server breaks a guarantee on purpose.
    pub(crate) async fn flawed(flaws: Flaws) -> Stage {
        let town = Box::pin(Town::told(flaws, |config| config.push_private = true)).await;
        let service = PushService::open(&town).await;
        let (driver, shop) = (town.driver_off_duty(FENCE).await, town.make_vendor("Fence Shop").await);
        let stage = Stage { town, service, fence: (driver.id.clone(), shop) };
        stage.subscribes(&driver).await;
        stage.leaves(&driver).await;
        stage
    }

    /// Somebody's browser is subscribed; the service knows it by their name.
    pub(crate) async fn subscribes(&self, person: &Person) {
        let subscription = self.service.browser(&person.name).subscription();
        person.command("push.subscribe", &subscription).await.expect("it is one");
    }

    /// A driver closes the page, with a browser that takes pushes.
    pub(crate) async fn leaves(&self, driver: &Person) {
        driver.drop_link();
        self.town.is_noticed(driver, "push_only").await;
    }

    /// A driver on duty in `mitte` whose page is closed.
    pub(crate) async fn absent(&self, name: &str) -> Person {
        let driver = self.town.driver(name).await;
        self.subscribes(&driver).await;
        self.leaves(&driver).await;
        driver
    }

    /// A driver on duty in `mitte` whose page is open, in a browser that takes pushes.
    pub(crate) async fn present(&self, name: &str) -> Person {
        let driver = self.town.driver(name).await;
        self.subscribes(&driver).await;
        driver
    }

    /// How a driver is reached.
    pub(crate) async fn reach(&self, driver: &Person) -> String {
        let record = self.town.rest().get(&format!("/drivers/{}", driver.id)).await.expect("a dispatcher may look");
        record["reach"].as_str().expect("a word").to_owned()
    }

    /// The figure of that name.
    pub(crate) async fn figure(&self, name: &str) -> u64 {
        let page = self.town.door.without_key().at(reqwest::Method::GET, "/metrics", &[], None).await.text;
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|figure| figure.parse().ok()).unwrap_or_else(|| panic!("no {name} in {page}"))
    }

    /// Waits until a figure is as large as that.
    pub(crate) async fn counts(&self, name: &str, expected: u64) {
        let counts = async {
            while self.figure(name).await != expected {
                tokio::task::yield_now().await;
            }
        };
        let counted = tokio::time::timeout(PATIENCE, counts).await;
        counted.unwrap_or_else(|_| panic!("waited in vain for {name} to be {expected}"));
    }

    /// Everything that was pushed until now and not asked for: a fence is pushed to somebody who gets nothing else, and when
    /// it is there and nothing waits, all that was decided before it is there too.
    pub(crate) async fn pushed(&self) -> Vec<String> {
        let (driver, shop) = &self.fence;
        let order = json!({ "vendor_id": shop, "zone": "nowhere", "notes": "a fence" });
        let fence = id_of(&self.town.rest().post("/orders", &order).await.expect("a fence can be set up"));
        let whom = json!({ "driver_id": driver });
        self.town.does("assign", &fence, &whom).await.expect("it can be given to anybody");
        let mut pushed = Vec::new();
        loop {
            let Got { to, said, .. } = self.service.next("a fence").await;
            if to == FENCE && said["order"] == json!(fence) {
                break;
            }
            pushed.extend((to != FENCE).then(|| name(&to, &said)));
        }
        self.town.does("cancel", &fence, &json!({ "reason": "a fence" })).await.expect("nobody picked it up");
        // A later fence would be taken for the one before it.
        loop {
            let Got { to, said, .. } = self.service.next("the end of a fence").await;
            if to == FENCE {
                break;
            }
            pushed.push(name(&to, &said));
        }
        // Retries wait for their time, and are none of ours; what is under way is.
        pushed.extend(self.service.rest());
        pushed
    }
}

fn name(to: &str, said: &Value) -> String {
    format!("{} to {to}", said["kind"].as_str().unwrap_or_default())
}
