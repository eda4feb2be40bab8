//! `cargo xtask test`: every test there is, and what they need.

use crate::{
    Answer, Stop,
    house::{House, TEST_BUILD, step},
    pages,
    summary::Summary,
    tools, torture,
};

pub(crate) const HELP: &str = "\
Installs what the tests need and runs them all: Rust, TypeScript and browsers. Ends in a table and, on its last
line, `N passed, N failed, N skipped`, counting the parts.

Usage: cargo xtask test [options]

Options:
  --only <rust|torture|types|browser>
                                run one kind: Rust; the promises under faults, and the mutants that break them;
                                TypeScript's types and unit tests; or the official socket.io-client and the browsers
  -h, --help                    print this

Browser tests use the Chromium of CHROMIUM_PATH or of the PATH. Where there is none, Debian's is installed by apt-get
if this runs as root; otherwise they are skipped, aloud. What needs Node.js is skipped, aloud, where it is missing.
";

/// The kinds of test, by what `--only` calls them.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Rust,
    Torture,
    Types,
    Browser,
}

pub(crate) fn run(house: &House, args: &[String]) -> Answer {
    let only = parse(args)?;
    let runs = |kind: Kind| only.is_none_or(|only| only == kind);
    let mut summary = Summary::default();
    let pages = prepare(house, only, &mut summary);
    if runs(Kind::Rust) {
        // `--workspace` adds the tests of xtask itself; benchmarks are not run.
        let tests = ["test", "--workspace", "--features", "mutants", "--no-fail-fast"];
        summary.part("rust", || step(&mut house.cargo(&tests)));
    }
    if runs(Kind::Torture) {
        summary.part("torture", || torture::in_test_build(house, &["--rounds", "1"]));
        summary.part("mutants", || torture::in_test_build(house, &["--mutants", "--kills", "6", "--cuts", "4"]));
    }
    if runs(Kind::Types) {
        match pages {
            Ok(()) => {
                summary.part("types", || step(&mut house.npm(&["run", "types"])));
                summary.part("units", || step(&mut house.npm(&["test"])));
            }
            Err(why) => ["types", "units"].into_iter().for_each(|part| summary.skip(part, why)),
        }
    }
    if runs(Kind::Browser) {
        match pages.map_err(str::to_owned).and_then(|()| tools::chromium()) {
            Ok(chromium) => {
                summary.part("browser", || {
                    step(&mut house.cargo(&TEST_BUILD))?;
                    let mut playwright = house.npx(&["playwright", "test"]);
                    step(playwright.env("WAYPOST_BIN", house.hub("debug")).env("CHROMIUM_PATH", chromium))
                });
            }
            Err(why) => summary.skip("browser", &why),
        }
    }
    Ok(summary.finish())
}

/// Installs the packages and builds the pages as a part of its own. Its error is why what stands on it is skipped.
fn prepare(house: &House, only: Option<Kind>, summary: &mut Summary) -> Result<(), &'static str> {
    if matches!(only, Some(Kind::Rust | Kind::Torture)) {
        return Ok(());
    }
    if let Err(why) = tools::node() {
        summary.skip("pages", &why);
        return Err("needs Node.js");
    }
    let is_ready = summary.part("pages", || match only {
        Some(Kind::Types) => pages::install(house),
        _ => pages::build(house),
    });
    if is_ready { Ok(()) } else { Err("the pages could not be built") }
}

fn parse(args: &[String]) -> Result<Option<Kind>, Stop> {
    let words: Vec<&str> = args.iter().flat_map(|arg| arg.split('=')).collect();
    match words.as_slice() {
        [] => Ok(None),
        ["--only", "rust"] => Ok(Some(Kind::Rust)),
        ["--only", "torture"] => Ok(Some(Kind::Torture)),
        ["--only", "types"] => Ok(Some(Kind::Types)),
        ["--only", "browser"] => Ok(Some(Kind::Browser)),
        _ => Err(Stop::Usage(format!("`{}` is no option of test", args.join(" ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_can_be_asked_for_and_no_other() {
        let parsed = |line: &str| parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert!(matches!(parsed(""), Ok(None)));
        assert!(matches!(parsed("--only types"), Ok(Some(Kind::Types))));
        assert!(matches!(parsed("--only=browser"), Ok(Some(Kind::Browser))));
        assert!(matches!(parsed("--only pages"), Err(Stop::Usage(_))));
    }
}
