//! What was asked and what came of it: one line per operation, in the order they were begun.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use serde::Serialize;
use serde_json::Value;

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It was acknowledged, with these data.
    Done(Value),
    /// It was refused, with this code.
    Refused(String),
    /// The link or the hub went before the answer came: it happened once, or not at all.
    Unknown,
}

impl Outcome {
    /// What a problem says; none if this is no problem. One that does not say whether it happened leaves it unknown.
    pub(crate) fn refused(problem: &Value) -> Option<Outcome> {
        let code = problem["code"].as_str()?;
        let is_unsure = problem["detail"].as_str().is_some_and(|detail| detail.contains("may have been kept"));
        Some(if is_unsure { Outcome::Unknown } else { Outcome::Refused(code.to_owned()) })
    }

    /// What it was acknowledged with.
    pub(crate) fn done(&self) -> Option<&Value> {
        match self {
            Outcome::Done(data) => Some(data),
            _ => None,
        }
    }

    /// Whether the same may be asked again with another answer.
    pub(crate) fn may_be_asked_again(&self) -> bool {
        match self {
            Outcome::Done(_) => false,
            Outcome::Refused(code) => ["unavailable", "rate_limited"].contains(&code.as_str()),
            Outcome::Unknown => true,
        }
    }
}

/// One operation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Op {
    /// Who asked.
    pub(crate) process: String,
    /// What: a command's name, or `read`.
    pub(crate) verb: String,
    /// Of which order: its id; for a submission its idempotency key.
    pub(crate) subject: String,
    /// With what.
    pub(crate) argument: Value,
    /// When, in microseconds since the round began.
    pub(crate) called_us: u64,
    /// When the answer came; none while it is unknown.
    pub(crate) returned_us: Option<u64>,
    /// What came of it.
    pub(crate) outcome: Outcome,
}

/// Everything that was asked in a round.
pub(crate) struct History {
    began: Instant,
    ops: Mutex<Vec<Op>>,
}

impl History {
    pub(crate) fn new() -> History {
        History { began: Instant::now(), ops: Mutex::default() }
    }

    /// Asks, and notes it. It counts as unknown until the answer is there, also if nobody waits for that any more.
    pub(crate) async fn asked(
        &self,
        process: &str,
        (verb, subject): (&str, &str),
        argument: &Value,
        ask: impl Future<Output = Outcome>,
    ) -> Outcome {
        let op = Op {
            process: process.to_owned(),
            verb: verb.to_owned(),
            subject: subject.to_owned(),
            argument: argument.clone(),
            called_us: self.now_us(),
            returned_us: None,
            outcome: Outcome::Unknown,
        };
        let at = {
            let mut ops = self.ops();
            ops.push(op);
            ops.len() - 1
        };
        let outcome = ask.await;
        let returned_us = (outcome != Outcome::Unknown).then(|| self.now_us());
        let mut ops = self.ops();
        ops[at].returned_us = returned_us;
        ops[at].outcome = outcome.clone();
        outcome
    }

    /// Everything that was asked until now.
    pub(crate) fn all(&self) -> Vec<Op> {
        self.ops().clone()
    }

    /// Writes it down, one line of JSON per operation.
    pub(crate) fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        for op in self.ops().iter() {
            serde_json::to_writer(&mut file, op)?;
            file.write_all(b"\n")?;
        }
        file.flush()
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn ops(&self) -> MutexGuard<'_, Vec<Op>> {
        self.ops.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
