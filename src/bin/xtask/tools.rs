//! Which tools this machine has, and how to get those it has not.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::house::{answer_of, step};

/// The versions Vite 8 runs on.
const NODE_WANTED: &str = "Node.js 20.19 or newer (22.12 or newer of the 22 line) with npm";
const NODE_SOURCES: &str = "https://nodejs.org, or `apt-get install nodejs npm` from Debian 13 on";
const CHROMIUM_SOURCES: &str = "install Debian's (`apt-get install chromium`) or name one in CHROMIUM_PATH";
const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Whether Node.js and npm are there and new enough to build the pages.
///
/// # Errors
/// A sentence that names what is missing and how to install it.
pub(crate) fn node() -> Result<(), String> {
    if on_path("node").is_none() {
        return Err(format!("Node.js is missing: install {NODE_WANTED} ({NODE_SOURCES})"));
    }
    let version = answer_of(Command::new("node").arg("--version"))?;
    if !builds_the_pages(version.trim()) {
        return Err(format!("Node.js {} is too old: install {NODE_WANTED} ({NODE_SOURCES})", version.trim()));
    }
    if on_path(if cfg!(windows) { "npm.cmd" } else { "npm" }).is_none() {
        return Err(format!("npm is missing, though Node.js is there: install {NODE_WANTED} ({NODE_SOURCES})"));
    }
    Ok(())
}

/// Whether Vite 8 runs on this Node.js; `version` as `node --version` prints it, such as `v20.19.2`.
fn builds_the_pages(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    (major == 20 && minor >= 19) || (major, minor) >= (22, 12)
}

/// A Chromium for the browser tests: `CHROMIUM_PATH`, or one on the PATH, or Debian's, installed if this may be.
///
/// # Errors
/// A sentence that says why there is none and how to get one.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("CHROMIUM_PATH").map(PathBuf::from) {
        return if path.is_file() { Ok(path) } else { Err(format!("CHROMIUM_PATH names no file: {}", path.display())) };
    }
    if let Some(path) = CHROMIUM_NAMES.iter().find_map(|name| on_path(name)) {
        return Ok(path);
    }
    if on_path("apt-get").is_none() {
        return Err(format!("there is no Chromium: {CHROMIUM_SOURCES}"));
    }
    if answer_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() != "0") {
        return Err(format!("there is no Chromium, and only root may install one: {CHROMIUM_SOURCES}"));
    }
    eprintln!("there is no Chromium: installing Debian's, which may take some minutes");
    step(&mut apt(&["update"]))?;
    step(&mut apt(&["install", "-y", "--no-install-recommends", "chromium"]))?;
    on_path("chromium").ok_or_else(|| format!("apt-get brought no chromium: {CHROMIUM_SOURCES}"))
}

/// `apt-get …`, which must not ask anything.
fn apt(args: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// The first `name` on the PATH.
fn on_path(name: &str) -> Option<PathBuf> {
    let name =
        if cfg!(windows) && Path::new(name).extension().is_none() { format!("{name}.exe") } else { name.to_owned() };
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_must_be_one_that_vite_runs_on() {
        let verdicts = ["v18.20.1", "v20.18.3", "v20.19.0", "v21.7.3", "v22.11.0", "v22.12.0", "v24.1.0", "nonsense"]
            .map(|version| format!("{version} {}", builds_the_pages(version)));
        assert_eq!(
            verdicts.join(", "),
            "v18.20.1 false, v20.18.3 false, v20.19.0 true, v21.7.3 false, v22.11.0 false, v22.12.0 true, \
             v24.1.0 true, nonsense false"
        );
    }

    #[test]
    fn what_is_not_on_the_path_is_not_found() {
        assert_eq!(on_path("waypost-is-not-a-program"), None);
    }
}
