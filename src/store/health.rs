//! Whether what is written is kept, and if not, why, in words for who runs the hub.

use std::sync::{Arc, PoisonError, RwLock};

use super::StoreError;

/// SQLite's result codes, without their extensions (<https://www.sqlite.org/rescode.html>).
mod code {
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const READONLY: u32 = 8;
    pub(super) const IOERR: u32 = 10;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CANTOPEN: u32 = 14;
    pub(super) const NOTADB: u32 = 26;
}

/// What the writer last found out about its storage.
#[derive(Debug, Default)]
pub(super) struct Health(RwLock<Option<Arc<str>>>);

impl Health {
    /// Whether the last commit went through; else why not.
    pub(super) fn check(&self) -> Result<(), Arc<str>> {
        match &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(why) => Err(why.clone()),
        }
    }

    /// Notes how the last commit went.
    pub(super) fn note(&self, trouble: Option<Arc<str>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

/// What a fault means for who runs the hub.
pub(super) fn in_words(fault: &StoreError) -> String {
    let StoreError::Driver(driver) = fault else { return fault.to_string() };
    let said = || match driver.as_database_error() {
        Some(said) => format!("{}, SQLite code {}", said.message(), said.code().unwrap_or_default()),
        None => driver.to_string(),
    };
    match primary_code(driver) {
        Some(code::FULL) => "the disk is full".to_owned(),
        Some(code::BUSY | code::LOCKED) => "another process holds the database's lock".to_owned(),
        Some(code::IOERR) => format!("the disk failed ({})", said()),
        Some(code::READONLY) => "the database cannot be written to: it is read-only".to_owned(),
        Some(code::CORRUPT | code::NOTADB) => format!("the database is damaged ({})", said()),
        Some(code::CANTOPEN) => "the database cannot be opened: the disk may be full or gone".to_owned(),
        _ => format!("the database failed ({})", said()),
    }
}

/// Whether a fault is of the storage, or of the way to it, and not of what was asked.
pub(super) fn is_of_storage(fault: &sqlx::Error) -> bool {
    match fault {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
        other => matches!(
            primary_code(other),
            Some(code::BUSY | code::LOCKED | code::READONLY | code::IOERR | code::FULL | code::CANTOPEN)
        ),
    }
}

fn primary_code(fault: &sqlx::Error) -> Option<u32> {
    let code = fault.as_database_error()?.code()?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}
