//! How fast and how small: a release hub in a process of its own, and a load client in this one.

mod benches;
mod decision;
mod hub;
mod line;
#[allow(dead_code, reason = "the torture bench asks more of a process")]
#[path = "../process/mod.rs"]
mod process;
mod report;

use std::process::ExitCode;

const HELP: &str = "\
Measures a release build of the hub and prints a table of target and figure.

Usage: cargo bench --bench hub -- [decision] [heard] [orders] [claim] [idle] [start] [--scale PERCENT]

Without a name, everything is measured. It fails if a decision takes longer than it may, whatever else the machine does: that
is the hub's own doing alone. --scale 10 measures with a tenth of the clients and of the time.
WAYPOST_BIN names the hub's program, if it is not the one that was built along.
";

/// What is measured, and how large.
struct Plan {
    names: Vec<String>,
    percent: usize,
}

impl Plan {
    fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|given| given == name)
    }

    fn scaled(&self, count: usize) -> usize {
        (count * self.percent / 100).max(1)
    }
}

fn main() -> ExitCode {
    let mut plan = Plan { names: Vec::new(), percent: 100 };
    let (mut args, mut is_bench) = (std::env::args().skip(1), false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            // Said by `cargo bench`, and not by a `cargo test` of everything.
            "--bench" => is_bench = true,
            "--scale" => match args.next().and_then(|percent| percent.parse().ok()) {
                Some(percent @ 1..=1_000) => plan.percent = percent,
                _ => return helped(),
            },
            "decision" | "heard" | "orders" | "claim" | "idle" | "start" => plan.names.push(arg),
            _ => return helped(),
        }
    }
    if !is_bench && plan.names.is_empty() {
        return helped();
    }
    // One worker: the other core is the hub's, which is what a client on another machine would leave it, and half of that.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime can be started").block_on(benches::run(&plan))
}

fn helped() -> ExitCode {
    eprint!("{HELP}");
    ExitCode::from(2)
}
