//! Keys: one kind of credential, `wp_<role>_<id>_<secret>`, kept only as a hash.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{
    actor::Role,
    id::{DriverId, KeyId, VendorId},
    time::Time,
};

/// Random bits in a key's secret.
pub const SECRET_BITS: usize = 256;

/// Fewest characters of an admin key that is given in the environment.
pub const GIVEN_KEY_CHARS_MIN: usize = 32;

/// Whose key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The dispatcher.
    Admin,
    /// One vendor.
    Vendor(VendorId),
    /// One driver.
    Driver(DriverId),
}

impl Owner {
    /// The owner's role.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Owner::Admin => Role::Admin,
            Owner::Vendor(_) => Role::Vendor,
            Owner::Driver(_) => Role::Driver,
        }
    }
}

/// A key as it is kept: everything but the secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its id, part of the key's text.
    pub id: KeyId,
    /// Whose it is.
    pub owner: Owner,
    /// What the dispatcher calls it, such as the device it is for.
    pub name: Option<String>,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// When it was made.
    pub created_at: Time,
    /// From when on it is refused.
    pub expires_at: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
}

/// A key's text, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The role it claims.
    pub role: Role,
    /// Which key it claims to be.
    pub id: KeyId,
    /// The secret, 64 hexadecimal digits.
    pub secret: &'a str,
}

/// Takes a key's text apart; `None` if it is not of a key's form.
#[must_use]
pub fn parse(text: &str) -> Option<Parts<'_>> {
    let mut parts = text.strip_prefix("wp_")?.splitn(3, '_');
    let (role, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = secret.len() == SECRET_BITS / 4 && secret.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then_some(())?;
    Some(Parts { role: Role::parse(role)?, id: id.parse().ok()?, secret })
}

/// The text of a new key.
#[must_use]
pub fn text(role: Role, id: KeyId, secret: &[u8; SECRET_BITS / 8]) -> String {
    let mut text = format!("wp_{}_{}_", role.as_str(), id.simple());
    for byte in secret {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The secret at the end of a key's text.
#[must_use]
pub fn secret_of(text: &str) -> &str {
    text.rsplit('_').next().unwrap_or_default()
}

/// What is kept of a secret. Plain SHA-256 is enough: 256 random bits cannot be guessed, however fast the hash.
#[must_use]
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether `secret` is the one that `kept` was made from, in a time that does not tell how much of it was right.
#[must_use]
pub fn matches(secret: &str, kept: &[u8; 32]) -> bool {
    hash(secret).ct_eq(kept).into()
}

#[cfg(test)]
mod tests {
    use super::{Role, hash, matches, parse, secret_of, text};
    use crate::domain::{
        id::{Id, KeyId},
        time::Time,
    };

    #[test]
    fn a_key_reads_back_as_it_was_made() {
        let id = KeyId::new(Time::from_ms(1), [3; 10]);
        let key = text(Role::Driver, id, &[0xab; 32]);
        let parts = parse(&key).expect("it is a key");
        assert_eq!((parts.role, parts.id, parts.secret), (Role::Driver, id, secret_of(&key)));
        assert!(matches(parts.secret, &hash(&"ab".repeat(32))));
        assert!(!matches(parts.secret, &hash(&"ac".repeat(32))));
    }

    #[test]
    fn what_is_not_a_key_is_not_taken_apart() {
        let id = KeyId::new(Time::from_ms(1), [3; 10]);
        let key = text(Role::Driver, id, &[0xab; 32]);
        for wrong in ["", "wp_", "hello", &key[1..], &key[..key.len() - 1], &key.replace("driver", "king")] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
