//! Whether a history of overlapping operations on one register could have happened one at a time.
//!
//! Wing and Gong's search with Lowe's memory of configurations (set of operations done, state), as Porcupine has it: an
//! operation may come next if none that is still to come had returned before it was called. Operations whose answer
//! never came may take effect at any time after their call, or never.

use std::{collections::HashSet, fmt::Debug, hash::Hash};

/// A register: its states, and what an operation with its answer may make of them.
pub(crate) trait Register {
    /// What it can hold.
    type State: Clone + Eq + Hash + Debug;
    /// An operation with its answer.
    type Op: Debug + PartialEq;

    /// What it may hold after `op` was answered as it was; nothing if it cannot have been answered so.
    fn after(state: &Self::State, op: &Self::Op) -> Vec<Self::State>;
}

/// An operation and when it was under way.
#[derive(Clone, Debug)]
pub(crate) struct Call<O> {
    pub(crate) called: u64,
    /// None: the answer never came.
    pub(crate) returned: Option<u64>,
    pub(crate) op: O,
}

/// Which operations were done, one bit each.
type Done = Vec<u64>;

fn is_done(done: &Done, n: usize) -> bool {
    done[n / 64] >> (n % 64) & 1 == 1
}

/// Whether the calls on a register, in the order they were called, that began as `first` could have happened one at a time, each at some moment between
/// its call and its return.
pub(crate) fn is_linearizable<R: Register>(first: R::State, calls: &[Call<R::Op>]) -> bool {
    let begin = (vec![0_u64; calls.len().div_ceil(64)], first);
    let mut seen: HashSet<(Done, R::State)> = HashSet::from([begin.clone()]);
    let mut open = vec![begin];
    while let Some((done, state)) = open.pop() {
        let left = || calls.iter().enumerate().filter(|(n, _)| !is_done(&done, *n));
        // Whatever comes next was called before the first of the rest returned.
        let Some(deadline) = left().filter_map(|(_, call)| call.returned).min() else { return true };
        for (n, call) in left().filter(|(_, call)| call.called <= deadline) {
            let is_unanswered = call.returned.is_none();
            // Of unanswered operations that are alike, the one that was called first stands for the others.
            let is_first = || left().take_while(|(m, _)| *m < n).all(|(_, other)| !is_alike(other, call));
            if is_unanswered && !is_first() {
                continue;
            }
            for next in R::after(&state, &call.op) {
                // An unanswered operation that changes nothing may as well never have happened.
                if is_unanswered && next == state {
                    continue;
                }
                let mut done = done.clone();
                done[n / 64] |= 1 << (n % 64);
                let configuration = (done, next);
                if seen.insert(configuration.clone()) {
                    open.push(configuration);
                }
            }
        }
    }
    false
}

fn is_alike<O: PartialEq>(one: &Call<O>, other: &Call<O>) -> bool {
    one.returned.is_none() && other.returned.is_none() && one.op == other.op
}

/// A plain register of numbers, for judging the search itself.
struct Number;

/// What is done with a number: written, or read with this answer.
#[derive(Debug, PartialEq)]
enum Access {
    Write(u8),
    Read(u8),
}

impl Register for Number {
    type State = u8;
    type Op = Access;

    fn after(state: &u8, op: &Access) -> Vec<u8> {
        match op {
            Access::Write(value) => vec![*value],
            Access::Read(value) => {
                if value == state {
                    vec![*state]
                } else {
                    vec![]
                }
            }
        }
    }
}

/// Judges the search on histories whose verdict is known.
///
/// # Errors
/// The name of the first that is judged wrongly.
pub(crate) fn is_sound() -> Result<usize, &'static str> {
    use Access::{Read, Write};
    let call = |called, returned, op| Call { called, returned, op };
    let histories: Vec<(&'static str, bool, Vec<Call<Access>>)> = vec![
        ("nothing happened", true, vec![]),
        ("a read of what was written", true, vec![call(1, Some(2), Write(7)), call(3, Some(4), Read(7))]),
        ("a read of what was never written", false, vec![call(1, Some(2), Write(7)), call(3, Some(4), Read(8))]),
        ("a stale read", false, vec![call(1, Some(2), Write(7)), call(3, Some(4), Read(0))]),
        ("a read beside the write, of the old", true, vec![call(1, Some(4), Write(7)), call(2, Some(3), Read(0))]),
        ("a read beside the write, of the new", true, vec![call(1, Some(4), Write(7)), call(2, Some(3), Read(7))]),
        (
            "new, then old again",
            false,
            vec![call(1, Some(9), Write(7)), call(2, Some(3), Read(7)), call(4, Some(5), Read(0))],
        ),
        ("an unanswered write that was seen", true, vec![call(1, None, Write(7)), call(3, Some(4), Read(7))]),
        ("an unanswered write that never was", true, vec![call(1, None, Write(7)), call(3, Some(4), Read(0))]),
        (
            "an unanswered write that took effect late",
            true,
            vec![call(1, None, Write(7)), call(3, Some(4), Read(0)), call(5, Some(6), Read(7))],
        ),
        (
            "an unanswered write that was undone",
            false,
            vec![call(1, None, Write(7)), call(3, Some(4), Read(7)), call(5, Some(6), Read(0))],
        ),
        ("a write from the future", false, vec![call(5, None, Write(7)), call(1, Some(2), Read(7))]),
        (
            "two writes, seen in two orders",
            false,
            vec![
                call(1, Some(9), Write(1)),
                call(1, Some(9), Write(2)),
                call(2, Some(3), Read(1)),
                call(4, Some(5), Read(2)),
                call(6, Some(7), Read(1)),
            ],
        ),
    ];
    let count = histories.len();
    match histories.into_iter().find(|(_, verdict, calls)| is_linearizable::<Number>(0, calls) != *verdict) {
        Some((name, ..)) => Err(name),
        None => Ok(count),
    }
}
