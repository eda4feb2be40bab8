//! The chores of the house: `cargo xtask run`, `test`, `gen`, `bench`, `torture` and `ci`.
//!
//! **Invariant:** the standard library and nothing else, so that a fresh clone has it in seconds and is told of a
//! missing tool before it waits for a build.

mod bench;
mod beside;
mod ci;
mod generate;
mod house;
mod pages;
mod run;
mod summary;
mod test;
mod tools;
mod torture;

use std::{env, process::ExitCode};

use crate::house::House;

const HELP: &str = "\
The chores of Waypost.

Usage: cargo xtask <command> [options]

Commands:
  run      build the pages and the hub, and start it with the demo town (`--simulate`: which lives)
  test     install what the tests need, and run every test
  gen      write the generated files again: api/*.json and web/shared/protocol.ts
  bench    build for release and measure
  torture  prove the promises under kills, power cuts, bad networks and bad disks
  ci       check format, lints, documentation and generated files

`cargo xtask <command> --help` explains a command.
";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", args.as_slice()),
    };
    let wants_help = rest.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--help" || arg == "-h");
    let (help, chore): (&str, Chore) = match command {
        "run" => (run::HELP, run::run),
        "test" => (test::HELP, test::run),
        "gen" => (generate::HELP, generate::run),
        "bench" => (bench::HELP, bench::run),
        "torture" => (torture::HELP, torture::run),
        "ci" => (ci::HELP, ci::run),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => return refuse(&format!("there is no command {other:?}; `cargo xtask --help` lists them")),
    };
    if wants_help {
        print!("{help}");
        return ExitCode::SUCCESS;
    }
    match House::find().map_err(Stop::Failed).and_then(|house| chore(&house, rest)) {
        Ok(code) => code,
        Err(Stop::Usage(why)) => refuse(&format!("{why}; see `cargo xtask {command} --help`")),
        Err(Stop::Failed(why)) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// A command: the checkout, and the arguments after its name.
type Chore = fn(&House, &[String]) -> Answer;

/// What a chore comes back with: the exit code, or why it stopped.
type Answer = Result<ExitCode, Stop>;

/// Why a chore stopped early, as a sentence for the terminal.
#[derive(Debug)]
enum Stop {
    /// The command line was not understood: exit code 2.
    Usage(String),
    /// Something it needs is missing or failed: exit code 1.
    Failed(String),
}

impl From<String> for Stop {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

/// Says what was wrong with the command line; 2 is the exit code for that everywhere.
fn refuse(why: &str) -> ExitCode {
    eprintln!("xtask: {why}");
    ExitCode::from(2)
}
