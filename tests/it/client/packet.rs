//! Engine.IO 4 and Socket.IO 5 packets, as far as a client of the hub meets them.

use serde_json::Value;

/// What came in one frame.
pub(crate) enum Packet {
    Open,
    Ping,
    Connected,
    /// A `connect_error`, with its message.
    Refused(String),
    Ended,
    Event {
        name: String,
        body: Value,
        ack: Option<u64>,
    },
    Ack(u64, Value),
    Other,
}

impl Packet {
    pub(crate) fn parse(text: &str) -> Packet {
        let Some(kind) = text.get(..2) else {
            return match text {
                "1" => Packet::Ended,
                "2" => Packet::Ping,
                _ => Packet::Other,
            };
        };
        let rest = &text[2..];
        let rest = rest.strip_prefix('/').map_or(rest, |after| after.split_once(',').map_or("", |(_, rest)| rest));
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (id, json) = (rest[..digits].parse().ok(), &rest[digits..]);
        let value =
            || serde_json::from_str::<Value>(json).unwrap_or_else(|_| panic!("a packet that is no JSON: {text}"));
        match (kind, id) {
            (start, _) if start.starts_with('0') => Packet::Open,
            ("40", _) => Packet::Connected,
            ("41", _) => Packet::Ended,
            ("44", _) => Packet::Refused(value()["message"].as_str().unwrap_or_default().to_owned()),
            ("43", Some(id)) => Packet::Ack(id, value()[0].take()),
            ("42", ack) => {
                let mut args = value();
                let name = args[0].as_str().unwrap_or_default().to_owned();
                Packet::Event { name, body: args[1].take(), ack }
            }
            _ => Packet::Other,
        }
    }
}
