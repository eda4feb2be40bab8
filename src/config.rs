//! Every option, with its unit, default and limit. Each is also an environment variable.

mod simulation;
mod tiles;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::{Args, Parser, Subcommand};

pub use self::{simulation::Simulation, tiles::TilesUrl};
use crate::domain::{key::GIVEN_KEY_CHARS_MIN, log::LogDays};

/// How long a hub that was told to stop still answers, in milliseconds: long enough for a proxy beside it to notice.
const DRAIN_MS: u64 = 500;

/// With more there would be no time left of the 10 s after which service managers kill.
const DRAIN_MS_MAX: u64 = 5_000;

/// Most characters of who is to be named for the map.
const ATTRIBUTION_CHARS_MAX: usize = 200;

/// Most characters of a phone number, and how many digits it has at least.
const PHONE_CHARS_MAX: usize = 40;
const PHONE_DIGITS_MIN: usize = 3;

/// A self-hosted delivery-dispatch message hub: vendors submit orders, the drivers of the zone hear of them, exactly one
/// gets each.
#[derive(Debug, Parser)]
#[command(name = "waypost", version, about, max_term_width = 120)]
pub struct Cli {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How.
    #[command(flatten)]
    pub config: Config,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve pages, REST and sockets (this is what plain `waypost` does)
    Serve,
    /// Ask the hub at the listen address whether it is ready: exit code 0 if so
    Health,
    /// Let a town of simulated vendors and drivers live on a running hub, and check that it keeps its promises
    ///
    /// The town is built with the dispatcher's key (`--admin-key`), in zones of its own unless `--zones` names some, and
    /// taken away at the end; every name in it ends in `(simulated)`. Give it a hub without real drivers: the third round
    /// of an offer asks every zone there is. Ctrl-C ends it with the report so far.
    ///
    /// Exit code 0: every promise was kept; 1: one was broken, and the report says how; 2: the hub could not be reached,
    /// or the town could not be built.
    Simulate(Simulation),
    /// Print the OpenAPI document
    #[command(hide = true)]
    Openapi,
    /// Print the AsyncAPI document
    #[command(hide = true)]
    Asyncapi,
    /// Print the socket commands as TypeScript
    #[command(hide = true)]
    SocketTypes,
}

/// How the hub runs.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "How the hub runs")]
pub struct Config {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, env = "WAYPOST_LISTEN", default_value = "127.0.0.1:8080", global = true, value_name = "HOST:PORT")]
    pub listen: String,

    /// Where the data is; an SQLite file is made if it is missing
    #[arg(
        long,
        env = "WAYPOST_DATABASE_URL",
        default_value = "sqlite://waypost.db",
        global = true,
        value_name = "URL"
    )]
    pub database_url: String,

    /// A key that is valid for dispatchers, at least 32 characters
    #[arg(long, env = "WAYPOST_ADMIN_KEY", global = true, help_heading = None, value_name = "KEY", hide_env_values = true, value_parser = admin_key)]
    pub admin_key: Option<String>,

    /// On an empty database, build a demo town; print sign-in links for it
    #[arg(long, env = "WAYPOST_DEMO", global = true)]
    pub demo: bool,

    /// Where the hub is reached from outside, such as <https://hub.example>; taken from each request if absent
    #[arg(long, env = "WAYPOST_PUBLIC_URL", global = true, value_name = "URL", value_parser = http_url)]
    pub public_url: Option<String>,

    /// Map tiles beneath zones and pins, with {z}, {x} and {y}; without it no page asks another origin for anything
    #[arg(long, env = "WAYPOST_MAP_TILES_URL", global = true, value_name = "URL")]
    pub map_tiles_url: Option<TilesUrl>,

    /// Whom maps name for their tiles, such as `© OpenStreetMap contributors`; plain text, at most 200 characters
    #[arg(long, env = "WAYPOST_MAP_TILES_ATTRIBUTION", global = true, value_name = "TEXT", value_parser = attribution)]
    pub map_tiles_attribution: Option<String>,

    /// The dispatcher's phone number, which vendors and drivers find behind a call button
    #[arg(long, env = "WAYPOST_DISPATCH_PHONE", global = true, value_name = "NUMBER", value_parser = phone)]
    pub dispatch_phone: Option<String>,

    /// Whom push services write to about this hub's pushes: `mailto:…` or `https://…`; the public URL if that is https
    #[arg(long, env = "WAYPOST_PUSH_CONTACT", global = true, value_name = "URL", value_parser = contact)]
    pub push_contact: Option<String>,

    /// Let push services be in one's own network, and on this machine by http too: for tests and development
    #[arg(long, env = "WAYPOST_PUSH_PRIVATE", global = true)]
    pub push_private: bool,

    /// Serve Socket.IO clients that cannot open a WebSocket, by long polling
    #[arg(long, env = "WAYPOST_LONG_POLLING", global = true)]
    pub long_polling: bool,

    /// How long a hub that was told to stop still answers, in milliseconds, at most 5000: not ready, and without new sockets
    #[arg(long, env = "WAYPOST_DRAIN_MS", default_value_t = DRAIN_MS, global = true, value_name = "MS",
        value_parser = clap::value_parser!(u64).range(..=DRAIN_MS_MAX))]
    pub drain_ms: u64,

    /// How many days the log of events is kept, 7 to 3650; a client that was away for longer gets a snapshot
    #[arg(long, env = "WAYPOST_LOG_DAYS", default_value_t = LogDays::default(), global = true, value_name = "DAYS")]
    pub log_days: LogDays,

    /// What to log: a level, or levels per module, such as `info,waypost::edge=debug`
    #[arg(long, env = "WAYPOST_LOG", default_value = "info", global = true, value_name = "FILTER")]
    pub log: String,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: "127.0.0.1:8080".to_owned(),
            database_url: "sqlite://waypost.db".to_owned(),
            admin_key: None,
            demo: false,
            public_url: None,
            map_tiles_url: None,
            map_tiles_attribution: None,
            dispatch_phone: None,
            push_contact: None,
            push_private: false,
            long_polling: false,
            drain_ms: DRAIN_MS,
            log_days: LogDays::default(),
            log: "info".to_owned(),
        }
    }
}

/// Named where the operator names nobody; `.invalid` is reserved for what is nobody's (RFC 2606).
const NO_CONTACT: &str = "mailto:operator@waypost.invalid";

impl Config {
    /// Whom push services write to: who was named, or where the hub is found.
    #[must_use]
    pub fn push_contact(&self) -> String {
        let public = self.public_url.clone().filter(|url| url.starts_with("https://"));
        self.push_contact.clone().or(public).unwrap_or_else(|| NO_CONTACT.to_owned())
    }
}

fn contact(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("mailto:").filter(|rest| rest.contains('@')).or_else(|| text.strip_prefix("https://"));
    match rest {
        Some(rest) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err("it must be an address such as mailto:you@example.org or https://example.org".to_owned()),
    }
}

fn admin_key(text: &str) -> Result<String, String> {
    let chars = text.chars().count();
    if chars < GIVEN_KEY_CHARS_MIN {
        return Err(format!("it has {chars} characters and needs at least {GIVEN_KEY_CHARS_MIN}"));
    }
    Ok(text.to_owned())
}

fn http_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match rest {
        Some(rest) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err("it must begin with http:// or https://".to_owned()),
    }
}

fn attribution(text: &str) -> Result<String, String> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars > ATTRIBUTION_CHARS_MAX {
        return Err(format!("it has {chars} characters and may have at most {ATTRIBUTION_CHARS_MAX}"));
    }
    Ok(text.to_owned())
}

fn phone(text: &str) -> Result<String, String> {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_number = text.chars().all(|char| char.is_ascii_digit() || "+ ()-./".contains(char));
    if !is_number || digits < PHONE_DIGITS_MIN || text.len() > PHONE_CHARS_MAX {
        return Err(format!(
            "it must be a phone number of at most {PHONE_CHARS_MAX} characters, such as +49 30 1234567"
        ));
    }
    Ok(text.to_owned())
}

/// Where to reach a hub on this machine that listens on `addr`: one that listens everywhere is found at the loopback.
#[must_use]
pub fn reachable(addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), addr.port()) } else { addr }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::{Cli, Command, Config};

    #[test]
    fn the_options_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_defaults_of_a_config_are_those_of_the_command_line() {
        let cli = Cli::try_parse_from(["waypost"]).expect("nothing is required");
        let Config { listen, database_url, log, log_days, drain_ms, .. } = Config::default();
        assert_eq!((cli.config.listen, cli.config.database_url, cli.config.log), (listen, database_url, log));
        assert_eq!((cli.config.log_days, cli.config.drain_ms), (log_days, drain_ms));
        assert_eq!(cli.command, None);
    }

    #[test]
    fn options_follow_the_command_or_go_before_it() {
        let after = Cli::try_parse_from(["waypost", "serve", "--demo"]).expect("it is well formed");
        let before = Cli::try_parse_from(["waypost", "--demo", "serve"]).expect("it is well formed");
        assert!(after.config.demo && before.config.demo);
        assert_eq!(after.command, Some(Command::Serve));
    }

    #[test]
    fn a_short_admin_key_is_refused_in_words() {
        let fault = Cli::try_parse_from(["waypost", "--admin-key", "short"]).expect_err("5 characters");
        assert!(fault.to_string().contains("needs at least 32"), "{fault}");
    }

    #[test]
    fn what_is_no_address_of_tiles_and_no_phone_number_is_refused_in_words() {
        let fault = Cli::try_parse_from(["waypost", "--map-tiles-url", "https://tiles.example/all.png"]);
        let fault = fault.expect_err("which tile?").to_string();
        assert!(fault.contains("lacks {z}") && fault.contains("--map-tiles-url"), "{fault}");
        let fault = Cli::try_parse_from(["waypost", "--dispatch-phone", "ask Kim"]).expect_err("it has no digits");
        assert!(fault.to_string().contains("must be a phone number"), "{fault}");
        let cli = Cli::try_parse_from(["waypost", "--dispatch-phone", " +49 30 1234567 "]).expect("it is a number");
        assert_eq!(cli.config.dispatch_phone.as_deref(), Some("+49 30 1234567"));
    }

    #[test]
    fn a_log_of_less_than_a_week_is_refused_in_words() {
        let fault = Cli::try_parse_from(["waypost", "--log-days", "6"]).expect_err("clients are promised 7 days");
        assert!(fault.to_string().contains("at least 7 and at most 3650"), "{fault}");
        let week = Cli::try_parse_from(["waypost", "--log-days", "7"]).expect("7 days are enough");
        assert_eq!(week.config.log_days.to_string(), "7");
    }
}
