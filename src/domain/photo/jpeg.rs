//! JPEG: segments, each a marker and a length, and between them the picture's coded data.

use super::{BROKEN, Fault, Read, take, take_n};

/// The marker that every JPEG begins with, and the first byte of the next.
pub(super) const START: [u8; 3] = [0xff, SOI, 0xff];

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;
const APP15: u8 = 0xef;
const COM: u8 = 0xfe;

/// Of the start of a JFIF segment, what comes before its thumbnail.
const JFIF_BYTES: usize = 12;

/// Reads a JPEG. Kept are the tables, the frame, the scans, the ICC profile, and what Adobe and JFIF say of the colours.
pub(super) fn read(sent: &[u8]) -> Read {
    let mut rest = &sent[2..];
    let mut kept = vec![0xff, SOI];
    let (mut size, mut has_scan) = (None, false);
    loop {
        let marker = marker(&mut rest)?;
        if marker == EOI {
            break;
        }
        let length = usize::from(u16::from_be_bytes(take_n(&mut rest)?));
        let body = take(&mut rest, length.checked_sub(2).ok_or("is a JPEG with a segment that is too short")?)?;
        match marker {
            APP0 if body.starts_with(b"JFIF\0") && body.len() >= JFIF_BYTES => {
                segment(&mut kept, marker, &[&body[..JFIF_BYTES], &[0, 0]]);
            }
            APP2 if body.starts_with(b"ICC_PROFILE\0") => segment(&mut kept, marker, &[body]),
            APP14 if body.starts_with(b"Adobe") => segment(&mut kept, marker, &[&body[..body.len().min(12)]]),
            APP0..=APP15 | COM => {}
            // Baseline, extended and progressive frames: those that browsers show.
            0xc0..=0xc2 if size.is_none() => {
                let [_, high, low, wide, narrow] = take_n(&mut &*body)?;
                size = Some((u16::from_be_bytes([wide, narrow]).into(), u16::from_be_bytes([high, low]).into()));
                segment(&mut kept, marker, &[body]);
            }
            // Tables of Huffman codes and of quantities, and how often the scan can be picked up again.
            0xc4 | 0xdb | 0xdd => segment(&mut kept, marker, &[body]),
            SOS if size.is_some() => {
                segment(&mut kept, marker, &[body]);
                kept.extend_from_slice(scan(&mut rest)?);
                has_scan = true;
            }
            _ => return Err("is a JPEG of a kind that browsers do not show"),
        }
    }
    kept.extend([0xff, EOI]);
    match size {
        Some(size) if has_scan => Ok((size, kept)),
        _ => Err("is a JPEG without a picture"),
    }
}

/// The next marker, behind any number of fill bytes.
fn marker(rest: &mut &[u8]) -> Result<u8, Fault> {
    if take_n(rest)? != [0xff] {
        return Err("is a JPEG with something between its segments");
    }
    loop {
        let [byte] = take_n(rest)?;
        if byte != 0xff {
            return Ok(byte);
        }
    }
}

/// The coded data of a scan, up to the next marker that does not belong to it.
fn scan<'b>(rest: &mut &'b [u8]) -> Result<&'b [u8], Fault> {
    let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7);
    let end = rest.windows(2).position(is_end).ok_or(BROKEN)?;
    take(rest, end)
}

fn segment(kept: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    kept.extend([0xff, marker]);
    kept.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
    kept.extend(parts.iter().copied().flatten());
}
