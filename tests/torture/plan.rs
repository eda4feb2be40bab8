//! What goes wrong in a round, one kind of fault each.

use std::{path::Path, time::Duration};

use tokio::{
    task::block_in_place,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    disk::{Faulty, Lock, Powered, Small},
    proxy::Weather,
    stage::Stage,
};

/// How long a client that reads again has to read what is there.
const SLEEPER_WAKES: Duration = Duration::from_secs(2);

/// How long a hub may take to stop when it is told to.
const STOP_MAX: Duration = Duration::from_secs(10);

/// How long hubs that are told to stop go on answering, in milliseconds.
pub(crate) const DRAIN_MS: u64 = 1_500;

/// How long such a hub may take to say so: less than that.
const SAID_MAX: Duration = Duration::from_millis(1_400);

/// How long a hub may take to find out that its disk works again.
const RECOVER_MAX: Duration = Duration::from_secs(5);

/// Kills at random moments under load.
pub(crate) async fn kills(stage: &mut Stage, count: usize) {
    for n in 0..count {
        // Every fifth comes right after the start, while clients come back.
        if n % 5 == 4 {
            stage.live(0, 40).await;
        } else {
            stage.live(40, 500).await;
        }
        let hub = stage.take_hub();
        block_in_place(|| hub.kill());
        stage.found.kills += 1;
        stage.start_again().await;
    }
    stage.live(200, 400).await;
}

/// Power cuts at random moments under load.
pub(crate) async fn cuts(stage: &mut Stage, disk: &mut Powered, count: usize) -> Result<(), String> {
    for _ in 0..count {
        stage.live(250, 900).await;
        let hub = stage.take_hub();
        hub.signal("STOP");
        while !hub.is_halted() {
            sleep(Duration::from_millis(1)).await;
        }
        block_in_place(|| -> Result<(), String> {
            disk.cut()?;
            hub.kill();
            disk.restore()
        })?;
        stage.found.cuts += 1;
        stage.start_again().await;
    }
    stage.live(200, 400).await;
    Ok(())
}

/// Stops as a service manager does them, each with a start after it.
pub(crate) async fn stops(stage: &mut Stage, count: usize) {
    for _ in 0..count {
        stage.live(200, 700).await;
        stage.hub().signal("TERM");
        match stage.until_unready(SAID_MAX).await {
            Some(detail) if detail.contains("stopping") => {}
            said => stage.found.violation("stop", format!("`/readyz` says {said:?} while the hub stops")),
        }
        let mut hub = stage.take_hub();
        match block_in_place(|| hub.ended(STOP_MAX)) {
            Some(status) if status.success() => {}
            Some(status) => stage.found.violation("stop", format!("a hub that was told to stop ended with {status}")),
            None => stage.found.violation("stop", format!("the hub did not stop within {STOP_MAX:?}")),
        }
        stage.found.other_faults += 1;
        stage.start_again().await;
    }
    stage.live(200, 400).await;
}

/// Bad weather on the links, and a hub that stands still for a moment.
pub(crate) async fn network(stage: &mut Stage, count: usize) {
    const STORMS: [(Weather, usize); 7] = [
        (Weather::Reset, 100),
        (Weather::Deaf, 60),
        (Weather::Slices, 50),
        (Weather::Hole, 50),
        (Weather::Deaf, 100),
        (Weather::Slow, 70),
        (Weather::Reset, 40),
    ];
    for n in 0..count {
        if n == count / 2 {
            stage.is_halfway();
        }
        stage.live(100, 400).await;
        let (weather, percent) = STORMS[n % STORMS.len()];
        stage.proxy.turn(weather, percent, &mut stage.dice);
        if n % 4 == 3 {
            stage.hub().signal("STOP");
            stage.live(100, 900).await;
            stage.hub().signal("CONT");
        }
        stage.live(100, 700).await;
        stage.proxy.clear();
        stage.found.other_faults += 1;
    }
    stage.live(300, 500).await;
}

/// A disk that is full, and has room again.
pub(crate) async fn full(stage: &mut Stage, disk: &Small, count: usize) {
    for _ in 0..count {
        stage.live(300, 600).await;
        block_in_place(|| disk.fill()).expect("the disk can be filled");
        unready(stage, "full").await;
        stage.live(200, 500).await;
        disk.free().expect("there is something to free");
        recovers(stage, "has room again").await;
    }
    stage.live(200, 400).await;
}

/// A disk that confirms nothing, and does again.
pub(crate) async fn failing(stage: &mut Stage, disk: &Faulty, count: usize) {
    for _ in 0..count {
        stage.live(300, 600).await;
        disk.fail(true).expect("the trigger can be set");
        unready(stage, "disk").await;
        stage.live(200, 500).await;
        disk.fail(false).expect("the trigger can be taken away");
        recovers(stage, "works again").await;
    }
    stage.live(200, 400).await;
}

/// A foreign process that holds the database's lock.
pub(crate) async fn locked(stage: &mut Stage, database: &Path, count: usize) {
    for _ in 0..count {
        stage.live(300, 600).await;
        let lock = Lock::hold(database).await;
        unready(stage, "lock").await;
        lock.release().await;
        recovers(stage, "is no longer locked").await;
    }
    stage.live(200, 400).await;
}

/// Waits until the hub says that it is not ready, and why; reads must go on.
async fn unready(stage: &mut Stage, word: &str) {
    stage.found.other_faults += 1;
    match stage.until_unready(Duration::from_secs(12)).await {
        None => stage.found.violation("storage", format!("the hub is ready, although its storage is not ({word})")),
        Some(detail) if !detail.contains(word) => {
            stage.found.violation("storage", format!("`/readyz` does not say why ({word}): {detail}"));
        }
        Some(_) => {}
    }
    if !stage.can_read().await {
        stage.found.violation("storage", format!("orders cannot be read while the storage fails ({word})"));
    }
    match stage.write_refusal().await {
        Some(answer) if answer.contains("unavailable") => {}
        // A log that was written back has room of its own, also on a full disk: then the hub is ready, and says so.
        Some(answer) if answer.starts_with("201") && stage.until_ready(SAID_MAX).await.is_ok() => {}
        answer => stage.found.violation("storage", format!("a write is answered {answer:?} ({word})")),
    }
}

/// Waits until the hub is ready again by itself.
async fn recovers(stage: &mut Stage, since: &str) {
    if let Err(last) = stage.until_ready(RECOVER_MAX).await {
        stage.found.violation("storage", format!("not ready {RECOVER_MAX:?} after the disk {since}: {last}"));
    }
}

/// A client that stops reading while much is said, and reads on.
pub(crate) async fn slow(stage: &mut Stage, count: usize) {
    /// More than the hub and the system hold for a client together.
    const WORDS: usize = 720;
    let order = stage.big_order().await;
    let mut sleeper = stage.sleeper();
    for _ in 0..count {
        let never = CancellationToken::new();
        let Ok(Some(line)) = timeout(STOP_MAX, sleeper.connect(&never)).await else {
            stage.found.violation("4", "a slow client is not let in");
            break;
        };
        line.read(false);
        stage.say(&order, WORDS).await;
        line.read(true);
        // It reads what is left until it is cut off, or until nothing more comes.
        let ended = line.ended();
        let _ = timeout(SLEEPER_WAKES, ended.cancelled()).await;
        stage.say(&order, 1).await;
        let _ = timeout(SLEEPER_WAKES, ended.cancelled()).await;
        stage.found.other_faults += 1;
    }
    stage.took_part(sleeper);
}
