//! A browser that takes pushes, by other code than the hub's: RFC 8291 from its side.

use aes_gcm::{Aes128Gcm, KeyInit as _, aead::Aead as _};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey};
use rand::Rng as _;
use serde_json::{Value, json};
use sha2::Sha256;

/// Where it is found, and the keys that only it has.
#[derive(Clone)]
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

    fn public(&self) -> Box<[u8]> {
        self.secret.public_key().to_sec1_bytes()
    }

    /// As `PushSubscription.toJSON()` has it.
    pub(crate) fn subscription(&self) -> Value {
        json!({
            "endpoint": self.endpoint, "expirationTime": null,
            "keys": { "p256dh": BASE64URL.encode(self.public()), "auth": BASE64URL.encode(self.auth) },
        })
    }

    /// What a push says, if it is for this browser.
    pub(crate) fn decrypt(&self, push: &[u8]) -> Result<Value, String> {
        let (salt, rest) = push.split_at_checked(16).ok_or("no salt")?;
        let (record_bytes, rest) = rest.split_at_checked(4).ok_or("no record size")?;
        let record_bytes = u32::from_be_bytes(record_bytes.try_into().map_err(|_| "no record size")?);
        let (length, rest) = rest.split_first().ok_or("no key")?;
        let (key, record) = rest.split_at_checked(usize::from(*length)).ok_or("no key")?;
        if record.len() > record_bytes as usize || push.len() > 4_096 {
            return Err(format!("{} bytes, more than a push service takes", push.len()));
        }
        let hub = PublicKey::from_sec1_bytes(key).map_err(|_| "the hub's key is no point")?;
        let shared = p256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), hub.as_affine());
        let info = [b"WebPush: info\0", &*self.public(), key].concat();
        let secret: [u8; 32] = derive(&self.auth, shared.raw_secret_bytes(), &info);
        let content_key: [u8; 16] = derive(salt, &secret, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = derive(salt, &secret, b"Content-Encoding: nonce\0");
        let opened = Aes128Gcm::new(&content_key.into()).decrypt(&nonce.into(), record);
        let opened = opened.map_err(|_| "it is not for this browser")?;
        let end = opened.iter().rposition(|byte| *byte != 0).ok_or("nothing but padding")?;
        if opened[end] != 2 {
            return Err("its last record is not marked".to_owned());
        }
        serde_json::from_slice(&opened[..end]).map_err(|fault| fault.to_string())
    }
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    let mut derived = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut derived).expect("as short as that");
    derived
}
