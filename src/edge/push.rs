//! The sender of Web Push: what the hub decides is encrypted for one browser and handed to its push service.
//!
//! A task of its own behind the log, so that nobody waits for a push service but it.

mod endpoint;
mod post;
mod seal;
mod vapid;

use std::time::Duration;

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use serde_json::to_vec;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use self::post::{Message, Post};
pub use self::{
    endpoint::{Endpoint, Reachable},
    seal::{SAID_BYTES_MAX, is_public_key, seal},
    vapid::{Vapid, VapidError},
};
use super::wire::PushPayload;
use crate::hub::{Announced, Follower, Hub, HubError, Posting, PushOutcome};

/// Pushes that are under way at once.
const UNDER_WAY_MAX: usize = 32;

/// How often it is looked at for which pushes it is time.
const TICK: Duration = Duration::from_millis(200);

/// How often it is written down up to where the log was looked through.
const KEEP: Duration = Duration::from_secs(2);

/// How long to wait after something could not be read or written.
const RETRY: Duration = Duration::from_millis(200);

/// How long a stop waits for what is under way.
const STOP_MAX: Duration = Duration::from_secs(1);

/// Sends what is to be pushed.
pub struct Sender {
    hub: Hub,
    vapid: Vapid,
    post: Post,
    reachable: Reachable,
}

impl Sender {
    /// A sender who signs with `vapid`.
    ///
    /// # Errors
    /// [`VapidError::NoTls`] if this build cannot encrypt its connections.
    pub fn new(hub: Hub, vapid: Vapid, reachable: Reachable) -> Result<Sender, VapidError> {
        let post = Post::new(reachable).map_err(VapidError::NoTls)?;
        Ok(Sender { hub, vapid, post, reachable })
    }

    /// Follows the log and sends what it says is to be pushed, until `stop`.
    pub async fn run(self, mut follower: Follower, stop: CancellationToken) {
        let mut under_way = FuturesUnordered::new();
        let (mut tick, mut keep) = (tokio::time::interval(TICK), tokio::time::interval(KEEP));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        keep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let may_send = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(()) = under_way.next(), if !under_way.is_empty() => true,
                _ = tick.tick() => true,
                _ = keep.tick() => {
                    note(self.hub.keep_push_cursor().await);
                    false
                }
                next = follower.next() => match next {
                    Ok(Some(announced)) => self.take(&announced, &stop).await,
                    Ok(None) => break,
                    Err(fault) => {
                        error!(fault = &fault as &dyn std::error::Error, "the log cannot be read for pushes; trying again");
                        tokio::time::sleep(RETRY).await;
                        false
                    }
                },
            };
            if may_send && under_way.len() < UNDER_WAY_MAX {
                let due = self.hub.pushes_due(self.hub.now(), UNDER_WAY_MAX - under_way.len()).await;
                let postings = note(due).unwrap_or_default();
                under_way.extend(postings.into_iter().map(|posting| self.send(posting)));
            }
        }
        // What is not answered by then is sent again by the next hub, and takes the place of what went out now.
        let rest = async { while under_way.next().await.is_some() {} };
        if tokio::time::timeout(STOP_MAX, rest).await.is_err() {
            warn!("some pushes were not answered in time; they are sent again after the next start");
        }
        note(self.hub.keep_push_cursor().await);
    }

    /// Has it decided what is to be pushed of an event, however long the storage is away.
    async fn take(&self, announced: &Announced, stop: &CancellationToken) -> bool {
        loop {
            match self.hub.take_for_push(&announced.event).await {
                Ok(is_news) => return is_news,
                Err(_) if stop.is_cancelled() => return false,
                fault => drop(note(fault)),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Encrypts a push, hands it to its push service, and notes what became of it.
    async fn send(&self, posting: Posting) {
        let id = posting.push.id;
        let outcome = match self.message(&posting) {
            Ok((endpoint, message)) => self.post.send(&endpoint, message).await,
            Err(why) => PushOutcome::Refused(why.to_owned()),
        };
        debug!(subscription.id = %id.subscription, kind = id.kind.as_str(), ?outcome, "a push to {}", posting.push.subscriber);
        note(self.hub.pushed(id, outcome).await);
    }

    fn message(&self, posting: &Posting) -> Result<(Endpoint, Message), &'static str> {
        let Posting { push, address } = posting;
        let endpoint = Endpoint::parse(&address.endpoint, self.reachable)?;
        let now = self.hub.now();
        let payload = PushPayload { notice: &push.notice, receipt: &push.receipt };
        let said = to_vec(&payload).map_err(|_| "it cannot be written")?;
        let sealed = seal(&said, &address.p256dh, &address.auth).map_err(|_| "it cannot be encrypted")?;
        let authorization = self.vapid.authorization(&endpoint, now).ok_or("it cannot be signed")?;
        let message = Message {
            authorization,
            ttl_s: push.expires_at.since_ms(now).max(0) / 1_000,
            urgency: if push.id.kind.is_urgent() { "high" } else { "low" },
            // 32 characters of the alphabet that RFC 8030 allows, and not one more fits.
            topic: push.notice.order.simple(),
            sealed,
        };
        Ok((endpoint, message))
    }
}

/// What was done, or a line in the log.
fn note<T>(done: Result<T, HubError>) -> Option<T> {
    match done {
        Ok(done) => Some(done),
        // While nothing can be written, the writer has said so, once; a stop closes the database under it.
        Err(HubError::Store(fault)) if fault.is_passing() => {
            debug!(%fault, "pushes wait for the storage");
            None
        }
        Err(fault) => {
            error!(fault = &fault as &dyn std::error::Error, "pushes could not be looked after; it is tried again");
            None
        }
    }
}
