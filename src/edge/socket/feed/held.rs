//! What waits for an answer.
//!
//! Who gives a command learns by its answer what it did, and is not told the event again. Were a later event told
//! before that answer, and were the answer then lost with the connection, the client would come back with a cursor that
//! is past its own event and never hear of it. So, on that connection, what came after waits until the answer is out.

use std::{collections::VecDeque, sync::Arc};

use socketioxide::extract::SocketRef;

use super::Feed;
use crate::{
    edge::socket::{
        frames::Frames,
        link::{Knowledge, Link},
    },
    hub::{Announced, Origin},
};

/// Events that may wait on one connection; who makes more wait is cut off, and comes back with its cursor.
const HELD_EVENTS_MAX: usize = 512;

/// A connection whose own event waits for its answer, with that event and all that came after it.
pub(super) struct Held {
    socket: SocketRef,
    link: Arc<Link>,
    events: VecDeque<Announced>,
}

/// What becomes of an event on one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is told now.
    Now,
    /// It waits.
    Later,
    /// The client knows of it already.
    Never,
}

impl Feed {
    /// Whether an event is told now on this connection. If it must wait, it is kept.
    pub(super) fn turn_of(&mut self, socket: &SocketRef, link: &Arc<Link>, announced: &Announced) -> Turn {
        let origin = link.origin;
        if let Some(held) = self.held.get_mut(&origin) {
            held.events.push_back(announced.clone());
            if held.events.len() > HELD_EVENTS_MAX {
                self.held.remove(&origin);
                link.cut(socket.clone(), &self.lobby.tasks, "its commands take too long");
            }
            return Turn::Later;
        }
        if announced.origin != Some(origin) {
            return Turn::Now;
        }
        if self.hub.flaws().tell_before_the_answer() {
            return Turn::Never;
        }
        match link.knows(announced.unit_seq) {
            Knowledge::Told => Turn::Never,
            Knowledge::Untold => Turn::Now,
            Knowledge::Open => {
                let events = VecDeque::from([announced.clone()]);
                self.held.insert(origin, Held { socket: socket.clone(), link: link.clone(), events });
                Turn::Later
            }
        }
    }

    /// Tells what waited on a connection, up to the next event whose answer is still to come.
    pub(super) fn release(&mut self, origin: Origin) {
        let Some(mut held) = self.held.remove(&origin) else { return };
        while let Some(next) = held.events.pop_front() {
            let is_own = next.origin == Some(origin);
            match if is_own { held.link.knows(next.unit_seq) } else { Knowledge::Untold } {
                Knowledge::Open => {
                    held.events.push_front(next);
                    self.held.insert(origin, held);
                    return;
                }
                Knowledge::Untold if held.link.awaits(next.event.seq) => {
                    let hub = self.hub.clone();
                    let mut frames = Frames::new(&next.event, &hub);
                    let receipt = self.tell_one(held.socket.clone(), &held.link, &mut frames);
                    self.collect(&next.event, receipt.into_iter().collect());
                }
                Knowledge::Untold | Knowledge::Told => {}
            }
        }
    }

    /// Tells what waited on every connection, as far as it may be told.
    pub(super) fn release_all(&mut self) {
        self.held.retain(|_, held| held.socket.connected());
        let origins: Vec<Origin> = self.held.keys().copied().collect();
        for origin in origins {
            self.release(origin);
        }
    }
}
