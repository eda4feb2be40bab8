//! Photos of deliveries: told apart by their content, measured, and freed of what says more than the picture does.
//!
//! **Invariant:** what [`Image::read`] answers with holds nothing but the picture and how its colours are meant: no place, no
//! time, no device, no words, nothing behind the picture's end. The picture itself is the same bit for bit.

mod jpeg;
mod png;
mod webp;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Largest photo, in bytes: 2 MiB.
pub const PHOTO_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Longest side of a photo, in pixels.
pub const SIDE_PX_MAX: u32 = 8_192;

/// Photos of one order.
pub const PHOTOS_PER_ORDER_MAX: usize = 4;

/// What kind of image a photo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PhotoType)]
pub enum Kind {
    /// ISO/IEC 10918-1.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// ISO/IEC 15948.
    #[serde(rename = "image/png")]
    Png,
    /// RFC 9649.
    #[serde(rename = "image/webp")]
    Webp,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Webp => "image/webp",
        }
    }

    /// The kind of that media type.
    #[must_use]
    pub fn parse(word: &str) -> Option<Kind> {
        [Kind::Jpeg, Kind::Png, Kind::Webp].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A photo that can be shown to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What kind it is.
    pub kind: Kind,
    /// How wide it is, 1 to [`SIDE_PX_MAX`].
    pub width_px: u32,
    /// How high it is, 1 to [`SIDE_PX_MAX`].
    pub height_px: u32,
    /// The image, without its metadata.
    pub bytes: Vec<u8>,
}

/// What is wrong with a photo, to be read after its field's name.
pub type Fault = &'static str;

impl Image {
    /// Reads an image's structure and takes out its metadata.
    ///
    /// # Errors
    /// What is wrong: it is of no kind that is taken, is not whole, is animated or is too large.
    pub fn read(sent: &[u8]) -> Result<Image, Fault> {
        let (kind, (width_px, height_px), bytes) = if sent.starts_with(&jpeg::START) {
            jpeg::read(sent).map(|(size, bytes)| (Kind::Jpeg, size, bytes))
        } else if sent.starts_with(&png::SIGNATURE) {
            png::read(sent).map(|(size, bytes)| (Kind::Png, size, bytes))
        } else if webp::is_webp(sent) {
            webp::read(sent).map(|(size, bytes)| (Kind::Webp, size, bytes))
        } else {
            Err("must be a JPEG, a PNG or a WebP image")
        }?;
        if width_px == 0 || height_px == 0 {
            return Err("must have a width and a height");
        }
        if width_px > SIDE_PX_MAX || height_px > SIDE_PX_MAX {
            return Err("must not be wider or higher than 8192 pixels");
        }
        Ok(Image { kind, width_px, height_px, bytes })
    }
}

/// Width and height, and the image without its metadata.
type Read = Result<((u32, u32), Vec<u8>), Fault>;

/// What is said of an image that ends too early.
const BROKEN: Fault = "must be whole, and ends in the middle";

/// Takes the first `n` bytes off.
fn take<'b>(rest: &mut &'b [u8], n: usize) -> Result<&'b [u8], Fault> {
    let (taken, left) = rest.split_at_checked(n).ok_or(BROKEN)?;
    *rest = left;
    Ok(taken)
}

/// Takes the first `N` bytes off.
fn take_n<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Fault> {
    let (taken, left) = rest.split_first_chunk::<N>().ok_or(BROKEN)?;
    *rest = left;
    Ok(*taken)
}

#[cfg(test)]
mod tests;
