//! What a run says of itself.

use std::{process::Command, time::Duration};

use crate::{Plan, stage::Found};

/// Violations that are told of one kind of fault; the rest follows from them.
const TOLD_MAX: usize = 6;

/// Says when, on what, and with which seed.
pub(crate) fn head(plan: &Plan) {
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&output).trim().to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{} · {} · {cores} cores · seed {}\n",
        said("date", &["-u", "+%F %R UTC"]),
        said("uname", &["-sr"]),
        plan.seed
    );
}

/// Says what one kind of fault found out.
pub(crate) fn kind(round: u64, kind: &str, found: &Found) {
    for why in &found.skipped {
        eprintln!("SKIPPED {why}");
    }
    eprintln!(
        "round {round} {kind}: {} faults, {} operations ({} unknown), {} orders, {} claims, {} connections, {} events, {} told: {}",
        found.kills + found.cuts + found.other_faults,
        found.operations,
        found.unknown,
        found.orders,
        found.claims,
        found.connections,
        found.events,
        found.heard,
        if found.violations.is_empty() { "kept" } else { "BROKEN" },
    );
    for violation in found.violations.iter().take(TOLD_MAX) {
        eprintln!("  {}: {}", violation.invariant, violation.what);
    }
}

/// The table of what was done, and what it did to the promises.
pub(crate) fn table(plan: &Plan, found: &Found) {
    let broken = |check: &str| found.violations.iter().filter(|violation| violation.invariant == check).count();
    let rows = [
        ("kill -9 under load".to_owned(), found.kills.to_string()),
        ("power cuts under load".to_owned(), found.cuts.to_string()),
        (
            "other faults: network, pauses, stops, full, failing and locked disk".to_owned(),
            found.other_faults.to_string(),
        ),
        ("orders acknowledged, and lost".to_owned(), format!("{}, {}", found.orders, broken("1"))),
        ("keys that made two orders".to_owned(), broken("2").to_string()),
        ("orders that differ from their log".to_owned(), broken("3").to_string()),
        (
            "events told over connections, clients that missed one or heard one twice".to_owned(),
            format!("{} over {}, {}", found.heard, found.connections, broken("4")),
        ),
        ("claims won, orders won twice or lost again".to_owned(), format!("{}, {}", found.claims, broken("5"))),
        ("steps outside the state machine".to_owned(), broken("6").to_string()),
        ("hubs that did not come back to what they used at first".to_owned(), broken("7").to_string()),
        (
            "stops and storage not as promised".to_owned(),
            (broken("stop") + broken("storage") + broken("ready")).to_string(),
        ),
        ("falsified histories found out".to_owned(), format!("{}, {} not", found.falsified, broken("checks"))),
        ("ready again after a start".to_owned(), ready(&found.ready)),
    ];
    println!("| {} rounds, seed {} | |\n| --- | --- |", plan.rounds, plan.seed);
    for (what, count) in rows {
        println!("| {what} | {count} |");
    }
    for why in &found.skipped {
        println!("\nskipped: {why}");
    }
}

fn ready(times: &[Duration]) -> String {
    if times.is_empty() {
        return "not asked for".to_owned();
    }
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = |percent: usize| {
        let n = (times.len() * percent).div_ceil(100).max(1) - 1;
        times[n].as_secs_f64() * 1_000.0
    };
    format!("p50 {:.0} ms, p99 {:.0} ms, at most {:.0} ms", at(50), at(99), at(100))
}
