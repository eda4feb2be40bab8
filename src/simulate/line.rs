//! One connection: a task that writes what is to be said and hands over what comes.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{net::TcpStream, sync::mpsc};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};
use tokio_util::sync::CancellationToken;

use super::{client::Reader, rest::Door};

/// Opens the transport.
///
/// # Errors
/// Why it cannot be, in a sentence.
pub(super) async fn open(door: &Door) -> Result<WebSocketStream<TcpStream>, String> {
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", door.authority());
    let opened = tokio_tungstenite::client_async(url, door.connect().await?).await;
    let (socket, _) = opened.map_err(|fault| format!("http://{} opens no socket: {fault}", door.authority()))?;
    Ok(socket)
}

/// Lives as long as the connection, or until `end`, when it is dropped without a word.
pub(super) async fn run(
    socket: WebSocketStream<TcpStream>,
    mut outbox: mpsc::UnboundedReceiver<String>,
    end: CancellationToken,
    mut reader: Reader,
) {
    let (mut sink, mut stream) = socket.split();
    loop {
        tokio::select! {
            () = end.cancelled() => break,
            Some(packet) = outbox.recv() => {
                let sent = end.run_until_cancelled(sink.send(Message::text(packet))).await;
                if !matches!(sent, Some(Ok(()))) {
                    break;
                }
            }
            frame = stream.next() => match frame {
                Some(Ok(Message::Text(text))) => if !reader.take(text.as_str()) { break },
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
        }
    }
    reader.ended();
}
