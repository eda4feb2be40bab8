//! Encryption for one browser: `aes128gcm` (RFC 8188) with keys as RFC 8291 derives them. The push service carries what it
//! cannot read.

use ring::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom as _, SystemRandom},
};

use crate::domain::push::{AUTH_BYTES, P256DH_BYTES};

/// Bytes of the salt.
const SALT_BYTES: usize = 16;

/// Size of a record, in bytes. A push is one record, and 4,096 bytes is what every push service takes.
const RECORD_BYTES: u32 = 4_096;

/// Bytes of the tag that authenticates a record.
const TAG_BYTES: usize = 16;

/// Marks the end of the last record.
const LAST: u8 = 2;

/// The most that can be said in one push, in bytes: its record, less the header, the mark and the tag.
pub const SAID_BYTES_MAX: usize = RECORD_BYTES as usize - SALT_BYTES - 4 - 1 - P256DH_BYTES - 1 - TAG_BYTES;

/// Whether these bytes are a point on P-256: others cannot be agreed with.
#[must_use]
pub fn is_public_key(bytes: &[u8; P256DH_BYTES]) -> bool {
    let agreed = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())
        .and_then(|own| agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, bytes), |_| ()));
    agreed.is_ok()
}

/// Encrypts `said` for the browser with these keys.
///
/// # Errors
/// If it is longer than [`SAID_BYTES_MAX`], the key is no point on the curve, or this machine gives no chance.
pub fn seal(said: &[u8], p256dh: &[u8; P256DH_BYTES], auth: &[u8; AUTH_BYTES]) -> Result<Vec<u8>, Unspecified> {
    let chance = SystemRandom::new();
    let mut salt = [0; SALT_BYTES];
    chance.fill(&mut salt)?;
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &chance)?;
    let own_public = own.compute_public_key()?;
    let record = |shared: &[u8]| sealed(said, shared, own_public.as_ref(), p256dh, auth, salt);
    agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, p256dh), record)?
}

/// A length that is asked of a derivation.
struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

/// One record, with `shared` as what both sides' keys agree on.
fn sealed(
    said: &[u8],
    shared: &[u8],
    own_public: &[u8],
    p256dh: &[u8; P256DH_BYTES],
    auth: &[u8; AUTH_BYTES],
    salt: [u8; SALT_BYTES],
) -> Result<Vec<u8>, Unspecified> {
    if said.len() > SAID_BYTES_MAX {
        return Err(Unspecified);
    }
    let mut secret = [0; 32];
    let between = Salt::new(HKDF_SHA256, auth).extract(shared);
    between.expand(&[b"WebPush: info\0", p256dh, own_public], HKDF_SHA256)?.fill(&mut secret)?;
    let keys = Salt::new(HKDF_SHA256, &salt).extract(&secret);
    let key = UnboundKey::from(keys.expand(&[b"Content-Encoding: aes128gcm\0"], &AES_128_GCM)?);
    let mut nonce = [0; 12];
    keys.expand(&[b"Content-Encoding: nonce\0"], Bytes(nonce.len()))?.fill(&mut nonce)?;

    let mut record = [said, &[LAST]].concat();
    let nonce = Nonce::assume_unique_for_key(nonce);
    LessSafeKey::new(key).seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;
    let own_length = u8::try_from(own_public.len()).map_err(|_| Unspecified)?;
    Ok([&salt[..], &RECORD_BYTES.to_be_bytes(), &[own_length], own_public, &record].concat())
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
    use p256::{PublicKey, SecretKey};

    use super::{SAID_BYTES_MAX, is_public_key, seal, sealed};

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        BASE64URL.decode(text).expect("base64url").try_into().expect("as many bytes")
    }

    /// RFC 8291, section 5 and appendix A, to the byte.
    #[test]
    fn the_example_of_the_rfc_comes_out() {
        let own = SecretKey::from_slice(&bytes::<32>("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).expect("a key");
        let p256dh = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let browser = PublicKey::from_sec1_bytes(&p256dh).expect("a point");
        let shared = p256::ecdh::diffie_hellman(own.to_nonzero_scalar(), browser.as_affine());
        let shared = shared.raw_secret_bytes();
        assert_eq!(BASE64URL.encode(shared), "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let own_public = own.public_key().to_sec1_bytes();
        let (auth, salt) = (bytes("BTBZMqHH6r4Tts7J_aSIgg"), bytes("DGv6ra1nlYgDCS1FRnbzlw"));
        let said = b"When I grow up, I want to be a watermelon";
        let push = sealed(said, shared, &own_public, &p256dh, &auth, salt).expect("it can be encrypted");
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8\
            wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL.encode(push), expected);
    }

    #[test]
    fn what_is_too_long_or_for_nobody_is_not_sealed() {
        let auth = [7; 16];
        let own = SecretKey::from_slice(&[9; 32]).expect("a key").public_key().to_sec1_bytes();
        let p256dh: [u8; 65] = own[..].try_into().expect("65 bytes");
        let longest = seal(&vec![b'x'; SAID_BYTES_MAX], &p256dh, &auth).expect("it fits");
        assert_eq!(longest.len(), 4_096);
        assert!(seal(&vec![b'x'; SAID_BYTES_MAX + 1], &p256dh, &auth).is_err());
        let mut off_the_curve = p256dh;
        off_the_curve[64] ^= 1;
        assert!(is_public_key(&p256dh) && !is_public_key(&off_the_curve));
        assert!(seal(b"x", &off_the_curve, &auth).is_err());
    }
}
