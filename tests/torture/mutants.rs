//! Hubs that break one promise each: every one must be caught, by a check that is about that promise.

use crate::{Plan, dice::Dice, report, rounds};

/// How often a mutant may get away before it counts as not caught: some faults only show when two things meet.
const TRIES_MAX: u64 = 4;

/// The flaw, the fault that brings it out, the checks that may catch it.
const MUTANTS: &[(&str, &str, &[&str])] = &[
    ("synchronous_normal", "cuts", &["1"]),
    ("answer_before_commit", "kills", &["1"]),
    ("claim_unconditionally", "network", &["5"]),
    ("keep_slow_readers", "slow", &["4"]),
    ("attach_without_catching_up", "network", &["4"]),
    ("forget_idempotency_keys", "network", &["2"]),
    ("tell_before_the_answer", "network", &["4"]),
    ("never_try_again", "failing", &["storage"]),
    ("stop_without_a_word", "stops", &["stop"]),
];

/// Runs every mutant. Answers whether each was caught.
pub(crate) async fn run(plan: &Plan) -> bool {
    report::head(plan);
    let mut all = true;
    println!("| the hub that breaks it | under | is caught by check | with |\n| --- | --- | --- | --- |");
    for (flaw, kind, checks) in MUTANTS {
        let mut verdict = "— **not caught** |".to_owned();
        let mut is_caught = false;
        for n in 0..TRIES_MAX {
            let found = rounds::one(plan, kind, Dice::seeded(plan.seed ^ (n << 32)), Some(flaw)).await;
            if let Some(why) = found.skipped.first() {
                verdict = format!("skipped: {why} |");
                is_caught = true;
                break;
            }
            let caught = found.violations.iter().find(|violation| checks.contains(&violation.invariant));
            if let Some(caught) = caught {
                let what: String = caught.what.lines().next().unwrap_or_default().chars().take(100).collect();
                verdict = format!("{} | {what}", caught.invariant);
                is_caught = true;
                break;
            }
        }
        println!("| {flaw} | {kind} | {verdict} |");
        all &= is_caught;
    }
    all
}
