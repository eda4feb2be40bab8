//! `cargo xtask run`: from a fresh clone to three links that open signed in.

use std::{env, fs, io, path::Path, process::Command};

use crate::{
    Answer, Stop, beside,
    house::{House, clean, step},
    pages, tools,
};

pub(crate) const HELP: &str = "\
Builds the pages and the hub, and starts it with the demo town. The hub prints three links that open signed in:
vendor, driver and admin. Ctrl-C stops it; its data stays.

Usage: cargo xtask run [options] [-- <options of waypost serve>]

Options:
  --fresh      forget the demo town of the last run and start over
  --simulate   let a town of simulated vendors and drivers live on it, until Ctrl-C
  --no-pages   do not build the pages
  -h, --help   print this

The data lies in target/demo/waypost.db, unless WAYPOST_DATABASE_URL names another place. Without Node.js the hub
starts all the same, since REST and sockets work, but the links open no pages until they have been built.
";

pub(crate) fn run(house: &House, args: &[String]) -> Answer {
    let (mut fresh, mut with_pages, mut with_town) = (false, true, false);
    let mut args = args.iter();
    for arg in args.by_ref() {
        match arg.as_str() {
            "--fresh" => fresh = true,
            "--no-pages" => with_pages = false,
            "--simulate" => with_town = true,
            "--" => break,
            other => return Err(Stop::Usage(format!("{other:?} is no option of run; the hub's own go after `--`"))),
        }
    }
    let missing = if with_pages { build_pages(house)? } else { None };
    step(&mut house.cargo(&["build", "--bin", "waypost"]))?;
    let demo = house.scratch("demo")?;
    if fresh {
        forget(&demo)?;
    }
    if let Some(why) = missing {
        // Said again, since the build's output has pushed the first time off the screen.
        eprintln!("{why}");
    }
    let args: Vec<String> = args.cloned().collect();
    let mut hub = Command::new(house.hub("debug"));
    hub.args(["serve", "--demo"]).args(&args).current_dir(&house.root);
    if env::var_os("WAYPOST_DATABASE_URL").is_none() {
        hub.env("WAYPOST_DATABASE_URL", sqlite_url(&demo.join("waypost.db")));
    }
    clean(&mut hub);
    if with_town {
        return beside::run(house, hub, &args);
    }
    become_hub(&mut hub)
}

/// Builds the pages, or says in a sentence why the hub will be without (new) ones.
fn build_pages(house: &House) -> Result<Option<String>, String> {
    let Err(missing) = tools::node() else { return pages::build(house).map(|()| None) };
    let effect = if pages::are_built(house) {
        "The hub starts with the pages as they were last built."
    } else {
        "The hub starts without its pages: REST and sockets work, the links open none."
    };
    let why = format!("{missing}. {effect}");
    eprintln!("{why}");
    Ok(Some(why))
}

/// Removes the demo database and what SQLite keeps beside it.
fn forget(demo: &Path) -> Result<(), String> {
    for name in ["waypost.db", "waypost.db-wal", "waypost.db-shm"] {
        let file = demo.join(name);
        match fs::remove_file(&file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                return Err(format!("{} cannot be removed: {e}", file.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The file as a URL, with the signs that mean something in one written as numbers.
fn sqlite_url(file: &Path) -> String {
    let path = file.to_string_lossy();
    let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23").replace(' ', "%20");
    format!("sqlite://{path}")
}

/// Hands this process over to the hub, so that Ctrl-C, signals and the exit code are its own.
#[cfg(unix)]
fn become_hub(hub: &mut Command) -> Answer {
    use std::os::unix::process::CommandExt as _;
    let e = hub.exec();
    Err(Stop::Failed(format!("the hub cannot be started: {e}")))
}

/// Waits for the hub and exits as it did; the console sends Ctrl-C to both.
#[cfg(not(unix))]
fn become_hub(hub: &mut Command) -> Answer {
    let status = hub.status().map_err(|e| format!("the hub cannot be started: {e}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(std::process::ExitCode::FAILURE, std::process::ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_odd_signs_stays_one_path_in_a_url() {
        let url = sqlite_url(Path::new("/home/ann/100% #1/waypost.db"));
        assert_eq!(url, "sqlite:///home/ann/100%25%20%231/waypost.db");
    }
}
