//! Where things are in this checkout, and how its tools are started.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The features and targets of every build that is not for a user: tests, generated files, checks.
///
/// Naming a test makes cargo count the dev-dependencies in when it settles features, as `cargo test` does. Without
/// it, tokio and all that stands on it would be built a second time with other features.
pub(crate) const TEST_BUILD: [&str; 7] = ["build", "--features", "mutants", "--bin", "waypost", "--test", "tidy"];

/// What cargo tells a program it runs, and what a cargo started by that program must not take for its own.
const CARGO_LEAKS: [&str; 5] =
    ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"];

/// The checkout and its build folder.
pub(crate) struct House {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's build folder, wherever the user's configuration puts it.
    pub(crate) target: PathBuf,
}

impl House {
    /// Finds the checkout upwards from where cargo found `xtask`, or from the current folder.
    ///
    /// # Errors
    /// A sentence when it is started outside of a checkout.
    pub(crate) fn find() -> Result<Self, String> {
        let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(env::current_dir, |dir| Ok(PathBuf::from(dir)));
        let here = here.map_err(|e| format!("the current folder cannot be read: {e}"))?;
        let root = here.ancestors().find(|dir| dir.join("src/bin/xtask/Cargo.toml").is_file());
        let root = root.ok_or_else(|| format!("{} is not in a checkout of Waypost", here.display()))?.to_path_buf();
        // This program lies at `<target>/<profile>/xtask`, which is surer than guessing at cargo's configuration.
        let own = env::current_exe().ok();
        let target = own.as_deref().and_then(Path::parent).and_then(Path::parent);
        let target = target.map_or_else(|| root.join("target"), Path::to_path_buf);
        Ok(Self { root, target })
    }

    /// The folder of the pages.
    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    /// The hub as the last build of `profile` (`debug` or `release`) left it.
    pub(crate) fn hub(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join(format!("waypost{}", env::consts::EXE_SUFFIX))
    }

    /// A folder below the build folder, made if missing.
    ///
    /// # Errors
    /// A sentence when it cannot be made.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf, String> {
        let dir = self.target.join(name);
        fs::create_dir_all(&dir).map_err(|e| format!("{} cannot be made: {e}", dir.display()))?;
        Ok(dir)
    }

    /// `cargo …` in the checkout. In CI it must not change `Cargo.lock`.
    pub(crate) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args).current_dir(&self.root);
        if env::var_os("CI").is_some() && args.first() != Some(&"fmt") {
            command.arg("--locked");
        }
        clean(&mut command);
        command
    }

    /// `npm …` in `web/`.
    pub(crate) fn npm(&self, args: &[&str]) -> Command {
        let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.args(args).current_dir(self.web());
        // Browsers come from the system; the packages must not bring their own.
        command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").env("npm_config_update_notifier", "false");
        clean(&mut command);
        command
    }

    /// A program of `web/node_modules`; never one fetched from the network.
    pub(crate) fn npx(&self, args: &[&str]) -> Command {
        let mut command = self.npm(&["exec", "--no", "--"]);
        command.args(args);
        command
    }
}

/// Takes away what cargo told this program, which would make build scripts run again.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || CARGO_LEAKS.contains(&name)) {
            command.env_remove(name);
        }
    }
}

/// Runs a step to its end in the foreground, after a line that says what it is.
///
/// # Errors
/// A sentence when it cannot be started or fails.
pub(crate) fn step(command: &mut Command) -> Result<(), String> {
    let line = shown(command);
    eprintln!("── {line}");
    let status = command.stdin(Stdio::null()).status().map_err(|e| format!("`{line}` cannot be started: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})")) }
}

/// Runs a step to its end and gives back what it wrote to standard output.
///
/// # Errors
/// A sentence when it cannot be started, fails, or answers with something that is not text.
pub(crate) fn answer_of(command: &mut Command) -> Result<String, String> {
    let line = shown(command);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|e| format!("`{line}` cannot be started: {e}"))?;
    if !output.status.success() {
        return Err(format!("`{line}` failed ({})", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{line}` answered with something that is not UTF-8"))
}

/// The command as a person would type it: the program by name, the arguments as they are.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_else(|| command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_shown_as_it_would_be_typed() {
        let mut command = Command::new("/home/ann/.cargo/bin/cargo");
        assert_eq!(shown(command.args(["test", "--features", "mutants"])), "cargo test --features mutants");
    }

    #[test]
    fn a_step_that_fails_says_so() {
        let mut command = Command::new("waypost-is-not-a-program");
        assert!(step(&mut command).expect_err("there is no such program").contains("cannot be started"));
    }
}
