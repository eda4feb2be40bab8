//! Rounds of every kind of fault, each on a database of its own.

use crate::{
    Plan,
    check::checker_is_sound,
    dice::Dice,
    disk::{Faulty, Powered, Small},
    plan, report,
    stage::{Found, Setup, Stage, fresh},
};

/// The kinds of fault, in the order of a round.
pub(crate) const KINDS: [&str; 8] = ["kills", "cuts", "stops", "network", "slow", "full", "failing", "locked"];

/// Faults of each of the other kinds in a round.
const STOPS: usize = 6;
const SLEEPS: usize = 2;
const TROUBLES: usize = 2;

/// Runs what is planned. Answers whether every promise was kept.
pub(crate) async fn run(plan: &Plan) -> bool {
    report::head(plan);
    match checker_is_sound() {
        Ok(count) => eprintln!("the checker judges {count} histories of known verdict rightly"),
        Err(name) => {
            eprintln!("the checker is wrong about: {name}");
            return false;
        }
    }
    let mut found = Found::default();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for round in 0..plan.rounds {
        for (n, kind) in KINDS.iter().enumerate().filter(|(_, kind)| plan.wants(kind)) {
            let dice = Dice::seeded(plan.seed ^ (round << 8) ^ n as u64);
            let of_kind = one(plan, kind, dice, None).await;
            report::kind(round, kind, &of_kind);
            match (of_kind.violations.is_empty(), of_kind.skipped.is_empty()) {
                (false, _) => failed += 1,
                (true, false) => skipped += 1,
                (true, true) => passed += 1,
            }
            if !of_kind.violations.is_empty() {
                let (from, to) = (plan.folder.join(kind), plan.folder.join(format!("{kind}-broken-{round}")));
                // What is in use stays where it is.
                let _ = std::fs::rename(from, fresh(&to).join("evidence"));
            }
            found.add(of_kind);
        }
    }
    report::table(plan, &found);
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    found.violations.is_empty()
}

/// A round of one kind of fault, on a good hub or on a mutant.
pub(crate) async fn one(plan: &Plan, kind: &str, dice: Dice, flaw: Option<&str>) -> Found {
    let name = flaw.map_or_else(|| kind.to_owned(), |flaw| format!("{kind}-{flaw}"));
    let folder = fresh(&plan.folder.join(name));
    let mut setup = Setup { folder, disk: None, flaw: flaw.map(ToOwned::to_owned), env: Vec::new() };
    let skipped = |why: String| Found { skipped: vec![format!("{kind}: {why}")], ..Found::default() };
    match kind {
        "cuts" => {
            let mut disk = match Powered::new(&setup.folder) {
                Ok(disk) => disk,
                Err(why) => return skipped(why),
            };
            setup.disk = Some(disk.path().to_owned());
            let mut stage = Stage::open(&setup, dice).await;
            if let Err(why) = plan::cuts(&mut stage, &mut disk, plan.cuts).await {
                stage.found.skipped.push(format!("cuts: {why}"));
            }
            end(stage, flaw.is_some()).await
        }
        "full" => {
            let disk = match Small::new(&setup.folder) {
                Ok(disk) => disk,
                Err(why) => return skipped(why),
            };
            setup.disk = Some(disk.path().to_owned());
            let mut stage = Stage::open(&setup, dice).await;
            plan::full(&mut stage, &disk, TROUBLES).await;
            end(stage, flaw.is_some()).await
        }
        "failing" => {
            let disk = match Faulty::new(&setup.folder) {
                Ok(disk) => disk,
                Err(why) => return skipped(why),
            };
            setup.env = disk.env();
            let mut stage = Stage::open(&setup, dice).await;
            plan::failing(&mut stage, &disk, TROUBLES).await;
            end(stage, flaw.is_some()).await
        }
        _ => {
            if kind == "stops" {
                setup.env.push(("WAYPOST_DRAIN_MS".to_owned(), plan::DRAIN_MS.to_string()));
            }
            let mut stage = Stage::open(&setup, dice).await;
            match kind {
                "kills" => plan::kills(&mut stage, plan.kills).await,
                "stops" => plan::stops(&mut stage, STOPS).await,
                "network" => {
                    stage.judges_the_checks = true;
                    plan::network(&mut stage, plan.storms).await;
                }
                "slow" => plan::slow(&mut stage, SLEEPS).await,
                _ => {
                    let database = stage.database();
                    plan::locked(&mut stage, &database, TROUBLES).await;
                }
            }
            end(stage, flaw.is_some()).await
        }
    }
}

/// Ends a round. A mutant that has shown itself need not be asked further.
async fn end(stage: Stage, is_mutant: bool) -> Found {
    if is_mutant && !stage.found.violations.is_empty() {
        return stage.abandon();
    }
    stage.close().await
}
