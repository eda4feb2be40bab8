//! On images as browsers write them, and on what cameras and others put beside the picture.

use super::{Image, Kind, png::checksum};

const JPEG: &[u8] = include_bytes!("tests/door.jpg");
const PNG: &[u8] = include_bytes!("tests/door.png");
const WEBP: &[u8] = include_bytes!("tests/door.webp");
const CLEAR_WEBP: &[u8] = include_bytes!("tests/door-alpha.webp");

const ALL: [(&[u8], Kind); 4] = [(JPEG, Kind::Jpeg), (PNG, Kind::Png), (WEBP, Kind::Webp), (CLEAR_WEBP, Kind::Webp)];

/// Stands for everything that is nobody's business.
const SECRET: &[u8] = b"52.5200N 13.4050E";

fn segment(marker: u8, name: &[u8]) -> Vec<u8> {
    let body = [name, SECRET].concat();
    let length = u16::try_from(body.len() + 2).expect("it is short").to_be_bytes();
    [&[0xff, marker][..], &length, &body].concat()
}

fn png_chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let named = [name, body].concat();
    let length = u32::try_from(body.len()).expect("it is short").to_be_bytes();
    [&length[..], &named, &checksum(&named).to_be_bytes()].concat()
}

fn webp_chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("it is short").to_le_bytes();
    let filler: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [name, &length, body, filler].concat()
}

/// A WebP of these chunks.
fn webp(chunks: &[u8]) -> Vec<u8> {
    let length = u32::try_from(chunks.len() + 4).expect("it is short").to_le_bytes();
    [b"RIFF", &length[..], b"WEBP", chunks].concat()
}

fn says_no_secret(bytes: &[u8]) -> bool {
    !bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

#[test]
fn a_photo_is_told_by_its_content_and_is_the_same_picture() {
    for (sent, kind) in ALL {
        let image = Image::read(sent).expect("a browser wrote it");
        assert_eq!((image.kind, image.width_px, image.height_px), (kind, 32, 20));
        assert!(image.bytes == sent, "there was nothing to take out of this {}", kind.as_str());
    }
}

#[test]
fn nothing_is_left_in_a_jpeg_of_what_the_camera_wrote() {
    let written = [
        segment(0xe1, b"Exif\0\0"),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0"),
        segment(0xe2, b"MPF\0"),
        segment(0xed, b"Photoshop 3.0\0"),
        segment(0xfe, b""),
        segment(0xef, b"anything"),
        vec![0xff],
    ];
    let behind = [SECRET, JPEG].concat();
    let sent = [&JPEG[..2], &written.concat(), &JPEG[2..], &behind].concat();
    let image = Image::read(&sent).expect("it is whole");
    assert!(image.bytes == JPEG && says_no_secret(&image.bytes));
    // A thumbnail is a picture of its own, of which nobody knows whether it is the same.
    let with_thumbnail = segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x06");
    let sent = [&JPEG[..2], &with_thumbnail, &JPEG[20..]].concat();
    assert!(Image::read(&sent).expect("it is whole").bytes == JPEG);
}

/// A picture that comes in several scans, as the web likes it, with words in between.
#[test]
fn a_jpeg_may_have_several_scans() {
    let frame = [0xff, 0xc2, 0, 11, 8, 0, 20, 0, 32, 1, 1, 0x11, 0];
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 0xff, 0, 2, 0xff, 0xd3, 3];
    let comment = segment(0xfe, b"");
    let sent = [&[0xff, 0xd8][..], &frame, &scan, &comment, &scan, &[0xff, 0xd9]].concat();
    let image = Image::read(&sent).expect("it is whole");
    assert_eq!((image.width_px, image.height_px), (32, 20));
    assert_eq!(image.bytes, [&[0xff, 0xd8][..], &frame, &scan, &scan, &[0xff, 0xd9]].concat());
}

#[test]
fn nothing_is_left_in_a_png_of_what_others_wrote() {
    let names = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"acTL", b"fdAT", b"prVt"];
    let written = names.map(|name| png_chunk(name, SECRET)).concat();
    let head = 8 + 25;
    let sent = [&PNG[..head], &written, &PNG[head..], SECRET].concat();
    let image = Image::read(&sent).expect("it is whole");
    assert!(image.bytes == PNG && says_no_secret(&image.bytes));
}

#[test]
fn nothing_is_left_in_a_webp_of_what_others_wrote() {
    let written = [b"EXIF", b"XMP ", b"junk"].map(|name| webp_chunk(name, SECRET)).concat();
    for plain in [WEBP, CLEAR_WEBP] {
        let mut sent = [webp(&[&plain[12..], &written].concat()), SECRET.to_vec()].concat();
        sent[20] |= 0x0c;
        let image = Image::read(&sent).expect("it is whole");
        assert!(image.bytes == plain && says_no_secret(&image.bytes));
    }
}

#[test]
fn a_webp_may_be_without_extras() {
    let lossless = webp(&webp_chunk(b"VP8L", &[0x2f, 0x1f, 0xc0, 0x04, 0, 9]));
    let image = Image::read(&lossless).expect("it is whole");
    assert_eq!((image.width_px, image.height_px, image.bytes), (32, 20, lossless));
}

#[test]
fn what_is_no_photo_is_refused() {
    let said = |sent: &[u8]| Image::read(sent).expect_err("it is none");
    let kinds = "must be a JPEG, a PNG or a WebP image";
    for other in [&b""[..], b"<svg onload=alert(1)>", b"GIF89a", b"BM", b"RIFF\0\0\0\0WAVE", b"\xff\xd8", b"%PDF-1.7"] {
        assert_eq!(said(other), kinds);
    }
    let (head, animated) = (8 + 25, webp_chunk(b"ANMF", SECRET));
    let mut damaged = PNG.to_vec();
    damaged[60] ^= 1;
    let mut two_sizes = WEBP.to_vec();
    two_sizes[24] += 1;
    let mut wide = JPEG.to_vec();
    let frame = wide.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("it has a frame");
    wide[frame + 7] = 0x20;
    wide[frame + 8] = 0x01;
    let mut flat = wide.clone();
    flat[frame + 5..frame + 7].fill(0);
    let mut lossless = wide.clone();
    lossless[frame + 1] = 0xc3;
    let table: [(&[u8], &str); 9] = [
        (&[&PNG[..head], &png_chunk(b"IEND", b"")].concat(), "is a PNG without a picture"),
        (
            &[&PNG[..head], &png_chunk(b"EVIL", SECRET), &PNG[head..]].concat(),
            "is a PNG of a kind that browsers do not show",
        ),
        (&damaged, "is a PNG that was damaged on the way"),
        (&webp(&[&WEBP[12..], &animated].concat()), "must be a still picture"),
        (&two_sizes, "is a WebP that says two sizes"),
        (&[0xff, 0xd8, 0xff, 0xd9], "is a JPEG without a picture"),
        (&wide, "must not be wider or higher than 8192 pixels"),
        (&flat, "must have a width and a height"),
        (&lossless, "is a JPEG of a kind that browsers do not show"),
    ];
    for (sent, why) in table {
        assert_eq!(said(sent), why);
    }
}

#[test]
fn what_breaks_off_is_refused_and_what_is_damaged_harms_nobody() {
    for (sent, kind) in ALL {
        for end in 0..sent.len() {
            assert!(Image::read(&sent[..end]).is_err(), "a {} of {end} bytes", kind.as_str());
        }
        for at in 0..sent.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut damaged = sent.to_vec();
                damaged[at] ^= change;
                // Whatever it is now, it is read or refused.
                let _ = Image::read(&damaged);
            }
        }
    }
}
