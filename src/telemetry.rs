//! Logs: for people on a terminal, as JSON lines elsewhere; always to standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt};

/// What is added to the filter: libraries whose details are not the operator's.
const QUIET: &str = ",sqlx=warn,hyper=warn,engineioxide=warn,socketioxide=warn";

/// Begins to log what `filter` lets through.
///
/// # Errors
/// A sentence if the filter is none.
pub fn init(filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(format!("{filter}{QUIET}"))
        .map_err(|fault| format!("WAYPOST_LOG is `{filter}`, which is no filter: {fault}"))?;
    let logs = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    if std::io::stderr().is_terminal() {
        logs.compact().init();
    } else {
        logs.json().flatten_event(true).with_target(true).init();
    }
    Ok(())
}
