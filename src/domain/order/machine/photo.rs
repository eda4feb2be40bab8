//! A photo of a delivery that comes after it.

use serde_json::json;

use super::{Command, Fact, Order, PHOTO_MS_MAX, State};
use crate::domain::{event::EventType, id::PhotoId, refusal::Refusal, time::Time};

impl Order {
    /// A phone that was offline sends the photo late: it becomes part of the proof, unless there is one already.
    pub(super) fn shown_later(&self, photo: PhotoId, now: Time) -> Result<Vec<Fact>, Refusal> {
        if self.times.delivered_at.is_none_or(|then| now.since_ms(then) > PHOTO_MS_MAX) {
            return Err(self.refuses(&Command::Photo(photo)));
        }
        let mut fact = self.same(EventType::OrderUpdated).with(json!({ "changed": ["proof"] }));
        match &mut fact.order.state {
            State::Delivered { proof, .. } if proof.photo.is_none() => proof.photo = Some(photo),
            _ => return Ok(vec![]),
        }
        Ok(vec![fact])
    }
}
