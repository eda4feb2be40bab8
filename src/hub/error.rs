//! The two ways in which the hub does not do what was asked.

use crate::{domain::refusal::Refusal, store::StoreError};

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No, and why: an answer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The caller is nobody we know.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// The hub could not: a fault of ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}
