//! The composition root: configuration → store → hub → edge → listener. The program and the tests enter here.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::serve::ListenerExt as _;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::{
    config::{Config, reachable},
    domain::{log::LogDays, time::Time},
    edge::{
        Edge, Settings,
        push::{Reachable, Sender, Vapid, VapidError},
        socket,
    },
    flaws::Flaws,
    hub::{Chance, Clock, Hub, HubError, Invitation},
    lifecycle::Lifecycle,
};

/// How often timers are looked at.
const TIMER_TICK: Duration = Duration::from_millis(200);

/// How often receipts of offers are written down. Who asks is told of them at once; seldom, so that what is sent,
/// delivered and seen in short order is one row written once, and offers that come meanwhile do not wait for the disk.
const RECEIPTS_TICK: Duration = Duration::from_secs(5);

/// How often what need not be kept is deleted.
const PRUNE_TICK: Duration = Duration::from_hours(1);

/// How long to wait after that failed.
const PRUNE_RETRY: Duration = Duration::from_mins(1);

/// How long a peer may leave what was sent to it unconfirmed before its connection is given up. Without it a phone that
/// went out of reach with data queued would stay connected for a quarter of an hour.
#[cfg(target_os = "linux")]
const PEER_SILENT_MAX: Duration = Duration::from_secs(20);

/// How long a stop takes at most: service managers kill after 10 s.
const STOP_MAX: Duration = Duration::from_millis(9_500);

/// How long a stop waits for each thing that it waits for.
const STOP_STEP_MAX: Duration = Duration::from_millis(1_500);

/// What the hub cannot make up itself: the time, chance, and for tests its flaws.
#[derive(Clone)]
pub struct World {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives what cannot be foreseen.
    pub chance: Arc<dyn Chance>,
    /// Deliberate faults.
    pub flaws: Flaws,
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the hub asks what time it is")]
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "the one place where chance comes from")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::Rng::fill_bytes(&mut rand::rng(), bytes);
    }
}

impl World {
    /// The real one.
    #[must_use]
    pub fn real() -> World {
        World { clock: Arc::new(SystemClock), chance: Arc::new(SystemChance), flaws: Flaws::default() }
    }

    /// The real one, with the faults that `WAYPOST_FLAWS` names. Only a build for tests knows of it.
    ///
    /// # Errors
    /// A sentence that names what is no fault.
    #[cfg(feature = "mutants")]
    pub fn from_env() -> Result<World, String> {
        let named = std::env::var("WAYPOST_FLAWS").unwrap_or_default();
        Ok(World { flaws: Flaws::named(&named)?, ..World::real() })
    }

    /// The real one.
    ///
    /// # Errors
    /// None in this build.
    #[cfg(not(feature = "mutants"))]
    pub fn from_env() -> Result<World, String> {
        Ok(World::real())
    }
}

/// Why the hub did not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The data cannot be used.
    #[error("cannot open {url}")]
    Data {
        /// The database's URL.
        url: String,
        /// Why.
        #[source]
        source: HubError,
    },
    /// The hub cannot sign what it pushes.
    #[error("cannot use Web Push")]
    Push(#[from] VapidError),
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}")]
    Listen {
        /// The address.
        listen: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// A hub that runs.
pub struct Running {
    addr: SocketAddr,
    hub: Hub,
    edge: Edge,
    lifecycle: Lifecycle,
    feed: JoinHandle<()>,
    pushes: JoinHandle<()>,
    drain: Duration,
    invitations: Vec<Invitation>,
}

/// Starts a hub and answers once it serves.
///
/// # Errors
/// [`AppError`] with what is wrong with the data or the address.
pub async fn start(config: Config, world: World) -> Result<Running, AppError> {
    let lifecycle = Lifecycle::default();
    let data = |source| AppError::Data { url: config.database_url.clone(), source };
    let World { clock, chance, flaws } = world;
    let hub = Hub::open(&config.database_url, config.admin_key.as_deref(), clock, chance, flaws).await.map_err(data)?;
    let invitations = invitations(&hub, &config).await.map_err(data)?;
    let drain = Duration::from_millis(config.drain_ms);
    hub.resume_reach().await.map_err(data)?;
    hub.look_for_drivers(hub.now()).await.map_err(data)?;
    let follower = hub.follow().await.map_err(data)?;
    let vapid = Vapid::open(&hub, config.push_contact()).await?;
    let to_push = hub.resume_pushes().await.map_err(data)?;
    let reachable = if config.push_private { Reachable::Private } else { Reachable::Public };
    let listener = listen(&config.listen).await;
    let listener = listener.map_err(|source| AppError::Listen { listen: config.listen.clone(), source })?;
    let addr = listener.local_addr().map_err(|source| AppError::Listen { listen: config.listen.clone(), source })?;

    let (public_url, long_polling) = (config.public_url.clone(), config.long_polling);
    let socket_config = socket::SocketConfig { public_url, long_polling, push: reachable };
    let (sockets, socket_routes, feed) = socket::open(&hub, &lifecycle, &socket_config);
    let edge = Edge {
        hub: hub.clone(),
        sockets,
        public_url: config.public_url.map(Into::into),
        settings: Arc::new(Settings {
            map_tiles_url: config.map_tiles_url,
            map_tiles_attribution: config.map_tiles_attribution,
            push_public_key: Some(vapid.public_key()),
            dispatch_phone: config.dispatch_phone,
        }),
        draining: lifecycle.draining.clone(),
        stopping: lifecycle.soft.clone(),
    };
    let router = edge.router(socket_routes);
    let listener = listener.tap_io(|stream| {
        // Without it the first event after a connect takes 41.8 ms instead of 0.2 ms.
        let no_delay = stream.set_nodelay(true);
        if let Err(fault) = no_delay.and_then(|()| give_up_on_silence(stream)) {
            warn!(%fault, "a connection's options could not be set");
        }
    });
    let soft = lifecycle.soft.clone();
    lifecycle.tasks.spawn(async move {
        if let Err(fault) = axum::serve(listener, router).with_graceful_shutdown(soft.cancelled_owned()).await {
            error!(%fault, "the listener failed");
        }
    });
    let feed = lifecycle.tasks.spawn(feed.run(follower));
    let sender = Sender::new(hub.clone(), vapid, reachable)?;
    let pushes = lifecycle.tasks.spawn(sender.run(to_push, lifecycle.soft.clone()));
    lifecycle.tasks.spawn(timers(hub.clone(), lifecycle.soft.clone()));
    lifecycle.tasks.spawn(receipts(hub.clone(), lifecycle.soft.clone()));
    lifecycle.tasks.spawn(pruning(hub.clone(), config.log_days, lifecycle.soft.clone()));
    info!("listening on http://{addr}");
    Ok(Running { addr, hub, edge, lifecycle, feed, pushes, drain, invitations })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What can be asked of it.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The keys that were made at this start, to be shown once.
    #[must_use]
    pub fn invitations(&self) -> &[Invitation] {
        &self.invitations
    }

    /// Where a browser on this machine finds it.
    #[must_use]
    pub fn local_url(&self) -> String {
        format!("http://{}", reachable(self.addr))
    }

    /// Stops: first it says so, to who asks whether it is ready and to every client; then nothing new comes in, what is
    /// queued is committed, answered and told, and every connection is closed.
    ///
    /// The listener goes before the connections. With it still open, clients that come back would be told that the namespace
    /// is invalid and give up for good; refused connections they try again.
    pub async fn stop(self) {
        if tokio::time::timeout(STOP_MAX, self.stop_by_steps()).await.is_err() {
            warn!("the stop took longer than {STOP_MAX:?} and is cut short; what was not answered was not promised");
        }
    }

    async fn stop_by_steps(self) {
        if !self.hub.flaws().stop_without_a_word() {
            self.lifecycle.draining.cancel();
        }
        tokio::time::sleep(self.drain).await;
        self.edge.sockets.stop_admitting();
        self.lifecycle.soft.cancel();
        if let Ok(Err(fault)) = tokio::time::timeout(STOP_STEP_MAX, self.hub.keep_receipts()).await {
            warn!(%fault, "the last receipts of offers were not written down");
        }
        in_time(self.pushes, "what is being pushed was not answered").await;
        in_time(self.hub.close(), "what is queued was not committed").await;
        self.edge.sockets.answered(STOP_STEP_MAX).await;
        self.lifecycle.hard.cancel();
        // The feed tells the last events before the connections are closed.
        in_time(self.feed, "the feed did not end").await;
        self.lifecycle.tasks.close();
        self.edge.sockets.close().await;
        in_time(self.lifecycle.tasks.wait(), "some tasks did not end").await;
        info!("stopped");
    }
}

/// Waits for a step of stopping, but not for ever.
async fn in_time<T>(step: impl Future<Output = T>, what: &str) {
    if tokio::time::timeout(STOP_STEP_MAX, step).await.is_err() {
        warn!("{what} within {STOP_STEP_MAX:?}; the stop goes on");
    }
}

#[cfg(target_os = "linux")]
fn give_up_on_silence(stream: &TcpStream) -> std::io::Result<()> {
    socket2::SockRef::from(stream).set_tcp_user_timeout(Some(PEER_SILENT_MAX))
}

/// Only Linux can be told how long to wait; elsewhere its own patience applies.
#[cfg(not(target_os = "linux"))]
fn give_up_on_silence(_: &TcpStream) -> std::io::Result<()> {
    Ok(())
}

async fn listen(address: &str) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// The demo town's keys, or the first dispatcher's.
async fn invitations(hub: &Hub, config: &Config) -> Result<Vec<Invitation>, HubError> {
    if config.demo {
        return hub.demo().await;
    }
    if config.admin_key.is_none() && hub.is_new().await? {
        return Ok(vec![hub.invite_admin("first start").await?]);
    }
    Ok(vec![])
}

/// Runs what is due, until `stop`.
async fn timers(hub: Hub, stop: CancellationToken) {
    let mut tick = tokio::time::interval(TIMER_TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => hub.run_due(hub.now()).await.map(|_| ()),
        };
        match done {
            // While nothing can be written, the writer has said so, once.
            Err(HubError::Store(fault)) if fault.is_passing() => debug!(%fault, "timers wait for the storage"),
            // A stop closes the database under what is being looked at; the next start looks again.
            Err(_) if stop.is_cancelled() => {}
            Err(fault) => {
                error!(fault = &fault as &dyn std::error::Error, "timers could not be run; they are tried again");
            }
            Ok(()) => {}
        }
    }
}

/// Writes receipts of offers down, until `stop`. A task of its own, behind everything that somebody waits for.
async fn receipts(hub: Hub, stop: CancellationToken) {
    let mut tick = tokio::time::interval(RECEIPTS_TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        // What cannot be written now is written later; the writer has said so if the storage is at fault.
        if let Err(fault) = hub.keep_receipts().await {
            debug!(%fault, "receipts wait");
        }
    }
}

/// Deletes what need not be kept, until `stop`. A task of its own, so that no timer waits for a long log.
async fn pruning(hub: Hub, kept: LogDays, stop: CancellationToken) {
    let mut tick = tokio::time::interval(PRUNE_TICK);
    let pruning = async {
        loop {
            tick.tick().await;
            match hub.prune(hub.now(), kept).await {
                Ok(0) => {}
                Ok(events) => info!(events, "{events} events older than {kept} days are no longer kept"),
                Err(fault) => {
                    error!(fault = &fault as &dyn std::error::Error, "the log could not be pruned; it is tried again");
                    tick.reset_after(PRUNE_RETRY);
                }
            }
        }
    };
    // What was deleted until then is on disk, and the next start goes on.
    stop.run_until_cancelled(pruning).await;
}
