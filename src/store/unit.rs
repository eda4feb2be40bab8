//! A unit of work as it runs: what it sees, what it remembers, and how it is kept apart from those beside it.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use super::{Flaws, Origin, Read, Result, both};
use crate::domain::{
    actor::Actor,
    id::{DriverId, OrderId, VendorId, ZoneId},
    order::Order,
    party::Vendor,
    time::Time,
    zone::Zone,
};

/// A unit of work that is on disk.
#[derive(Clone, Copy, Debug)]
pub struct Done<T> {
    /// What it answered.
    pub value: T,
    /// The last event that it wrote, if it wrote one.
    pub seq: Option<i64>,
}

/// Who does something, when, and over which connection.
#[derive(Clone, Debug)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Time,
    /// Over which connection; none for REST and for the hub itself.
    pub origin: Option<Origin>,
}

/// A unit of work: everything in it happens, with its events, or none of it does. Reads see what it wrote.
pub struct Write {
    pub(super) read: Read,
    pub(super) head: i64,
    pub(super) epoch: Arc<str>,
    pub(super) pending: Vec<super::log::Pending>,
    /// The last event before the unit under way.
    pub(super) unit_head: i64,
    /// The last event that the unit under way was asked for, once events follow that it was not.
    pub(super) own_end: Option<i64>,
    pub(super) flaws: Flaws,
    pub(super) known: Known,
    /// How far the unit under way, and those before it, are protected from each other.
    pub(super) savepoint: Savepoint,
}

impl std::ops::Deref for Write {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl std::ops::DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

/// What every order asks for and what hardly ever changes, as this transaction sees it. Forgotten with any undone work.
#[derive(Default)]
pub(super) struct Known {
    pub(super) zones: Option<Arc<Vec<Zone>>>,
    pub(super) vendors: HashMap<VendorId, Vendor>,
    /// Orders that were read or written last: two hundred claims of one order read it once.
    pub(super) orders: HashMap<OrderId, Arc<Order>>,
    /// Where drivers work now.
    pub(super) duty: HashMap<DriverId, Vec<ZoneId>>,
}

/// Things of one kind that the writer remembers. Past that it forgets them all and begins anew.
const KNOWN_MAX: usize = 4_096;

/// Remembers one more thing.
pub(super) fn remember<K: Eq + Hash, V>(known: &mut HashMap<K, V>, key: K, value: V) {
    if known.len() >= KNOWN_MAX {
        known.clear();
    }
    known.insert(key, value);
}

/// Whether there is a savepoint, and whose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Savepoint {
    None,
    /// Of a unit that is to be kept: it is released together with the setting of the next.
    Kept,
    /// Of the unit under way.
    Set,
}

impl Write {
    /// The deliberate faults that are switched on.
    pub(crate) fn flaws(&self) -> Flaws {
        self.flaws
    }

    /// Sets the unit's savepoint before its first change. A unit that only reads, such as a lost claim, needs none.
    pub(super) async fn begin_changes(&mut self) -> Result<()> {
        match self.savepoint {
            Savepoint::None => self.statement("savepoint unit").await?,
            Savepoint::Kept => self.statement("release unit; savepoint unit").await?,
            Savepoint::Set => {}
        }
        self.savepoint = Savepoint::Set;
        Ok(())
    }

    pub(super) async fn statement(&mut self, sql: &'static str) -> Result<()> {
        both!(self.read, conn => sqlx::query(sql).execute(conn).await?);
        Ok(())
    }
}
