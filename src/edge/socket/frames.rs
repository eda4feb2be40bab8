//! An event as it goes out: what is the same for many readers is written once.

use std::{collections::HashMap, sync::Arc};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::link::Link;
use crate::{
    domain::{event::Event, event::EventType, id::EventId, time::Time},
    edge::{
        Base,
        wire::{self, Lens, actor_view, data_view},
    },
    hub::Hub,
};

/// What is the same for every reader who looks through the same lens and reaches the hub at the same place.
struct Parts {
    actor: Box<RawValue>,
    order: Box<RawValue>,
    data: Box<RawValue>,
}

/// An event on its way out.
pub(super) struct Frames<'e> {
    event: &'e Event,
    hub: &'e Hub,
    parts: HashMap<(Option<Lens>, Arc<Base>), Parts>,
}

/// An event as it stands on the wire, with what differs from socket to socket.
#[derive(Serialize)]
pub(super) struct Frame<'f> {
    id: EventId,
    seq: i64,
    prev: i64,
    r#type: EventType,
    at: Time,
    actor: &'f RawValue,
    order: &'f RawValue,
    data: &'f RawValue,
}

impl Frame<'_> {
    /// The event's name.
    pub(super) fn name(&self) -> &'static str {
        self.r#type.as_str()
    }

    /// Its place in the log.
    pub(super) fn seq(&self) -> i64 {
        self.seq
    }
}

impl<'e> Frames<'e> {
    pub(super) fn new(event: &'e Event, hub: &'e Hub) -> Frames<'e> {
        Frames { event, hub, parts: HashMap::new() }
    }

    /// The lens that this connection sees the event's order through.
    pub(super) fn lens(&self, link: &Link) -> Option<Lens> {
        self.event.order.as_ref().map(|order| Lens::of(link.viewer, order))
    }

    /// Whether the event puts an order on offer.
    pub(super) fn is_offer(&self) -> bool {
        self.event.kind == EventType::OrderReadyForPickup
    }

    /// The event for one connection.
    pub(super) fn frame(&mut self, link: &Link) -> serde_json::Result<Frame<'_>> {
        let (event, hub, lens) = (self.event, self.hub, self.lens(link));
        let key = (lens, link.base.clone());
        if !self.parts.contains_key(&key) {
            let parts = Parts {
                actor: to_raw_value(&actor_view(&event.actor, lens))?,
                order: to_raw_value(&shown(event, hub, lens, &link.base))?,
                data: to_raw_value(&data_view(event, lens))?,
            };
            self.parts.insert(key.clone(), parts);
        }
        let Parts { actor, order, data } = &self.parts[&key];
        let Event { id, seq, kind, at, .. } = *event;
        Ok(Frame { id, seq, prev: link.last_seq(), r#type: kind, at, actor, order, data })
    }
}

/// The event for a replay, where the place in the array stands for `prev`.
pub(super) fn replayed(event: &Event, hub: &Hub, link: &Link) -> wire::Event {
    wire::Event::seen_by(link.viewer, event, hub, &link.base.0)
}

fn shown(event: &Event, hub: &Hub, lens: Option<Lens>, base: &Base) -> Option<wire::OrderView> {
    event.order.as_ref().zip(lens).map(|(order, lens)| lens.view(order, hub, &base.0))
}
