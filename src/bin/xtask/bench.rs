//! `cargo xtask bench`: how fast and how small, on the build that is shipped.

use std::process::ExitCode;

use crate::{
    Answer,
    house::{House, step},
};

pub(crate) const HELP: &str = "\
Builds the hub for release and measures it with the load client of tests/bench. The first build takes some minutes.

Usage: cargo xtask bench [--] [<options of the benchmark>]
";

pub(crate) fn run(house: &House, args: &[String]) -> Answer {
    // `cargo bench` builds the hub beside its client, with one set of features. A build of the hub before it would
    // settle them without the dev-dependencies, and double the minutes for the same program.
    let mut bench = house.cargo(&["bench", "--bench", "hub"]);
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    bench.arg("--").args(args).env("WAYPOST_BIN", house.hub("release"));
    step(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}
