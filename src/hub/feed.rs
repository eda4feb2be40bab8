//! Catching up: what somebody missed, or how things are.

use super::{Follower, Hub, Result, dispatch::on_offer_to};
use crate::{
    domain::{
        actor::Actor,
        alert::Alert,
        event::{Event, Routing},
        history::History,
        id::{DriverId, OrderId, VendorId, ZoneId},
        log::{Cursor, Kept, SnapshotReason},
        order::Order,
        refusal::Refusal,
    },
    store::Read,
};

/// Most events in one replay; who missed more gets a snapshot.
pub const REPLAY_EVENTS_MAX: usize = 500;

/// Events of others that are looked through for somebody's own; further back a snapshot is quicker.
const REPLAY_SCAN_MAX: i64 = 20_000;

/// Routings read at once while looking through.
const SCAN_PAGE: u32 = 1_000;

/// How far back a vendor's and a dispatcher's snapshot shows closed orders, in milliseconds.
const CLOSED_MS_MAX: i64 = 24 * 3_600_000;

/// Most orders in a dispatcher's snapshot, the newest; the list in REST has them all.
const BOARD_ORDERS_MAX: usize = 2_000;

/// Most alerts in a snapshot, the oldest; the list in REST has them all.
const ALERTS_MAX: u32 = 2_000;

/// Whose share of the log it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Everything.
    Admin,
    /// A vendor's.
    Vendor(VendorId),
    /// A driver's.
    Driver(DriverId),
}

/// How somebody is brought up to date.
#[derive(Debug)]
pub struct CatchUp {
    /// Up to where.
    pub cursor: Cursor,
    /// What they missed, or how things are.
    pub board: Board,
    /// The zones a driver works in; every zone for a dispatcher.
    pub zones: Vec<ZoneId>,
    /// Orders that a driver no longer is asked for, but of whose end they must still hear.
    pub lingering: Vec<OrderId>,
    /// Alerts that are not over, a dispatcher's all, a vendor's about its orders.
    pub alerts: Vec<Alert>,
    /// The drivers who have a vendor's orders: nothing in the log says by what way they are reached now.
    pub drivers: Vec<DriverId>,
    /// A driver's history, as far back as an order is on offer.
    pub history: History,
}

/// A piece of the log, for who asks.
#[derive(Debug)]
pub struct Piece {
    /// The events of theirs in it, in order.
    pub events: Vec<Event>,
    /// Up to where it goes, which is where to go on: past the last event if what follows it is not theirs.
    pub up_to: i64,
}

/// What somebody missed, or how things are.
#[derive(Debug)]
pub enum Board {
    /// Every event of theirs after their cursor, in order.
    Replay(Vec<Event>),
    /// Everything that matters to them now, and why it is not what they missed.
    Snapshot(SnapshotReason, Vec<Order>),
}

impl Viewer {
    /// Whose share `actor` hears; none for the hub itself.
    #[must_use]
    pub fn of(actor: &Actor) -> Option<Viewer> {
        match actor {
            Actor::Admin { .. } => Some(Viewer::Admin),
            Actor::Vendor { id, .. } => Some(Viewer::Vendor(*id)),
            Actor::Driver { id, .. } => Some(Viewer::Driver(*id)),
            Actor::Hub => None,
        }
    }

    /// The driver, if it is one's.
    #[must_use]
    pub fn driver(self) -> Option<DriverId> {
        match self {
            Viewer::Driver(driver) => Some(driver),
            Viewer::Admin | Viewer::Vendor(_) => None,
        }
    }
}

impl Hub {
    /// Brings somebody up to date, in one view of the store: a replay if `cursor` allows it, else a snapshot that says why.
    ///
    /// # Errors
    /// What the store says.
    pub async fn catch_up(&self, viewer: Viewer, cursor: Option<&Cursor>) -> Result<CatchUp> {
        let mut view = self.store.read().await?;
        let kept = self.kept(&mut view).await?;
        let missed = match kept.place_of(cursor) {
            Ok(seq) => missed(&mut view, viewer, seq, kept.head).await?.ok_or(SnapshotReason::TooFarBehind),
            Err(reason) => Err(reason),
        };
        let zones = match viewer {
            Viewer::Admin => view.zones().await?.into_iter().map(|zone| zone.id).collect(),
            Viewer::Vendor(_) => vec![],
            Viewer::Driver(id) => view.zones_of(id).await?,
        };
        let board = match missed {
            Ok(events) => Board::Replay(events),
            Err(reason) => Board::Snapshot(reason, self.snapshot(&mut view, viewer, &zones).await?),
        };
        let (lingering, history) = match viewer {
            Viewer::Driver(id) => lingering(&mut view, id, &zones, kept.head).await?,
            _ => (vec![], History::default()),
        };
        let alerts = match viewer {
            Viewer::Admin => view.open_alerts(None, None, ALERTS_MAX).await?,
            Viewer::Vendor(id) => view.open_alerts(Some(id), None, ALERTS_MAX).await?,
            Viewer::Driver(_) => vec![],
        };
        let drivers = match viewer {
            Viewer::Vendor(id) => view.drivers_for(id).await?,
            Viewer::Admin | Viewer::Driver(_) => vec![],
        };
        let cursor = Cursor { epoch: kept.epoch.to_owned(), seq: kept.head };
        Ok(CatchUp { cursor, board, zones, lingering, alerts, drivers, history })
    }

    /// What there is of the log in `view`.
    async fn kept(&self, view: &mut Read) -> Result<Kept<'_>> {
        let head = view.log_head().await?;
        let first = if self.flaws().replay_over_the_pruned() { 1 } else { view.log_first().await? };
        Ok(Kept { epoch: self.store.epoch(), first, head })
    }

    async fn snapshot(&self, view: &mut Read, viewer: Viewer, zones: &[ZoneId]) -> Result<Vec<Order>> {
        let recently = self.now().plus_ms(-CLOSED_MS_MAX);
        Ok(match viewer {
            Viewer::Vendor(id) => view.vendor_board(id, recently).await?,
            Viewer::Driver(id) => {
                let mut orders = on_offer_to(view, id, zones).await?;
                orders.extend(view.orders_held_by(id).await?);
                orders
            }
            Viewer::Admin => {
                let mut orders = view.whole_board(recently).await?;
                orders.drain(..orders.len().saturating_sub(BOARD_ORDERS_MAX));
                orders
            }
        })
    }

    /// At most `limit` events after `after` that are `viewer`'s to read, in order; from the oldest that is kept if absent.
    ///
    /// # Errors
    /// [`Refusal::CursorExpired`] if an event after `after` is no longer kept; what the store says otherwise.
    pub async fn events_after(&self, viewer: Viewer, after: Option<i64>, limit: u32) -> Result<Piece> {
        let mut view = self.store.read().await?;
        let kept = self.kept(&mut view).await?;
        let after = after.unwrap_or(kept.first - 1);
        if !kept.holds_all_after(after) {
            return Err(Refusal::CursorExpired { first: kept.first }.into());
        }
        let events = match viewer {
            Viewer::Admin => view.events_after(after, limit).await?,
            Viewer::Vendor(id) => view.vendor_events_after(id, after, limit).await?,
            Viewer::Driver(_) => vec![],
        };
        // A vendor of whom nothing is heard for a month has missed nothing either: its place moves on with the log.
        let up_to = match events.last() {
            Some(last) if events.len() >= limit as usize => last.seq,
            _ => kept.head.max(after),
        };
        Ok(Piece { events, up_to })
    }

    /// Follows the log from its end on.
    ///
    /// # Errors
    /// What the store says.
    pub async fn follow(&self) -> Result<Follower> {
        Ok(self.store.follow_from_end().await?)
    }

    /// The name of this database's history.
    #[must_use]
    pub fn epoch(&self) -> &str {
        self.store.epoch()
    }
}

/// The events after `seq` that are `viewer`'s, or `None` if they are too many or too far back.
async fn missed(view: &mut Read, viewer: Viewer, seq: i64, head: i64) -> Result<Option<Vec<Event>>> {
    let limit = u32::try_from(REPLAY_EVENTS_MAX + 1).unwrap_or(u32::MAX);
    let events = match viewer {
        Viewer::Admin => view.events_after(seq, limit).await?,
        Viewer::Vendor(id) => view.vendor_events_after(id, seq, limit).await?,
        Viewer::Driver(_) if head - seq > REPLAY_SCAN_MAX => return Ok(None),
        Viewer::Driver(id) => {
            let (mut theirs, mut at) = (Vec::new(), seq);
            while at < head && theirs.len() <= REPLAY_EVENTS_MAX {
                let page = view.routings_after(at, SCAN_PAGE).await?;
                let Some((last, _)) = page.last() else { break };
                at = *last;
                let history = history_for(view, id, page.iter().map(|(seq, routing)| (*seq, routing))).await?;
                theirs.extend(
                    page.iter().filter(|(seq, routing)| routing.reaches(id, *seq, &history)).map(|(seq, _)| *seq),
                );
            }
            if theirs.len() > REPLAY_EVENTS_MAX {
                return Ok(None);
            }
            view.events_at(&theirs).await?
        }
    };
    Ok((events.len() <= REPLAY_EVENTS_MAX).then_some(events))
}

/// A driver's history, as far as it matters to whether these events reach them: of years, the last little.
pub(super) async fn history_for<'e>(
    view: &mut Read,
    driver: DriverId,
    events: impl Iterator<Item = (i64, &'e Routing)>,
) -> Result<History> {
    match events.map(|(seq, routing)| routing.history_matters_from(seq)).min() {
        Some(since) => Ok(view.history_since(driver, since).await?),
        None => Ok(History::default()),
    }
}

/// The orders on offer in a zone that a driver has left since they were, and the driver's history as far back.
async fn lingering(view: &mut Read, driver: DriverId, zones: &[ZoneId], head: i64) -> Result<(Vec<OrderId>, History)> {
    let orders = view.orders_on_offer().await?;
    let offers = orders.iter().filter_map(|order| order.state.offer());
    let opened = offers.map(|offer| offer.since_seq).min().unwrap_or(head);
    let history = view.history_since(driver, opened + 1).await?;
    let asked_before = |order: &&Order| {
        order.state.offer().is_some_and(|offer| {
            let here = offer.zones.iter().any(|zone| zones.contains(zone));
            !here
                && history
                    .shifts
                    .iter()
                    .any(|shift| offer.zones.contains(&shift.zone) && shift.left_seq > Some(offer.since_seq))
        })
    };
    Ok((orders.iter().filter(asked_before).map(|order| order.id).collect(), history))
}
