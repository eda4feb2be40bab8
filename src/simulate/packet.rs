//! Engine.IO 4 and Socket.IO 5 packets, as far as a client of the hub meets them.

use serde_json::{Value, json};

/// What came in one frame.
#[derive(Debug, PartialEq)]
pub(super) enum Packet {
    /// The transport is open.
    Open,
    /// Are you there?
    Ping,
    /// The namespace lets in.
    Connected,
    /// It does not, and says why in a word.
    Refused(String),
    /// The hub ended it.
    Ended,
    /// An event; `ack` is to be answered.
    Event { name: String, body: Value, ack: Option<u64> },
    /// The answer to a command.
    Answer { id: u64, body: Value },
    /// Nothing that a hub should say.
    Unknown,
}

impl Packet {
    /// Reads a frame.
    pub(super) fn read(frame: &str) -> Packet {
        Packet::try_read(frame).unwrap_or(Packet::Unknown)
    }

    fn try_read(frame: &str) -> Option<Packet> {
        let mut kinds = frame.chars();
        match (kinds.next()?, kinds.next()) {
            ('0', _) => return Some(Packet::Open),
            ('1', _) | ('4', Some('1')) => return Some(Packet::Ended),
            ('2', _) => return Some(Packet::Ping),
            ('4', Some('0')) => return Some(Packet::Connected),
            ('4', Some('2' | '3' | '4')) => {}
            _ => return None,
        }
        let after_namespace = frame[2..].split_once(',')?.1;
        let body_at = after_namespace.find(|c: char| !c.is_ascii_digit())?;
        let (id, text) = after_namespace.split_at(body_at);
        let (id, mut body) = (id.parse::<u64>().ok(), serde_json::from_str::<Value>(text).ok()?);
        match frame.as_bytes()[1] {
            b'4' => Some(Packet::Refused(body["message"].as_str()?.to_owned())),
            b'3' => Some(Packet::Answer { id: id?, body: body.get_mut(0)?.take() }),
            _ => {
                let name = body.get(0)?.as_str()?.to_owned();
                let body = body.get_mut(1).map(Value::take).unwrap_or_default();
                Some(Packet::Event { name, body, ack: id })
            }
        }
    }

    /// Asks to be let in.
    pub(super) fn connect(namespace: &str, auth: &Value) -> String {
        format!("40{namespace},{auth}")
    }

    /// A command that is to be answered under `id`.
    pub(super) fn command(namespace: &str, id: u64, name: &str, payload: &Value) -> String {
        format!("42{namespace},{id}{}", json!([name, payload]))
    }

    /// The receipt of an event.
    pub(super) fn receipt(namespace: &str, ack: u64, seq: &Value) -> String {
        format!("43{namespace},{ack}{}", json!([{ "seq": seq }]))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Packet;

    #[test]
    fn frames_are_read_as_what_they_are() {
        let frames = [
            (r#"0{"sid":"x"}"#, Packet::Open),
            ("2", Packet::Ping),
            (r#"40/drivers,{"sid":"y"}"#, Packet::Connected),
            (r#"44/drivers,{"message":"unauthorized"}"#, Packet::Refused("unauthorized".to_owned())),
            ("41/drivers,", Packet::Ended),
            (r#"43/drivers,12[{"data":1}]"#, Packet::Answer { id: 12, body: json!({ "data": 1 }) }),
            (r#"42/orders,["a",{"b":2}]"#, Packet::Event { name: "a".to_owned(), body: json!({ "b": 2 }), ack: None }),
            (r#"42/drivers,7["a",1]"#, Packet::Event { name: "a".to_owned(), body: json!(1), ack: Some(7) }),
            ("42/orders,{", Packet::Unknown),
            ("", Packet::Unknown),
            ("é", Packet::Unknown),
        ];
        for (frame, packet) in frames {
            assert_eq!(Packet::read(frame), packet, "{frame}");
        }
    }
}
