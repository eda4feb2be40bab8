//! Where map tiles come from, if the operator names a server of them.

use std::{fmt, str::FromStr};

/// Most characters of it.
const CHARS_MAX: usize = 500;

/// The address of map tiles, with `{z}`, `{x}` and `{y}` in its path, and the origin that pages may ask for them.
///
/// **Invariant:** the origin is a scheme, a plain host and perhaps a port, so it can stand in a policy as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TilesUrl {
    url: String,
    origin_bytes: usize,
}

impl TilesUrl {
    /// The whole address, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Scheme, host and port: all that a page may ask another server for.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.url[..self.origin_bytes]
    }
}

impl fmt::Display for TilesUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl FromStr for TilesUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<TilesUrl, String> {
        if text.chars().count() > CHARS_MAX {
            return Err(format!("it may have at most {CHARS_MAX} characters"));
        }
        if text.chars().any(|char| !char.is_ascii_graphic()) {
            return Err("it may hold neither spaces nor signs beyond ASCII".to_owned());
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or("it must begin with https:// or http://")?;
        let host_bytes = rest.find('/').ok_or("it has no path with {z}, {x} and {y}")?;
        let (host, path) = rest.split_at(host_bytes);
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_plain) || host.starts_with(':') {
            return Err(format!(
                "its host must be one plain name or address, perhaps with a port, not `{host}`: pages may ask exactly one"
            ));
        }
        for place in ["{z}", "{x}", "{y}"] {
            if !path.contains(place) {
                return Err(format!("its path lacks {place}: it must hold {{z}}, {{x}} and {{y}}"));
            }
        }
        // What a browser cannot fill in would end every map.
        let mut places = path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
        if let Some(unknown) = places.find(|place| !["z", "x", "y", "r"].contains(place)) {
            return Err(format!(
                "it holds {{{unknown}}}, which nothing fills in: only {{z}}, {{x}}, {{y}} and {{r}} are"
            ));
        }
        Ok(TilesUrl { url: text.to_owned(), origin_bytes: text.len() - rest.len() + host_bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::TilesUrl;

    #[test]
    fn an_address_of_tiles_names_one_origin_and_three_places() {
        let table = [
            ("https://tiles.example/{z}/{x}/{y}.png", Ok("https://tiles.example")),
            ("http://127.0.0.1:9000/t/{z}/{x}/{y}{r}.png?key=1", Ok("http://127.0.0.1:9000")),
            ("https://[::1]:9000/{z}/{y}/{x}", Ok("https://[::1]:9000")),
            ("ftp://tiles.example/{z}/{x}/{y}.png", Err("must begin with https:// or http://")),
            ("tiles.example/{z}/{x}/{y}.png", Err("must begin with https:// or http://")),
            ("https://tiles.example", Err("no path")),
            ("https:///{z}/{x}/{y}.png", Err("its host")),
            ("https://{s}.tiles.example/{z}/{x}/{y}.png", Err("not `{s}.tiles.example`")),
            ("https://me:secret@tiles.example/{z}/{x}/{y}", Err("its host")),
            ("https://tiles.example;script-src/{z}/{x}/{y}", Err("its host")),
            ("https://tiles.example/{z}/{x}.png", Err("lacks {y}")),
            ("https://tiles.example/{z}/{x}/{y}.png?key={key}", Err("holds {key}")),
            ("https://tiles.example/{x}/{y}.png", Err("lacks {z}")),
            ("https://tiles.example/{z}/{x}/{y} .png", Err("neither spaces")),
        ];
        for (text, expected) in table {
            match (text.parse::<TilesUrl>(), expected) {
                (Ok(url), Ok(origin)) => assert_eq!((url.as_str(), url.origin()), (text, origin)),
                (Err(fault), Err(words)) => assert!(fault.contains(words), "{text}: {fault}"),
                (parsed, _) => panic!("{text} became {parsed:?}"),
            }
        }
    }
}
