//! WebP: a RIFF file whose chunks are each a name, a length and content, filled up to an even length.

use super::{BROKEN, Fault, Read, take, take_n};

/// In the first byte of `VP8X`: there are chunks with EXIF and with XMP, and an animation.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
const IS_ANIMATED: u8 = 0x02;

/// Whether this begins as a WebP does.
pub(super) fn is_webp(sent: &[u8]) -> bool {
    sent.starts_with(b"RIFF") && sent.get(8..12) == Some(b"WEBP")
}

/// Reads a WebP. Kept are the picture, its transparency and its ICC profile.
pub(super) fn read(sent: &[u8]) -> Read {
    let length = u32::from_le_bytes(take_n(&mut &sent[4..])?);
    let length = usize::try_from(length).unwrap_or(usize::MAX).saturating_add(8);
    let mut rest = sent.get(12..length).ok_or(BROKEN)?;
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    let (mut canvas, mut picture) = (None, None);
    while !rest.is_empty() {
        let name: [u8; 4] = take_n(&mut rest)?;
        let length = usize::try_from(u32::from_le_bytes(take_n(&mut rest)?)).unwrap_or(usize::MAX);
        let body = take(&mut rest, length)?;
        if length % 2 == 1 {
            take(&mut rest, 1)?;
        }
        match &name {
            b"VP8X" if canvas.is_none() && picture.is_none() => {
                let [flags, _, _, _, size @ ..]: [u8; 10] = take_n(&mut &*body)?;
                if flags & IS_ANIMATED != 0 {
                    return Err("must be a still picture");
                }
                canvas = Some(canvas_size(size));
                let plain = [&[flags & !(HAS_EXIF | HAS_XMP), 0, 0, 0], &size[..]].concat();
                chunk(&mut kept, &name, &plain);
            }
            b"VP8 " | b"VP8L" if picture.is_none() => {
                picture = Some(if &name == b"VP8 " { lossy_size(body)? } else { lossless_size(body)? });
                chunk(&mut kept, &name, body);
            }
            b"ICCP" | b"ALPH" if picture.is_none() => chunk(&mut kept, &name, body),
            b"ANIM" | b"ANMF" => return Err("must be a still picture"),
            b"VP8X" | b"VP8 " | b"VP8L" => return Err("is a WebP whose parts are out of order"),
            _ => {}
        }
    }
    let picture = picture.ok_or("is a WebP without a picture")?;
    if canvas.is_some_and(|canvas| canvas != picture) {
        return Err("is a WebP that says two sizes");
    }
    let length = u32::try_from(kept.len() - 8).unwrap_or(u32::MAX);
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    Ok((picture, kept))
}

/// Two numbers of 24 bits, each one less than it means.
fn canvas_size(sides: [u8; 6]) -> (u32, u32) {
    let side = |at: usize| u32::from_le_bytes([sides[at], sides[at + 1], sides[at + 2], 0]) + 1;
    (side(0), side(3))
}

/// The size in the head of a VP8 key frame (RFC 6386, section 9.1).
fn lossy_size(mut body: &[u8]) -> Result<(u32, u32), Fault> {
    let [tag, _, _, a, b, c]: [u8; 6] = take_n(&mut body)?;
    if tag & 1 == 1 || [a, b, c] != [0x9d, 0x01, 0x2a] {
        return Err("is a WebP without a picture");
    }
    let [wide, high] =
        [take_n(&mut body)?, take_n(&mut body)?].map(|side| u32::from(u16::from_le_bytes(side) & 0x3fff));
    Ok((wide, high))
}

/// The size in the head of a VP8L image (RFC 9649, section 3.4).
fn lossless_size(mut body: &[u8]) -> Result<(u32, u32), Fault> {
    if take_n(&mut body)? != [0x2f] {
        return Err("is a WebP without a picture");
    }
    let bits = u32::from_le_bytes(take_n(&mut body)?);
    Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}

fn chunk(kept: &mut Vec<u8>, name: &[u8], body: &[u8]) {
    kept.extend_from_slice(name);
    kept.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    kept.extend_from_slice(body);
    kept.extend(std::iter::repeat_n(0, body.len() % 2));
}
