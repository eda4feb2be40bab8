//! The torture bench: a town lives on the hub while everything goes wrong, and in the end it is checked that what was
//! promised was kept.
//!
//! What is asked is written down as a history, what each client sees as it comes; faults are injected by a seed. Nothing
//! here looks into the hub: it is the program that is shipped, with real sockets and a real database.

mod check;
mod client;
#[path = "../it/dice.rs"]
mod dice;
mod disk;
mod evidence;
mod history;
mod load;
mod mutants;
#[allow(dead_code, reason = "the stories ask more of a packet")]
#[path = "../it/client/packet.rs"]
mod packet;
mod picture;
mod plan;
#[allow(dead_code, reason = "the benchmarks ask more of a process")]
#[path = "../process/mod.rs"]
mod process;
mod proxy;
mod report;
mod rounds;
mod stage;
mod town;
mod view;
mod vitals;

use std::{path::PathBuf, process::ExitCode};

const HELP: &str = "this is no option of the torture bench; `cargo xtask torture --help` lists them\n";

/// What a run is made of.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    rounds: u64,
    seed: u64,
    kills: usize,
    cuts: usize,
    storms: usize,
    only: Vec<String>,
    mutants: bool,
    folder: PathBuf,
}

impl Plan {
    fn of(mut args: impl Iterator<Item = String>) -> Option<Plan> {
        let now = std::time::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_secs());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("torture");
        let mut plan =
            Plan { rounds: 1, seed: now, kills: 25, cuts: 10, storms: 14, only: vec![], mutants: false, folder };
        while let Some(arg) = args.next() {
            let mut number = || args.next()?.parse::<u64>().ok();
            match arg.as_str() {
                // Said by `cargo bench`.
                "--bench" | "--" => {}
                "--rounds" => plan.rounds = number()?,
                "--seed" => plan.seed = number()?,
                "--kills" => plan.kills = usize::try_from(number()?).ok()?,
                "--cuts" => plan.cuts = usize::try_from(number()?).ok()?,
                "--storms" => plan.storms = usize::try_from(number()?).ok()?,
                "--mutants" => plan.mutants = true,
                "--only" => plan.only = args.next()?.split(',').map(ToOwned::to_owned).collect(),
                "--folder" => plan.folder = args.next()?.into(),
                _ => return None,
            }
        }
        plan.only.iter().all(|kind| rounds::KINDS.contains(&kind.as_str())).then_some(plan)
    }

    /// Whether faults of this kind are wanted.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == kind)
    }
}

fn main() -> ExitCode {
    let Some(plan) = Plan::of(std::env::args().skip(1)) else {
        eprint!("{HELP}");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime can be started");
    let is_good =
        runtime.block_on(async { if plan.mutants { mutants::run(&plan).await } else { rounds::run(&plan).await } });
    // Clients that still try to connect are not waited for.
    runtime.shutdown_background();
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
