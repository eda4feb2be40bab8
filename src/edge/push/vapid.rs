//! Who sends: the hub signs for itself to each push service (VAPID, RFC 8292).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::json;

use super::Endpoint;
use crate::{
    domain::time::Time,
    hub::{Hub, HubError},
};

/// How long a signature is good for, in seconds. RFC 8292 allows 24 h, and clocks differ.
const GOOD_S: i64 = 12 * 3_600;

/// The hub's key, and whom a push service writes to about its pushes.
pub struct Vapid {
    pair: EcdsaKeyPair,
    contact: String,
    chance: SystemRandom,
}

/// Why the hub cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum VapidError {
    /// The key cannot be had.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// What is kept is none.
    #[error("the key for Web Push that is kept in the database (meta, push_key) is damaged")]
    Damaged,
    /// This build has no TLS.
    #[error("push services cannot be reached: {0}")]
    NoTls(rustls::Error),
    /// This machine gives no chance.
    #[error("no key for Web Push can be made: this machine has no random numbers")]
    NoChance,
}

impl Vapid {
    /// The hub's key, made and kept at the first start.
    ///
    /// # Errors
    /// [`VapidError`] if it cannot be made, kept or read.
    pub async fn open(hub: &Hub, contact: String) -> Result<Vapid, VapidError> {
        let chance = SystemRandom::new();
        let new = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &chance);
        let new = new.map_err(|_| VapidError::NoChance)?;
        let kept = hub.push_key(BASE64URL.encode(new.as_ref())).await?;
        let kept = BASE64URL.decode(kept).map_err(|_| VapidError::Damaged)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &kept, &chance);
        Ok(Vapid { pair: pair.map_err(|_| VapidError::Damaged)?, contact, chance })
    }

    /// The public key, as browsers are to be given it: an uncompressed point in base64url.
    #[must_use]
    pub fn public_key(&self) -> String {
        BASE64URL.encode(self.pair.public_key().as_ref())
    }

    /// The `Authorization` of a push to this endpoint at `now`; none if this machine gives no chance.
    #[must_use]
    pub fn authorization(&self, endpoint: &Endpoint, now: Time) -> Option<String> {
        let header = BASE64URL.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = json!({ "aud": endpoint.origin, "exp": now.ms() / 1_000 + GOOD_S, "sub": self.contact });
        let signed = format!("{header}.{}", BASE64URL.encode(claims.to_string()));
        let signature = self.pair.sign(&self.chance, signed.as_bytes()).ok()?;
        Some(format!("vapid t={signed}.{}, k={}", BASE64URL.encode(signature.as_ref()), self.public_key()))
    }
}
