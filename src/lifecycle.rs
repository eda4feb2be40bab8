//! Stopping: it is announced, then soft, then hard.

use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

/// The tasks of a running hub, and the steps of stopping them.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// Set when the hub begins to stop: it is not ready any more, and clients are told to go. All else goes on.
    pub draining: CancellationToken,
    /// Set when nothing new is begun.
    pub soft: CancellationToken,
    /// Set when the loops must end.
    pub hard: CancellationToken,
    /// Every task that is waited for.
    pub tasks: TaskTracker,
}

/// Waits until the process is told to stop; a second time ends it on the spot.
pub async fn told_to_stop() {
    signal().await;
    info!("stopping; once more to stop at once");
    #[expect(clippy::disallowed_methods, reason = "it must outlive the shutdown that it cuts short")]
    tokio::spawn(async {
        signal().await;
        warn!("stopped at once");
        std::process::exit(130);
    });
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("the process can listen for SIGTERM");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    // Without a console there is nothing to hear, and the service manager ends the process.
    let _ = tokio::signal::ctrl_c().await;
}
