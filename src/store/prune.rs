//! Forgetting what need not be kept, a limited number of rows in each unit of work.
//!
//! **Invariant:** what is left of the log has no gap, and once there was an event there is one: events go oldest first, and
//! never the last. The log's end is where the next event is numbered from, so without the last one a restart would give
//! its `seq` to another.

use super::{
    Read, Result, Write, both, change,
    rows::{json, text},
};
use crate::domain::time::Time;

impl Read {
    /// The `seq` of the oldest event that is kept; 1, where it will begin, if there is none yet.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn log_first(&mut self) -> Result<i64> {
        Ok(both!(self, conn => sqlx::query_scalar("select coalesce(min(seq), 1) from events").fetch_one(conn).await?))
    }
}

impl Write {
    /// Deletes the oldest events, at most `rows` of them, up to the first that is not older than `before`. Answers how many.
    ///
    /// An event that says it is older but follows one that does not stays as long as that one: clocks are set back, and
    /// the log's order is that of commits.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn prune_events(&mut self, before: Time, rows: u32) -> Result<u64> {
        let (first, head) = (self.log_first().await?, self.log_head().await?);
        let end = first.saturating_add(rows.into());
        // Never looks further than it deletes: to the end of a long log would take as long as all its units together.
        let young: Option<i64> = both!(self, conn => {
            sqlx::query_scalar("select seq from events where seq < $1 and at >= $2 order by seq limit 1")
                .bind(end).bind(before.ms()).fetch_optional(conn).await?
        });
        let end = young.unwrap_or(end);
        let end = if self.flaws.prune_the_last_event() { end } else { end.min(head) };
        if end <= first {
            return Ok(0);
        }
        Ok(change!(self, conn => {
            sqlx::query("delete from events where seq < $1").bind(end).execute(conn).await?.rows_affected()
        }))
    }

    /// Forgets idempotency keys that are older than `before`, at most `rows` of them, oldest first. Answers how many.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn forget_keys(&mut self, before: Time, rows: u32) -> Result<u64> {
        Ok(change!(self, conn => {
            sqlx::query("delete from idempotency where (owner, key) in
                (select owner, key from idempotency where created_at < $1 order by created_at limit $2)")
                .bind(before.ms()).bind(i64::from(rows)).execute(conn).await?.rows_affected()
        }))
    }
}

impl Read {
    /// What [`Write::mark_log`] noted last.
    ///
    /// # Errors
    /// What the driver says, or a row that cannot be read.
    pub async fn log_mark(&mut self) -> Result<Option<(i64, Time)>> {
        let mark: Option<String> = both!(self, conn => {
            sqlx::query_scalar("select value from meta where name = 'log_mark'").fetch_optional(conn).await?
        });
        mark.map(|mark| json("meta", &mark).map(|(seq, ms)| (seq, Time::from_ms(ms)))).transpose()
    }
}

impl Write {
    /// Notes where the log begins now that everything older than `before` is gone.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn mark_log(&mut self, before: Time) -> Result<()> {
        let mark = text("meta", &(self.log_first().await?, before.ms()))?;
        change!(self, conn => {
            sqlx::query("insert into meta (name, value) values ('log_mark', $1)
                on conflict (name) do update set value = excluded.value").bind(mark).execute(conn).await?
        });
        Ok(())
    }

    /// Forgets how drivers stood until before the event at `seq`, and where they worked until then, at most `rows` of each.
    /// How they stand and where they work stays, however long ago that began. Answers how many rows of the more numerous
    /// kind it forgot.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn forget_histories(&mut self, seq: i64, rows: u32) -> Result<u64> {
        let rows = i64::from(rows);
        let standings = change!(self, conn => {
            sqlx::query("delete from standings where (driver_id, from_seq) in
                (select driver_id, from_seq from standings where to_seq < $1 order by to_seq limit $2)")
                .bind(seq).bind(rows).execute(conn).await?.rows_affected()
        });
        let shifts = change!(self, conn => {
            sqlx::query("delete from shifts where (driver_id, zone_id, joined_seq) in
                (select driver_id, zone_id, joined_seq from shifts where left_seq < $1 order by left_seq limit $2)")
                .bind(seq).bind(rows).execute(conn).await?.rows_affected()
        });
        Ok(standings.max(shifts))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;
    use tempfile::TempDir;

    use crate::{
        domain::{
            actor::Actor,
            event::{EventType, Routing},
            time::Time,
        },
        flaws::Flaws,
        store::{By, Store, StoreError, Write},
    };

    /// A log whose events were written at `times`, in Unix milliseconds.
    async fn log(times: &'static [i64]) -> (Store, TempDir) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let store = Store::open(&url, Flaws::default()).await.expect("it can be made");
        append(&store, times).await;
        (store, folder)
    }

    fn note(write: &mut Write, ms: i64) {
        let by = By { actor: Actor::Hub, now: Time::from_ms(ms), origin: None };
        write.append(EventType::ZoneChanged, &by, Map::new(), Routing::default());
    }

    async fn append(store: &Store, times: &'static [i64]) {
        let unit = store.write(move |write| {
            Box::pin(async move {
                for ms in times {
                    note(write, *ms);
                }
                Ok::<_, StoreError>(())
            })
        });
        unit.await.expect("it is kept");
    }

    async fn prune(store: &Store, before_ms: i64, rows: u32) -> u64 {
        let before = Time::from_ms(before_ms);
        let unit = store.write(move |write| Box::pin(async move { write.prune_events(before, rows).await }));
        unit.await.expect("it can be pruned").value
    }

    /// The `seq` of every event, as one reads them and as one asks for the first and the last.
    async fn seqs(store: &Store) -> Vec<i64> {
        let mut view = store.read().await.expect("it can be read");
        let events = view.events_after(0, 100).await.expect("the log can be read");
        let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
        let ends = (view.log_first().await.expect("it has one"), view.log_head().await.expect("it has one"));
        assert_eq!(ends, (seqs.first().copied().unwrap_or(1), seqs.last().copied().unwrap_or(0)));
        seqs
    }

    #[tokio::test]
    async fn the_log_loses_its_oldest_events_and_never_its_last() {
        let table: [(&[i64], i64, u32, &[i64]); 9] = [
            (&[], 100, 10, &[]),
            (&[1], 100, 10, &[1]),
            (&[1, 2, 3], 100, 10, &[3]),
            (&[1, 2, 3, 4], 100, 2, &[3, 4]),
            (&[1, 2, 3], 1, 10, &[1, 2, 3]),
            (&[1, 2, 3], 3, 10, &[3]),
            (&[1, 2, 100, 101], 100, 10, &[3, 4]),
            // The clock was set back: what follows a younger event waits for it.
            (&[1, 200, 2, 3, 201], 100, 10, &[2, 3, 4, 5]),
            (&[1, 2, 3, 200], 100, 3, &[4]),
        ];
        for (times, before_ms, rows, kept) in table {
            let (store, _folder) = log(times).await;
            let pruned = prune(&store, before_ms, rows).await;
            assert_eq!(seqs(&store).await, kept, "{times:?} before {before_ms}, {rows} rows");
            assert_eq!(pruned, (times.len() - kept.len()) as u64, "{times:?}");
        }
    }

    #[tokio::test]
    async fn a_follower_does_not_skip_what_was_pruned_unread() {
        let (store, _folder) = log(&[1, 2, 3]).await;
        let mut follower = store.follow(1);
        assert_eq!(prune(&store, 100, 10).await, 2);
        append(&store, &[4]).await;
        let fault = follower.next().await.expect_err("2 is gone");
        assert!(fault.to_string().contains("pruned unread"), "{fault}");
        let mut follower = store.follow(2);
        append(&store, &[5]).await;
        let heard = follower.next().await.expect("what follows 2 is kept").expect("there is one");
        assert_eq!(heard.event.seq, 3);
    }

    #[tokio::test]
    async fn events_of_the_same_commit_follow_what_is_pruned() {
        let (store, _folder) = log(&[1, 2, 3]).await;
        let unit = store.write(move |write| {
            Box::pin(async move {
                note(write, 4);
                write.prune_events(Time::from_ms(100), 10).await
            })
        });
        assert_eq!(unit.await.expect("it is kept").seq, Some(4));
        assert_eq!(seqs(&store).await, [3, 4]);
    }
}
