//! A browser that takes pushes, by other code than the hub's: RFC 8291 from its side.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use p256::SecretKey;
use rand::Rng as _;
use serde_json::{Value, json};

/// Where it is found, and the keys that only it has.
pub(crate) struct Browser {
    pub(crate) endpoint: String,
    secret: SecretKey,
    auth: [u8; 16],
}

impl Browser {
    pub(crate) fn new(endpoint: &str) -> Browser {
        let mut bytes = [0; 48];
        #[expect(clippy::disallowed_methods, reason = "a browser's keys are its own")]
        rand::rng().fill_bytes(&mut bytes);
        let secret = SecretKey::from_slice(&bytes[..32]).expect("nearly every number is a key");
        Browser { endpoint: endpoint.to_owned(), secret, auth: bytes[32..].try_into().expect("16 bytes") }
    }

    /// As `PushSubscription.toJSON()` has it.
    pub(crate) fn subscription(&self) -> Value {
        let public = self.secret.public_key().to_sec1_bytes();
        json!({
            "endpoint": self.endpoint, "expirationTime": null,
            "keys": { "p256dh": BASE64URL.encode(public), "auth": BASE64URL.encode(self.auth) },
        })
    }
}
