//! Events, `sync` and acknowledgements.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{DriverReached, Lens, Me, OrderView, actor_view, data_view, schemas};
use crate::{
    domain::{
        alert::Alert,
        event::EventType,
        id::{EventId, ZoneId},
        log::SnapshotReason,
        time::Time,
    },
    edge::fault::Fault,
    hub::{Hub, Viewer},
};

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Actor {
    /// In which role.
    pub role: ActorRole,
    /// The vendor's, the driver's or the dispatcher's key's id.
    #[schema(required)]
    pub id: Option<String>,
    /// Their name.
    #[schema(required)]
    pub name: Option<String>,
}

/// In which role somebody did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorRole {
    /// A dispatcher.
    Admin,
    /// A vendor.
    Vendor,
    /// A driver.
    Driver,
    /// The hub itself, when a timer ran out.
    Hub,
}

/// One line of the log, as its reader may see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Event {
    /// For telling copies apart.
    pub id: EventId,
    /// Its place in the log.
    pub seq: i64,
    /// Live on a socket: the `seq` of the event sent before it on this connection, or of its `sync`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub prev: Option<i64>,
    /// What happened.
    pub r#type: EventType,
    /// When.
    pub at: Time,
    /// Who did it.
    #[schema(required)]
    pub actor: Option<Actor>,
    /// The order after it, if it is about one.
    #[schema(required)]
    pub order: Option<OrderView>,
    /// What the order does not hold: a message's `text`, a `reason`; `ended_by` where this ended an offer.
    #[schema(schema_with = schemas::free_object)]
    pub data: Map<String, Value>,
}

impl Event {
    /// The event as `viewer` may see it.
    #[must_use]
    pub fn seen_by(viewer: Viewer, event: &crate::domain::event::Event, hub: &Hub, public_url: &str) -> Event {
        let lens = event.order.as_ref().map(|order| Lens::of(viewer, order));
        Event {
            id: event.id,
            seq: event.seq,
            prev: None,
            r#type: event.kind,
            at: event.at,
            actor: actor_view(&event.actor, lens),
            order: event.order.as_ref().zip(lens).map(|(order, lens)| lens.view(order, hub, public_url)),
            data: data_view(event, lens),
        }
    }
}

/// A place in the log of one database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cursor {
    /// Which database's log.
    pub epoch: String,
    /// The last event that was heard.
    pub seq: i64,
}

/// The first event on every connection: what was missed, or how things are.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Sync {
    /// How things are.
    Snapshot(Snapshot),
    /// What was missed.
    Replay(Replay),
}

/// How things are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Snapshot {
    /// Always `snapshot`.
    #[schema(schema_with = schemas::snapshot)]
    pub mode: SnapshotMode,
    /// Why it is no replay of what was missed.
    pub reason: SnapshotReason,
    /// Up to where.
    pub cursor: Cursor,
    /// Who is connected.
    pub me: Me,
    /// The zones a driver works in; every zone for a dispatcher.
    pub zones: Vec<ZoneId>,
    /// Everything that matters now.
    pub orders: Vec<OrderView>,
    /// What is the matter with them, for vendors and dispatchers.
    pub alerts: Vec<Alert>,
    /// By what way the drivers who have them are reached, for vendors.
    pub reach: Vec<DriverReached>,
    /// The hub's clock.
    pub server_time: Time,
}

/// What was missed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Replay {
    /// Always `replay`.
    #[schema(schema_with = schemas::replay)]
    pub mode: ReplayMode,
    /// Up to where.
    pub cursor: Cursor,
    /// Who is connected.
    pub me: Me,
    /// The zones a driver works in; every zone for a dispatcher.
    pub zones: Vec<ZoneId>,
    /// Every event after the client's cursor that is the client's to hear, in order.
    pub events: Vec<Event>,
    /// What is the matter with orders after them, for vendors and dispatchers.
    pub alerts: Vec<Alert>,
    /// By what way the drivers who have orders are reached, for vendors.
    pub reach: Vec<DriverReached>,
    /// The hub's clock.
    pub server_time: Time,
}

/// The word `snapshot`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotMode {
    /// How things are.
    Snapshot,
}

/// The word `replay`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplayMode {
    /// What was missed.
    Replay,
}

/// A command's acknowledgement.
#[derive(Clone, Debug, Serialize)]
pub struct Ack<T> {
    /// What it answered.
    pub data: T,
    /// The last event that it wrote, if it wrote one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// The hub's clock.
    pub server_time: Time,
}

/// A refused command's acknowledgement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AckError {
    /// Why.
    pub error: Fault,
    /// The hub's clock.
    pub server_time: Time,
}

/// A piece of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// In order.
    pub data: Vec<Event>,
    /// Where to go on: pass it as `after`.
    #[schema(required)]
    pub next: Option<String>,
    /// The same place, with the name of the log.
    pub cursor: Cursor,
}
