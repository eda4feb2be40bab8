//! How the hub is run, as pages are told it.

use serde::Serialize;
use utoipa::ToSchema;

/// How the hub is run, as far as pages need to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Settings {
    /// Where map tiles come from, with `{z}`, `{x}` and `{y}`; null: maps have none, and no page asks another origin.
    #[schema(required, example = "https://tiles.example/{z}/{x}/{y}.png")]
    pub map_tiles_url: Option<String>,
    /// Whom maps name for their tiles: plain text, no markup.
    #[schema(required)]
    pub map_tiles_attribution: Option<String>,
    /// What a browser needs for Web Push: the hub's public key, an uncompressed P-256 point in base64url; null: no push.
    #[schema(required)]
    pub push_public_key: Option<String>,
    /// The dispatcher's phone number, for a call button.
    #[schema(required, example = "+49 30 1234567")]
    pub dispatch_phone: Option<String>,
}

impl From<&crate::edge::Settings> for Settings {
    fn from(settings: &crate::edge::Settings) -> Settings {
        Settings {
            map_tiles_url: settings.map_tiles_url.as_ref().map(ToString::to_string),
            map_tiles_attribution: settings.map_tiles_attribution.clone().filter(|_| settings.map_tiles_url.is_some()),
            push_public_key: settings.push_public_key.clone(),
            dispatch_phone: settings.dispatch_phone.clone(),
        }
    }
}
