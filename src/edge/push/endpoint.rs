//! Where pushes may be sent to: anybody with a key may name an endpoint, so the hub must not become their arm into the
//! network that it stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::{Uri, uri::Scheme};

/// Most characters of an endpoint.
const ENDPOINT_CHARS_MAX: usize = 2_000;

/// Which push services may be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reachable {
    /// Those on the public internet, by `https`.
    #[default]
    Public,
    /// Those in one's own network too, and by `http` on this machine.
    Private,
}

/// Where a push service takes messages for one browser.
#[derive(Clone)]
pub struct Endpoint {
    /// All of it.
    pub uri: Uri,
    /// The push service, as it knows itself: scheme, host, and the port if it is not the usual one.
    pub origin: String,
}

impl Endpoint {
    /// Reads an endpoint, if pushes may be sent there. Where its name leads is looked at once it is called.
    ///
    /// # Errors
    /// What is wrong with it, to be read after its name.
    pub fn parse(text: &str, reachable: Reachable) -> Result<Endpoint, &'static str> {
        let is_private = reachable == Reachable::Private;
        let uri: Option<Uri> = text.parse().ok().filter(|_| text.len() <= ENDPOINT_CHARS_MAX && !text.contains('#'));
        let uri = uri.ok_or("must be an address such as https://push.example/abc")?;
        let authority = uri.authority().ok_or("must be a whole address, with its host")?;
        if authority.as_str().contains('@') {
            return Err("must not hold a password");
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let is_here = host == "localhost" || host.ends_with(".localhost");
        let addr: Option<IpAddr> = host.parse().ok();
        if !is_private && (is_here || addr.is_some_and(|addr| !is_public(addr))) {
            return Err("must not be in a private network");
        }
        let usual = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => 443,
            Some(scheme) if *scheme == Scheme::HTTP && is_private => {
                if !is_here && addr.is_none_or(|addr| !addr.is_loopback()) {
                    return Err("must begin with https://");
                }
                80
            }
            _ => return Err("must begin with https://"),
        };
        if host.is_empty() {
            return Err("must be a whole address, with its host");
        }
        let port = authority.port_u16().filter(|port| *port != usual).map(|port| format!(":{port}"));
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let origin = format!("{}://{host}{}", uri.scheme_str().unwrap_or_default(), port.unwrap_or_default());
        Ok(Endpoint { uri, origin })
    }
}

/// Whether an address is on the public internet: of no machine's own, of no network's own, of nobody's.
pub(super) fn is_public(addr: IpAddr) -> bool {
    match addr {
        IpAddr::V4(addr) => is_public_v4(addr),
        IpAddr::V6(addr) => is_public_v6(addr),
    }
}

fn is_public_v4(addr: Ipv4Addr) -> bool {
    let [a, b, c, _] = addr.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_special = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99) || (a == 198 && (18..20).contains(&b));
    let is_own = addr.is_loopback() || addr.is_private() || addr.is_link_local() || is_shared;
    !(is_own || is_special || a == 0 || a >= 224 || addr.is_documentation())
}

fn is_public_v6(addr: Ipv6Addr) -> bool {
    let [first, second, third, fourth, .., seventh, eighth] = addr.segments();
    let inner = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (first, second) {
        // Roads to IPv4: the address at their end counts.
        (0x64, 0xff9b) if (third, fourth) == (0, 0) => is_public_v4(inner(seventh, eighth)),
        (0x2002, high) => is_public_v4(inner(high, third)),
        (0x2001, 0x0db8) => false,
        // Teredo and other protocols' own.
        (0x2001, second) if second < 0x0200 => false,
        // Only this eighth of all addresses was ever given out.
        _ => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Reachable, is_public};

    #[test]
    fn only_public_addresses_are_public() {
        let own = [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
            "100::1",
        ];
        for addr in own {
            assert!(!is_public(addr.parse().expect("an address")), "{addr}");
        }
        let public =
            ["8.8.8.8", "172.32.0.1", "192.167.1.1", "100.128.0.1", "2a00:1450:4001::200e", "64:ff9b::808:808"];
        for addr in public {
            assert!(is_public(addr.parse().expect("an address")), "{addr}");
        }
    }

    #[test]
    fn an_endpoint_is_on_the_public_internet_and_https() {
        let origin = |text: &str| Endpoint::parse(text, Reachable::Public).map(|endpoint| endpoint.origin);
        assert_eq!(origin("https://push.example/a?b=c"), Ok("https://push.example".to_owned()));
        assert_eq!(origin("https://PUSH.example:443/a"), Ok("https://push.example".to_owned()));
        assert_eq!(origin("https://push.example:8443/a"), Ok("https://push.example:8443".to_owned()));
        assert_eq!(origin("https://[2a00:1450:4001::200e]/a"), Ok("https://[2a00:1450:4001::200e]".to_owned()));
        let long = format!("https://push.example/{}", "a".repeat(2_000));
        for wrong in [
            "",
            "push.example",
            "/a",
            "http://push.example/a",
            "ftp://push.example/a",
            "https://",
            "https:///a",
            &long,
            "https://a:b@push.example/",
            "https://push.example/#a",
            "https://127.0.0.1/a",
            "https://localhost/a",
            "https://a.localhost/",
            "https://[::1]/",
            "https://10.0.0.1:8443/",
            "https://169.254.169.254/latest",
            "https://push example/",
            "data:text/plain,a",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn where_it_is_allowed_an_endpoint_may_be_near() {
        let origin = |text: &str| Endpoint::parse(text, Reachable::Private).map(|endpoint| endpoint.origin);
        assert_eq!(origin("http://127.0.0.1:9001/a"), Ok("http://127.0.0.1:9001".to_owned()));
        assert_eq!(origin("http://[::1]:9001/a"), Ok("http://[::1]:9001".to_owned()));
        assert_eq!(origin("https://10.0.0.1/a"), Ok("https://10.0.0.1".to_owned()));
        for wrong in ["http://push.example/a", "http://10.0.0.1/a", "http://8.8.8.8/a"] {
            assert_eq!(origin(wrong), Err("must begin with https://"), "{wrong}");
        }
    }
}
