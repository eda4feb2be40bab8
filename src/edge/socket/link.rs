//! What the hub remembers of one live connection.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use socketioxide::{SocketError, extract::SocketRef};
use tokio_util::task::TaskTracker;
use tracing::info;

use super::mailbox::Mailbox;
use crate::{
    domain::{
        audience::Audience,
        event::Event,
        history::History,
        id::{DriverId, OrderId, VendorId, ZoneId},
        log::Cursor,
    },
    edge::origin::Base,
    hub::{Origin, Session, Viewer},
};

/// How long to wait before a packet is tried again on a full buffer, in milliseconds.
const CUT_RETRY_MS: u64 = 50;

/// One live connection. Lives in the socket's extensions.
pub(super) struct Link {
    /// Tells connections apart; never shown, unlike the library's id it is no credential.
    pub(super) origin: Origin,
    /// Who is connected.
    pub(super) session: Session,
    /// Whose share of the log it hears.
    pub(super) viewer: Viewer,
    /// Where the client last was in the log.
    pub(super) cursor: Option<Cursor>,
    /// Where this client reaches the hub.
    pub(super) base: Arc<Base>,
    /// Its commands.
    pub(super) mailbox: Mailbox,
    /// Events up to here were in its `sync`; -1 before that.
    from_seq: AtomicI64,
    /// The `seq` of what was sent last.
    last_seq: AtomicI64,
    own: Mutex<Own>,
    /// Of a driver, what decides which offers are theirs to hear of.
    history: Mutex<History>,
    told_to_go: AtomicBool,
    cut: AtomicBool,
}

/// What is known of the commands that came over a connection.
#[derive(Default)]
struct Own {
    /// The last events of units of work that answers told of, as far as they still matter.
    answered: Vec<i64>,
    /// Events wait for an answer.
    is_held: bool,
}

/// What a client knows of its own event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
    /// The answer told of it.
    Told,
    /// The answer went out without it, since the command was given up before it was done.
    Untold,
    /// The answer is still to come.
    Open,
}

impl Link {
    pub(super) fn new(
        origin: Origin,
        session: Session,
        viewer: Viewer,
        cursor: Option<Cursor>,
        base: Arc<Base>,
    ) -> Arc<Link> {
        Arc::new(Link {
            origin,
            session,
            viewer,
            cursor,
            base,
            mailbox: Mailbox::default(),
            from_seq: AtomicI64::new(-1),
            last_seq: AtomicI64::new(0),
            own: Mutex::default(),
            history: Mutex::default(),
            told_to_go: AtomicBool::new(false),
            cut: AtomicBool::new(false),
        })
    }

    /// The link of a socket that passed its gate.
    pub(super) fn of(socket: &SocketRef) -> Option<Arc<Link>> {
        socket.extensions.get()
    }

    /// Whether the event at `seq` is this driver's to hear; anybody else's share is told by rooms alone.
    pub(super) fn is_to_hear(&self, audience: &Audience<'_>, seq: i64) -> bool {
        let Some(driver) = self.viewer.driver() else { return true };
        audience.holds(driver, seq, &self.history.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins with a history. Only the feed calls this.
    pub(super) fn begin(&self, history: History) {
        *self.history.lock().unwrap_or_else(PoisonError::into_inner) = history;
    }

    /// Takes in what an event says of this driver; no offer that is open goes further back than `horizon`.
    pub(super) fn take(&self, event: &Event, horizon: i64) {
        if let Some(driver) = self.viewer.driver() {
            self.history.lock().unwrap_or_else(PoisonError::into_inner).take(driver, event, horizon);
        }
    }

    /// Notes that everything up to `seq` was told. Only the feed calls this.
    pub(super) fn attach(&self, seq: i64) {
        self.from_seq.store(seq, Ordering::Relaxed);
        self.last_seq.store(seq, Ordering::Relaxed);
    }

    /// Whether the event at `seq` is still to be told here.
    pub(super) fn awaits(&self, seq: i64) -> bool {
        let from = self.from_seq.load(Ordering::Relaxed);
        from >= 0 && seq > from && !self.is_cut()
    }

    /// The `seq` of what was sent last.
    pub(super) fn last_seq(&self) -> i64 {
        self.last_seq.load(Ordering::Relaxed)
    }

    /// Notes that the event at `seq` was sent. Only the feed calls this.
    pub(super) fn sent(&self, seq: i64) {
        self.last_seq.store(seq, Ordering::Relaxed);
    }

    /// Notes that an answer went out, and told of the unit of work whose last event is at `seq`. Whether events wait for it.
    pub(super) fn answered(&self, seq: Option<i64>) -> bool {
        let mut own = self.own();
        own.answered.extend(seq);
        own.is_held
    }

    /// Whether the client knows by an answer of its event in the unit of work that ends at `unit_seq`. If that is still
    /// open, events begin to wait here.
    pub(super) fn knows(&self, unit_seq: i64) -> Knowledge {
        let mut own = self.own();
        // Whatever is older has been asked for, or was in its `sync`.
        own.answered.retain(|seq| *seq >= unit_seq);
        let knowledge = if own.answered.contains(&unit_seq) {
            Knowledge::Told
        } else if !own.answered.is_empty() || self.mailbox.is_idle() {
            // Answers go out in order: the one for this has gone, and was of another kind.
            Knowledge::Untold
        } else {
            Knowledge::Open
        };
        own.is_held = knowledge == Knowledge::Open;
        knowledge
    }

    fn own(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is to be told now that the hub stops: once.
    pub(super) fn is_to_be_told_to_go(&self) -> bool {
        !self.told_to_go.swap(true, Ordering::Relaxed)
    }

    /// Whether this connection is being ended.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    /// Ends the connection. Nothing is told to it from now on, so that it cannot miss something and go on; it will come
    /// back with its cursor. A full buffer has no room for the packet that says so: it is tried until there is.
    pub(super) fn cut(&self, socket: SocketRef, tasks: &TaskTracker, why: &'static str) {
        if self.cut.swap(true, Ordering::Relaxed) {
            return;
        }
        info!(owner = %self.session.actor.owner(), namespace = socket.ns(), why, "cutting off a connection: {why}");
        tasks.spawn(async move {
            while let Err(SocketError::InternalChannelFull) = socket.clone().disconnect() {
                tokio::time::sleep(std::time::Duration::from_millis(CUT_RETRY_MS)).await;
                if !socket.connected() {
                    return;
                }
            }
        });
    }
}

/// The room of everyone who works in a zone.
pub(super) fn zone_room(zone: &ZoneId) -> String {
    format!("zone:{zone}")
}

/// The room of a vendor's connections.
pub(super) fn vendor_room(vendor: VendorId) -> String {
    format!("vendor:{vendor}")
}

/// The room of a driver's connections.
pub(super) fn driver_room(driver: DriverId) -> String {
    format!("driver:{driver}")
}

/// The room of those who must hear how an order's offer ends, though they have left its zone.
pub(super) fn order_room(order: OrderId) -> String {
    format!("order:{order}")
}
