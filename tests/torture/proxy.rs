//! The network between the clients and the hub, with its weather.
#![expect(clippy::disallowed_methods, reason = "each link is a task of the test, which nothing shuts down")]

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

use crate::dice::Dice;

/// Bytes carried at once.
const CHUNK_BYTES: usize = 16 * 1_024;

/// How long a slow link holds every chunk.
const SLOW_MS: u64 = 60;

/// What a link does to what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Nothing.
    Clear,
    /// One byte at a time.
    Slices,
    /// Everything comes later.
    Slow,
    /// Nothing arrives in either direction, and neither side is told.
    Hole,
    /// What the hub says is lost, so that commands are carried out and their answers never come.
    Deaf,
    /// Both sides are told that the other is gone.
    Reset,
}

/// A TCP proxy whose links can be made bad.
pub(crate) struct Proxy {
    pub(crate) addr: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: Mutex<SocketAddr>,
    links: Mutex<Vec<watch::Sender<Weather>>>,
}

impl Proxy {
    /// Begins to carry what comes to its own address to `upstream`.
    pub(crate) async fn open(upstream: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared { upstream: Mutex::new(upstream), links: Mutex::default() });
        let kept = shared.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(link(client, kept.clone()));
            }
        });
        Proxy { addr, shared }
    }

    /// Carries new links to where the hub is now.
    pub(crate) fn lead_to(&self, upstream: SocketAddr) {
        *self.shared.upstream.lock().unwrap_or_else(PoisonError::into_inner) = upstream;
    }

    /// Gives `weather` to about `percent` of the links that are open and in no other: where bytes were lost, nothing may
    /// come any more.
    pub(crate) fn turn(&self, weather: Weather, percent: usize, dice: &mut Dice) {
        let mut links = self.shared.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|link| !link.is_closed());
        for link in links.iter() {
            if dice.below(100) < percent && *link.borrow() == Weather::Clear {
                link.send_replace(weather);
            }
        }
    }

    /// Ends every link, also those that a client keeps for its next request.
    pub(crate) fn end(&self) {
        for link in self.shared.links.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            link.send_replace(Weather::Reset);
        }
    }

    /// Ends the bad weather: what was lost on the way cannot come any more, so those links are reset.
    pub(crate) fn clear(&self) {
        let links = self.shared.links.lock().unwrap_or_else(PoisonError::into_inner);
        for link in links.iter() {
            let was = *link.borrow();
            link.send_replace(match was {
                Weather::Hole | Weather::Deaf | Weather::Reset => Weather::Reset,
                Weather::Clear | Weather::Slices | Weather::Slow => Weather::Clear,
            });
        }
    }
}

async fn link(client: TcpStream, shared: Arc<Shared>) {
    let upstream = *shared.upstream.lock().unwrap_or_else(PoisonError::into_inner);
    // The client is told by the end of its link that nobody is there.
    let Ok(hub) = TcpStream::connect(upstream).await else { return reset(&client) };
    let (tell, weather) = watch::channel(Weather::Clear);
    shared.links.lock().unwrap_or_else(PoisonError::into_inner).push(tell);
    for side in [&client, &hub] {
        side.set_nodelay(true).expect("a socket of ours");
    }
    let (mut client, mut hub) = (client, hub);
    let was_reset = {
        let ((from_client, to_client), (from_hub, to_hub)) = (client.split(), hub.split());
        let up = carry(from_client, to_hub, weather.clone(), None);
        let down = carry(from_hub, to_client, weather.clone(), Some(Weather::Deaf));
        let mut weather = weather;
        tokio::select! {
            _ = async { tokio::join!(up, down) } => false,
            _ = weather.wait_for(|weather| *weather == Weather::Reset) => true,
        }
    };
    if was_reset {
        reset(&client);
        reset(&hub);
    }
}

/// Carries one direction until its end, as the weather allows; in weather `lost_in` it throws away what it reads.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut weather: watch::Receiver<Weather>,
    lost_in: Option<Weather>,
) {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let now = *weather.borrow_and_update();
        if now == Weather::Reset {
            return;
        }
        if now == Weather::Hole {
            if weather.changed().await.is_err() {
                return;
            }
            continue;
        }
        let read = tokio::select! {
            changed = weather.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
            read = from.read(&mut chunk) => read,
        };
        let read = match read {
            Ok(0) | Err(_) => {
                // The other side may be gone too.
                let _ = to.shutdown().await;
                return;
            }
            Ok(read) => read,
        };
        let sent = match now {
            _ if lost_in == Some(now) => Ok(()),
            Weather::Slices => in_slices(&mut to, &chunk[..read]).await,
            Weather::Slow => {
                sleep(Duration::from_millis(SLOW_MS)).await;
                to.write_all(&chunk[..read]).await
            }
            _ => to.write_all(&chunk[..read]).await,
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Every byte in a packet of its own.
async fn in_slices(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes {
        to.write_all(std::slice::from_ref(byte)).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Ends a connection by telling the other side so at once.
fn reset(stream: &TcpStream) {
    // Who is gone already need not be told.
    let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
