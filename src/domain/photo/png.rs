//! PNG: chunks, each a length, a name, its content and a checksum of both.

use super::{Read, take, take_n};

/// What every PNG begins with.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// What the picture is made of, and how its colours are meant.
const KEPT: [&[u8; 4]; 10] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"];

/// Set in the first letter of a chunk that the picture can be shown without.
const ANCILLARY: u8 = 0x20;

/// Reads a PNG. Of an animation only the still picture is kept.
pub(super) fn read(sent: &[u8]) -> Read {
    let mut rest = &sent[SIGNATURE.len()..];
    let mut kept = SIGNATURE.to_vec();
    let (mut size, mut has_picture) = (None, false);
    loop {
        let whole = rest;
        let length = usize::try_from(u32::from_be_bytes(take_n(&mut rest)?)).unwrap_or(usize::MAX);
        let named: &[u8] = rest;
        let name: [u8; 4] = take_n(&mut rest)?;
        let body = take(&mut rest, length)?;
        if u32::from_be_bytes(take_n(&mut rest)?) != checksum(&named[..4 + length]) {
            return Err("is a PNG that was damaged on the way");
        }
        match (&name, size) {
            (b"IHDR", None) if body.len() == 13 => {
                let [wide, high] = [&body[..4], &body[4..8]].map(|mut four| take_n(&mut four).map(u32::from_be_bytes));
                size = Some((wide?, high?));
            }
            (b"IHDR", _) | (_, None) => return Err("is a PNG that does not begin with its size"),
            (b"IDAT", _) => has_picture = true,
            _ => {}
        }
        if KEPT.contains(&&name) {
            kept.extend_from_slice(&whole[..12 + length]);
        } else if name[0] & ANCILLARY == 0 {
            return Err("is a PNG of a kind that browsers do not show");
        }
        if &name == b"IEND" {
            break;
        }
    }
    match size {
        Some(size) if has_picture => Ok((size, kept)),
        _ => Err("is a PNG without a picture"),
    }
}

/// CRC-32 as PNG has it (ISO/IEC 15948, annex D).
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut n: u8 = 0;
        loop {
            let (mut value, mut bit) = (n as u32, 0);
            while bit < 8 {
                value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
                bit += 1;
            }
            table[n as usize] = value;
            if n == u8::MAX {
                break table;
            }
            n += 1;
        }
    };
    !bytes.iter().fold(!0, |crc, byte| TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8))
}
