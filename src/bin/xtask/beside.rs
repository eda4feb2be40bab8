//! A simulated town beside the demo hub: `cargo xtask run --simulate`.

use std::{
    collections::hash_map::RandomState,
    env,
    hash::{BuildHasher as _, Hasher as _},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{Answer, house::House};

/// The town: people enough for the demo's zones to be busy, in time that one can watch, until Ctrl-C or for the eight hours of a shift.
const TOWN: [&str; 11] = [
    "simulate",
    "--zones",
    "west,mitte,east",
    "--vendors",
    "3",
    "--drivers",
    "6",
    "--speed",
    "20",
    "--minutes",
    "10080",
];

/// Where a hub listens that is told nothing else.
const LISTEN: &str = "127.0.0.1:8080";

/// How often, and how many times, a hub that starts is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(100);
const ASKS_MAX: u32 = 300;

/// Starts `hub`, whose arguments from `waypost serve` on are `args`, and lives a town on it. Both end with Ctrl-C: the town
/// first, since it takes away what it made.
pub(crate) fn run(house: &House, mut hub: Command, args: &[String]) -> Answer {
    let listen = listen_of(args, env::var("WAYPOST_LISTEN").ok());
    if listen.ends_with(":0") {
        return Err("with --simulate the hub needs a port of its own: --listen HOST:PORT".to_owned().into());
    }
    let key = env::var("WAYPOST_ADMIN_KEY").unwrap_or_else(|_| passing_key());
    hub.env("WAYPOST_ADMIN_KEY", &key);
    alone(&mut hub);
    let mut hub = hub.spawn().map_err(|e| format!("the hub cannot be started: {e}"))?;
    if let Err(why) = until_ready(house, &listen, &mut hub) {
        // It may have ended by itself.
        let _ = hub.kill();
        return Err(why.into());
    }
    let port = listen.rsplit(':').next().unwrap_or_default();
    let mut town = Command::new(house.hub("debug"));
    town.args(TOWN).args(["--url", &format!("http://127.0.0.1:{port}")]).env("WAYPOST_ADMIN_KEY", &key);
    follow(&town, &hub)
}

fn until_ready(house: &House, listen: &str, hub: &mut Child) -> Result<(), String> {
    for _ in 0..ASKS_MAX {
        if let Ok(Some(status)) = hub.try_wait() {
            return Err(format!("the hub did not start ({status})"));
        }
        let mut health = Command::new(house.hub("debug"));
        health.args(["health", "--listen", listen]).stdout(Stdio::null()).stderr(Stdio::null());
        if health.status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        thread::sleep(ASK_EVERY);
    }
    Err("the hub is not ready after 30 s".to_owned())
}

/// The address that the hub listens on, from its arguments, else its environment.
fn listen_of(args: &[String], from_env: Option<String>) -> String {
    let mut given = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--listen" {
            given = args.next().cloned();
        } else if let Some(value) = arg.strip_prefix("--listen=") {
            given = Some(value.to_owned());
        }
    }
    given.or(from_env).unwrap_or_else(|| LISTEN.to_owned())
}

/// A key for the time that the hub runs. The standard library's hash keys come from the system's random source.
fn passing_key() -> String {
    let dice = || RandomState::new().build_hasher().finish();
    format!("wp_simulate_{:016x}{:016x}{:016x}", dice(), dice(), dice())
}

/// Keeps Ctrl-C in this terminal from the hub: it is told to stop once the town has gone.
#[cfg(unix)]
fn alone(hub: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    hub.process_group(0);
}

#[cfg(not(unix))]
fn alone(_: &mut Command) {}

/// Hands this process over to a shell that outlives Ctrl-C, waits for the town and then tells the hub to stop.
#[cfg(unix)]
fn follow(town: &Command, hub: &Child) -> Answer {
    use std::os::unix::process::CommandExt as _;
    let script = r#"trap : INT; hub=$1; shift; "$@"; code=$?; kill -TERM "$hub"; exit $code"#;
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh", &hub.id().to_string()]).arg(town.get_program()).args(town.get_args());
    for (name, value) in town.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    let e = shell.exec();
    Err(format!("the town cannot be started: {e}").into())
}

/// The console sends Ctrl-C to all of them, so that the town may find the hub gone.
#[cfg(not(unix))]
fn follow(town: &Command, _: &Child) -> Answer {
    let mut again = Command::new(town.get_program());
    again.args(town.get_args()).envs(town.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let status = again.status().map_err(|e| format!("the town cannot be started: {e}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(std::process::ExitCode::FAILURE, std::process::ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_town_finds_the_hub_where_it_was_told_to_listen() {
        let args = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(listen_of(&args(&["--demo", "--listen", "0.0.0.0:81"]), Some("a:1".to_owned())), "0.0.0.0:81");
        assert_eq!(listen_of(&args(&["--listen=b:2"]), None), "b:2");
        assert_eq!(listen_of(&[], Some("a:1".to_owned())), "a:1");
        assert_eq!(listen_of(&[], None), LISTEN);
    }

    #[test]
    fn a_passing_key_is_long_and_never_the_same() {
        let (one, other) = (passing_key(), passing_key());
        assert!(one.len() >= 32 && one != other);
    }
}
