//! A day of the town, from the first key to the report.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Failure,
    chance::Chance,
    client::{Client, Ground},
    clock::Clock,
    dispatcher::Dispatcher,
    driver::Driver,
    ending::Ending,
    people::{HABITS, Span},
    promises::Promises,
    report::{Claims, Commands, Links, Report},
    rest::Door,
    tally::Tally,
    town::Town,
    vendor::Vendor,
};
use crate::config::Simulation;

/// How often it is said how the day goes.
const PROGRESS: Duration = Duration::from_secs(3);

/// How often the town is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// How long a day goes on after a promise was broken: what people believe then may have little to do with what is.
const BROKEN_MAX: Duration = Duration::from_secs(2);

/// How long a whole town may be without a hub before its day is over.
const ALONE_MAX: Duration = Duration::from_secs(30);

/// How long to wait before a connection that was cut, or refused, is tried again.
const BACKOFF: Duration = Duration::from_millis(250);

/// After the last order, how long drivers may go on with what others gave them, in seconds of the town's time.
const AFTERWORK_S: f64 = 3_600.0;

/// Lets a town live on the hub that `plan` names, with a dispatcher's `key`, until its orders are over or `stop` says so.
/// `say` is told every few seconds how it goes.
///
/// What it makes on the hub has names that end in `(simulated)` and is taken away at the end.
///
/// # Errors
/// A [`Failure`] if the hub is not there, goes away, or does not let the town be built. A promise that is broken is no
/// error: the report says so.
pub async fn run(
    plan: &Simulation,
    key: &str,
    stop: &CancellationToken,
    say: &mut dyn FnMut(&str),
) -> Result<Report, Failure> {
    let tasks = TaskTracker::new();
    let ground = Ground {
        door: Door::parse(&plan.url).map_err(Failure)?,
        tally: Arc::new(Tally::default()),
        promises: Arc::new(Promises::default()),
        tasks: tasks.clone(),
    };
    let mut town = Town::survey(&ground, key, tasks.clone()).await?;
    let built = town.build(&ground, plan).await;
    let lived = match built {
        Ok(()) => live(plan, &ground, &town, stop, say).await,
        Err(failure) => Err(failure),
    };
    town.clients().for_each(|client| client.hang_up());
    let left_behind = town.take_away().await;
    drop(town);
    tasks.close();
    tasks.wait().await;
    let report = lived?;
    Ok(Report { left_behind, ..report })
}

async fn live(
    plan: &Simulation,
    ground: &Ground,
    town: &Town,
    stop: &CancellationToken,
    say: &mut dyn FnMut(&str),
) -> Result<Report, Failure> {
    for client in town.clients() {
        client.connect().await.map_err(Failure)?;
    }
    let began = Instant::now();
    let clock = Clock::begin(plan.speed, CancellationToken::new());
    let people = TaskTracker::new();
    begin_drivers(plan, ground, town, &clock, &people);
    if let Some(dispatcher) = Dispatcher::needed_in(town, &clock, &ground.tally) {
        people.spawn(dispatcher.work());
    }
    let vendors = begin_vendors(plan, ground, town, &clock, &people);
    let day = async {
        vendors.wait().await;
        let carried = async {
            for seat in &town.drivers {
                seat.client.until(|picture| picture.carried().next().is_none().then_some(())).await;
            }
        };
        // Whoever does not come to an end has waited long enough.
        let _ = tokio::time::timeout(clock.real(AFTERWORK_S), carried).await;
    };
    let mut watch = Watch { ground, town, clock: &clock, alone_since: None, broken_since: None };
    let outcome = tokio::select! {
        () = day => Ok(false),
        () = stop.cancelled() => Ok(true),
        over = watch.until_over(say) => over.map(|()| true),
    };
    clock.stop.cancel();
    people.close();
    people.wait().await;
    let stopped_early = outcome?;
    say("everybody stops; comparing what they heard");
    let mut ending = Ending::of(town, ground.promises.clone());
    ending.gather().await;
    ending.close_orders().await;
    ending.check().await;
    let mut report = report_of(plan, ground, began.elapsed());
    report.stopped_early = stopped_early;
    ending
        .read_into(&mut report)
        .await
        .map_err(|fault| Failure(format!("the hub's own record cannot be read: {fault}")))?;
    report.promises = ground.promises.verdicts();
    Ok(report)
}

fn begin_drivers(plan: &Simulation, ground: &Ground, town: &Town, clock: &Clock, people: &TaskTracker) {
    for (seat, nth) in town.drivers.iter().zip(0..) {
        let driver = Driver::new(seat.clone(), nth, plan.seed, clock.clone(), ground.tally.clone());
        people.spawn(driver.work());
        let chance = Chance::of(plan.seed, "driver's link", nth);
        people.spawn(keep(seat.client.clone(), ground.tally.clone(), clock.clone(), chance, HABITS.link_lasts_s));
    }
}

/// Begins the vendors' work; what is answered waits for its end.
fn begin_vendors(plan: &Simulation, ground: &Ground, town: &Town, clock: &Clock, people: &TaskTracker) -> TaskTracker {
    let vendors = TaskTracker::new();
    let (count, orders) = (u64::from(plan.vendors.max(1)), u64::from(plan.orders));
    for (seat, nth) in town.vendors.iter().zip(0_u64..) {
        let vendor =
            Vendor { seat: seat.clone(), nth, seed: plan.seed, clock: clock.clone(), tally: ground.tally.clone() };
        let (share, closes_s) = match plan.minutes {
            Some(minutes) => (u64::MAX, f64::from(minutes) * 60.0),
            None => (orders / count + u64::from(nth < orders % count), f64::INFINITY),
        };
        vendors.spawn(Arc::new(vendor).work(share, closes_s));
        let chance = Chance::of(plan.seed, "vendor's link", nth);
        people.spawn(keep(seat.client.clone(), ground.tally.clone(), clock.clone(), chance, HABITS.till_link_lasts_s));
    }
    ground.tally.counts().orders_wanted = if plan.minutes.is_some() { 0 } else { orders };
    vendors.close();
    vendors
}

/// Keeps somebody connected until the day ends, but for the times when their link is lost.
async fn keep(client: Arc<Client>, tally: Arc<Tally>, clock: Clock, mut chance: Chance, lasts_s: f64) {
    let gone_s: Span = HABITS.link_gone_s;
    let day = async {
        loop {
            tokio::select! {
                () = client.until_cut() => tokio::time::sleep(BACKOFF).await,
                () = clock.pass(chance.until(lasts_s)) => {
                    tally.counts().links_lost_on_purpose += 1;
                    client.hang_up();
                    clock.pass(chance.within(gone_s)).await;
                }
            }
            while client.connect().await.is_err() {
                tokio::time::sleep(BACKOFF).await;
            }
        }
    };
    clock.stop.run_until_cancelled(day).await;
}

/// Looks at the town every few seconds.
struct Watch<'t> {
    ground: &'t Ground,
    town: &'t Town,
    clock: &'t Clock,
    alone_since: Option<Instant>,
    broken_since: Option<Instant>,
}

impl Watch<'_> {
    /// Says how the day goes; comes back if a promise was broken.
    ///
    /// # Errors
    /// The hub is gone for good.
    async fn until_over(&mut self, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        let mut said = Instant::now();
        loop {
            tokio::time::sleep(LOOK).await;
            let live = self.town.clients().filter(|client| client.is_live()).count();
            if live > 0 {
                self.alone_since = None;
            } else if self.alone_since.get_or_insert_with(Instant::now).elapsed() > ALONE_MAX {
                let (authority, limit_s) = (self.ground.door.authority(), ALONE_MAX.as_secs());
                return Err(Failure(format!(
                    "the hub on http://{authority} went away and did not come back within {limit_s} s"
                )));
            }
            let is_broken = self.ground.promises.broken() > 0;
            if is_broken && self.broken_since.get_or_insert_with(Instant::now).elapsed() > BROKEN_MAX {
                return Ok(());
            }
            if said.elapsed() >= PROGRESS {
                said = Instant::now();
                say(&self.line(live));
            }
        }
    }

    fn line(&self, live: usize) -> String {
        let counts = self.ground.tally.counts();
        let all = self.town.vendors.len() + self.town.drivers.len();
        let wanted = if counts.orders_wanted > 0 { format!(" of {}", counts.orders_wanted) } else { String::new() };
        let minutes = self.clock.now_s() / 60.0;
        let (submitted, ended, won) = (counts.submitted, counts.ended, counts.claims_won);
        drop(counts);
        let carried: usize =
            self.town.drivers.iter().map(|seat| seat.client.picture(|picture| picture.carried().count())).sum();
        let broken = match self.ground.promises.broken() {
            0 => "no promise broken".to_owned(),
            broken => format!("PROMISES BROKEN {broken} TIMES"),
        };
        format!(
            "{minutes:.0} min in the town: {submitted}{wanted} orders, {won} claims, {carried} carried, {ended} over; \
             {live} of {all} connected; {broken}"
        )
    }
}

fn report_of(plan: &Simulation, ground: &Ground, lived: Duration) -> Report {
    let counts = ground.tally.counts();
    let refused = |what: &str| counts.refusals.get(what).copied().unwrap_or_default();
    Report {
        seed: plan.seed,
        speed: plan.speed,
        vendors: plan.vendors as usize,
        drivers: plan.drivers as usize,
        lived_s: lived.as_secs_f64(),
        claims: Claims {
            won: counts.claims_won,
            lost: counts.claims_lost,
            lost_by_ms: super::Spread::of(&counts.lost_by_ms),
            late_on_purpose: counts.late_tries,
            at_capacity: refused("order.claim at_capacity"),
        },
        assigned: counts.assigned,
        paused: counts.paused,
        ready_heard_ms: super::Spread::of(&counts.ready_heard_ms),
        links: Links {
            opened: counts.connections,
            lost_on_purpose: counts.links_lost_on_purpose,
            cut: counts.links_cut,
            replays: counts.replays,
            events_made_up_for: counts.events_made_up_for,
            snapshots_instead: counts.snapshots_instead,
            events: counts.events,
            passing: counts.passing,
        },
        commands: Commands { given: counts.commands, answer_lost: counts.unanswered, refused: counts.refusals.clone() },
        ..Report::default()
    }
}
