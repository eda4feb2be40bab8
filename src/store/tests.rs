//! What the writer and the log promise, each on its own database.

use serde_json::{Map, json};
use tempfile::TempDir;

use super::{By, Done, Store, StoreError, Write};
use crate::{
    domain::{
        actor::Actor,
        event::{EventType, Routing},
        time::Time,
        zone::{Rules, Zone},
    },
    flaws::Flaws,
};

struct Database {
    store: Store,
    url: String,
    _folder: TempDir,
}

async fn database() -> Database {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let store = Store::open(&url, Flaws::default()).await.expect("it can be made");
    Database { store, url, _folder: folder }
}

fn by() -> By {
    By { actor: Actor::Hub, now: Time::from_ms(1), origin: None }
}

fn note(write: &mut Write, n: i64) {
    let data = json!({ "n": n }).as_object().cloned().unwrap_or_default();
    write.append(EventType::ZoneChanged, &by(), data, Routing::default());
}

fn zone(id: &str) -> Zone {
    let id = id.parse().expect("a slug");
    Zone { id, name: "x".to_owned(), area: None, neighbours: vec![], color: None, rules: Rules::default() }
}

/// Notes `n`, and makes a zone of that number, and then refuses if it is odd.
async fn half_refused(store: &Store, n: i64) -> Result<Done<i64>, StoreError> {
    let unit = store.write(move |write| {
        Box::pin(async move {
            note(write, n);
            write.make_zone(&zone(&format!("z{n}")), Time::from_ms(1)).await?;
            if n % 2 == 1 { Err(StoreError::Closed) } else { Ok(n) }
        })
    });
    unit.await
}

#[tokio::test]
async fn a_refused_unit_leaves_nothing_behind_and_no_gap() {
    let Database { store, _folder, .. } = database().await;
    let units: Vec<_> = (0..100).map(|n| half_refused(&store, n)).collect();
    let answers = futures_util::future::join_all(units).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 50);
    let mut view = store.read().await.expect("it can be read");
    let events = view.events_after(0, 1_000).await.expect("the log can be read");
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=50).collect::<Vec<_>>());
    assert!(events.iter().all(|event| event.data["n"].as_i64().is_some_and(|n| n % 2 == 0)));
    assert_eq!(view.zones().await.expect("zones can be read").len(), 50);
}

#[tokio::test]
async fn units_are_carried_out_in_the_order_they_were_queued() {
    let Database { store, _folder, .. } = database().await;
    let queued: Vec<_> = (0..300)
        .map(|n| {
            store.write(move |write| {
                Box::pin(async move {
                    note(write, n);
                    Ok::<_, StoreError>(())
                })
            })
        })
        .collect();
    let seqs: Vec<_> =
        futures_util::future::join_all(queued).await.into_iter().map(|done| done.expect("it is kept").seq).collect();
    assert_eq!(seqs, (1..=300).map(Some).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_unit_that_panics_harms_no_other() {
    let Database { store, _folder, .. } = database().await;
    let before = store.write(|write| {
        Box::pin(async move {
            note(write, 1);
            Ok::<_, StoreError>(())
        })
    });
    let panics = store.write(|write| {
        Box::pin(async move {
            note(write, 2);
            write.make_zone(&zone("half"), Time::from_ms(1)).await?;
            assert!(write.next_seq() < 0, "a test asked for this panic");
            Ok::<_, StoreError>(())
        })
    });
    let after = store.write(|write| {
        Box::pin(async move {
            note(write, 3);
            Ok::<_, StoreError>(())
        })
    });
    let (before, panics, after) = tokio::join!(before, panics, after);
    assert_eq!(before.expect("it is kept").seq, Some(1));
    assert!(matches!(panics, Err(StoreError::Panicked)));
    assert_eq!(after.expect("it is kept").seq, Some(2));
    assert!(store.read().await.expect("a view").zones().await.expect("zones").is_empty());
}

#[tokio::test]
async fn a_follower_hears_every_event_once_even_if_it_was_slow() {
    let Database { store, _folder, .. } = database().await;
    let mut follower = store.follow(0);
    // One batch each, and more of them than the channel holds.
    for n in 0..600 {
        let unit = store.write(move |write| {
            Box::pin(async move {
                note(write, n);
                Ok::<_, StoreError>(())
            })
        });
        unit.await.expect("it is kept");
    }
    for n in 0..600 {
        let heard = follower.next().await.expect("it can be read").expect("there is one");
        assert_eq!((heard.event.seq, heard.event.data["n"].as_i64()), (n + 1, Some(n)));
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart_under_the_same_epoch() {
    let Database { store, url, _folder } = database().await;
    half_refused(&store, 2).await.expect("it is kept");
    let epoch = store.epoch().to_owned();
    store.close().await;
    assert!(matches!(half_refused(&store, 4).await, Err(StoreError::Closed)));
    let again = Store::open(&url, Flaws::default()).await.expect("it opens again");
    assert_eq!(again.epoch(), epoch);
    let done = half_refused(&again, 6).await.expect("it is kept");
    assert_eq!(done.seq, Some(2));
}

#[tokio::test]
async fn a_database_of_another_kind_is_refused_in_words() {
    let fault = Store::open("mysql://localhost/x", Flaws::default()).await.err().expect("it is no SQLite");
    assert!(fault.to_string().contains("must begin with sqlite:"), "{fault}");
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words() {
    let Database { store, url, _folder } = database().await;
    store
        .write(|write| {
            Box::pin(async move {
                super::both!(write, conn => sqlx::query(
                "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                 values (9999, 'from the future', current_timestamp, 1, x'00', 0)").execute(conn).await?);
                Ok::<_, StoreError>(Map::<String, serde_json::Value>::new())
            })
        })
        .await
        .expect("it is written");
    store.close().await;
    let fault = Store::open(&url, Flaws::default()).await.err().expect("it is newer");
    assert!(fault.to_string().contains("newer"), "{fault}");
}
