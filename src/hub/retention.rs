//! What is kept for how long.

use super::{Hub, HubError, Result};
use crate::domain::{log::LogDays, time::Time};

/// Rows deleted in one unit of work. With orders' events, 2 kB each, a unit and its commit took 2 ms; so long does who comes
/// next wait for it.
const UNIT_ROWS_MAX: u32 = 250;

/// Rounds of offers deleted in one unit of work: each may have hundreds of receipts.
const UNIT_ROUNDS_MAX: u32 = 8;

/// Photos deleted in one unit of work: each may have 2 MiB.
const UNIT_PHOTOS_MAX: u32 = 4;

/// How long an idempotency key is remembered, in milliseconds: 7 days and an hour.
const IDEMPOTENCY_MS: i64 = (7 * 24 + 1) * 3_600_000;

/// How long it is remembered what was pushed, in milliseconds: 2 days. No offer lasts as long, nor does anything that is pushed.
const PUSHES_MS: i64 = 48 * 3_600_000;

/// How much older than the log a driver's history must be before it is forgotten, in milliseconds. An offer lasts at most 60
/// min, and whoever was asked when it began must be told of its end, also when they ask for it a month later.
const HISTORY_MS_MORE: i64 = 2 * 3_600_000;

impl Hub {
    /// Deletes what need not be kept at `now`: events, rounds of offers and photos older than `kept`, what ended in drivers' histories
    /// before them, and idempotency keys older than 7 days. Answers how many events it deleted. To be called about once an hour.
    ///
    /// Works in small units, each asked for when the one before is on disk, so that whatever else is to be written comes in
    /// between. It may be dropped at any time: what it did is done, and the next call goes on.
    ///
    /// # Errors
    /// What the store says.
    pub async fn prune(&self, now: Time, kept: LogDays) -> Result<u64> {
        let keys_before = now.plus_ms(-IDEMPOTENCY_MS);
        loop {
            let unit = self.store.write(move |write| {
                Box::pin(async move { Ok::<_, HubError>(write.forget_keys(keys_before, UNIT_ROWS_MAX).await?) })
            });
            if unit.await?.value < u64::from(UNIT_ROWS_MAX) {
                break;
            }
        }
        let pushes_before = now.plus_ms(-PUSHES_MS);
        loop {
            let unit = self.store.write(move |write| {
                Box::pin(async move {
                    write.forget_subscriptions(pushes_before).await?;
                    Ok::<_, HubError>(write.forget_pushes(pushes_before, UNIT_ROWS_MAX).await?)
                })
            });
            if unit.await?.value < u64::from(UNIT_ROWS_MAX) {
                break;
            }
        }
        let (events_before, rows) = (kept.since(now), self.unit_rows());
        loop {
            let unit = self.store.write(move |write| {
                Box::pin(async move { Ok::<_, HubError>(write.forget_rounds(events_before, UNIT_ROUNDS_MAX).await?) })
            });
            if unit.await?.value < u64::from(UNIT_ROUNDS_MAX) {
                break;
            }
        }
        loop {
            let unit = self.store.write(move |write| {
                Box::pin(async move { Ok::<_, HubError>(write.forget_alerts(events_before, rows).await?) })
            });
            if unit.await?.value < u64::from(rows) {
                break;
            }
        }
        loop {
            let unit = self.store.write(move |write| {
                Box::pin(async move { Ok::<_, HubError>(write.forget_photos(events_before, UNIT_PHOTOS_MAX).await?) })
            });
            if unit.await?.value < u64::from(UNIT_PHOTOS_MAX) {
                break;
            }
        }
        let mut pruned = 0;
        loop {
            let unit = self.store.write(move |write| {
                Box::pin(async move { Ok::<_, HubError>(write.prune_events(events_before, rows).await?) })
            });
            let deleted = unit.await?.value;
            pruned += deleted;
            if deleted < u64::from(rows) {
                break;
            }
        }
        self.forget_histories(events_before).await?;
        Ok(pruned)
    }

    /// Forgets what ended in drivers' histories before any offer began of which the log still tells, now that it begins at
    /// `before`. It goes by a mark: where the log began when it began at a time so long before that.
    async fn forget_histories(&self, before: Time) -> Result<()> {
        let mark = self.store.read().await?.log_mark().await?;
        if mark.is_some_and(|(_, at)| before.since_ms(at) < HISTORY_MS_MORE) {
            return Ok(());
        }
        if let Some((seq, _)) = mark {
            let rows = self.unit_rows();
            loop {
                let unit = self.store.write(move |write| {
                    Box::pin(async move { Ok::<_, HubError>(write.forget_histories(seq, rows).await?) })
                });
                if unit.await?.value < u64::from(rows) {
                    break;
                }
            }
        }
        let unit =
            self.store.write(move |write| Box::pin(async move { Ok::<_, HubError>(write.mark_log(before).await?) }));
        unit.await.map(|_| ())
    }

    fn unit_rows(&self) -> u32 {
        if self.flaws().prune_in_one_go() { u32::MAX } else { UNIT_ROWS_MAX }
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, sync::Arc};

    use serde_json::Map;

    use super::UNIT_ROWS_MAX;
    use crate::{
        domain::{
            actor::Actor,
            event::{EventType, Routing},
            log::LogDays,
            time::Time,
        },
        flaws::Flaws,
        hub::{By, Chance, Clock, Hub, HubError},
    };

    const EVENTS: u32 = 20_000;

    /// As many units as pruning them takes.
    const UNITS: u32 = EVENTS / UNIT_ROWS_MAX;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Time {
            Time::from_ms(i64::MAX / 2)
        }
    }

    impl Chance for Still {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(1);
        }
    }

    /// Writes events, and answers once they are on disk.
    async fn note(hub: &Hub, events: u32, now: Time) {
        let unit = hub.store.write(move |write| {
            Box::pin(async move {
                let by = By { actor: Actor::Hub, now, origin: None };
                for _ in 0..events {
                    write.append(EventType::ZoneChanged, &by, Map::new(), Routing::default());
                }
                Ok::<_, HubError>(())
            })
        });
        unit.await.expect("it is written");
    }

    /// How many writes, one after the other, are answered while 20,000 old events are pruned.
    async fn answered_while_pruning(flaws: Flaws) -> u32 {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let hub = Hub::open(&url, None, Arc::new(Still), Arc::new(Still), flaws).await.expect("it can be made");
        note(&hub, EVENTS, Time::from_ms(1)).await;
        note(&hub, 1, hub.now()).await;
        let mut pruning = pin!(hub.prune(hub.now(), LogDays::default()));
        let mut answered = 0;
        loop {
            tokio::select! {
                biased;
                pruned = &mut pruning => {
                    assert_eq!(pruned.expect("it can be pruned"), u64::from(EVENTS));
                    return answered;
                }
                () = note(&hub, 1, hub.now()) => answered += 1,
            }
        }
    }

    /// A write waits for one unit of pruning, or for two if it came while one was under way.
    #[tokio::test]
    async fn writes_come_in_between_while_a_long_log_is_pruned() {
        let answered = answered_while_pruning(Flaws::default()).await;
        assert!(answered >= UNITS / 2, "only {answered} writes were answered while {UNITS} units were pruned");
    }

    #[cfg(feature = "mutants")]
    #[tokio::test]
    async fn pruning_in_one_go_is_caught() {
        let answered = answered_while_pruning(Flaws { prune_in_one_go: true, ..Flaws::default() }).await;
        assert!(answered < UNITS / 2, "nothing notices that writes wait for the whole log: {answered} were answered");
    }
}
