//! What takes in all that comes on one connection, and puts it into the client's picture.

use std::{sync::Arc, time::Instant};

use chrono::DateTime;
use serde_json::Value;
use tokio::sync::oneshot;

use super::{Answer, Asked, Client, Line};
use crate::simulate::{packet::Packet, picture::Known, promises::Promise};

/// Words that the log never holds.
const PASSING: [&str; 5] = ["driver.device", "driver.location", "driver.reach", "order.reach", "server.stopping"];

/// What takes in all that comes on one connection.
pub(in crate::simulate) struct Reader {
    pub(super) client: Arc<Client>,
    pub(super) line: Line,
    pub(super) synced: Option<oneshot::Sender<Result<(), String>>>,
    pub(super) had_cursor: bool,
}

impl Reader {
    /// Takes a frame in; answers whether the connection goes on.
    pub(in crate::simulate) fn take(&mut self, frame: &str) -> bool {
        match Packet::read(frame) {
            Packet::Open | Packet::Connected => true,
            Packet::Ping => self.reply("3".to_owned()),
            Packet::Ended => false,
            Packet::Refused(code) => {
                self.synced.take().map(|synced| synced.send(Err(code)));
                false
            }
            Packet::Answer { id, body } => self.answered(id, &body),
            Packet::Event { name, body, ack } => {
                if let Some(ack) = ack {
                    self.reply(Packet::receipt(self.client.namespace, ack, &body["seq"]));
                }
                self.event(&name, &body)
            }
            Packet::Unknown => {
                let why = format!("{} was sent what is no packet: {frame:.120}", self.client.name);
                self.look(Promise::NothingMissed, Err::<(), _>(why));
                false
            }
        }
    }

    /// The connection is no more.
    pub(in crate::simulate) fn ended(&mut self) {
        let mut mind = self.client.mind();
        // One that was hung up is another's matter by now.
        if mind.line.as_ref().is_some_and(|line| line.number == self.line.number) {
            mind.line_lost();
            drop(mind);
            self.client.ground.tally.counts().links_cut += 1;
            self.client.bump();
        }
    }

    fn reply(&self, packet: String) -> bool {
        self.line.out.send(packet).is_ok()
    }

    fn look<T>(&self, promise: Promise, outcome: Result<T, String>) -> Option<T> {
        let outcome = outcome.map_err(|why| format!("{}: {why}", self.client.name));
        self.client.ground.promises.look(promise, outcome)
    }

    fn event(&mut self, name: &str, body: &Value) -> bool {
        if name == "sync" {
            return self.sync(body);
        }
        if PASSING.contains(&name) {
            self.client.ground.tally.counts().passing += 1;
            return true;
        }
        let mut mind = self.client.mind();
        // After a hang-up nothing more is heard, or it would be heard again after the return.
        if mind.line.as_ref().is_none_or(|line| line.number != self.line.number) {
            return false;
        }
        let outcome = mind.picture.take_live(body);
        drop(mind);
        self.client.ground.tally.counts().events += 1;
        if self.client.namespace == "/drivers" {
            self.client.ground.tally.heard(body);
        }
        self.told_of(&body["order"]);
        self.client.bump();
        self.look(Promise::NothingMissed, outcome).is_some()
    }

    fn sync(&mut self, body: &Value) -> bool {
        let mut mind = self.client.mind();
        if mind.line.is_some() || self.synced.is_none() {
            drop(mind);
            return self.look(Promise::NothingMissed, Err::<(), _>("a second sync came".to_owned())).is_some();
        }
        let outcome = mind.picture.take_sync(body);
        let said = body["server_time"].as_str().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        mind.hub_time = said.map(|time| (time.to_utc(), Instant::now()));
        let Line { number, out, end } = &self.line;
        mind.line = Some(Line { number: *number, out: out.clone(), end: end.clone() });
        drop(mind);
        let list = |name: &str| body[name].as_array().cloned().unwrap_or_default();
        for event in &list("events") {
            self.told_of(&event["order"]);
        }
        for order in &list("orders") {
            self.told_of(order);
        }
        {
            let mut counts = self.client.ground.tally.counts();
            if body["mode"] == "replay" {
                counts.replays += 1;
                let made_up_for = u64::try_from(list("events").len()).unwrap_or_default();
                counts.events_made_up_for += made_up_for;
                counts.events += made_up_for;
            } else if self.had_cursor {
                counts.snapshots_instead += 1;
            }
        }
        self.client.bump();
        let is_good = self.look(Promise::NothingMissed, outcome).is_some();
        self.synced.take().map(|synced| synced.send(Ok(())));
        is_good
    }

    fn told_of(&self, order: &Value) {
        // Of what another driver has, a driver is not told who has it.
        if order.get("driver").is_some()
            && let Some((id, known)) = Known::of(order)
        {
            self.client.ground.promises.told(&id, known.version, known.holder.as_deref());
        }
    }

    fn answered(&self, id: u64, body: &Value) -> bool {
        let mut mind = self.client.mind();
        let Some(Asked { command, order, tell, .. }) = mind.waiting.remove(&id) else {
            let is_of_now = mind.line.as_ref().is_some_and(|line| line.number == self.line.number);
            drop(mind);
            let why = "an answer came that nobody waits for".to_owned();
            return !is_of_now || self.look(Promise::Answered, Err::<(), _>(why)).is_some();
        };
        self.look(Promise::Answered, Ok(()));
        let answer = if body["error"].is_null() {
            mind.picture.take_answer(command, &body["data"], !body["seq"].is_null());
            Answer::Done(body["data"].clone())
        } else {
            self.client.ground.tally.refused(command, &body["error"]);
            Answer::Refused(body["error"].clone())
        };
        drop(mind);
        if let (Answer::Done(data), Some(order)) = (&answer, order) {
            match data["version"].as_i64() {
                Some(version) if command == "order.claim" => {
                    self.client.ground.promises.claimed(&order, version, &self.client.id);
                    self.client.ground.tally.counts().claims_won += 1;
                }
                _ => self.told_of(data),
            }
        }
        // Whoever asked may have gone home.
        let _ = tell.send(answer);
        self.client.bump();
        true
    }
}
