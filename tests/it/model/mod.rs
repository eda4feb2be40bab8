//! The hub and a plain restatement of the contract, side by side: after each step of thousands of random sequences they
//! answer the same, tell the same, and show the same.

mod asked;
mod away;
mod coverage;
mod deeds;
mod life;
#[cfg(feature = "mutants")]
mod mutants;
mod pause;
mod plain;
mod real;
mod steps;
mod time;
mod town;
mod views;

use std::{
    cell::RefCell,
    fmt::Debug,
    sync::{Mutex, atomic::Ordering},
};

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;
use waypost::{flaws::Flaws, hub::HubError};

use self::{
    coverage::Coverage,
    plain::{Answer, DRIVERS, Step, Who},
    real::Real,
    steps::Reference,
    town::Plain,
};

/// Sequences of all parts together.
const SEQUENCES: u32 = 10_000;

/// Parts that run at the same time, each with a seed of its own.
const PARTS: u32 = 4;

/// Steps of the longest sequence.
const STEPS_MAX: usize = 16;

/// Sequences that one hub goes through; then a new one keeps its database small.
const SEQUENCES_PER_HUB: usize = 50;

/// A part's sequences, in the order of its seed.
struct Stage {
    runtime: tokio::runtime::Runtime,
    flaws: Flaws,
    seed: u64,
    /// The hub of the sequences so far. One in which a sequence failed is not used again.
    real: Option<Real>,
    /// A sequence has failed, and the shortest such is looked for.
    has_failed: bool,
    coverage: Coverage,
}

impl Stage {
    fn new(flaws: Flaws, seed: u64) -> Stage {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be had");
        Stage { runtime, flaws, seed, real: None, has_failed: false, coverage: Coverage::new() }
    }

    /// Goes through one sequence, and `counts` each of its steps.
    fn plays(&mut self, plain: Plain, steps: &[Step], counts: impl Fn()) -> Result<(), TestCaseError> {
        let real = self.real.take().filter(|real| real.sequences < SEQUENCES_PER_HUB);
        // Each driver in turn is away for a whole sequence and hears of it afterwards.
        let away = self.coverage.sequences % DRIVERS;
        let away = if self.has_failed { 0..DRIVERS } else { away..away + 1 };
        let (flaws, seed, coverage) = (self.flaws, self.seed, &mut self.coverage);
        let played = self.runtime.block_on(async {
            let mut real = match real {
                Some(real) => real,
                None => Real::open(flaws, seed).await.map_err(fault)?,
            };
            let plain = side_by_side(&mut real, plain, steps, coverage, counts).await?;
            for driver in away {
                let heard = real.heard(driver).await.map_err(fault)?;
                let who = format!("the sequence, for driver {driver} who was away,");
                same(&who, "is heard otherwise", &heard, &plain.heard[driver])?;
            }
            real.end(&plain).await.map_err(fault)?;
            Ok::<_, TestCaseError>(real)
        });
        self.has_failed |= played.is_err();
        self.real = Some(played?);
        self.coverage.sequences += 1;
        Ok(())
    }
}

/// One sequence, in both towns; the plain one as it is then.
async fn side_by_side(
    real: &mut Real,
    mut plain: Plain,
    steps: &[Step],
    coverage: &mut Coverage,
    counts: impl Fn(),
) -> Result<Plain, TestCaseError> {
    real.begin(&plain).await.map_err(fault)?;
    for (n, step) in steps.iter().enumerate() {
        counts();
        let before = match step {
            Step::Ask { order, .. } => plain.orders.get(*order).map(|order| order.status),
            _ => None,
        };
        plain.does(step);
        coverage.count(before, step, &plain);
        let answer = real.does(step, plain.now_ms).await;
        let at = format!("step {n}, {step:?}");
        same(&at, "is answered otherwise", &answer, &plain.answer)?;
        same(&at, "is told otherwise", &real.told().await.map_err(fault)?, &plain.told)?;
        let is_last = n + 1 == steps.len();
        if changes_nothing(step, &plain.answer) && !is_last {
            continue;
        }
        same(&at, "leaves other orders", &real.sights().await.map_err(fault)?, &plain.sights())?;
        for driver in watched(n, step, is_last) {
            let board = real.board(driver).await.map_err(fault)?;
            same(&at, "leaves a driver another board", &board, &plain.board(driver))?;
        }
    }
    Ok(plain)
}

/// After these the log is looked at, and all the rest with the next step or the last: a refusal that changed something
/// would show there.
fn changes_nothing(step: &Step, answer: &Answer) -> bool {
    matches!((step, answer), (_, Answer::Refused(_)) | (Step::Pass { .. } | Step::TidyUp | Step::Allow { .. }, _))
}

/// Whose boards are looked at after a step: of the driver that it is about or else of each in turn, and at the end of all.
fn watched(n: usize, step: &Step, is_last: bool) -> Vec<usize> {
    match step {
        _ if is_last => (0..DRIVERS).collect(),
        Step::RunDue | Step::Restart => (0..DRIVERS).collect(),
        Step::Ask { who: Who::Driver(driver), .. }
        | Step::Join { driver, .. }
        | Step::Leave { driver, .. }
        | Step::Pause { driver, .. }
        | Step::Resume { driver }
        | Step::Block { driver, .. } => vec![*driver],
        _ => vec![n % DRIVERS],
    }
}

fn same<T: PartialEq + Debug>(at: &str, how: &str, hub: &T, plain: &T) -> Result<(), TestCaseError> {
    if hub == plain {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{at} {how}\n  by the hub:      {hub:?}\n  by the contract: {plain:?}")))
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn fault(fault: HubError) -> TestCaseError {
    TestCaseError::fail(format!("the hub has a fault: {fault}"))
}

/// Goes through `sequences` sequences; the words for the shortest that shows a difference, if one does.
fn sequences(flaws: Flaws, seed: u64, sequences: u32) -> Result<Coverage, String> {
    let config = Config {
        cases: sequences,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let stage = RefCell::new(Stage::new(flaws, seed));
    let all = Reference::sequential_strategy(1..=STEPS_MAX);
    let outcome = TestRunner::new(config).run(&all, |(plain, steps, seen)| {
        let counts = || {
            seen.as_ref().map(|seen| seen.fetch_add(1, Ordering::SeqCst));
        };
        stage.borrow_mut().plays(plain, &steps, counts)
    });
    match outcome {
        Ok(()) => Ok(stage.into_inner().coverage),
        Err(TestError::Fail(reason, (plain, steps, _))) => {
            let steps: Vec<String> = steps.iter().map(|step| format!("    {step:?}")).collect();
            let drivers = &plain.drivers;
            Err(format!("{reason}\n  with {drivers:?}\n  after these steps:\n{}", steps.join("\n")))
        }
        Err(TestError::Abort(reason)) => Err(format!("no sequences: {reason}")),
    }
}

/// What all parts got to, and how many of them are through.
static TOGETHER: Mutex<(u32, Coverage)> = Mutex::new((0, Coverage::new()));

/// One part of the sequences. `PROPTEST_CASES` makes it longer or shorter. Whichever is through last says where they did
/// not get to together.
fn part(seed: u64) {
    let given = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = given.unwrap_or(SEQUENCES / PARTS);
    let coverage = sequences(Flaws::default(), seed, cases).unwrap_or_else(|words| panic!("{words}"));
    let mut together = TOGETHER.lock().expect("no part fails between here and there");
    together.0 += 1;
    together.1.add(&coverage);
    let (parts, all) = &*together;
    if *parts == PARTS && cases >= SEQUENCES / PARTS {
        all.print();
        let gaps = all.gaps();
        drop(together);
        assert_eq!(gaps, Vec::<String>::new(), "what can happen did not");
    }
}

#[test]
fn the_hub_does_what_the_contract_says_1() {
    part(1);
}

#[test]
fn the_hub_does_what_the_contract_says_2() {
    part(2);
}

#[test]
fn the_hub_does_what_the_contract_says_3() {
    part(13);
}

#[test]
fn the_hub_does_what_the_contract_says_4() {
    part(4);
}
