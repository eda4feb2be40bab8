//! A Socket.IO connection that costs its process next to nothing: frames are looked through, not parsed.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Bytes read at once.
const READ_BYTES: usize = 16 * 1024;

/// One connection to one namespace.
pub(crate) struct Line {
    stream: TcpStream,
    namespace: &'static str,
    inbox: Vec<u8>,
    /// Where the next frame begins in `inbox`.
    at: usize,
    outbox: Vec<u8>,
}

impl Line {
    /// Connects and waits for the `sync`.
    pub(crate) async fn connect(addr: SocketAddr, namespace: &'static str, key: &str) -> io::Result<Line> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let mut line = Line { stream, namespace, inbox: Vec::new(), at: 0, outbox: Vec::new() };
        let request = format!(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {addr}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        line.stream.write_all(request.as_bytes()).await?;
        let end = loop {
            line.read().await?;
            if let Some(end) = position(&line.inbox, b"\r\n\r\n") {
                break end + 4;
            }
        };
        if !line.inbox.starts_with(b"HTTP/1.1 101") {
            return Err(io::Error::other(String::from_utf8_lossy(&line.inbox).into_owned()));
        }
        line.at = end;
        line.queue(&format!("40{namespace},{{\"token\":\"{key}\"}}"));
        line.flush().await?;
        loop {
            let found = line.next(|text| {
                let refused = text.starts_with(b"44").then(|| String::from_utf8_lossy(text).into_owned());
                refused.map(Err).or_else(|| position(text, b"[\"sync\"").map(|_| Ok(())))
            });
            match found.await? {
                Some(Ok(())) => {
                    // An idle connection keeps no buffer.
                    line.inbox = line.inbox.split_off(line.at);
                    line.inbox.shrink_to_fit();
                    line.at = 0;
                    return Ok(line);
                }
                Some(Err(refused)) => return Err(io::Error::other(refused)),
                None => {}
            }
        }
    }

    /// Puts a command into the next flush.
    pub(crate) fn command(&mut self, id: u64, name: &str, payload: &str) {
        self.queue(&format!("42{},{id}[\"{name}\",{payload}]", self.namespace));
    }

    /// Puts a packet into the next flush, as a masked frame whose mask changes nothing.
    fn queue(&mut self, text: &str) {
        self.outbox.push(0x81);
        match text.len() {
            length @ 0..126 => self.outbox.push(0x80 | u8::try_from(length).expect("it is below 126")),
            length => {
                self.outbox.push(0x80 | 0x7e);
                self.outbox.extend(u16::try_from(length).expect("a command has less than 64 KiB").to_be_bytes());
            }
        }
        self.outbox.extend([0; 4]);
        self.outbox.extend(text.as_bytes());
    }

    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        let outbox = std::mem::take(&mut self.outbox);
        self.stream.write_all(&outbox).await
    }

    /// Waits for one text frame, and answers what `look` finds in it. Pings and receipts are answered on the way.
    pub(crate) async fn next<T>(&mut self, look: impl FnOnce(&[u8]) -> Option<T>) -> io::Result<Option<T>> {
        loop {
            if let Some((start, end)) = self.frame() {
                self.at = end;
                let text = &self.inbox[start..end];
                let reply = reply_to(text, self.namespace);
                let found = look(text);
                if let Some(reply) = reply {
                    self.queue(&reply);
                    self.flush().await?;
                }
                return Ok(found);
            }
            self.read().await?;
        }
    }

    /// Whether a whole frame is there without waiting.
    pub(crate) fn has_frame(&self) -> bool {
        self.frame().is_some()
    }

    /// Where the next frame's text is.
    fn frame(&self) -> Option<(usize, usize)> {
        let bytes = &self.inbox[self.at..];
        let (head, length) = match *bytes.get(1)? {
            126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
            127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
            short => (2, usize::from(short)),
        };
        (bytes.len() >= head + length).then_some((self.at + head, self.at + head + length))
    }

    async fn read(&mut self) -> io::Result<()> {
        self.inbox.drain(..self.at);
        self.at = 0;
        self.inbox.reserve(READ_BYTES);
        if self.stream.read_buf(&mut self.inbox).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

/// The id of the command that this acknowledges, and whether it went well.
pub(crate) fn acknowledged(text: &[u8]) -> Option<(u64, bool)> {
    let packet = text.strip_prefix(b"43")?;
    let rest = &packet[position(packet, b",")? + 1..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let id = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    Some((id, !rest[digits..].starts_with(b"[{\"error\"")))
}

/// Whether `word` is in `text`.
pub(crate) fn has(text: &[u8], word: &str) -> bool {
    position(text, word.as_bytes()).is_some()
}

/// The answer to a ping, or to an event whose sender wants to know that it came.
fn reply_to(text: &[u8], namespace: &str) -> Option<String> {
    if text == b"2" {
        return Some("3".to_owned());
    }
    let rest = text.strip_prefix(b"42")?.strip_prefix(namespace.as_bytes())?.strip_prefix(b",")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let id = std::str::from_utf8(&rest[..digits]).ok().filter(|id| !id.is_empty())?;
    Some(format!("43{namespace},{id}[{{}}]"))
}

fn position(text: &[u8], word: &[u8]) -> Option<usize> {
    // The first byte is looked for first, which the standard library does many bytes at a time.
    let mut from = 0;
    while let Some(found) = text[from..].iter().position(|byte| *byte == word[0]) {
        let at = from + found;
        if text[at..].starts_with(word) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}
