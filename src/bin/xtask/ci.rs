//! `cargo xtask ci`: the checks that are no tests.

use crate::{
    Answer, Stop, generate,
    house::{House, step},
    summary::Summary,
    tools,
};

pub(crate) const HELP: &str = "\
Checks format, lints, documentation and generated files. Ends in a table, as `cargo xtask test` does.

Usage: cargo xtask ci
";

pub(crate) fn run(house: &House, args: &[String]) -> Answer {
    if !args.is_empty() {
        return Err(Stop::Usage("ci has no options".to_owned()));
    }
    let mut summary = Summary::default();
    summary.part("fmt", || step(&mut house.cargo(&["fmt", "--all", "--check"])));
    summary.part("clippy", || {
        let clippy = ["clippy", "--workspace", "--all-targets", "--features", "mutants"];
        step(house.cargo(&clippy).args(["--", "-D", "warnings"]))
    });
    summary.part("docs", || {
        // `--examples` names none: it makes cargo settle features as clippy's run did, whose work is used again.
        let doc = ["doc", "--no-deps", "--lib", "--examples", "--features", "mutants"];
        step(house.cargo(&doc).env("RUSTDOCFLAGS", "-D warnings"))
    });
    match tools::node() {
        Ok(()) => {
            summary.part("gen", || generate::check(house));
        }
        Err(why) => summary.skip("gen", &why),
    }
    Ok(summary.finish())
}
