//! Somebody of the town, at their screen: a vendor, a driver, a dispatcher.

use serde_json::{Value, json};

use super::{ADMIN_KEY, Door, NOWHERE, Rest, id_of};
use crate::client::{Ack, Client, Event, Problem};

pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) key_id: String,
    pub(crate) key: String,
    pub(super) namespace: &'static str,
    pub(super) line: Client,
    pub(super) door: Door,
    pub(super) fences: String,
}

impl std::ops::Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.line
    }
}

/// Everything that somebody heard, in order.
#[derive(Debug)]
pub(crate) struct Heard(pub(crate) Vec<Event>);

impl Heard {
    pub(crate) fn kinds(&self) -> Vec<&str> {
        self.0.iter().map(|event| event.kind.as_str()).collect()
    }
}

impl Person {
    /// REST with this person's own key.
    pub(crate) fn rest(&self) -> Rest {
        self.door.with_key(&self.key)
    }

    /// The alerts that this person may read and that are not over.
    pub(crate) async fn alerts(&self) -> Vec<Value> {
        let page = self.rest().get("/alerts").await.expect("they may read them");
        page["data"].as_array().expect("a list").clone()
    }

    /// Whether an order is on offer to this driver, as a new screen shows it.
    pub(crate) async fn is_asked(&self, order: &str) -> bool {
        let sync = self.second_tab().await.sync();
        let orders = sync["orders"].as_array().expect("a snapshot has orders");
        orders.iter().any(|shown| shown["id"] == order && shown["status"] == "ready_for_pickup")
    }

    /// Another screen of the same person.
    pub(crate) async fn second_tab(&self) -> Person {
        let line = Client::connect(self.door.addr(), self.namespace, &json!({ "token": self.key })).await;
        Person {
            id: self.id.clone(),
            name: self.name.clone(),
            key_id: self.key_id.clone(),
            key: self.key.clone(),
            namespace: self.namespace,
            line: line.unwrap_or_else(|message| panic!("{} is refused: {message}", self.name)),
            door: self.door.clone(),
            fences: self.fences.clone(),
        }
    }

    /// Comes back with the cursor of the last connection, and answers with the `sync`.
    pub(crate) async fn back(&mut self) -> Value {
        let cursor = self.cursor();
        self.back_with(&cursor).await
    }

    pub(crate) async fn back_with(&mut self, cursor: &Value) -> Value {
        let back = self.try_back(cursor).await;
        back.unwrap_or_else(|message| panic!("{} is refused: {message}", self.name))
    }

    pub(crate) async fn try_back(&mut self, cursor: &Value) -> Result<Value, String> {
        let auth = json!({ "token": self.key, "cursor": cursor });
        self.line = Client::connect(self.door.addr(), self.namespace, &auth).await?;
        Ok(self.line.sync())
    }

    /// Submits an order that goes to 2 Side St.
    pub(crate) async fn submit(&self, what: &str) -> String {
        self.submit_as(what, json!({})).await
    }

    /// Submits it ready for pickup.
    pub(crate) async fn submit_ready(&self, what: &str) -> String {
        self.submit_as(what, json!({ "ready": true })).await
    }

    pub(crate) async fn submit_as(&self, what: &str, more: Value) -> String {
        let ack = self.command("order.submit", &order(what, more)).await;
        id_of(&ack.expect("an order can be submitted").data)
    }

    /// A command on an order that needs no more than its id.
    pub(crate) async fn does(&self, command: &str, order: &str) -> Result<Ack, Problem> {
        self.does_with(command, order, json!({})).await
    }

    pub(crate) async fn does_with(&self, command: &str, order: &str, mut payload: Value) -> Result<Ack, Problem> {
        payload["id"] = json!(order);
        self.command(command, &payload).await
    }

    pub(crate) async fn claim(&self, order: &str) -> Result<Ack, Problem> {
        self.does("order.claim", order).await
    }

    /// Claims an order that nobody else wants, and brings it as far as the bag.
    pub(crate) async fn picks_up(&self, order: &str) {
        self.claim(order).await.expect("nobody else wants it");
        self.does("order.pick_up", order).await.expect("it is there");
    }

    /// Everything heard until now: a fence is set up that this person must hear of, and all that came before it is it.
    pub(crate) async fn heard(&self) -> Heard {
        let rest = self.door.with_key(ADMIN_KEY);
        let fence = match self.namespace {
            "/dispatch" => {
                let zone = json!({ "name": "Nowhere" });
                rest.put(&format!("/zones/{NOWHERE}"), &zone).await.expect("a zone can be written anew");
                NOWHERE.to_owned()
            }
            "/orders" => self.fence(&rest, &self.id, None).await,
            _ => self.fence(&rest, &self.fences, Some(&self.id)).await,
        };
        let mut heard = Vec::new();
        loop {
            let event = self.next(&format!("the fence {fence}")).await;
            let (order, zone) = (&event.order()["id"], &event.data()["zone_id"]);
            match event.kind.as_str() {
                "order.cancelled" if *order == json!(fence) => return Heard(heard),
                "zone.changed" if *zone == json!(fence) => return Heard(heard),
                // Others put up fences too.
                _ if event.order()["zone"] == NOWHERE || *zone == NOWHERE => {}
                _ => heard.push(event),
            }
        }
    }

    async fn fence(&self, rest: &Rest, vendor: &str, driver: Option<&str>) -> String {
        let order = json!({ "vendor_id": vendor, "zone": NOWHERE, "notes": "a fence" });
        let fence = id_of(&rest.post("/orders", &order).await.expect("a fence can be set up"));
        if let Some(driver) = driver {
            let whom = json!({ "driver_id": driver });
            rest.post(&format!("/orders/{fence}/assign"), &whom).await.expect("a fence can be given to a driver");
        }
        let why = json!({ "reason": "a fence" });
        rest.post(&format!("/orders/{fence}/cancel"), &why).await.expect("a fence can be taken down");
        fence
    }
}

/// An order to 2 Side St, with what else is said of it.
pub(crate) fn order(what: &str, more: Value) -> Value {
    let mut order = json!({
        "items": [{ "name": what }],
        "dropoff": {
            "address": "2 Side St", "lat": 52.530_437, "lng": 13.411_912, "contact_name": "Kim", "phone": "+49303",
            "instructions": "3rd floor",
        },
    });
    if let (Some(order), Value::Object(more)) = (order.as_object_mut(), more) {
        order.extend(more);
    }
    order
}
