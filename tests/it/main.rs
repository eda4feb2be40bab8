//! Stories over a real server on a free port, told by real Socket.IO clients and REST.

mod agreement;
mod client;
mod dice;
mod keys;
mod life;
#[cfg(feature = "mutants")]
mod mutants;
mod offers;
mod refusals;
mod rest;
mod resume;
mod retention;
mod talk;
mod town;
mod traps;
