//! Web Push: a browser's subscription, what it is told, and its receipt.

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        push::{Address, Notice},
        time::Time,
    },
    edge::{
        fault::Fault,
        push::{Endpoint, Reachable, is_public_key},
    },
};

/// Base64url as browsers write it, and with padding too, as some libraries do.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Latest that a browser may say its subscription ends, in milliseconds since 1970: the year 9999.
const END_MS_MAX: f64 = 253_402_300_799_999.0;

/// A browser that is to be told by Web Push, as `PushSubscription.toJSON()` writes it.
#[derive(Clone, Deserialize, ToSchema, Validate)]
#[schema(as = PushSubscription)]
pub struct PushSubscribe {
    /// Where its push service takes messages: an `https` address, at most 2,000 characters.
    #[garde(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub endpoint: String,
    /// Its keys.
    #[garde(dive)]
    pub keys: PushKeys,
    /// When it ends, in milliseconds since 1970; null: it does not say.
    #[garde(skip)]
    #[serde(default, rename = "expirationTime")]
    pub expiration_time: Option<f64>,
}

/// The keys of a browser, in base64url.
#[derive(Clone, Deserialize, ToSchema, Validate)]
pub struct PushKeys {
    /// Its public key: an uncompressed point on P-256, 65 bytes.
    #[garde(length(max = 100))]
    #[schema(max_length = 100)]
    pub p256dh: String,
    /// What only it and the hub know: 16 bytes.
    #[garde(length(max = 30))]
    #[schema(max_length = 30)]
    pub auth: String,
}

impl PushSubscribe {
    /// The browser's address, if pushes may be sent there.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::edge::fault::Code::Invalid) with what is wrong with the endpoint or a key.
    pub fn address(self, reachable: Reachable) -> Result<Address, Fault> {
        Endpoint::parse(&self.endpoint, reachable).map_err(|why| Fault::field("endpoint", why))?;
        let p256dh = BASE64URL.decode(self.keys.p256dh.as_bytes()).ok().and_then(|key| key.try_into().ok());
        let p256dh = p256dh.filter(is_public_key);
        let auth = BASE64URL.decode(self.keys.auth.as_bytes()).ok().and_then(|auth| auth.try_into().ok());
        let expires_at = self.expiration_time.map(end_of).transpose()?;
        Ok(Address {
            endpoint: self.endpoint,
            p256dh: p256dh
                .ok_or_else(|| Fault::field("keys.p256dh", "must be a point on P-256, 65 bytes in base64url"))?,
            auth: auth.ok_or_else(|| Fault::field("keys.auth", "must be 16 bytes in base64url"))?,
            expires_at,
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "its range is checked, and part of a millisecond is nothing")]
fn end_of(ms: f64) -> Result<Time, Fault> {
    let fits = (0.0..=END_MS_MAX).contains(&ms);
    fits.then(|| Time::from_ms(ms as i64))
        .ok_or_else(|| Fault::field("expirationTime", "must be a time in milliseconds"))
}

/// A browser that is not to be told any more.
#[derive(Clone, Deserialize, ToSchema, Validate)]
pub struct PushUnsubscribe {
    /// The endpoint it was subscribed with.
    #[garde(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub endpoint: String,
}

/// What a browser finds in a push, once it has decrypted it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PushPayload<'p> {
    /// What it is told.
    #[serde(flatten)]
    pub notice: &'p Notice,
    /// To be sent back to `POST /api/v1/push/receipts` as soon as it is here.
    #[schema(example = "5f0d…")]
    pub receipt: &'p str,
}

/// That a push came. The receipt is the proof; no key is needed.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct PushReceipt {
    /// As it stood in the push.
    #[garde(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    pub receipt: String,
    /// What became of it.
    #[garde(skip)]
    pub what: PushCame,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PushCame {
    /// It came.
    Delivered,
}
