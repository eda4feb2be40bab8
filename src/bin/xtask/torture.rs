//! `cargo xtask torture`: whether the promises hold while everything goes wrong.

use std::process::ExitCode;

use crate::{
    Answer,
    house::{House, step},
};

pub(crate) const HELP: &str = "\
Lets a town live on the release build of the hub while it is killed, cut off from power, network and disk, and checks
that what was promised was kept. A round takes two to three minutes; the first build takes some minutes more.

Usage: cargo xtask torture [--] [options]

Options:
  --rounds N      rounds, each with every kind of fault on databases of its own; 1 unless given
  --seed S        the seed of all chance; printed, so that a run can be repeated
  --kills N       kills per round; 25 unless given
  --cuts N        power cuts per round; 10 unless given
  --storms N      network faults per round; 14 unless given
  --only KIND,…   only these kinds: kills, cuts, stops, network, slow, full, failing, locked
  --mutants       run hubs that break one promise each, and show which check catches which
  --folder DIR    where databases, logs and histories are kept; target/tmp/torture unless given

Power cuts and full disks need root and Linux, a failing disk a C compiler; where they cannot be had, that is said aloud
and counts as skipped. Mutants are only in the build for tests, which is used for them.
";

pub(crate) fn run(house: &House, args: &[String]) -> Answer {
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    if args.iter().any(|arg| arg == "--mutants") {
        in_test_build(house, args)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut bench = house.cargo(&["bench", "--bench", "torture"]);
    bench.arg("--").args(args).env("WAYPOST_BIN", house.hub("release"));
    step(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs it on the build that the tests are made with, where every crate is built already.
///
/// # Errors
/// A sentence when it cannot be built, or a promise was broken.
pub(crate) fn in_test_build<S: AsRef<std::ffi::OsStr>>(house: &House, args: &[S]) -> Result<(), String> {
    let mut test = house.cargo(&["test", "--features", "mutants", "--bench", "torture"]);
    step(test.arg("--").args(args).env("WAYPOST_BIN", house.hub("debug")))
}
